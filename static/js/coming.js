// A clip that was asked for has its place in the feed at once and in its shape: its card then moves nothing when it comes.
let isMade = false;

const clear = () => document.querySelectorAll(".coming").forEach((place) => place.remove());

const reserve = ({ elements: { prompt, aspect_ratio: ratio, takes } }) => {
  const place = document.querySelector("[data-coming]").content.firstElementChild.cloneNode(true);
  if (ratio?.value && ratio.value !== "adaptive") place.dataset.ratio = ratio.value;
  place.querySelector(".card-prompt").textContent = prompt.value;
  const count = Math.min(Number(takes?.value) || 1, 8);
  document.getElementById("feed").prepend(...Array.from({ length: count }, () => place.cloneNode(true)));
};

document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (!target.matches("[data-composer]")) return;
  clear();
  isMade = false;
  if (target.elements.prompt.value.trim()) reserve(target);
});

document.addEventListener("generation-created", () => (isMade = true));

// Just before the cards themselves are put there, in the same moment.
document.addEventListener("htmx:oobBeforeSwap", ({ target }) => target.id === "feed" && clear());

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const isRefused = target.matches("[data-composer]") && !isMade;
  if (isRefused || (isMade && detail.successful && target.id === "updates")) clear();
});
