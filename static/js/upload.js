// Files on their way to the library: a line each with its progress and a way to stop it, three at a time.
const AT_ONCE = 3;
const MEGABYTE = 1024 * 1024;
const NOUNS = { image: ["picture", 25], audio: ["sound", 25], video: ["video", 50] };

let running = 0;
const waiting = [];

const next = () => {
  if (running >= AT_ONCE || !waiting.length) return;
  running += 1;
  waiting.shift()();
};

const line = (file) => {
  const item = document.createElement("li");
  item.className = "upload";
  item.innerHTML =
    '<span class="upload-name"></span><span class="upload-words">Waiting</span><progress max="1" value="0"></progress>' +
    '<button class="button" type="button" data-kind="quiet">Cancel</button>';
  item.querySelector(".upload-name").textContent = file.name;
  item.querySelector("progress").ariaLabel = `${file.name}: uploaded`;
  document.querySelector("[data-uploads]").append(item);
  return item;
};

const say = (item, words) => (item.querySelector(".upload-words").textContent = words);

const fail = (item, words) => {
  say(item, words);
  item.dataset.failed = "";
  item.setAttribute("role", "alert");
  item.querySelector("progress").remove();
  const button = item.querySelector("button");
  button.textContent = "Close";
  button.onclick = () => item.remove();
};

// What is surely too large need not be sent to be refused.
const tooLarge = (file) => {
  const [noun, most] = NOUNS[file.type.split("/")[0]] ?? ["file", 50];
  return file.size > most * MEGABYTE && `This ${noun} is larger than ${most} MB, the most that can be used.`;
};

const wordsOf = (xhr, page) => {
  const refused = page.querySelector("[data-refused]")?.textContent;
  if (refused) return refused.replace(/^“.*?”: /, "");
  if (xhr.status === 413) return "This is larger than anything that can be used: 50 MB for a video, 25 MB for the rest.";
  if (!xhr.status) return "The studio cannot be reached. Check your connection and add it again.";
  return `The studio could not take it (error ${xhr.status}). Add it again in a moment.`;
};

const post = (file, item, xhr) =>
  new Promise((settle) => {
    const form = new FormData();
    form.append("file", file);
    const progress = item.querySelector("progress");
    xhr.upload.onprogress = ({ loaded, total }) => {
      progress.value = loaded / total;
      say(item, loaded < total ? `${Math.round((100 * loaded) / total)} %` : "Looking at it");
    };
    xhr.onloadend = () => settle();
    xhr.open("POST", "/library/");
    for (const [name, value] of Object.entries(JSON.parse(document.body.getAttribute("hx-headers")))) {
      xhr.setRequestHeader(name, value);
    }
    xhr.setRequestHeader("HX-Request", "true");
    xhr.send(form);
  });

// The page that the library answered with, or null where nothing was kept.
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

// They are told of in the order in which they were given, whichever is there first.
let told = Promise.resolve();

export const upload = (files, kept) => {
  for (const file of files) {
    const answer = sent(file, line(file));
    told = told.then(() => answer).then((found) => found && kept(found));
  }
};
