"""The judgement: do ontology and data hold together, and do the rules find what the reasoner finds?"""

from __future__ import annotations

from clusterkg.reasoning.classes import RDF_TYPE, cases_of, defined_classes, members, satisfying
from clusterkg.reasoning.contradictions import Contradiction, MissingCompilerError, contradictions, short
from clusterkg.reasoning.hermit import Classification, classify
from clusterkg.reasoning.premises import OWL, Premises, as_ntriples, owner
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pyoxigraph as ox

    from clusterkg.reasoning.classes import DefinedClass

__all__ = ["COLUMNS", "Judgement", "Verdict", "judge"]

COLUMNS = ("subject", "verdict", "rules", "reasoner", "detail")

BATCH = 50
"""Cases that HermiT classifies in one run; its time grows faster than their number."""

EXPLAINED = 3
"""Impossible classes, or differences between rules and HermiT, whose axioms are sought; each takes a second or two."""

SUBCLASS_OF = "http://www.w3.org/2000/01/rdf-schema#subClassOf"


class Verdict:
    """What rule and reasoner say of one defined class, over the cases looked at and their parts.

    Attributes:
        defined: the class.
        by_rule: its members by the rule; None where it has no rule.
        by_hermit: its members by HermiT.
        differences: for each thing that only one of them takes for a member, a line that says
            which, and by what.
    """

    def __init__(self, defined: DefinedClass, by_rule: set[str] | None, by_hermit: set[str]) -> None:
        self.defined, self.by_rule, self.by_hermit = defined, by_rule, by_hermit
        self.differences: list[str] = []

    def __repr__(self) -> str:
        return f"<Verdict: {short(self.defined.iri)} {self.word}>"

    @property
    def word(self) -> str:
        """``agree``, ``differ`` or ``no rule``."""
        if self.by_rule is None:
            return "no rule"
        return "agree" if self.by_rule == self.by_hermit else "differ"


class Judgement:
    """What HermiT makes of ontology and data, beside what the rules make of them.

    Attributes:
        cases: the IRIs of the cases looked at.
        consistent: whether ontology and data can be true together, as far as OWL can read them.
        contradictions: what contradicts what.
        unreadable: a subject and a line for each statement that OWL cannot read.
        impossible: classes that can have no member: the IRI, and the axioms to blame in words.
        verdicts: one for each defined class; none where nothing is consistent.
    """

    def __init__(self, cases: Sequence[str]) -> None:
        self.cases = list(cases)
        self.consistent = True
        self.contradictions: list[Contradiction] = []
        self.unreadable: list[tuple[str, str]] = []
        self.impossible: list[tuple[str, list[str]]] = []
        self.verdicts: list[Verdict] = []

    @property
    def agreed(self) -> bool:
        """Whether all is well: nothing contradictory or unreadable, rules and HermiT of one mind."""
        differing = any(verdict.word == "differ" for verdict in self.verdicts)
        return self.consistent and not (self.unreadable or self.impossible or differing)

    def rows(self) -> list[tuple[str, str, int | None, int | None, str]]:
        """Return the judgement as rows under `COLUMNS`; a blank number was not counted."""
        rows: list[tuple[str, str, int | None, int | None, str]] = []
        rows.append(("ontology and data", "consistent" if self.consistent else "contradictory", None, None, ""))
        rows += [(subject, "unreadable", None, None, line) for subject, line in self.unreadable]
        for number, contradiction in enumerate(self.contradictions, 1):
            subject = "; ".join(short(iri) for iri in contradiction.subjects) or "ontology"
            rows += [(subject, f"contradiction {number}", None, None, line) for line in contradiction.lines]
        for iri, lines in self.impossible:
            rows += [(short(iri), "can have no member", None, None, line) for line in lines]
        for verdict in self.verdicts:
            rule = None if verdict.by_rule is None else len(verdict.by_rule)
            for line in verdict.differences or [""]:
                rows.append((short(verdict.defined.iri), verdict.word, rule, len(verdict.by_hermit), line))
        return rows

    def summary(self) -> str:
        """Return the judgement in one line."""
        faults = []
        if self.unreadable:
            faults.append(f"statements that OWL cannot read: {len(self.unreadable)}")
        if self.contradictions:
            faults.append(f"contradictions: {len(self.contradictions)}, maybe more behind them")
        elif not self.consistent:
            faults.append("the ontology contradicts itself")
        if self.impossible:
            faults.append(f"classes that can have no member: {len(self.impossible)}")
        differing = [short(verdict.defined.iri) for verdict in self.verdicts if verdict.word == "differ"]
        if differing:
            faults.append(f"rules and HermiT differ on {', '.join(differing)}")
        if faults:
            return "; ".join(faults)
        judged = sum(verdict.word == "agree" for verdict in self.verdicts)
        count = f"{len(self.cases)} case{'' if len(self.cases) == 1 else 's'}"
        return f"consistent; rules and HermiT agree on all {judged} classes over {count}"


