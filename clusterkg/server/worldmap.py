"""Draws the coasts and borders of a part of the world in the Equal Earth projection, for places to be set on.

The map is drawn here and not by a script: it stands in a page without any, its places are links, and what a page takes
for it is the part that it shows.
"""

from __future__ import annotations

import itertools
import json
import math
from functools import cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    Point = tuple[float, float]
    Ring = Sequence[Point]
    Box = tuple[float, float, float, float]

__all__ = ["Chart", "chart_of"]

OUTLINES = "countries-110m.json"
"""The file of the pages that the outlines are read from: Natural Earth's countries at 1:110 million."""

LEFT_OUT = ("Antarctica",)
"""Countries without clusters that take much room."""

A1, A2, A3, A4 = 1.340264, -0.081106, 0.000893, 0.003796
M = math.sqrt(3) / 2
"""The Equal Earth projection, by Šavrič, Patterson and Jenny (2018)."""

WIDTH = 1000
"""Units across."""

AROUND = 6.0
"""Degrees of room around the places."""

LEAST = 30.0
"""Degrees that are shown at the least."""

BEYOND = 30.0
"""Degrees beyond east and west that may come into the drawing, which is a rectangle."""

FLATTEST, TALLEST = 0.45, 1.05
"""Height over width, at the least and the most."""


def projected(longitude: float, latitude: float) -> Point:
    """Return where a place lies, east and south in radians of the equator.

    >>> [round(one, 3) for one in projected(180, 0)], [round(one, 3) for one in projected(0, 90)]
    ([2.707, -0.0], [0.0, -1.317])
    """
    way = math.asin(M * math.sin(math.radians(latitude)))
    square = way * way
    sixth = square**3
    x = math.radians(longitude) * math.cos(way) / (M * (A1 + 3 * A2 * square + sixth * (7 * A3 + 9 * A4 * square)))
    return x, -way * (A1 + A2 * square + sixth * (A3 + A4 * square))


@cache
def outlines() -> list[Ring]:
    """Return the outlines of all countries, longitude and latitude of each corner.

    Raises:
        FileError: the file is not there or cannot be read.
    """
    from clusterkg.server.assets import address_of, asset

    said = json.loads(asset(address_of(OUTLINES).rpartition("/")[2]).data)
    (wide, high), (west, south) = said["transform"]["scale"], said["transform"]["translate"]
    arcs: list[list[Point]] = []
    for arc in said["arcs"]:
        x = y = 0
        points = []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * wide + west, y * high + south))
        arcs.append(points)
    rings: list[Ring] = []
    for country in said["objects"]["countries"]["geometries"]:
        if country["properties"]["name"] in LEFT_OUT:
            continue
        shapes = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        for shape in shapes:
            for ring in shape:
                corners: list[Point] = []
                for number in ring:
                    part = arcs[number] if number >= 0 else arcs[~number][::-1]
                    corners += part[1:] if corners else part
                rings.append(_whole(corners))
    return rings


def _whole(ring: Ring) -> Ring:
    """Return a ring in one piece, beyond 180 degrees where it goes on there: Russia, Fiji."""
    found: list[Point] = []
    turn = 0.0
    for place, (longitude, latitude) in enumerate(ring):
        step = longitude - ring[place - 1][0] if place else 0.0
        turn += -360.0 if step > 180 else 360.0 if step < -180 else 0.0
        found.append((longitude + turn, latitude))
    return found


