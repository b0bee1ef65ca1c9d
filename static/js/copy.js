// Copy a text carried by the button, or the text of another element, and confirm it visibly and to screen readers.
const SHOWN = 1600;

const textOf = ({ dataset }) => dataset.copyText ?? document.querySelector(dataset.copy).textContent.trim();

// The clipboard API exists only on https and localhost; a studio on a local network may have neither.
const copyOldStyle = (text) => {
  const field = document.createElement("textarea");
  Object.assign(field, { value: text, readOnly: true, className: "unseen" });
  const before = document.activeElement;
  document.body.append(field);
  field.select();
  document.execCommand("copy");
  field.remove();
  before?.focus();
};

const copy = async (text) => {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    copyOldStyle(text);
  }
};

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy], [data-copy-text]");
  if (!button) return;
  await copy(textOf(button));
  const label = button.querySelector("span");
  const said = document.querySelector("[data-copied]");
  const words = label.dataset.words ?? label.textContent;
  label.dataset.words = words;
  label.textContent = said.dataset.copied;
  said.textContent = label.textContent;
  setTimeout(() => {
    label.textContent = words;
    said.textContent = "";
    button.closest(":popover-open")?.hidePopover();
  }, SHOWN);
});
