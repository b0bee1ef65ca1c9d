// Report ended clips: to screen readers, once and politely, and in the ways the user chose:
// a count in the title, a sound, a system notification.
import { ring } from "./sound.js";

const wants = (way) => document.body.dataset.tells?.split(" ").includes(way);
const isLooking = () => !document.hidden && document.hasFocus();
const title = document.title;
let count = 0;

const show = () => (document.title = count ? `(${count}) ${title}` : title);

// A page in view holds this lock, so that no other tab shows a notification for it.
let leave = null;
const hold = (left) => {
  leave?.();
  leave = left;
};
const look = () => navigator.locks?.request("looking", { mode: "shared" }, () => isLooking() && new Promise(hold));
const isSeen = async () => (await navigator.locks?.query())?.held.some(({ name }) => name === "looking");

const turn = () => {
  leave?.();
  leave = null;
  if (!isLooking()) return;
  look();
  count = 0;
  show();
};

// Adding an existing entry fails, so only one of several tabs reports a clip.
const opened = () =>
  new Promise((settle, fail) => {
    const asked = indexedDB.open("told", 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore("clips");
    asked.onsuccess = () => settle(asked.result);
    asked.onerror = fail;
  });

const isFirst = async ({ id }) => {
  const told = (await opened()).transaction("clips", "readwrite").objectStore("clips");
  return new Promise((settle) => {
    const adding = told.add(Date.now(), id);
    adding.onsuccess = () => settle(true);
    adding.onerror = () => settle(false);
  });
};

const wordsOf = ({ id, status }) => {
  const { wordsFinished, wordsFailed } = document.body.dataset;
  const prompt = document.querySelector(`#card-${id} .card-prompt`)?.textContent.trim() ?? "";
  return [status === "finished" ? wordsFinished : wordsFailed, prompt.slice(0, 120)];
};

const say = (clips) => {
  document.querySelector("[data-said]").textContent = clips.map((clip) => wordsOf(clip).join(": ")).join(". ");
};

const notify = (clip) => {
  const [title, body] = wordsOf(clip);
  const shown = new Notification(title, { body, tag: clip.id });
  shown.onclick = () => {
    window.focus();
    location.assign(`${document.body.dataset.home}generations/${clip.id}/`);
  };
};

const tell = async (clips) => {
  // Without storage, two notifications are better than none.
  const first = await Promise.all(clips.map((clip) => isFirst(clip).catch(() => true)));
  const ours = clips.filter((clip, index) => first[index]);
  if (!ours.length) return;
  if (wants("sound")) ring({ isFailure: ours.every(({ status }) => status !== "finished") });
  const isShown = wants("notification") && window.Notification?.permission === "granted" && !(await isSeen());
  if (isShown) ours.forEach(notify);
};

document.addEventListener("generation-ended", ({ detail: { clips } }) => {
  if (wants("title") && !isLooking()) count += clips.length;
  show();
  say(clips);
  tell(clips);
});

for (const name of ["focus", "blur", "visibilitychange"]) addEventListener(name, turn);
turn();
