// What is in the composer is kept in this browser for its user, so that no reload, error or ended session loses it.
import { fill, offerBack, put, typed } from "./filling.js";
import { send } from "./tray.js";

const form = document.querySelector("[data-draft]");
const key = form && `draft-${form.dataset.draft}`;
const OURS = /^(hidden|submit|file)$/;
const PASSING = /^(address|to)?$/;
const isKept = (field) => !OURS.test(field.type) && !PASSING.test(field.name) && !field.closest("[data-aside]");
const fields = () => [...form.elements].filter(isKept);
// In tiles, or not drawn yet.
const lying = () => [...document.querySelectorAll(":is(#tray, #tray .tile) > [type=hidden]")];
const files = () => lying().map(({ name, value }) => [name, value]);
const isChecked = (field) => field.type === "checkbox" || field.type === "radio";

export const contents = () => {
  const draft = { tray: files() };
  for (const field of fields()) {
    if (field.type === "checkbox") draft[field.name] = field.checked;
    else if (field.type !== "radio" || field.checked) draft[field.name] = field.value;
  }
  return draft;
};

// Files are put where the server reads them from; it draws the tray anew.
export const lay = ({ tray = [], parent = "", ...draft }) => {
  const before = lying();
  for (const field of before) field.remove();
  for (const [name, value] of tray.toReversed()) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    document.getElementById("tray").prepend(field);
  }
  if (tray.length || before.length) send("show");
  form.elements.parent.value = parent;
  for (const field of fields()) if (field.name in draft) put(field, draft[field.name]);
  for (const field of fields()) if (!isChecked(field)) typed(field);
};

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};

const keep = () => {
  try {
    localStorage.setItem(key, JSON.stringify(contents()));
  } catch {
    // Storage is full or switched off: the page itself still has the text.
  }
};

// The files that were kept come before those that this page was opened with; the server takes each once.
const restore = () => {
  const draft = read();
  if (draft) lay({ ...draft, tray: [...draft.tray, ...files()] });
};

const begin = () => {
  // A form that came back with errors, or filled with the recipe of a clip, is newer than anything kept.
  if (form.hasAttribute("data-bound")) {
    offerBack(read()?.prompt);
    keep();
  } else restore();
  form.addEventListener("input", keep);
  document.addEventListener("tray-shown", keep);
  // What the address asks for is put over what was kept, never in its place.
  if (form.dataset.begun) fill(JSON.parse(form.dataset.begun));
  // A reload is no wish to add the same once more.
  if (form.dataset.begun || document.querySelector("#tray[data-given]")) history.replaceState(history.state, "", location.pathname);
};

// Once htmx listens, or the price would stay that of the form as it came.
if (form) addEventListener("DOMContentLoaded", begin);
