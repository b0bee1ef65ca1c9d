// The arrow keys go to the next clip, unless they are at work in a field or in the player.
document.addEventListener("keydown", (event) => {
  const isBusy = event.target.closest("input, textarea, select, video, [popover]");
  if (isBusy || event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  document.querySelector(`a[data-key="${event.key}"]`)?.click();
});
