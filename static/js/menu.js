// One menu for all cards: it opens at its card's button at once, and the server fills it.
const opened = () => document.querySelector("#card-menu:popover-open");
let opener = null;

// Before the browser opens or closes it: pressed in another card, it would only close.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-menu]");
  if (!button || (opened() && opener === button)) return;
  opened()?.hidePopover();
  opener = button;
  const menu = document.getElementById("card-menu");
  menu.textContent = menu.dataset.loading;
  htmx.ajax("GET", button.dataset.menu, { source: menu, target: menu }).catch(() => {});
});

// It closes when one of its actions is sent, and when its items do not come.
const isOver = ({ target, type }) => (type === "htmx:beforeRequest" ? target.parentElement : target)?.id === "card-menu";

for (const name of ["htmx:beforeRequest", "htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, (event) => isOver(event) && opened()?.hidePopover());
}
