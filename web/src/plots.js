/* Draws every <figure data-plot="KIND" data-source="ADDRESS"> from the JSON at its address.

The figure keeps what it holds: its caption, and the table that says the same to those who cannot see a picture. The
picture goes in front, as one image with a label (data-label of the figure, else the JSON's, else the caption). Colours
are variables of CSS, so that light and dark need no drawing anew; no <style> and no style attribute is written, which
the pages' Content-Security-Policy forbids.

The JSON is {"rows": [...], "label": "...", "note": "..."} or the rows alone. What a row holds, by kind; what is not
there is left out, null is a value that is missing, and only that:

  map      name, latitude, longitude; group, placed ("named" or "seat"), href, note
  strip    name, value; group, panel, reason, href                  a dot for each case, the average beside its n
  heat     row, column, value; n, missing, reason, group, href      the stronger, the higher
  matrix   row, column, found; group, reason, href                  found: domestic market, global market, both, none
  scatter  name, x, y; panel, column, href
  bars     name, value; n, group, href

With the JSON beside rows: "x", "y", "value" name what the axes show, "domain": [least, most] of the values. */

import {bars, heat, matrix, scatter, strip} from "./plots/charts.js";
import {map} from "./plots/map.js";
import style from "./plots/plots.css";

const KINDS = {bars, heat, map, matrix, scatter, strip};

/* What a figure is redrawn for: another width, by more than a scroll bar. */
const NOTICED = 24;

function adopt(text) {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
}

async function fetched(address) {
  const url = new URL(address, location.href);
  if (url.origin !== location.origin) throw new Error("only this service is asked");
  const answer = await fetch(url, {headers: {Accept: "application/json"}});
  if (!answer.ok) throw new Error(`${url.pathname}: ${answer.status}`);
  const said = await answer.json();
  return Array.isArray(said) ? {rows: said} : said;
}

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  if (text !== undefined) made.textContent = text;
  return made;
}

/* Let a click on a mark follow its row's address; who uses the keyboard finds the same links in the table.

The press counts, since the tip lies over the mark when the button comes up; a finger's first press shows the tip. */
function lead(picture) {
  let pressed, shown;
  function press(event) {
    const mark = event.target.closest(".plot-mark > *");
    const row = mark && picture.rows[mark.__data__];
    pressed = event.pointerType !== "touch" || row === shown ? row : null;
    shown = row;
  }
  function follow(event) {
    const url = pressed?.href && new URL(pressed.href, location.href);
    pressed = null;
    if (!url || url.origin !== location.origin || event.button > 1) return;
    if (event.ctrlKey || event.metaKey || event.button === 1) window.open(url, "_blank", "noopener");
    else location.assign(url);
  }
  /* Plot keeps presses to itself where it can. */
  picture.addEventListener("pointerdown", press, {capture: true});
  picture.addEventListener("click", follow, {capture: true});
  picture.addEventListener("auxclick", follow, {capture: true});
}

function show(figure, picture, said, draw) {
  const width = Math.max(260, Math.floor(picture.clientWidth));
  const drawn = draw(said, width);
  for (const one of drawn.svg.querySelectorAll("[aria-label], [aria-description]")) {
    one.removeAttribute("aria-label");
    one.removeAttribute("aria-description");
  }
  picture.replaceChildren(...(drawn.legend ? [drawn.legend] : []), drawn.svg);
  /* The picture has a name as a whole: none of its parts is told again. */
  for (const part of picture.children) part.setAttribute("aria-hidden", "true");
  picture.rows = drawn.rows;
  return width;
}

async function plot(figure) {
  const draw = KINDS[figure.dataset.plot];
  if (!draw) throw new Error(`${figure.dataset.plot}: no such kind of figure`);
  const said = {...(await fetched(figure.dataset.source)), world: figure.dataset.plot === "map" ? await fetched(WORLD) : null};
  const picture = element("div", "plot");
  const caption = figure.querySelector("figcaption")?.textContent.trim();
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", figure.dataset.label || said.label || caption || figure.dataset.plot);
  lead(picture);
  figure.prepend(picture);
  if (said.note) picture.after(element("p", "plot-note", said.note));
  let width = show(figure, picture, said, draw);
  new ResizeObserver(() => {
    if (Math.abs(picture.clientWidth - width) > NOTICED) width = show(figure, picture, said, draw);
  }).observe(picture);
  figure.dataset.drawn = said.rows.length;
}

function begin(root) {
  for (const figure of root.querySelectorAll("figure[data-plot][data-source]:not([data-begun])")) {
    figure.dataset.begun = "";
    plot(figure).catch((error) => {
      figure.prepend(element("p", "plot-note", `The picture could not be drawn (${error.message}); the table says the same.`));
      figure.dataset.drawn = "no";
    });
  }
}

adopt(style);
begin(document);
