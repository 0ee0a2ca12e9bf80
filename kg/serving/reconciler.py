"""What answers reconciliation, as the server sees it. The stages that do it come before and are not known here."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Protocol

from kg.records import (
    ReconciliationCandidate,
    ReconciliationExtension,
    ReconciliationItem,
    ReconciliationQuery,
    ReconciliationSummary,
)


class Reconciler(Protocol):
    """Names in, entities of Wikidata out. Safe for use by many threads."""

    def reconcile(self, query: ReconciliationQuery) -> Sequence[ReconciliationCandidate]:
        """The candidates for a query, best first."""
        ...

    def types(self) -> Sequence[ReconciliationItem]:
        """All types."""
        ...

    def suggest_entities(self, prefix: str, *, skip: int, limit: int) -> Sequence[ReconciliationItem]:
        """Entities whose names begin with `prefix`."""
        ...

    def suggest_types(self, prefix: str) -> Sequence[ReconciliationItem]:
        """Types whose names begin with `prefix`."""
        ...

    def suggest_properties(self, prefix: str) -> Sequence[ReconciliationItem]:
        """Properties whose names begin with `prefix`."""
        ...

    def entity(self, id: str) -> ReconciliationSummary | None:
        """What is known of an entity, None where it is unknown."""
        ...

    def type(self, id: str) -> ReconciliationItem | None:
        """A type, None where it is unknown."""
        ...

    def property(self, id: str) -> ReconciliationItem | None:
        """A property, None where it is unknown."""
        ...

    def propose(self, type: str) -> Sequence[ReconciliationItem]:
        """The properties that entities of a type have."""
        ...

    def extend(self, ids: Sequence[str], properties: Sequence[tuple[str, str]]) -> ReconciliationExtension:
        """Values of properties, each with the language of names, for entities."""
        ...


MakeReconciler = Callable[[], Reconciler]


def once(make: MakeReconciler) -> MakeReconciler:
    """A function that gives what `make` gives, called once: by the first thread that asks, while the others wait.

    Where `make` raises, the next call tries again.
    """
    lock = threading.Lock()
    made: list[Reconciler] = []

    def get() -> Reconciler:
        with lock:
            if not made:
                made.append(make())
            return made[0]

    return get
