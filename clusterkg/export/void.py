"""How much of what the graph holds, as a VoID description: every number is counted from the statements."""

from __future__ import annotations

from collections import Counter

from clusterkg.export.description import Description
from clusterkg.export.statements import BUILT
from clusterkg.prefixes import compact, house_prefixes
from clusterkg.terms import BASE, LICENCE, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    import pyoxigraph as ox

    from clusterkg.export.rows import Export

__all__ = ["DATASET", "PLACE", "TARGETS", "TITLE", "describe", "sources_of"]

DATASET = BASE + "dataset"
"""IRI of all that the project publishes, taken together."""

PLACE = BASE + "export/"
"""Where the files stand while the description is written; in the file their names are relative to its own place."""

RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
SKOS = "http://www.w3.org/2004/02/skos/core#"
MATCHES = tuple(SKOS + kind for kind in ("exactMatch", "closeMatch", "broadMatch", "narrowMatch", "relatedMatch"))

TARGETS = {
    "geonames": ("GeoNames", "https://sws.geonames.org/"),
    "wikidata": ("Wikidata", "http://www.wikidata.org/entity/"),
}
"""The datasets that the graph has links to: name in IRIs, title, and what their IRIs begin with."""

TITLE = {
    "en": "clusterkg: industrial clusters in global value chains",
    "es": "clusterkg: clústeres industriales en cadenas globales de valor",
    "pt": "clusterkg: clusters industriais em cadeias globais de valor",
}

COMMENT = """What the graph holds, counted from its statements when this file was written.
The subsets are the parts that the graph is loaded by; of those, "{built}" is what the rules build from the others."""

DUMPS = {"graph.nt": "N-Triples", "graph.jsonld": "JSON-LD"}
"""The files that hold the whole graph, with the ends of their formats' IRIs."""


def describe(made: Export, version: str, names: Collection[str], endpoint: str = "") -> str:
    """Return ``void.ttl``.

    Linksets are counted by target and kind of match; a target that nothing is linked to has none.

    Args:
        made: what is exported.
        version: that of clusterkg.
        names: of the files written beside it.
        endpoint: where the graph is asked by SPARQL, if anywhere.
    """
    about = Description(PLACE + "void.ttl", {"dataset": f"{DATASET}#", "foaf": "http://xmlns.com/foaf/0.1/"})
    about.say("", "rdf:type", "void:DatasetDescription")
    about.say("", "foaf:primaryTopic", DATASET)
    about.say(DATASET, "rdf:type", "void:Dataset")
    about.tell(DATASET, "dcterms:title", TITLE)
    about.say(DATASET, "dcterms:creator", _text("The clusterkg developers"))
    about.say(DATASET, "dcterms:license", LICENCE)
    about.say(DATASET, "dcterms:source", study_iri(made.study), *sources_of(made))
    about.say(DATASET, "owl:versionInfo", _text(version))
    about.say(DATASET, "void:uriSpace", _text(BASE))
    about.say(DATASET, "void:exampleResource", f"{BASE}case/{made.study}/{made.rows['cases'][0]['case']}")
    if endpoint:
        about.say(DATASET, "void:sparqlEndpoint", endpoint)
    for name, format in DUMPS.items():
        if name in names:
            about.say(DATASET, "void:dataDump", PLACE + name)
            about.say(DATASET, "void:feature", f"http://www.w3.org/ns/formats/{format}")
    _count(about, DATASET, made.statements)
    _partition(about, made.statements)
    for part, triples in sorted(made.parts.items()):
        about.say(DATASET, "void:subset", f"dataset:{part}")
        about.say(f"dataset:{part}", "rdf:type", "void:Dataset")
        about.tell(f"dataset:{part}", "dcterms:title", part)
        _count(about, f"dataset:{part}", triples)
    _links(about, made.statements)
    return about.write_movable(COMMENT.format(built=BUILT))


