"""Every example and counterexample of the cues, frames, titles and case markers, run through the extraction stage on stored parses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kg.errors import DataError
from kg.extraction.chunker import read
from kg.extraction.cues import Cues
from kg.extraction.datafile import DATA, rows
from kg.extraction.extractor import Extractor
from kg.extraction.lexicon import Frame, Lexicon
from kg.extraction.mentions import find_mentions, full_ids
from kg.extraction.reading import folded
from kg.extraction.references import References
from kg.records import Article, Document, Event, Extraction, Modality
from tests import stored

Row = dict[str, Any]

PARSES = Path(__file__).resolve().parent / "data.conllu"
CUES = rows(DATA / "cues.yml", "cues")
FRAMES = rows(DATA / "frames.yml", "frames")
TITLES = rows(DATA / "references.yml", "titles")
MARKERS = rows(DATA / "markers.yml", "markers")
ARTICLES = [
    Article(id=f"{section}/{row['id']}/{kind}", text=row[kind])
    for section, found in (("cues", CUES), ("frames", FRAMES), ("titles", TITLES), ("markers", MARKERS))
    for row in found
    for kind in ("example", "counterexample")
]
LEXICON = Lexicon.load()
FRAME_OF = {entry.id: entry.frame for entry in LEXICON.entries}
MAKES = {
    "doubt": "possible",
    "expectation": "possible",
    "possible_after": "possible",
    "planned_after": "planned",
    "planned_nouns": "planned",
    "possible_nouns": "possible",
    "alleged_nouns": "alleged",
    "upcoming": "planned",
    "prevention": "negated",
    "cancelled": "negated",
    "rejection": "negated",
    "talk": "planned",
    "admission": "asserted",
    "speech": "told by somebody",
    "going": "planned",
    "conditions": "possible",
    "so_called": "alleged",
    "media": "nothing",
    "withdrawal": "nothing",
}
"""Cue → what it makes of the event of its example."""


@pytest.fixture(scope="module")
def documents(request: pytest.FixtureRequest) -> dict[str, Document]:
    if request.config.getoption("--update-parses"):
        stored.save(PARSES, ARTICLES)
    return stored.load(PARSES)


def by_id(row: Row) -> str:
    return str(row["id"])


def made(extraction: Extraction) -> str:
    """What a text makes of its one event, in a word."""
    if not extraction.events:
        return "nothing"
    (event,) = extraction.events
    if event.negated:
        return "negated"
    if event.sources:
        return "told by somebody"
    return str(event.modality)


def without(cue: str) -> Extractor:
    """The extractor without the words of a cue."""
    extractor = stored.extractor()
    cues = Cues({**extractor.knowledge.cues.words, cue: frozenset()})
    return replace(extractor, knowledge=replace(extractor.knowledge, cues=cues))


def full(extraction: Extraction, frame: Frame) -> list[Event]:
    """The events that an entry of a frame reads with all roles of the frame filled."""
    needed = 2 if frame.target is None else 1  # where all are agents, one alone does nothing with anybody
    return [
        event
        for event in extraction.events
        if any(FRAME_OF[mention.rule] == frame for mention in event.mentions)
        and len(event.agents) >= needed
        and (frame.target is None or event.targets)
    ]


def markers(document: Document) -> set[str]:
    """The case markers of the noun groups of a text of one sentence."""
    knowledge = stored.extractor().knowledge
    (sentence,) = document.sentences
    words = folded([token.text for token in sentence.tokens])
    names = find_mentions(sentence, words, knowledge, full_ids(document, knowledge.gazetteer), {})
    return {group.marker for group in read(sentence, words, names, knowledge.lexicon).groups}


def test_every_example_is_parsed(documents: dict[str, Document]) -> None:
    """The stored parses are those of the examples; where this fails, run pytest --update-parses."""
    assert stored.stale(documents, ARTICLES) == []


def test_of_every_cue_it_is_said_what_it_makes() -> None:
    """The table of this test has exactly the cues of the file."""
    assert sorted(MAKES) == sorted(row["id"] for row in CUES)


@pytest.mark.parametrize("row", CUES, ids=by_id)
def test_the_example_of_a_cue_is_read_as_the_cue_makes_it(row: Row, documents: dict[str, Document]) -> None:
    """The one event of a cue's example is possible, planned, alleged, denied, told by somebody or none at all."""
    extraction = stored.extractor().extract(documents[f"cues/{row['id']}/example"])
    assert made(extraction) == MAKES[row["id"]]


@pytest.mark.parametrize("row", CUES, ids=by_id)
def test_the_words_of_a_cue_make_it(row: Row, documents: dict[str, Document]) -> None:
    """Without the words of its row, the example of a cue is read otherwise."""
    assert made(without(row["id"]).extract(documents[f"cues/{row['id']}/example"])) != MAKES[row["id"]]


@pytest.mark.parametrize("row", CUES, ids=by_id)
def test_the_counterexample_of_a_cue_is_plain(row: Row, documents: dict[str, Document]) -> None:
    """The counterexample of a cue tells of one event, asserted, not denied, on nobody's account."""
    extraction = stored.extractor().extract(documents[f"cues/{row['id']}/counterexample"])
    assert made(extraction) == Modality.ASSERTED


