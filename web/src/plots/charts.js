/* The charts: a strip of dots, a heat map, a matrix, a scatter of panels, bars. */

import {
  axisFx, axisFy, axisX, axisY, barX, cell, dodgeY, dot, frame, gridX, plot, pointer, ruleX, text, textX, tickX, tip,
} from "@observablehq/plot";
import {symbolCircle, symbolDiamond2} from "d3-shape";
import {ems, heads, legend, lines, looks, marked, numbered, room, unique, written} from "./parts.js";

const AXIS = {color: "currentColor", stroke: "none"};
const TIP = {maxRadius: 30};

/* The average of what is there, with how many that is: a blank is never a zero. */
function summaries(rows, ...keys) {
  const parts = new Map();
  for (const row of rows) {
    const key = JSON.stringify(keys.map((one) => row[one] ?? null));
    const part = parts.get(key) ?? {...Object.fromEntries(keys.map((one) => [one, row[one]])), values: [], missing: 0};
    if (row.value == null) part.missing += 1;
    else part.values.push(row.value);
    parts.set(key, part);
  }
  return [...parts.values()].map((part) => {
    const n = part.values.length;
    const mean = n ? part.values.reduce((sum, value) => sum + value, 0) / n : null;
    return {...part, n, mean, told: `${n ? `mean ${written(mean)}, ` : ""}n ${n}${part.missing ? `, ${part.missing} missing` : ""}`};
  });
}

/* How many rows the largest stack holds. */
function tallest(rows, key) {
  const counts = new Map();
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + 1);
  return Math.max(0, ...counts.values());
}

/* Dots of one strip that would cover one another are stacked; the average is a tick, its n stands above it. */
export function strip(said, width) {
  const rows = numbered(said.rows, "value");
  const there = rows.filter((row) => row.value != null);
  const groups = unique(rows, "group");
  const look = looks(groups);
  const panels = unique(rows, "panel");
  const told = summaries(rows, "panel", "group");
  const left = room([...groups, ...panels], width, 0.3);
  const both = panels.length && groups.length;
  const facet = {fy: (row) => [row.panel, row.group].filter((part) => part != null).join(both ? "\u0000" : "")};
  const names = [...new Set(rows.map(facet.fy))];
  const high = Math.max(62, 28 + tallest(there, (row) => JSON.stringify([facet.fy(row), row.value])) * 9);
  const svg = plot({
    width,
    height: 52 + names.length * high,
    marginBottom: 40,
    marginLeft: left,
    marginRight: 16,
    marginTop: 8,
    x: {domain: said.domain ?? undefined, nice: !said.domain, label: said.value ?? null, labelAnchor: "left", labelOffset: 34, inset: 14},
    fy: {domain: names, padding: 0.12, label: null, axis: null},
    symbol: {type: "identity"},
    color: {type: "identity"},
    marks: [
      frame({stroke: "var(--plot-faint)", anchor: "bottom"}),
      gridX({stroke: "var(--plot-faint)"}),
      axisX(AXIS),
      text(names, {fy: (name) => name, frameAnchor: "left", textAnchor: "end", dx: -10, text: (name) => name.split("\u0000").join("\n"), facet: "include", lineWidth: ems(left)}),
      tickX(told.filter((one) => one.mean != null), {...facet, x: "mean", stroke: "var(--plot-ink)", strokeWidth: 2, insetTop: 16}),
      dot(there, dodgeY({...facet, x: "value", r: 4, padding: 1, symbol: (row) => look.sign(row.group), fill: (row) => look.colour(row.group), className: marked(there)})),
      text(told, {...facet, frameAnchor: "top-right", text: "told", dy: 2, fill: "currentColor"}),
      tip(there, pointer(dodgeY({...facet, x: "value", r: 4, padding: 1, ...TIP, title: (row) => lines(row.name, `${row.panel ?? row.group ?? ""} ${written(row.value)}`.trim(), row.note)}))),
    ],
  });
  return {svg, rows: there, legend: null};
}

/* The steps of colour of the site's --h0 to --h6, and from which on text is --on-high. */
const STEPS = 6, HIGH = 4;

