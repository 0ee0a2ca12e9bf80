"""Settings from the environment."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph
import pytest

from kg.errors import UsageError
from kg.graph.iris import document_iri
from kg.settings import LATEST, Settings


def test_an_empty_environment_gives_the_defaults() -> None:
    """Without variables the settings are those of the class."""
    assert Settings.from_environment({}) == Settings()


def test_every_variable_is_read() -> None:
    """Each setting has a variable that changes it."""
    found = Settings.from_environment(
        {
            "KG_STORE": "/data/kg",
            "KG_BASE_IRI": "https://example.org/kg/",
            "KG_MODELS": "stanza",
            "KG_MODELS_DIR": "/models",
            "KG_MIN_CONFIDENCE": "0.8",
            "KG_GAZETTEER": "/data/names",
            "KG_QUERY_TIMEOUT": "2.5",
            "KG_QUERY_MEMORY": "512M",
            "SOURCE_DATE_EPOCH": "0",
        }
    )
    assert found == Settings(
        store=Path("/data/kg"),
        base_iri="https://example.org/kg/",
        models="stanza",
        models_dir=Path("/models"),
        min_confidence=0.8,
        gazetteer=Path("/data/names"),
        query_timeout=2.5,
        query_memory=512 << 20,
        source_date_epoch=0,
    )


def test_the_gazetteer_of_ones_own_lies_beside_the_store() -> None:
    """Without a setting, entities of the user's own lie in a folder named after the store."""
    assert Settings(store=Path("/data/kg")).gazetteer_dir == Path("/data/kg.gazetteer")
    assert Settings(gazetteer=Path("/names")).gazetteer_dir == Path("/names")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(
            ("KG_BASE_IRI", value)
            for value in (
                "",
                "nonsense",
                "ftp://example.org/",
                "https://example.org",
                "https://example.org/kg#",
                "https://example.org/?kg=/",
                "https://exa mple.org/kg/",
                "https:///",
                "https://example.org/<kg>/",
                "https://example.org/kg/\n",
            )
        ),
        ("KG_MODELS", "best"),
        *(("KG_QUERY_TIMEOUT", value) for value in ("", "0", "-1", "soon", "1e3", "86401", "inf")),
        *(("KG_QUERY_MEMORY", value) for value in ("", "0", "1K", "lots", "-2G", "2T", "9" * 15 + "G")),
        *(("SOURCE_DATE_EPOCH", value) for value in ("", "now", "-1", "1.5", "²", "9" * 12, "9" * 5000)),
    ],
)
def test_a_value_that_cannot_be_used_is_a_wrong_call(name: str, value: str) -> None:
    """The error names the variable and its value, and says what to give."""
    with pytest.raises(UsageError, match=rf"^{name} is {re.escape(repr(value))}\. \w+") as found:
        Settings.from_environment({name: value})
    assert found.value.cure


@pytest.mark.parametrize(
    ("text", "size"), [("536870912", 512 << 20), ("2g", 2 << 30), ("3GiB", 3 << 30), ("512MB", 512 << 20)]
)
def test_sizes_are_written_in_many_ways(text: str, size: int) -> None:
    """Bytes, or K, M or G of them, with or without a B."""
    assert Settings.from_environment({"KG_QUERY_MEMORY": text}).query_memory == size


@pytest.mark.parametrize("base", ["http://localhost:8000/", "https://example.org/समाचार/", "https://w3id.org/a/b/"])
def test_every_base_that_is_taken_makes_names(base: str) -> None:
    """A base IRI that is taken begins IRIs that the engine takes too."""
    taken = Settings.from_environment({"KG_BASE_IRI": base}).base_iri
    assert pyoxigraph.NamedNode(document_iri(taken, "a") + "#mention").value.startswith(base)


def test_the_latest_time_can_be_written() -> None:
    """The largest number of seconds that is taken is a time with a year of four digits."""
    import datetime

    assert datetime.datetime.fromtimestamp(LATEST, tz=datetime.UTC).year == 9999
    assert Settings.from_environment({"SOURCE_DATE_EPOCH": str(LATEST)}).source_date_epoch == LATEST
