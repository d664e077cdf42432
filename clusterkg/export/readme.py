"""The README of an export: what each file holds, and what has to be known to read it."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from clusterkg.export.rows import Export

__all__ = ["FILES", "readme"]

FILES = {
    "README.txt": "",
    "cases.csv": "a row a case: {cases} cases",
    "ratings.csv": "a row a rating, accepted or not, with its source and evidence: {ratings} ratings",
    "chains.csv": "a row a value chain: {chains} chains",
    "codebook.csv": "a row a column of these files: label, type, unit, values, where its rule stands",
    "cases.R": "reads cases.csv in R",
    "cases.do": "reads cases.csv in Stata (14 or newer)",
    "cases.csv-metadata.json": "describes cases.csv (CSV on the Web)",
    "ratings.csv-metadata.json": "describes ratings.csv, whose rows belong to cases",
    "chains.csv-metadata.json": "describes chains.csv, whose rows belong to cases",
    "codebook.csv-metadata.json": "describes codebook.csv",
    "datapackage.json": "describes the four tables (Data Package 2.0)",
    "cases.xlsx": "the four tables as sheets of one workbook, the codebook first",
    "cases.parquet": "a row a case: {cases} cases",
    "ratings.parquet": "a row a rating, accepted or not, with its source and evidence: {ratings} ratings",
    "chains.parquet": "a row a value chain: {chains} chains",
    "codebook.parquet": "a row a column of these files: label, type, unit, values, where its rule stands",
    "cube.ttl": "the ratings that have a value as two data cubes (RDF Data Cube), scores and degrees",
    "cube-left-out.csv": "the ratings that are in no cube, each with the reason why it has no value",
    "graph.nt": "the whole graph as sorted N-Triples: ontology, concepts, cases, what the rules build",
    "graph.jsonld": "the same as JSON-LD, a node a thing",
    "context.jsonld": "what the keys of graph.jsonld mean; keep it beside that file",
    "void.ttl": "how much of what the graph holds (VoID)",
    "dcat.ttl": "the data files with size, media type and checksum, licence and source (DCAT)",
}
"""Every file that an export can write, in the order of the README, with what it says of it."""

TABLES = ("csv", "xlsx", "parquet")
OF_THE_GRAPH = ("graph.nt", "void.ttl")

CSV = "{coding}The files are UTF-8, separated by commas, with a header line.\n"

BLANKS = """
A blank is a missing value, never a zero. Why a value is missing stands in the column that ends in
_reason: not reported, not available, not applicable, not yet coded, or not coded, where nothing is
said at all. A score of 0 means that the kind of upgrading is absent, which is something else.

Scores and degrees are ordinal: an average of them takes the steps to be equal, which nobody has shown.
The four columns of governance are codes of markets, no order: 3 is both, not more than 2.

To join: case is the same word in all three files. Add clusterkg and the study to your references.
"""

CUBES = """
cube.ttl has no observation for a rating without a value: a data cube has no place for it. Those are in
cube-left-out.csv; whoever counts what is missing has to read both.
"""


def readme(made: Export, names: Collection[str], version: str) -> str:
    """Return the README of an export.

    Args:
        made: what is exported.
        names: of the files beside it.
        version: that of clusterkg, which it names.
    """
    counts = {name: len(rows) for name, rows in made.rows.items()}
    width = max(14, *(len(name) + 2 for name in names))
    listed = [f"{name:{width}}{told.format(**counts)}\n" for name, told in FILES.items() if told and name in names]
    coding = f"Values are those of the coding {made.coding} alone.\n" if made.coding else ""
    parts = [f"{made.study}: cases of industrial clusters, exported by clusterkg {version}\n\n", *listed]
    endings = {name.rsplit(".", 1)[-1] for name in names}
    if "csv" in endings or coding:
        parts += ["\n", CSV.format(coding=coding) if "cases.csv" in names else coding]
    if endings.intersection(TABLES):
        parts.append(BLANKS)
    if "cube.ttl" in names:
        parts.append(CUBES)
    return "".join(parts)
