// Request notification permission when the option is turned on, not earlier, and show the result.
import { ring } from "./sound.js";

const box = document.querySelector("[data-asks-permission]");
const state = () => (window.isSecureContext && window.Notification ? Notification.permission : "impossible");

const show = () => {
  for (const words of document.querySelectorAll("[data-permission]")) {
    words.hidden = words.dataset.permission !== state() || (!box.checked && state() === "default");
  }
};

box.addEventListener("change", async () => {
  if (!box.checked) return show();
  if (state() === "default") await Notification.requestPermission();
  box.checked = state() === "granted";
  show();
});

document.querySelector("[data-try-sound]").addEventListener("click", () => ring());
if (box.checked) show();
