"""What the tests with real models share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.support import SEEDS, kg


@pytest.fixture(scope="session")
def seed_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store that `kg build seeds/` makes."""
    folder = tmp_path_factory.mktemp("seeds") / "store"
    done = kg("build", SEEDS, "--store", folder)
    assert done.returncode == 0, done.stderr
    return folder
