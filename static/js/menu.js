// One menu for all cards: it opens at its card's button at once, and the server fills it.
const opened = () => document.querySelector("#card-menu:popover-open");
let opener = null;

// The stylesheet places the menu at the button that is named so.
const anchorAt = (button) => {
  opener?.removeAttribute("data-anchor");
  opener = button;
  opener.toggleAttribute("data-anchor", true);
};

// Before the browser opens or closes it: pressed in another card, it would only close.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-menu]");
  if (!button || (opened() && opener === button)) return;
  opened()?.hidePopover();
  anchorAt(button);
  const menu = document.getElementById("card-menu");
  menu.textContent = menu.dataset.loading;
  htmx.ajax("GET", button.dataset.menu, { source: menu, target: menu }).catch(() => {});
});

// A card that moves on is replaced, and with it the button at which the menu stands.
document.addEventListener("htmx:oobAfterSwap", () => {
  if (!opened() || opener.isConnected) return;
  const again = document.querySelector(`[data-menu="${opener.dataset.menu}"]`);
  if (again) anchorAt(again);
  else opened().hidePopover();
});

// The browser gives the focus back to the first button alone.
document.addEventListener(
  "toggle",
  ({ target, newState }) => {
    const isLost = document.activeElement === document.body;
    if (target.id === "card-menu" && newState === "closed" && isLost) opener.focus({ preventScroll: true });
  },
  true,
);

// It closes when one of its actions is sent, and when its items do not come.
const isOver = ({ target, type }) => (type === "htmx:beforeRequest" ? target.parentElement : target)?.id === "card-menu";

for (const name of ["htmx:beforeRequest", "htmx:responseError", "htmx:sendError"]) {
  document.addEventListener(name, (event) => isOver(event) && opened()?.hidePopover());
}
