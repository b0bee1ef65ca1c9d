// The tray is the server's: every change is a command, sent with the form as it stands, and what comes back is the tray.
import { typed } from "./filling.js";
import { follow } from "./tokens.js";

export const home = () => document.querySelector("[data-tray]");

// Sent by the element around the tray: whatever was pressed may have been replaced before the answer is here, and so may
// the tray; where the answer goes is looked up when its turn has come.
export const send = (command, values = {}) => {
  focused = keyOf(document.activeElement);
  htmx.ajax("POST", home().dataset.tray, { source: home(), values: { tray: command, ...values } });
};

let focused = null;
const keyOf = (element) => element?.closest?.("[data-key]")?.dataset.key;
const prompt = () => document.querySelector('[name="prompt"]');

const insert = (token) => {
  const field = prompt();
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const lead = before && !/\s$/.test(before) ? " " : "";
  const tail = after && !/^[\s.,;:!?]/.test(after) ? " " : "";
  field.setRangeText(lead + token + tail, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  typed(field);
};

// Where the cursor is stays where it is in the text around it: tokens before it may have grown.
const renameIn = (field, moves) => {
  const start = follow(field.value.slice(0, field.selectionStart), moves).length;
  const text = follow(field.value, moves);
  if (text === field.value) return;
  const isActive = document.activeElement === field;
  field.value = text;
  if (isActive) field.setSelectionRange(start, start);
  typed(field);
};

// A command names places, which are others once the first of two clicks has been answered.
document.addEventListener("click", (event) => {
  const button = event.target.closest('button[name="tray"]:not([data-pick-for], [data-pick])');
  if (!button || !home()) return;
  event.preventDefault();
  const tray = document.getElementById("tray");
  if (tray.contains(button) && "busy" in tray.dataset) return;
  tray.dataset.busy = "";
  send(button.value);
});

document.addEventListener("htmx:afterRequest", ({ target }) => {
  if (target === home()) delete document.getElementById("tray").dataset.busy;
});

document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  if (elt.id !== "tray") return;
  renameIn(prompt(), JSON.parse(elt.dataset.moves));
  if (focused && !document.activeElement?.matches("input, textarea, select")) {
    elt.querySelector(`[data-key="${focused}"] .tile-face`)?.focus();
  }
  focused = null;
  elt.dispatchEvent(new CustomEvent("tray-shown", { bubbles: true }));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert]");
  if (!button) return;
  event.preventDefault();
  button.closest("[popover]")?.hidePopover();
  insert(button.dataset.insert);
});

// With a tile in focus: Alt and an arrow move it, Delete takes it out.
document.addEventListener("keydown", (event) => {
  const tile = event.target.closest(".tile");
  if (!tile || !event.target.matches(".tile-face")) return;
  if (event.key.startsWith("Arrow") && !event.altKey) return;
  const action = tile.querySelector(`[data-tile-key="${event.key === "Backspace" ? "Delete" : event.key}"]`);
  if (!action) return;
  event.preventDefault();
  action.click();
});

// Why it was refused is told by the tray.
document.addEventListener("asset-refused", () => home() && send("show"));
