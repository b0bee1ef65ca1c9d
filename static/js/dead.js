// A codec that this browser lacks leaves a dead player, or one with sound alone: say so beside it.
export const tellDead = ({ target }) => {
  const words = target.parentElement?.querySelector("[data-unplayable]");
  const isDead = target.error || (target.readyState > 0 && !target.videoWidth);
  if (words && isDead) words.hidden = false;
};

for (const name of ["error", "loadedmetadata"]) document.addEventListener(name, tellDead, true);
