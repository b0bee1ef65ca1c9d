// The chips of the composer say what is chosen; of their panels one is open, until a click beside it or Escape.
const shown = (output) => {
  const field = output.closest("form").elements[output.dataset.shows];
  const radio = [...(field.length ? field : [])].find(({ checked }) => checked);
  const value = radio ? (radio.dataset.label ?? radio.value) : field.value;
  return value ? (output.dataset.words ?? "{value}").replace("{value}", value) : (output.dataset.empty ?? "–");
};

const show = () => {
  for (const output of document.querySelectorAll("[data-shows]")) output.textContent = shown(output);
};

document.addEventListener("input", ({ target }) => target.closest("[data-composer]") && show());
document.addEventListener("htmx:oobAfterSwap", show);
show();

const close = (inside) => {
  for (const open of document.querySelectorAll(".setting[open]")) if (!open.contains(inside)) open.open = false;
};

document.addEventListener("click", ({ target }) => close(target));

document.addEventListener("keydown", ({ key, target }) => {
  const open = key === "Escape" && target.closest?.(".setting[open], .aid[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});

// "480p, 4 s: 4 credits" sets the fields; the price follows.
const choose = (form, name, value) => {
  const field = form.elements[name];
  const chosen = field.length ? [...field].find((each) => each.value === value) : field;
  if (chosen.type === "radio") chosen.checked = true;
  else chosen.value = value;
  chosen.dispatchEvent(new Event("input", { bubbles: true }));
  chosen.dispatchEvent(new Event("change", { bubbles: true }));
};

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-afford]");
  if (!button) return;
  event.preventDefault();
  const [resolution, duration] = button.dataset.afford.split(" ");
  const form = button.closest("form");
  for (const [name, value] of [["resolution", resolution], ["duration", duration], ["takes", "1"]]) choose(form, name, value);
});
