/* What every page's script does; each page works without it.

  <button type="button" data-copy="ID" hidden>    copies the text of the element of that id
  <form data-submits-itself>                      is sent when a choice in it changes; its [data-send] button goes

The style is the pages' own and is not touched here. */

const SAID = 1600; /* milliseconds */

async function copy(button) {
  const source = document.getElementById(button.dataset.copy);
  const text = (source.value ?? source.textContent).trim();
  const before = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = "copied";
  } catch {
    /* Without https a browser gives no clipboard: what is to be copied is selected. */
    getSelection().selectAllChildren(source);
    source.select?.();
    button.textContent = "selected: press Ctrl-C";
  }
  setTimeout(() => (button.textContent = before), SAID);
}

function begin(root) {
  for (const button of root.querySelectorAll("button[data-copy]")) {
    if (document.getElementById(button.dataset.copy)) button.hidden = false;
  }
  for (const button of root.querySelectorAll("form[data-submits-itself] [data-send]")) button.hidden = true;
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("button[data-copy]");
  if (button) copy(button);
});

document.addEventListener("change", (event) => {
  /* Text is sent with Enter: a box that is left is no wish to ask. */
  if (event.target.matches("select, input[type=checkbox], input[type=radio]")) {
    event.target.form?.closest("form[data-submits-itself]")?.requestSubmit();
  }
});

begin(document);
document.addEventListener("htmx:load", (event) => begin(event.target.parentNode ?? document));
