// Minus and plus beside Generate; either counts as typing.
document.addEventListener("click", ({ target }) => {
  const step = target.closest("[data-step]");
  if (!step) return;
  const field = step.parentElement.querySelector("input");
  field.stepUp(Number(step.dataset.step));
  field.dispatchEvent(new Event("input", { bubbles: true }));
});
