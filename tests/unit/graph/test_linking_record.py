"""The record of what the linker decided."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pyoxigraph as ox
import pytest

from kg.graph.linking_record import BEST, decided, features_text, linking_graph, linking_quads
from kg.graph.mapping import document_quads
from kg.graph.provenance import provenance_graph, provenance_quads
from kg.graph.shapes import validate
from kg.graph.store import Quad, Store
from kg.graph.vocabulary import PREFIX_LINES, kg
from kg.records import Candidate, EntityType, GazetteerEntry, Link, LinkedExtraction
from tests.builders import BASE, ENTRIES, KIM, PUTIN, document, entity, linked, sample

ONE = BASE + "document/one"
LOCAL = GazetteerEntry(id="local:meena/varma", type=EntityType.PERSON, label_hi="मीना वर्मा")


def lookup(id: str) -> GazetteerEntry | None:
    """The entries of the builders, and one without a QID."""
    return LOCAL if id == LOCAL.id else ENTRIES.get(id)


def told() -> LinkedExtraction:
    """A linked person with a rival, one that was not linked, one without candidates, two descriptions."""
    entities = [
        entity("e1", "पुतिन"),
        entity("e2", "किम"),
        entity("e3", "मीना वर्मा"),
        entity("e4", "विशेषज्ञ", EntityType.GROUP, named=False),
        entity("e5", "विदेश मंत्री", named=False),
        entity("e6", "मीना"),
    ]
    found = linked(entities=entities, links={})
    rivals = (
        Candidate(id="Q7747", score=0.91234567, features={"name": 1.0, "odd «name»": -0.25, "none": 0.0}),
        Candidate(id="Q56226", score=0.3),
    )
    many = tuple(Candidate(id=f"Q{n}", score=0.5 - n / 100) for n in range(1, 9))
    links = {
        "e1": Link(entity="e1", entry=PUTIN, score=0.91234567, candidates=rivals),
        "e2": Link(entity="e2", entry=None, candidates=many),
        "e3": Link(entity="e3", entry=None),
        "e4": Link(entity="e4", entry=None),
        "e5": Link(entity="e5", entry=None, candidates=(Candidate(id="Q56226", score=0.2),)),
        "e6": Link(
            entity="e6", entry=LOCAL, score=0.7, candidates=(Candidate(id=LOCAL.id, score=0.7, features={"name": 1.0}),)
        ),
    }
    return replace(found, links=links)


def record(found: LinkedExtraction) -> list[Quad]:
    """The record of a document."""
    return list(linking_quads(found, base_iri=BASE, lookup=lookup, threshold=0.6))


def quads(found: LinkedExtraction) -> list[Quad]:
    """All quads of a document."""
    text = document(id=found.extraction.document_id)
    return [
        *document_quads(found, text, base_iri=BASE, lookup=lookup),
        *record(found),
        *provenance_quads(text.article, base_iri=BASE, version="1", model_digest="ab"),
    ]


@pytest.fixture
def store() -> Iterator[Store]:
    """A store with the document."""
    with Store.in_memory() as made:
        made.replace_document(ONE, quads(told()))
        yield made


def rows(store: Store, where: str, names: str = "*") -> list[Mapping[str, str]]:
    """The solutions of a query over the graph of the record, as texts."""
    query = f"{PREFIX_LINES}SELECT {names} {{ GRAPH <{linking_graph(BASE)}> {{ {where} }} }}"
    return [{name: term.value for name, term in row.items()} for row in store.query(query).rows()]


def test_a_link_is_told_with_its_score_and_its_rivals(store: Store) -> None:
    """The decision names document, entity, name, score and the candidates in their order."""
    (one,) = rows(
        store, f"<{ONE}> kg:linking ?l . ?l kg:entity ?e ; rdfs:label ?name ; kg:score ?s FILTER(?name = 'पुतिन'@hi)"
    )
    assert one == {"l": ONE + "#linking=e1", "e": BASE + "entity/Q7747", "name": "पुतिन", "s": "0.9123"}
    found = rows(
        store, f"<{ONE}#linking=e1> kg:candidate ?c . ?c kg:item ?i ; kg:rank ?r ; kg:score ?s ; rdfs:label ?n"
    )
    assert sorted((row["r"], row["i"].rpartition("/")[2], row["s"], row["n"]) for row in found) == [
        ("1", "Q7747", "0.9123", PUTIN.label_hi),
        ("2", "Q56226", "0.3", KIM.label_hi),
    ]


def test_what_was_not_linked_tells_what_it_would_have_taken(store: Store) -> None:
    """A decision against all candidates has no score, the threshold, and the best five candidates."""
    (one,) = rows(
        store, "?l kg:linked false ; kg:threshold ?t ; rdfs:label 'किम'@hi OPTIONAL { ?l kg:score ?s }", "?t ?s"
    )
    assert one == {"t": "0.6"}
    ranks = rows(store, "?l rdfs:label 'किम'@hi ; kg:candidate/kg:rank ?r", "?r")
    assert sorted(row["r"] for row in ranks) == [str(n) for n in range(1, BEST + 1)]


def test_a_name_without_candidates_has_a_record_and_a_description_has_none(store: Store) -> None:
    """A named entity always has its decision; a description has one where something was considered."""
    keys = {row["l"].rpartition("=")[2] for row in rows(store, "?d kg:linking ?l", "?l")}
    assert keys == {"e1", "e2", "e3", "e5", "e6"}


def test_a_candidate_without_qid_has_its_identifier(store: Store) -> None:
    """What the gazetteer alone knows is told by its own id and has no item of Wikidata."""
    found = rows(store, "?c dct:identifier ?id OPTIONAL { ?c kg:item ?i }", "?id ?i")
    assert found == [{"id": LOCAL.id}]


def test_features_of_any_name_are_kept() -> None:
    """Features are JSON, whatever they are called; zeros are left out."""
    assert json.loads(features_text({"b «c»": 0.123456, "a": 1.0, "z": 0.0})) == {"a": 1.0, "b «c»": 0.1235}


def test_close_decisions_can_be_asked_for(store: Store) -> None:
    """A query finds the entities whose best two candidates are closer than 0.1."""
    where = """?l rdfs:label ?name ; kg:candidate ?a, ?b . ?a kg:rank 1 ; kg:score ?first .
               ?b kg:rank 2 ; kg:score ?second FILTER(?first - ?second < 0.1)"""
    assert [row["name"] for row in rows(store, where, "?name")] == ["किम"]


def test_the_record_goes_with_its_document(store: Store) -> None:
    """Of a document that is taken out no decision, no entity and no graph remains."""
    store.replace_document(BASE + "document/two", quads(replace_id(told(), "two")))
    store.remove_document(ONE)
    assert {row["d"] for row in rows(store, "?d kg:linking ?l", "?d")} == {BASE + "document/two"}
    store.remove_document(BASE + "document/two")
    assert store.graphs() == []


def replace_id(found: LinkedExtraction, id: str) -> LinkedExtraction:
    """The same in another document."""
    return replace(found, extraction=replace(found.extraction, document_id=id))


def test_an_entity_that_a_record_alone_names_is_gone(store: Store) -> None:
    """What shared graphs say of an entity does not keep its graph."""
    graph, putin = provenance_graph(BASE), ox.NamedNode(BASE + "entity/Q7747")
    said = ox.Quad(ox.NamedNode(BASE + "x"), kg("entity"), putin, ox.NamedNode(graph))
    store.replace_graph(graph, [*store.quads(graph=graph), said])
    store.remove_document(ONE)
    assert BASE + "entity/Q7747" not in store.graphs()


def test_what_was_decided_can_be_read_back(store: Store) -> None:
    """Keys of linked entities lead to the gazetteer's id and the class that the entity has."""
    found = decided(store, ONE, base_iri=BASE)
    assert {key: (entry.id, entry.type) for key, entry in found.items()} == {
        "e1": ("Q7747", EntityType.PERSON),
        "e6": (LOCAL.id, EntityType.PERSON),
    }


