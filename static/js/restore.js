// A clip of ours that is dropped on the studio carries its recipe: it is offered, beside whatever else becomes of it.
const MARK = '"seedance_web"';
// Clips are kept with their tags at the front.
const FRONT = 2 ** 18;

const isOurs = async (file) => file.type === "video/mp4" && (await file.slice(0, FRONT).text()).includes(MARK);

const offer = (details, file) => {
  const chosen = new DataTransfer();
  chosen.items.add(file);
  details.querySelector("input").files = chosen.files;
  details.open = true;
  details.querySelector("button").focus();
};

const look = async (event) => {
  const details = document.querySelector("[data-restore]");
  const [file] = event.dataTransfer?.files ?? [];
  if (details && file && (await isOurs(file))) offer(details, file);
};

document.addEventListener("drop", look, true);
