"""What coded cases say: each case study with its ratings and chains, as statements."""

from __future__ import annotations

from clusterkg.coding import clusters, studies
from clusterkg.coding.chains import MODES
from clusterkg.coding.documents import DCAT, DCTERMS, OBS_STATUS, PROV, QB, RDF_TYPE, SKOS, XSD, Documents, iri, literal
from clusterkg.coding.mentions import Mentions
from clusterkg.coding.ratings import word
from clusterkg.coding.records import UNNAMED
from clusterkg.coding.values import governance_code, key_of, name_key
from clusterkg.terms import BASE, ONTOLOGY, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.coding.chains import Chain
    from clusterkg.coding.lines import Line
    from clusterkg.coding.ratings import Rating
    from clusterkg.coding.records import Case, Records

__all__ = ["build"]

TEXTS = {"note": SKOS + "note", "status": SKOS + "editorialNote", "evidence": "evidence"}
"""The columns of free text that a case keeps, and their properties."""

ONE_OF = {"sectoral_group": "sectoralGroup", "source_basis": "sourceBasis"}
"""The columns in which a case has one concept of a list, and their properties."""

UNKNOWN = "und"
"""The language tag of a text of which nobody says in which language it is."""


def build(records: Records, names: dict[str, str], titles: dict[str, str]) -> Documents:
    """Return what the records of some sheets say, as statements of files.

    Args:
        records: the cases.
        names: the name of each sheet in the IRIs of its cells.
        titles: the title of each sheet.
    """
    mentions = Mentions(records, names)
    by_case: dict[str, list[Case]] = {}
    by_cluster: dict[str, list[Case]] = {}
    for case in records.cases:
        by_case.setdefault(case.iri, []).append(case)
        by_cluster.setdefault(case.slug, []).append(case)
    for cases in by_cluster.values():
        clusters.describe(mentions, cases)
    for cases in by_case.values():
        first = cases[0]
        if first.line is not None and not first.rival:
            _case(mentions, first, first.line)
        elif first.line is None:
            for chain in first.chains:
                chain.line.tell(
                    ("case_id",),
                    "error",
                    "case-exists",
                    "A chain cannot be added to a case that is coded already.",
                    "code the whole case anew with its row in the sheet cases and --replace",
                )
        for case in cases:
            if case.rival and case.line is not None:
                _tell_of_rival(mentions, first, case, case.line)
        _ratings(mentions, cases)
        _carry(mentions, cases)
    studies.describe(mentions, titles)
    return mentions.documents


def _carry(mentions: Mentions, cases: list[Case]) -> None:
    """Keep what the coders have coded already who have single values here and no row."""
    written = {
        _file(mentions, cases[0].iri, case.coding, own=not case.rival) for case in cases if case.line is not None
    }
    for coding in {coding for case in cases for _, coding in case.ratings}:
        for own in (False, True):
            file = _file(mentions, cases[0].iri, coding, own=own)
            if file in mentions.documents.files and file not in written and mentions.known.described_in(file):
                mentions.documents.carry(file, mentions.known.written_in(file))


def _file(mentions: Mentions, case: str, coding: str, *, own: bool) -> str:
    """Return the file of a case, or that of another coding's ratings of it."""
    name = case.rpartition("/")[2]
    return f"{mentions.folder}cases/{name}.ttl" if own else f"{mentions.folder}codings/{coding}/{name}.ttl"


def _ratings(mentions: Mentions, cases: list[Case]) -> None:
    """Describe the ratings of one case by all codings; the case's own is the accepted one, or whose came first."""
    first = cases[0]
    own = mentions.known.main_coding(first.iri) if first.line is None else first.coding
    anew = {case.coding for case in cases if case.line is not None}
    holders = {
        dimension: coding
        for dimension, coding in mentions.known.accepted(first.iri).items()
        if coding not in anew and (dimension, coding) not in first.ratings
    }
    ratings = [(case, rating) for case in cases for rating in case.ratings.values()]
    for case, rating in sorted(ratings, key=lambda one: one[1].coding != own):
        accepted = holders.setdefault(rating.dimension, rating.coding) == rating.coding
        _rating(mentions, case, rating, main=rating.coding == own, accepted=accepted)


