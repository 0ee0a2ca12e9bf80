"""What the linker decided on each entity of a document, and among which candidates, in a graph of its own.

A decision has a node below its document, and each of its best candidates one below the decision. Features stand in one
literal, since their names are the linker's own affair and change with it. A description for which there is no candidate
has no record: there was nothing to decide.

    document/ID#linking=e1                   the decision on the entity with the key e1
    document/ID#linking=e1;candidate=Q7747   what was considered
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Final
from urllib.parse import quote, unquote

import pyoxigraph as ox

from kg.graph import vocabulary
from kg.graph.iris import document_iri, entity_iris, entry_id
from kg.graph.offices import EntryLookup
from kg.graph.store import Store
from kg.graph.terms import boolean, decimal, english, hindi, integer, plain
from kg.graph.vocabulary import IDENTIFIER, LABEL, TYPE, WD, kg
from kg.records import Candidate, Entity, EntityType, GazetteerEntry, Link, LinkedExtraction

BEST: Final = 5  #: so many candidates of an entity are kept

Statement = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]

_PLACES: Final = 4
_MARK: Final = "#linking="
_CLASSES: Final[Mapping[ox.NamedNode, EntityType]] = MappingProxyType(
    {node: kind for kind, node in vocabulary.ENTITY_CLASSES.items()}
)


def linking_graph(base_iri: str) -> str:
    """The IRI of the graph that holds the decisions on the entities of all documents."""
    return f"{base_iri}linking"


def linking_quads(
    linked: LinkedExtraction, *, base_iri: str, lookup: EntryLookup, threshold: float
) -> Iterator[ox.Quad]:
    """The decisions on the entities of a document.

    `lookup` finds the labels of candidates; `threshold` is the score that a candidate needs, which is told where an entity
    was not linked.
    """
    graph = ox.NamedNode(linking_graph(base_iri))
    document = ox.NamedNode(document_iri(base_iri, linked.extraction.document_id))
    names = entity_iris(linked, base_iri=base_iri)
    for entity in linked.extraction.entities:
        link = linked.links.get(entity.key) or Link(entity=entity.key, entry=None)
        if entity.named or link.candidates:
            for statement in _decision(document, entity, link, ox.NamedNode(names[entity.key]), lookup, threshold):
                yield ox.Quad(*statement, graph)


def _decision(
    document: ox.NamedNode, entity: Entity, link: Link, iri: ox.NamedNode, lookup: EntryLookup, threshold: float
) -> Iterator[Statement]:
    node = ox.NamedNode(f"{document.value}{_MARK}{quote(entity.key, safe='')}")
    yield document, kg("linking"), node
    yield node, TYPE, kg("Linking")
    yield node, LABEL, hindi(entity.name)
    yield node, kg("entity"), iri
    yield node, kg("linked"), boolean(link.entry is not None)
    if link.entry is not None:
        yield node, kg("score"), decimal(link.score, places=_PLACES)
    elif link.candidates:
        yield node, kg("threshold"), decimal(threshold, places=_PLACES)
    for rank, candidate in enumerate(link.candidates[:BEST], start=1):
        yield from _candidate(node, candidate, rank, lookup(candidate.id))


def _candidate(
    node: ox.NamedNode, candidate: Candidate, rank: int, entry: GazetteerEntry | None
) -> Iterator[Statement]:
    one = ox.NamedNode(f"{node.value};candidate={quote(candidate.id, safe='')}")
    yield node, kg("candidate"), one
    yield one, TYPE, kg("Candidate")
    if candidate.id.startswith("Q"):
        yield one, kg("item"), ox.NamedNode(WD + candidate.id)
    else:
        yield one, IDENTIFIER, plain(candidate.id)
    if entry is not None and (entry.label_hi or entry.label_en):
        yield one, LABEL, hindi(entry.label_hi) if entry.label_hi else english(entry.label_en)
    yield one, kg("rank"), integer(rank)
    yield one, kg("score"), decimal(candidate.score, places=_PLACES)
    yield one, kg("features"), plain(features_text(candidate.features))


def features_text(features: Mapping[str, float]) -> str:
    """Features as a JSON object, sorted by name; what is 0 is left out, and the rest is rounded."""
    told = {name: round(value, _PLACES) for name, value in sorted(features.items())}
    return json.dumps({name: value for name, value in told.items() if value}, ensure_ascii=False)


def decided(store: Store, document: str, *, base_iri: str) -> dict[str, GazetteerEntry]:
    """What the entities of a document are linked to by the record in a store: key → an entry that has its id and type.

    `document` is an IRI. Entities without a record are not linked. Raises StoreError where the store cannot be read.
    """
    rows = store.query(
        f"{vocabulary.PREFIX_LINES}SELECT ?node ?entity {{ GRAPH <{linking_graph(base_iri)}> {{"
        f" <{document}> kg:linking ?node . ?node kg:linked true ; kg:entity ?entity }} }}"
    ).rows()
    return {
        unquote(row["node"].value.rpartition(_MARK)[2]): GazetteerEntry(
            id=entry_id(base_iri, row["entity"].value), type=_type(store, row["entity"]), label_hi=""
        )
        for row in rows
    }


def _type(store: Store, entity: ox.NamedNode) -> EntityType:
    """The class that a store gives an entity; a group where it has none."""
    classes = store.classes(entity)
    return next((kind for node, kind in _CLASSES.items() if node in classes), EntityType.GROUP)
