"""A question put to the graph: its name found, its values checked, its answer with what it rests on."""

from __future__ import annotations

import re

from clusterkg import library, sparql
from clusterkg.errors import ParameterError, UnknownName, nearest
from clusterkg.parameters import pairs
from clusterkg.resources import found_query, query_paths
from clusterkg.terms import BASE, ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pyoxigraph as ox

    from clusterkg.graph import Answer, Graph
    from clusterkg.graph.limits import Limits
    from clusterkg.library import Query
    from clusterkg.questions.evidence import Evidence
    from clusterkg.questions.ground import Ground

__all__ = ["ask", "check_things", "find", "home_of_kind", "notes_on", "without_services"]

FOREVER = 86_400.0
"""Seconds that a host may take where there is no limit of time."""

ORDINAL = "Averages an ordinal scale: the mean takes the steps between scores to be equal, which nobody has shown."

SCORES = "Upgrading", "score", "collectiveEfficiency", "rank", "Linkage", "Market", "Inputs", "Access"
"""What the local names of properties with ordinal values end in."""


def find(name: str, folders: Iterable[str] = (), *, services: bool = False) -> Query:
    """Return a query of the library by its name, or a ready question by its bare name.

    Args:
        name: its name.
        folders: folders whose queries join the shipped ones.
        services: whether one that is not shipped may have SERVICE.

    Raises:
        UnknownName: there is none; the nearest names are offered.
    """
    folders = list(folders)
    for one in (name, f"questions/{name}"):
        path = found_query(one, folders)
        if path is not None:
            return library.read_at(one, path, services=services)
    if "/" not in name:
        known = [one.removeprefix("questions/") for one in query_paths(folders) if one.startswith("questions/")]
        remedy = nearest(name, known) or "clusterkg questions lists them"
        raise UnknownName("no such query in the library", place=name, remedy=remedy)
    return library.read(name, folders, services=services)


def ask(
    graph: Graph,
    query: Query,
    values: Mapping[str, object],
    *,
    engine: str = "oxigraph",
    limits: Limits | None = None,
    allow_service: Sequence[str] = (),
) -> Answer:
    """Return the answer to a query, with notes, and for a shipped one with its ground and evidence when asked for.

    Args:
        graph: the graph, loaded as far as the query needs it.
        query: the query.
        values: its parameters by the names that users give.
        engine: ``oxigraph`` or ``rdflib``.
        limits: what it may take where the project did not ship it; None for the usual limits.
        allow_service: the hosts that its SERVICE clauses may call.

    Raises:
        ParameterError: a value does not fit, or names a thing that the graph does not have.
        QueryError: the query does not parse or fails; LimitError: it takes more than it may.
        EndpointError: a host that it calls, or that the graph is at, is down or answers nonsense.
    """
    terms = query.terms(values)
    query.check_values(values)
    text = without_services(graph, query, sparql.bind(query.text, terms), allow_service, limits)
    if query.shipped:
        answer = graph.run(text, query.path, needs=query.needs, engine=engine)
    else:
        answer = graph.run_guarded(text, query.path, limits, engine=engine)
    if query.shipped and values and not answer.rows:
        check_things(graph, query, values, terms)
    answer.notes = notes_on(text)
    if not answer.notes and any(str(name).startswith("average") for name in _columns(query)):
        answer.notes = [ORDINAL]
    if not query.shipped and not answer.rows:
        answer.notes += unknown_terms(graph, text)

    def ground() -> Ground | None:
        from clusterkg.questions.ground import ground_of

        return ground_of(graph, query, terms)

    def evidence() -> list[list[Evidence]]:
        from clusterkg.questions.evidence import evidence_for

        return evidence_for(graph, query, terms, answer)

    answer.rest_on(ground, evidence)
    return answer


def without_services(
    graph: Graph, query: Query, text: str, allow_service: Sequence[str] = (), limits: Limits | None = None
) -> str:
    """Return a query's text with what other hosts answer in the place of its SERVICE clauses; see `federation`.

    Args:
        graph: what binds the things that they are asked about.
        query: the query.
        text: its text, with the parameters bound.
        allow_service: the hosts that may be called.
        limits: as for `ask`.
    """
    if not sparql.calls_out(text):
        if not query.shipped:
            sparql.refuse_reaching_out(text, query.path)
        return text
    from clusterkg.endpoint import federation
    from clusterkg.graph.limits import Limits

    usual = limits or Limits()

    def written(asked: str) -> str:
        if query.shipped:
            return graph.serialize(asked, "srj", query.path, needs=query.needs)
        return graph.serialize_guarded(asked, "srj", query.path, limits)

    def bindings(asked: str) -> federation.Bindings:
        import pyoxigraph as ox

        result = ox.parse_query_results(written(asked), format=ox.QueryResultsFormat.JSON)
        return federation.terms_of(lambda: result, query.path, usual)

    return federation.resolved(
        text, query.path, allow_service, bindings, limits=usual, timeout=usual.seconds or FOREVER
    )


