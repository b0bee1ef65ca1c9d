// "@" in the prompt offers the references in the tray and files of the library.
import { insert, send } from "./tray.js";

const field = document.querySelector('[data-composer] [name="prompt"]');
const box = document.querySelector("[data-mentions]");
// A mail address is none.
const MENTION = /(?<![\w.])@([^\s@[\]]{0,40})$/u;
const options = () => [...box.querySelectorAll("[role=option]")];
const isOpen = () => box.matches(":popover-open");
let asked = null;

// The letters after the last @ before the cursor, if it is one.
const mentionAt = () => {
  const end = field.selectionEnd;
  const found = field.selectionStart === end && MENTION.exec(field.value.slice(0, end));
  return found ? { start: found.index, end, words: found[1] } : null;
};

const close = () => {
  asked = null;
  field.removeAttribute("aria-activedescendant");
  field.removeAttribute("aria-controls");
  if (isOpen()) box.hidePopover();
};

const select = (at) => {
  for (const [number, option] of options().entries()) option.ariaSelected = String(number === at);
  const option = options()[at];
  field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
};

// Under the prompt, or above it where there is more room.
const place = () => {
  const { left, top, bottom, width } = field.parentElement.getBoundingClientRect();
  const isAbove = innerHeight - bottom < 200 && top > innerHeight - bottom;
  Object.assign(box.style, {
    left: `${left}px`,
    inlineSize: `${width}px`,
    top: isAbove ? "auto" : `${bottom + 4}px`,
    bottom: isAbove ? `${innerHeight - top + 4}px` : "auto",
  });
};

const show = () => {
  if (!asked || !options().length) return close();
  if (!isOpen()) box.showPopover();
  place();
  field.setAttribute("aria-controls", "mentions");
  document.querySelector("[data-said]").textContent = box.firstElementChild.dataset.found;
  select(0);
};

// The @ and its letters stay marked until the words that replace them are known.
const choose = ({ dataset: { token, command } }) => {
  field.setSelectionRange(asked.start, asked.end);
  close();
  if (token) insert(token);
  else send(command);
};

const KEYS = {
  ArrowDown: (at, count) => select((at + 1) % count),
  ArrowUp: (at, count) => select((at + count - 1) % count),
  Enter: (at) => choose(options()[at]),
  Tab: (at) => choose(options()[at]),
  Escape: close,
};

if (field && box) {
  field.addEventListener("input", ({ isTrusted }) => {
    const before = asked;
    asked = isTrusted ? mentionAt() : null;
    if (!asked) return close();
    if (asked.start !== before?.start || asked.words !== before.words)
      // The next letter aborts the question before it, which rejects its promise.
      htmx.ajax("POST", box.dataset.mentions, { source: box, values: { mentioned: asked.words } }).catch(() => {});
  });
  box.addEventListener("htmx:afterSettle", show);
  field.addEventListener("keydown", (event) => {
    const { key, isComposing, ctrlKey, metaKey, altKey, shiftKey } = event;
    const all = options();
    if (!isOpen() || !all.length || !KEYS[key] || isComposing || ctrlKey || metaKey || altKey || shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    // An option that has just come is not marked yet.
    KEYS[key](Math.max(0, all.findIndex(({ ariaSelected }) => ariaSelected === "true")), all.length);
  });
  document.addEventListener("selectionchange", () => isOpen() && mentionAt()?.start !== asked?.start && close());
  field.addEventListener("blur", close);
  addEventListener("resize", close);
  document.addEventListener("scroll", ({ target }) => !field.parentElement.contains(target) && !box.contains(target) && isOpen() && close(), true);
  // The prompt keeps the focus.
  box.addEventListener("pointerdown", (event) => event.preventDefault());
  box.addEventListener("click", ({ target }) => {
    const option = target.closest("[role=option]");
    if (option) choose(option);
  });
}
