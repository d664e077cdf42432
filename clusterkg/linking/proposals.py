"""What each subject may be linked to, with a score, a status and the reasons for both."""

from __future__ import annotations

from clusterkg.errors import nearest
from clusterkg.linking.entries import Index
from clusterkg.linking.gazetteer import GEONAMES
from clusterkg.linking.industries import Industries
from clusterkg.linking.names import outer
from clusterkg.linking.places import Places
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clusterkg.linking.entries import Entry, Hit
    from clusterkg.linking.project import Project
    from clusterkg.linking.tables import Subject

__all__ = ["STATUSES", "Candidate", "Lists", "Proposal", "countries_of", "propose"]

STATUSES = ("sure", "ambiguous", "weak", "none")

EXACT, CLOSE, BROAD = "skos:exactMatch", "skos:closeMatch", "skos:broadMatch"

NAMED = {"main name": 1.0, "reviewed name": 0.95, "alternate name": 0.9, "longer name": 0.8, "similar name": 0.9}
"""What a score begins with; that of a similar name is multiplied by its likeness."""

NO_COUNTRY, NEAR_COUNTRY = 0.8, 0.7
"""What a score is multiplied by where no country is given, and where it is misspelt."""

NO_REGION, UNKNOWN_REGION = 0.95, 0.85
"""What it is multiplied by where no region is given, and where one is given that cannot be compared."""

SHARED = 0.5
"""What it is multiplied by where another has just that name, and once more where the candidate itself has not."""

SMALL = 5_000
"""People below which a place may have a namesake, such as a quarter of a city, that no gazetteer of towns has."""

MOST = 10
"""How many candidates are shown."""


class Candidate:
    """Something that a subject may be linked to.

    Attributes:
        entry: what it is.
        predicate: how the subject would be to it.
        score: 0 to 1, by the rule in docs/reconciling.md; it ranks, and decides nothing.
        why: the reasons.
        exact: whether it has just the name.
    """

    __slots__ = ("entry", "exact", "predicate", "score", "why")

    def __init__(self, entry: Entry, predicate: str, score: float, why: str, exact: bool) -> None:
        self.entry, self.predicate, self.score, self.why, self.exact = entry, predicate, score, why, exact


class Proposal:
    """The candidates of a subject, the best first, its status, and what is to be said where there is none."""

    __slots__ = ("candidates", "reason", "status", "subject")

    def __init__(self, subject: Subject, status: str, candidates: Sequence[Candidate] = (), reason: str = "") -> None:
        self.subject, self.status, self.candidates, self.reason = subject, status, list(candidates), reason


class Lists:
    """The lists that subjects are looked up in.

    Args:
        project: the project's own things.
        countries: three letters of the countries whose places may be asked for.
        names: where no country is given, the names of places that may be asked for.
    """

    def __init__(self, project: Project, countries: Iterable[str] = (), names: Iterable[str] = ()) -> None:
        self.project = project
        countries, names = set(countries), list(names)
        self.places = Places(project, countries, names) if countries or names else None
        self.industries = Industries(project)
        self._clusters = Index(project.clusters)

    def countries(self, text: str) -> list[Hit]:
        """Return the countries that a text may mean."""
        return self.project.countries.find(text)

    def clusters(self, text: str) -> list[Hit]:
        """Return the project's clusters that a text may mean."""
        return self._clusters.find(text)


def countries_of(subjects: Iterable[Subject], project: Project) -> set[str]:
    """Return the three letters of the countries that some subjects name, rightly or nearly; empty where none does."""
    hits = [project.countries.find(text) for text in {subject.country for subject in subjects} if text]
    return {found[0].entry.country for found in hits if found}


class _Country:
    """What a subject says of its country: the three letters, and whether it says so in a known word."""

    def __init__(self, lists: Lists, text: str) -> None:
        hits = lists.countries(text) if text else []
        self.text = text
        self.code = hits[0].entry.country if hits else ""
        self.exact = len([hit for hit in hits if hit.exact]) == 1
        self.name = lists.project.names.get(self.code, "")


