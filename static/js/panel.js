// Django's search fields for people get no name of their own: they take that of their label.
const name = (container) => {
  const select = container.previousElementSibling;
  const label = select?.id && document.querySelector(`label[for="${select.id}"]`)?.textContent.trim();
  if (!label) return;
  for (const field of container.querySelectorAll("[role=combobox], [role=searchbox], [role=textbox], .select2-search__field")) {
    field.setAttribute("aria-label", label);
    field.removeAttribute("aria-labelledby");
  }
};

const nameAll = () => document.querySelectorAll(".select2-container").forEach(name);

new MutationObserver(nameAll).observe(document.body, { childList: true, subtree: true });
nameAll();
