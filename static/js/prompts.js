// The prompts written before: fetched when their list is opened, and walked through with Ctrl/⌘ and an arrow.
import { write } from "./filling.js";

const list = () => document.querySelector("[data-prompts]");
const written = () => [...document.querySelectorAll("#prompts [data-words]")].map(({ textContent }) => textContent);
const load = () => htmx.ajax("GET", list().dataset.prompts, { source: list(), target: "#prompts", swap: "outerHTML" });

// It does not bubble.
document.addEventListener("toggle", ({ target }) => target.open && target === list() && load(), true);

// From an empty prompt to the last one, from one of them to the one before; down, the same way back.
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
