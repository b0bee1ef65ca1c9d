// A clip plays without sound while the pointer or the focus is on its card; the poster stays beneath it.
const calm = matchMedia("(prefers-reduced-motion: reduce)");

const play = (stage) => {
  if (calm.matches || stage.querySelector("video")) return;
  const video = document.createElement("video");
  Object.assign(video, { src: stage.dataset.preview, muted: true, loop: true, playsInline: true, className: "stage-clip" });
  video.setAttribute("aria-hidden", "true");
  stage.append(video);
  video.play().catch(() => video.remove());
};

const stop = (stage) => {
  const video = stage.querySelector("video");
  if (!video) return;
  video.removeAttribute("src");
  video.load();
  video.remove();
};

const stageOf = ({ target }) => target.closest?.("[data-preview]");

const enter = (event) => {
  const stage = stageOf(event);
  if (stage && event.pointerType !== "touch") play(stage);
};

const leave = (event) => {
  const stage = stageOf(event);
  if (stage && !stage.contains(event.relatedTarget)) stop(stage);
};

document.addEventListener("pointerover", enter);
document.addEventListener("pointerout", leave);
document.addEventListener("focusin", enter);
document.addEventListener("focusout", leave);

// How far it is; while the pointer looks for a moment, that stands there instead, and the clip goes on from it.
document.addEventListener(
  "timeupdate",
  (event) => {
    const line = stageOf(event)?.querySelector("[data-scrub]:not([data-scrubbing])");
    line?.style.setProperty("--at", event.target.currentTime / event.target.duration);
  },
  true,
);

document.addEventListener("scrubbed", (event) => {
  const video = stageOf(event)?.querySelector("video");
  if (video?.duration) video.currentTime = event.detail * video.duration;
});
