// Switch between system, light and dark theme; theme.js applies it on the next page.
const root = document.documentElement;

const show = () => {
  const chosen = root.dataset.theme ?? "system";
  for (const radio of document.querySelectorAll("[data-theme-choice]")) radio.checked = radio.value === chosen;
};

const remember = (theme) => {
  try {
    if (theme === "system") localStorage.removeItem("theme");
    else localStorage.setItem("theme", theme);
  } catch {
    // Storage is disabled: the choice lasts until the page is left.
  }
};

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-theme-choice]")) return;
  if (target.value === "system") delete root.dataset.theme;
  else root.dataset.theme = target.value;
  remember(target.value);
});

show();
