// Recent prompts: loaded when their list opens, and browsed with Ctrl/⌘ and the arrow keys.
import { fill, write } from "./filling.js";

const list = () => document.querySelector("[data-prompts]");
const written = () => [...document.querySelectorAll("#prompts [data-words]")].map(({ textContent }) => textContent);
const load = () => htmx.ajax("GET", list().dataset.prompts, { source: list(), target: "#prompts", swap: "outerHTML" });

// The event does not bubble.
document.addEventListener("toggle", ({ target }) => target.open && target === list() && load(), true);

// Up: from an empty prompt to the last one, then to earlier ones. Down: the same way back.
const walk = async (field, step) => {
  const from = field.value;
  if (!from.trim() && step > 0) await load();
  const at = from.trim() ? written().indexOf(from) : -1;
  const isOnTheWay = at >= 0 || !from.trim();
  const words = at + step < 0 ? "" : written()[at + step];
  if (!isOnTheWay || words === undefined || field.value !== from) return;
  write(words, { isRecalled: true });
};

document.addEventListener("keydown", (event) => {
  const isArrow = event.key === "ArrowUp" || event.key === "ArrowDown";
  if (!isArrow || !(event.ctrlKey || event.metaKey) || !event.target.matches("[data-composer] [name=prompt]")) return;
  if (event.target.value.trim() && !written().includes(event.target.value)) return;
  event.preventDefault();
  walk(event.target, event.key === "ArrowUp" ? 1 : -1);
});

// Apply an example or preset to the composer on click. Without script the server does it.
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
