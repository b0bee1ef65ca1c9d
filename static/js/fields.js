// An error inside a closed <details> would be told to nobody: open it.
const reveal = () => {
  for (const error of document.querySelectorAll("details:not([open]) .field-error:not(:empty)")) {
    error.closest("details").open = true;
  }
};

document.addEventListener("htmx:oobAfterSwap", reveal);
reveal();