def propose(subjects: Iterable[Subject], lists: Lists) -> list[Proposal]:
    """Return a proposal for each subject.

    Raises:
        ModuleNotFoundError: a name is not exact, and the extra ``linking`` is not installed.
    """
    makers = {"country": _of_country, "cluster": _of_cluster, "place": _of_place, "industry": _of_industry}
    return [makers[subject.kind](subject, lists) for subject in subjects]


def _of_country(subject: Subject, lists: Lists) -> Proposal:
    hits = lists.countries(subject.text)
    found = [Candidate(hit.entry, EXACT, _named(hit), _met(hit), hit.exact) for hit in hits]
    return _proposal(subject, found, "no country has a name like that", sure=bool(hits) and hits[0].exact)


def _of_cluster(subject: Subject, lists: Lists) -> Proposal:
    country = _Country(lists, subject.country)
    found = []
    for hit in lists.clusters(subject.text):
        if country.code in ("", hit.entry.country):
            told = [_met(hit), _of_its_country(country)]
            score = _named(hit) * _weight(country, whole=True)
            found.append(Candidate(hit.entry, EXACT, score, "; ".join(told), hit.exact))
    where = f" in {country.name}" if country.code else ""
    sure = not country.text or country.exact
    return _proposal(subject, found, f"the project has no cluster with a name like that{where}", sure=sure)


def _of_industry(subject: Subject, lists: Lists) -> Proposal:
    found = []
    hits = lists.industries.find(subject.text)
    for hit in hits:
        code = lists.industries.code(hit.entry.iri)
        predicate = EXACT if hit.basis == "main name" else CLOSE
        told = _met(hit)
        if hit.basis == "reviewed name":
            told = f"the class of the project's clusters of {hit.name}"
        elif hit.basis == "alternate name":
            told = f"the title is about {hit.name}"
        found.append(Candidate(hit.entry, predicate, _named(hit), f"{told}; ISIC {code}", hit.exact))
    sure = any(hit.basis in ("main name", "reviewed name") for hit in hits)
    return _proposal(subject, found, "no class of ISIC Rev. 4 has a title like that", sure=sure)


def _of_place(subject: Subject, lists: Lists) -> Proposal:
    assert lists.places is not None
    country = _Country(lists, subject.country)
    if country.text and not country.code:
        known = list(lists.project.names.values())
        remedy = nearest(country.text, known)
        return Proposal(subject, "none", reason=f"'{country.text}' is no country{'; ' + remedy if remedy else ''}")
    region = _Region(subject.region, country, lists)
    hits = lists.places.find(subject.text, country.code)
    kept = region.kept(hits)
    found = [_place(hit, subject, country, region) for hit in kept]
    reason = _absent(subject, country, region, lists, [hit for hit in hits if hit not in kept])
    if not any(candidate.exact for candidate in found) and (town := outer(subject.text)):
        found += _containing(town, subject, country, region, lists)
    exact = [hit for hit in kept if hit.exact]
    sure = len(exact) == 1 and country.exact and _certain(exact[0], region)
    return _proposal(subject, found, reason, sure=sure)


