"""The study that imported cases belong to: founded, or given rows, codings and sheets."""

from __future__ import annotations

from clusterkg.coding.documents import DCAT, DCTERMS, PROV, QB, RDF_TYPE, SKOS, XSD, iri, literal
from clusterkg.terms import BASE, ONTOLOGY, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.coding.mentions import Mentions

__all__ = ["describe"]

TABLES = (
    ("2", "Collective efficiency", "collective-efficiency"),
    ("3", "Governance", "governance"),
    ("5", "Upgrading", "upgrading"),
)
"""The tables that a new study has: number, name, query. Those with a row a case list all its cases."""


def describe(mentions: Mentions, titles: dict[str, str]) -> None:
    """Describe the codings and sheets that are new, and the study with its tables as far as they are ours.

    Args:
        mentions: the statements so far.
        titles: the title of each sheet.
    """
    _codings(mentions)
    _sheets(mentions, titles)
    _study(mentions, ", ".join(dict.fromkeys(titles.values())))


def _codings(mentions: Mentions) -> None:
    """Describe the codings that the graph does not have."""
    used = {rating.coding for case in mentions.records.cases for rating in case.ratings.values()}
    used |= {case.coding for case in mentions.records.cases if case.line is not None and not case.rival}
    file, study = f"{mentions.folder}codings.ttl", study_iri(mentions.study)
    codebook = mentions.known.one(study, "codebook") or f"{study}#codebook"
    for name in sorted(used):
        found, coder = f"{study}#coding-{name}", mentions.records.coders.get(name, "")
        if mentions.known.has(found):
            continue
        add = mentions.documents.add
        add(file, found, RDF_TYPE, iri(ONTOLOGY + "Coding"))
        add(
            file, found, SKOS + "prefLabel", literal(f"Coding by {coder}" if coder else "Coding, coder not named", "en")
        )
        if coder:
            add(file, found, DCTERMS + "creator", literal(coder))
        else:
            add(file, found, SKOS + "note", literal("The rows of the sheet name no coder.", "en"))
        add(file, found, PROV + "used", iri(codebook))
        add(file, found, DCTERMS + "source", iri(mentions.study_source()))


def _sheets(mentions: Mentions, titles: dict[str, str]) -> None:
    """Describe the sheets, which the cells belong to."""
    for sheet, name in mentions.names.items():
        found = f"{BASE}sheet/{mentions.study}/{name}"
        mentions.documents.add(f"{mentions.folder}sheets.ttl", found, RDF_TYPE, iri(PROV + "Entity"))
        mentions.documents.add(f"{mentions.folder}sheets.ttl", found, DCTERMS + "title", literal(titles[sheet]))


def _study(mentions: Mentions, title: str) -> None:
    """Found the study: itself, its codebook and its tables, or give its tables the rows of new cases."""
    study, file, add = study_iri(mentions.study), f"{mentions.folder}study.ttl", mentions.documents.add
    if mentions.known.has(study) and not _ours(mentions, study):
        return
    new = not mentions.known.has(study)
    if new:
        mentions.documents.heads[file] = (
            f"# The study {mentions.study}, founded by an import.\n"
            "# Name it, describe it and say under which licence it stands."
        )
        _found(mentions, study, file, title)
    dimensions = {rating.dimension for case in mentions.records.cases for rating in case.ratings.values()}
    listed = {term.rpartition("/")[2] for term in mentions.known.all(f"{study}#codebook", "codedVariable")}
    for dimension in sorted(dimensions - listed or ({"product-upgrading"} if new else set())):
        add(file, f"{study}#codebook", "codedVariable", iri(f"dimension/{dimension}"))
    _rows(mentions, study, file)


def _ours(mentions: Mentions, study: str) -> bool:
    """Tell whether the study was founded by an import."""
    return bool(mentions.known.all(study, PROV + "wasDerivedFrom"))


def _found(mentions: Mentions, study: str, file: str, title: str) -> None:
    add = mentions.documents.add
    for term in (ONTOLOGY + "Study", DCAT + "Dataset", QB + "DataSet"):
        add(file, study, RDF_TYPE, iri(term))
    source = f"{BASE}source/{mentions.study}"
    add(file, study, SKOS + "prefLabel", literal(mentions.study))
    add(file, study, DCTERMS + "title", literal(f"Cases coded as {mentions.study}", "en"))
    add(file, study, "codebook", iri(f"{study}#codebook"))
    add(file, study, QB + "structure", iri(f"{BASE}ontology/cube"))
    add(file, study, DCTERMS + "source", iri(source))
    add(file, f"{study}#codebook", RDF_TYPE, iri(ONTOLOGY + "Codebook"))
    add(file, f"{study}#codebook", SKOS + "prefLabel", literal(f"Codebook of {mentions.study}", "en"))
    add(file, f"{study}#codebook", DCTERMS + "source", iri(source))
    for name in mentions.names.values():
        add(file, study, PROV + "wasDerivedFrom", iri(f"{BASE}sheet/{mentions.study}/{name}"))
    if not mentions.known.has(source) and source not in mentions.documents.files.get(
        f"{mentions.folder}sources.ttl", {}
    ):
        add(f"{mentions.folder}sources.ttl", source, RDF_TYPE, iri(ONTOLOGY + "Source"))
        add(
            f"{mentions.folder}sources.ttl",
            source,
            SKOS + "prefLabel",
            literal(f"{mentions.study}, coding sheet: {title}"),
        )
    for number, name, query in TABLES:
        table = f"{study}#table-{number}"
        add(file, table, RDF_TYPE, iri(ONTOLOGY + "Table"))
        add(file, table, SKOS + "prefLabel", literal(name, "en"))
        add(file, table, "study", iri(study))
        add(file, table, "tableNumber", literal(number))
        add(file, table, "recomputedBy", iri(f"{BASE}query/tables/{query}"))
        add(file, table, DCTERMS + "source", iri(source))


def _rows(mentions: Mentions, study: str, file: str) -> None:
    """Add a row for each new case to the tables that have a row a case."""
    for number in ("3", "5"):
        table = f"{study}#table-{number}"
        position = max(
            (int(mentions.known.one(row, "position") or 0) for row in mentions.known.of("table", table)), default=0
        )
        clusters = [case.slug for case in mentions.records.cases if case.line is not None and not case.rival]
        there = {mentions.known.one(row, "case"): row for row in mentions.known.of("table", table)}
        for case in mentions.records.cases:
            if case.line is None or case.rival:
                continue
            case_file = f"{mentions.folder}cases/{case.iri.rpartition('/')[2]}.ttl"
            if case.iri in there:
                # A case that is written anew keeps the label that its row has.
                label = literal(mentions.known.one(there[case.iri], "printedLabel"))
                mentions.documents.add(case_file, case.iri, SKOS + "altLabel", label)
                continue
            position += 1
            row = f"{table}-row-{case.iri.rpartition('/')[2]}"
            add = mentions.documents.add
            add(file, row, RDF_TYPE, iri(ONTOLOGY + "TableRow"))
            add(file, row, "case", iri(case.iri))
            add(file, row, "table", iri(table))
            add(file, row, "position", f'"{position}"^^<{XSD}integer>')
            add(file, row, "printedHeading", literal(case.line.text("industry") or "?"))
            label, period = case.line.told("name") or case.slug, case.line.told("period")
            if period and (clusters.count(case.slug) > 1 or case.iri.rpartition("/")[2] != case.slug):
                # Rows of one cluster are told apart by their periods.
                label = f"{label} ({period})"
                add(case_file, case.iri, SKOS + "altLabel", literal(label))
            add(file, row, "printedLabel", literal(label))
