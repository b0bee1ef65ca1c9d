// What was read may be closed.
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-close]")) target.closest(".notice").remove();
});
