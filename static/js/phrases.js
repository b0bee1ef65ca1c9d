// A press on a look puts its words at the end of the prompt, or takes them out; of camera moves only one stands.
import { typed } from "./filling.js";

const panel = document.querySelector("[data-phrases]");
const field = document.querySelector('[data-composer] [name="prompt"]');
const buttons = [...(panel?.querySelectorAll("[data-phrase]") ?? [])];

// The words with a comma or blank before and a comma after them, wherever they stand.
const patternOf = ({ dataset: { phrase } }) => {
  const words = phrase.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?:^|,\\s*|\\s+)${words}(?![\\p{L}\\p{N}])(?:\\s*,\\s*(?=\\S))?`, "iu");
};

const mark = () => {
  for (const button of buttons) button.ariaPressed = String(patternOf(button).test(field.value));
};

// A sentence that has ended is followed by a new one, anything else by a comma.
const joined = (before, words) => {
  const start = before.trimEnd().replace(/,$/, "");
  if (/^(?:[.,;:!?…。！？]|$)/.test(words)) return start.replace(/[.!?…。！？]$/, words ? "" : "$&") + words;
  if (start && !/[.!?…。！？]$/.test(start)) return `${start}, ${words}`;
  return `${start} ${words[0].toUpperCase()}${words.slice(1)}`.trimStart();
};

const without = (text, button) => {
  const found = patternOf(button).exec(text);
  return found ? joined(text.slice(0, found.index), text.slice(found.index + found[0].length)) : text;
};

const press = (button) => {
  const others = button.closest("[data-one]")?.querySelectorAll('[aria-pressed="true"]') ?? [];
  let text = field.value;
  for (const each of new Set([button, ...others])) text = without(text, each);
  if (button.ariaPressed !== "true") text = joined(text, button.dataset.phrase);
  field.setRangeText(text, 0, field.value.length, "end");
  typed(field);
};

if (panel && field) {
  panel.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-phrase]");
    if (button) press(button);
  });
  field.addEventListener("input", mark);
  panel.addEventListener("toggle", mark);
}
