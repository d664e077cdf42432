"""A study's ratings as RDF Data Cubes that keep every integrity constraint of the vocabulary.

The graph's own structure (``ontology/cube.ttl``) is one cube with two measures and observations without a value. That
departs from constraint 14. A measure dimension would not mend it: constraint 17 then wants both measures at every
point, and no variable has both. So scores and degrees are a cube each, with one measure that every observation has. A
rating without a value is in neither; it stands in a list of its own, with its reason.
"""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

from clusterkg import library, rendering
from clusterkg.errors import DataError
from clusterkg.export.description import Description
from clusterkg.export.titles import Names
from clusterkg.graph.codings import coding_name
from clusterkg.terms import BASE, LICENCE, ONTOLOGY, study_iri
from clusterkg.validation.cubes import breaches

TYPE_CHECKING = False
if TYPE_CHECKING:
    from clusterkg.export.rows import Export
    from clusterkg.graph.answers import Value

    Record = dict[str, Value]

__all__ = ["as_cube", "cube_iri"]

MEASURES = {"scores": "score", "degrees": "degree"}
"""The cubes, and what each measures: the end of the property of the ontology."""

TITLES = {
    "scores": {"en": "Scores", "es": "Puntajes", "pt": "Pontuações"},
    "degrees": {"en": "Degrees", "es": "Grados", "pt": "Graus"},
}
STRUCTURE = {"en": "Structure", "es": "Estructura", "pt": "Estrutura"}

DIMENSIONS = {"case": "CaseStudy", "variable": "Dimension", "coding": "Coding"}
"""The dimensions, in their order, with the classes that their values belong to."""

LEFT_OUT = ("case", "variable", "coding", "accepted", "reason", "rating")
LIST_OF = "concept/"

COMMENT = """The ratings of {study} that have a value, as data cubes: scores and degrees, a cube each.
Of {ratings} ratings {left_out} have no value and are not here; they stand in cube-left-out.csv, each with its reason.
Each observation was made from a rating of the graph, which prov:wasDerivedFrom names."""


def cube_iri(study: str) -> str:
    """Return the IRI of a study's exported cubes; each cube is a fragment of it.

    >>> cube_iri("giuliani2005")
    'https://w3id.org/clusterkg/cube/giuliani2005'
    """
    return f"{BASE}cube/{study}"


def as_cube(made: Export) -> dict[str, bytes]:
    """Return ``cube.ttl`` and, with what is not in it, ``cube-left-out.csv``.

    Raises:
        DataError: the cubes break an integrity constraint, such as where one coding rates a case twice.
    """
    ratings = _ratings(made)
    coded = {
        cube: [one for one in ratings if one[measure] is not None and one["reason"] is None]
        for cube, measure in MEASURES.items()
    }
    left_out = [one for one in ratings if all(one not in some for some in coded.values())]
    text = _write(made, coded, left_out)
    for breach in breaches(text, "cube.ttl", made.graph.folders):
        fault = f"integrity constraint {breach.constraint}: {breach.message}"
        raise DataError(fault, place=breach.focus.removeprefix(BASE), remedy="mend the rating that it was made from")
    listed = [
        (
            _end(one["case"]),
            _end(one["variable"]),
            coding_name(str(one["coding"])),
            one["accepted"],
            one["reason"] or "not coded",
            one["rating"],
        )
        for one in left_out
    ]
    return {"cube.ttl": text.encode(), "cube-left-out.csv": rendering.as_csv(LEFT_OUT, listed).encode()}


def _ratings(made: Export) -> list[Record]:
    """Return a record a rating; several locators are joined."""
    query = library.read("export/observations", made.graph.folders)
    ratings: dict[str, Record] = {}
    for row in made.graph.run(query.bind({"study": study_iri(made.study)}), query.path, needs=query.needs):
        known = ratings.setdefault(str(row["rating"]), row)
        if known is not row and row["locator"] is not None:
            known["locator"] = f"{known['locator']}; {row['locator']}"
    return list(ratings.values())


def _end(iri: Value) -> str:
    return str(iri).rsplit("/", 1)[-1]


def _write(made: Export, coded: dict[str, list[Record]], left_out: list[Record]) -> str:
    names = Names(made.graph)
    about = Description(cube_iri(made.study), {"case": f"{BASE}case/{made.study}/"})
    used = [cube for cube, ratings in coded.items() if ratings] or ["scores"]
    _head(about, made, used, left_out)
    for cube in used:
        _structure(about, names, cube)
        for one in coded[cube]:
            _observation(about, cube, one)
    _components(about, names, used)
    cases = {str(row["case"]): str(row["name"]) for row in made.rows["cases"]}
    _things(about, names, [one for ratings in coded.values() for one in ratings], cases)
    total = sum(map(len, coded.values())) + len(left_out)
    return about.write(COMMENT.format(study=made.study, ratings=total, left_out=len(left_out)))


