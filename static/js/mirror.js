// Behind the prompt lies the same text, unseen but for its tokens: those that name a reference, and those that do not.
import { pieces } from "./tokens.js";

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
