"""A file of series imported into a store: wholly or, where something is wrong, not at all."""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import re

from clusterkg.errors import ClusterkgError, DataError, FileError, ParameterError, nearest
from clusterkg.graph import Graph
from clusterkg.series.areas import Areas
from clusterkg.series.choices import Choice
from clusterkg.series.datasets import COUNTRY_YEARS, described, series_graph
from clusterkg.series.observations import Observations, contradiction
from clusterkg.series.recognising import fingerprint, opened
from clusterkg.series.records import Given, Tally
from clusterkg.series.store import datasets_in, writing

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from typing import Any

    from clusterkg.series.recognising import Source
    from clusterkg.series.records import Record
    from clusterkg.series.store import Draft

    Progress = Callable[[float, int], None]

__all__ = ["Order", "Result", "import_file", "rebuild"]

EVERY = 500
"""After how many lines progress is told."""

MOST_CODES = 5_000
"""How many codes of indicators are remembered, to name the nearest where the one asked for is not there."""


class Order:
    """What is to be imported, and how.

    Args:
        path: the file.
        choice: indicators, countries and years that are wanted.
        label: what the indicator is called, where the file does not say.
        name: what the data set is to be called; by default the file's name and what tells it from others.
        vintage: of when the figures are, where the file does not say.
        replace: whether data sets of the same indicators are removed for it.
    """

    def __init__(
        self,
        path: str,
        choice: Choice | None = None,
        *,
        label: str = "",
        name: str = "",
        vintage: str = "",
        replace: bool = False,
    ) -> None:
        if name and not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
            raise ParameterError("is no name", place=f"--name {name}", remedy="use small letters, digits and hyphens")
        self.path, self.choice, self.label, self.vintage = path, choice or Choice(), label, vintage
        self.name, self.replace = name, replace
        self.sha256 = fingerprint(path)

    @property
    def recorded(self) -> dict[str, Any]:
        """What makes two imports the same: the file's hash, the choice, and what the user says of it."""
        return {"sha256": self.sha256, **self.choice.recorded, "label": self.label, "said_vintage": self.vintage}

    def called(self) -> str:
        """Return the data set's name."""
        if self.name:
            return self.name
        stem = os.path.basename(self.path).split(".")[0].lower()
        mark = hashlib.sha256(json.dumps(self.recorded, sort_keys=True).encode()).hexdigest()[:8]
        return f"{re.sub(r'[^a-z0-9]+', '-', stem).strip('-') or 'series'}-{mark}"


class Result:
    """What an import did.

    Attributes:
        about: what the store records of the data set.
        tally: what was left out.
        changed: whether the store changed.
        notes: what else has to be known, a sentence each.
    """

    def __init__(self, about: dict[str, Any], tally: Tally, *, changed: bool, notes: Sequence[str] = ()) -> None:
        self.about, self.tally, self.changed, self.notes = about, tally, changed, list(notes)


def import_file(
    order: Order, folder: str, *, folders: Sequence[str] = (), progress: Progress | None = None, today: str = ""
) -> Result:
    """Import a file of series into a store, which is made where there is none.

    Args:
        order: the file, and what is wanted of it.
        folder: the store's folder.
        folders: folders of the project's shape whose files join the shipped ones.
        progress: is told now and then the share of the file that is read, and the observations taken.
        today: the day of import, as ISO 8601 writes it; by default what the clock says.

    Raises:
        FileError, UnknownName: the file cannot be read, or is of no known format.
        ParameterError: the file does not say which indicator it holds, and neither does the order.
        DataError: it contradicts itself, or has nothing of what is wanted. The store is as it was, always.
    """
    for about in datasets_in(folder):
        if all(about.get(key) == value for key, value in order.recorded.items()):
            return Result(
                about, Tally(), changed=False, notes=[f"already imported as {about['name']}: nothing changed"]
            )
    with opened(order.path) as source:
        _check(order, source)
    with writing(folder, folders) as draft:
        result = _into(draft, order, Areas(Graph(folders)), progress, today)
        draft.keep()
    return result


