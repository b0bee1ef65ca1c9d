// Every listed reference offers the token by which the prompt names it; a click puts it at the cursor.
import { lines } from "./listings.js";

const tokens = () =>
  [...document.querySelectorAll("[data-token]")].flatMap((field) =>
    Array.from({ length: Math.min(lines(field), Number(field.dataset.most)) }, (_, at) => `[${field.dataset.token}${at + 1}]`),
  );

const button = (token) => {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "token";
  made.textContent = token;
  made.title = `Put ${token} into the prompt`;
  return made;
};

const refresh = () => {
  const offered = document.querySelector("[data-tokens]");
  const wanted = tokens();
  if (offered && offered.textContent !== wanted.join("")) offered.replaceChildren(...wanted.map(button));
};

const insert = (token) => {
  const prompt = document.querySelector('[name="prompt"]');
  const before = prompt.value.slice(0, prompt.selectionStart);
  const space = before && !/\s$/.test(before) ? " " : "";
  prompt.setRangeText(space + token, prompt.selectionStart, prompt.selectionEnd, "end");
  prompt.focus();
  prompt.dispatchEvent(new Event("input", { bubbles: true }));
};

document.addEventListener("input", ({ target }) => {
  if (target.matches("[data-token]")) refresh();
});

document.addEventListener("click", ({ target }) => {
  if (target.matches(".token")) insert(target.textContent);
});

refresh();
