/* What is taken out of packages on their way into a bundle. Each patch fails where it finds not exactly what it expects. */

import {readFileSync} from "node:fs";

function replaced(text, old, by, where) {
  const parts = text.split(old);
  if (parts.length !== 2) throw new Error(`${where}: ${JSON.stringify(old.slice(0, 60))} is there ${parts.length - 1} times, not once`);
  return parts.join(by);
}

/* Return text without what lies from one mark up to another. */
function without(text, from, to, by, where) {
  const start = text.indexOf(from), end = text.indexOf(to, start);
  if (start < 0 || end < 0 || text.indexOf(from, start + 1) >= 0) throw new Error(`${where}: ${JSON.stringify(from)} is not there once`);
  return text.slice(0, start) + by + text.slice(end);
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

/* Of YASGUI the editor and the table of results are used; tabs and the choice of an endpoint begin here. */
const TABS = "//#region packages/yasgui/src/defaults.ts";

export const kept = (text) => text.slice(0, text.indexOf(TABS));

export const pure = patched(/@zazuko\/yasgui\/build\/yasgui\.esm\.js$/, (text, path) => {
  if (!text.includes(TABS)) throw new Error(`${path}: has no ${TABS}`);
  return `${kept(text)}\nexport {Yasqe, Yasr};\n`;
});
