"""The class of an office by its English label: «Minister of Defence of Russia» is `defence`; and, by it, which offices are one.

Most classes are told by a phrase (`office_classes.tsv`), those of ministers of one subject by what they are minister of
(`portfolios.tsv`). `MINISTER` is the class of those of whom no subject is told («Union Minister»).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from types import MappingProxyType
from typing import Final

from kg.gazetteer.tables import DATA, read_table
from kg.records import Office

SINGULAR: Final = frozenset(  #: classes of offices that one person holds at a time, of one country or organization
    {
        "council",
        "defence",
        "finance",
        "foreign",
        "government",
        "head",
        "heir",
        "interior",
        "secretary-general",
        "security",
        "supreme",
        "union",
    }
)
MINISTER: Final = "minister"
_CALLED_MINISTERS: Final = frozenset({MINISTER, "defence", "deputy", "finance", "foreign", "interior"})
_PORTFOLIO_COLUMNS: Final = ("class", "label", "hindi", "english")
_OF_A_SUBJECT: Final = re.compile(r" (?:ministers?|secretary (?:of|for)) ")
_WORD: Final = re.compile(r"[\w'’-]+")


@dataclass(frozen=True, kw_only=True, slots=True)
class Portfolio:
    """What a minister is minister of."""

    office_class: str
    label: str  #: of the office, in English
    hindi: tuple[str, ...]  #: what stands before «मंत्री»
    english: tuple[str, ...]  #: phrases by which a label tells it, in lower case


@cache
def portfolios() -> tuple[Portfolio, ...]:
    """The rows of `portfolios.tsv`. Raises DataError where it cannot be read."""
    return tuple(
        Portfolio(office_class=name, label=label, hindi=tuple(hindi.split("|")), english=tuple(english.split("|")))
        for name, label, hindi, english in read_table(DATA / "portfolios.tsv", _PORTFOLIO_COLUMNS)
    )


@cache
def office_class(label: str) -> str | None:
    """«Minister of Defence of Russia» → «defence»; None where no phrase of the table stands in the label.

    Where several stand there, the one that begins first counts, and of these the longest: «Deputy Minister of Foreign
    Affairs» is a deputy, «President of the European Commission» no head of state. Punctuation between words counts for nothing.
    """
    words = f" {' '.join(_WORD.findall(label.casefold()))} "
    found = _first(words, _phrases())
    if found not in (None, MINISTER):
        return found
    return (_first(words, _subjects()) or MINISTER) if _OF_A_SUBJECT.search(words) else found


def _first(words: str, phrases: Mapping[str, str]) -> str | None:
    """The class of the phrase that begins first in `words`, of these the longest."""
    found = [(words.index(f" {phrase} "), -len(phrase), phrase) for phrase in phrases if f" {phrase} " in words]
    return phrases[min(found)[2]] if found else None


@cache
def _phrases() -> Mapping[str, str]:
    return MappingProxyType({row[0]: row[1] for row in read_table(DATA / "office_classes.tsv", ("phrase", "class"))})


@cache
def _subjects() -> Mapping[str, str]:
    return MappingProxyType({phrase: one.office_class for one in portfolios() for phrase in one.english})


@cache
def ministerial() -> frozenset[str]:
    """The classes of the offices whose holders a text may call «मंत्री», whatever their subject or rank."""
    return _CALLED_MINISTERS.union(one.office_class for one in portfolios())


def corrected(listed: Sequence[Office], told: Sequence[Office]) -> tuple[Office, ...]:
    """One account of somebody's offices from a list, which ends some day and leaves countries out, and one that was looked after.

    All of the second, and of the list the offices that it does not tell of: those of other times, countries and classes.
    """
    return (*told, *(office for office in listed if not any(_tells_of(one, office) for one in told)))


def united(first: Sequence[Office], second: Sequence[Office]) -> tuple[Office, ...]:
    """One account of somebody's offices from two that are equals: all of both, a term that one of them has ended once, with its end."""
    found = list(dict.fromkeys(first))
    for office in second:
        same = next((at for at, one in enumerate(found) if _is_one_term(one, office)), None)
        if same is None:
            found.append(office)
        elif found[same].end is None and office.end is not None:
            found[same] = replace(found[same], end=office.end)
    return tuple(found)


def _is_one_term(one: Office, other: Office) -> bool:
    """Whether two accounts tell of one term: of one office, and begun on one day as far as both know it."""
    if one.country_qid != other.country_qid and None not in (one.country_qid, other.country_qid):
        return False
    kind = office_class(one.label_en)
    if one.label_en.casefold() != other.label_en.casefold() and (
        kind not in SINGULAR or kind != office_class(other.label_en)
    ):
        return False
    if one.begin is None or other.begin is None:
        return one.begin == other.begin
    return one.begin.startswith(other.begin) or other.begin.startswith(one.begin)


def _tells_of(told: Office, listed: Office) -> bool:
    """Whether `told` is the term that a list means: one that begins in the same year, or lies within `told`, or is left open."""
    kind = _kind(listed)
    if kind not in SINGULAR or kind != _kind(told) or listed.country_qid not in (None, told.country_qid):
        return False
    if not listed.begin or not told.begin:
        return False
    begin, end = listed.begin[:4], (listed.end or listed.begin)[:4]
    since, until = told.begin[:4], (told.end or "9999")[:4]
    return begin == since or since <= begin <= end <= until


def _kind(office: Office) -> str:
    """The class of an office; a list has the head of an office («Foreign Secretary») for its minister."""
    return (office_class(office.label_en) or "").removesuffix("-office")
