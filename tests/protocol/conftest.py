"""Fixtures: a store and a client of an app over it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.serving.app import close_app, create_app
from kg.serving.engine import Limits
from kg.serving.state import Config
from tests.protocol.support import make_store


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of `graph.trig`."""
    return make_store(tmp_path_factory.mktemp("serving") / "store")


@pytest.fixture(scope="session")
def client(store: Path) -> Iterator[FlaskClient]:
    """A client of an app over the store."""
    app = create_app(Config(store=store, limits=Limits(workers=1, seconds=20)))
    yield app.test_client()
    close_app(app)
