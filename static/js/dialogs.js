// What opens over the page and what was read may be closed. A link that opens a dialog leads to a page without script.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (!dialog) return;
  event.preventDefault();
  dialog.showModal();
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-close]")) target.closest(".notice").remove();
  const dialog = target.closest("dialog");
  if (dialog && (target.closest("[data-dialog-close]") || target === dialog)) dialog.close();
});
