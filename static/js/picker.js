// The library in a dialog over the composer; without script the same button leads to a page.
const dialog = document.querySelector("[data-picker]");
const addresses = () => new Set([...document.querySelectorAll("#tray .tile > [type=hidden]")].map(({ value }) => value));

const open = (role) => {
  const form = dialog.querySelector("[data-picker-form]");
  form.reset();
  form.elements.to.value = role;
  const isFrame = role === "start_image" || role === "end_image";
  form.querySelector(`[name=kind][value="${isFrame ? "image" : ""}"]`).checked = true;
  form.querySelector("[data-kinds]").hidden = isFrame;
  dialog.showModal();
  form.requestSubmit();
};

const mark = () => {
  const lying = addresses();
  for (const pick of document.querySelectorAll("[data-pick]")) {
    pick.setAttribute("aria-pressed", lying.has(pick.dataset.pick));
  }
};

const takeOut = (address) => {
  const tile = document.querySelector(`#tray .tile:has(> [value="${CSS.escape(address)}"])`);
  tile?.querySelector('[data-tile-key="Delete"]').click();
};

if (dialog) {
  // Before htmx hears of it: what lies in the tray already is taken out by a second click.
  document.addEventListener(
    "click",
    (event) => {
      const pick = event.target.closest("[data-pick][aria-pressed=true]");
      const opener = event.target.closest("[data-pick-for]");
      if (!pick && !opener) return;
      event.preventDefault();
      event.stopPropagation();
      if (pick) takeOut(pick.dataset.pick);
      else open(opener.dataset.pickFor);
    },
    true,
  );
  document.addEventListener("click", ({ target }) => {
    if (target === dialog || target.closest("[data-picker-close]")) dialog.close();
  });
  document.addEventListener("tray-shown", () => {
    mark();
    if (dialog.querySelector('[name="to"]').value) dialog.close();
  });
  document.addEventListener("htmx:load", ({ detail: { elt } }) => elt.id === "picker-list" && mark());
}
