"""A reviewed table of mappings: which link of each subject is accepted, and what speaks against it."""

from __future__ import annotations

from clusterkg.linking import sssom
from clusterkg.linking.gazetteer import GEONAMES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from clusterkg.linking.entries import Entry
    from clusterkg.linking.project import Project
    from clusterkg.linking.sssom import Link
    from clusterkg.linking.tables import Subject

__all__ = ["Accepted", "Targets", "accept", "targets_of"]

PREDICATES = {
    "skos:exactMatch": "exact",
    "skos:closeMatch": "close",
    "skos:broadMatch": "broad",
    "skos:narrowMatch": "narrow",
    "ckg:industryClass": "class",
}
"""How something may be linked, with the word that a table of rows shows for it."""

SPACES = {
    "country": ("country:",),
    "cluster": ("cluster:",),
    "place": ("geonames:", "region:"),
    "industry": ("isic4:",),
}
"""What a kind of subject may be linked to."""


class Accepted:
    """A link that counts.

    Attributes:
        iri: what the subject is linked to; empty where it was looked for and is nowhere.
        match: how, as in ``exact``.
        score: as the table has it; empty where somebody has linked by hand.
        basis: the reasons, and who has reviewed them.
        line: the line of the table.
    """

    __slots__ = ("basis", "iri", "line", "match", "score")

    def __init__(self, iri: str, match: str, score: str, basis: str, line: int) -> None:
        self.iri, self.match, self.score, self.basis, self.line = iri, match, score, basis, line


class Targets:
    """What links lead to.

    Attributes:
        project: the project's own things.
        places: those of GeoNames, by address; one that is not in the gazetteer is not in it.
    """

    def __init__(self, project: Project, places: Mapping[str, Entry]) -> None:
        self.project, self.places = project, dict(places)
        known = (*project.countries.entries, *project.clusters, *project.own_regions, *project.classes.values())
        self._known = {entry.iri: entry for entry in known}

    def entry(self, iri: str) -> Entry | None:
        """Return what is known of something linked to; None where nothing is."""
        return self.places.get(iri) or self._known.get(iri)


def targets_of(links: Iterable[Link], project: Project) -> Targets:
    """Return what the links of a table lead to.

    Raises:
        ModuleNotFoundError: there are places of GeoNames, and the extra ``places`` is not installed.
    """
    from clusterkg.linking.gazetteer import by_address

    wanted = {iri for iri in (sssom.expand(link["object_id"]) for link in links) if iri.startswith(GEONAMES)}
    two = {letters: code for code, letters in project.two.items()}
    return Targets(project, by_address(wanted, two, project.regions.names) if wanted else {})


def accept(
    links: Sequence[Link],
    subjects: Mapping[str, Subject],
    targets: Targets,
    country_of: Callable[[Subject], str],
    place: str,
) -> tuple[dict[str, list[Accepted]], list[str]]:
    """Return the accepted links of each subject, none where all were rejected, and a line for each fault.

    A link is accepted where a reviewer has put a name to it, or where it is the only one, `sure`, and nobody
    has spoken against it.

    Args:
        links: the rows of the table.
        subjects: what may be linked, by id.
        targets: what links lead to.
        country_of: returns the three letters of a subject's country; empty where nobody has said.
        place: what to call the table in a message.
    """
    faults: list[str] = []
    rows: dict[str, list[Link]] = {}
    for link in links:
        fault = _fault_of(link, subjects)
        if fault:
            faults.append(f"{place}:{link.line}: {fault}")
        else:
            rows.setdefault(link["subject_id"], []).append(link)
    accepted: dict[str, list[Accepted]] = {}
    for id, subject in subjects.items():
        if id not in rows:
            if not any(link["subject_id"] == id for link in links):
                faults.append(f"{place}: lacks {id} ({subject.text}); put its row back, or make the table anew")
            continue
        chosen, fault = _choose(rows[id])
        for link in chosen if not fault else ():
            fault = fault or _fault_of_object(link, subject, targets, country_of(subject))
        if fault:
            line = (chosen or rows[id])[-1].line
            faults.append(f"{place}:{line}: {id} ({subject.text}): {fault}")
        else:
            accepted[id] = [_accepted(link) for link in chosen]
    return accepted, faults


