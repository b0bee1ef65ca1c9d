// The library as a dialog over the composer. Without script the same button leads to a page.
import { send } from "./tray.js";

const dialog = document.querySelector("[data-picker]");
// Where a click adds the file: a frame, or any list.
const role = () => dialog.querySelector('[name="to"]').value;
const places = () => (role() ? `#tray [name="${role()}"]` : "#tray [data-list] [type=hidden]");

const open = (wanted) => {
  const form = dialog.querySelector("[data-picker-form]");
  form.reset();
  form.elements.to.value = wanted;
  const isFrame = Boolean(wanted);
  form.querySelector(`[name=kind][value="${isFrame ? "image" : ""}"]`).checked = true;
  form.querySelector("[data-kinds]").hidden = isFrame;
  dialog.showModal();
  form.requestSubmit();
};

const mark = () => {
  const lying = new Set([...document.querySelectorAll(places())].map(({ value }) => value));
  for (const pick of document.querySelectorAll("[data-pick]")) {
    pick.setAttribute("aria-pressed", lying.has(pick.dataset.pick));
  }
};

const takeOut = (address) => {
  const lying = [...document.querySelectorAll(places())].find(({ value }) => value === address);
  lying.closest(".tile").querySelector('[data-tile-key="Delete"]').click();
};

if (dialog) {
  // A second click removes a file that is in the tray.
  document.addEventListener("click", (event) => {
    const pick = event.target.closest("[data-pick]");
    const opener = event.target.closest("[data-pick-for]");
    if (!pick && !opener) return;
    event.preventDefault();
    if (opener) open(opener.dataset.pickFor);
    else if (pick.ariaPressed === "true") takeOut(pick.dataset.pick);
    else send(pick.value);
  });
  document.addEventListener("tray-shown", () => {
    mark();
    if (role()) dialog.close();
  });
  document.addEventListener("htmx:load", ({ detail: { elt } }) => elt.id === "picker-list" && mark());
}
