"""What a Python user sees: the knowledge graph, and the questions to put to it."""

from __future__ import annotations

import os
import re

from clusterkg import cases, library, tables
from clusterkg.graph import Answer, Graph
from clusterkg.turtle import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

    import owlready2
    import rdflib

    from clusterkg.analysis.fragilities import Fragilities
    from clusterkg.analysis.fragility_views import Fragility
    from clusterkg.findings import Finding, Findings
    from clusterkg.ledger import Ledger
    from clusterkg.tables import Table
    from clusterkg.validation import Problem

__all__ = ["KnowledgeGraph", "load", "ontology", "validate"]


class KnowledgeGraph:
    """The ontology and every case, ready to be asked; made by `load`."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph

    def __repr__(self) -> str:
        return f"<KnowledgeGraph: {len(self)} triples from {len(self.graph.files)} files>"

    def __len__(self) -> int:
        return len(self.graph.store)

    def query(self, query: str, /, *, engine: str = "oxigraph", **parameters: object) -> Answer:
        """Return the answer to a query.

        Args:
            query: the name of a query of the library (``questions/…``), a path that ends in
                ``.rq``, or SPARQL itself.
            engine: ``oxigraph``, or ``rdflib`` for a second opinion.
            parameters: values for the query's parameters (``study=…`` for ``?_study_iri``).

        Returns:
            An `Answer`: columns, rows, ``to_pandas()``.

        Raises:
            QueryError: it does not parse, fails, or (when not shipped) reaches out with SERVICE or FROM.
            UnknownName, FileError: there is no such query.

        >>> kg = load()
        >>> kg.query("questions/functional-upgrading-in-quasi-hierarchies", least_score=2).rows[0][:2]
        ('Boaco-Chontales dairy', 'Nicaragua')
        >>> kg.query("PREFIX ckg: <https://w3id.org/clusterkg/ontology#> ASK { ?c ckg:functionalUpgrading 3.0 }").rows
        [(False,)]
        """
        found = self.find(query)
        text = found.bind(parameters)
        found.check_values(parameters)
        return self.graph.run(text, found.path, needs=found.needs if found.shipped else None, engine=engine)

    def find(self, query: str) -> library.Query:
        """Return the query that a name, a path or a text stands for; see `query`."""
        query = str(query)
        if "{" not in query and (query.endswith(".rq") or os.path.isfile(query)):
            return library.Query(query, query, read_text(query), shipped=False)
        if re.search(r"[\s{]", query):
            return library.Query("query", "query", query, shipped=False)
        return library.read(query, self.graph.folders)

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

    def fragility(
        self,
        id: str,
        *,
        study: str = "giuliani2005",
        most: int = 3,
        by: str = "rating",
        missing: bool = False,
        firm: bool = False,
    ) -> Fragility:
        """Return the fewest half points, or cases left out, that turn a verdict; see `analysis.fragility.fragility`.

        >>> kg = load()
        >>> found = kg.fragility("s5a-10", most=2)
        >>> found.verdict, found.fewest, len(found.ways), str(found.ways[0])
        ('holds', 1, 12, 'Bucaramanga apparel, collective efficiency medium → high')
        """
        from clusterkg.analysis import fragility

        return fragility.fragility(self.graph, id, study=study, most=most, by=by, missing=missing, firm=firm)

    def fragilities(self, *, study: str = "giuliani2005", most: int = 2, firm: bool = False) -> Fragilities:
        """Return every tested finding with its fragility; see `analysis.fragilities.fragilities`."""
        from clusterkg.analysis import fragilities

        return fragilities.fragilities(self.graph, study=study, most=most, firm=firm)

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


def load(*folders: str, coding: str | None = None) -> KnowledgeGraph:
    """Return the ontology and all cases as one knowledge graph.

    Args:
        folders: folders of the project's shape whose files join the shipped ones; a file with a
            shipped file's name stands in for it (``graph.replaced`` says which).
        coding: a coding, by the end of its IRI (``ana`` for ``…#coding-ana``): tables and queries
            see its ratings alone then. What it did not rate is blank, and in no sum or average;
            sectoral groups and value chains belong to no coding and stay.

    Raises:
        FileError, TurtleError, DataError: a file is missing, is not Turtle, or describes what is
            another's.
        UnknownName: there is no such coding; the nearest are offered.

    >>> len(load().query("cases/index"))
    40
    """
    graph = Graph(folders, coding=coding)
    graph.require()
    return KnowledgeGraph(graph)


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
