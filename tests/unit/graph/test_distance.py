"""Distances between places, as the engine and RDFLib over it count them (GeoSPARQL 1.1, section 9.6)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.graph.mapping import document_quads
from kg.graph.store import Store
from kg.graph.vocabulary import PREFIX_LINES
from kg.records import EntityType, GazetteerEntry
from tests.builders import BASE, document, entity, linked
from tests.unit.graph.test_store import iri

PLACES = {
    "Q1061": GazetteerEntry(id="Q1061", type=EntityType.PLACE, label_hi="व्लादिवोस्तोक", lat=43.13, lon=131.91),
    "Q18808": GazetteerEntry(id="Q18808", type=EntityType.PLACE, label_hi="प्योंगयांग", lat=39.02, lon=125.75),
    "Q27502": GazetteerEntry(id="Q27502", type=EntityType.PLACE, label_hi="उस्सुरीयस्क", lat=43.8, lon=131.95),
}
NEAR = f"""{PREFIX_LINES}
SELECT ?name WHERE {{
  ?place geosparql:hasGeometry/geosparql:asWKT ?where ; rdfs:label ?name .
  FILTER(geof:distance(?where, "POINT(131.91 43.13)"^^geosparql:wktLiteral, uom:metre) < 300000)
}} ORDER BY ?name"""


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A store with three places."""
    places = linked(
        entities=[entity(id, one.label_hi, EntityType.PLACE) for id, one in PLACES.items()], links=dict(PLACES)
    )
    with Store.in_memory() as store:
        store.replace_document(iri("one"), document_quads(places, document(), base_iri=BASE, lookup=PLACES.get))
        yield store


def test_the_engine_finds_what_lies_near(store: Store) -> None:
    """Within 300 km of Vladivostok there are itself and Ussuriysk; Pyongyang is farther."""
    assert [row["name"].value for row in store.query(NEAR).rows()] == ["उस्सुरीयस्क", "व्लादिवोस्तोक"]


def test_rdflib_finds_the_same(store: Store) -> None:
    """A query through RDFLib is answered by the engine, which knows the function."""
    assert [str(row[0]) for row in store.rdflib_graph().query(NEAR)] == ["उस्सुरीयस्क", "व्लादिवोस्तोक"]  # type: ignore[index]


def test_a_distance_is_told_in_metres(store: Store) -> None:
    """From Vladivostok to Pyongyang there are some 690 km on a sphere."""
    (row,) = store.query(
        f"{PREFIX_LINES}SELECT (geof:distance(?a, ?b, uom:metre) AS ?metres) WHERE {{"
        f" <{BASE}entity/Q1061> geosparql:hasGeometry/geosparql:asWKT ?a ."
        f" <{BASE}entity/Q18808> geosparql:hasGeometry/geosparql:asWKT ?b }}"
    ).rows()
    assert 680_000 < float(row["metres"].value) < 700_000
