"""Short texts, one construction of Hindi each, and all the events that stand in them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.records import Article, Document, EventType
from tests import stored

HERE = Path(__file__).resolve().parent
ROWS: list[dict[str, Any]] = yaml.safe_load((HERE / "sentences.yml").read_text(encoding="utf-8"))
ARTICLES = [Article(id=row["id"], text=row["text"], date=row.get("date")) for row in ROWS]
PARSES = HERE / "sentences.conllu"


@pytest.fixture(scope="module")
def documents(request: pytest.FixtureRequest) -> dict[str, Document]:
    if request.config.getoption("--update-parses"):
        stored.save(PARSES, ARTICLES)
    return stored.load(PARSES)


def test_every_text_is_parsed(documents: dict[str, Document]) -> None:
    """The stored parses are those of the texts; where this fails, run pytest --update-parses."""
    assert stored.stale(documents, ARTICLES) == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_the_events_of_a_text(row: dict[str, Any], documents: dict[str, Document]) -> None:
    """Exactly the events that a reader finds are read, with all that is said of them."""
    extraction = stored.extractor().extract(documents[row["id"]])
    assert sorted(stored.told(event, extraction) for event in extraction.events) == sorted(row["events"])


def test_every_event_type_is_shown() -> None:
    """Each event type stands in some text."""
    told = {line.split(" ")[0] for row in ROWS for line in row["events"]}
    assert told == {str(type_) for type_ in EventType}


def test_ids_are_unique() -> None:
    """No two texts share an id."""
    assert len({row["id"] for row in ROWS}) == len(ROWS)


@pytest.mark.model
def test_the_stored_parses_are_what_the_models_give(documents: dict[str, Document]) -> None:
    """Parsing the texts now gives the stored trees and names."""
    changed = [article.id for article in ARTICLES if stored.parse(article) != documents[article.id]]
    assert changed == []


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("office-of-organization", "महासचिव", "नाटो"),
        ("army-chief", "सेना प्रमुख", "पाकिस्तान"),
    ],
)
def test_an_office_is_of_its_country_or_organization(
    text: str, title: str, body: str, documents: dict[str, Document]
) -> None:
    """The office before a name is of the body that the genitive before it names."""
    extraction = stored.extractor().extract(documents[text])
    names = stored.shown(extraction)
    assert [(one.label_hi, names[one.of]) for one in extraction.offices if one.of is not None] == [(title, body)]
