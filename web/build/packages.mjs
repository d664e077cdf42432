/* Which packages are in a file, with their versions, licences and homes. */

import {existsSync, readFileSync} from "node:fs";
import {SourceMap} from "node:module";
import {join} from "node:path";
import {takenOut} from "./patches.mjs";

const packageOf = (path) => path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];

/* What bundles its own packages, and whose source map tells which. */
const BUNDLE = "@zazuko/yasqe";

/* Return the packages that some inputs of a bundle belong to. */
export function packagesOf(inputs, here) {
  const found = new Set();
  for (const input of inputs) {
    const name = packageOf(input);
    if (!name) continue;
    found.add(name);
    if (name === BUNDLE) for (const inner of inside(join(here, input))) found.add(inner);
  }
  return [...found].sort();
}

function inside(path) {
  /* The style sheet has no map: it holds CodeMirror's beside its own. */
  if (!existsSync(`${path}.map`)) return ["codemirror"];
  const found = new Set(["@zazuko/yasgui-utils"]);
  const map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, "utf8")));
  const text = readFileSync(path, "utf8");
  const gone = takenOut(text, path);
  let at = 0;
  text.split("\n").forEach((line, place) => {
    for (let column = 0; column < line.length; column += 1) {
      if (gone.some(([start, end]) => start <= at + column && at + column < end)) continue;
      const name = packageOf(map.findEntry(place, column)?.originalSource ?? "");
      if (name) found.add(name);
    }
    at += line.length + 1;
  });
  return found;
}

/* Return name, version, licence, source and folder of packages. */
export function versions(names, here) {
  const lock = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8")).packages;
  return names.map((name) => {
    const folder = join(here, "node_modules", name);
    const said = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const licence = said.license;
    if (!licence || lock[`node_modules/${name}`]?.version !== said.version) throw new Error(`${name}: no licence, or not the locked version`);
    const home = typeof said.repository === "string" ? said.repository : said.repository?.url ?? said.homepage ?? "";
    return {name, version: said.version, licence, source: home.replace(/^git\+|\.git$/g, "").replace(/^git:/, "https:"), folder};
  });
}