def _into(draft: Draft, order: Order, areas: Areas, progress: Progress | None, today: str) -> Result:
    name = order.called()
    if series_graph(name) == COUNTRY_YEARS or any(about["name"] == name for about in draft.datasets):
        raise ParameterError("another data set has this name", place=f"--name {name}", remedy="give another name")
    wanted = order.choice.area_iris(areas)
    elsewhere = {code: about["name"] for about in draft.datasets for code in about["joins"]}
    tally = Tally()
    reader = _Reader(order, areas, wanted, tally)
    made = Observations(name, areas, tally, order.choice.in_years, lambda code: order.replace or code not in elsewhere)
    with opened(order.path) as source:
        _check(order, source)
        said = source.format.about(source.head)
        draft.add(series_graph(name), made.triples(reader.records(source, _told(source, made, progress))))
        latin, format = source.latin, source.format.NAME
    if made.repeated:
        with opened(order.path) as source:
            fault = contradiction(_Reader(order, areas, wanted, Tally()).records(source, source), made, made.repeated)
        if fault is not None:
            raise DataError(fault.fault, place=order.path, remedy=fault.remedy)
    if made.n == 0:
        raise _nothing(order, reader, tally)
    about = {
        "name": name,
        "title": said.title or order.label or name,
        "file": os.path.basename(order.path),
        "path": os.path.abspath(order.path),
        **order.recorded,
        "imported": today or datetime.date.today().isoformat(),
        "vintage": said.vintage or order.vintage,
        "format": format,
        "codes": made.indicators,
        "joins": made.joined,
        "observations": made.n,
        "aggregates": made.aggregates,
        "skipped": tally.skipped,
        "countries_with_values": len(made.countries),
        "span": f"{min(made.years)}-{max(made.years)}",
        "named": order.name,
    }
    notes = _replaced(draft, order, made) + _beside(made, elsewhere, draft)
    if latin:
        notes.append(f"{latin:,} line{'s are' if latin > 1 else ' is'} no UTF-8 and read as Latin-1 (ISO 8859-1)")
    draft.add(series_graph(name), [described({**about, "indicators": made.indicators})])
    draft.add(COUNTRY_YEARS, made.country_years())
    draft.datasets.append(about)
    notes += [f"the shipped extract of {code} gives way to it" for code in draft.give_way()]
    if made.joined and not made.countries & areas.of_cases:
        notes.append("none of the countries in which clusters lie is among them: questions that join find nothing")
    draft.store.optimize()
    return Result(about, tally, changed=True, notes=notes)


class _Reader:
    """The records of a file that are wanted, and what it takes to say why there are none."""

    def __init__(self, order: Order, areas: Areas, wanted: set[str], tally: Tally) -> None:
        self.order, self.areas, self.wanted, self.tally = order, areas, wanted, tally
        self.codes: set[str] = set()
        self.indicators = set(order.choice.indicators)
        self.of_wanted_area = False

    def records(self, source: Source, lines: Iterable[str]) -> Iterator[Record]:
        """Yield the records of a file's lines that are of the indicators and countries wanted."""
        given = Given(min(self.indicators), self.order.label) if source.format.NEEDS_INDICATOR else Given()
        try:
            yield from source.format.records(lines, self.tally, self._wants, given)
        except ClusterkgError as error:
            inside = error.place.startswith("line ")
            place = f"{self.order.path}:{error.place.removeprefix('line ')}" if inside else error.place
            raise type(error)(error.fault, place=place, remedy=error.remedy) from error

    def _wants(self, area: str, indicator: str) -> bool:
        if self.wanted:
            found = self.areas.find(area)
            if found is None or found.iri not in self.wanted:
                return False
        self.of_wanted_area = True
        if len(self.codes) < MOST_CODES:
            self.codes.add(indicator)
        return not self.indicators or indicator in self.indicators


def _check(order: Order, source: Source) -> None:
    """Refuse a file without an indicator for which none is given.

    Raises:
        ParameterError: it is such a file.
    """
    if source.format.NEEDS_INDICATOR and (len(order.choice.indicators) != 1 or not order.label):
        raise ParameterError(
            "does not say which indicator it holds",
            place=order.path,
            remedy="name one with --indicator CODE and --label TEXT, such as "
            "--indicator NY.GDP.MKTP.CD --label 'GDP (current US$)'",
        )


