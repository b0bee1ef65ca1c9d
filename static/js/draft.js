// Keep the composer in this browser, per user, so that a reload, error or expired session loses nothing.
import { fill, offerBack, put, typed } from "./filling.js";
import { send } from "./tray.js";

const form = document.querySelector("[data-draft]");
const key = form && `draft-${form.dataset.draft}`;
const OURS = /^(hidden|submit|file)$/;
const PASSING = /^(address|to)?$/;
const isKept = (field) => !OURS.test(field.type) && !PASSING.test(field.name) && !field.closest("[data-aside]");
const fields = () => [...form.elements].filter(isKept);
// In rendered tiles, or not rendered yet.
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

// Put files where the server reads them; it then renders the tray again.
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

// A tab has its own draft; a new one begins with the last of any.
const read = () => {
  try {
    return JSON.parse(sessionStorage.getItem(key) ?? localStorage.getItem(key));
  } catch {
    return null;
  }
};

const keep = () => {
  try {
    for (const storage of [sessionStorage, localStorage]) storage.setItem(key, JSON.stringify(contents()));
  } catch {
    // Storage is full or disabled: the page still has the text.
  }
};

// Stored files come before those this page was opened with. The server drops duplicates.
const restore = (given) => {
  const draft = read();
  if (draft) lay({ ...draft, tray: [...draft.tray, ...given] });
  return Boolean(draft);
};

// The price that the page came with is that of another form while a draft is laid in: shown once it is asked for anew.
const showPrice = () => (form.dataset.priced = "");

// Whoever came to change the words of a clip can begin at once.
const writeOn = () => {
  const { prompt } = form.elements;
  prompt.focus();
  prompt.setSelectionRange(prompt.value.length, prompt.value.length);
};

const begin = () => {
  const { command, ...begun } = JSON.parse(form.dataset.begun ?? "{}");
  // A form returned with errors, or filled from a clip, is newer than the stored draft.
  if (form.hasAttribute("data-bound")) {
    offerBack(read()?.prompt);
    keep();
    showPrice();
    if (!document.querySelector("#quote [data-problem]")) writeOn();
  } else if (!restore(command ? [] : files()) && !form.dataset.begun) showPrice();
  document.addEventListener("htmx:afterRequest", ({ target }) => target.matches("[data-quoter], [data-composer]") && showPrice());
  form.addEventListener("input", keep);
  document.addEventListener("tray-shown", keep);
  // Apply what the URL asks for on top of the draft instead of replacing it.
  if (form.dataset.begun) fill(begun);
  if (command) send(command);
  // A reload must not add the same thing again.
  if (form.dataset.begun || document.querySelector("#tray[data-given]")) history.replaceState(history.state, "", location.pathname);
};

// Wait for htmx, or the price would stay that of the original form.
if (form) addEventListener("DOMContentLoaded", begin);
