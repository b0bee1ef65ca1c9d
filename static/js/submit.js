// Generate costs credits: Ctrl/⌘+Enter submits, but Enter in a small field or a second click does not.
// In a name or URL field, Enter presses the button beside it.
const isAsked = (event) => event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.repeat;

document.addEventListener("keydown", (event) => {
  // With the focus on nothing, or in the feed, the shortcut is meant for the composer all the same.
  const isElsewhere = isAsked(event) && !event.target.closest("form, dialog") && !document.querySelector("dialog[open]");
  const form = event.target.closest("[data-composer]") ?? (isElsewhere && document.querySelector("[data-composer]"));
  if (!form || event.key !== "Enter" || event.isComposing) return;
  if (isAsked(event)) {
    event.preventDefault();
    form.requestSubmit();
  } else if (event.target.matches("input")) {
    event.preventDefault();
    if (event.target.matches("[data-enters]")) event.target.parentElement.querySelector("button").click();
  }
});

// The response to the first click brings a fresh form, which the second click of a double click would submit.
document.addEventListener("click", (event) => {
  if (event.detail > 1 && event.target.closest("[data-once]")) event.preventDefault();
});

// A quote requested before Generate and answered after it would overwrite its response, and one waiting in the
// htmx queue would replace the submit. So no quotes are sent during a submit; its response contains one.
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

// The fields named by an error say so themselves; in a closed details element, which is opened, unless it is a chip's.
const fieldsOf = (form, name) => [form.elements[name] ?? []].flatMap((each) => (each.length && !each.options ? [...each] : each));

const mark = () => {
  const form = document.querySelector("[data-composer]");
  for (const error of form?.querySelectorAll(".field-error") ?? []) {
    const isWrong = error.textContent.trim() !== "";
    for (const field of fieldsOf(form, error.id.replace("error-", ""))) {
      if (isWrong) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    const closed = isWrong && error.closest("details:not([open], .setting)");
    if (closed) closed.open = true;
  }
};

// After a refused press the first field that is wrong is in sight, and has the focus.
const goToProblem = () => {
  const form = document.querySelector("[data-composer]");
  const name = document.querySelector("#quote [data-problem]")?.dataset.problem;
  const fields = name ? fieldsOf(form, name).filter(({ type }) => type !== "hidden") : [];
  const field = fields.find(({ checked }) => checked) ?? fields[0] ?? document.getElementById(`error-${name}`);
  if (!field) return;
  for (let each = field.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
  field.scrollIntoView({ block: "center" });
  field.focus({ preventScroll: true });
};

document.addEventListener("htmx:oobAfterSwap", mark);
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  mark();
  if (detail.requestConfig?.elt.matches("[data-composer]")) goToProblem();
});
document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-problem]")) return;
  event.preventDefault();
  goToProblem();
});
mark();
if (document.querySelector("[data-composer][data-bound]")) goToProblem();
