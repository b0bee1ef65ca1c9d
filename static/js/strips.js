// The moment under the pointer: eight frames lie side by side in one picture, of which one is seen. A picture of the
// library shows them wherever the pointer is; a card, which plays by itself, along its lower edge.
const FRAMES = 8;
let scrubbed = null;

const stripIn = (target) => target.closest?.("a, button")?.querySelector("[data-scrub]");

// Fetched as soon as the pointer comes near, and once.
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
  // Until it is here, what lies beneath stays in sight.
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
