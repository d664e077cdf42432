/* Builds what the pages serve from the packages of package-lock.json and our own sources:

     npm ci --ignore-scripts && node build.mjs [FOLDER]

FOLDER is where it goes, ../clusterkg/server/static unless another is named. Every file but the licences has a hash of its
content in its name. VENDOR.json says of each what it is made of; the same sources give the same bytes. */

import {createHash} from "node:crypto";
import {existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync} from "node:fs";
import {dirname, join, resolve} from "node:path";
import {fileURLToPath} from "node:url";
import {build} from "esbuild";
import {LICENCES, notices} from "./build/licences.mjs";
import {packagesOf, versions} from "./build/packages.mjs";
import {pure, quiet} from "./build/patches.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const OUT = resolve(process.argv[2] ?? join(HERE, "../clusterkg/server/static"));
const BANNER = {js: `/* clusterkg; what is in here and its licences: /static/${LICENCES} */`};
BANNER.css = BANNER.js;

const files = [];

/* Keep a file under its name with the hash, and return its address. */
function keep(name, data, packages) {
  const sha256 = createHash("sha256").update(data).digest("hex");
  const dot = name.lastIndexOf(".");
  const file = name === LICENCES ? name : `${name.slice(0, dot)}.${sha256.slice(0, 8)}${name.slice(dot)}`;
  writeFileSync(join(OUT, file), data);
  files.push({name, file, sha256, bytes: data.length, packages});
  return `/static/${file}`;
}

/* Return the inputs of which something is left in the output. */
function inOutput(metafile) {
  const [{inputs}] = Object.values(metafile.outputs);
  return Object.keys(inputs).filter((path) => inputs[path].bytesInOutput > 0);
}

async function bundle(name, more = {}) {
  const done = await build({
    absWorkingDir: HERE,
    entryPoints: [`src/${name}`],
    bundle: true,
    write: false,
    metafile: true,
    minify: true,
    charset: "utf8",
    format: name.endsWith(".js") ? "iife" : undefined,
    target: ["es2022", "chrome110", "firefox115", "safari16.4"],
    legalComments: "none",
    banner: BANNER,
    outdir: OUT,
    logLevel: "warning",
    ...more,
  });
  return keep(name, Buffer.from(done.outputFiles[0].contents), packagesOf(inOutput(done.metafile), HERE));
}

mkdirSync(OUT, {recursive: true});
for (const old of readdirSync(OUT)) rmSync(join(OUT, old), {recursive: true});

const world = keep("countries-110m.json", readFileSync(join(HERE, "node_modules/world-atlas/countries-110m.json")), ["world-atlas"]);
await bundle("site.js");
await bundle("plots.js", {define: {WORLD: JSON.stringify(world)}, loader: {".css": "text"}, plugins: [quiet]});
for (const name of ["editor.js", "editor.css"]) if (existsSync(join(HERE, "src", name))) await bundle(name, {plugins: [pure]});

const shipped = [...new Set(files.flatMap((file) => file.packages))].sort();
const known = versions(shipped, HERE);
keep(LICENCES, Buffer.from(notices(known)), []);
files.sort((a, b) => (a.name < b.name ? -1 : 1));
writeFileSync(join(OUT, "VENDOR.json"), JSON.stringify({files, packages: known.map(({name, version, licence, source}) => ({name, version, licence, source}))}, null, 1) + "\n");
for (const {file, bytes} of files) console.log(`${String(bytes).padStart(8)} ${file}`);
