// Uploads to the library: a line each with progress and a cancel button, three at a time.
const AT_ONCE = 3;
const MEGABYTE = 1024 * 1024;
const MOST = { image: 25, audio: 25, video: 50 };
// All visible texts are in the page, in its language.
const list = () => document.querySelector("[data-uploads]");

let running = 0;
const waiting = [];

const next = () => {
  if (running >= AT_ONCE || !waiting.length) return;
  running += 1;
  waiting.shift()();
};

const line = (file) => {
  const item = document.getElementById("upload").content.firstElementChild.cloneNode(true);
  item.querySelector(".upload-name").textContent = file.name;
  item.querySelector("progress").ariaLabel = list().dataset.progress.replace("{name}", file.name);
  list().append(item);
  return item;
};

const say = (item, words) => (item.querySelector(".upload-words").textContent = words);

const fail = (item, words) => {
  say(item, words);
  item.dataset.failed = "";
  item.setAttribute("role", "alert");
  item.querySelector("progress").remove();
  const button = item.querySelector("button");
  button.textContent = list().dataset.close;
  button.onclick = () => item.remove();
};

// Do not upload what is certainly too large.
const tooLarge = (file) => {
  const kind = file.type.split("/")[0];
  const words = list().getAttribute(`data-large-${kind}`) ?? list().dataset.largeOther;
  return file.size > (MOST[kind] ?? 50) * MEGABYTE && words;
};

const wordsOf = (xhr, page) => {
  const refused = page.querySelector("[data-refused]")?.textContent;
  if (refused) return refused.replace(/^“.*?”: /, "");
  const { large, unreached, other } = list().dataset;
  if (xhr.status === 413) return large;
  return xhr.status ? other.replace("{status}", xhr.status) : unreached;
};

const post = (file, item, xhr) =>
  new Promise((settle) => {
    const form = new FormData();
    form.append("file", file);
    const progress = item.querySelector("progress");
    xhr.upload.onprogress = ({ loaded, total }) => {
      progress.value = loaded / total;
      say(item, loaded < total ? `${Math.round((100 * loaded) / total)} %` : list().dataset.looking);
    };
    xhr.onloadend = () => settle();
    xhr.open("POST", `${document.body.dataset.home}library/`);
    for (const [name, value] of Object.entries(JSON.parse(document.body.getAttribute("hx-headers")))) {
      xhr.setRequestHeader(name, value);
    }
    xhr.setRequestHeader("HX-Request", "true");
    xhr.send(form);
  });

// The page returned by the library, or null if nothing was added.
const sent = async (file, item) => {
  const words = tooLarge(file);
  if (words) return fail(item, words), null;
  const xhr = new XMLHttpRequest();
  let isCancelled = false;
  item.querySelector("button").onclick = () => {
    isCancelled = true;
    xhr.abort();
    item.remove();
  };
  await new Promise((start) => {
    waiting.push(start);
    next();
  });
  if (!isCancelled) await post(file, item, xhr);
  running -= 1;
  next();
  if (isCancelled) return null;
  const login = xhr.getResponseHeader("HX-Redirect");
  if (login) return location.assign(login), null;
  const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
  if (xhr.status !== 200) return fail(item, wordsOf(xhr, page)), null;
  item.remove();
  return { html: xhr.responseText, asset: page.querySelector("[data-address]") };
};

// Report files in the order they were given, whichever finishes first.
let told = Promise.resolve();

export const upload = (files, kept) => {
  for (const file of files) {
    const answer = sent(file, line(file));
    told = told.then(() => answer).then((found) => found && kept(found));
  }
};
