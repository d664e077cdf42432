/* Turns the form of /editor into an editor: YASQE with completion from our own terms, and answers below it.

The form holds the query in its <textarea> and works without this; it is replaced when all that is needed has come. */

import {Yasqe} from "@zazuko/yasqe";
import {complete} from "./editor/completion.js";
import {Results} from "./editor/results.js";

/* What an address may hold; longer queries are sent as a form. */
const LONGEST_ADDRESS = 6000;

const address = (text) => `/editor?query=${encodeURIComponent(text)}`;

function button(text, className, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

/* CodeMirror's list of what may stand somewhere has no name of its own, and scrolls by the editor's keys alone. */
function nameHints(place) {
  const list = place.querySelector(".CodeMirror-hints");
  list?.setAttribute("aria-label", "What may stand here");
  if (list) list.tabIndex = 0;
}

class Editor {
  constructor(form, terms) {
    this.form = form;
    this.box = form.elements.query;
    this.format = form.elements.format;
    this.results = new Results(document.getElementById("results"), terms);
    this.run = null;
    Yasqe.forkAutocompleter("prefixes", {
      name: "prefixes",
      persistenceId: null,
      get: () => Promise.resolve(Object.entries(terms.prefixes).map(([name, space]) => `${name}: <${space}>`)),
    });
    const place = document.createElement("div");
    this.box.after(place);
    this.yasqe = new Yasqe(place, {
      value: this.box.value,
      persistenceId: null,
      createShareableLink: null,
      consumeShareLink: null,
      showQueryButton: false,
      resizeable: false,
      editorHeight: null,
      tabSize: 2,
      extraKeys: {
        "Ctrl-Space": (editor) => complete(editor, terms) || editor.autocomplete(),
        "Ctrl-Enter": () => this.ask(),
        "Cmd-Enter": () => this.ask(),
        "Ctrl-S": null,
        /* Who uses the keyboard has to get out of it again. */
        Tab: false,
        "Shift-Tab": false,
      },
    });
    this.format.prepend(new Option("a table below", "", true, true));
    this.format.value = "";
    const field = this.yasqe.getInputField();
    field.setAttribute("aria-label", "SPARQL query");
    field.setAttribute("aria-describedby", "editor-keys");
    new MutationObserver(() => nameHints(place)).observe(this.yasqe.rootEl, {childList: true});
    this.box.hidden = true;
    this.box.required = false;
    form.querySelector("label[for=query]").hidden = true;
    document.getElementById("editor-keys").hidden = false;

    this.stop = button("Stop", "plain", () => this.run?.abort());
    this.stop.hidden = true;
    this.link = button("Copy a link to this query", "plain", () => this.share());
    this.format.after(" ", this.stop, " ", this.link);
    form.addEventListener("submit", (event) => this.submit(event));
    this.offer(document.getElementById("examples"), terms.examples);
  }

  get text() {
    return this.yasqe.getValue();
  }

  set text(text) {
    this.yasqe.setValue(text);
    this.yasqe.focus();
  }

  /* An example is put in at once; the form for it stays what it is for those without scripts. */
  offer(form, examples) {
    const known = new Map(examples.map((one) => [one.name, one.text]));
    form.addEventListener("submit", (event) => event.preventDefault());
    form.elements.example.addEventListener("change", (event) => {
      event.stopPropagation();
      if (known.has(event.target.value)) this.text = known.get(event.target.value);
      this.remember();
    });
    form.querySelector("button").hidden = true;
  }

  remember() {
    const short = this.text.length <= LONGEST_ADDRESS;
    history.replaceState(null, "", short ? address(this.text) : "/editor");
  }

  async share() {
    this.remember();
    try {
      await navigator.clipboard.writeText(new URL(address(this.text), location.href).href);
      this.results.tell("The link is copied.");
    } catch {
      this.results.tell("This browser gives no clipboard here: the link is in its address bar.");
    }
  }

  submit(event) {
    if (this.format.value) {
      this.box.value = this.text;
      return;
    }
    event.preventDefault();
    this.ask();
  }

  async ask() {
    this.run?.abort();
    const run = (this.run = new AbortController());
    const text = this.text;
    this.remember();
    this.stop.hidden = false;
    this.results.wait();
    const begun = performance.now();
    const accept = "application/sparql-results+json, text/turtle;q=0.9, application/json;q=0.1";
    try {
      const answer =
        text.length <= LONGEST_ADDRESS
          ? await fetch(`/sparql?query=${encodeURIComponent(text)}`, {headers: {Accept: accept}, signal: run.signal})
          : await fetch("/sparql", {method: "POST", body: new URLSearchParams({query: text}), headers: {Accept: accept}, signal: run.signal});
      const body = await answer.text();
      const seconds = (performance.now() - begun) / 1000;
      if (!answer.ok) this.results.fault(body, this.yasqe);
      else this.results.show(body, answer.headers.get("Content-Type") ?? "", seconds, text.length <= LONGEST_ADDRESS ? text : null);
    } catch (error) {
      if (this.run !== run) return; /* another question was asked since */
      this.results.tell(error.name === "AbortError" ? "Stopped." : "The service does not answer.");
    } finally {
      if (this.run === run) {
        this.run = null;
        this.stop.hidden = true;
      }
    }
  }
}

async function begin() {
  const form = document.getElementById("ask");
  if (!form) return;
  const answer = await fetch(form.dataset.terms);
  if (!answer.ok) return;
  const terms = await answer.json();
  window.editor = new Editor(form, terms);
  document.documentElement.dataset.editor = "ready";
}

begin();
