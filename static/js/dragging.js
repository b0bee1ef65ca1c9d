// Sort tiles by dragging: at once with a mouse, after a short press with a finger.
import { send } from "./tray.js";

const HOLD = 280;
const SLACK = 6;
let held = null;

const placed = (element) => element?.closest("#tray [data-tile], #tray [data-slot]");
const placeOf = (element) => element.dataset.tile ?? `${element.dataset.slot} 1`;

const lift = () => {
  const box = held.tile.getBoundingClientRect();
  held.ghost = held.tile.querySelector(".tile-face").cloneNode(true);
  held.ghost.classList.add("tile-ghost");
  held.ghost.removeAttribute("popovertarget");
  for (const [name, value] of Object.entries({ width: `${box.width}px`, height: `${box.height}px` })) {
    held.ghost.style.setProperty(name, value);
  }
  document.body.append(held.ghost);
  held.tile.dataset.lifted = "";
  follow(held);
};

const follow = ({ x, y }) => {
  held.ghost.style.setProperty("translate", `calc(${x}px - 50%) calc(${y}px - 50%)`);
  const over = placed(document.elementFromPoint(x, y));
  for (const each of document.querySelectorAll("#tray [data-over]")) delete each.dataset.over;
  held.over = over && over !== held.tile ? over : null;
  if (held.over) held.over.dataset.over = "";
};

const drop = () => {
  if (!held) return;
  clearTimeout(held.timer);
  const { ghost, tile, over } = held;
  held = null;
  if (!ghost) return;
  ghost.remove();
  delete tile.dataset.lifted;
  document.addEventListener("click", swallow, { capture: true, once: true });
  setTimeout(() => document.removeEventListener("click", swallow, { capture: true }));
  if (!over) return;
  delete over.dataset.over;
  send(`move ${placeOf(tile)} ${placeOf(over)}`);
};

// Ignore the click that ends a drag.
const swallow = (event) => {
  event.preventDefault();
  event.stopPropagation();
};

document.addEventListener("pointerdown", (event) => {
  const tile = event.button === 0 && event.target.closest(".tile-face") && placed(event.target);
  if (!tile || !tile.dataset.tile) return;
  const { clientX: x, clientY: y, pointerType } = event;
  held = { tile, x, y, from: { x, y }, isTouch: pointerType === "touch", ghost: null, over: null };
  if (held.isTouch) held.timer = setTimeout(lift, HOLD);
});

document.addEventListener("pointermove", ({ clientX: x, clientY: y }) => {
  if (!held) return;
  const far = Math.hypot(x - held.from.x, y - held.from.y) > SLACK;
  Object.assign(held, { x, y });
  if (held.ghost) follow(held);
  else if (far && held.isTouch) drop();
  else if (far) lift();
});

document.addEventListener("touchmove", (event) => held?.ghost && event.preventDefault(), { passive: false });
document.addEventListener("contextmenu", (event) => held?.isTouch && event.preventDefault());
document.addEventListener("pointerup", drop);
document.addEventListener("pointercancel", () => {
  if (held) held.over = null;
  drop();
});
