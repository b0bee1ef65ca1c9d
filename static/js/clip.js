// Keyboard shortcuts on the page of a clip, except while a field has focus.
import "./dead.js";

const player = () => document.querySelector("#detail video");

const withPlayer = (act) => () => {
  if (player()) act(player());
  return Boolean(player());
};

const toggle = withPlayer((video) => (video.paused ? video.play() : video.pause()));

const go = ({ key }) => {
  const link = document.querySelector(`a[data-key="${key}"]`);
  link?.click();
  return Boolean(link);
};

const KEYS = {
  ArrowLeft: go,
  ArrowRight: go,
  " ": toggle,
  k: toggle,
  f: withPlayer((video) => (document.fullscreenElement ? document.exitFullscreen() : video.requestFullscreen())),
  m: withPlayer((video) => (video.muted = !video.muted)),
};

// Keep keys that the focused element needs: space on buttons, space and arrows on the player.
const KEPT = { " ": "button, summary, video", ArrowLeft: "video", ArrowRight: "video" };

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const isBusy = target.closest("input, textarea, select, [popover], dialog") || (KEPT[key] && target.closest(KEPT[key]));
  if (isBusy || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.getElementById("detail") && KEYS[key]?.(event)) event.preventDefault();
});

// Use the frame shown in the player when a frame is taken from a clip.
const show = ({ target }) => {
  if (!target.matches?.("#detail video")) return;
  for (const field of document.querySelectorAll("[data-moment]")) field.value = target.currentTime.toFixed(2);
};

for (const name of ["timeupdate", "seeked", "pause"]) document.addEventListener(name, show, true);

// Whoever came from the gallery goes back to the same place in it; the link alone opens its beginning.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-back]");
  const from = document.referrer && new URL(document.referrer);
  if (!link || event.ctrlKey || event.metaKey || from?.origin !== location.origin || from.pathname !== link.dataset.back) return;
  event.preventDefault();
  history.back();
});
