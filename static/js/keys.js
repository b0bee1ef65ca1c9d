// The question mark shows what every key does, unless it is typed into something.
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  if (document.querySelector("dialog[open]")) return;
  event.preventDefault();
  document.getElementById("keys")?.togglePopover();
});
