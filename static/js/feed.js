// Placeholder in the feed, in the shape of the requested clip, so that its card moves nothing when it arrives.
let isMade = false;

const clear = () => document.querySelectorAll(".coming").forEach((place) => place.remove());

const reserve = ({ elements: { prompt, aspect_ratio: ratio, takes } }) => {
  const place = document.querySelector("[data-coming]").content.firstElementChild.cloneNode(true);
  if (ratio?.value && ratio.value !== "adaptive") place.dataset.ratio = ratio.value;
  place.querySelector(".card-prompt").textContent = prompt.value;
  place.toggleAttribute("data-stack", Number(takes?.value) > 1);
  document.getElementById("feed").prepend(place);
};

document.addEventListener("htmx:beforeRequest", ({ target }) => {
  if (!target.matches("[data-composer]")) return;
  clear();
  isMade = false;
  if (target.elements.prompt.value.trim()) reserve(target);
});

document.addEventListener("generation-created", () => (isMade = true));

// The other tabs of this browser take the new card in at once; those of other devices when they are looked at.
const tabs = new BroadcastChannel("clips");
const takeIn = () => document.body.dispatchEvent(new CustomEvent("generation-elsewhere"));
document.addEventListener("generation-created", () => tabs.postMessage("created"));
tabs.addEventListener("message", takeIn);
document.addEventListener("visibilitychange", () => document.hidden || takeIn());

// Remove it right before the cards are inserted.
document.addEventListener("htmx:oobBeforeSwap", ({ target }) => target.id === "feed" && clear());

document.addEventListener("htmx:afterRequest", ({ target, detail }) => {
  const isRefused = target.matches("[data-composer]") && !isMade;
  if (isRefused || (isMade && detail.successful && target.id === "updates")) clear();
});

// A card is replaced when its clip moves on. The same link or button of the new card gets the keyboard focus.
const stops = (card) => [...card.querySelectorAll("a[href], button, input:not([type=hidden])")];
const nameOf = (stop) => `${stop.closest("p")?.className} ${stop.getAttribute("href") ?? stop.title}`;
let focused = null;

document.addEventListener("htmx:oobBeforeSwap", ({ target, detail }) => {
  const stop = document.activeElement;
  const next = detail.fragment.querySelector(".card");
  if (!next || !target.matches(".card") || !target.contains(stop)) return;
  focused = { card: next.id, at: stops(target).indexOf(stop), name: nameOf(stop) };
});

document.addEventListener("htmx:oobAfterSwap", ({ target }) => {
  if (!focused || target.id !== focused.card) return;
  const there = stops(target);
  (there.find((stop) => nameOf(stop) === focused.name) ?? there[Math.min(focused.at, there.length - 1)])?.focus();
  focused = null;
});

// Count elapsed time in the browser, so that the server need not be asked.
const clock = (seconds) => {
  const two = (part) => String(part).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
};

// Half of all clips take longer than the median, so a clip is late only well past it.
const LATE = 1.25;

const tick = () => {
  for (const element of document.querySelectorAll("[data-since]")) {
    const seconds = Math.floor((Date.now() - Date.parse(element.dataset.since)) / 1000);
    element.textContent = clock(Math.max(0, seconds));
    element.toggleAttribute("data-late", seconds > element.dataset.expected * LATE);
  }
};

document.addEventListener("htmx:load", tick);
setInterval(tick, 1000);
tick();
