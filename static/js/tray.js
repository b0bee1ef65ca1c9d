// The server owns the tray: each change sends a command with the form, and the response is the new tray.
import { fill, typed } from "./filling.js";
import { follow } from "./tokens.js";

export const home = () => document.querySelector("[data-tray]");

// Sent by the element around the tray, because the pressed button and the tray may be replaced before the response
// arrives. The target is looked up when the response is swapped in.
export const send = (command, values = {}) => {
  focused = placeOf(document.activeElement) ?? focused;
  htmx.ajax("POST", home().dataset.tray, { source: home(), values: { tray: command, ...values } });
};

// What had the focus is replaced together with the tray: the same tile or button gets it, or what took its place.
let focused = null;
const placeOf = (element) => {
  const tray = document.getElementById("tray");
  if (!tray?.contains(element)) return null;
  const { key } = element.closest("[data-key]")?.dataset ?? {};
  return { key, value: element.value, at: [...tray.querySelectorAll(".tile")].indexOf(element.closest(".tile")) };
};

const refocus = (tray, { key, value, at }) => {
  const faces = [...tray.querySelectorAll(".tile-face")];
  const same = key && tray.querySelector(`[data-key="${key}"] .tile-face`);
  const button = value && tray.querySelector(`button[value="${value}"]:not(:disabled, .menu-item)`);
  (same || button || faces[Math.max(0, Math.min(at, faces.length - 1))] || tray.querySelector(".slot-empty"))?.focus();
};
const prompt = () => document.querySelector('[name="prompt"]');

export const insert = (token) => {
  const field = prompt();
  const before = field.value.slice(0, field.selectionStart);
  const after = field.value.slice(field.selectionEnd);
  const lead = before && !/\s$/.test(before) ? " " : "";
  const tail = after && !/^[\s.,;:!?]/.test(after) ? " " : "";
  field.setRangeText(lead + token + tail, field.selectionStart, field.selectionEnd, "end");
  field.focus();
  typed(field);
};

// Keep the cursor at the same place in the text: tokens before it may have changed length.
const renameIn = (field, moves) => {
  const start = follow(field.value.slice(0, field.selectionStart), moves).length;
  const text = follow(field.value, moves);
  if (text === field.value) return;
  const isActive = document.activeElement === field;
  field.value = text;
  if (isActive) field.setSelectionRange(start, start);
  typed(field);
};

// Commands refer to positions, which change after the first of two clicks.
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
  if (elt.dataset.words) insert(elt.dataset.words);
  if (elt.dataset.fill) fill(JSON.parse(elt.dataset.fill));
  if (focused && !document.activeElement?.matches("input, textarea, select")) refocus(elt, focused);
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

// With a tile focused, Alt and an arrow key move it, and Delete removes it.
document.addEventListener("keydown", (event) => {
  const tile = event.target.closest(".tile");
  if (!tile || !event.target.matches(".tile-face")) return;
  if (event.key.startsWith("Arrow") && !event.altKey) return;
  const action = tile.querySelector(`[data-tile-key="${event.key === "Backspace" ? "Delete" : event.key}"]`);
  if (!action) return;
  event.preventDefault();
  action.click();
});

// The tray itself shows why the file was refused.
document.addEventListener("asset-refused", () => home() && send("show"));

// "Fix all" presses the first fix; the price that follows shows what is left, and the next one is pressed.
let fixes = 0;

const fixNext = () => {
  const fix = document.querySelector("#quote [data-advice] button");
  if (!fix || fixes <= 0) return (fixes = 0);
  fixes -= 1;
  fix.click();
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fix-all]");
  if (!button) return;
  event.preventDefault();
  fixes = button.closest("[data-notes]").querySelectorAll("[data-advice] button").length;
  fixNext();
});

document.addEventListener("htmx:load", ({ detail: { elt } }) => elt.id === "quote" && fixNext());