def _fault_of(link: Link, subjects: Mapping[str, Subject]) -> str:
    subject = subjects.get(link["subject_id"])
    if subject is None:
        return f"there is no subject '{link['subject_id']}' to be linked; write it as it was, or take the row out"
    if link["predicate_id"] not in PREDICATES:
        return f"'{link['predicate_id']}' is no way to link; write {', '.join(list(PREDICATES)[:4])}"
    agreement = _number(link["reviewer_agreement"])
    if agreement is None or not -1 <= agreement <= 1:
        return f"reviewer_agreement is '{link['reviewer_agreement']}'; write 1 for right or -1 for wrong"
    if link["reviewer_agreement"] and not link["reviewer_label"]:
        return "has reviewer_agreement without a reviewer; write your name into reviewer_label"
    return ""


def _number(text: str) -> float | None:
    """Return how far a reviewer agrees: 1 where nothing is said, by the standard; None for what is no number."""
    try:
        return float(text.replace(",", ".")) if text else 1.0
    except ValueError:
        return None


def _choose(rows: Sequence[Link]) -> tuple[list[Link], str]:
    """Return the links that count of one subject, and what keeps it from being settled."""
    right = [link for link in rows if link["reviewer_label"] and (_number(link["reviewer_agreement"]) or 0) > 0]
    wrong = [link for link in rows if link["reviewer_label"] and (_number(link["reviewer_agreement"]) or 0) < 0]
    if right:
        if len(right) > 1 and any(link["object_id"] == sssom.NO_TERM for link in right):
            return right, "both a link and none are accepted; leave the reviewer on one row"
        if len({sssom.expand(link["object_id"]) for link in right}) < len(right):
            return right, "the same link is accepted twice; leave the reviewer on one row"
        if len(right) > 1 and any(link["predicate_id"] == "skos:exactMatch" for link in right):
            return right, f"{len(right)} exact matches are accepted, which it cannot all be; leave the reviewer on one"
        return right, ""
    left = [link for link in rows if link not in wrong]
    if not left:
        return [], ""
    if len(rows) == 1 and (left[0]["object_id"] == sssom.NO_TERM or left[0]["comment"].startswith("sure:")):
        return left, ""
    sure = [link for link in left if link["comment"].startswith("sure:")]
    if len(sure) == 1:
        return sure, ""
    count = f"{len(left)} candidates are" if len(left) > 1 else "the candidate is"
    return [], f"{count} not decided; write your name into reviewer_label of the right one, or with -1 of the wrong"


def _fault_of_object(link: Link, subject: Subject, targets: Targets, country: str) -> str:
    """Return what speaks against a link; empty where nothing does."""
    written = link["object_id"]
    if written == sssom.NO_TERM:
        return ""
    iri = sssom.expand(written)
    kinds = [prefix for prefix in SPACES[subject.kind] if iri.startswith(sssom.PREFIXES[prefix[:-1]])]
    if not kinds:
        return f"'{written}' is no {subject.kind}; write {' or '.join(f'{prefix}…' for prefix in SPACES[subject.kind])}"
    entry = targets.entry(iri)
    if entry is None and kinds[0] != "geonames:":
        return f"there is no {subject.kind} {written}; write another, or {sssom.NO_TERM}"
    if link["reviewer_label"] == "" and (entry is None or " ".join(entry.name.split()) != link["object_label"]):
        return f"{written} is not {link['object_label'] or 'known'}; put it back, or your name into reviewer_label"
    if entry is not None and subject.kind in ("place", "cluster") and country not in ("", entry.country):
        names = targets.project.names
        home, given = names.get(entry.country, entry.country), names.get(country, country)
        return f"{written} ({entry.name}) lies in {home}, not in {given}; choose another, or mend the table's country"
    return ""


def _accepted(link: Link) -> Accepted:
    basis = link["comment"]
    if link["reviewer_label"]:
        basis = f"reviewed by {link['reviewer_label']}; {basis}" if basis else f"reviewed by {link['reviewer_label']}"
    if link["object_id"] == sssom.NO_TERM:
        return Accepted("", "", "", basis, link.line)
    iri = sssom.expand(link["object_id"])
    return Accepted(iri, PREDICATES[link["predicate_id"]], link["confidence"].replace(",", "."), basis, link.line)
