"""The class of an office by its English label: «Minister of Defence of Russia» is `defence`; and, by it, which offices are one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
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
_WORD: Final = re.compile(r"[\w'’-]+")


@cache
def office_class(label: str) -> str | None:
    """«Minister of Defence of Russia» → «defence»; None where no phrase of the table stands in the label.

    Where several stand there, the one that begins first counts, and of these the longest: «Deputy Minister of Foreign
    Affairs» is a deputy, «President of the European Commission» no head of state. Punctuation between words counts for nothing.
    """
    words = f" {' '.join(_WORD.findall(label.casefold()))} "
    found = [(words.index(f" {phrase} "), -len(phrase), phrase) for phrase in _phrases() if f" {phrase} " in words]
    return _phrases()[min(found)[2]] if found else None


@cache
def _phrases() -> Mapping[str, str]:
    return MappingProxyType({row[0]: row[1] for row in read_table(DATA / "office_classes.tsv", ("phrase", "class"))})


def corrected(listed: Sequence[Office], told: Sequence[Office]) -> tuple[Office, ...]:
    """One account of somebody's offices from a list, which ends some day and leaves countries out, and one that was looked after.

    All of the second, and of the list the offices that it does not tell of: those of other times, countries and classes.
    """
    return (*told, *(office for office in listed if not any(_tells_of(one, office) for one in told)))


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
