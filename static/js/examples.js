// A click on an example puts its words into the composer, ready to be changed.
document.addEventListener("click", ({ target }) => {
  const example = target.closest("[data-example]");
  if (!example) return;
  const prompt = document.querySelector('[name="prompt"]');
  prompt.value = example.dataset.example;
  prompt.dispatchEvent(new Event("input", { bubbles: true }));
  prompt.focus();
  prompt.scrollIntoView({ block: "center" });
});
