// Generate costs credits: Ctrl/⌘+Enter asks for it, a stray Enter in a small field or a second click does not. In a name or
// an address, Enter presses the button beside it.
const isAsked = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat;

document.addEventListener("keydown", (event) => {
  const form = event.target.closest("[data-composer]");
  if (!form || event.key !== "Enter" || event.isComposing) return;
  if (isAsked(event)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.target.matches("input")) {
    event.preventDefault();
    if (event.target.matches("[data-enters]")) event.target.parentElement.querySelector("button").click();
  }
});

// The answer to the first click of a double click brings a fresh form, which the second would submit.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("[data-once]")) event.preventDefault();
});

// A price asked for before Generate and answered after it would wipe out its answer, and one that waits in htmx's queue
// would take the place of the press itself: while a press is on its way there are no prices; its answer brings one.
let isSending = false;
let isEdited = false;

document.addEventListener("input", ({ target }) => {
  if (target.closest("[data-composer]")) isEdited = true;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const isTyped = event.detail.requestConfig.triggeringEvent?.type === "input";
  if (event.target.matches("[data-composer]")) {
    isSending = true;
    isEdited = false;
    htmx.trigger(event.target.querySelector("[data-quoter]"), "htmx:abort");
  } else if (event.target.matches("[data-quoter]") && (isSending || (isTyped && !isEdited))) event.preventDefault();
});

document.addEventListener("htmx:afterRequest", ({ target }) => {
  if (!target.matches("[data-composer]")) return;
  isSending = false;
  if (isEdited) htmx.trigger(target.querySelector("[data-quoter]"), "tray-changed");
});