def _agrees(mentions: Mentions, first: Case, line: Line, name: str) -> bool:
    """Tell whether a second coder's row says in a column what the first one's says, or the graph."""
    text, known = line.told(name), mentions.known
    if first.line is not None:
        return text == first.line.told(name)
    if name in ONE_OF:
        return word(known, line, name, name.replace("_", "-")) == iri(known.one(first.iri, ONE_OF[name]))
    if name in MODES:
        return governance_code(text) == known.governance_code(first.iri, MODES[name])
    if name == "lead_actor":
        actors = [actor for chain in known.all(first.iri, "feedsInto") for actor in known.all(chain, "leadActor")]
        return name_key(text) in {name_key(label) for actor in actors for label in known.labels(actor)}
    return text in known.all(first.iri, TEXTS[name])


def _tell_of_rival(mentions: Mentions, first: Case, case: Case, line: Line) -> None:
    """Say what of a second coder's row has no place: a case has one group and one set of chains."""
    names = ("sectoral_group", *MODES, "lead_actor", "note", "status", "evidence", "source_basis")
    differing = [name for name in names if line.told(name) and not _agrees(mentions, first, line, name)]
    if differing:
        line.tell(
            differing,
            "warning",
            "second-opinion",
            "Of a second coder's row only the ratings are stored; this differs from the first row and is not.",
            "tell of it in the sheet values as evidence of a rating",
        )


def _case(mentions: Mentions, case: Case, line: Line) -> None:
    """Describe a case study with its ratings and chains."""
    file = f"{mentions.folder}cases/{case.iri.rpartition('/')[2]}.ttl"
    add, rests = mentions.documents.add, mentions.documents.rests
    cluster = f"{BASE}cluster/{case.slug}"
    named = mentions.cluster_names.get(case.slug) or line.told("name")
    coder = mentions.records.coders[case.coding]
    by = f", coded by {' '.join(coder.split())}" if coder else ""
    mentions.documents.heads[file] = (
        f"# {' '.join((named or case.slug).split())}{by}. Imported from a sheet: prov:wasDerivedFrom names the cell."
    )
    add(file, case.iri, RDF_TYPE, iri(ONTOLOGY + "CaseStudy"), line, "case_id", "name")
    rests(case.iri, SKOS + "prefLabel", line, "name")
    if named:
        add(file, case.iri, SKOS + "prefLabel", literal(named, "en"), line, "name")
        add(file, case.iri, SKOS + "altLabel", literal(line.told("name") or named), line, "name")
    add(file, case.iri, "describes", iri(cluster), line, "case_id", "name")
    add(file, case.iri, "study", iri(study_iri(mentions.study)))
    rests(case.iri, "sectoralGroup", line, "sectoral_group")
    group = word(mentions.known, line, "sectoral_group", "sectoral-group")
    if group:
        add(file, case.iri, "sectoralGroup", group, line, "sectoral_group")
    basis = word(mentions.known, line, "source_basis", "source-basis") or iri("source-basis/published-studies")
    add(file, case.iri, "sourceBasis", basis, line, "source_basis")
    mentions.cite(file, case.iri, case.sources, line)
    for column, predicate in TEXTS.items():
        if text := line.told(column):
            # In which language a coder writes, no cell says.
            add(file, case.iri, predicate, literal(text, UNKNOWN), line, column)
    mentions.derived(file, case.iri, line, "case_id" if line.told("case_id") else "name")
    # A row without a rating has a coder too, and ratings from the sheet of values may have others.
    add(
        file, case.iri, PROV + "wasGeneratedBy", iri(f"{study_iri(mentions.study)}#coding-{case.coding}"), line, "coder"
    )
    _period(mentions, file, case, line)
    # Where a fault hides it, that is told already.
    add(file, case.iri, "governanceStatus", iri(f"value-status/{case.governance or 'not-yet-coded'}"), line, *MODES)
    _chains(mentions, file, case)


def _period(mentions: Mentions, file: str, case: Case, line: Line) -> None:
    if case.period is None:
        return
    period, (first, last) = f"{case.iri}#period", case.period
    add = mentions.documents.add
    add(file, case.iri, DCTERMS + "temporal", iri(period), line, "period")
    add(file, period, RDF_TYPE, iri(DCTERMS + "PeriodOfTime"), line, "period")
    add(file, period, SKOS + "prefLabel", literal(line.text("period")), line, "period")
    add(file, period, DCAT + "startDate", f'"{first}"^^<{XSD}gYear>', line, "period")
    add(file, period, DCAT + "endDate", f'"{last}"^^<{XSD}gYear>', line, "period")
    mentions.cite(file, period, case.sources, line)


