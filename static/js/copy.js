// Copies the text of another element; says so in the button's own words.
const select = (element) => {
  const range = document.createRange();
  range.selectNodeContents(element);
  const selection = getSelection();
  selection.removeAllRanges();
  selection.addRange(range);
};

// The clipboard API is there on https and localhost only; a studio in the house may have neither.
const copy = async (element) => {
  if (navigator.clipboard) return navigator.clipboard.writeText(element.textContent.trim());
  select(element);
  document.execCommand("copy");
};

document.addEventListener("click", async ({ target }) => {
  const button = target.closest("[data-copy]");
  if (!button) return;
  await copy(document.querySelector(button.dataset.copy));
  const label = button.querySelector("span");
  const words = label.dataset.words ?? label.textContent;
  label.dataset.words = words;
  label.textContent = "Copied";
  setTimeout(() => (label.textContent = words), 1600);
});