class _Region:
    """What a subject says of its region, and how a place stands to it."""

    def __init__(self, text: str, country: _Country, lists: Lists) -> None:
        self.text = text
        two = lists.project.two.get(country.code, "")
        self.keys = lists.project.regions.find(two, text) if text else frozenset()
        self.remedy = ""
        if text and not self.keys:
            self.remedy = nearest(text, lists.project.regions.known(two)) if two else ""

    def agrees(self, entry: Entry) -> bool | None:
        """Tell whether a place lies in the region; None where that cannot be told."""
        return bool(self.keys & entry.regions) if self.keys and entry.regions else None

    def kept(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits that lie in the region; of a region and a town in it that have one name the town is meant."""
        kept = [hit for hit in hits if self.agrees(hit.entry) is not False]
        towns = [hit for hit in kept if hit.entry.iri.startswith(GEONAMES)]
        return towns if self.text and any(hit.exact for hit in towns) else kept

    def told(self, entry: Entry) -> str:
        """Return how a place stands to the region, in words."""
        if not self.text:
            return "region not given"
        if not self.keys:
            return f"region '{self.text}' is not known" + (f" ({self.remedy})" if self.remedy else "")
        return "region agrees" if self.agrees(entry) else "region of the place is not known"


def _certain(hit: Hit, region: _Region) -> bool:
    """Tell whether the one place of a name is surely meant; see docs/reconciling.md."""
    if region.agrees(hit.entry):
        return True
    if region.text:
        return False
    return hit.basis == "reviewed name" or (hit.basis == "main name" and (hit.entry.people or 0) >= SMALL)


def _place(hit: Hit, subject: Subject, country: _Country, region: _Region) -> Candidate:
    score = _named(hit) * _weight(country)
    if not region.agrees(hit.entry):
        score *= UNKNOWN_REGION if region.text else NO_REGION
    told = [_met(hit), _of_its_country(country), region.told(hit.entry)]
    if hit.entry.people is not None and hit.entry.people < SMALL:
        told.append(f"a place of {hit.entry.people:,} people")
    return Candidate(hit.entry, EXACT, score, "; ".join(told), hit.exact)


def _containing(town: str, subject: Subject, country: _Country, region: _Region, lists: Lists) -> list[Candidate]:
    """Return the towns that a text names behind a part of them."""
    assert lists.places is not None
    found = []
    for hit in lists.places.find(town, country.code):
        if hit.exact and region.agrees(hit.entry) is not False:
            why = f"the town that '{subject.text}' names as its own; {_of_its_country(country)}"
            found.append(Candidate(hit.entry, BROAD, _named(hit) * _weight(country) * SHARED, why, False))
    return found


def _absent(subject: Subject, country: _Country, region: _Region, lists: Lists, left: Sequence[Hit]) -> str:
    """Return why a place is not found."""
    assert lists.places is not None
    where = country.name or "any country that was looked at"
    if lists.places.missing:
        told = ["the gazetteer is not installed, and no linked place of the project has the name"]
    else:
        told = [f"no place of 500 people or more in {where} has a name like that"]
    exact = [hit for hit in left if hit.exact]
    if exact:
        told = [f"{len(exact)} of the name in {where}, none in region '{region.text}'"]
    for iri, reason in lists.places.unlinked(subject.text, country.code)[:1]:
        told.append(
            f"the project has one of the name, {iri.removeprefix(BASE)}, linked to none"
            + (f" ({reason})" if reason else "")
        )
    others = sorted({entry.country for entry in lists.places.elsewhere(subject.text, country.code)})
    if others and country.code and not exact:
        told.append(f"there is one in {', '.join(lists.project.names.get(one, one) for one in others[:3])}")
    return "; ".join(told)


def _named(hit: Hit) -> float:
    return NAMED[hit.basis] * hit.likeness


def _weight(country: _Country, *, whole: bool = False) -> float:
    if not country.text:
        return 1.0 if whole else NO_COUNTRY
    return 1.0 if country.exact else NEAR_COUNTRY


def _of_its_country(country: _Country) -> str:
    if not country.text:
        return "country not given"
    return "country agrees" if country.exact else f"country '{country.text}' taken for {country.name}"


def _met(hit: Hit) -> str:
    """Return by what a text met an entry."""
    if hit.basis == "similar name":
        return f"similar name, {hit.likeness:.2f}"
    if hit.basis == "longer name":
        return f"begins the longer name {hit.entry.name}"
    return "exact name in the project's own files" if hit.basis == "reviewed name" else f"exact {hit.basis}"


def _proposal(subject: Subject, found: list[Candidate], reason: str, *, sure: bool) -> Proposal:
    """Return a subject's proposal: candidates by score, each told how many others there are; the sure one alone."""
    exact = sum(candidate.exact for candidate in found)
    if not found:
        return Proposal(subject, "none", reason=reason)
    status = "ambiguous" if exact > 1 else "sure" if exact == 1 and sure else "weak"
    for candidate in found:
        others = exact - candidate.exact
        if others:
            candidate.score *= SHARED if candidate.exact else SHARED * SHARED
        candidate.why += f"; {others or 'no'} other{'' if others == 1 else 's' if others else ''} of just that name"
    # Among equals the larger place is shown first, which settles nothing.
    found.sort(key=lambda one: (-one.exact, -one.score, -(one.entry.people or 0), one.entry.iri))
    return Proposal(subject, status, [one for one in found if one.exact] if status == "sure" else found[:MOST], reason)
