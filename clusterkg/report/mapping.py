"""The map of a report: the points that stand for clusters, those that the source names apart from chosen ones."""

from __future__ import annotations

from clusterkg import library
from clusterkg.graph.answers import plain
from clusterkg.report.parts import Cell, Figure, Grid, Origin, anchor, count
from clusterkg.terms import study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from clusterkg.graph import Graph
    from clusterkg.graph.answers import Value

    Row = Mapping[str, Value]

__all__ = ["POINTS", "map_of"]

POINTS = "report/points"
"""The query that the map is made from."""

NAMED = "named-in-source"

WEST, SOUTH, EAST, NORTH = -118.0, -56.0, -34.0, 33.0
"""The outline that is drawn: Latin America, in degrees."""

COLUMNS = ("Case", "Point", "Ground", "Region", "Latitude", "Longitude")


def map_of(graph: Graph, study: str) -> Figure | None:
    """Return the map of a study's clusters, or None where no cluster has a point inside the outline.

    Points outside Latin America, of which no outline is shipped, stand in the table below and not in the drawing.
    """
    query = library.read(POINTS, graph.folders)
    given = {"study": study_iri(study)}
    rows = list(graph.run(query.bind(given), query.name, needs=query.needs))
    found = [row for row in rows if row["latitude"] is not None]
    inside = [row for row in found if _inside(row)]
    if not inside:
        return None
    drawn = _drawn(inside)
    cases = {row["case"] for row in rows}
    named = {row["case"] for row in found if row["basis"] == NAMED}
    shown = {row["case"] for row in inside}
    left = len(found) - len(inside)
    return Figure(
        "figure-map",
        "Where the clusters are",
        label=f"Map of Latin America with {count(len(drawn), 'point')} for {len(shown)} of "
        f"{count(len(cases), 'case')}; for {len(named)} the source names a point.",
        reading="A disc is a town that the source names for a cluster, a ring one that we chose as the seat of an "
        "area, or that contains it; the larger, the more cases share the point. A cluster is wider than its point, "
        "and one with several towns has several points."
        + (f" {count(left, 'point')} outside Latin America only in the table." if left else ""),
        spec="map",
        rows=drawn,
        grid=Grid(
            "figure-map-data",
            "Points of each case's cluster",
            COLUMNS,
            [_cells(row) for row in rows],
            numeric=[False, False, False, False, True, True],
            groups=[(str(row["sectoral_group"]),) for row in rows],
            notes=["Points are those of GeoNames (CC BY 4.0); the outline is that of Natural Earth (public domain)."],
            folded="The figure as a table",
        ),
        origin=Origin(f"clusterkg query {POINTS} --param study={given['study']}", [POINTS], given),
    )


def _inside(row: Row) -> bool:
    latitude, longitude = float(str(row["latitude"])), float(str(row["longitude"]))
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST


def _drawn(rows: Sequence[Row]) -> list[dict[str, object]]:
    """Return a row for each point on the map: where it is, for how many cases, and on what ground."""
    points: dict[tuple[float, float], list[Row]] = {}
    for row in rows:
        points.setdefault((float(str(row["longitude"])), float(str(row["latitude"]))), []).append(row)
    return [
        {
            "longitude": longitude,
            "latitude": latitude,
            "cases": len({row["case"] for row in here}),
            "ground": "named" if any(row["basis"] == NAMED for row in here) else "chosen",
        }
        for (longitude, latitude), here in points.items()
    ]


def _cells(row: Row) -> list[Cell]:
    slug = str(row["case"]).rsplit("/", 1)[-1]
    case = Cell(str(row["name"]), anchor("case", slug))
    if row["latitude"] is None:
        return [case, Cell("no point", kind="missing"), *[Cell("", kind="blank") for _ in COLUMNS[2:]]]
    numbers = [Cell(plain(row[name]), kind="number") for name in ("latitude", "longitude")]
    return [case, Cell(row["place"]), Cell(row["basis_name"]), Cell(row["region_code"] or ""), *numbers]
