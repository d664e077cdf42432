/* Offers classes, properties and values of the graph where they may stand, by their names and labels. */

import {place, prefixesOf} from "./reading.js";

const MOST = 60;

/* The longest namespace that fits gives the name. */
function named(iri, prefixes) {
  let best = null;
  for (const [name, space] of Object.entries(prefixes)) {
    if (iri.startsWith(space) && (!best || space.length > best[1].length) && /^[\w-]*(?:\.[\w-]+)*$/.test(iri.slice(space.length))) {
      best = [name, space];
    }
  }
  return best && {text: `${best[0]}:${iri.slice(best[1].length)}`, prefix: best[0], space: best[1]};
}

function offered(terms, where) {
  if (where.role === "class") return terms.classes;
  if (where.role === "value") return terms.properties.find((one) => one.iri === where.property)?.values ?? [];
  const known = where.classes.filter((one) => terms.classes.some((other) => other.iri === one));
  const fitting = terms.properties.filter((one) => known.every((kind) => one.classes.includes(kind)));
  return known.length && fitting.length ? fitting : terms.properties;
}

/* Return how well a term answers to what is typed: 0 the name begins so, 1 a part or the label does, 2 it is within. */
function fit(one, name, typed) {
  if (!typed) return 0;
  const local = name.text.slice(name.text.indexOf(":") + 1).toLowerCase();
  const label = (one.label ?? "").toLowerCase();
  if (name.text.toLowerCase().startsWith(typed) || local.startsWith(typed)) return 0;
  if (label.startsWith(typed) || label.includes(` ${typed}`)) return 1;
  return local.includes(typed) || label.includes(typed) ? 2 : 9;
}

function render(line, _, hint) {
  const name = document.createElement("span");
  name.textContent = hint.text;
  line.append(name);
  if (hint.about) {
    const about = document.createElement("span");
    about.className = "about";
    about.textContent = hint.about;
    line.append(about);
  }
  if (hint.comment) line.title = hint.comment;
}

/* Put a term in, and declare its prefix where the query does not. */
function put(editor, data, hint) {
  editor.replaceRange(hint.text, data.from, data.to, "complete");
  if (hint.prefix !== undefined && !(hint.prefix in prefixesOf(editor.getValue()))) {
    const at = editor.getCursor();
    editor.replaceRange(`PREFIX ${hint.prefix}: <${hint.space}>\n`, {line: 0, ch: 0});
    editor.setCursor({line: at.line + 1, ch: at.ch});
  }
}

function hints(editor, terms) {
  const text = editor.getValue();
  const where = place(text, editor.indexFromPos(editor.getCursor()));
  if (!where.role) return null;
  const own = prefixesOf(text);
  /* A prefix that the query has for something else is not ours to use. */
  const prefixes = {...Object.fromEntries(Object.entries(terms.prefixes).filter(([name, space]) => (own[name] ?? space) === space)), ...own};
  const bare = where.typed.startsWith("<");
  const typed = where.typed.replace(/^</, "").toLowerCase();
  const list = offered(terms, where)
    .map((one, place) => {
      const name = (!bare && named(one.iri, prefixes)) || {text: `<${one.iri}>`};
      const among = typed.includes(":") && !bare ? typed.slice(0, typed.indexOf(":") + 1) : "";
      const fits = bare
        ? one.iri.toLowerCase().includes(typed) ? 0 : 9
        : among && name.text.toLowerCase().startsWith(among) ? fit(one, name, typed.slice(among.length)) : among ? 9 : fit(one, name, typed);
      return {...name, fits, place, about: [one.label, one.count === undefined ? "" : String(one.count)].filter(Boolean).join(" · "), comment: one.comment, render, hint: put};
    })
    .filter((one) => one.fits < 9)
    .sort((a, b) => a.fits - b.fits || a.place - b.place)
    .slice(0, MOST);
  return {list, from: editor.posFromIndex(where.from), to: editor.getCursor()};
}

/* Show what may stand at the cursor; tell whether there is anything. */
export function complete(editor, terms) {
  if (editor.somethingSelected() || !hints(editor, terms)?.list.length) return false;
  editor.showHint({
    hint: () => hints(editor, terms),
    completeSingle: false,
    closeCharacters: /[\s>;,.]/,
    container: editor.getWrapperElement().parentNode,
  });
  return true;
}
