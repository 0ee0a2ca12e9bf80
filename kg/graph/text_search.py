"""Search in the words of literals that forgives spelling: `FILTER(kg:textMatches(?label, "जेलेंस्की"))` finds «ज़ेलेंस्की», and so does "Zelensky".

A text matches where it has every word of what is sought, in any order; words are equal that sound alike (`gazetteer/sound.py`). A word of what is
sought that ends in «*» stands for all that begin so.

The function can be asked of any text. So that it need not be asked of all, an index lies beside the store: a full-text table of SQLite (FTS5) over the
sounds of all literals. Where a query has the function in a FILTER over a variable that the same group binds, `expand` puts the literals that match
before it, as VALUES: the answer is the same, and the engine begins with them.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import pyoxigraph as ox

from kg.gazetteer.sound import sound
from kg.graph.lexer import Token, tokens
from kg.graph.vocabulary import KG, XSD

FUNCTION: Final = f"{KG}textMatches"
MOST_MATCHES: Final = 20_000  #: that are put into a query; where there are more, each text is asked
_VERSION: Final = 2  #: of what an index holds; another one is made anew
_TYPES: Final = frozenset({f"{XSD}string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"})
_ASCII: Final = re.compile(r"[a-z0-9]+")
_TRUE: Final = ox.Literal(True)
_FALSE: Final = ox.Literal(False)


def words(text: str) -> list[str]:
    """How the words of a text sound."""
    return [word for piece in text.split() for word in _sounds(piece)]


@lru_cache(maxsize=200_000)
def _sounds(piece: str) -> tuple[str, ...]:
    return tuple(sound(piece).split())


@lru_cache(maxsize=256)
def _sought(needle: str) -> tuple[frozenset[str], tuple[str, ...]]:
    """The sounds that a text must have, and those with which a word of it must begin."""
    whole: set[str] = set()
    begins: list[str] = []
    for piece in needle.split():
        found = _sounds(piece.rstrip("*"))
        if piece.endswith("*") and found:
            whole.update(found[:-1])
            begins.append(found[-1])
        else:
            whole.update(found)
    return frozenset(whole), tuple(begins)


def matches(text: str, needle: str) -> bool:
    """Whether a text has the words that are sought; nothing is found by nothing."""
    whole, begins = _sought(needle)
    if not whole and not begins:
        return False
    found = words(text)
    return whole.issubset(found) and all(any(word.startswith(begin) for word in found) for begin in begins)


def text_matches(text: Any, needle: Any) -> ox.Literal | None:
    """`kg:textMatches` for the engine; None, an error of SPARQL, for what is no text."""
    if not isinstance(text, ox.Literal) or not isinstance(needle, ox.Literal):
        return None
    return _TRUE if matches(text.value, needle.value) else _FALSE


FUNCTIONS: Final[dict[ox.NamedNode, Callable[..., ox.Literal | None]]] = {ox.NamedNode(FUNCTION): text_matches}
"""What the engine is told beside its own functions."""


# ---------------------------------------------------------------------- the index


class TextIndex:
    """The literals of one build by their words. For one thread."""

    def __init__(self, path: Path) -> None:
        """Raises OSError where there is none, or none of this version."""
        try:
            self._connection = sqlite3.connect(
                f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
            (version,) = self._connection.execute("PRAGMA user_version").fetchone()
        except sqlite3.Error as error:
            raise OSError(f"The text index cannot be read: {error}") from error
        if version != _VERSION:
            raise OSError("The text index is of another version.")

    def find(self, needle: str, *, most: int = MOST_MATCHES) -> list[ox.Literal] | None:
        """The literals that match, sorted; None where there are more, or the index cannot be asked."""
        expression = _expression(needle)
        if expression is None:
            return None
        query = (
            "SELECT value, language FROM literal WHERE id IN (SELECT rowid FROM words WHERE words MATCH ? LIMIT ?)"
            " ORDER BY value, language"
        )
        try:
            rows = self._connection.execute(query, (expression, most + 1)).fetchall()
        except sqlite3.Error:
            return None
        return None if len(rows) > most else [_literal(value, language) for value, language in rows]

    def close(self) -> None:
        """Let go of it."""
        self._connection.close()


def index_path(folder: Path, digest: str) -> Path:
    """Where the index of a build lies in a store's folder."""
    return folder / f"text-{digest}.sqlite"


def make_index(inner: ox.Store, folder: Path, digest: str) -> None:
    """Make the index of a build from what the store holds and from the one before; older ones go. About 20 µs a literal that is new.

    Raises OSError where the disk takes nothing.
    """
    path = index_path(folder, digest)
    if _usable(path):
        return
    former = [other for other in folder.glob("text-*.sqlite") if other != path and _usable(other)]
    unfinished = folder / "text.tmp"
    unfinished.unlink(missing_ok=True)
    if former:
        shutil.copyfile(former[0], unfinished)
    try:
        with contextlib.closing(sqlite3.connect(unfinished)) as connection, connection:
            _fill(connection, inner)
    except sqlite3.Error as error:
        raise OSError(f"The text index cannot be written: {error}") from error
    unfinished.replace(path)
    for other in folder.glob("text-*.sqlite"):
        if other != path:
            other.unlink(missing_ok=True)  # who has it open keeps it


def _usable(path: Path) -> bool:
    if not path.exists():
        return False
    with contextlib.suppress(OSError):
        TextIndex(path).close()
        return True
    return False


