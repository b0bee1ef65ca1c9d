// A click on a preset puts it in where it is; without script the server does.
import { fill } from "./filling.js";

document.addEventListener("click", (event) => {
  const preset = event.target.closest("[data-preset]");
  if (!preset) return;
  event.preventDefault();
  fill(JSON.parse(preset.dataset.preset));
});

// Enter in a name presses the button beside it, not Generate.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing || !event.target.matches("[data-enters]")) return;
  event.preventDefault();
  event.target.parentElement.querySelector("button").click();
});
