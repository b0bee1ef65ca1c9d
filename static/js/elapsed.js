// How long something has been under way, counted here so that the server need not be asked.
const clock = (seconds) => {
  const two = (part) => String(part).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
};

// A median is passed by half of all clips: only well past it is a clip late.
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