class Chart:
    """A part of the world.

    Attributes:
        width, height: units of the drawing.
        land: the outlines as the path of an SVG.
    """

    def __init__(self, west: float, south: float, east: float, north: float) -> None:
        self._middle = (west + east) / 2
        self._west, self._east = west, east
        # The equator is wider than what lies north or south of it.
        levels = [south, north, *([0.0] if south <= 0 <= north else [])]
        corners = [self._flat(x, y) for x in (west, east) for y in levels]
        left, right = min(x for x, _ in corners), max(x for x, _ in corners)
        top, bottom = min(y for _, y in corners), max(y for _, y in corners)
        share = (bottom - top) / (right - left)
        if share > TALLEST:
            room = (bottom - top) / TALLEST - (right - left)
            left, right = left - room / 2, right + room / 2
        elif share < FLATTEST:
            room = (right - left) * FLATTEST - (bottom - top)
            top, bottom = top - room / 2, bottom + room / 2
        self._left, self._top, self._scale = left, top, WIDTH / (right - left)
        self.width, self.height = WIDTH, round((bottom - top) * self._scale)
        self.land = self._drawn()

    def _flat(self, longitude: float, latitude: float) -> Point:
        return projected(longitude - self._middle, latitude)

    def at(self, longitude: float, latitude: float) -> tuple[int, int]:
        """Return where a place stands in the drawing."""
        x, y = self._flat(longitude, latitude)
        return round((x - self._left) * self._scale), round((y - self._top) * self._scale)

    def _copies(self, ring: Ring) -> list[Ring]:
        """Return a ring as often as it is seen, which may be once around the world."""
        least, most = min(x for x, _ in ring), max(x for x, _ in ring)
        return [
            [(x + turn, y) for x, y in ring]
            for turn in (-360.0, 0.0, 360.0)
            if least + turn < self._east + BEYOND and most + turn > self._west - BEYOND
        ]

    def _drawn(self) -> str:
        edge = 4.0
        box = (-edge, -edge, self.width + edge, self.height + edge)
        parts = []
        for ring in (copy for one in outlines() for copy in self._copies(one)):
            seen = clipped([self.at(*corner) for corner in ring], box)
            path: list[tuple[int, int]] = []
            for x, y in seen:
                corner = (round(x), round(y))
                if not path or corner != path[-1]:
                    path.append(corner)
            if len(path) > 2:
                steps = "".join(
                    f"{x - a} {y - b}" if x < a else f" {x - a} {y - b}" for (a, b), (x, y) in itertools.pairwise(path)
                )
                parts.append(f"M{path[0][0]} {path[0][1]}l{steps.strip()}z")
        return "".join(parts)


def clipped(ring: Sequence[Point], box: Box) -> list[Point]:
    """Return the part of a ring that lies in a box: west, north, east, south.

    >>> clipped([(0, 0), (4, 0), (4, 4), (0, 4)], (-1, -1, 2, 9))
    [(0, 0), (2, 0.0), (2, 4.0), (0, 4)]
    >>> clipped([(5, 5), (6, 5), (6, 6)], (0, 0, 1, 1))
    []
    """
    found = list(ring)
    for axis, limit, sign in ((0, box[0], 1), (1, box[1], 1), (0, box[2], -1), (1, box[3], -1)):
        kept: list[Point] = []
        for before, here in zip([found[-1], *found[:-1]] if found else [], found, strict=True):
            was, is_ = sign * (before[axis] - limit) >= 0, sign * (here[axis] - limit) >= 0
            if was != is_:
                share = (limit - before[axis]) / (here[axis] - before[axis])
                other = before[1 - axis] + share * (here[1 - axis] - before[1 - axis])
                kept.append((limit, other) if axis == 0 else (other, limit))
            if is_:
                kept.append(here)
        found = kept
    return found


@cache
def _chart(west: float, south: float, east: float, north: float) -> Chart:
    return Chart(west, south, east, north)


def chart_of(places: Iterable[Point]) -> Chart:
    """Return the part of the world that holds some places, with room around them; without any, all of it.

    Args:
        places: longitude and latitude of each.

    Raises:
        FileError: the file of outlines is not there or cannot be read.
    """
    known = list(places)
    if not known:
        return _chart(-180.0, -56.0, 180.0, 80.0)
    west, east = min(x for x, _ in known), max(x for x, _ in known)
    south, north = min(y for _, y in known), max(y for _, y in known)
    more = max(0.0, LEAST - (east - west)) / 2 + AROUND, max(0.0, LEAST - (north - south)) / 2 + AROUND
    return _chart(
        max(-180.0, math.floor(west - more[0])),
        max(-60.0, math.floor(south - more[1])),
        min(180.0, math.ceil(east + more[0])),
        min(84.0, math.ceil(north + more[1])),
    )
