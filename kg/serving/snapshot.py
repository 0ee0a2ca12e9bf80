"""The store as this process reads it: opened when first needed, opened again when a build has landed."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar, cast

from kg.graph import export
from kg.graph.partitions import Partitions
from kg.graph.store import Store
from kg.serving import negotiation
from kg.serving.resources import Term

Value = TypeVar("Value")


class Snapshot:
    """A read-only view of a store that follows its builds. Safe for use by many threads."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._store: Store | None = None
        self._kept: dict[str, object] = {}
        self._lock = threading.Lock()

    def store(self) -> Store:
        """The store as of the last build. A store that was handed out before stays whole until it is let go.

        Raises StoreError where there is none.
        """
        with self._lock:
            return self._current()

    def rows(self, query: str) -> list[dict[str, Term]]:
        """The solutions of a SELECT query, unbound variables left out."""
        out = io.BytesIO()
        self.store().query(query).write(out, negotiation.RESULTS_JSON)
        bindings = json.loads(out.getvalue())["results"]["bindings"]
        return [
            {name: Term(term["type"], term["value"], term.get("xml:lang", "")) for name, term in row.items()}
            for row in bindings
        ]

    def graph(self, query: str, media: str) -> bytes:
        """The answer of a CONSTRUCT query in an RDF format; JSON-LD has the context of the ontology in it."""
        answer = self.store().query(query)
        if media == negotiation.JSON_LD:
            return export.jsonld(answer.triples()).encode()
        out = io.BytesIO()
        answer.write(out, media)
        return out.getvalue()

    def has_graph(self, graph: str) -> bool:
        """Whether there is a named graph of this IRI. Raises StoreError where there is no store."""
        return self.store().has_graph(graph)

    def partitions(self) -> Partitions:
        """How much of what is there. Raises StoreError where there is no store."""
        return self.keep("partitions", lambda: self.store().partitions())

    def version(self) -> str:
        """Digest of the graph as of the last build. Raises StoreError where there is none."""
        return self.store().version_digest

    def landed(self) -> float | None:
        """When the last build landed, in seconds since 1970; None where no file tells."""
        try:
            return (self._path / "landed.json").stat().st_mtime
        except OSError:
            return None

    def size(self) -> int:
        """Number of triples, each graph's counted."""
        return self.store().size()

    def keep(self, name: str, compute: Callable[[], Value]) -> Value:
        """What `compute` returns, kept until the next build lands."""
        with self._lock:
            store = self._current()
            if name in self._kept:
                return cast(Value, self._kept[name])
        value = compute()
        with self._lock:
            if store is self._store:
                self._kept[name] = value
        return value

    def _current(self) -> Store:
        if self._store is None or self._store.stale():
            self._store = Store.open(self._path, read_only=True)
            self._kept = {}
        return self._store
