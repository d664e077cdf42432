/* Which packages are in a file, with their versions, licences and homes. */

import {existsSync, readFileSync} from "node:fs";
import {SourceMap} from "node:module";
import {join} from "node:path";
import {kept} from "./patches.mjs";

/* What a package's own file says wrongly or not at all; jsuri's licence text is MIT's. */
const LICENCE = {jsuri: "MIT"};

const packageOf = (path) => path.match(/.*node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];

/* Return the packages that some inputs of a bundle belong to; a bundle among them is looked into by its source map. */
export function packagesOf(inputs, here) {
  const found = new Set();
  for (const input of inputs) {
    const name = packageOf(input);
    if (!name) continue;
    found.add(name);
    const path = join(here, input);
    if (name === "@zazuko/yasgui") for (const inner of inside(path)) found.add(inner);
  }
  return [...found].sort();
}

function inside(path) {
  const found = new Set(["@zazuko/yasqe", "@zazuko/yasr", "@zazuko/yasgui-utils"]);
  if (!existsSync(`${path}.map`)) {
    // The style sheet has no map: it holds what the parts' style sheets import.
    return [...found, "codemirror", "datatables.net-dt"];
  }
  const map = new SourceMap(JSON.parse(readFileSync(`${path}.map`, "utf8")));
  const lines = readFileSync(path, "utf8").split("\n");
  const last = kept(lines.join("\n")).split("\n").length;
  for (let line = 0; line < last; line += 1) {
    for (let column = 0; column < lines[line].length; column += 1) {
      const name = packageOf(map.findEntry(line, column)?.originalSource ?? "");
      if (name) found.add(name);
    }
  }
  return found;
}

/* Return name, version, licence, source and folder of packages. */
export function versions(names, here) {
  const lock = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8")).packages;
  return names.map((name) => {
    const folder = join(here, "node_modules", name);
    const said = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    const licence = LICENCE[name] ?? said.license;
    if (!licence || lock[`node_modules/${name}`]?.version !== said.version) throw new Error(`${name}: no licence, or not the locked version`);
    const home = typeof said.repository === "string" ? said.repository : said.repository?.url ?? said.homepage ?? "";
    return {name, version: said.version, licence, source: home.replace(/^git\+|\.git$/g, "").replace(/^git:/, "https:"), folder};
  });
}
