"""Number words and the phrases that bound a number, read from `data/numbers.yml`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

from kg.errors import DataError
from kg.extraction import datafile
from kg.extraction.words import fold

DATA = datafile.DATA / "numbers.yml"

Bound = Literal["exact", "at_least", "about", "at_most"]


@dataclass(frozen=True, kw_only=True, slots=True)
class Multiplier:
    """«सौ», «हजार», «लाख»."""

    id: str
    value: int
    bare: bool  #: the word alone counts as one
    about: bool
    not_before: frozenset[str]  #: words that must not follow («दो अरब देश»)


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberFraction:
    """«डेढ़» (value) or «साढ़े» (add)."""

    id: str
    value: Fraction | None
    add: Fraction | None


@dataclass(frozen=True, kw_only=True, slots=True)
class BoundPhrase:
    """«से अधिक», «करीब»: folded words and what they make of a number."""

    id: str
    words: tuple[str, ...]
    bound: Bound
    after_noun: bool = False  #: may stand behind the word counted: «40 लोगों से ज्यादा»


@dataclass(frozen=True, kw_only=True, slots=True)
class NumberLexicon:
    """Number words and bounding phrases; keys are folded words."""

    cardinals: Mapping[str, tuple[str, int]]  #: word → (entry id, value)
    multipliers: Mapping[str, Multiplier]
    fractions: Mapping[str, NumberFraction]
    vague: Mapping[str, str]  #: word → entry id
    several: Mapping[str, str]  #: word that is vague before a multiplier → entry id
    openers: frozenset[str]  #: first words of `before`
    before: tuple[BoundPhrase, ...]  #: longest first
    after: tuple[BoundPhrase, ...]  #: longest first
    ranges: Mapping[str, str]  #: joining word → entry id
    stops: frozenset[str]
    articles: frozenset[str]  #: «एक», which alone is «a» as often as «one»

    @classmethod
    def load(cls, path: Path = DATA) -> NumberLexicon:
        """The number words of the package. Raises DataError (file, entry) where the file is wrong."""
        data = datafile.sections(path)
        try:
            return _lexicon(data)
        except (KeyError, TypeError, ValueError) as problem:
            raise DataError(
                f"An entry lacks or misspells {problem}.", where=path.name, cure="Compare it with its neighbours."
            ) from problem


def _lexicon(data: Mapping[str, Any]) -> NumberLexicon:
    cardinals = {
        fold(word): (row["id"], int(value))
        for row in data["cardinals"]
        for value, words in row["words"].items()
        for word in words
    }
    vague = [(fold(word), row) for row in data["vague"] for word in row["forms"]]
    before = _phrases(data["bounds"], "before")
    return NumberLexicon(
        cardinals=cardinals,
        multipliers={fold(word): _multiplier(row) for row in data["multipliers"] for word in row["forms"]},
        fractions={fold(word): _number_fraction(row) for row in data["fractions"] for word in row["forms"]},
        vague={word: row["id"] for word, row in vague if not row.get("multiplied")},
        several={word: row["id"] for word, row in vague if row.get("multiplied")},
        openers=frozenset(phrase.words[0] for phrase in before),
        before=before,
        after=_phrases(data["bounds"], "after"),
        ranges={fold(word) or word: row["id"] for row in data["bounds"] for word in row.get("range", ())},
        stops=frozenset(fold(word) for row in data["stops"] for word in row["forms"]),
        articles=frozenset(fold(word) for row in data["articles"] for word in row["forms"]),
    )


def _multiplier(row: Mapping[str, Any]) -> Multiplier:
    return Multiplier(
        id=row["id"],
        value=int(row["value"]),
        bare=bool(row.get("bare")),
        about=bool(row.get("about")),
        not_before=frozenset(fold(word) for word in row.get("not_before", ())),
    )


def _number_fraction(row: Mapping[str, Any]) -> NumberFraction:
    value, add = row.get("value"), row.get("add")
    return NumberFraction(
        id=row["id"],
        value=Fraction(str(value)) if value is not None else None,
        add=Fraction(str(add)) if add is not None else None,
    )


def _phrases(rows: Sequence[Mapping[str, Any]], where: str) -> tuple[BoundPhrase, ...]:
    found = [
        BoundPhrase(
            id=row["id"],
            words=tuple(fold(w) for w in text.split()),
            bound=row["bound"],
            after_noun=bool(row.get("after_noun")),
        )
        for row in rows
        for text in row.get(where, ())
    ]
    return tuple(sorted(found, key=lambda p: (-len(p.words), p.words)))
