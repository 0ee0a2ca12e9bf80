"""What a graph has how much of, counted when a build lands: for descriptions of the graph (VoID), never for an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

FILE: Final = "partitions.json"
_CLASSES: Final = "SELECT ?name (COUNT(DISTINCT ?s) AS ?n) { GRAPH ?g { ?s a ?name } } GROUP BY ?name"
_PROPERTIES: Final = "SELECT ?name (COUNT(*) AS ?n) { GRAPH ?g { ?s ?name ?o } } GROUP BY ?name"
_GRAPHS: Final = "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }"


@dataclass(frozen=True, kw_only=True, slots=True)
class Partitions:
    """The counts of one build."""

    digest: str  #: of the graph that was counted
    graphs: int  #: named graphs
    classes: Mapping[str, int]  #: IRI → things of this class, each once
    properties: Mapping[str, int]  #: IRI → triples with it, each graph's counted


def count(store: ox.Store, digest: str) -> Partitions:
    """The counts of a store's quads; takes about two seconds a million."""
    (row,) = store.query(_GRAPHS)  # type: ignore[misc]
    return Partitions(
        digest=digest,
        graphs=int(row["n"].value),
        classes=_counts(store, _CLASSES),
        properties=_counts(store, _PROPERTIES),
    )


def to_json(partitions: Partitions) -> str:
    """The counts as a file has them."""
    told = {
        "digest": partitions.digest,
        "graphs": partitions.graphs,
        "classes": dict(partitions.classes),
        "properties": dict(partitions.properties),
    }
    return json.dumps(told, ensure_ascii=False, indent=1) + "\n"


def read(folder: Path) -> Partitions | None:
    """The counts beside a store; None where there are none or they cannot be read: they can be made anew."""
    try:
        told = json.loads((folder / FILE).read_text(encoding="utf-8"))
        return Partitions(
            digest=str(told["digest"]),
            graphs=int(told["graphs"]),
            classes=_read(told["classes"]),
            properties=_read(told["properties"]),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _read(told: Mapping[str, object]) -> Mapping[str, int]:
    return MappingProxyType({str(name): int(str(number)) for name, number in told.items()})


def _counts(store: ox.Store, query: str) -> Mapping[str, int]:
    rows = store.query(query)
    found = {row["name"].value: int(row["n"].value) for row in rows if isinstance(row["name"], ox.NamedNode)}  # type: ignore[union-attr]
    return MappingProxyType(dict(sorted(found.items())))
