"""What a Python user sees: the knowledge graph, and the questions to put to it."""

from __future__ import annotations

import os
import re

from clusterkg import cases, library, tables
from clusterkg.analysis.asked import Analyses
from clusterkg.errors import ParameterError
from clusterkg.graph import Answer, Graph
from clusterkg.graph.limits import Limits
from clusterkg.questions import asking

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import owlready2
    import rdflib

    from clusterkg.findings import Finding, Findings
    from clusterkg.ledger import Ledger
    from clusterkg.questions.catalogue import Catalogue
    from clusterkg.questions.explaining import Explanation
    from clusterkg.tables import Table
    from clusterkg.validation import Problem

__all__ = ["KnowledgeGraph", "Limits", "load", "ontology", "validate"]


class KnowledgeGraph(Analyses):
    """The ontology and every case, ready to be asked; made by `load`.

    Attributes:
        graph: the files, loaded.
        limits: what a query that the project did not ship may take.
    """

    def __init__(self, graph: Graph, limits: Limits | None = None) -> None:
        _check(limits)
        self.graph, self.limits = graph, limits or Limits()

    def __repr__(self) -> str:
        return f"<KnowledgeGraph: {len(self)} triples from {len(self.graph.files)} files>"

    def __len__(self) -> int:
        return self.graph.size()

    def query(
        self, query: str, /, *, engine: str = "oxigraph", allow_service: Sequence[str] = (), **parameters: object
    ) -> Answer:
        """Return the answer to a query.

        Args:
            query: the name of a query of the library (``questions/…``; of a ready question the bare
                name will do), a path that ends in ``.rq``, or SPARQL itself.
            engine: ``oxigraph``, or ``rdflib`` for a second opinion.
            allow_service: the hosts that its SERVICE clauses may call, such as ``query.wikidata.org``; with the port
                where it is not the usual one.
            parameters: values for the query's parameters (``study=…`` for ``?_study_iri``).

        Returns:
            An `Answer`: columns, rows, ``to_pandas()``; of a ready question, ``ground`` says how many cases it
            rests on and what is missing, and ``evidence`` what stands behind each row.

        Raises:
            QueryError: it does not parse, fails, or (when not shipped) reaches out with SERVICE or FROM.
            LimitError: it is not shipped, and takes more time, memory or rows than `limits` allows.
            UnknownName, FileError: there is no such query.
            EndpointError: a host that is called is down or slow, refuses, or answers nonsense.

        >>> kg = load()
        >>> kg.query("questions/functional-upgrading-in-quasi-hierarchies", least_score=2).rows[0][:2]
        ('Boaco-Chontales dairy', 'Nicaragua')
        >>> kg.query("PREFIX ckg: <https://w3id.org/clusterkg/ontology#> ASK { ?c ckg:functionalUpgrading 3.0 }").rows
        [(False,)]
        """
        found = self.find(query, services=bool(allow_service))
        return asking.ask(
            self.graph, found, parameters, engine=engine, limits=self.limits, allow_service=list(allow_service)
        )

    def find(self, query: str, *, services: bool = False) -> library.Query:
        """Return the query that a name, path or text stands for; see `query`, and `library.Query` for `services`."""
        query = str(query)
        if "{" not in query and (query.endswith(".rq") or (os.path.exists(query) and not os.path.isdir(query))):
            return library.read_file(query, services=services)
        if re.search(r"[\s{]", query):
            return library.Query("query", "query", query, shipped=False, services=services)
        return asking.find(query, self.graph.folders, services=services)

    def explain(self, query: str, /, **parameters: object) -> Explanation:
        """Return a query explained: what it asks, its parameters and columns, every term of the project that it uses.

        >>> kg = load()
        >>> kg.explain("questions/functional-upgrading-in-quasi-hierarchies").terms[0][:2]
        ('ckg:study', 'study')
        """
        from clusterkg.questions.explaining import explain

        return explain(self.graph, self.find(query), parameters)

    def questions(self, *words: str, study: str = "giuliani2005") -> Catalogue:
        """Return the ready questions, or those in which all of some words occur; see `questions.catalogue`."""
        from clusterkg.questions.catalogue import catalogue

        found = catalogue(self.graph, study)
        return found.about(words) if words else found

    def table(self, number: int | str, *, study: str = "giuliani2005", labels: str = "preferred") -> Table:
        """Return a table of a study, rebuilt by SPARQL; see `tables.rebuild`.

        >>> load().table(5).records()[-1]["sum"]
        Decimal('4.86')
        """
        return tables.rebuild(self.graph, str(number), study=study, labels=labels)

    def tables(self, *, study: str = "giuliani2005") -> list[Table]:
        """Return all tables of a study, in the order of their numbers."""
        return tables.rebuild_all(self.graph, study=study)

    def ledger(self, *, study: str = "giuliani2005") -> Ledger:
        """Return every printed figure of a study beside its recomputation, then what its places say of each other.

        >>> row = load().ledger().only("6").slips().records()[0]
        >>> row["printed"], row["recomputed"], row["n"], row["verdict"], row["cause"]
        ('0.6', Decimal('0.363636'), 11, 'differs', 'as if a digit were lost in print: 0.36 without its 3')
        """
        from clusterkg import ledger

        return ledger.compare(self.graph, tables.records(self.tables(study=study)), study=study)

    def findings(self, *, study: str = "giuliani2005") -> Findings:
        """Return every claim of a study with the verdict of its cases; see `findings.examine`.

        >>> kg = load()
        >>> [finding.exceptions for finding in kg.findings().about("specialised-suppliers") if finding.id == "n20-01"]
        [['monterrey-software']]
        """
        from clusterkg import findings

        return findings.examine(self.graph, study=study)

    def finding(self, id: str, *, study: str = "giuliani2005") -> Finding:
        """Return one claim of a study with its verdict; see `findings.find`.

        >>> finding = load().finding("s5c3-04")
        >>> finding.claim.name, finding.verdict, finding.judgement.n
        ('Few complex product clusters have upgraded functionally', 'fails', 9)
        """
        from clusterkg import findings

        return findings.find(self.graph, id, study=study)

    def case(self, slug: str, *, study: str = "giuliani2005") -> dict[str, Any]:
        """Return what the graph says of one case study; see `cases.describe`.

        >>> load().case("campina-grande-footwear")["governance"]
        {'status': 'not available'}
        """
        return cases.describe(self.graph, slug, study=study)

    def agreement(self, *, study: str = "giuliani2005", resamples: int = 2000, seed: int = 1) -> Answer:
        """Return how far a study's coders agree on each variable; see `coding.agreement.agreement`."""
        from clusterkg.coding import agreement

        return agreement.agreement(self.graph, study, resamples=resamples, seed=seed)

    def disagreements(self, *, study: str = "giuliani2005") -> Answer:
        """Return what each coder of a study says where they differ; see `coding.agreement.disagreements`."""
        from clusterkg.coding import agreement

        return agreement.disagreements(self.graph, study)

    def report(self, *, study: str = "giuliani2005", format: str = "html") -> str:
        """Return a study as one document: tables, ledger, findings, figures and cases; see `report.write`."""
        from clusterkg import report

        return report.write(self.graph, study=study, format=format)

    def info(self) -> Answer:
        """Return how much of what the graph holds, under ``what`` and ``count``; triples and files last."""
        query = library.read("info/contents")
        self.graph.require()
        answer = self.graph.run(query.text, query.name, needs=query.needs)
        rest = [("triples", len(self)), ("files", len(self.graph.files))]
        return Answer(answer.columns, [*answer.rows, *rest])

    def to_rdflib(self) -> rdflib.Dataset:
        """Return the graph as an ``rdflib.Dataset``; see `Graph.to_rdflib`."""
        return self.graph.to_rdflib()

    def to_owlready(self) -> owlready2.Ontology:
        """Return the graph as an owlready2 ontology; see `ontology`."""
        from clusterkg.reasoning import to_owlready

        return to_owlready(self.graph.store)


