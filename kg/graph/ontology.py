"""The ontology's file as quads of its graph."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox

from kg.graph.vocabulary import ONTOLOGY_GRAPH
from kg.settings import resource


def ontology_quads() -> Iterator[ox.Quad]:
    """The ontology, in the graph that has its IRI. Put it in a store with `store.replace_graph`."""
    graph = ox.NamedNode(ONTOLOGY_GRAPH)
    text = (resource("ontology") / "kg.ttl").read_bytes()
    for quad in ox.parse(text, format=ox.RdfFormat.TURTLE):
        yield ox.Quad(quad.subject, quad.predicate, quad.object, graph)
