"""The clusters that rows describe, and how a row stands to a cluster that is described already."""

from __future__ import annotations

import re

from clusterkg.coding.documents import RDF_TYPE, SKOS, iri, literal
from clusterkg.coding.values import key_of
from clusterkg.terms import BASE, ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from clusterkg.coding.lines import Line
    from clusterkg.coding.mentions import Mentions
    from clusterkg.coding.records import Case

__all__ = ["GEONAMES", "describe"]

GEONAMES = "https://sws.geonames.org/"

DESCRIBING = ("name", "place", "country", "iso3", "geonames_id", "industry", "isic4")
"""The columns that describe the cluster itself, whoever codes it and for whichever period."""


def describe(mentions: Mentions, cases: Sequence[Case]) -> None:
    """Describe the cluster of some cases, or hold their rows against the cluster that the graph has.

    Of several rows the first that fills a column counts; what another row says otherwise is told.
    """
    lines = [case.line for case in cases if case.line is not None]
    if not lines:
        return
    slug = cases[0].slug
    found = f"{BASE}cluster/{slug}"
    file = f"cases_ttl/clusters/{slug}.ttl"
    if mentions.known.has(found) and not _may_mend(mentions, found, file, cases):
        for line in lines:
            _same_cluster(mentions, found, line)
        return
    by_column = {name: next((line for line in lines if line.told(name)), lines[0]) for name in DESCRIBING}
    for case in cases:
        if case.line is not None:
            _same_row(mentions, case, case.line, by_column)
    add, first = mentions.documents.add, lines[0]
    name = by_column["name"].told("name")
    mentions.documents.heads[file] = f"# {' '.join((name or slug).split())}: the cluster itself, whoever studies it."
    add(file, found, RDF_TYPE, iri(ONTOLOGY + "Cluster"), first, "case_id", "name")
    mentions.documents.rests(found, SKOS + "prefLabel", by_column["name"], "name")
    if name:
        mentions.cluster_names[slug] = name
        add(file, found, SKOS + "prefLabel", literal(name, "en"), by_column["name"], "name")
    _lies(mentions, file, found, by_column)
    mentions.documents.rests(found, "industry", by_column["industry"], "industry")
    if text := by_column["industry"].told("industry"):
        term = mentions.industry(text, by_column["industry"])
        add(file, found, "industry", term, by_column["industry"], "industry")
    if code := by_column["isic4"].told("isic4"):
        add(file, found, "industryClass", _isic(mentions, code, by_column["isic4"]), by_column["isic4"], "isic4")
    _places(mentions, file, found, cases[0], by_column)


def _may_mend(mentions: Mentions, found: str, file: str, cases: Sequence[Case]) -> bool:
    """Tell whether a cluster may be described anew: with its case, in its own folder, where no other study has it."""
    ours = f"{BASE}case/{mentions.study}/"
    return (
        mentions.records.replace
        and file in mentions.known.local
        and any(case.line is not None and not case.rival for case in cases)
        and all(case.startswith(ours) for case in mentions.known.of("describes", found))
    )


def _same_row(mentions: Mentions, case: Case, line: Line, by_column: dict[str, Line]) -> None:
    """Tell where a row describes its cluster otherwise than the row whose word counts."""
    for name in DESCRIBING:
        text, other = line.told(name), by_column[name]
        counts = other.told(name)
        if other is line or not text or _meant(mentions, name, text) == _meant(mentions, name, counts):
            continue
        if name == "name" and not case.rival:
            # A further case study keeps the name that its row gives, beside that of its cluster.
            continue
        home = name in ("country", "iso3")
        line.tell(
            ("case_id", name),
            "error" if home else "warning",
            "cluster-differs",
            f"Row {other.row.number} says {counts} of the same cluster{'' if home else ', which counts'}.",
            "choose another case_id if this is another cluster" + (", or mend the country" if home else ""),
            at=(name,),
        )


def _meant(mentions: Mentions, name: str, text: str) -> object:
    """Return what a text means in a column: two that mean the same describe a cluster alike."""
    if name in ("country", "iso3"):
        return mentions.known.countries.get(key_of(text), key_of(text))
    if name == "industry":
        return mentions.known.words.get("industry", {}).get(key_of(text), key_of(text))
    if name == "place":
        return frozenset(_keys(text))
    if name in ("isic4", "geonames_id"):
        return text.removesuffix(".0").lstrip("0")
    return key_of(text) or text


def _country(mentions: Mentions, by_name: Line, by_code: Line) -> tuple[str, Line, tuple[str, ...]]:
    """Return the country of a cluster as a term, empty where there is none, with the cells that it rests on."""
    name, code = by_name.told("country"), by_code.told("iso3").upper()
    named = mentions.known.countries.get(key_of(name), "")
    coded = mentions.known.countries.get(key_of(code), "") if len(code) == 3 else ""
    if named and code and named != coded:
        home = mentions.known.country_names.get(coded, code)
        by_code.tell(
            ("country", "iso3"),
            "error",
            "country-code",
            f"'{code}' is the code of {home}, not of {name}." if coded else f"'{code}' is the code of no country.",
            f"write {named.rpartition('/')[2]}, or mend the country",
            at=("iso3",),
        )
        return iri(named), by_name, ("country", "iso3")
    if code and not coded:
        return literal(code), by_code, ("iso3",)
    if name and not named:
        return literal(name), by_name, ("country",)
    found = named or coded
    return (iri(found) if found else ""), (by_name if named else by_code), ("country", "iso3")


