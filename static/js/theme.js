// Runs before the first paint, so that the chosen theme and size of cards do not flash in late.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  const density = localStorage.getItem("density");
  if (/^[1-5]$/.test(density)) document.documentElement.dataset.density = density;
} catch {
  // Storage is disabled: use the system theme and the middle size.
}
