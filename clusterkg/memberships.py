"""Memberships: the defined classes of a case, or the members of one class, each with the triples that make it so."""

from __future__ import annotations

from clusterkg import rendering
from clusterkg.errors import UnknownName, nearest
from clusterkg.graph import Answer
from clusterkg.reasoning import cases_of, class_named, defined_classes, members, satisfying
from clusterkg.reasoning.classes import RDF_TYPE
from clusterkg.reasoning.contradictions import short
from clusterkg.terms import case_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.graph import Graph
    from clusterkg.reasoning import DefinedClass

    Row = tuple[str, str, str, str, str, str, str]

__all__ = ["COLUMNS", "as_text", "of_case", "of_class"]

COLUMNS = ("thing", "class", "label", "definition", "subject", "predicate", "object")


def of_case(graph: Graph, slug: str, *, study: str = "giuliani2005") -> Answer:
    """Return the defined classes that the rules find for a case and for its chains, and by what.

    Args:
        graph: the loaded graph.
        slug: the case's slug.
        study: the study's key.

    Returns:
        A row for each triple that a class's definition asks for, under `COLUMNS`: the thing, the
        class with its English label and definition, the triple. The classes of the case come first. No rows
        where no rule applies, which does not mean that the case lacks anything.

    Raises:
        UnknownName: there is no such study or case; the nearest are offered.

    >>> from clusterkg.graph import Graph
    >>> answer = of_case(Graph(), "campina-grande-footwear")
    >>> list(dict.fromkeys(row["label"] for row in answer))[-1]
    'Supplier-dominated case'
    """
    graph.require()
    case = case_iri(study, slug)
    slugs = {iri.removeprefix(case_iri(study, "")) for iri in cases_of(graph.store, study)}
    if slug not in slugs:
        raise UnknownName(f"no such case in {study}", place=slug, remedy=nearest(slug, slugs))
    rows: list[Row] = []
    for defined in defined_classes(graph.store, graph.folders):
        for thing in members(graph.store, defined):
            if thing.partition("#")[0] == case:
                rows += _rows(graph, defined, thing)
    return Answer(COLUMNS, sorted(rows, key=lambda row: (row[0] != case, row[1])))


def of_class(graph: Graph, name: str, *, study: str = "giuliani2005") -> Answer:
    """Return a study's members of a defined class, as the rule finds them, and by what.

    Args:
        graph: the loaded graph.
        name: the class: ``CaseInGlobalChain``, ``ckg:CaseInGlobalChain`` or its IRI.
        study: the study's key.

    Returns:
        Rows as `of_case` returns them, by thing.

    Raises:
        UnknownName: there is no such study or class; the nearest are offered.

    >>> from clusterkg.graph import Graph
    >>> sorted({row["thing"].rsplit("/")[-1] for row in of_class(Graph(), "HierarchicalChain")})[0]
    'baja-california-audio-visual#chain-television'
    """
    graph.require()
    defined = class_named(name, defined_classes(graph.store, graph.folders))
    cases = set(cases_of(graph.store, study))
    things = [thing for thing in members(graph.store, defined) if thing.partition("#")[0] in cases]
    return Answer(COLUMNS, [row for thing in things for row in _rows(graph, defined, thing)])


def _rows(graph: Graph, defined: DefinedClass, thing: str) -> list[Row]:
    about = (thing, defined.iri, defined.label, defined.definition)
    rows = []
    for triple in satisfying(graph.store, defined, thing):
        subject, predicate, value = (getattr(term, "value", str(term)) for term in triple)
        rows.append((*about, subject, predicate, value))
    return rows


def as_text(answer: Answer, *, group: str, width: int = 80) -> str:
    """Return memberships for a terminal of that width, under headings by ``class`` or by ``thing``."""
    rows = []
    for row in answer:
        home = str(row["thing"]).rpartition("/")[0] + "/"
        case = str(row["thing"]).partition("#")[0]
        terms = [
            _near(str(row[term]), home, case if group == "class" else "") for term in ("subject", "predicate", "object")
        ]
        heading = [row["label"], row["definition"]] if group == "class" else [str(row["thing"]).removeprefix(home)]
        rows.append((*heading, " ".join(terms)))
    columns = ["class", "definition", "because"] if group == "class" else ["thing", "because"]
    first = next(iter(answer), None)
    title = f"{first['label']}: {first['definition']}" if first and group == "thing" else ""
    return rendering.as_text(columns, rows, title=title, group=columns[:-1], width=width)


def _near(term: str, home: str, case: str) -> str:
    """Return a term as short as it is clear beside the case or the study at hand."""
    if case and term.startswith(case + "#"):
        return term.removeprefix(case)
    if home and term.startswith(home):
        return term.removeprefix(home)
    return ("a" if term == RDF_TYPE else short(term)) if term.startswith("http") else term
