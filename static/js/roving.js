// A row of buttons is one stop for Tab: the arrow keys go on inside it, as in a group of radio buttons.
const STOPS = "button, summary, a[href], input[type=file]";
const STEPS = { ArrowRight: 1, ArrowLeft: -1 };

const stopsOf = (row) =>
  [...row.querySelectorAll(STOPS)].filter((each) => each.checkVisibility() && !each.disabled && !row.contains(each.closest("[popover], [data-own-stops]")));

const settle = (row, current) => {
  const stops = stopsOf(row);
  const entry = stops.includes(current) ? current : (stops.find(({ tabIndex }) => tabIndex === 0) ?? stops[0]);
  for (const each of stops) each.tabIndex = each === entry ? 0 : -1;
};

const settleAll = () => document.querySelectorAll("[data-roving]").forEach((row) => settle(row));

document.addEventListener("focusin", ({ target }) => {
  const row = target.closest("[data-roving]");
  if (row) settle(row, target);
});

document.addEventListener("keydown", (event) => {
  const row = event.target.closest?.("[data-roving]");
  const stops = row && STEPS[event.key] && !event.altKey ? stopsOf(row) : [];
  const at = stops.indexOf(event.target);
  if (at < 0) return;
  event.preventDefault();
  stops[(at + STEPS[event.key] + stops.length) % stops.length].focus();
});

document.addEventListener("htmx:load", settleAll);
settleAll();
