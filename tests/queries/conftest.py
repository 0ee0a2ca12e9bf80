"""The graph of the annotated seeds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.graph.store import Store
from tests.gold import fill


@pytest.fixture(scope="session")
def gold_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store that holds what the gold of the seeds says."""
    folder = tmp_path_factory.mktemp("gold") / "store"
    with Store.open(folder, create=True) as store:
        fill(store)
    return folder


@pytest.fixture(scope="session")
def gold(gold_store: Path) -> Iterator[Store]:
    """That store, opened."""
    with Store.open(gold_store, read_only=True) as store:
        yield store
