// Show an error message when a request fails, until the same request succeeds, the studio can be reached or it is closed.
const login = document.querySelector('meta[name="login-url"]')?.content;
let failed = null;

const pathOf = (event) => event.detail.pathInfo?.requestPath?.split("?")[0] ?? event.detail.requestConfig?.path;

const wordsFor = (status) => {
  const { dataset } = document.querySelector("[data-failure]");
  return dataset[`words-${status}`] ?? dataset.words.replace("{status}", status);
};

const say = (event, words, { canReload = false } = {}) => {
  const box = document.querySelector("[data-failure]");
  failed = pathOf(event);
  box.querySelector("[data-failure-words]").textContent = words;
  box.querySelector("[data-failure-reload]").hidden = !canReload;
  box.hidden = false;
};

const clear = () => {
  failed = null;
  document.querySelector("[data-failure]").hidden = true;
};

// An expired session returns the sign-in page, which must not be swapped into a fragment.
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { responseURL } = event.detail.xhr;
  if (!login || !responseURL || new URL(responseURL).pathname !== login) return;
  event.preventDefault();
  location.assign(`${login}?next=${encodeURIComponent(location.pathname + location.search)}`);
});

document.addEventListener("htmx:responseError", (event) => {
  const { status } = event.detail.xhr;
  say(event, wordsFor(status), { canReload: status === 403 || status === 401 });
});

// Out of reach: said beside Generate as well, and tried again until there is an answer; then it goes by itself.
const AGAIN = [1000, 2000, 4000, 8000];
let tries = 0;
let waiting = null;

const sayInFoot = (words) => {
  const foot = document.querySelector("[data-failure-foot]");
  if (!foot) return;
  foot.textContent = words;
  foot.hidden = !words;
};

const lookAgain = () => {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const answer = await fetch(`${document.body.dataset.home}healthz`, { cache: "no-store" }).catch(() => null);
    if (answer?.ok) reached();
    else lookAgain();
  }, AGAIN[Math.min(tries++, AGAIN.length - 1)]);
};

const reached = () => {
  if (waiting === null) return;
  clearTimeout(waiting);
  waiting = null;
  tries = 0;
  sayInFoot("");
  clear();
  document.body.dispatchEvent(new CustomEvent("studio-reached"));
};

const unreached = (event) => {
  const words = document.querySelector("[data-failure]").dataset.unreached;
  say(event, words);
  sayInFoot(words);
  if (waiting === null) lookAgain();
};

document.addEventListener("htmx:sendError", unreached);
addEventListener("offline", () => unreached({ detail: {} }));
addEventListener("online", () => waiting !== null && ((tries = 0), lookAgain()));

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.xhr.status) reached();
  if (event.detail.successful && failed && pathOf(event) === failed) clear();
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-failure-close]")) clear();
});
