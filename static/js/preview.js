// Play a clip without sound while the pointer or focus is on its card; the poster stays beneath.
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

// Progress of the clip. While scrubbing, the scrub position is shown, and the clip continues from there.
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

// Scrubbing: show one frame of a sprite sheet of eight. A library picture scrubs under the pointer anywhere,
// a card, which plays by itself, only along its lower edge.
const FRAMES = 8;
let scrubbed = null;

const stripIn = (target) => target.closest?.("a, button")?.querySelector("[data-scrub]");

// Loaded once, as soon as the pointer comes near.
const draw = (strip) => {
  if (strip.firstChild) return;
  const picture = new Image();
  picture.onload = () => strip.style.setProperty("--frame-ratio", picture.naturalWidth / FRAMES / picture.naturalHeight);
  Object.assign(picture, { src: strip.dataset.scrub, alt: "", draggable: false });
  strip.append(picture);
};

const end = () => {
  if (!scrubbed) return;
  const strip = scrubbed;
  scrubbed = null;
  delete strip.dataset.scrubbing;
  strip.dispatchEvent(new CustomEvent("scrubbed", { bubbles: true, detail: Number(strip.style.getPropertyValue("--at")) }));
};

document.addEventListener("pointermove", ({ target, pointerType, clientX, clientY }) => {
  const strip = pointerType !== "touch" && stripIn(target);
  if (strip !== scrubbed) end();
  if (!strip) return;
  draw(strip);
  const { left, top, width, bottom } = strip.getBoundingClientRect();
  // Until it is loaded, the poster stays visible.
  if (!strip.firstChild.naturalWidth || clientY < top || clientY > bottom) return end();
  scrubbed = strip;
  const at = Math.min(Math.max((clientX - left) / width, 0), 0.999);
  strip.dataset.scrubbing = "";
  strip.style.setProperty("--at", at);
  strip.style.setProperty("--frame", Math.floor(at * FRAMES));
});

document.addEventListener("pointerout", ({ relatedTarget }) => {
  if (scrubbed && !scrubbed.closest("a, button").contains(relatedTarget)) end();
});
