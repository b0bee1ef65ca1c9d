// The URL of an endless list is that of its beginning, to be kept and shared. Only while the page is left, its history
// entry names the page of the list that was in sight, so that the back button returns there.
const CURSOR = /[?&](after|before)=.*$/;
const here = () => location.pathname + location.search;
const show = (url) => url && url !== here() && history.replaceState(history.state, "", url);

const inSight = () =>
  [...document.querySelectorAll("[data-place]")].findLast((mark) => mark.nextElementSibling?.getBoundingClientRect().top < innerHeight / 2);

const tidy = () => show(here().replace(CURSOR, ""));
const keep = () => show(inSight()?.dataset.place);

addEventListener("pagehide", keep);
addEventListener("pageshow", tidy);
document.addEventListener("htmx:historyRestore", tidy);

// Another filter leaves the list as well, for htmx to bring back.
document.addEventListener("htmx:beforeHistoryUpdate", ({ detail }) => detail.history.type === "push" && keep());

// Until the answer is here, the old list does not pass for the one the URL now names.
document.addEventListener("htmx:historyCacheMiss", ({ detail: { xhr } }) => {
  document.getElementById("gallery")?.setAttribute("aria-busy", "true");
  xhr.addEventListener("loadend", () => {
    const isAnswered = xhr.status === 200 && new URL(xhr.responseURL).pathname === location.pathname;
    if (!isAnswered) location.reload();
  });
});
