// What is in the composer is kept in this browser for its user, so that no reload, error or ended session loses it.
const form = document.querySelector("[data-draft]");
const key = form && `draft-${form.dataset.draft}`;
const isKept = (field) => field.name && field.type !== "hidden" && field.type !== "submit";
const fields = () => [...form.elements].filter(isKept);
const isChecked = (field) => field.type === "checkbox" || field.type === "radio";

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};

const keep = () => {
  const draft = {};
  for (const field of fields()) {
    if (field.type === "checkbox") draft[field.name] = field.checked;
    else if (field.type !== "radio" || field.checked) draft[field.name] = field.value;
  }
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Storage is full or switched off: the page itself still has the text.
  }
};

const put = (field, value) => {
  if (field.type === "checkbox") field.checked = value === true;
  else if (field.type === "radio") field.checked = field.value === value;
  else field.value = value;
};

const restore = () => {
  const draft = read();
  if (!draft) return;
  for (const field of fields()) if (field.name in draft) put(field, draft[field.name]);
  for (const field of fields()) if (!isChecked(field)) field.dispatchEvent(new Event("input", { bubbles: true }));
};

if (form) {
  // A form that came back with errors is newer than anything kept.
  if (form.hasAttribute("data-bound")) keep();
  else restore();
  form.addEventListener("input", keep);
}
