// A click on an example puts its words into the composer, ready to be changed.
import { write } from "./filling.js";

document.addEventListener("click", (event) => {
  const example = event.target.closest("[data-example]");
  const prompt = document.querySelector('[data-composer] [name="prompt"]');
  if (!example || !prompt) return;
  event.preventDefault();
  example.closest("dialog")?.close();
  write(example.dataset.example || example.querySelector("[data-words]").textContent);
  prompt.focus();
  prompt.scrollIntoView({ block: "center" });
});
