"""The formats of an export, and the files that each of them adds to the folder."""

from __future__ import annotations

from clusterkg.errors import UnknownName, nearest
from clusterkg.export.readme import readme
from clusterkg.export.tables import as_csv, tables_of
from clusterkg.terms import LICENCE, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clusterkg.export.rows import Export
    from clusterkg.export.tables import Tables

__all__ = ["FORMATS", "LEFT_OUT", "chosen", "files_of"]

FORMATS = {
    "csv": "tidy CSV with a codebook, and scripts that read it in R and in Stata",
    "csvw": "the CSV with a description after CSV on the Web beside each file",
    "datapackage": "the CSV with a Data Package that describes them",
    "xlsx": "a workbook, a sheet a table",
    "parquet": "a Parquet file a table",
    "cube": "the ratings as RDF Data Cubes",
    "nt": "the whole graph as N-Triples",
    "jsonld": "the whole graph as JSON-LD with its context",
}
"""The formats by name, with what each writes."""

LEFT_OUT = "cube-left-out.csv"
"""The file of the ratings that are in no cube."""


def chosen(words: Iterable[str]) -> list[str]:
    """Return the formats that some words name, each once and in the order of `FORMATS`; without a word ``csv``.

    Args:
        words: names of formats, or several in one with commas between them.

    Raises:
        UnknownName: there is no such format; the nearest is offered.

    >>> chosen(["parquet,csv", "parquet"])
    ['csv', 'parquet']
    >>> chosen(["parqet"])
    Traceback (most recent call last):
    clusterkg.errors.UnknownName: parqet: no such format; did you mean 'parquet'?
    """
    names = [name.strip() for word in words for name in word.split(",")]
    for name in names:
        if name not in FORMATS:
            raise UnknownName("no such format", place=name or "--format", remedy=nearest(name, FORMATS))
    return [name for name in FORMATS if name in names] or ["csv"]


def files_of(made: Export, version: str, formats: Sequence[str] = ("csv",)) -> dict[str, bytes]:
    """Return the content of each file by its name.

    With any format but ``csv`` come a description of the graph (``void.ttl``) and one of the files (``dcat.ttl``).

    Args:
        made: what is exported.
        version: that of clusterkg, which the files name.
        formats: names of `FORMATS`.

    Raises:
        ModuleNotFoundError: a format needs a package that is not installed.
        DataError: the cubes break a rule of the Data Cube vocabulary, such as where a case is rated twice.
    """
    tables = tables_of(made)
    files: dict[str, bytes] = {}
    for format in formats:
        files |= _files(format, made, tables, version)
    if set(formats) != {"csv"}:
        from clusterkg.export import dcat, void

        files["void.ttl"] = void.describe(made, version, files).encode()
        files["dcat.ttl"] = dcat.describe(made, version, files).encode()
    return {"README.txt": readme(made, {*files, "README.txt"}, version).encode(), **files}


def _files(format: str, made: Export, tables: Tables, version: str) -> dict[str, bytes]:
    """Return what one format adds; what it needs is imported here, so that no other format pays for it."""
    match format:
        case "csv":
            from clusterkg.export.scripts import r_script, stata_script

            columns = made.columns["cases"]
            return as_csv(tables) | {
                "cases.R": r_script(columns).encode(),
                "cases.do": stata_script(columns).encode(),
            }
        case "csvw":
            from clusterkg.export import csvw

            return as_csv(tables) | csvw.describe(made, tables)
        case "datapackage":
            from clusterkg.export import datapackage

            files = as_csv(tables)
            return files | datapackage.describe(made, tables, files, version)
        case "xlsx":
            from clusterkg.export.workbook import as_workbook

            return as_workbook(tables)
        case "parquet":
            from clusterkg.export.parquet import as_parquet

            return as_parquet(tables, {"study": study_iri(made.study), "license": LICENCE, "clusterkg": version})
        case "cube":
            from clusterkg.export.cube import as_cube

            return as_cube(made)
        case "nt":
            from clusterkg.export.statements import as_ntriples

            return {"graph.nt": as_ntriples(made.statements)}
        case "jsonld":
            from clusterkg.export.jsonld import as_jsonld

            return as_jsonld(made.statements)
        case _:
            raise UnknownName("no such format", place=format, remedy=nearest(format, FORMATS))
