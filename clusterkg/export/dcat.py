"""The files of an export as a DCAT catalogue: which dataset each is of, its media type, size and checksum."""

from __future__ import annotations

import hashlib

from clusterkg.export.cube import cube_iri
from clusterkg.export.description import Description
from clusterkg.export.readme import FILES
from clusterkg.export.void import DATASET, PLACE, TITLE, sources_of
from clusterkg.terms import LICENCE, study_iri

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from clusterkg.export.rows import Export

__all__ = ["MEDIA_TYPES", "describe"]

SPDX = "http://spdx.org/rdf/terms#"
IANA = "https://www.iana.org/assignments/media-types/"

MEDIA_TYPES = {
    ".csv": "text/csv",
    ".csv-metadata.json": "application/csvm+json",
    "datapackage.json": "application/json",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".parquet": "application/vnd.apache.parquet",
    "cube.ttl": "text/turtle",
    ".nt": "application/n-triples",
    ".jsonld": "application/ld+json",
}
"""The media type of a file by what its name ends in; README, scripts and descriptions are no form of the data."""

COPIED = {
    "study": ("skos:prefLabel", "dcterms:title", "dcterms:description", "dcterms:source", "dcterms:temporal"),
    "source": (
        *("skos:prefLabel", "dcterms:title", "dcterms:creator", "dcterms:issued"),
        *("dcterms:bibliographicCitation", "dcterms:identifier"),
    ),
}
"""What is said of the study and of the works that it comes from, as the graph says it."""

COMMENT = """The files of this folder: which dataset each is a form of, with its media type, size in bytes and checksum.
Names of files are relative to where this file stands, so that folder and description can be moved together."""


def describe(made: Export, version: str, files: Mapping[str, bytes]) -> str:
    """Return ``dcat.ttl``.

    Args:
        made: what is exported.
        version: that of clusterkg.
        files: the files beside it, by name.
    """
    import pyoxigraph as ox

    about = Description(PLACE + "dcat.ttl", {"spdx": SPDX})
    about.say("", "rdf:type", "dcat:Catalog")
    about.tell("", "dcterms:title", f"Export of {made.study} by clusterkg {version}")
    about.say("", "dcterms:license", LICENCE)
    for name, content in files.items():
        media_type = next((kind for ending, kind in MEDIA_TYPES.items() if name.endswith(ending)), "")
        if media_type:
            dataset = _dataset(made, name)
            about.say("", "dcat:dataset", dataset)
            about.say(dataset, "dcat:distribution", f"#{name}")
            _distribution(about, made, name, content, media_type)
    for dataset in {_dataset(made, name) for name in files}:
        about.say(dataset, "rdf:type", "dcat:Dataset")
        about.say(dataset, "dcterms:license", LICENCE)
        about.say(dataset, "dcterms:creator", ox.Literal("The clusterkg developers"))
        about.say(dataset, "dcat:version", ox.Literal(version))
    study, cube = study_iri(made.study), cube_iri(made.study)
    about.tell(DATASET, "dcterms:title", TITLE)
    about.say(DATASET, "rdfs:seeAlso", PLACE + "void.ttl")
    about.say(DATASET, "dcterms:source", study)
    if "cube.ttl" in files:
        about.tell(cube, "dcterms:title", f"Ratings of {made.study} as data cubes")
        about.say(cube, "prov:wasDerivedFrom", study)
    _copy(about, made, study)
    return about.write_movable(COMMENT)


def _dataset(made: Export, name: str) -> str:
    """Return the dataset that a file is a form of: the cubes, the whole graph, or the study."""
    if name.startswith("cube"):
        return cube_iri(made.study)
    return DATASET if name.endswith((".nt", ".jsonld", "void.ttl")) else study_iri(made.study)


def _distribution(about: Description, made: Export, name: str, content: bytes, media_type: str) -> None:
    import pyoxigraph as ox

    counts = {table: len(rows) for table, rows in made.rows.items()}
    hexadecimal, whole = ("http://www.w3.org/2001/XMLSchema#" + kind for kind in ("hexBinary", "nonNegativeInteger"))
    file, checksum = f"#{name}", f"#{name}-checksum"
    about.say(file, "rdf:type", "dcat:Distribution")
    about.say(file, "dcterms:title", ox.Literal(name))
    about.tell(file, "dcterms:description", FILES[name].format(**counts))
    about.say(file, "dcterms:license", LICENCE)
    about.say(file, "dcat:accessURL", PLACE + name)
    about.say(file, "dcat:downloadURL", PLACE + name)
    about.say(file, "dcat:mediaType", IANA + media_type)
    about.say(file, "dcat:byteSize", ox.Literal(str(len(content)), datatype=ox.NamedNode(whole)))
    about.say(file, "spdx:checksum", checksum)
    about.say(checksum, "rdf:type", "spdx:Checksum")
    about.say(checksum, "spdx:algorithm", "spdx:checksumAlgorithm_sha256")
    digest = hashlib.sha256(content).hexdigest()
    about.say(checksum, "spdx:checksumValue", ox.Literal(digest, datatype=ox.NamedNode(hexadecimal)))


def _copy(about: Description, made: Export, study: str) -> None:
    """Repeat what the graph says of the study and of the works that it comes from."""
    import pyoxigraph as ox

    wanted = {study: {about.iri(name) for name in COPIED["study"]}}
    wanted |= {iri: {about.iri(name) for name in COPIED["source"]} for iri in sources_of(made)}
    for triple in made.statements:
        if isinstance(triple.subject, ox.NamedNode) and triple.predicate.value in wanted.get(triple.subject.value, ()):
            if isinstance(triple.object, ox.NamedNode):
                about.say(triple.subject.value, triple.predicate.value, triple.object.value)
            elif isinstance(triple.object, ox.Literal):
                about.say(triple.subject.value, triple.predicate.value, triple.object)
