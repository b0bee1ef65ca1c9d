// Tells in words that a request failed; the words stay until the same request succeeds or they are closed.
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

// An ended session answers with the sign-in page, which must not land inside a fragment.
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

document.addEventListener("htmx:sendError", (event) => {
  say(event, document.querySelector("[data-failure]").dataset.unreached);
});

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful && failed && pathOf(event) === failed) clear();
});

document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-failure-close]")) clear();
});
