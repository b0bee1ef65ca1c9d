// Buttons of a number field: minus, plus, random and clear. Each fires an input event.
import { typed } from "./filling.js";

const LARGEST_SEED = 2 ** 31;

document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-step], [data-seed]");
  if (!button) return;
  const field = button.parentElement.querySelector("input");
  const { step, seed } = button.dataset;
  if (step) field.stepUp(Number(step));
  else field.value = seed === "roll" ? Math.floor(Math.random() * LARGEST_SEED) : "";
  typed(field);
  if (seed === "clear") field.focus();
});

// The slider has no name and mirrors the number field, which is submitted.
const numberOf = (slider) => document.querySelector(`[name="${slider.dataset.mirrors}"]`);

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-mirrors]")) numberOf(target).value = target.value;
  const slider = target.name && document.querySelector(`[data-mirrors="${target.name}"]`);
  if (slider && target.value) slider.value = target.value;
});

for (const slider of document.querySelectorAll("[data-mirrors]")) {
  slider.value = numberOf(slider).value || slider.value;
}
