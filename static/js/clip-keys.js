// The keys of a clip's page, unless they are at work in a field.
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

// What has the focus keeps the keys that it has a use for: a button the space bar, the player that and the arrows.
const KEPT = { " ": "button, summary, video", ArrowLeft: "video", ArrowRight: "video" };

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const isBusy = target.closest("input, textarea, select, [popover], dialog") || (KEPT[key] && target.closest(KEPT[key]));
  if (isBusy || event.ctrlKey || event.metaKey || event.altKey) return;
  if (document.getElementById("detail") && KEYS[key]?.(event)) event.preventDefault();
});
