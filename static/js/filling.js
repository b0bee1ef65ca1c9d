// Puts things into the composer as if they had been typed; words that are replaced can be had back.
const composer = () => document.querySelector("[data-composer]");
const prompt = () => composer().elements.prompt;
export const typed = (field) => field.dispatchEvent(new Event("input", { bubbles: true }));
let back = null;

export const put = (field, value) => {
  if (field.type === "checkbox") field.checked = value === true;
  else if (field.type === "radio") field.checked = field.value === value;
  else field.value = value;
};

export const offer = (undo) => {
  back = undo;
  document.querySelector("[data-put-back]").hidden = false;
};

export const offerBack = (words) => {
  if (words?.trim() && words !== prompt().value) offer(() => write(words));
};

export const write = (words, { isRecalled = false } = {}) => {
  const before = prompt().value;
  prompt().value = words;
  if (!isRecalled) offerBack(before);
  typed(prompt());
};

// After what is written, and once, however often it is added; the server does the same where there is no script.
const withAdded = (written, added) => {
  if (!added || `\n${written}\n`.includes(`\n${added}\n`)) return written;
  return written.trim() ? `${written.trimEnd()}\n${added}` : added;
};

export const fill = ({ settings = {}, added = "", words }) => {
  const fields = [...composer().elements].filter(({ name }) => name in settings);
  for (const field of fields) put(field, settings[field.name]);
  for (const field of fields) if (field.type !== "radio" || field.checked) typed(field);
  if (words !== undefined) return write(words);
  prompt().value = withAdded(prompt().value, added);
  typed(prompt());
};

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-put-back]")) return;
  back();
  prompt().focus();
});
