// What is in the composer, taken out and laid in as one: its fields, the files of its tray, and the clip it was begun with.
import { put } from "./filling.js";
import { send } from "./tray.js";

const form = () => document.querySelector("[data-composer]");
const OURS = new Set(["hidden", "submit", "file"]);
const PASSING = new Set(["address", "to"]);
const isKept = (field) =>
  field.name && !OURS.has(field.type) && !PASSING.has(field.name) && !field.closest("[data-aside]");
const fields = () => [...form().elements].filter(isKept);
const lying = () => [...document.querySelectorAll("#tray .tile > [type=hidden]")];
const isChecked = (field) => field.type === "checkbox" || field.type === "radio";

export const files = () => lying().map(({ name, value }) => [name, value]);

export const contents = () => {
  const found = { tray: files(), parent: form().elements.parent.value };
  for (const field of fields()) {
    if (field.type === "checkbox") found[field.name] = field.checked;
    else if (field.type !== "radio" || field.checked) found[field.name] = field.value;
  }
  return found;
};

// Files are put where the server reads them from; it draws the tray anew.
const layFiles = (given) => {
  const before = lying();
  for (const field of before) field.remove();
  for (const [name, value] of given.toReversed()) {
    const field = document.createElement("input");
    Object.assign(field, { type: "hidden", name, value });
    document.getElementById("tray").prepend(field);
  }
  if (given.length || before.length) send("show");
};

export const lay = ({ tray = [], parent, ...values }) => {
  layFiles(tray);
  if (parent !== undefined) form().elements.parent.value = parent;
  for (const field of fields()) if (field.name in values) put(field, values[field.name]);
  for (const field of fields()) if (!isChecked(field)) field.dispatchEvent(new Event("input", { bubbles: true }));
};
