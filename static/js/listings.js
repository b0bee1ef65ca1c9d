// Counts the addresses in each list against its limit, and what is filled in behind a closed <details>.
export const lines = (field) => field.value.split("\n").filter((line) => line.trim()).length;

const count = (field) => {
  const output = document.querySelector(`output[for="${field.id}"]`);
  const found = lines(field);
  output.value = `${found} / ${field.dataset.most}`;
  output.toggleAttribute("data-over", found > Number(field.dataset.most));
};

const sum = (details) => {
  const output = details.querySelector("[data-filled]");
  const found = [...details.querySelectorAll("input, textarea")].reduce((all, field) => all + lines(field), 0);
  output.textContent = found || "";
};

const refresh = () => {
  document.querySelectorAll("[data-most]").forEach(count);
  document.querySelectorAll("details:has([data-filled])").forEach(sum);
};

document.addEventListener("input", ({ target }) => {
  if (target.closest("details:has([data-filled])")) refresh();
});

refresh();
