// Keep the URL on the visible page of the list, so that going back or reloading returns to it.
const pageInSight = () =>
  [...document.querySelectorAll("[data-place]")].findLast((mark) => mark.nextElementSibling?.getBoundingClientRect().top < innerHeight / 2);

document.addEventListener("scrollend", () => {
  const { place } = pageInSight()?.dataset ?? {};
  if (place && place !== location.pathname + location.search) history.replaceState(history.state, "", place);
});
