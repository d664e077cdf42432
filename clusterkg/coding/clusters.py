"""The clusters that rows describe, and how a row stands to a cluster that the graph has."""

from __future__ import annotations

import re

from clusterkg.coding.documents import RDF_TYPE, SKOS, iri, literal
from clusterkg.coding.mentions import told
from clusterkg.coding.values import key_of
from clusterkg.terms import BASE, ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.coding.mentions import Mentions
    from clusterkg.coding.records import Case, Line

__all__ = ["GEONAMES", "describe"]

GEONAMES = "https://sws.geonames.org/"


def describe(mentions: Mentions, case: Case, line: Line) -> None:
    """Describe the cluster of a row, or hold the row against the cluster that the graph has."""
    found = f"{BASE}cluster/{case.slug}"
    file = f"cases_ttl/clusters/{case.slug}.ttl"
    if mentions.known.has(found) or file in mentions.documents.files:
        if mentions.known.has(found):
            _same_cluster(mentions, found, line)
        return
    add = mentions.documents.add
    mentions.documents.heads[file] = f"# {line.text('name') or case.slug}: the cluster itself, whoever studies it."
    add(file, found, RDF_TYPE, iri(ONTOLOGY + "Cluster"), line, "case_id", "name")
    mentions.documents.rests(found, SKOS + "prefLabel", line, "name")
    if line.text("name"):
        add(file, found, SKOS + "prefLabel", literal(line.text("name"), "en"), line, "name")
    _lies(mentions, file, found, line)
    mentions.documents.rests(found, "industry", line, "industry")
    if text := told(line, "industry"):
        add(file, found, "industry", mentions.industry(text, line), line, "industry")
    if code := told(line, "isic4"):
        add(file, found, "industryClass", _isic(mentions, code, line), line, "isic4")
    _places(mentions, file, found, case, line)


def _country(mentions: Mentions, line: Line) -> tuple[str, tuple[str, ...]]:
    """Return the country of a row as a term, empty where there is none, and the columns that it rests on."""
    name, code = told(line, "country"), told(line, "iso3").upper()
    by_name, by_code = mentions.known.countries.get(key_of(name), ""), mentions.known.countries.get(key_of(code), "")
    if name and code and by_name and by_code and by_name != by_code:
        line.tell(
            ("country", "iso3"),
            "error",
            "country-code",
            f"{code} is the code of {mentions.known.country_names.get(by_code, code)}, not of {name}.",
            f"write {by_name.rpartition('/')[2]}, or mend the country",
        )
    if code and not by_code:
        return literal(code), ("iso3",)
    if name and not by_name:
        return literal(name), ("country",)
    found = by_name or by_code
    return (iri(found) if found else ""), ("country", "iso3")


def _lies(mentions: Mentions, file: str, subject: str, line: Line) -> None:
    """Say in which country a cluster or a place lies."""
    term, columns = _country(mentions, line)
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


def _places(mentions: Mentions, file: str, cluster: str, case: Case, line: Line) -> None:
    add = mentions.documents.add
    names = [part.strip() for part in told(line, "place").split(";") if part.strip()]
    number = told(line, "geonames_id")
    if number and not (re.fullmatch(r"\d{1,9}(\.0)?", number, re.A) and names):
        message = f"'{number}' is no GeoNames number." if names else "There is a GeoNames number but no place."
        fix = "write the digits of its address at geonames.org" if names else "write the place that it stands for"
        line.tell(("geonames_id", "place"), "error", "geonames-id", message, fix)
        number = ""
    for index, name in enumerate(names, start=1):
        place = f"{cluster}#place-{index}"
        add(file, cluster, "place", iri(place), line, "place")
        add(file, place, RDF_TYPE, iri(ONTOLOGY + "Place"), line, "place")
        add(file, place, SKOS + "prefLabel", literal(name, "en"), line, "place")
        _lies(mentions, file, place, line)
        add(file, place, "placeBasis", iri("place-basis/named-in-source"), line, "place")
        mentions.cite(file, place, case.sources, line)
        mentions.locate(file, place, line.text("locator"), line)
        if index == 1 and number:
            add(file, place, SKOS + "exactMatch", iri(f"{GEONAMES}{number.removesuffix('.0')}/"), line, "geonames_id")


def _same_cluster(mentions: Mentions, found: str, line: Line) -> None:
    """Hold a row against the cluster that the graph has, whose file is not changed."""
    named = mentions.known.clusters.get(found, found)
    name, code = told(line, "country"), told(line, "iso3")
    country = mentions.known.countries.get(key_of(name)) or mentions.known.countries.get(key_of(code))
    if (name or code) and country not in mentions.known.all(found, "country"):
        home = mentions.known.country_names.get(mentions.known.one(found, "country"), "another country")
        line.tell(
            ("case_id", "country", "iso3"),
            "error",
            "cluster-differs",
            f"The case_id is that of the cluster {named} in {home}.",
            "choose another case_id, or mend the country",
        )
    industry = told(line, "industry")
    if industry and mentions.known.words["industry"].get(key_of(industry)) not in mentions.known.all(found, "industry"):
        line.tell(
            ("case_id", "industry"),
            "warning",
            "cluster-differs",
            f"The cluster {named} is known for another industry, which stays as it is.",
            "choose another case_id if this is another cluster",
        )
    there = {key_of(text) for place in mentions.known.all(found, "place") for text in mentions.known.labels(place)}
    links = {
        link for place in mentions.known.all(found, "place") for link in mentions.known.all(place, SKOS + "exactMatch")
    }
    classes = {term.rpartition("/")[2] for term in mentions.known.all(found, "industryClass")}
    new = [
        *(["place"] if told(line, "place") and not _keys(told(line, "place")) <= there else []),
        *(["isic4"] if told(line, "isic4") and told(line, "isic4").zfill(4) not in classes else []),
    ]
    number = told(line, "geonames_id")
    if number and f"{GEONAMES}{number}/" not in links:
        new.append("geonames_id")
    if new:
        line.tell(
            new,
            "warning",
            "cluster-known",
            f"The cluster {named} is described already, and its file is not changed: this is not stored.",
            "add it to the cluster's own file",
        )


def _keys(text: str) -> set[str]:
    return {key_of(part) for part in text.split(";") if part.strip()}