def sources_of(made: Export) -> list[str]:
    """Return the IRIs of the works that the study comes from, as the graph names them."""
    import pyoxigraph as ox

    study, source = ox.NamedNode(study_iri(made.study)), ox.NamedNode("http://purl.org/dc/terms/source")
    return [
        triple.object.value
        for triple in made.statements
        if triple.subject == study and triple.predicate == source and isinstance(triple.object, ox.NamedNode)
    ]


def _text(words: str) -> ox.Literal:
    import pyoxigraph as ox

    return ox.Literal(words)


def _count(about: Description, name: str, triples: Iterable[ox.Triple]) -> None:
    """Say how many statements, things, classes and properties there are; a thing is an IRI that has a class."""
    import pyoxigraph as ox

    whole = set(triples)
    typed = [triple for triple in whole if triple.predicate.value == RDF_TYPE]
    about.say(name, "void:triples", len(whole))
    about.say(name, "void:entities", len({t.subject for t in typed if isinstance(t.subject, ox.NamedNode)}))
    about.say(name, "void:classes", len({t.object for t in typed}))
    about.say(name, "void:properties", len({t.predicate for t in whole}))
    about.say(name, "void:distinctSubjects", len({t.subject for t in whole}))
    about.say(name, "void:distinctObjects", len({t.object for t in whole}))


def _partition(about: Description, triples: Collection[ox.Triple]) -> None:
    """Count the part of each class and of each property, and name the vocabularies that they are from.

    The part of a class is what is said of the things that have it; that of a property, all statements with it. The
    entities of either are the things of which it says something. Both counts stand on each, since tools rely on it.
    """
    import pyoxigraph as ox

    classes: dict[str, set[object]] = {}
    properties: dict[str, set[object]] = {}
    said: Counter[object] = Counter()
    with_it: Counter[str] = Counter()
    for triple in triples:
        said[triple.subject] += 1
        with_it[triple.predicate.value] += 1
        properties.setdefault(triple.predicate.value, set()).add(triple.subject)
        if triple.predicate.value == RDF_TYPE and isinstance(triple.object, ox.NamedNode):
            classes.setdefault(triple.object.value, set()).add(triple.subject)
    for kind, parts in (("class", classes), ("property", properties)):
        for iri, subjects in parts.items():
            name = f"dataset:{kind}-{compact(iri).strip('<>').replace(':', '-')}"
            about.say(DATASET, f"void:{kind}Partition", name)
            about.say(name, f"void:{kind}", iri)
            about.say(name, "void:entities", len(subjects))
            about.say(name, "void:triples", sum(said[one] for one in subjects) if kind == "class" else with_it[iri])
    for space in house_prefixes().values():
        if any(iri.startswith(space) for iri in (*classes, *properties)):
            about.say(DATASET, "void:vocabulary", space)


def _links(about: Description, triples: Iterable[ox.Triple]) -> None:
    import pyoxigraph as ox

    counted = Counter(
        (target, triple.predicate.value)
        for triple in triples
        if triple.predicate.value in MATCHES and isinstance(triple.object, ox.NamedNode)
        for target, (_, space) in TARGETS.items()
        if triple.object.value.startswith(space)
    )
    for (target, match), number in sorted(counted.items()):
        name = f"dataset:{target}-{match.removeprefix(SKOS)}"
        title, space = TARGETS[target]
        about.say(DATASET, "void:subset", name)
        about.say(name, "rdf:type", "void:Linkset")
        about.tell(name, "dcterms:title", f"Links to {title}: {match.removeprefix(SKOS)}")
        about.say(name, "void:linkPredicate", match)
        about.say(name, "void:subjectsTarget", DATASET)
        about.say(name, "void:objectsTarget", f"dataset:{target}")
        about.say(name, "void:triples", number)
        about.say(f"dataset:{target}", "rdf:type", "void:Dataset")
        about.tell(f"dataset:{target}", "dcterms:title", title)
        about.say(f"dataset:{target}", "void:uriSpace", _text(space))
