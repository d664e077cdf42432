/* What every page's script does; each page works without it.

  <pre data-copy>   gets a button that copies its text; data-copy says what that is, where a heading above does not

The style is the pages' own and is not touched here. */

const SAID = 1600; /* milliseconds */

async function copy(button, source, told) {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    told.textContent = "Copied";
  } catch {
    /* Without https a browser gives no clipboard: what is to be copied is selected. */
    getSelection().selectAllChildren(source);
    told.textContent = "Selected: press Ctrl-C";
  }
  setTimeout(() => (told.textContent = ""), SAID);
}

/* Return what a text is: the heading or the summary of a fold above it. */
function nameOf(source) {
  const before = source.previousElementSibling;
  return source.dataset.copy || (before?.matches("h2, h3, h4, summary") ? before.textContent.trim() : "");
}

for (const source of document.querySelectorAll("pre[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "plain copy";
  button.textContent = "Copy";
  button.setAttribute("aria-label", `Copy ${nameOf(source)}`.trim());
  /* What is told stands beside the button, where a screen reader hears it. */
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  told.className = "soft";
  button.addEventListener("click", () => copy(button, source, told));
  source.after(button, " ", told);
}
