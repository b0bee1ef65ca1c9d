// Runs before the first paint, so that the chosen theme does not flash in late.
try {
  const chosen = localStorage.getItem("theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage is disabled: use the system theme.
}
