"""The knowledge of the documents stage, from `data/`: abbreviations, lines that are no text, datelines.

The files are read when first asked for and kept. All words and patterns are spelled in the form that `fold` gives.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import yaml

from kg.errors import DataError

DATA = Path(__file__).resolve().parent / "data"
LONGEST_BOILERPLATE = 15  #: words, where an entry says nothing else

_FOLDED = {"\u093c": "", "\u0901": "\u0902"}


def fold(text: str) -> str:
    """The text for comparing: without nukta, with anusvara for chandrabindu, in lower case."""
    return "".join(fold_chars(text))


def fold_chars(text: str) -> list[str]:
    """What becomes of each character of the text; the list is as long as the text."""
    return [_fold_char(char) for char in text]


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    return "".join(_FOLDED.get(part, part) for part in unicodedata.normalize("NFD", char.lower()))


@dataclass(frozen=True, kw_only=True, slots=True)
class Abbreviations:
    """Words after which a full stop ends no sentence."""

    words: frozenset[str]
    domains: frozenset[str]

    def joins(self, word: str, following: str) -> bool:
        """Whether the full stop between `word` and `following` belongs to a name, a unit or an address."""
        word = fold(word)
        return len(word) == 1 or word in self.words or _first_word(following) in self.domains


def _first_word(text: str) -> str:
    match = re.match("[\u0900-\u0963\u0971-\u097f]+", text)
    return fold(match.group()) if match else ""


@dataclass(frozen=True, kw_only=True, slots=True)
class LinePattern:
    """One kind of line that is no text of the article, with a line that it fits and one that it does not."""

    id: str
    gloss: str
    pattern: re.Pattern[str]
    example: str
    counterexample: str
    tail: bool = False  #: found at the end of a line of text, which is cut there
    longest: int = LONGEST_BOILERPLATE  #: greatest number of words

    def fits(self, folded: str) -> bool:
        """Whether a folded line is of this kind."""
        return len(folded.split()) <= self.longest and self.pattern.search(folded) is not None


@dataclass(frozen=True, kw_only=True, slots=True)
class LinePatterns:
    """What `data/lines.yaml` says."""

    boilerplate: tuple[LinePattern, ...]
    byline: tuple[LinePattern, ...]
    longest: int  #: greatest number of words of a line that is boilerplate as a whole
    sentence_words: frozenset[str]  #: folded words that a byline does not have
    tags: frozenset[str]  #: folded Latin words that stand before a headline


@dataclass(frozen=True, kw_only=True, slots=True)
class DatelineWords:
    """What `data/datelines.yaml` says; all words folded."""

    months: Mapping[str, int]
    weekdays: Mapping[str, int]
    agencies: frozenset[str]
    desks: frozenset[str]
    desk_qualifiers: frozenset[str]
    no_place: frozenset[str]
    countries: frozenset[str]
    verb_endings: tuple[str, ...]
    places: frozenset[str]


@cache
def abbreviations() -> Abbreviations:
    """The abbreviations. Raises DataError where the file is wrong."""
    data = _load("abbreviations.yaml", ("initials", "words", "domains"))
    return Abbreviations(words=_words(data["initials"]) | _words(data["words"]), domains=_words(data["domains"]))


@cache
def line_patterns() -> LinePatterns:
    """The lines that are no text. Raises DataError where the file is wrong."""
    data = _load("lines.yaml", ("boilerplate", "tags", "byline", "sentence_words"))
    boilerplate = tuple(_pattern(entry) for entry in data["boilerplate"])
    return LinePatterns(
        boilerplate=boilerplate,
        longest=max(pattern.longest for pattern in boilerplate if not pattern.tail),
        byline=tuple(_pattern(entry) for entry in data["byline"]),
        sentence_words=_words(data["sentence_words"]),
        tags=_words(data["tags"]),
    )


@cache
def dateline_words() -> DatelineWords:
    """The words of datelines. Raises DataError where the file is wrong."""
    words = (
        "agencies",
        "desks",
        "desk_qualifiers",
        "no_place",
        "countries",
        "verb_endings",
        "places",
        "months",
        "weekdays",
    )
    data = _load("datelines.yaml", words)
    return DatelineWords(
        months=_numbered(data["months"]),
        weekdays=_numbered(data["weekdays"]),
        agencies=_words(data["agencies"]),
        desks=_words(data["desks"]),
        desk_qualifiers=_words(data["desk_qualifiers"]),
        no_place=_words(data["no_place"]),
        countries=_words(data["countries"]),
        verb_endings=tuple(sorted(_words(data["verb_endings"]))),
        places=frozenset(fold(name) for name in data["places"]),
    )


def _load(name: str, keys: tuple[str, ...]) -> Mapping[str, Any]:
    data = yaml.safe_load((DATA / name).read_text(encoding="utf-8"))
    missing = [key for key in keys if key not in data]
    if missing:
        raise DataError(f"{missing[0]!r} is missing.", where=f"documents/data/{name}", cure="Add the list.")
    return dict(data)


def _words(text: str) -> frozenset[str]:
    return frozenset(fold(text).split())


def _numbered(table: Mapping[int, str]) -> Mapping[str, int]:
    return {fold(word): number for number, words in table.items() for word in words.split()}


def _pattern(entry: Mapping[str, Any]) -> LinePattern:
    try:
        # A pattern is folded like the lines, but for its own letters such as \W.
        compiled = re.compile("".join(_FOLDED.get(char, char) for char in entry["pattern"]))
        return LinePattern(**{**entry, "pattern": compiled})
    except (re.error, TypeError, KeyError) as error:
        raise DataError(
            f"The entry {entry.get('id', entry)!r} cannot be used: {error}.",
            where="documents/data/lines.yaml",
            cure="Give id, gloss, pattern, example and counterexample; the pattern is a regular expression.",
        ) from error
