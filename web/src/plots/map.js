/* The world in the Equal Earth projection, a sign for each place. */

import {dot, geo, graticule, plot, pointer, sphere, tip} from "@observablehq/plot";
import {feature} from "topojson-client";
import {legend, lines, looks, marked, numbered, unique} from "./parts.js";

const SEAT = "where we chose a seat";

/* Return the map: rows without a place are told by the table, not here. */
export function map(said, width) {
  const rows = numbered(said.rows, "latitude", "longitude").filter((row) => row.latitude != null && row.longitude != null);
  const groups = unique(rows, "group");
  const look = looks(groups);
  const seats = rows.some((row) => row.placed === "seat");
  const {countries} = said.world.objects;
  const land = {...countries, geometries: countries.geometries.filter((one) => one.properties.name !== "Antarctica")};
  const where = {x: "longitude", y: "latitude"};
  const svg = plot({
    width,
    height: Math.round(width * 0.47),
    margin: 2,
    // Nobody lives south of Cape Horn.
    projection: {type: "equal-earth", domain: {type: "MultiPoint", coordinates: [[-150, 0], [175, 0], [0, -54], [0, 80]]}},
    symbol: {type: "identity"},
    color: {type: "identity"},
    marks: [
      graticule({stroke: "var(--plot-faint)", strokeOpacity: 0.5}),
      geo(feature(said.world, land), {fill: "var(--plot-land)", stroke: "var(--plot-land-edge)", strokeWidth: 0.5}),
      sphere({stroke: "var(--plot-faint)"}),
      dot(rows, {
        ...where,
        r: width < 500 ? 3.5 : 5,
        symbol: (row) => look.sign(row.group),
        fill: (row) => (row.placed === "seat" ? "var(--plot-paper)" : look.colour(row.group)),
        stroke: (row) => (row.placed === "seat" ? look.colour(row.group) : "var(--plot-paper)"),
        strokeWidth: 1.2,
        fillOpacity: 0.9,
        className: marked(rows),
      }),
      tip(rows, pointer({...where, title: (row) => lines(row.name, row.group, row.placed === "seat" ? SEAT : "", row.note), maxRadius: 24})),
    ],
  });
  const items = groups.map((group) => [group, look.colour(group), look.sign(group)]);
  if (seats) items.push([`hollow: ${SEAT}`, "var(--plot-ink)", look.sign(undefined), true]);
  return {svg, rows, legend: legend(items)};
}
