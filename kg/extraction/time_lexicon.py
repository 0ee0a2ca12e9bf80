"""Words and patterns of time, read from `data/time_expressions.yml`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from kg.errors import DataError
from kg.extraction import datafile
from kg.extraction.number_lexicon import NumberLexicon
from kg.extraction.words import fold

DATA = datafile.DATA / "time_expressions.yml"

Kind = Literal["point", "duration", "since", "range", "until", "before", "after"]
Relative = Literal["past", "future"]
Unit = Literal["day", "week", "month", "year", "small", "decade"]
Anchor = Literal["published", "text", "either"]

_OPEN_CLASSES = ("DAY", "YEAR", "NUMBER", "FISCAL", "FULLDATE", "COMMA", "DASH", "OTHER")
"""Classes of what is read from figures and marks, beside those of the words."""


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeWord:
    """A word of time: its class and what it stands for."""

    id: str
    name: str  #: class
    value: int | None = None
    only_before: str = ""  #: class that must follow


@dataclass(frozen=True, kw_only=True, slots=True)
class TimePattern:
    """A compiled pattern over classes, one character a class."""

    id: str
    regex: re.Pattern[str]
    kind: Kind
    numbers: Literal["day", "count"] = "day"
    unit: Unit | None = None
    relative: Relative | None = None
    anchor: Anchor = "published"
    tail_needed: bool = False
    attributive: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeLexicon:
    """Words, patterns and number words; made once, given to every call."""

    words: Mapping[tuple[str, ...], tuple[TimeWord, ...]]  #: folded words of a form → its readings
    longest: int  #: words in the longest form
    patterns: tuple[TimePattern, ...]
    tails: tuple[TimePattern, ...]
    codes: Mapping[str, str]  #: class → the character that stands for it
    numbers: NumberLexicon

    @classmethod
    def load(cls, path: Path = DATA, *, numbers: NumberLexicon | None = None) -> TimeLexicon:
        """The words and patterns of the package. Raises DataError (file, entry) where the file is wrong."""
        data = datafile.sections(path)
        try:
            return _lexicon(data, numbers=numbers or NumberLexicon.load())
        except (KeyError, TypeError, re.error) as problem:
            raise DataError(
                f"An entry lacks or misspells {problem}.", where=path.name, cure="Compare it with its neighbours."
            ) from problem


def _lexicon(data: Mapping[str, Any], *, numbers: NumberLexicon) -> TimeLexicon:
    rows = [*data["words"], *data["contexts"]]
    words: dict[tuple[str, ...], tuple[TimeWord, ...]] = {}
    for row in rows:
        word = TimeWord(id=row["id"], name=row["class"], value=row.get("value"), only_before=row.get("only_before", ""))
        for form in row["forms"]:
            key = tuple(fold(part) for part in form.split())
            # what needs a certain neighbour is asked first
            words[key] = tuple(sorted((*words.get(key, ()), word), key=lambda w: (not w.only_before, w.id)))
    classes = sorted({*(row["class"] for row in rows), *_OPEN_CLASSES})
    codes = {name: chr(0xE000 + number) for number, name in enumerate(classes)}
    return TimeLexicon(
        words=words,
        longest=max(len(key) for key in words),
        patterns=tuple(_pattern(row, codes) for row in data["patterns"]),
        tails=tuple(_pattern(row, codes) for row in data["tails"]),
        codes=codes,
        numbers=numbers,
    )


def _pattern(row: Mapping[str, Any], codes: Mapping[str, str]) -> TimePattern:
    regex = re.sub(r"[A-Z_]+", lambda match: codes[match[0]], row["pattern"])
    return TimePattern(
        id=row["id"],
        regex=re.compile(re.sub(r"\s+", "", regex)),
        kind=row.get("kind", "point"),
        numbers=row.get("numbers", "day"),
        unit=row.get("unit"),
        relative=row.get("relative"),
        anchor=row.get("anchor", "published"),
        tail_needed=row.get("tail") == "needed",
        attributive=bool(row.get("attributive")),
    )
