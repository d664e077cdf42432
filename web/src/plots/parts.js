/* What the figures share: groups with a colour and a sign each, legends, room for labels. */

import {create} from "d3-selection";
import {symbol, symbolCircle, symbolDiamond2, symbolSquare2, symbolTriangle2, symbolCross, symbolStar} from "d3-shape";

/* A group is told by its sign as well as by its colour. */
const SIGNS = [symbolCircle, symbolDiamond2, symbolTriangle2, symbolSquare2, symbolCross, symbolStar];

export const unique = (rows, key) => [...new Set(rows.map((row) => row[key]).filter((value) => value != null))];

export function looks(groups) {
  const known = new Map(groups.map((group, place) => [group, place % SIGNS.length]));
  return {
    colour: (group) => `var(--plot-${(known.get(group) ?? 0) + 1})`,
    sign: (group) => SIGNS[known.get(group) ?? 0],
  };
}

/* Return a legend of [text, colour, sign, hollow] items, or null where there is nothing to tell apart. */
export function legend(items) {
  if (items.length < 2) return null;
  const list = document.createElement("ul");
  list.className = "plot-legend";
  for (const [text, colour, sign, hollow] of items) {
    const item = document.createElement("li");
    const picture = create("svg").attr("viewBox", "-7 -7 14 14");
    picture
      .append("path")
      .attr("d", symbol(sign, 60)())
      .attr("fill", hollow ? "none" : colour)
      .attr("stroke", colour)
      .attr("stroke-width", 1.5);
    item.append(picture.node(), text);
    list.append(item);
  }
  return list;
}

/* The size of the text, as plots.css has it, in pixels. */
const TEXT = 12.8;

/* Return pixels as widths of an em, which Plot measures lines in; a gap is kept to what stands beside. */
export const ems = (pixels) => Math.max(2, (pixels - 12) / TEXT);

/* Return the pixels that labels take, at most a share of the width. */
export const room = (labels, width, share = 0.42) =>
  Math.ceil(Math.min(width * share, 16 + 6.8 * Math.max(0, ...labels.map((label) => String(label).length))));

/* Return a number as it is written: no more than two decimals. */
export const written = (value) => (value == null ? "" : String(Math.round(Number(value) * 100) / 100));

/* Return a tip's lines. */
export const lines = (...parts) => parts.filter((part) => part != null && part !== "").join("\n");

/* Return the class of marks, which says whether a click leads anywhere. */
export const marked = (rows) => (rows.some((row) => row.href) ? "plot-mark leads" : "plot-mark");

/* Return rows whose numbers are numbers; a missing one stays null. */
export function numbered(rows, ...keys) {
  return rows.map((row) => {
    const copy = {...row};
    for (const key of keys) {
      const value = copy[key];
      copy[key] = value == null || value === "" || !Number.isFinite(Number(value)) ? null : Number(value);
    }
    return copy;
  });
}

/* The pixels below which the head of a column stands upright. */
const LEAST_HEAD = 75;

/* Return how columns are headed, and the room above that this takes. */
export function heads(labels, across) {
  if (across >= LEAST_HEAD) return {head: {anchor: "top", tickSize: 0, lineWidth: ems(across)}, above: 36};
  const head = {anchor: "top", tickSize: 0, tickRotate: -90, textAnchor: "start"};
  return {head, above: room(labels, 1000)};
}