def _head(about: Description, made: Export, used: list[str], left_out: list[Record]) -> None:
    about.say("", "rdf:type", "dcat:Dataset")
    about.tell("", "dcterms:title", f"Ratings of {made.study} as data cubes")
    about.say("", "dcterms:hasPart", *(f"#{cube}" for cube in used))
    about.say("", "dcterms:license", LICENCE)
    about.say("", "prov:wasDerivedFrom", study_iri(made.study))
    reasons = Counter(str(one["reason"] or "not coded") for one in left_out)
    counted = ", ".join(f"{number} {reason}" for reason, number in sorted(reasons.items()))
    if counted:
        about.tell("", "rdfs:comment", f"Without a value and so in no cube: {counted}. They are no zeros.")


def _structure(about: Description, names: Names, cube: str) -> None:
    structure = f"#{cube}-structure"
    about.say(f"#{cube}", "rdf:type", "qb:DataSet")
    about.tell(f"#{cube}", "rdfs:label", TITLES[cube])
    about.say(f"#{cube}", "qb:structure", structure)
    about.say(structure, "rdf:type", "qb:DataStructureDefinition")
    about.tell(structure, "rdfs:label", {key: f"{STRUCTURE[key]}: {title}" for key, title in TITLES[cube].items()})
    kinds = [*((name, "dimension") for name in DIMENSIONS), (MEASURES[cube], "measure")]
    for order, (name, kind) in enumerate([*kinds, ("accepted", "attribute"), ("locator", "attribute")], 1):
        component = f"#{cube}-{name}"
        about.say(structure, "qb:component", component)
        about.say(component, "rdf:type", "qb:ComponentSpecification")
        about.tell(component, "rdfs:label", names.labels[ONTOLOGY + name])
        about.say(component, f"qb:{kind}", f"ckg:{name}")
        about.say(component, "qb:order", order)
        if kind == "attribute":
            about.say(component, "qb:componentRequired", name == "accepted")


def _components(about: Description, names: Names, used: list[str]) -> None:
    kinds = {**dict.fromkeys(DIMENSIONS, "Dimension"), "accepted": "Attribute", "locator": "Attribute"}
    kinds |= {MEASURES[cube]: "Measure" for cube in used}
    ranges = {"case": "ckg:CaseStudy", "coding": "ckg:Coding", "variable": "skos:Concept", "score": "xsd:decimal"}
    ranges |= {"degree": "skos:Concept", "accepted": "xsd:boolean", "locator": "xsd:string"}
    for name, kind in kinds.items():
        about.say(f"ckg:{name}", "rdf:type", f"qb:{kind}Property")
        about.tell(f"ckg:{name}", "rdfs:label", names.labels[ONTOLOGY + name])
        about.say(f"ckg:{name}", "rdfs:range", ranges[name])
    for name, scheme in {"variable": "dimension", "degree": "degree"}.items():
        if name in kinds:
            about.say(f"ckg:{name}", "rdf:type", "qb:CodedProperty")
            about.say(f"ckg:{name}", "qb:codeList", f"{BASE}{LIST_OF}{scheme}")
            about.say(f"{BASE}{LIST_OF}{scheme}", "rdf:type", "skos:ConceptScheme")
            about.tell(f"{BASE}{LIST_OF}{scheme}", "skos:prefLabel", names.labels[f"{BASE}{LIST_OF}{scheme}"])


def _observation(about: Description, cube: str, one: Record) -> None:
    import pyoxigraph as ox

    place = f"{_end(one['case'])}--{_end(one['variable'])}--{coding_name(str(one['coding']))}"
    # A second rating of the same place keeps a name of its own, so that the constraint on duplicates finds it.
    taken = str(one["rating"]).partition("#")[2]
    usual = {_end(one["variable"]), f"{_end(one['variable'])}--{coding_name(str(one['coding']))}"}
    name = f"#{place}" if taken in usual else f"#{place}--{taken}"
    measure = one[MEASURES[cube]]
    about.say(name, "rdf:type", "qb:Observation")
    about.say(name, "qb:dataSet", f"#{cube}")
    for dimension in DIMENSIONS:
        about.say(name, f"ckg:{dimension}", str(one[dimension]))
    about.say(name, f"ckg:{MEASURES[cube]}", str(measure) if isinstance(measure, str) else Decimal(str(measure)))
    about.say(name, "ckg:accepted", one["accepted"] is True)
    if one["locator"] is not None:
        about.say(name, "ckg:locator", ox.Literal(str(one["locator"])))
    about.say(name, "prov:wasDerivedFrom", str(one["rating"]))


def _things(about: Description, names: Names, ratings: list[Record], cases: dict[str, str]) -> None:
    """Name the cases, codings and concepts that the observations are about."""
    for one in ratings:
        case, coding, variable, degree = (str(one[key]) for key in ("case", "coding", "variable", "degree"))
        about.say(case, "rdf:type", "ckg:CaseStudy")
        about.tell(case, "skos:prefLabel", cases[_end(case)])
        about.say(coding, "rdf:type", "ckg:Coding")
        about.tell(coding, "skos:prefLabel", str(one["coding_name"] or coding_name(coding)))
        concepts = [(variable, one["scheme"])] + ([(degree, one["degree_scheme"])] if one["degree"] else [])
        for concept, scheme in concepts:
            about.say(concept, "rdf:type", "skos:Concept")
            about.tell(concept, "skos:prefLabel", names.labels.get(concept, {}))
            if scheme is not None:
                about.say(concept, "skos:inScheme", str(scheme))
