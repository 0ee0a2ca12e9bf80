"""Hindi news as a graph of who did what to whom.

import kg
graph = kg.open_graph()  # an RDFLib Dataset over the store that `kg build` made
for row in graph.query("SELECT DISTINCT ?m { ?m a kg:Meeting }"):
    print(row.m)
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rdflib import Dataset

__all__ = ["open_graph"]


def open_graph(store: Path | str | None = None) -> Dataset:
    """The graph in a store as an RDFLib Dataset, read-only and as of the last build; without `store`, the default place.

    A query that names no dataset has the union of all graphs as its default graph. The prefixes of the ontology are bound.

    Raises StoreError where there is no store, or none that can be read.
    """
    from kg.graph.store import Store
    from kg.settings import Settings

    path = Settings.from_environment().store if store is None else store
    return Store.open(path, read_only=True).rdflib_graph()
