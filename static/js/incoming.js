// Files and addresses come in by choosing, dropping and pasting: into the composer's tray, or onto the library's shelf.
import { isOurs, restore } from "./restore.js";
import { home, send } from "./tray.js";
import { upload } from "./upload.js";

const zone = () => document.querySelector("[data-drop]");

const intoTray = (role) => ({ asset }) => send(`add ${role || "auto"} ${asset.dataset.address}`);

const ontoShelf = ({ html, asset }) => {
  document.getElementById(asset.id)?.remove();
  htmx.swap("#shelf", html, { swapStyle: "afterbegin" });
};

const keep = (files, role) => upload(files, home() ? intoTray(role) : ontoShelf);

// A clip of ours alone brings its recipe into the composer.
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

// The address is emptied for the next one once it lies in the tray.
document.addEventListener("tray-shown", ({ target }) => {
  const field = document.querySelector("[data-address]");
  if (field.value && !target.querySelector("[role=alert]")) field.value = "";
});