def _fill(connection: sqlite3.Connection, inner: ox.Store) -> None:
    connection.execute("PRAGMA journal_mode = OFF")
    connection.execute("PRAGMA synchronous = OFF")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS literal (id INTEGER PRIMARY KEY, value TEXT NOT NULL, language TEXT NOT NULL)"
    )
    connection.execute(
        "CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (word, content = '', detail = none, tokenize = 'ascii')"
    )
    old = {(value, language): number for number, value, language in connection.execute("SELECT * FROM literal")}
    new = set(_texts(inner))
    gone = [(number, _indexed(text[0])) for text, number in old.items() if text not in new]
    connection.executemany("INSERT INTO words (words, rowid, word) VALUES ('delete', ?, ?)", gone)
    connection.executemany("DELETE FROM literal WHERE id = ?", ((number,) for number, _ in gone))
    first = max(old.values(), default=0) + 1
    added = list(enumerate(sorted(new - old.keys()), start=first))
    connection.executemany("INSERT INTO literal VALUES (?, ?, ?)", ((number, *text) for number, text in added))
    rows = ((number, _indexed(text[0])) for number, text in added)
    connection.executemany("INSERT INTO words (rowid, word) VALUES (?, ?)", rows)
    connection.execute(f"PRAGMA user_version = {_VERSION}")


def _indexed(text: str) -> str:
    """The words of a text as the index has them."""
    return " ".join(_ASCII.findall(" ".join(words(text)).lower()))


def _texts(inner: ox.Store) -> Iterator[tuple[str, str]]:
    """Value and language of each literal that is a text."""
    for quad in inner.quads_for_pattern(None, None, None, None):
        term = quad.object
        if isinstance(term, ox.Literal) and term.datatype.value in _TYPES:
            yield term.value, term.language or ""


def _literal(value: str, language: str) -> ox.Literal:
    return ox.Literal(value, language=language) if language else ox.Literal(value)


def _expression(needle: str) -> str | None:
    """What is sought as FTS5 has it; None for what the index does not know: nothing, and sounds that are not ASCII."""
    whole, begins = _sought(needle)
    wanted = [*sorted(word.lower() for word in whole), *(begin.lower() for begin in begins)]
    if not wanted or not all(_ASCII.fullmatch(word) for word in wanted):
        return None
    marks = [""] * len(whole) + ["*"] * len(begins)
    return " AND ".join(f'"{word}"{mark}' for word, mark in zip(wanted, marks, strict=True))


# ---------------------------------------------------------------------- the index in a query


def expand(query: str, find: Callable[[str], Sequence[ox.Literal] | None]) -> str:
    """The query with the literals that match before each FILTER that asks for them, where that changes no answer.

    `find` gives the literals that match, or None where they are too many.
    """
    found = tokens(query)
    names = _names(found)
    changes: list[tuple[int, str]] = []
    for place, token in enumerate(found):
        if token.kind != "word" or token.text.upper() != "FILTER":
            continue
        asked = _asked(found, place + 1, names)
        if asked is None or not _binds(found, place, asked[0]):
            continue
        literals = find(asked[1])
        if literals is not None:
            values = " ".join(map(str, literals))
            changes.append((token.offset, f"VALUES {asked[0]} {{ {values} }} "))
    for offset, text in reversed(changes):
        query = query[:offset] + text + query[offset:]
    return query


def _names(found: Sequence[Token]) -> frozenset[str]:
    """The ways in which the query may write the function."""
    names = {f"<{FUNCTION}>"}
    for first, second, third in zip(found, found[1:], found[2:], strict=False):
        if first.kind == "word" and first.text.upper() == "PREFIX" and second.kind == "name" and third.kind == "iri":
            namespace = third.text[1:-1]
            if FUNCTION.startswith(namespace):
                names.add(f"{second.text}{FUNCTION[len(namespace) :]}")
    return frozenset(names)


def _asked(found: Sequence[Token], place: int, names: frozenset[str]) -> tuple[str, str] | None:
    """Variable and text of `FILTER(kg:textMatches(?variable, "text"))`; None where the filter is another."""
    rest = [token.text for token in found[place : place + 8]]
    if rest[:1] == ["("]:
        rest = rest[1:]
        if rest[6:7] != [")"]:
            return None
    if len(rest) < 6 or rest[0] not in names or (rest[1], rest[3], rest[5]) != ("(", ",", ")"):
        return None
    text = rest[4]
    if rest[2][0] not in "?$" or text[0] not in "'\"" or "\\" in text:
        return None
    quote = text[:3] if text[:3] in ("'''", '"""') else text[0]
    return rest[2], text[len(quote) : -len(quote)]


def _binds(found: Sequence[Token], place: int, variable: str) -> bool:
    """Whether a pattern of the group in which a FILTER stands binds the variable in every solution."""
    begin = _opening(found, place)
    depth = 0
    for number, token in enumerate(found[begin + 1 :], start=begin + 1):
        if token.kind == "open":
            depth += 1
        elif token.kind == "close":
            depth -= 1
            if depth < 0:
                return False
        elif depth == 0 and token.text[1:] == variable[1:] and token.kind == "variable":
            before = found[number - 1]
            if not (before.kind == "word" and before.text.upper() in ("VALUES", "GRAPH", "SERVICE")):
                return True
    return False


def _opening(found: Sequence[Token], place: int) -> int:
    """The place of the brace that opens the group of a token."""
    depth = 0
    for number in range(place - 1, -1, -1):
        token = found[number]
        depth += (token.kind == "close") - (token.kind == "open")
        if depth < 0:
            return number
    return 0


def is_used(query: str) -> bool:
    """Whether a query may have the function."""
    return "textMatches" in query
