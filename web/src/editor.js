/* Turns the form of /editor into an editor: YASQE with completion from our own terms, and answers below it.

The form holds the query in its <textarea> and works without this; it is replaced when all that is needed has come. */

import {Yasqe} from "@zazuko/yasqe";
import {complete} from "./editor/completion.js";
import {Results} from "./editor/results.js";

/* What an address may hold; longer queries are sent as a form. */
const LONGEST_ADDRESS = 6000;

/* What of an answer is taken into the page; more is for a file. */
const LARGEST_ANSWER = 30_000_000;

const BROKEN = "The answer broke off before its end, as it does at a limit of time or rows; ask for less.";

const address = (text) => `/editor?query=${encodeURIComponent(text)}`;

function button(text, className, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = className;
  made.textContent = text;
  made.addEventListener("click", act);
  return made;
}

/* Return an answer's text, or null where it is too large; it is not received to the end then. */
async function received(answer, most) {
  const reader = answer.body.getReader();
  const decoder = new TextDecoder();
  let text = "", size = 0;
  for (;;) {
    const {done, value} = await reader.read();
    if (done) return text + decoder.decode();
    size += value.length;
    if (size > most) {
      await reader.cancel();
      return null;
    }
    text += decoder.decode(value, {stream: true});
  }
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
    this.largest = LARGEST_ANSWER;
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
    const headers = {Accept: "application/sparql-results+json, text/turtle;q=0.9, application/json;q=0.1"};
    const short = text.length <= LONGEST_ADDRESS;
    const where = short ? `/sparql?query=${encodeURIComponent(text)}` : "/sparql";
    const how = short ? {} : {method: "POST", body: new URLSearchParams({query: text})};
    let begins = false;
    try {
      const answer = await fetch(where, {...how, headers, signal: run.signal});
      begins = true;
      const body = await received(answer, this.largest);
      const link = short ? text : null;
      if (body === null) this.results.large(this.largest, link);
      else if (!answer.ok) this.results.fault(body, this.yasqe);
      else this.results.show(body, answer.headers.get("Content-Type") ?? "", (performance.now() - begun) / 1000, link);
    } catch (error) {
      if (this.run !== run) return; /* another question was asked since */
      if (error.name === "AbortError") this.results.tell("Stopped.");
      else this.results.tell(begins ? BROKEN : "The service does not answer.", "fault");
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
