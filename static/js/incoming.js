// Files and URLs by choosing, dropping and pasting, into the tray of the composer or the library.
import { contents, lay } from "./draft.js";
import { offer } from "./filling.js";
import { home, send } from "./tray.js";
import { upload } from "./upload.js";

const zone = () => document.querySelector("[data-drop]");

const intoTray = (role) => ({ asset }) => send(`add ${role || "auto"} ${asset.dataset.address}`);

const ontoShelf = ({ html, asset }) => {
  document.getElementById(asset.id)?.remove();
  htmx.swap("#shelf", html, { swapStyle: "afterbegin" });
};

const keep = (files, role) => upload(files, home() ? intoTray(role) : ontoShelf);

// A single clip of ours restores its recipe into the composer.
const add = async (files, role = "") => {
  const use = () => keep(files, role);
  if (home() && files.length === 1 && (await isOurs(files[0]))) restore(files[0], use);
  else use();
};

const isAddress = (text) => /^(https?|asset):\/\/\S+$/.test(text);

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-files]")) return;
  const role = target.closest("dialog")?.querySelector('[name="to"]').value;
  target.closest("dialog")?.close();
  add([...target.files], role);
  target.value = "";
});

const carries = ({ dataTransfer }) => ["Files", "text/uri-list"].some((type) => dataTransfer?.types.includes(type));

document.addEventListener("dragover", (event) => {
  if (!zone() || !carries(event)) return;
  event.preventDefault();
  zone().dataset.dropping = "";
  const slot = event.target.closest?.("[data-slot]");
  for (const each of document.querySelectorAll("[data-slot]")) each.toggleAttribute("data-over", each === slot);
});

const calm = () => {
  if (zone()) delete zone().dataset.dropping;
  for (const each of document.querySelectorAll("[data-slot][data-over]")) delete each.dataset.over;
};

document.addEventListener("dragleave", ({ relatedTarget }) => relatedTarget || calm());

document.addEventListener("drop", (event) => {
  if (!zone() || !carries(event)) return;
  event.preventDefault();
  calm();
  const role = event.target.closest?.("[data-slot]")?.dataset.slot;
  const files = [...event.dataTransfer.files];
  const address = event.dataTransfer.getData("text/uri-list").split("\n")[0].trim();
  if (files.length) add(files, role);
  else if (home() && isAddress(address)) send("add", { address, to: role ?? "" });
});

document.addEventListener("paste", (event) => {
  if (!zone()) return;
  const files = [...event.clipboardData.files];
  const text = event.clipboardData.getData("text").trim();
  if (files.length) add(files);
  else if (home() && isAddress(text) && !event.target.matches("input, textarea")) send("add", { address: text, to: "" });
  else return;
  event.preventDefault();
});

// Clear the URL field once the URL is in the tray.
document.addEventListener("tray-shown", ({ target }) => {
  const field = document.querySelector("[data-address]");
  if (field.value && !target.querySelector("[role=alert]")) field.value = "";
});

// Restore the recipe from one of our MP4 files into the composer. It is used as a reference video only on request.
const MARK = '"seedance_web"';
// Our clips have their tags at the front, so only this many bytes are read and sent.
const FRONT = 2 ** 18;
let use, before;

export const isOurs = async (file) => file.type === "video/mp4" && (await file.slice(0, FRONT).text()).includes(MARK);

// The server decides whether there is a valid recipe. Without one the file is used normally.
export const restore = (file, otherwise) => {
  const source = document.querySelector("[data-restored]");
  const clip = new File([file.slice(0, FRONT)], file.name, { type: file.type });
  use = otherwise;
  htmx.ajax("POST", source.dataset.restored, { source, values: { clip } });
};

// Undo, and then redo.
const exchange = (given) => {
  before = contents();
  lay(given);
  const replaced = before;
  offer(() => exchange(replaced));
};

document.addEventListener("htmx:load", ({ detail: { elt } }) => {
  if (elt.id !== "restored") return;
  if (elt.dataset.contents) exchange(JSON.parse(elt.dataset.contents));
  else use();
});

document.addEventListener("click", ({ target }) => {
  if (!target.closest("[data-use-instead]")) return;
  target.closest(".notice").remove();
  exchange(before);
  use();
});