def judge(store: ox.Store, *, study: str = "giuliani2005", folders: Sequence[str] = ()) -> Judgement:
    """Return what HermiT makes of the loaded graph, and how the rules compare.

    Whether everything loaded goes together is asked of all studies at once; the classes are
    compared for the cases of one study and their parts.

    Args:
        store: the loaded graph, with what the rules build.
        study: the study's key.
        folders: folders added to the project, for their rules.

    Raises:
        UnknownName: there is no such study.
        ReasonerError: there is no Java, or HermiT fails.
    """
    from concurrent.futures import ThreadPoolExecutor

    cases = cases_of(store, study)
    premises = Premises(store)
    judgement = Judgement(cases)
    judgement.unreadable = [
        (short(owner(triple.subject)), f"{_line(triple)} {fault}") for triple, fault in premises.unreadable
    ]
    batches = [cases[start : start + BATCH] for start in range(0, len(cases), BATCH)]
    with ThreadPoolExecutor(2) as pool:
        whole = pool.submit(classify, as_ntriples(premises.all()), consistency_only=True)
        parts = [pool.submit(classify, as_ntriples(premises.about(batch))) for batch in batches]
        if whole.result() is None:
            for part in parts:
                part.cancel()
            judgement.consistent = False
            _find_contradictions(premises, judgement)
            return judgement
        classified = [part.result() for part in parts]
    results = [result for result in classified if result is not None]
    judgement.impossible = _impossible(premises, (name for result in results for name in result.unsatisfiable))
    judgement.verdicts = [_verdict(store, defined, cases, results) for defined in defined_classes(store, folders)]
    _explain(store, premises, judgement.verdicts)
    return judgement


def _line(triple: ox.Triple) -> str:
    """Return a triple as people read it.

    >>> import pyoxigraph as ox
    >>> score = ox.NamedNode("https://w3id.org/clusterkg/ontology#score")
    >>> _line(ox.Triple(ox.NamedNode("https://w3id.org/clusterkg/case/x#y"), score, ox.Literal("1.5")))
    'case/x#y ckg:score 1.5'
    """
    terms = (getattr(term, "value", str(term)) for term in triple)
    return " ".join(short(term) if term.startswith("http") else term for term in terms)


def _find_contradictions(premises: Premises, judgement: Judgement) -> None:
    """Say what contradicts what: the ontology itself where it is to blame, else statements."""
    ontology = classify(as_ntriples(premises.ontology))
    if ontology is not None and ontology.unsatisfiable:
        # Whatever is said of a member of such a class contradicts it, and would only hide the cause.
        judgement.impossible = _impossible(premises, ontology.unsatisfiable)
        return
    everything = premises.ontology if ontology is None else premises.all()
    try:
        judgement.contradictions = contradictions(everything, premises.ontology | premises.told)
    except MissingCompilerError as error:
        suspects = [] if ontology is None else _suspects(premises)
        judgement.contradictions = [Contradiction(suspects, [str(error)])]


def _suspects(premises: Premises) -> list[str]:
    """Return a case without whose statements the rest holds together, found by halves; none where none is such."""
    suspects = premises.cases()
    if classify(as_ntriples(premises.without(suspects)), consistency_only=True) is None:
        return []
    innocent: list[str] = []
    while len(suspects) > 1:
        half, rest = suspects[: len(suspects) // 2], suspects[len(suspects) // 2 :]
        clean = classify(as_ntriples(premises.without(innocent + half)), consistency_only=True) is not None
        innocent += rest if clean else half
        suspects = half if clean else rest
    return suspects


def _impossible(premises: Premises, names: Iterable[str]) -> list[tuple[str, list[str]]]:
    """Return of some classes without possible members the widest, with the axioms to blame."""
    import pyoxigraph as ox

    all_names = set(names)
    above = {
        (triple.subject.value, triple.object.value)
        for triple in premises.ontology
        if triple.predicate.value == SUBCLASS_OF
        and isinstance(triple.subject, ox.NamedNode)
        and isinstance(triple.object, ox.NamedNode)
    }
    widest = sorted(all_names - {name for name, wider in above if wider in all_names}) or sorted(all_names)
    anything = ox.NamedNode(BASE + "anything")
    found = []
    for name in widest[:EXPLAINED]:
        member = ox.Triple(anything, ox.NamedNode(RDF_TYPE), ox.NamedNode(name))
        found.append((name, _behind(premises.ontology | {member})))
    return found


def _behind(statements: set[ox.Triple]) -> list[str]:
    """Return the lines of the first contradiction among some statements, or why they cannot be told."""
    try:
        found = contradictions(statements, statements, most=1)
    except MissingCompilerError as error:
        return [str(error)]
    return found[0].lines if found else []


def _verdict(
    store: ox.Store, defined: DefinedClass, cases: Sequence[str], results: Iterable[Classification]
) -> Verdict:
    owners = set(cases)

    def ours(things: Iterable[str]) -> set[str]:
        return {thing for thing in things if thing.partition("#")[0] in owners}

    by_hermit = ours(thing for result in results for thing in result.members(defined.iri))
    return Verdict(defined, None if defined.rule is None else ours(members(store, defined)), by_hermit)


def _explain(store: ox.Store, premises: Premises, verdicts: Iterable[Verdict]) -> None:
    """Say of each difference which side takes the thing for a member, and of the first few by what."""
    import pyoxigraph as ox

    left = EXPLAINED
    for verdict in verdicts:
        if verdict.by_rule is None:
            continue
        for thing in sorted(verdict.by_rule - verdict.by_hermit):
            reasons = [_line(triple) for triple in satisfying(store, verdict.defined, thing)]
            verdict.differences.append("; ".join([f"only the rule has {short(thing)}", *reasons]))
        for thing in sorted(verdict.by_hermit - verdict.by_rule):
            reasons = []
            if left:
                left -= 1
                node, other = ox.NamedNode(thing), ox.BlankNode()
                is_a = ox.NamedNode(RDF_TYPE)
                complement = ox.NamedNode(OWL + "complementOf")
                negation = {
                    ox.Triple(node, is_a, other),
                    ox.Triple(other, is_a, ox.NamedNode(OWL + "Class")),
                    ox.Triple(other, complement, ox.NamedNode(verdict.defined.iri)),
                }
                statements = premises.about([thing.partition("#")[0]]) | negation
                reasons = [line for line in _behind(statements) if not line.startswith(f"{short(thing)} a not (")]
            verdict.differences.append("; ".join([f"only HermiT has {short(thing)}", *reasons]))
