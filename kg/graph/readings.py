"""What was read in each document, kept beside the database so that entities can be linked again without the models.

A reading goes in before its document goes into the store and takes the place of the last one after that: a process that
is killed between the two leaves both, and the one that fits what the store holds is found by its fingerprint. Of the text
only the sentences that tell of an event are kept.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import sqlite3
import types
import typing
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass, replace
from enum import Enum
from functools import cache
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import pyoxigraph as ox

from kg.errors import StoreError
from kg.graph.store import Store
from kg.graph.vocabulary import MENTIONS, WAS_GENERATED_BY
from kg.records import Article, Document, Extraction, Sentence

FILE: Final = "readings.sqlite"

_Part = tuple[int, str]  # where a sentence begins, and its words; (0, "") for one that tells of no event

_FORMAT: Final = 1  #: `user_version` of the file
_TABLE: Final = """CREATE TABLE IF NOT EXISTS reading (
    document TEXT NOT NULL, fingerprint BLOB NOT NULL, content BLOB NOT NULL, PRIMARY KEY (document, fingerprint))"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What was read in a document, and of the document what its graph needs."""

    extraction: Extraction
    document: Document  #: without tokens; of its text, only the sentences that tell of an event, each at its place


def reading(extraction: Extraction, document: Document) -> Reading:
    """The part of a document and its extraction that is kept."""
    told = {mention.sentence for event in extraction.events for mention in event.mentions}
    parts = [
        (sentence.begin, document.sentence_text(index)) if index in told else (0, "")
        for index, sentence in enumerate(document.sentences)
    ]
    return Reading(extraction=extraction, document=_document(document.article, parts))


def _document(article: Article, parts: Sequence[_Part]) -> Document:
    """A document of these sentences, with blanks between them; where it came from is left out."""
    text = ""
    for begin, words in sorted(parts):
        text = text[:begin].ljust(begin) + words
    sentences = [
        Sentence(index=index, tokens=(), begin=begin, end=begin + len(words))
        for index, (begin, words) in enumerate(parts)
    ]
    return Document(article=replace(article, text=text, origin=""), sentences=tuple(sentences))


def fingerprint(document_iri: str, quads: Iterable[ox.Quad]) -> bytes:
    """A digest of what quads say of a document that no link changes: its metadata, and the activity that read it.

    The activity is named by text, program and models, so equal fingerprints mean equal readings.
    """
    document = ox.NamedNode(document_iri)
    told = {
        f"{quad.predicate} {quad.object}"
        for quad in quads
        if quad.subject == document
        and ((quad.graph_name == document and quad.predicate != MENTIONS) or quad.predicate == WAS_GENERATED_BY)
    }
    return hashlib.sha256("\n".join(sorted(told)).encode("utf-8", "surrogatepass")).digest()


# ---------------------------------------------------------------------- the file