def test_the_record_has_its_shape(store: Store) -> None:
    """A document with its record conforms."""
    assert validate(store).violations == ()


def broken() -> Iterator[Any]:
    """What breaks the shape: a property to take out of the record, or values to put in."""
    yield (kg("entity"), None)
    yield (kg("linked"), None)
    yield (kg("rank"), None)
    yield (kg("features"), None)
    yield (kg("item"), None)
    yield (kg("score"), None)
    yield (kg("threshold"), ox.Literal("2", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#decimal")))


@pytest.mark.parametrize(("predicate", "value"), list(broken()))
def test_a_broken_record_is_found(predicate: ox.NamedNode, value: ox.Literal | None) -> None:
    """Without one of its properties, or with a wrong value, a record does not conform."""
    found = [quad for quad in quads(told()) if quad.graph_name.value != linking_graph(BASE)]  # type: ignore[union-attr]
    for quad in record(told()):
        if quad.predicate != predicate:
            found.append(quad)
        elif value is not None:
            found.append(ox.Quad(quad.subject, predicate, value, quad.graph_name))
    with Store.in_memory() as store:
        store.replace_document(ONE, found)
        assert not validate(store).conforms


def test_the_sample_has_a_record_without_candidates() -> None:
    """Links that nobody scored, as other programs may make them, have a record too."""
    extraction, _ = sample()
    subjects = {quad.subject for quad in record(extraction)}
    assert ox.NamedNode(ONE + "#linking=e1") in subjects
