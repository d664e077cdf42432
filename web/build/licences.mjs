/* The notices: each shipped package with its licence in full. */

import {readFileSync, readdirSync} from "node:fs";
import {join} from "node:path";

export const LICENCES = "THIRD_PARTY_LICENSES.txt";

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated
documentation files (the "Software"), to deal in the Software without restriction, including without limitation the
rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit
persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`;

/* Packages that come without their licence's text: whose they are, by their package.json. */
const YASGUI = `MIT License, by its package.json, which comes without the text of it\n\nCopyright (c) Triply, Zazuko GmbH and the contributors to YASGUI\n\n${MIT}`;
const WITHOUT = {"@zazuko/yasgui-utils": YASGUI, "@zazuko/yasqe": YASGUI};

const BESIDE = {
  "world-atlas": "The map is made with Natural Earth, https://www.naturalearthdata.com, whose data are in the public domain.",
};

const HEAD = `What others have written of the files that clusterkg serves beside its pages, with their licences.

The files are built from these packages of npm as web/package-lock.json of the source distribution fixes them;
VENDOR.json beside this file says which package is in which file.
`;

function text(one) {
  const names = readdirSync(one.folder).filter((name) => /^(licen[cs]e|copying|notice)/i.test(name)).sort();
  const found = names.map((name) => readFileSync(join(one.folder, name), "utf8").trim()).join("\n\n");
  if (!found && !WITHOUT[one.name]) throw new Error(`${one.name}: has no text of its licence; write it into build/licences.mjs`);
  return (found || WITHOUT[one.name]).replace(/\r\n?/g, "\n").trim();
}

export function notices(packages) {
  const parts = packages.map((one) => {
    const title = `${one.name} ${one.version} (${one.licence})`;
    const beside = BESIDE[one.name] ? `${BESIDE[one.name]}\n\n` : "";
    return `${"=".repeat(title.length)}\n${title}\n${one.source}\n${"=".repeat(title.length)}\n\n${beside}${text(one)}\n`;
  });
  return [HEAD, ...parts].join("\n");
}
