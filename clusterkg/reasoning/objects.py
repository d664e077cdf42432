"""The graph as objects of owlready2, for whoever programs with classes and individuals rather than triples."""

from __future__ import annotations

from clusterkg.reasoning.premises import NOT_REASONED, different
from clusterkg.terms import ONTOLOGY

TYPE_CHECKING = False
if TYPE_CHECKING:
    import owlready2
    import pyoxigraph as ox

__all__ = ["to_owlready"]

OWL = "http://www.w3.org/2002/07/owl#"
RDF_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"

INDIVIDUALS = """
PREFIX owl: <http://www.w3.org/2002/07/owl#>

CONSTRUCT { ?thing a owl:NamedIndividual }
WHERE {
  ?thing a ?class .
  ?class a owl:Class .
  FILTER(ISIRI(?thing))
}
"""


def to_owlready(store: ox.Store) -> owlready2.Ontology:
    """Return the loaded graph as an owlready2 ontology in a World of its own.

    It holds ontology, concepts and data, the one-hop properties and the classes that the rules
    found, but not the data cube's structure, which would make things of properties. owlready2
    turns decimals into floats, so that the view is for reading: change the files, not the view.
    """
    import contextlib
    import io

    import owlready2
    import pyoxigraph as ox

    triples = {
        quad.triple
        for quad in store.quads_for_pattern(None, None, None, None)
        if str(quad.graph_name)[1:-1] not in NOT_REASONED and quad.predicate.value != OWL + "imports"
    }
    # owlready2 lists only individuals that are declared as such.
    individuals = store.query(INDIVIDUALS, use_default_graph_as_union=True)
    assert isinstance(individuals, ox.QueryTriples)
    triples |= set(individuals) | different(store)
    lines = "".join(sorted(f"{triple} .\n" for triple in triples)).encode()
    world = owlready2.World()
    # owlready2 prints to standard output here and there, where a result is expected.
    with contextlib.redirect_stdout(io.StringIO()):
        return world.get_ontology(ONTOLOGY).load(fileobj=io.BytesIO(lines))
