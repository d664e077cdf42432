"""Small files of series in the exact formats, and what is read from them without a store."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from clusterkg.graph import Graph
from clusterkg.series.areas import Areas
from clusterkg.series.observations import Observations
from clusterkg.series.recognising import opened
from clusterkg.series.records import Given, Record, Tally

SERIES = Path(__file__).parent / "data" / "series"
WORLD_BANK = SERIES / "API_NY.GDP.MKTP.CD_DS2_en_csv_v2_1.csv"
GDP, GINI = "NY.GDP.MKTP.CD", "SI.POV.GINI"
HEADER = "Country Name,Country Code,Year,Value\n"


@cache
def areas() -> Areas:
    return Areas(Graph())


def read(path: Path) -> tuple[list[Record], Tally]:
    """Return the records of a file and what is no record."""
    tally = Tally()
    with opened(str(path)) as source:
        given = Given(GDP, "GDP") if source.format.NEEDS_INDICATOR else Given()
        return list(source.format.records(source, tally, lambda *_: True, given)), tally


def made(records: Sequence[Record]) -> tuple[Observations, str]:
    """Return the observations of records, and their triples."""
    found = Observations("test", areas(), Tally(), lambda _: True, lambda _: True)
    return found, "".join(found.triples(records))


def zipped(path: Path, *names: str) -> Path:
    """Return an archive like the World Bank's: the named fixtures beside the sister tables that hold no series."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.write(SERIES / name, name)
        for sister in ("WDICountry.csv", "WDISeries.csv", "WDIfootnote.csv"):
            archive.writestr(sister, "Country Code,Short Name\nBRA,Brazil\n")
    return path
