"""The words of a sentence as atoms of time: one for each word, number or part of a token («17» in «17-18»)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kg.extraction.quantities import number_value, read_number
from kg.extraction.time_lexicon import TimeLexicon
from kg.extraction.words import fold

_FULL_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})([./-])(?P<month>\d{1,2})\2(?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})([./])(?P<month>\d{1,2})\2(?P<year>\d{2})"),
)
_FISCAL = re.compile(r"((?:19|20)\d\d)[-–—](\d\d|\d{4})")
_DASHES = frozenset("-–—")
_COMMAS = frozenset(",،")
_TWO_DIGIT_PIVOT = 69  # POSIX strptime: 69–99 are 19xx
_LAST_DAY, _FIRST_YEAR, _LAST_YEAR = 31, 1900, 2099


@dataclass(frozen=True, kw_only=True, slots=True)
class Atom:
    """A word of time or part of a token; tokens[begin:end]."""

    name: str  #: its class
    begin: int
    end: int
    value: Fraction | None = None
    date: tuple[int, int, int] | None = None
    word: str = ""


def atoms_of(tokens: Sequence[str], *, lexicon: TimeLexicon) -> Iterator[Atom]:
    """The atoms of a sentence, in order."""
    folded = [fold(token) for token in tokens]
    position = 0
    while position < len(tokens):
        atoms = tuple(_atoms_at(tokens, folded, position, lexicon=lexicon))
        yield from atoms
        position = atoms[-1].end


def _atoms_at(tokens: Sequence[str], folded: Sequence[str], position: int, *, lexicon: TimeLexicon) -> Iterator[Atom]:
    """The atoms of one token, or one atom of several tokens."""
    token = tokens[position]
    if len(token) > 1 and token[-1] in _COMMAS:
        shorter = token[:-1]
        yield from _atoms_at(
            [*tokens[:position], shorter], [*folded[:position], fold(shorter)], position, lexicon=lexicon
        )
        yield Atom(name="COMMA", begin=position, end=position + 1)
        return
    special = _figures(tokens, position) or _word(folded, position, lexicon=lexicon)
    if special is not None:
        yield special
        return
    pair = _pair(token, lexicon=lexicon)
    if pair is not None:
        left, right = pair
        yield replace(left, begin=position, end=position + 1)
        yield Atom(name="DASH", begin=position, end=position + 1)
        yield replace(right, begin=position, end=position + 1)
        return
    yield _number(folded, position, lexicon=lexicon) or _mark(token, position)


def _mark(token: str, position: int) -> Atom:
    name = "COMMA" if token in _COMMAS else "DASH" if token in _DASHES else "OTHER"
    return Atom(name=name, begin=position, end=position + 1)


def _figures(tokens: Sequence[str], position: int) -> Atom | None:
    """A full date in figures, or a financial year, also where the hyphen is a token of its own."""
    token = tokens[position]
    if not token[:1].isdecimal():
        return None
    for regex in _FULL_DATES:
        if match := regex.fullmatch(token):
            year = int(match["year"])
            if len(match["year"]) == 2:
                year += 1900 if year >= _TWO_DIGIT_PIVOT else 2000
            date = (year, int(match["month"]), int(match["day"]))
            return Atom(name="FULLDATE", begin=position, end=position + 1, date=date)
    for width in (1, 3):
        if _is_fiscal("".join(tokens[position : position + width])):
            return Atom(name="FISCAL", begin=position, end=position + width)
    return None


def _is_fiscal(text: str) -> bool:
    """«2014-15», also «2014-2015»: two years in a row."""
    match = _FISCAL.fullmatch(text)
    if match is None:
        return False
    following = int(match[1]) + 1
    return match[2] in (str(following), str(following)[-2:])


def _word(folded: Sequence[str], position: int, *, lexicon: TimeLexicon) -> Atom | None:
    """The longest known form that starts at a token; tokens are folded."""
    for width in range(min(lexicon.longest, len(folded) - position), 0, -1):
        for word in lexicon.words.get(tuple(folded[position : position + width]), ()):
            following = folded[position + width] if position + width < len(folded) else ""
            if word.only_before and not _has_class(following, word.only_before, lexicon=lexicon):
                continue
            value = Fraction(word.value) if word.value is not None else None
            return Atom(name=word.name, begin=position, end=position + width, value=value, word=word.id)
    return None


def _has_class(folded: str, name: str, *, lexicon: TimeLexicon) -> bool:
    return any(word.name == name for word in lexicon.words.get((folded,), ()))


def _pair(token: str, *, lexicon: TimeLexicon) -> tuple[Atom, Atom] | None:
    """The two ends of «17-18», «दो-तीन», «सोमवार-मंगलवार»."""
    for dash in sorted(_DASHES):
        left, found, right = token.partition(dash)
        if not found or not left or not right:
            continue
        ends = [
            _word([fold(part)], 0, lexicon=lexicon) or _number([fold(part)], 0, lexicon=lexicon)
            for part in (left, right)
        ]
        if ends[0] and ends[1] and ends[0].value is not None and ends[1].value is not None:
            return ends[0], ends[1]
    return None


def _number(folded: Sequence[str], position: int, *, lexicon: TimeLexicon) -> Atom | None:
    number = read_number(folded, position, lexicon=lexicon.numbers)
    if number is None:
        return None
    token = folded[position]
    name = "NUMBER"
    if number.end == position + 1 and number_value(token, lexicon=lexicon.numbers) is not None:
        figures = token.isdecimal()
        if number.value.denominator == 1 and 1 <= number.value <= _LAST_DAY and len(token) <= (2 if figures else 99):
            name = "DAY"
        elif figures and len(token) == len("2023") and _FIRST_YEAR <= number.value <= _LAST_YEAR:
            name = "YEAR"
    return Atom(name=name, begin=position, end=number.end, value=number.value)