def _told(source: Source, made: Observations, progress: Progress | None) -> Iterator[str]:
    """Yield a file's lines, and tell now and then how far it is read."""
    for count, line in enumerate(source):
        if progress is not None and count % EVERY == 0:
            progress(min(1.0, source.done / max(1, source.size)), made.n)
        yield line


def _nothing(order: Order, reader: _Reader, tally: Tally) -> DataError:
    """Return why there is no observation."""
    choice = order.choice
    if choice.countries and not reader.of_wanted_area:
        fault = f"has nothing of {', '.join(choice.countries)}"
        return DataError(fault, place=order.path, remedy="ask for countries that it has")
    if choice.indicators and reader.codes and not reader.indicators & reader.codes:
        codes = sorted(reader.codes)
        remedy = nearest(choice.indicators[0], codes) or f"it has {', '.join(codes[:5])}"
        return DataError(f"has no indicator {', '.join(choice.indicators)}", place=order.path, remedy=remedy)
    if choice.first and tally.unwanted:
        fault = f"has no figure of the years {choice.first}-{choice.last}"
        return DataError(fault, place=order.path, remedy="ask for years that it has")
    empty = f"{tally.missing:,} cells are blank" if tally.missing else "below its heading there is no row"
    left_out = "; ".join(tally.sentences) or empty
    return DataError(f"has no observation that can be taken: {left_out}", place=order.path)


def _replaced(draft: Draft, order: Order, made: Observations) -> list[str]:
    """Remove the data sets that this one replaces, and say so.

    Raises:
        DataError: one of them holds other indicators too, which would be lost.
    """
    if not order.replace:
        return []
    notes = []
    for about in [one for one in draft.datasets if set(one["codes"]) & set(made.indicators)]:
        others = sorted(set(about["codes"]) - set(made.indicators))
        if others:
            fault = f"cannot replace {about['name']}, which holds {', '.join(others[:3])} too"
            raise DataError(fault, place=order.path, remedy="import it without --replace, or all these indicators")
        draft.remove(about["name"])
        notes.append(f"replaces {about['name']}")
    return notes


def _beside(made: Observations, elsewhere: dict[str, str], draft: Draft) -> list[str]:
    """Say of which indicators another data set goes on to give the figures that cases join."""
    held = {about["name"] for about in draft.datasets}
    return [
        f"{code} stands beside that of {elsewhere[code]}, by which questions go; --replace would make them go by this"
        for code in made.indicators
        if elsewhere.get(code) in held and code not in made.joined
    ]


def rebuild(
    folder: str, *, folders: Sequence[str] = (), without_missing: bool = False, progress: Progress | None = None
) -> tuple[list[Result], list[str]]:
    """Build a store again from the files that it records, and return what each gave and which are left out.

    Args:
        folder: the store's.
        folders: folders of the project's shape whose files join the shipped ones.
        without_missing: whether to go on without files that are gone, and with those that have changed as they are.
        progress: as for `import_file`.

    Raises:
        FileError: there is no such store.
        DataError: a file is gone or has changed; the store is as it was.
    """
    recorded = datasets_in(folder)
    if not recorded:
        raise FileError("no store with data sets in it", place=folder, remedy="import a file into it")
    faults = {about["name"]: fault for about in recorded if (fault := _fault(about))}
    if faults and not without_missing:
        said = "; ".join(faults.values())
        remedy = "put them back, or go on without what is gone with --rebuild --replace"
        raise DataError(f"its sources are not what they were: {said}", place=folder, remedy=remedy)
    results = []
    areas = Areas(Graph(folders))
    with writing(folder, folders, anew=True) as draft:
        for about in recorded:
            if not os.path.isfile(about["path"]):
                continue
            years = about["years"]
            order = Order(
                about["path"],
                Choice(about["indicators"], about["countries"], years),
                label=about["label"],
                name=about["named"],
                vintage=about["said_vintage"],
            )
            results.append(_into(draft, order, areas, progress, about["imported"]))
        draft.keep()
    return results, list(faults.values())


def _fault(about: dict[str, Any]) -> str:
    """Return what is wrong with a recorded file; nothing where it is as it was."""
    try:
        changed = fingerprint(about["path"]) != about["sha256"]
    except FileError as error:
        return f"{about['path']} ({error.fault})"
    return f"{about['path']} (has changed)" if changed else ""
