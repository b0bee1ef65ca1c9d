// The slider has no name and follows the number, which is what the form posts; moving it writes the number.
const numberOf = (slider) => document.querySelector(`[name="${slider.dataset.mirrors}"]`);

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-mirrors]")) numberOf(target).value = target.value;
  const slider = target.name && document.querySelector(`[data-mirrors="${target.name}"]`);
  if (slider && target.value) slider.value = target.value;
});

for (const slider of document.querySelectorAll("[data-mirrors]")) {
  slider.value = numberOf(slider).value || slider.value;
}