@pytest.mark.parametrize("row", FRAMES, ids=by_id)
def test_the_example_of_a_frame_fills_its_roles(row: Row, documents: dict[str, Document]) -> None:
    """The example of a frame gives an event by an entry of the frame, with an agent and, where it has one, a target."""
    frame = next(frame for frame in FRAME_OF.values() if frame.id == row["id"])
    assert len(full(stored.extractor().extract(documents[f"frames/{row['id']}/example"]), frame)) == 1


@pytest.mark.parametrize("row", FRAMES, ids=by_id)
def test_the_counterexample_of_a_frame_does_not_fill_its_roles(row: Row, documents: dict[str, Document]) -> None:
    """The counterexample of a frame gives no event of the frame with all its roles."""
    frame = next(frame for frame in FRAME_OF.values() if frame.id == row["id"])
    assert full(stored.extractor().extract(documents[f"frames/{row['id']}/counterexample"]), frame) == []


@pytest.mark.parametrize("row", TITLES, ids=by_id)
def test_the_example_of_a_title_gives_the_office(row: Row, documents: dict[str, Document]) -> None:
    """In the example of a title somebody holds that office, by one of the title's words, and no other."""
    (office,) = stored.extractor().extract(documents[f"titles/{row['id']}/example"]).offices
    assert office.label_en == row["label"]
    assert office.label_hi in row["forms"]


@pytest.mark.parametrize("row", TITLES, ids=by_id)
def test_the_counterexample_of_a_title_gives_no_office(row: Row, documents: dict[str, Document]) -> None:
    """In the counterexample of a title people take part, and nobody holds an office."""
    extraction = stored.extractor().extract(documents[f"titles/{row['id']}/counterexample"])
    assert extraction.offices == ()
    assert extraction.events


@pytest.mark.parametrize("row", MARKERS, ids=by_id)
def test_a_noun_of_the_example_has_the_marker(row: Row, documents: dict[str, Document]) -> None:
    """In the example of a case marker a noun group has it."""
    assert row["id"] in markers(documents[f"markers/{row['id']}/example"])


@pytest.mark.parametrize("row", MARKERS, ids=by_id)
def test_no_noun_of_the_counterexample_has_the_marker(row: Row, documents: dict[str, Document]) -> None:
    """In the counterexample of a case marker no noun group has it."""
    assert row["id"] not in markers(documents[f"markers/{row['id']}/counterexample"])


@pytest.mark.parametrize("found", [CUES, FRAMES, TITLES, MARKERS], ids=["cues", "frames", "titles", "markers"])
def test_ids_are_unique(found: list[Row]) -> None:
    """No two rows of a section share an id."""
    assert len({row["id"] for row in found}) == len(found)


def test_every_frame_has_an_entry() -> None:
    """No frame stands there that no trigger uses."""
    assert {frame.id for frame in FRAME_OF.values()} == {row["id"] for row in FRAMES}


def load_cues(folder: Path) -> object:
    return Cues.load(folder / "cues.yml")


def load_references(folder: Path) -> object:
    return References.load(folder / "references.yml")


@pytest.mark.parametrize(
    ("name", "load", "change", "what"),
    [
        ("cues.yml", load_cues, "example:", "sample:"),
        ("cues.yml", load_cues, "words: [यदि", "word: [यदि"),
        ("cues.yml", load_cues, 'gloss: "likewise"', 'gloss: ""'),
        ("frames.yml", Lexicon.load, "counterexample:", "other:"),
        ("frames.yml", Lexicon.load, "intransitive:", "intransitiv:"),
        ("frames.yml", Lexicon.load, "through:", "throuhg:"),
        ("markers.yml", Lexicon.load, "gloss: ", "glos: "),
        ("references.yml", load_references, "label: Chancellor, ", ""),
        ("references.yml", load_references, "office: [Spokes, Press]", "office: [Spokes], country: [India]"),
    ],
)
def test_a_wrong_row_is_told_with_its_file(
    name: str, load: Callable[[Path], object], change: str, what: str, tmp_path: Path
) -> None:
    """A row that lacks a field, or has one that nothing reads, is refused with the file's name."""
    for path in DATA.rglob("*.yml"):
        copy = tmp_path / path.relative_to(DATA)
        copy.parent.mkdir(exist_ok=True)
        copy.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    text = (tmp_path / name).read_text(encoding="utf-8")
    at = text.index(change, text.index("\n- ") if name != "references.yml" else text.index("titles:"))
    (tmp_path / name).write_text(text[:at] + what + text[at + len(change) :], encoding="utf-8")
    with pytest.raises(DataError) as error:
        load(tmp_path)
    assert name in str(error.value)


@pytest.mark.model
def test_the_stored_parses_are_what_the_models_give(documents: dict[str, Document]) -> None:
    """Parsing the examples now gives the stored trees and names."""
    changed = [article.id for article in ARTICLES if stored.parse(article) != documents[article.id]]
    assert changed == []
