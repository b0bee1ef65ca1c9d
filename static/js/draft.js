// What is in the composer is kept in this browser for its user, so that no reload, error or ended session loses it.
import { contents, files, lay } from "./contents.js";
import { fill, offerBack } from "./filling.js";

const form = document.querySelector("[data-draft]");
const key = form && `draft-${form.dataset.draft}`;

const read = () => {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
};

// What is made of a draft later is no child of the clip that this page was opened with.
const keep = () => {
  const { parent, ...draft } = contents();
  try {
    localStorage.setItem(key, JSON.stringify(draft));
  } catch {
    // Storage is full or switched off: the page itself still has the text.
  }
};

// The files that were kept come before those that this page was opened with.
const restore = () => {
  const draft = read();
  if (!draft) return;
  const given = files();
  const isNew = ([name, value]) => !given.some((each) => each[0] === name && each[1] === value);
  lay({ ...draft, tray: [...(draft.tray ?? []).filter(isNew), ...given] });
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
