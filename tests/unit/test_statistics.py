"""Counts of what stands in a store."""

from __future__ import annotations

from kg.graph.statistics import statistics
from kg.graph.store import Store
from kg.records import EntityType, EventType, Modality

GRAPH = b"""
@prefix kg: <https://w3id.org/hindi-news-kg/ontology#> .
@prefix schema: <https://schema.org/> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix x: <https://example.org/> .
x:d1 { x:d1 a schema:NewsArticle . x:v a kg:Meeting ; kg:modality kg:asserted . }
x:d2 { x:d2 a schema:NewsArticle . x:v a kg:Meeting ; kg:modality kg:asserted . x:w a kg:Denial ; kg:modality kg:planned }
x:p { x:p a kg:Person ; owl:sameAs x:q }
x:r { x:r a kg:Person }
"""


def test_a_thing_in_two_graphs_counts_once() -> None:
    """An event that two documents tell is one event, and its triples count once."""
    store = Store.in_memory()
    store.load(GRAPH, media_type="application/trig")
    found = statistics(store)
    assert found.documents == 2
    assert found.events == {
        (EventType.MEETING, Modality.ASSERTED): 1,
        (EventType.DENIAL, Modality.PLANNED): 1,
    }
    assert (found.triples, found.quads) == (9, 11)


def test_entities_count_by_class_and_link() -> None:
    """Entities with and without a QID are counted apart."""
    store = Store.in_memory()
    store.load(GRAPH, media_type="application/trig")
    found = statistics(store)
    assert (found.linked[EntityType.PERSON], found.unlinked[EntityType.PERSON]) == (1, 1)
    assert found.linked[EntityType.COUNTRY] == 0


def test_an_empty_store_counts_nothing() -> None:
    """All counts of an empty store are zero."""
    found = statistics(Store.in_memory())
    assert (found.documents, found.triples, found.quads, dict(found.events)) == (0, 0, 0, {})