def _lies(mentions: Mentions, file: str, subject: str, by_column: dict[str, Line]) -> None:
    """Say in which country a cluster or a place lies."""
    term, line, columns = _country(mentions, by_column["country"], by_column["iso3"])
    mentions.documents.rests(subject, "country", line, *columns)
    if term:
        mentions.documents.add(file, subject, "country", term, line, *columns)


def _isic(mentions: Mentions, text: str, line: Line) -> str:
    words = mentions.known.words.get("isic4", {})
    code = re.sub(r"\.0$|^[A-U](?=\d)", "", text)
    if code not in words and len(code) < 4 and code.zfill(4) in words:
        line.say("isic4")(
            "normalised", "leading-zero", f"The leading zeros were put back: {code.zfill(4)}.", "format it as text"
        )
        code = code.zfill(4)
    found = words.get(key_of(code))
    return iri(found) if found and len(code) == 4 else literal(text)


def _places(mentions: Mentions, file: str, cluster: str, case: Case, by_column: dict[str, Line]) -> None:
    add, line = mentions.documents.add, by_column["place"]
    names = [part.strip() for part in line.told("place").split(";") if part.strip()]
    number = by_column["geonames_id"].told("geonames_id")
    if number and not (re.fullmatch(r"\d{1,9}(\.0)?", number, re.A) and names):
        message = f"'{number}' is no GeoNames number." if names else "There is a GeoNames number but no place."
        fix = "write the digits of its address at geonames.org" if names else "write the place that it stands for"
        by_column["geonames_id"].tell(("geonames_id", "place"), "error", "geonames-id", message, fix)
        number = ""
    for index, name in enumerate(names, start=1):
        place = f"{cluster}#place-{index}"
        add(file, cluster, "place", iri(place), line, "place")
        add(file, place, RDF_TYPE, iri(ONTOLOGY + "Place"), line, "place")
        add(file, place, SKOS + "prefLabel", literal(name, "en"), line, "place")
        _lies(mentions, file, place, by_column)
        add(file, place, "placeBasis", iri("place-basis/named-in-source"), line, "place")
        mentions.cite(file, place, case.sources, line)
        mentions.locate(file, place, line.told("locator"), line)
        if index == 1 and number:
            link = iri(f"{GEONAMES}{number.removesuffix('.0')}/")
            add(file, place, SKOS + "exactMatch", link, by_column["geonames_id"], "geonames_id")


def _same_cluster(mentions: Mentions, found: str, line: Line) -> None:
    """Hold a row against the cluster that the graph has, whose file is not changed."""
    named = mentions.known.clusters.get(found, found)
    term, _, columns = _country(mentions, line, line)
    if term and term not in {iri(country) for country in mentions.known.all(found, "country")}:
        home = mentions.known.country_names.get(mentions.known.one(found, "country"), "another country")
        line.tell(
            ("case_id", *columns),
            "error",
            "cluster-differs",
            f"The case_id is that of the cluster {named} in {home}.",
            "choose another case_id, or mend the country",
            at=columns,
        )
    industry = line.told("industry")
    if industry and mentions.known.words["industry"].get(key_of(industry)) not in mentions.known.all(found, "industry"):
        line.tell(
            ("case_id", "industry"),
            "warning",
            "cluster-differs",
            f"The cluster {named} is known for another industry, which stays as it is.",
            "choose another case_id if this is another cluster",
            at=("industry",),
        )
    places = mentions.known.all(found, "place")
    there = {key_of(text) for place in places for text in mentions.known.labels(place)}
    links = {link for place in places for link in mentions.known.all(place, SKOS + "exactMatch")}
    classes = {term.rpartition("/")[2] for term in mentions.known.all(found, "industryClass")}
    place, code, number = (line.told(name) for name in ("place", "isic4", "geonames_id"))
    new = [
        *(["place"] if place and not _keys(place) <= there else []),
        *(["isic4"] if code and re.sub(r"\.0$", "", code).zfill(4) not in classes else []),
        *(["geonames_id"] if number and f"{GEONAMES}{number.removesuffix('.0')}/" not in links else []),
    ]
    if new:
        line.tell(
            new,
            "warning",
            "cluster-known",
            f"The cluster {named} is described already, and its file is not changed: this is not stored.",
            "add it to the cluster's own file",
        )


def _keys(text: str) -> set[str]:
    """Return the keys of the names that stand in a cell with semicolons between them."""
    return {key_of(part) for part in text.split(";") if part.strip()}
