"""What the editor offers while one writes a query: our prefixes, classes, properties, values and examples."""

from __future__ import annotations

from functools import cache

from clusterkg.prefixes import house_prefixes
from clusterkg.terms import BASE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from clusterkg.graph import Graph

__all__ = ["FIRST", "Example", "examples", "terms"]

LONGEST_COMMENT = 240
"""The characters of a comment that are shown."""

MOST_VALUES = 40
"""A property is offered with its values where it has no more than these."""

FIRST = (
    (
        "start/cases",
        "All cases, with their country and sectoral group",
        """PREFIX ckg: <https://w3id.org/clusterkg/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>

SELECT ?case ?name ?country ?sectoral_group
WHERE {
  ?case a ckg:CaseStudy ;
        ckg:caseName ?name ;
        ckg:country/skos:prefLabel ?country ;
        ckg:sectoralGroup/skos:prefLabel ?sectoral_group .
  FILTER(LANG(?country) = "en" && LANG(?sectoral_group) = "en")
}
ORDER BY ?name ?case
""",
    ),
    (
        "start/case",
        "All that is said of one case and of its parts",
        """PREFIX ckg: <https://w3id.org/clusterkg/ontology#>

SELECT ?thing ?property ?value
WHERE {
  BIND(<https://w3id.org/clusterkg/case/giuliani2005/leon-footwear> AS ?case)
  ?thing ?property ?value .
  FILTER(?thing = ?case || STRSTARTS(STR(?thing), CONCAT(STR(?case), "#")))
}
ORDER BY ?thing ?property ?value
""",
    ),
    (
        "start/classes",
        "How many things there are of each class",
        """PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>

SELECT ?class ?label (COUNT(DISTINCT ?thing) AS ?things)
WHERE {
  ?thing a ?class .
  OPTIONAL { ?class rdfs:label ?label FILTER(LANG(?label) = "en") }
}
GROUP BY ?class ?label
ORDER BY DESC(?things) ?class
""",
    ),
    (
        "start/graph",
        "One case as a graph of statements",
        """DESCRIBE <https://w3id.org/clusterkg/case/giuliani2005/leon-footwear>
""",
    ),
)
"""The examples that show how the graph is made: name, question, text."""

FOLDERS = {"start": "To begin with", "questions": "Ready questions", "tables": "Tables of the study"}
"""The kinds of examples, with their headings."""

TERMS = """PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?term ?kind ?label ?comment
WHERE {
  VALUES ?kind { owl:Class owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty }
  ?term a ?kind .
  OPTIONAL { ?term rdfs:label ?label FILTER(LANGMATCHES(LANG(?label), "en")) }
  OPTIONAL { ?term skos:definition|rdfs:comment ?comment FILTER(LANGMATCHES(LANG(?comment), "en")) }
  FILTER(ISIRI(?term))
}
ORDER BY ?term ?kind ?label ?comment"""

CLASSES = """SELECT ?class (COUNT(DISTINCT ?thing) AS ?n)
WHERE { ?thing a ?class FILTER(ISIRI(?class)) }
GROUP BY ?class ORDER BY DESC(?n) ?class"""

PROPERTIES = """SELECT ?property (COUNT(*) AS ?n)
WHERE { ?thing ?property ?value }
GROUP BY ?property ORDER BY DESC(?n) ?property"""

USES = """SELECT ?property ?class (COUNT(*) AS ?n)
WHERE { ?thing a ?class ; ?property ?value FILTER(ISIRI(?class)) }
GROUP BY ?property ?class ORDER BY ?property DESC(?n) ?class"""

VALUES = """PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?property ?value (MIN(?name) AS ?label)
WHERE {
  { SELECT DISTINCT ?property ?value { ?thing ?property ?value FILTER(ISIRI(?value)) } }
  ?value skos:prefLabel ?name FILTER(LANG(?name) = "en")
}
GROUP BY ?property ?value ORDER BY ?property ?label ?value"""


class Example:
    """An example: the name under which it is asked for, its question, its text, the heading it stands under."""

    __slots__ = ("kind", "name", "summary", "text")

    def __init__(self, name: str, summary: str, text: str) -> None:
        self.name, self.summary, self.text = name, summary, text
        self.kind = FOLDERS[name.partition("/")[0]]

    def __repr__(self) -> str:
        return f"Example({self.name!r})"


@cache
def examples(folders: tuple[str, ...] = ()) -> tuple[Example, ...]:
    """Return queries that run as they are: some to begin with, then those of the library that are made for people.

    Args:
        folders: those that a user added; a query there that cannot be read is left out.
    """
    from clusterkg import library
    from clusterkg.errors import ClusterkgError
    from clusterkg.questions.publishing import runnable
    from clusterkg.resources import query_paths

    found = [Example(*one) for one in FIRST]
    for kind in list(FOLDERS)[1:]:
        for name in query_paths(folders):
            if name.startswith(f"{kind}/"):
                try:
                    query = library.read(name, folders)
                    # What must be given has no place in a text that runs as it is.
                    if any(one.default is None for one in query.declared):
                        continue
                    summary = " ".join(str(query.header.get("summary") or name).split())
                    found.append(Example(name, summary, runnable(query)))
                except ClusterkgError:
                    continue
    return tuple(found)


def terms(graph: Graph) -> dict[str, Any]:
    """Return what the graph is written in.

    The keys are ``base``; ``prefixes``: name to namespace; ``classes``: `iri`, `label`, `comment` and how many things
    there are (`count`); ``properties``: the same with how many statements there are, the `classes` of things that have
    it, most first, and, where they are few, its `values`; ``examples``: `name`, `summary` and `text`. What no
    statement uses has no part in it. A store on disk is told of by what the project ships: to count all of it would
    take too long.
    """
    if graph.disk is not None:
        from clusterkg.graph import Graph

        return terms(Graph(graph.folders))
    told: dict[str, tuple[str, str]] = {}
    for iri, _, label, comment in graph.run(TERMS, "editor").rows:
        told.setdefault(str(iri), (str(label or ""), " ".join(str(comment or "").split())[:LONGEST_COMMENT]))
    uses: dict[str, list[str]] = {}
    for iri, kind, _ in graph.run(USES, "editor").rows:
        uses.setdefault(str(iri), []).append(str(kind))
    values: dict[str, list[dict[str, str]]] = {}
    for iri, value, label in graph.run(VALUES, "editor").rows:
        values.setdefault(str(iri), []).append({"iri": str(value), "label": str(label)})

    def entry(iri: Any, count: Any) -> dict[str, Any]:
        label, comment = told.get(str(iri), ("", ""))
        return {"iri": iri, "label": label, "comment": comment, "count": count}

    return {
        "base": BASE,
        "prefixes": dict(house_prefixes()),
        "classes": [entry(*row) for row in graph.run(CLASSES, "editor").rows],
        "properties": [
            {
                **entry(iri, count),
                "classes": uses.get(str(iri), []),
                **({"values": found} if len(found := values.get(str(iri), [])) in range(1, MOST_VALUES + 1) else {}),
            }
            for iri, count in graph.run(PROPERTIES, "editor").rows
        ],
        "examples": [
            {"name": one.name, "summary": one.summary, "text": one.text} for one in examples(tuple(graph.folders))
        ],
    }
