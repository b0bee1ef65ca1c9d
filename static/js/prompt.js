// The prompt grows with its text and counts it in UTF-16 units, as Apiframe does; more than the limit is shown in red.
import { pieces } from "./tokens.js";

const growsByItself = CSS.supports("field-sizing", "content");

const count = (field) => {
  const output = document.querySelector(`output[for="${field.id}"]`);
  if (!output) return;
  const { length } = field.value;
  const told = (number) => Number(number).toLocaleString(document.documentElement.lang);
  output.value = `${told(length)} / ${told(field.dataset.limit)}`;
  output.toggleAttribute("data-over", length > Number(field.dataset.limit));
};

const grow = (field) => {
  if (growsByItself) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight}px`;
};

const refresh = (field) => {
  count(field);
  grow(field);
};

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-limit]")) refresh(target);
});

document.querySelectorAll("[data-limit]").forEach(refresh);

// A hidden copy of the prompt behind the field that marks its tokens: with a reference or dangling.
const field = document.querySelector('[name="prompt"]');
const mirror = document.querySelector("[data-mirror]");
const tiles = () => [...document.querySelectorAll("#tray [data-token]")];

const marked = ({ text, name }, known) => {
  if (!name) return text;
  const mark = document.createElement("mark");
  mark.textContent = text;
  mark.toggleAttribute("data-missing", !known.has(name));
  return mark;
};

const show = () => {
  const parts = pieces(field.value);
  const shown = tiles();
  const known = new Set(shown.map((tile) => tile.dataset.token));
  const spoken = new Set(parts.map(({ name }) => name));
  mirror.replaceChildren(...parts.map((part) => marked(part, known)), "\n");
  mirror.scrollTop = field.scrollTop;
  for (const tile of shown) tile.toggleAttribute("data-unmentioned", !spoken.has(tile.dataset.token));
};

if (field && mirror) {
  field.addEventListener("input", show);
  field.addEventListener("scroll", () => (mirror.scrollTop = field.scrollTop));
  document.addEventListener("tray-shown", show);
  show();
}
