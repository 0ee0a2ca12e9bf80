"""What is read in the seed articles, line by line, on stored parses: a change of a rule shows here what it changes."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.gazetteer import members
from kg.graph.mapping import document_quads
from kg.linking.linker import Linker
from kg.records import Article, Document
from kg.settings import resource
from tests import stored

HERE = Path(__file__).resolve().parent
PARSES, EVENTS = HERE / "seeds.conllu", HERE / "seeds.events.txt"
BASE = "https://example.org/"


def articles() -> list[Article]:
    lines = (resource("seeds") / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    rows = [json.loads(line) for line in lines]
    return [Article(id=row["id"], text=row["text"], date=datetime.date.fromisoformat(row["date"])) for row in rows]


@pytest.fixture(scope="module")
def documents(request: pytest.FixtureRequest) -> dict[str, Document]:
    if request.config.getoption("--update-parses"):
        stored.save(PARSES, articles())
    return stored.load(PARSES)


def lines(document: Document) -> list[str]:
    extraction = stored.extractor().extract(document)
    return [f"{document.article.id}: {stored.told(event, extraction)}" for event in extraction.events]


def test_every_seed_is_parsed(documents: dict[str, Document]) -> None:
    """The stored parses are those of the seeds; where this fails, run pytest --update-parses."""
    assert stored.stale(documents, articles()) == []


def test_the_events_of_the_seeds(documents: dict[str, Document], request: pytest.FixtureRequest) -> None:
    """The events are those of the last time; where the change is meant, run pytest --update-golden and read it."""
    found = [line for document in documents.values() for line in lines(document)]
    if request.config.getoption("--update-golden"):
        EVENTS.write_text("\n".join(found) + "\n", encoding="utf-8")
    assert found == EVENTS.read_text(encoding="utf-8").splitlines()


def test_extraction_is_a_function_of_the_document(documents: dict[str, Document]) -> None:
    """The same document gives the same extraction, whatever was read between."""
    first = {id: stored.extractor().extract(document) for id, document in documents.items()}
    again = {id: stored.extractor().extract(documents[id]) for id in reversed(list(documents))}
    assert first == again


def test_every_trigger_is_the_text_at_its_offsets(documents: dict[str, Document]) -> None:
    """Evidence is exactly what stands in the article, inside its sentence."""
    for document in documents.values():
        extraction = stored.extractor().extract(document)
        for mention in (mention for event in extraction.events for mention in event.mentions):
            sentence = document.sentences[mention.sentence]
            assert document.article.text[mention.begin : mention.end] == mention.trigger
            assert sentence.begin <= mention.begin < mention.end <= sentence.end


def test_every_participant_is_an_entity(documents: dict[str, Document]) -> None:
    """Keys of participants, places, sources and claims lead to what the extraction holds."""
    for document in documents.values():
        extraction = stored.extractor().extract(document)
        entities, events = {one.key for one in extraction.entities}, {one.key for one in extraction.events}
        for event in extraction.events:
            assert {*event.agents, *event.targets, *event.places, *event.sources} <= entities
            assert event.claim is None or event.claim in events
            assert event.mentions
        assert {office.entity for office in extraction.offices} <= entities


def test_the_graph_of_the_seeds_is_the_same_every_time(documents: dict[str, Document]) -> None:
    """Two passes from stored parses to quads give isomorphic graphs, here equal ones, since no node is blank."""
    assert graph(documents) == graph(documents)


def graph(documents: dict[str, Document]) -> ox.Dataset:
    gazetteer = stored.extractor().knowledge.gazetteer
    linker = Linker(gazetteer=gazetteer)
    quads = [
        quad
        for document in documents.values()
        for quad in document_quads(
            linker.link(stored.extractor().extract(document), document),
            document,
            base_iri=BASE,
            lookup=lambda id: gazetteer.entry(id) if id in gazetteer else None,
            members=members.load(),
        )
    ]
    dataset = ox.Dataset(quads)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset
