// Quick look: Space on a card plays its clip in a dialog, and the arrow keys go to the cards beside it.
import "./dead.js";

const dialog = document.getElementById("look");
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const STEPS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };
const cards = () => [...document.querySelectorAll("[data-feed] > .card:has([data-preview])")];
// Its id, because a card that changes is replaced.
let shown = null;
const card = () => document.getElementById(shown);

const show = (next) => {
  shown = next.id;
  const stage = next.querySelector("[data-preview]");
  const video = dialog.querySelector("video");
  dialog.querySelector("[data-unplayable]").hidden = true;
  video.parentElement.dataset.ratio = next.dataset.ratio;
  video.poster = stage.querySelector(".stage-poster")?.src ?? "";
  Object.assign(video, { src: stage.dataset.preview, muted: true, autoplay: !calm.matches });
  dialog.querySelector("#look-prompt").textContent = next.querySelector(".card-prompt").innerText;
  dialog.querySelector("[data-look-open]").href = stage.href;
  // Near the end of the list the next cards load.
  next.scrollIntoView({ block: "nearest" });
};

const open = (target) => {
  const next = target.closest("a[href]") && target.closest("[data-feed] > .card:has([data-preview])");
  if (!next) return false;
  show(next);
  dialog.showModal();
  dialog.focus();
  return true;
};

const step = (by) => {
  const all = cards();
  const next = all[all.indexOf(card()) + by];
  if (next) show(next);
  return true;
};

// The player and the buttons keep the keys that are theirs.
const act = ({ target, key }) => {
  if (!dialog.open) return key === " " && open(target);
  if (target.closest("video, a, button")) return false;
  if (key === " ") return dialog.close(), true;
  return STEPS[key] && step(STEPS[key]);
};

if (dialog) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (act(event)) event.preventDefault();
  });
  dialog.addEventListener("close", () => {
    const video = dialog.querySelector("video");
    video.removeAttribute("src");
    video.load();
    // The browser gives the focus back to the card it was opened at; of another card it is the picture.
    if (card() && !card().contains(document.activeElement)) card().querySelector("[data-preview]")?.focus();
  });
}
