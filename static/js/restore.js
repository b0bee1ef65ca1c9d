// An MP4 of ours that comes into the composer fills it with its recipe; a reference video it is only when that is asked for.
import { contents, lay } from "./draft.js";
import { offer } from "./filling.js";

const MARK = '"seedance_web"';
// Clips are kept with their tags at the front: no more of them is looked at, or sent.
const FRONT = 2 ** 18;
let use, before;

export const isOurs = async (file) => file.type === "video/mp4" && (await file.slice(0, FRONT).text()).includes(MARK);

// Whether there is a recipe that can be read is the server's to say; what has none is used as any other file.
export const restore = (file, otherwise) => {
  const source = document.querySelector("[data-restored]");
  const clip = new File([file.slice(0, FRONT)], file.name, { type: file.type });
  use = otherwise;
  htmx.ajax("POST", source.dataset.restored, { source, values: { clip } });
};

// What was there can be put back, and then the recipe again.
const exchange = (given) => {
  before = contents();
  lay(given);
  const replaced = before;
  offer(() => exchange(replaced));
};

document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  if (elt.id !== "restored") return;
  if (elt.dataset.contents) exchange(JSON.parse(elt.dataset.contents));
  else use();
});

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-use-instead]")) return;
  target.closest(".notice").remove();
  exchange(before);
  use();
});