class Readings:
    """The readings of a store. One writer at a time, which the store's lock sees to."""

    def __init__(self, connection: sqlite3.Connection, path: Path) -> None:
        self._connection = connection
        self._path = path

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The readings in a store's folder, which must be there; a new file where there is none.

        Raises StoreError where it cannot be read or written, or was made by another version.
        """
        path = folder / FILE
        try:
            connection = sqlite3.connect(path)
        except sqlite3.Error as error:
            raise _failure(error, path) from error
        readings = cls(connection, path)
        try:
            readings._prepare()
        except BaseException:
            connection.close()
            raise
        return readings

    def _prepare(self) -> None:
        try:
            (found,) = self._connection.execute("PRAGMA user_version").fetchone()
            if found not in (0, _FORMAT):
                raise StoreError(
                    f"The readings were made by another version ({found}; this one writes {_FORMAT}).",
                    where=str(self._path),
                    cure="Delete that file and build again.",
                )
            # With a log of its own a commit survives the end of the process without waiting for the disk.
            self._connection.execute("PRAGMA journal_mode=WAL")
            self._connection.execute("PRAGMA synchronous=NORMAL")
            with self._connection:
                self._connection.execute(_TABLE)
                self._connection.execute(f"PRAGMA user_version={_FORMAT}")
        except sqlite3.Error as error:
            raise _failure(error, self._path) from error

    def put(self, document_iri: str, mark: bytes, found: Reading) -> None:
        """Keep a reading beside those that are there of its document. Raises StoreError."""
        self._write("INSERT OR REPLACE INTO reading VALUES (?, ?, ?)", (document_iri, mark, dumps(found)))

    def settle(self, document_iri: str, mark: bytes) -> None:
        """Drop every reading of a document but the one with this fingerprint. Raises StoreError."""
        self._write("DELETE FROM reading WHERE document = ? AND fingerprint <> ?", (document_iri, mark))

    def fitting(self, store: Store, document_iri: str) -> Reading | None:
        """The reading of what a store holds of a document; None where there is none, or none that can be understood.

        Raises StoreError where the file cannot be read.
        """
        mark = fingerprint(document_iri, store.quads_about(ox.NamedNode(document_iri)))
        try:
            row = self._connection.execute(
                "SELECT content FROM reading WHERE document = ? AND fingerprint = ?", (document_iri, mark)
            ).fetchone()
        except sqlite3.Error as error:
            raise _failure(error, self._path) from error
        return loads(row[0]) if row is not None else None

    def _write(self, statement: str, values: tuple[object, ...]) -> None:
        try:
            with self._connection:
                self._connection.execute(statement, values)
        except sqlite3.Error as error:
            raise _failure(error, self._path) from error

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


def _failure(error: sqlite3.Error, path: Path) -> StoreError:
    said = str(error)
    cure = "Delete that file and build again."
    if isinstance(error, sqlite3.OperationalError):
        cure = "See to the disk and the rights, then try again."
    return StoreError(f"The readings cannot be read or written: {said}.", where=str(path), cure=cure)


# ---------------------------------------------------------------------- a reading as bytes


def dumps(found: Reading) -> bytes:
    """A reading as compressed JSON; fields that have their default are left out."""
    document = found.document
    parts = [(one.begin, document.sentence_text(index)) for index, one in enumerate(document.sentences)]
    told = {
        "extraction": _plain(found.extraction),
        "article": _plain(replace(document.article, text="")),
        "sentences": [part if part[1] else None for part in parts],
    }
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(text.encode("utf-8", "surrogatepass"))


def loads(content: bytes) -> Reading | None:
    """The reading of some bytes; None where they are none, such as one of a program with other records."""
    try:
        told = json.loads(zlib.decompress(content).decode("utf-8", "surrogatepass"))
        extraction: Extraction = _made(Extraction, told["extraction"])
        article: Article = _made(Article, told["article"])
        parts: list[_Part] = [_made(_Part, part) if part else (0, "") for part in told["sentences"]]
    except (zlib.error, ValueError, KeyError, TypeError, AttributeError):
        return None
    return Reading(extraction=extraction, document=_document(article, parts))


def _plain(value: Any) -> Any:
    """A record as what JSON knows."""
    if is_dataclass(value):
        told = ((field.name, getattr(value, field.name)) for field in fields(value))
        default = {field.name: _default(field) for field in fields(value)}
        return {name: _plain(one) for name, one in told if one != default[name]}
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, datetime.date):
        return value.isoformat()
    return value.value if isinstance(value, Enum) else value


def _default(field: Field[Any]) -> Any:
    return field.default if field.default_factory is MISSING else field.default_factory()


def _made(kind: Any, value: Any) -> Any:
    """The value of a type that `_plain` told of. Raises KeyError, TypeError, ValueError where it is none."""
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _made(hints[name], one) for name, one in value.items()})
    if isinstance(kind, types.UnionType):
        (some,) = (one for one in kind.__args__ if one is not types.NoneType)
        return None if value is None else _made(some, value)
    if typing.get_origin(kind) is tuple:
        arguments = typing.get_args(kind)
        inner = [arguments[0]] * len(value) if arguments[-1] is Ellipsis else arguments
        return tuple(_made(one, part) for one, part in zip(inner, value, strict=True))
    if kind is datetime.date:
        return datetime.date.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    if not isinstance(value, kind if kind is not float else (float, int)):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value


@cache
def _hints(kind: type) -> Mapping[str, Any]:
    return typing.get_type_hints(kind)