def _chains(mentions: Mentions, file: str, case: Case) -> None:
    used: dict[str, int] = {}
    for chain in case.chains:
        name = f"chain-{chain.mode or 'unknown'}-{chain.scope or 'unknown'}"
        used[name] = used.get(name, 0) + 1
        _chain(mentions, file, case, chain, f"{case.iri}#{name}{f'-{used[name]}' if used[name] > 1 else ''}")


def _chain(mentions: Mentions, file: str, case: Case, chain: Chain, found: str) -> None:
    add, line = mentions.documents.add, chain.line
    row = case.line or line
    add(file, case.iri, "feedsInto" if chain.counted else "describedChain", iri(found), line, *chain.columns)
    add(file, found, RDF_TYPE, iri(ONTOLOGY + "ValueChain"), line, *chain.columns)
    if chain.mode:
        add(file, found, "governedBy", iri(f"governance-mode/{chain.mode}"), line, *chain.columns)
    if chain.scope:
        add(file, found, "marketScope", iri(f"market-scope/{chain.scope}"), line, *chain.columns)
    add(
        file,
        found,
        "basis",
        iri("chain-basis/prose-stated" if chain.told else "chain-basis/table"),
        line,
        *chain.columns,
    )
    mentions.documents.rests(found, "leadActor", chain.lead_line, "lead_actor")
    if chain.lead_actor:
        term = iri(mentions.actor(chain.lead_actor, case, chain.lead_line, "lead_actor"))
        add(file, found, "leadActor", term, chain.lead_line, "lead_actor")
    for text in chain.destinations:
        country = mentions.known.countries.get(key_of(text))
        add(file, found, "destination", iri(country) if country else literal(text), line, "destination")
    for effect, dimension, column in chain.effects:
        add(file, found, effect, iri(f"dimension/{dimension}"), line, column)
    mentions.cite(file, found, case.sources, row)
    mentions.locate(file, found, chain.locator or row.told("locator"), line if chain.locator else row)
    if not chain.told and (text := word(mentions.known, row, "confidence", "confidence")):
        add(file, found, "confidence", text, row, "confidence")
    column = next((name for name in chain.columns if line.cell(name)), "case_id")
    mentions.derived(file, found, line, column if line.text(column) else "case_id")


def _rating(mentions: Mentions, case: Case, rating: Rating, *, main: bool, accepted: bool) -> None:
    """Describe one rating, in the file of the case or in that of a rival coding."""
    line, name = rating.lines[0], case.iri.rpartition("/")[2]
    file = _file(mentions, case.iri, rating.coding, own=main)
    found = f"{case.iri}#{rating.dimension}{'' if main else f'--{rating.coding}'}"
    add, column = mentions.documents.add, rating.column
    predicate = OBS_STATUS if rating.predicate == "obsStatus" else rating.predicate
    if not main:
        mentions.documents.heads.setdefault(
            file, f"# A second opinion on {name}, by {mentions.records.coders[rating.coding] or UNNAMED}."
        )
    add(file, found, RDF_TYPE, iri(ONTOLOGY + "Rating"), line, column)
    add(file, found, QB + "dataSet", iri(study_iri(mentions.study)))
    add(file, found, "case", iri(case.iri), line, column)
    add(file, found, "variable", iri(f"dimension/{rating.dimension}"), line, column)
    add(file, found, "coding", iri(f"{study_iri(mentions.study)}#coding-{rating.coding}"), line, "coder")
    add(file, found, predicate, rating.term, line, column)
    for other in (ONTOLOGY + "score", ONTOLOGY + "degree", OBS_STATUS):
        mentions.documents.rests(found, other, line, column)
    add(file, found, "accepted", f'"{str(accepted).lower()}"^^<{XSD}boolean>')
    last = rating.lines[-1]
    mentions.cite(file, found, rating.sources, last if last.told("source") else line)
    mentions.locate(file, found, rating.locator, last if last.told("locator") else line)
    for predicate, text in (
        ("confidence", rating.confidence),
        ("evidence", rating.evidence and literal(rating.evidence, UNKNOWN)),
    ):
        if text:
            add(file, found, predicate, text, last, predicate)
    mentions.derived(file, found, line, column)