def _columns(query: Query) -> Iterable[str]:
    """Return the columns that a question's header explains; reading a header takes longer than many a query."""
    return pairs(query.header.get("columns")) if query.shipped and query.name.startswith("questions/") else ()


def unknown_terms(graph: Graph, text: str) -> list[str]:
    """Return a note on each term of the ontology's namespace that a query names and the graph does not know."""
    notes = []
    known: list[str] = []
    for iri in sparql.iris(text):
        if not iri.startswith(ONTOLOGY) or graph.knows(iri):
            continue
        if not known:
            known = [subject.removeprefix(ONTOLOGY) for subject in graph.subjects() if subject.startswith(ONTOLOGY)]
        name = iri.removeprefix(ONTOLOGY)
        notes.append(f"The graph knows no ckg:{name}; {nearest(name, known) or 'see docs/model.md'}")
    return notes


def check_things(
    graph: Graph, query: Query, values: Mapping[str, object], terms: Mapping[str, ox.NamedNode | ox.Literal]
) -> None:
    """Refuse an IRI below ours that the graph says nothing of: a query about it has no rows for want of the thing.

    Raises:
        ParameterError: a parameter names such a thing; the nearest that there are are offered.
    """
    for one in query.declared:
        term = terms[one.variable]
        if one.name not in values or one.kind != "iri":
            continue
        home = home_of_kind(str(one.default or term.value))
        fits = term.value.startswith(home)
        if fits and graph.knows(term.value, as_subject=True):
            continue
        usual = home if home.endswith("#") else str(one.default or "").rpartition("/")[0] + "/"
        near = {iri.removeprefix(usual).removeprefix(home): iri for iri in graph.subjects() if iri.startswith(home)}
        names = [name for name in near if "#" not in name]
        wanted = re.split(r"[/#]", term.value)[-1]
        same = [name for name in names if name.rpartition("/")[2] == wanted]
        remedy = f"did you mean '{same[0]}'?" if same else nearest(wanted, names)
        fault = "the graph has no such thing" if fits else f"it is no {home.removeprefix(BASE).rstrip('/')}"
        raise ParameterError(
            f"'{values[one.name]}' is no value of parameter '{one.name}': {fault}",
            place=query.name,
            remedy=remedy or f"give an IRI that begins with {home}",
        )


def home_of_kind(iri: str) -> str:
    """Return what the IRIs of one kind of thing begin with.

    >>> home_of_kind("https://w3id.org/clusterkg/case/giuliani2005/leon-footwear")
    'https://w3id.org/clusterkg/case/'
    >>> home_of_kind("https://w3id.org/clusterkg/concept/sectoral-group/complex-products")
    'https://w3id.org/clusterkg/concept/sectoral-group/'
    >>> home_of_kind("https://w3id.org/clusterkg/concept/sectoral-group"), home_of_kind("https://w3id.org/clusterkg/ontology#Case")
    ('https://w3id.org/clusterkg/concept/', 'https://w3id.org/clusterkg/ontology#')
    """
    if not iri.startswith(BASE):
        return iri
    if "#" in iri:
        return iri.partition("#")[0] + "#"
    parts = iri.removeprefix(BASE).split("/")
    return BASE + "".join(f"{part}/" for part in parts[: 2 if parts[0] == "concept" and len(parts) > 2 else 1])


def notes_on(text: str) -> list[str]:
    """Return what has to be known to read the answer to a query.

    >>> notes_on("PREFIX ckg: <https://w3id.org/clusterkg/ontology#> SELECT (AVG(?x) AS ?y) { ?c ckg:score ?x }")
    ['Averages an ordinal scale: the mean takes the steps between scores to be equal, which nobody has shown.']
    >>> notes_on("SELECT (AVG(?x) AS ?y) { ?c <http://example.org/size> ?x }")
    []
    """
    if "avg" not in text.casefold() or "AVG" not in sparql.words(text):
        return []
    names = (iri.removeprefix(ONTOLOGY) for iri in sparql.iris(text) if iri.startswith(ONTOLOGY))
    return [ORDINAL] if any(name.endswith(SCORES) for name in names) else []
