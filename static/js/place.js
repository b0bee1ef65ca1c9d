// The address follows the page of the list that is in sight, so that coming back, and a reload, come back to it.
const pageInSight = () =>
  [...document.querySelectorAll("[data-place]")].findLast((mark) => mark.nextElementSibling?.getBoundingClientRect().top < innerHeight / 2);

document.addEventListener("scrollend", () => {
  const { place } = pageInSight()?.dataset ?? {};
  if (place && place !== location.pathname + location.search) history.replaceState(history.state, "", place);
});
