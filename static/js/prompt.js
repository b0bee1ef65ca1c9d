// The prompt grows with its text and counts it; more than the limit may be typed, and is shown in red.
const growsByItself = CSS.supports("field-sizing", "content");

const count = (field) => {
  const output = document.querySelector(`output[for="${field.id}"]`);
  if (!output) return;
  const length = [...field.value].length;
  const told = (number) => Number(number).toLocaleString(document.documentElement.lang);
  output.value = `${told(length)} / ${told(field.dataset.limit)}`;
  output.toggleAttribute("data-over", length > Number(field.dataset.limit));
};

const grow = (field) => {
  if (growsByItself) return;
  field.style.blockSize = "auto";
  field.style.blockSize = `${field.scrollHeight}px`;
};

const refresh = (field) => {
  count(field);
  grow(field);
};

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-limit]")) refresh(target);
});

document.querySelectorAll("[data-limit]").forEach(refresh);
