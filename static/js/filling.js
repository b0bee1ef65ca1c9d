// Fill composer fields and fire input events. A replaced prompt can be restored.
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

// Append once, however often it is added. The server does the same without script.
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
  // While the tray is on its way, its files are neither those before nor those after.
  if (!target.closest("[data-put-back]") || document.querySelector("[data-tray].htmx-request")) return;
  back();
  prompt().focus();
});
