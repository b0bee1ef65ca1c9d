// What is in the composer is kept in this browser for its user, so that no reload, error or ended session loses it.
import { fill, offerBack, put } from "./filling.js";
import { send } from "./tray.js";

const form = document.querySelector("[data-draft]");
const key = form && `draft-${form.dataset.draft}`;
const OURS = new Set(["hidden", "submit", "file"]);
const PASSING = new Set(["address", "to"]);
const isKept = (field) =>
  field.name && !OURS.has(field.type) && !PASSING.has(field.name) && !field.closest("[data-aside]");
const fields = () => [...form.elements].filter(isKept);
const lying = () => [...document.querySelectorAll("#tray .tile > [type=hidden]")];
const isChecked = (field) => field.type === "checkbox" || field.type === "radio";

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};

const keep = () => {
  const draft = { tray: lying().map(({ name, value }) => [name, value]) };
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

// Files are put where the server reads them from, before those that this page was opened with; it draws the tray anew.
const putBack = (files) => {
  const given = lying().map(({ name, value }) => `${name} ${value}`);
  const kept = files.filter(([name, value]) => !given.includes(`${name} ${value}`));
  for (const [name, value] of kept.reverse()) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    document.getElementById("tray").prepend(field);
  }
  if (kept.length || given.length) send("show");
};

const restore = () => {
  const draft = read();
  if (!draft) return;
  putBack(draft.tray ?? []);
  for (const field of fields()) if (field.name in draft) put(field, draft[field.name]);
  for (const field of fields()) if (!isChecked(field)) field.dispatchEvent(new Event("input", { bubbles: true }));
};

if (form) {
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
}
