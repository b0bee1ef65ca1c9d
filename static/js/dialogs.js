// Dialogs and closable messages. Without script, a link that opens a dialog leads to a page.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
});

// A press that began inside a dialog and ended beside it does not close it: it marked text, or a list changed under it.
let pressed = null;
document.addEventListener("pointerdown", ({ target }) => (pressed = target));

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-close]")) target.closest(".notice").remove();
  const dialog = target.closest("dialog");
  const isBackdrop = target === dialog && pressed === dialog;
  if (dialog && (target.closest("[data-dialog-close]") || isBackdrop)) dialog.close();
});

// The question mark opens the keyboard shortcuts, unless it is typed into a field.
document.addEventListener("keydown", (event) => {
  if (event.key !== "?" || event.target.closest("input:not([type=checkbox], [type=radio]), textarea, select")) return;
  if (!document.getElementById("keys") || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  document.getElementById("keys").showModal();
});