def load(
    *folders: str,
    coding: str | None = None,
    limits: Limits | None = None,
    store: str | None = None,
    endpoint: str | None = None,
) -> KnowledgeGraph:
    """Return the ontology and all cases as one knowledge graph.

    Args:
        folders: folders of the project's shape whose files join the shipped ones; a file with a
            shipped file's name stands in for it (``graph.replaced`` says which).
        coding: a coding, by the end of its IRI (``ana`` for ``…#coding-ana``): tables and queries
            see its ratings alone then. What it did not rate is blank, and in no sum or average;
            sectoral groups and value chains belong to no coding and stay.
        limits: what a query that the project did not ship may take; None for the usual `Limits`.
        store: the folder of a store that ``clusterkg import`` made, to ask that and the series in it.
        endpoint: the address of a SPARQL endpoint that holds the graph (``clusterkg push`` puts it there): everything
            is asked there then and nothing loaded here. Folders bring their queries only.

    Raises:
        ParameterError: a store and a coding are named.
        FileError, TurtleError, DataError: a file is missing, is not Turtle, or describes what is
            another's.
        UnknownName: there is no such coding; the nearest are offered.
        ParameterError: `limits` is something else.
        EndpointError: the endpoint is down or slow, refuses, answers nonsense, or does not hold the graph.
        ParameterError: a coding is wanted of an endpoint.

    >>> len(load().query("cases/index"))
    40
    """
    _check(limits)
    if store is not None:
        from clusterkg.series.store import graph_on

        if coding is not None:
            fault = "a store on disk has the accepted values alone"
            raise ParameterError(fault, place=f"coding={coding}", remedy="leave out the coding or the store")
        return KnowledgeGraph(graph_on(store, folders), limits)
    if endpoint is not None:
        from clusterkg.endpoint.asking import remote_graph

        there = remote_graph(endpoint, folders, coding=coding, limits=limits)
        there.require()
        return KnowledgeGraph(there, limits)
    graph = Graph(folders, coding=coding)
    graph.require()
    return KnowledgeGraph(graph, limits)


