"""Every example and counterexample of the trigger lexicon, run through the extraction stage on stored parses."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import DataError
from kg.extraction.lexicon import DATA, Entry, Lexicon
from kg.records import SYMMETRIC, Article, Document, EventType, Extraction
from tests import stored

LEXICON = Lexicon.load()
PARSES = Path(__file__).resolve().parent / "lexicon.conllu"
ARTICLES = [
    Article(id=f"{entry.id}/{kind}", text=text)
    for entry in LEXICON.entries
    for kind, text in (("example", entry.example), ("counterexample", entry.counterexample))
]


@pytest.fixture(scope="module")
def documents(request: pytest.FixtureRequest) -> dict[str, Document]:
    if request.config.getoption("--update-parses"):
        stored.save(PARSES, ARTICLES)
    return stored.load(PARSES)


def rules(extraction: Extraction) -> set[str]:
    return {mention.rule for event in extraction.events for mention in event.mentions}


def test_every_example_is_parsed(documents: dict[str, Document]) -> None:
    """The stored parses are those of the examples; where this fails, run pytest --update-parses."""
    assert stored.stale(documents, ARTICLES) == []


@pytest.mark.parametrize("entry", LEXICON.entries, ids=lambda entry: entry.id)
def test_example_fires(entry: Entry, documents: dict[str, Document]) -> None:
    """An entry of the lexicon fires on its own example."""
    assert entry.id in rules(stored.extractor().extract(documents[f"{entry.id}/example"]))


@pytest.mark.parametrize("entry", LEXICON.entries, ids=lambda entry: entry.id)
def test_counterexample_does_not_fire(entry: Entry, documents: dict[str, Document]) -> None:
    """An entry of the lexicon does not fire on its own counterexample."""
    assert entry.id not in rules(stored.extractor().extract(documents[f"{entry.id}/counterexample"]))


@pytest.mark.parametrize("entry", LEXICON.entries, ids=lambda entry: entry.id)
def test_an_example_is_not_skipped_before_parsing(entry: Entry, documents: dict[str, Document]) -> None:
    """The cheap look at the words alone lets through every sentence that holds a trigger."""
    sentence = documents[f"{entry.id}/example"].sentences[0]
    assert LEXICON.may_hold_event([token.text for token in sentence.tokens])


def test_every_event_type_has_an_entry() -> None:
    """Each event type but the plain statement has an entry."""
    assert {entry.type for entry in LEXICON.entries} == set(EventType) - {EventType.STATEMENT}


def test_ids_are_unique_and_begin_alike_for_a_type() -> None:
    """No two entries share an id, and what stands before the dot belongs to one type."""
    ids = [entry.id for entry in LEXICON.entries]
    assert len(ids) == len(set(ids))
    prefixes = {entry.id.partition(".")[0]: entry.type for entry in LEXICON.entries}
    assert [entry.id for entry in LEXICON.entries if prefixes[entry.id.partition(".")[0]] is not entry.type] == []


def test_symmetric_types_have_no_target() -> None:
    """A frame of a type whose participants are all agents has no target role."""
    assert [entry.id for entry in LEXICON.entries if (entry.type in SYMMETRIC) != (entry.frame.target is None)] == []


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ("frame: meet,", "frame: nowhere,"),
        ("type: Meeting,", "type: Gathering,"),
        ("object: meetings,", "object: nothing,"),
        ("gloss: to host,", ""),
    ],
)
def test_a_wrong_entry_is_told_with_its_file(change: str, what: str, tmp_path: Path) -> None:
    """A row that names no frame, type or class, or lacks a field, is refused with the file's name."""
    for path in DATA.rglob("*.yml"):
        copy = tmp_path / path.relative_to(DATA)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    wrong = tmp_path / "triggers" / "meetings.yml"
    text = wrong.read_text(encoding="utf-8")
    assert change in text
    wrong.write_text(text.replace(change, what, 1), encoding="utf-8")
    with pytest.raises(DataError) as error:
        Lexicon.load(tmp_path)
    assert "meetings.yml" in str(error.value)


@pytest.mark.model
def test_the_stored_parses_are_what_the_models_give(documents: dict[str, Document]) -> None:
    """Parsing the examples now gives the stored trees and names."""
    changed = [article.id for article in ARTICLES if stored.parse(article) != documents[article.id]]
    assert changed == []
