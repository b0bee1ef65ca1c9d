// A click on an example or a preset puts it into the composer, ready to be changed; without script the server does.
import { fill, write } from "./filling.js";

document.addEventListener("click", (event) => {
  const given = event.target.closest("[data-example], [data-preset]");
  const prompt = document.querySelector('[data-composer] [name="prompt"]');
  if (!given || !prompt) return;
  event.preventDefault();
  const { preset, example } = given.dataset;
  if (preset) return fill(JSON.parse(preset));
  given.closest("dialog")?.close();
  write(example || given.querySelector("[data-words]").textContent);
  prompt.focus();
  prompt.scrollIntoView({ block: "center" });
});
