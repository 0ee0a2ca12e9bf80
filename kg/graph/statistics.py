"""How much of what stands in a store, counted by SPARQL."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from kg.graph.store import Store
from kg.graph.vocabulary import PREFIX_LINES
from kg.records import EntityType, EventType, Modality

_DOCUMENTS: Final = "SELECT (COUNT(DISTINCT ?d) AS ?n) WHERE { ?d a schema:NewsArticle }"
_EVENTS: Final = """
SELECT ?type ?modality (COUNT(DISTINCT ?event) AS ?n)
WHERE { ?event kg:modality ?modality ; a ?type }
GROUP BY ?type ?modality"""
_CLASSES: Final = " ".join(f"kg:{kind}" for kind in EntityType)
_ENTITIES: Final = f"""
SELECT ?type ?linked (COUNT(DISTINCT ?entity) AS ?n)
WHERE {{ ?entity a ?type . VALUES ?type {{ {_CLASSES} }} BIND(EXISTS {{ ?entity owl:sameAs ?same }} AS ?linked) }}
GROUP BY ?type ?linked"""
_TRIPLES: Final = "SELECT (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }"


@dataclass(frozen=True, kw_only=True, slots=True)
class Statistics:
    """The counts of one store; each thing counts once, in however many graphs it stands."""

    documents: int
    events: Mapping[
        tuple[EventType, Modality], int
    ]  #: an event that documents tell differently counts for each modality
    linked: Mapping[EntityType, int]  #: entities with a QID
    unlinked: Mapping[EntityType, int]  #: entities without
    triples: int  #: distinct triples of all graphs, the ontology's and the provenance's included
    quads: int  #: triples, each counted once a graph


def statistics(store: Store) -> Statistics:
    """Count what stands in a store.

    Raises StoreError where it cannot be read.
    """
    entities = {
        (_local(row["type"]), row["linked"].value == "true"): int(row["n"].value) for row in _ask(store, _ENTITIES)
    }
    return Statistics(
        documents=_number(store, _DOCUMENTS),
        events=_events(store),
        linked={kind: entities.get((kind.value, True), 0) for kind in EntityType},
        unlinked={kind: entities.get((kind.value, False), 0) for kind in EntityType},
        triples=_number(store, _TRIPLES),
        quads=store.size(),
    )


def _events(store: Store) -> dict[tuple[EventType, Modality], int]:
    found = {
        (_local(row["type"]), _local(row["modality"])): int(row["n"].value)
        for row in _ask(store, _EVENTS)
        if "type" in row
    }
    pairs = ((kind, modality) for kind in EventType for modality in Modality)
    return {pair: found[pair[0].value, pair[1].value] for pair in pairs if (pair[0].value, pair[1].value) in found}


def _ask(store: Store, query: str) -> Iterator[dict[str, Any]]:
    return store.query(PREFIX_LINES + query).rows()


def _number(store: Store, query: str) -> int:
    return int(next(iter(_ask(store, query)))["n"].value)


def _local(term: Any) -> str:
    """«Meeting» of `<…ontology#Meeting>`; empty for an IRI without a fragment."""
    return str(term.value).rpartition("#")[2]