/* A cell for each row and column, the stronger the higher; where there is no value its reason stands in a dashed frame. */
export function heat(said, width) {
  const rows = numbered(said.rows, "value", "n", "missing");
  const there = rows.filter((row) => row.value != null);
  const blank = rows.filter((row) => row.value == null);
  const [least, most] = said.domain ?? [Math.min(0, ...there.map((row) => row.value)), Math.max(1, ...there.map((row) => row.value))];
  const step = (row) => Math.round((STEPS * (row.value - least)) / (most - least || 1));
  const names = unique(rows, "row");
  const left = room(names, width, 0.36);
  const place = {x: "column", y: "row"};
  const columns = unique(rows, "column");
  const across = (width - left) / columns.length;
  const {head, above} = heads(columns, across);
  /* Where there is no room for what is missing, the tip and the table tell it. */
  const told = (row) => (row.n == null ? "" : `n ${row.n}${row.missing && across > 120 ? `, ${row.missing} missing` : ""}`);
  const height = rows.some(told) ? 36 : 22;
  const svg = plot({
    width,
    height: above + 4 + names.length * height,
    marginLeft: left,
    marginTop: above,
    marginRight: 4,
    marginBottom: 4,
    padding: 0.06,
    x: {domain: columns, label: null},
    y: {domain: names, label: null},
    color: {type: "identity"},
    marks: [
      axisX({...AXIS, ...head}),
      axisY({...AXIS, tickSize: 0, textOverflow: "ellipsis", lineWidth: ems(left)}),
      cell(there, {
        ...place,
        fill: (row) => `var(--h${step(row)})`,
        className: marked(there),
      }),
      cell(blank, {...place, fill: "none", stroke: "var(--plot-line)", strokeDasharray: "3 3", inset: 1}),
      text(there, {
        ...place,
        fill: (row) => (step(row) >= HIGH ? "var(--on-high)" : "var(--plot-ink)"),
        text: (row) => lines(written(row.value), told(row)),
      }),
      text(blank, {...place, text: (row) => row.reason ?? "missing", textOverflow: "ellipsis", lineWidth: ems(across), fontStyle: "italic"}),
      tip(rows, pointer({...place, ...TIP, title: (row) => lines(`${row.row}: ${row.column}`, row.value == null ? row.reason ?? "missing" : written(row.value), row.n == null ? "" : `n ${row.n}`, row.missing ? `${row.missing} missing` : "", row.note)})),
    ],
  });
  return {svg, rows: there, legend: null};
}

const DOMESTIC = "domestic market", GLOBAL = "global market", BOTH = "both";

/* A sign for each row and column: a ring, a diamond, both, or a dash where it is known that there is none. */
export function matrix(said, width) {
  const rows = said.rows;
  const names = unique(rows, "row"), columns = unique(rows, "column");
  const left = room(names, width, 0.36);
  const place = {x: "column", y: "row"};
  const at = (...words) => rows.filter((row) => words.includes(row.found));
  const known = [DOMESTIC, GLOBAL, BOTH];
  const none = rows.filter((row) => row.found != null && !known.includes(row.found));
  const blank = rows.filter((row) => row.found == null);
  const across = (width - left) / columns.length;
  const wide = ems(across);
  const {head, above} = heads(columns, across);
  const svg = plot({
    width,
    height: above + 4 + names.length * 20,
    marginLeft: left,
    marginTop: above,
    marginRight: 4,
    marginBottom: 4,
    x: {type: "band", domain: columns, label: null},
    y: {type: "band", domain: names, label: null},
    symbol: {type: "identity"},
    marks: [
      axisX({...AXIS, ...head}),
      axisY({...AXIS, tickSize: 0, textOverflow: "ellipsis", lineWidth: ems(left)}),
      cell(rows, {...place, fill: "none", stroke: "var(--plot-faint)", className: marked(rows), pointerEvents: "all"}),
      dot(at(DOMESTIC, BOTH), {...place, r: 6, stroke: "var(--domestic)", strokeWidth: 1.6, symbol: symbolCircle, pointerEvents: "none"}),
      dot(at(GLOBAL, BOTH), {...place, r: 3.6, fill: "var(--global)", symbol: symbolDiamond2, pointerEvents: "none"}),
      text(none, {...place, text: () => "–", fill: "var(--plot-line)", pointerEvents: "none"}),
      text(blank, {...place, text: (row) => row.reason ?? "not coded", textOverflow: "ellipsis", lineWidth: wide, fontStyle: "italic", pointerEvents: "none"}),
      tip(rows, pointer({...place, ...TIP, title: (row) => lines(`${row.row}: ${row.column}`, row.found ?? row.reason ?? "not coded", row.note)})),
    ],
  });
  const items = [
    [DOMESTIC, "var(--domestic)", symbolCircle, true],
    [GLOBAL, "var(--global)", symbolDiamond2],
  ];
  return {svg, rows, legend: legend(items)};
}

/* The pixels that a panel has to have across; with less the panels stand below one another. */
const LEAST_ACROSS = 130;

