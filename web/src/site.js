/* What every page's script does; each page works without it.

  <pre data-copy>                 gets a button that copies its text
  <form data-submits-itself>      is sent when a choice in it changes; what is marked data-send in it goes

The style is the pages' own and is not touched here. */

const SAID = 1600; /* milliseconds */

async function copy(button, source) {
  try {
    await navigator.clipboard.writeText(source.textContent.trim());
    button.textContent = "Copied";
  } catch {
    /* Without https a browser gives no clipboard: what is to be copied is selected. */
    getSelection().selectAllChildren(source);
    button.textContent = "Selected: press Ctrl-C";
  }
  setTimeout(() => (button.textContent = "Copy"), SAID);
}

function begin(root) {
  for (const source of root.querySelectorAll("pre[data-copy]:not([data-copy=begun])")) {
    source.dataset.copy = "begun";
    const button = document.createElement("button");
    button.type = "button";
    button.className = "plain copy";
    button.textContent = "Copy";
    button.addEventListener("click", () => copy(button, source));
    source.after(button);
  }
  for (const button of root.querySelectorAll("form[data-submits-itself] [data-send]")) button.hidden = true;
}

document.addEventListener("change", (event) => {
  /* Text is sent with Enter: a box that is left is no wish to ask. */
  if (event.target.matches("select, input[type=checkbox], input[type=radio]")) {
    event.target.form?.closest("form[data-submits-itself]")?.requestSubmit();
  }
});

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.target.parentNode ?? document));
