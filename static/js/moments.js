// The moment that is taken from a clip is the one the player shows.
const show = ({ target }) => {
  if (!target.matches?.("#detail video")) return;
  for (const field of document.querySelectorAll("[data-moment]")) field.value = target.currentTime.toFixed(2);
};

for (const name of ["timeupdate", "seeked", "pause"]) document.addEventListener(name, show, true);