/* Panels of dots; those in one place are set beside each other, and each panel says how many it shows. */
export function scatter(said, width) {
  const all = numbered(said.rows, "x", "y");
  const rows = beside(all.filter((row) => row.x != null && row.y != null));
  const columns = unique(all, "column"), panels = unique(all, "panel");
  const look = looks(panels);
  const narrow = columns.length > 1 && width < columns.length * LEAST_ACROSS + 120;
  const words = (row) => [row.panel, row.column].filter((part) => part != null).join("\n");
  const facet = narrow
    ? {fy: words}
    : {...(columns.length ? {fx: "column"} : {}), ...(panels.length ? {fy: "panel"} : {})};
  const down = narrow ? panels.flatMap((panel) => columns.map((column) => words({panel, column}))) : panels;
  const told = summaries(all.map((row) => ({...row, value: row.x == null || row.y == null ? null : row.y})), "column", "panel");
  const across = narrow ? [] : columns;
  const right = down.length ? room(down.flatMap((label) => label.split("\n")), width, 0.3) : 10;
  const svg = plot({
    width,
    height: 70 + Math.max(1, down.length) * (columns.length > 1 ? 130 : 220),
    marginLeft: 36,
    marginRight: right,
    marginTop: across.length ? 44 : 24,
    marginBottom: 40,
    x: {label: said.x ?? null, labelAnchor: "left", inset: 12, ...(said.domains?.x ? {domain: said.domains.x} : {})},
    y: {label: said.y ?? null, inset: 10, ...(said.domains?.y ? {domain: said.domains.y} : {})},
    fx: {domain: across, label: null, padding: 0.12},
    fy: {domain: down, label: null, padding: 0.2},
    symbol: {type: "identity"},
    color: {type: "identity"},
    marks: [
      frame({stroke: "var(--plot-faint)"}),
      axisX({...AXIS, ticks: 4, labelOffset: 34}),
      axisY({...AXIS, ticks: 4}),
      ...(across.length ? [axisFx({anchor: "top", dy: -16})] : []),
      ...(down.length ? [axisFy({anchor: "right", lineWidth: ems(right)})] : []),
      text(told, {...facet, frameAnchor: "top-right", dy: -15, text: (one) => `n ${one.n}${one.missing ? `, ${one.missing} missing` : ""}`}),
      dot(rows, {...facet, x: "shownX", y: "y", r: 4, symbol: (row) => look.sign(row.panel), fill: (row) => look.colour(row.panel), fillOpacity: 0.85, className: marked(rows)}),
      tip(rows, pointer({...facet, x: "shownX", y: "y", ...TIP, title: (row) => lines(row.name, `${said.x ?? "x"} ${written(row.x)}`, `${said.y ?? "y"} ${written(row.y)}`, row.note)})),
    ],
  });
  return {svg, rows, legend: null};
}

function beside(rows) {
  const places = new Map();
  const xs = rows.map((row) => row.x);
  const step = (Math.max(...xs) - Math.min(...xs) || 1) / 22;
  for (const row of rows) {
    const key = JSON.stringify([row.panel, row.column, row.x, row.y]);
    places.set(key, [...(places.get(key) ?? []), row]);
  }
  for (const here of places.values()) {
    const apart = Math.min(step, (6 * step) / here.length);
    here.forEach((row, place) => (row.shownX = row.x + (place - (here.length - 1) / 2) * apart));
  }
  return rows;
}

/* Bars with their value, and n where it is told. */
export function bars(said, width) {
  const rows = numbered(said.rows, "value", "n");
  const there = rows.filter((row) => row.value != null);
  const blank = rows.filter((row) => row.value == null);
  const names = unique(rows, "name");
  const left = room(names, width);
  const svg = plot({
    width,
    height: 44 + names.length * 26,
    marginBottom: 40,
    marginLeft: left,
    marginRight: 70,
    marginTop: 4,
    x: {label: said.value ?? null, labelAnchor: "left", labelOffset: 34, ...(said.domain ? {domain: said.domain} : {})},
    y: {domain: names, label: null, padding: 0.25},
    marks: [
      ruleX([0], {stroke: "var(--plot-line)"}),
      axisX(AXIS),
      axisY({...AXIS, tickSize: 0, textOverflow: "ellipsis", lineWidth: ems(left)}),
      barX(there, {x: "value", y: "name", fill: "var(--plot-1)", className: marked(there)}),
      textX(there, {x: "value", y: "name", textAnchor: "start", dx: 5, text: (row) => `${written(row.value)}${row.n == null ? "" : ` (n ${row.n})`}`}),
      text(blank, {y: "name", frameAnchor: "left", dx: 5, fontStyle: "italic", text: (row) => row.reason ?? "missing"}),
    ],
  });
  return {svg, rows: there, legend: null};
}
