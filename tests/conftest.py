"""Fixtures that every part of the test suite may use."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = ("KG_STORE", "KG_BASE_IRI", "KG_MODELS", "KG_MODELS_DIR", "KG_MIN_CONFIDENCE", "SOURCE_DATE_EPOCH")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Options that write stored expectations anew; read the change before you keep it."""
    parser.addoption("--update-parses", action="store_true", help="write the stored parses anew with the models")
    parser.addoption("--update-golden", action="store_true", help="write anew what is expected of the seed articles")


@pytest.fixture(autouse=True)
def _no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of whoever runs the tests says nothing to the program."""
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def root() -> Path:
    """The folder of the repository."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of material that is not part of the repository; skips where it is absent."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the material in ../shared, which is not part of the repository")
    return folder


@pytest.fixture(scope="session")
def seed_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a store that the real pipeline built from the seed articles; for tests marked `model`."""
    from kg.pipeline import build
    from kg.settings import Settings, resource

    folder = tmp_path_factory.mktemp("seeds") / "store"
    report = build([str(resource("seeds"))], settings=Settings(store=folder))
    assert report.failed == 0
    return folder
