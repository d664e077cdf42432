"""The labels of outside terms: for each that the graph uses, and for no other."""

import pyoxigraph as ox
from served import Server

from clusterkg.knowledge_graph import KnowledgeGraph
from clusterkg.outside import labels
from clusterkg.server.things import name_in
from clusterkg.terms import BASE

TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")


def used(kg: KnowledgeGraph) -> set[str]:
    """Return the properties and classes that the graph uses."""
    kg.graph.require()
    properties = {quad.predicate.value for quad in kg.graph.store}
    typed = kg.graph.store.quads_for_pattern(None, TYPE, None, None)
    return properties | {quad.object.value for quad in typed if isinstance(quad.object, ox.NamedNode)}


def test_every_property_and_class_of_the_graph_has_a_name_that_people_read(kg: KnowledgeGraph) -> None:
    names = {one: name_in(kg.graph, ox.NamedNode(one)) for one in used(kg)}
    assert not [one for one, name in names.items() if not name or ":" in name]


def test_a_label_is_given_to_outside_terms_that_are_used_and_to_no_other(kg: KnowledgeGraph) -> None:
    assert set(labels()) <= used(kg)
    assert not [one for one in labels() if one.startswith(BASE)]
    assert all(label == label.strip() != "" for label in labels().values())


def test_a_page_names_outside_properties_in_words(served: Server) -> None:
    page = served.get("/page/study/giuliani2005", "text/html").text
    assert ">source<" in page
    assert "dcterms:source" not in page.partition("<main")[2].partition("</main>")[0]
