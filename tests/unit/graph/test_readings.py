"""What was read is kept as it was."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from kg.errors import StoreError
from kg.graph import readings
from kg.graph.linking_record import linking_quads
from kg.graph.mapping import document_quads
from kg.graph.provenance import provenance_quads
from kg.graph.readings import FILE, Readings, dumps, fingerprint, loads, reading
from kg.graph.store import Quad, Store
from kg.records import Document, Dropped, EventType, Extraction
from tests import stored
from tests.builders import BASE, ENTRIES, sample

ONE = BASE + "document/one"
GOLDEN = sorted((Path(__file__).resolve().parents[2]).rglob("*.conllu"))


def read(id: str = "one", **facts: object) -> readings.Reading:
    """The reading of the sample document; `facts` are fields of its article that are other ones."""
    linked, document = sample(id)
    article = replace(document.article, **facts)  # type: ignore[arg-type]
    return reading(linked.extraction, replace(document, article=article))


def quads(*, title: str = "शीर्षक", models: str = "ab", linked: bool = True) -> list[Quad]:
    """The quads of the sample document, with its links or without."""
    told, document = sample()
    if not linked:
        told = replace(told, links={key: replace(link, entry=None) for key, link in told.links.items()})
    document = replace(document, article=replace(document.article, title=title))
    return [
        *document_quads(told, document, base_iri=BASE, lookup=ENTRIES.get),
        *linking_quads(told, base_iri=BASE, lookup=ENTRIES.get, threshold=0.6),
        *provenance_quads(document.article, base_iri=BASE, version="1", model_digest=models),
    ]


@pytest.mark.parametrize("path", GOLDEN, ids=lambda path: path.stem)
def test_what_is_read_in_the_stored_parses_comes_back_exactly(path: Path) -> None:
    """An extraction is equal after the way to bytes and back, and so is what is kept of its document."""
    for document in stored.load(path).values():
        found = reading(stored.extractor().extract(document), document)
        assert loads(dumps(found)) == found


def test_every_field_comes_back() -> None:
    """Metadata, held-back candidates, broken characters and line ends are equal after the way to bytes and back."""
    dropped = Dropped(
        sentence=1, begin=3, end=5, trigger="क\ud800\r\n", rule="a.b", gate="g", reason="r", type=EventType.VISIT
    )
    found = read(url="https://example.org/?क", publisher="«प»", title=None, date=None)
    found = replace(found, extraction=replace(found.extraction, dropped=(dropped,)))
    assert loads(dumps(found)) == found


def test_the_sentences_that_tell_of_events_stand_where_they_stood() -> None:
    """Each trigger is found at its offsets in what is kept of the text, and its sentence is whole."""
    linked, document = sample()
    kept = read().document
    for mention in (mention for event in linked.extraction.events for mention in event.mentions):
        assert kept.article.text[mention.begin : mention.end] == mention.trigger
        assert kept.sentence_text(mention.sentence) == document.sentence_text(mention.sentence)


def test_a_text_without_events_is_not_kept() -> None:
    """Of a document in which no event was read nothing remains but metadata and entities."""
    _, document = sample()
    kept = reading(Extraction(document_id="one"), document)
    assert kept.document.article.text == ""
    assert kept.document.article.title == document.article.title


@pytest.mark.parametrize("content", [b"", b"nonsense", dumps(read())[:-5], zlib.compress(b"[]"), zlib.compress(b"{}")])
def test_bytes_that_are_no_reading_give_none(content: bytes) -> None:
    """What cannot be understood is no reading, and no error."""
    assert loads(content) is None


def test_a_reading_of_other_records_gives_none() -> None:
    """A field that the records do not have, or a value of another type, makes a reading unfit."""
    text = zlib.decompress(dumps(read())).decode()
    for broken in (text.replace('"forms"', '"shapes"', 1), text.replace('"type":"Person"', '"type":"Robot"', 1)):
        assert broken != text
        assert loads(zlib.compress(broken.encode())) is None


def test_links_do_not_change_the_fingerprint() -> None:
    """A document has one fingerprint whatever its entities are linked to."""
    assert fingerprint(ONE, quads()) == fingerprint(ONE, quads(linked=False))


@pytest.mark.parametrize("other", [{"title": "दूसरा"}, {"models": "cd"}])
def test_metadata_and_models_change_the_fingerprint(other: dict[str, str]) -> None:
    """Another title, or other models, make another fingerprint."""
    assert fingerprint(ONE, quads()) != fingerprint(ONE, quads(**other))  # type: ignore[arg-type]


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """A store with the sample document and its reading."""
    with Store.open(tmp_path / "s", create=True) as store, Readings.open(tmp_path / "s") as kept:
        kept.put(ONE, fingerprint(ONE, quads()), read(title="शीर्षक"))
        store.replace_document(ONE, quads())
    yield tmp_path / "s"


def test_the_fitting_reading_is_found(folder: Path) -> None:
    """What was put for the document as the store has it comes back, from a file that was closed meanwhile."""
    with Store.open(folder) as store, Readings.open(folder) as kept:
        assert kept.fitting(store, ONE) == read(title="शीर्षक")
        assert kept.fitting(store, BASE + "document/two") is None


def test_a_reading_that_came_first_does_not_hide_the_one_that_fits(folder: Path) -> None:
    """Where a process died between the reading and the store, the reading of what the store holds is still found."""
    with Store.open(folder) as store, Readings.open(folder) as kept:
        kept.put(ONE, fingerprint(ONE, quads(title="दूसरा")), read(title="दूसरा"))
        assert kept.fitting(store, ONE) == read(title="शीर्षक")
        store.replace_document(ONE, quads(title="दूसरा"))
        assert kept.fitting(store, ONE) == read(title="दूसरा")


def test_the_reading_before_goes_when_the_document_is_in(folder: Path) -> None:
    """After `settle` a document has one reading."""
    mark = fingerprint(ONE, quads(title="दूसरा"))
    with Readings.open(folder) as kept:
        kept.put(ONE, mark, read(title="दूसरा"))
        kept.settle(ONE, mark)
    with sqlite3.connect(folder / FILE) as connection:
        assert connection.execute("SELECT document, fingerprint FROM reading").fetchall() == [(ONE, mark)]
    connection.close()


_KILLED = """
import os, signal, sys
from pathlib import Path
from kg.graph.readings import Readings, fingerprint
from tests.unit.graph.test_readings import ONE, quads, read
kept = Readings.open(Path(sys.argv[1]))
kept.put(ONE, fingerprint(ONE, quads(title="दूसरा")), read(title="दूसरा"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_killed_process_leaves_what_it_put(folder: Path, root: Path) -> None:
    """A reading is in the file as soon as `put` returns, and the one before is there too."""
    ended = subprocess.run([sys.executable, "-c", _KILLED, str(folder)], cwd=root, check=False)
    assert ended.returncode < 0
    with Store.open(folder) as store, Readings.open(folder) as kept:
        assert kept.fitting(store, ONE) == read(title="शीर्षक")
        store.replace_document(ONE, quads(title="दूसरा"))
        assert kept.fitting(store, ONE) == read(title="दूसरा")


def test_a_file_that_is_no_database_is_said(folder: Path) -> None:
    """Damage is told as an error that names the file and says what to do."""
    (folder / FILE).write_bytes(b"nonsense" * 1000)
    with pytest.raises(StoreError, match=r"readings\.sqlite: .*Delete that file"):
        Readings.open(folder)


def test_readings_of_another_version_are_refused(folder: Path) -> None:
    """A file of a later format is not touched."""
    connection = sqlite3.connect(folder / FILE)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    with pytest.raises(StoreError, match="another version"):
        Readings.open(folder)


def test_a_document_keeps_its_sentences_in_place() -> None:
    """A document whose second sentence alone tells of an event has blanks before it."""
    linked, document = sample()
    event = linked.extraction.events[1]
    kept: Document = reading(replace(linked.extraction, events=(event,)), document).document
    begin = document.sentences[1].begin
    assert kept.article.text == " " * begin + document.sentence_text(1)
    assert [sentence.end for sentence in kept.sentences] == [0, len(kept.article.text), 0, 0]
