"""SDMX-CSV 1.0 and 2.0, with codes alone or with labels beside them: dimensions, time, value, attributes."""

from __future__ import annotations

import re

from clusterkg.errors import FileError
from clusterkg.series.formats.cells import first_cells, rows, whole_rows
from clusterkg.series.records import MISSING, About, Record

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from clusterkg.series.records import Given, Tally, Wants

__all__ = ["LOOKS_LIKE", "NAME", "NEEDS_INDICATOR", "about", "recognises", "records"]

NAME = "SDMX-CSV 1.0 or 2.0"
LOOKS_LIKE = "DATAFLOW,FREQ,REF_AREA,… or STRUCTURE,STRUCTURE_ID,ACTION,FREQ,…"
NEEDS_INDICATOR = False

AREAS = ("REF_AREA", "GEO", "COUNTRY", "LOCATION", "AREA", "REPORTING_COUNTRY", "COUNTRY_CODE")
"""What the dimension of the area is called, the likeliest first."""

TIME, VALUE = "TIME_PERIOD", "OBS_VALUE"
UNITS = ("UNIT_MEASURE", "UNIT_MULT")
"""Attributes that change what a figure means; so they are part of what tells one indicator from another."""

NOT_DIMENSIONS = ("DATAFLOW", "STRUCTURE", "STRUCTURE_ID", "STRUCTURE_NAME", "ACTION", "KEY", "SERIES_KEY", "FREQ")
WITHDRAWN = ("D",)
FLOW = re.compile(r"(?:[\w.-]+:(?! ))?([\w@.-]+)")
"""A dataflow's identifier, behind its agency's where that is there: ``ESTAT:NAMA_10_GDP(1.0): GDP`` is NAMA_10_GDP."""


def recognises(head: Sequence[str]) -> bool:
    """Tell whether a file begins as the format does.

    >>> recognises(["DATAFLOW,FREQ,REF_AREA,TIME_PERIOD,OBS_VALUE"])
    True
    >>> recognises(["STRUCTURE;STRUCTURE_ID"])
    False
    """
    names = [_code(cell) for cell in first_cells(head[0])] if head else []
    starts = names[:1] == ["DATAFLOW"] or names[:2] == ["STRUCTURE", "STRUCTURE_ID"] or names[:1] == ["KEY"]
    return starts and TIME in names and VALUE in names


def about(head: Sequence[str]) -> About:
    """Return the dataflow of the first row as title; the file does not say of when it is."""
    names, cells = first_cells(head[0]), first_cells(head[1]) if len(head) > 1 else []
    row = {_code(name).upper(): cell for name, cell in zip(names, cells, strict=False)}
    return About(row.get("STRUCTURE_ID") or row.get("DATAFLOW") or "")


def records(lines: Iterable[str], tally: Tally, wants: Wants, given: Given) -> Iterator[Record]:
    """Yield the file's observations.

    The indicator of an observation is its dataflow with the codes of all dimensions but area, time and frequency, and
    the unit and its multiplier where attributes say them: what differs in one of these is another series.

    Raises:
        FileError: it is no CSV from some line on, or no column names the area.
    """
    numbered = rows(lines)
    line, header = next(numbered)
    labelled = any(":" in cell for cell in header)
    names = [_code(cell) for cell in header]
    at = {name: place for place, name in reversed(list(enumerate(names)))}
    area = next((at[name] for name in AREAS if name in at), None)
    if area is None:
        raise FileError("no column names the area", place=f"line {line}", remedy=f"head it {' or '.join(AREAS[:3])}")
    flow = at.get("STRUCTURE_ID", at.get("DATAFLOW"))
    told = [
        place
        for place, name in enumerate(names)
        if (place < at[VALUE] or name in UNITS) and place not in (area, at[TIME])
        if name not in NOT_DIMENSIONS and name.removesuffix("_LABEL") not in {*at} - {name}
    ]
    series: dict[tuple[str, ...], tuple[str, str]] = {}
    for line, row in whole_rows(numbered, len(header), tally):
        if "ACTION" in at and row[at["ACTION"]].strip() in WITHDRAWN:
            tally.deleted.add(f"line {line}")
            continue
        key = (row[flow] if flow is not None else "", *(row[place] for place in told))
        if key not in series:
            series[key] = _series(key, [names[place] for place in told], labelled)
        indicator, label = series[key]
        code, name = _parts(row[area], labelled)
        value = row[at[VALUE]].strip()
        if not wants(code, indicator):
            tally.unwanted += 1
        elif value.lower() in MISSING:
            tally.missing += 1
        else:
            status = _parts(row[at["OBS_STATUS"]], labelled)[0] if "OBS_STATUS" in at else ""
            yield Record(code, name, _parts(row[at[TIME]], labelled)[0], indicator, label, value, line, status)


def _code(header: str) -> str:
    """Return the code of a column: ``FREQ`` of ``FREQ:Frequency``."""
    return header.partition(":")[0].strip().upper()


def _parts(cell: str, labelled: bool) -> tuple[str, str]:
    """Return code and label of a cell.

    >>> _parts("BR: Brazil", True), _parts("BR", False)
    (('BR', 'Brazil'), ('BR', ''))
    """
    code, colon, label = cell.partition(":") if labelled else (cell, "", "")
    return code.strip(), label.strip() if colon else ""


def _series(key: Sequence[str], names: Sequence[str], labelled: bool) -> tuple[str, str]:
    """Return code and label of an indicator.

    >>> _series(("ESTAT:NAMA_10_GDP(1.0)", "CP_MEUR", "B1GQ", "6"), ("UNIT", "NA_ITEM", "UNIT_MULT"), False)
    ('NAMA_10_GDP.CP_MEUR.B1GQ.6', 'NAMA_10_GDP: UNIT CP_MEUR, NA_ITEM B1GQ, UNIT_MULT 6')
    """
    found = FLOW.match(key[0].strip())
    flow = found[1] if found else ""
    parts = [(name, *_parts(cell, labelled)) for name, cell in zip(names, key[1:], strict=True)]
    code = ".".join([flow, *(code for _, code, _ in parts if code)])
    label = ", ".join(f"{name} {label or code}" for name, code, label in parts if code)
    return code, f"{flow}: {label}" if label else flow
