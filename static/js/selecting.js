// Select cards with clicks: a checkbox, a card while something is selected, Shift for a range.
// The checkboxes are the only state; the bar shows itself by them.
export const ticks = () => [...document.querySelectorAll(".card-select input")];
const ticked = () => ticks().filter((tick) => tick.checked);
let anchor = null;

const isSelecting = () => document.body.hasAttribute("data-selecting") || ticked().length > 0;

export const tell = () => {
  const count = document.querySelector("[data-selected]");
  if (!count) return;
  const isAll = document.querySelector('#bulk [name="all"]').checked;
  const total = document.querySelector("[data-total]")?.dataset ?? {};
  const number = isAll ? Number(total.total) : ticked().reduce((sum, { dataset: { count = 1 } }) => sum + Number(count), 0);
  const more = isAll && "more" in total ? "+" : "";
  const shown = number.toLocaleString(document.documentElement.lang) + more;
  count.textContent = number ? count.dataset.selected.replace("{number}", shown) : "";
};

export const toggle = (tick, { isRange = false, isOn = !tick.checked } = {}) => {
  const all = ticks();
  const [from, to] = isRange && all.includes(anchor) ? [all.indexOf(anchor), all.indexOf(tick)] : [all.indexOf(tick), all.indexOf(tick)];
  for (const each of all.slice(Math.min(from, to), Math.max(from, to) + 1)) each.checked = isOn;
  // Changing a single checkbox ends the selection of all matches.
  document.querySelector('#bulk [name="all"]').checked = false;
  anchor = tick;
  tell();
};

export const selectAll = () => {
  for (const tick of ticks()) tick.checked = true;
  tell();
};

export const selectNone = () => {
  for (const tick of [...ticks(), ...document.querySelectorAll('#bulk [name="all"]')]) tick.checked = false;
  setMode(false);
  anchor = null;
  tell();
};

const setMode = (isOn) => {
  document.body.toggleAttribute("data-selecting", isOn);
  document.querySelector('[data-select="mode"]')?.setAttribute("aria-pressed", String(isOn));
};

const BUTTONS = { all: selectAll, none: selectNone, mode: (button) => (button.getAttribute("aria-pressed") === "true" ? selectNone() : setMode(true)) };

// In the capture phase, before the link of the card is followed.
document.addEventListener(
  "click",
  (event) => {
    const button = event.target.closest("[data-select]");
    if (button) BUTTONS[button.dataset.select](button);
    const tick = event.target.closest(".card")?.querySelector(".card-select input");
    if (!tick || event.ctrlKey || event.metaKey) return;
    if (event.target === tick) toggle(tick, { isRange: event.shiftKey, isOn: tick.checked });
    else if (event.target.closest("a") && (event.shiftKey || isSelecting())) {
      event.preventDefault();
      event.stopPropagation();
      toggle(tick, { isRange: event.shiftKey });
    }
  },
  true,
);

document.addEventListener("change", ({ target }) => {
  if (target.closest("#bulk")) tell();
});

document.addEventListener("selection-done", () => {
  for (const sheet of document.querySelectorAll(".sheet:popover-open")) sheet.hidePopover();
  for (const field of document.querySelectorAll("#bulk .input")) field.value = "";
  selectNone();
});
