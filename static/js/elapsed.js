// How long something has been under way, counted here so that the server need not be asked.
const clock = (seconds) => {
  const two = (part) => String(part).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
};

const tick = () => {
  for (const element of document.querySelectorAll("[data-since]")) {
    const seconds = Math.floor((Date.now() - Date.parse(element.dataset.since)) / 1000);
    element.textContent = clock(Math.max(0, seconds));
  }
};

document.addEventListener("htmx:load", tick);
setInterval(tick, 1000);
tick();