def _check(limits: object) -> None:
    """Raise ParameterError for limits that are none."""
    if limits is not None and not isinstance(limits, Limits):
        number = isinstance(limits, int | float) and not isinstance(limits, bool)
        remedy = f"give clusterkg.Limits({f'seconds={limits}' if number else 'seconds=60'})"
        raise ParameterError(f"{limits!r} is no Limits", place="limits", remedy=remedy)


def ontology(*folders: str) -> owlready2.Ontology:
    """Return ontology, concepts and all cases as objects of owlready2.

    Classes are attributes by their names, a thing is found by its IRI. The one-hop properties and
    the classes that the rules found (`clusterkg reason` compares them with a reasoner's) are there;
    the data cube's structure is not, since it would make things of properties. Each call makes a
    World of its own, so that nothing of it reaches another. owlready2 turns decimals into floats:
    the view is for reading, the files are what to change.

    Args:
        folders: as for `load`.

    Raises:
        FileError, TurtleError, DataError: as for `load`.

    >>> import clusterkg
    >>> onto = clusterkg.ontology()
    >>> len(list(onto.CaseInQuasiHierarchicalGlobalChain.instances()))
    21
    >>> sinos = onto.world["https://w3id.org/clusterkg/case/giuliani2005/sinos-valley-footwear"]
    >>> sinos.functionalUpgrading, isinstance(sinos, onto.FunctionallyUpgradedCase)
    ([1.5], True)
    >>> tiles = onto.world["https://w3id.org/clusterkg/case/giuliani2005/santa-catarina-tiles"]
    >>> isinstance(tiles, onto.CaseInQuasiHierarchicalGlobalChain)
    False
    """
    return load(*folders).to_owlready()


def validate(*paths: str, folders: Sequence[str] = (), engine: str | None = None) -> list[Problem]:
    """Return what is wrong, doubtful or incomplete in files, by file and line; empty where nothing is.

    Args:
        paths: Turtle files, queries, or folders of them; none for the whole project. A file stands
            in for the project's file that describes the same thing, wherever it lies.
        folders: folders of the project's shape whose files join the shipped ones.
        engine: the SHACL engine, ``shacl`` or ``pyshacl``; the fast one where it is installed.

    Returns:
        A list of `Problem`: ``file``, ``line``, ``focus``, ``path``, ``level`` (``error``,
        ``warning`` or ``info``), ``message`` and ``fix``. Files with errors do not conform.

    Raises:
        FileError, TurtleError, DataError, QueryError: something cannot be looked at.

    >>> from clusterkg.resources import shipped_root
    >>> validate(shipped_root() + "/cases_ttl/giuliani2005/cases/leon-footwear.ttl")
    []
    """
    from clusterkg.validation import check

    return check(paths, folders, engine=engine).problems
