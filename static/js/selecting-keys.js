// Select with keys: arrows move between cards, X checks one, Shift+X a range, A all, Esc none.
import { selectAll, selectNone, ticks, toggle } from "./selecting.js";

const cards = () => [...document.querySelectorAll("[data-feed] > .card")];
const here = () => document.activeElement.closest?.(".card") ?? document.querySelector(".card:hover");
const focus = (card) => card?.querySelector("a")?.focus();

const beside = (card, step) => {
  const all = cards();
  return all[all.indexOf(card) + step];
};

// The nearest card in the row above or below.
const across = (card, sign) => {
  const { left, top, bottom } = card.getBoundingClientRect();
  const rows = cards().map((each) => ({ each, box: each.getBoundingClientRect() }));
  const away = ({ box }) => (sign > 0 ? box.top - bottom : top - box.bottom);
  const ahead = rows.filter((row) => away(row) > -1);
  return ahead.sort((a, b) => away(a) - away(b) || Math.abs(a.box.left - left) - Math.abs(b.box.left - left))[0]?.each;
};

const MOVES = {
  ArrowRight: (card) => beside(card, 1),
  ArrowLeft: (card) => beside(card, -1),
  ArrowDown: (card) => across(card, 1),
  ArrowUp: (card) => across(card, -1),
};

const KEYS = {
  x: ({ shiftKey }) => {
    const tick = here()?.querySelector(".card-select input");
    if (tick) toggle(tick, { isRange: shiftKey });
    return Boolean(tick);
  },
  a: () => ticks().length > 0 && (selectAll(), true),
  escape: () => (selectNone(), false),
  "/": () => (document.querySelector('.search input')?.focus(), true),
};

document.addEventListener("keydown", (event) => {
  const { target, key } = event;
  const isBusy = target.closest("input:not([type=checkbox]), textarea, select, video") || document.querySelector(":popover-open, dialog[open]");
  if (isBusy || event.ctrlKey || event.metaKey || event.altKey) return;
  const card = target.closest(".card");
  if (card && MOVES[key]) {
    event.preventDefault();
    focus(MOVES[key](card));
  } else if (KEYS[key.toLowerCase()]?.(event)) event.preventDefault();
});
