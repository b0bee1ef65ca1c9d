// Buttons beside a number: minus and plus, the dice, and the rubber. Each counts as typing.
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
