// Eight frames of a video pass by under the pointer, from its beginning at the left to its end at the right.
const FRAMES = 8;
const stripOf = ({ target }) => target.closest?.(".asset-face, .pick, .tile-face")?.querySelector("[data-strip]");

document.addEventListener("pointermove", (event) => {
  const strip = event.pointerType !== "touch" && stripOf(event);
  if (!strip) return;
  if (!strip.firstChild) {
    const picture = new Image();
    picture.src = strip.dataset.strip;
    picture.alt = "";
    strip.append(picture);
  }
  const { left, width } = strip.getBoundingClientRect();
  const frame = Math.min(FRAMES - 1, Math.max(0, Math.floor(((event.clientX - left) / width) * FRAMES)));
  strip.style.setProperty("--frame", frame);
});
