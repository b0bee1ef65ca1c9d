// The slider sets how large cards are; theme.js sets it on the next page, before the first paint.
const root = document.documentElement;
const MIDDLE = "3";

const show = () => {
  for (const slider of document.querySelectorAll("[data-density-step]")) slider.value = root.dataset.density ?? MIDDLE;
};

// What is looked at stays where it is: the first card in sight, unless the list is at its beginning.
const inSight = () => scrollY > 0 && [...document.querySelectorAll("[data-feed] > .card")].find((card) => card.getBoundingClientRect().bottom > 0);

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-density-step]")) return;
  const card = inSight();
  const top = card && card.getBoundingClientRect().top;
  root.dataset.density = target.value;
  if (card) scrollBy({ top: card.getBoundingClientRect().top - top, behavior: "instant" });
  try {
    localStorage.setItem("density", target.value);
  } catch {
    // Storage is disabled: the choice lasts until the page is left.
  }
});

document.addEventListener("htmx:load", show);
show();
