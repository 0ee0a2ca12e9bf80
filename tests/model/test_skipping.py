"""Not parsing the sentences that can hold no event changes no event: articles are read in both ways and compared.

Comparing costs no second loading of the models; an article is parsed twice only where a sentence of it was skipped.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from kg.documents.reader import read_articles
from kg.pipeline import Analysis, analyse
from kg.records import Article, Event, Extraction
from kg.settings import Settings
from tests.model.support import SEEDS

pytestmark = pytest.mark.model

OF_THE_CORPUS = 80


def told(analysis: Analysis) -> list[tuple[Any, ...]]:
    """The events of an article in words: no key of an entity or event, which may be numbered otherwise, is in them."""
    extraction = analysis.linked.extraction
    order = {event.key: number for number, event in enumerate(extraction.events)}
    return [_event(event, order, extraction, analysis) for event in extraction.events]


def _event(event: Event, order: dict[str, int], extraction: Extraction, analysis: Analysis) -> tuple[Any, ...]:
    entities = {entity.key: entity for entity in extraction.entities}
    links = analysis.linked.links

    def named(keys: Iterable[str]) -> list[tuple[str, str, str]]:
        linked = ((entities[key], links[key].entry) for key in keys)
        return [(entity.type.value, entity.name, entry.id if entry else "") for entity, entry in linked]

    return (
        event.type,
        named(event.agents),
        named(event.targets),
        named(event.places),
        event.date,
        event.date_text,
        event.modality,
        event.negated,
        named(event.sources),
        event.quantity,
        event.object,
        event.quotation,
        None if event.claim is None else order[event.claim],
        [(one.begin, one.end, one.rule) for one in event.mentions],
    )


def compared(articles: list[Article]) -> tuple[int, int]:
    """(events, sentences skipped) of the articles. Fails at the first that is told otherwise without skipping."""
    events = skipped = 0
    for article, quick in zip(articles, analyse(articles, settings=Settings()), strict=True):
        left_out = sum(not sentence.parsed for sentence in quick.document.sentences)
        if left_out:
            (whole,) = analyse([article], settings=Settings(), skip=False)
            assert told(quick) == told(whole), article.id
            assert sum(not one.parsed for one in whole.document.sentences) < left_out or _only_bylines(whole)
        events += len(quick.linked.extraction.events)
        skipped += left_out
    return events, skipped


def _only_bylines(analysis: Analysis) -> bool:
    return all(one.parsed or one.kind.value == "byline" for one in analysis.document.sentences)


def articles_of(lines: Iterable[str]) -> Iterator[Article]:
    """Articles from JSON Lines."""
    for line in lines:
        row = json.loads(line)
        day = date.fromisoformat(row["date"][:10]) if row.get("date") else None
        yield Article(id=row["id"], text=row["text"], title=row.get("title"), date=day)


def test_skipping_changes_no_event_of_the_seeds() -> None:
    """In the seeds, events with their participants and dates are the same with and without skipping, and some is skipped."""
    articles = [one for one in read_articles([str(SEEDS / "gold.jsonl")]) if isinstance(one, Article)]
    events, skipped = compared(articles)
    assert events > 100
    assert skipped > 20


@pytest.mark.parametrize("name", ["seeds.jsonl", "news.jsonl"])
def test_skipping_changes_no_event_of_the_gold(shared: Path, name: str) -> None:
    """In the annotated articles, events with their participants and dates are the same with and without skipping."""
    articles = list(articles_of((shared / "gold" / name).read_text(encoding="utf-8").splitlines()))
    events, skipped = compared(articles)
    assert len(articles) >= 4
    assert events > 20
    assert skipped > 0


def test_skipping_changes_no_event_of_the_corpus(shared: Path) -> None:
    """In eighty articles from all of the corpus, events, participants and dates are the same with and without."""
    with lzma.open(shared / "corpus" / "diplomacy.jsonl.xz", "rt", encoding="utf-8") as file:
        articles = list(articles_of(file))
    step = len(articles) // OF_THE_CORPUS
    events, skipped = compared(articles[::step][:OF_THE_CORPUS])
    assert events > OF_THE_CORPUS
    assert skipped > OF_THE_CORPUS
