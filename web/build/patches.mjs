/* What is taken out of packages on their way into a bundle. Each patch fails where it finds not exactly what it expects. */

import {readFileSync} from "node:fs";

function replaced(text, old, by, where) {
  const parts = text.split(old);
  if (parts.length !== 2) throw new Error(`${where}: ${JSON.stringify(old.slice(0, 60))} is there ${parts.length - 1} times, not once`);
  return parts.join(by);
}

/* Return where something begins and ends: from one mark, which is there once, up to another. */
function span(text, from, to, where) {
  const start = text.indexOf(from), end = text.indexOf(to, start);
  if (start < 0 || end < 0 || text.indexOf(from, start + 1) >= 0) throw new Error(`${where}: ${JSON.stringify(from)} is not there once`);
  return [start, end];
}

const patched = (filter, patch) => ({
  name: "patched",
  setup(build) {
    build.onLoad({filter}, ({path}) => ({contents: patch(readFileSync(path, "utf8"), path), loader: "js"}));
  },
});

/* Plot writes a <style> element into each picture, which the pages' policy refuses; plots.css has the same rules. */
export const quiet = patched(/@observablehq\/plot\/src\/plot\.js$/, (text, path) =>
  replaced(text, 'svg.append("style").text(', "void (", path),
);

/* YASQE, the editor of YASGUI, without what asks other hosts: the completers that ask Linked Open Vocabularies, the list
of prefixes that somebody took from prefix.cc with its spam, the endpoint that it would ask unless told otherwise; without
what it brings along and we never call: a cleaner of HTML, and the store of past queries, which the browser keeps in its
history here; and without what the pages' policy refuses. */
const TAKEN_OUT = [
  ['}, madsrdf = "', "}, tokenTypes = {", "", "the list of prefixes"],
  ["get: function(e) {\n\t\treturn (e.config.prefixCcApi", "preProcessToken:", "get: () => [],\n\t", "its use"],
  ["var fetchFromLov = ", "//#endregion", "var completers = [conf$3, conf$2];\n", "the completers that ask others"],
  ["//#region node_modules/dompurify/", "function isQuotaExceeded(", "var Storage = class {};\n", "DOMPurify and the store"],
  ["var { sanitize } = purify;", "\n", "", "its use"],
];
const PUT_OTHERWISE = [
  ["https://dbpedia.org/sparql", "/sparql"],
  ["<strong style='text-decoration:underline'>", "<strong>"],
];

/* Return what is taken out of YASQE's bundle: from where to where, and what stands there instead. */
export const takenOut = (text, path) =>
  TAKEN_OUT.map(([from, to, by, what]) => [...span(text, from, to, `${path}, ${what}`), by]).sort((a, b) => b[0] - a[0]);

function kept(text, path) {
  for (const [start, end, by] of takenOut(text, path)) text = text.slice(0, start) + by + text.slice(end);
  for (const [old, by] of PUT_OTHERWISE) text = replaced(text, old, by, path);
  return text;
}

export const pure = patched(/@zazuko\/yasqe\/build\/yasqe\.esm\.js$/, kept);
