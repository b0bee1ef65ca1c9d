// Generate costs credits: Ctrl/⌘+Enter asks for it, a stray Enter in a small field or a second click does not.
const isAsked = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat;

document.addEventListener("keydown", (event) => {
  const form = event.target.closest("[data-composer]");
  if (!form || event.key !== "Enter" || event.isComposing) return;
  if (isAsked(event)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.target.matches("input")) {
    event.preventDefault();
  }
});

// The answer to the first click of a double click brings a fresh form, which the second would submit.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("[data-once]")) event.preventDefault();
});

// A price asked for before Generate and sent after it would wipe out the answer: it is dropped.
let isEdited = false;

document.addEventListener("input", ({ target }) => {
  if (target.closest("[data-composer]")) isEdited = true;
});

document.addEventListener("htmx:beforeRequest", (event) => {
  const isTyped = event.detail.requestConfig.triggeringEvent?.type === "input";
  if (event.target.matches("[data-composer]")) isEdited = false;
  else if (event.target.matches("[data-quoter]") && isTyped && !isEdited) event.preventDefault();
});
