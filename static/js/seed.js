// The dice puts a number in, the rubber takes it out; either counts as typing.
const LARGEST = 2 ** 31;

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-seed]");
  if (!button) return;
  const field = document.querySelector('[name="seed"]');
  field.value = button.dataset.seed === "roll" ? Math.floor(Math.random() * LARGEST) : "";
  field.dispatchEvent(new Event("input", { bubbles: true }));
  if (button.dataset.seed === "clear") field.focus();
});
