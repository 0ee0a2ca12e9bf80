"""What is known of an office: its class by its English label or Hindi title, its Hindi name, and when it was held."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kg.extraction.references import References
from kg.gazetteer.normal import normal_form
from kg.gazetteer.officeclass import MINISTER, SINGULAR, ministerial, office_class
from kg.gazetteer.tables import read_table
from kg.records import HeldOffice, Office

__all__ = ["agreement", "english_titles", "held_on", "hindi_titles", "office_class", "read_class", "years_apart"]

_TITLES: Final = Path(__file__).resolve().parent / "data" / "titles.tsv"
_ONE_OF_MANY: Final = 0.7
_GENERATION: Final = 25  #: years
_SOME_MINISTER: Final = 0.6
_OFTEN_BOTH: Final = 0.3
_PARLIAMENTS: Final = frozenset({"legislature", "assembly"})  #: of a country, and of its parts
_JUNIOR: Final = "deputy"
_LISTS_END: Final = 2023  #: the year to which the list of office-holders goes: an open end says nothing of later years


@cache
def hindi_titles() -> Mapping[str, str]:
    """Office in English → in Hindi, by the titles of the extraction: «Prime Minister» → «प्रधानमंत्री»."""
    found: dict[str, str] = {}
    for form, title in References.load().spelled.items():
        if title.offices:
            found.setdefault(title.label, form)
    return MappingProxyType(found)


def read_class(office: HeldOffice) -> str | None:
    """The class of an office read in a text, by its Hindi title where that says more than the English label."""
    return _titles().get(normal_form(office.label_hi)) or office_class(office.label_en)


@cache
def _titles() -> Mapping[str, str]:
    return MappingProxyType({normal_form(row[0]): row[1] for row in read_table(_TITLES, ("form", "class"))})


def agreement(read: Collection[str], known: str) -> float:
    """How far an office of the class `known` is one that a text gives: 1 where it is of that class, 0.7 if many hold one at a time
    (members of a parliament), 0.6 where it is what the text calls a minister and no more, 0.3 where who holds the one often holds
    the other, 0 else.

    Ministers mostly sit in parliament, and a junior minister may be a minister some other day; lists of offices lack many.
    """
    if known in read:
        return (
            1.0 if known in SINGULAR or (known in ministerial() and known not in (MINISTER, _JUNIOR)) else _ONE_OF_MANY
        )
    if MINISTER in read and known in ministerial():
        return _SOME_MINISTER
    if known in _PARLIAMENTS:
        return 0.0 if (ministerial() | _PARLIAMENTS).isdisjoint(read) else _OFTEN_BOTH
    return _OFTEN_BOTH if _JUNIOR in read and known in ministerial() else 0.0


def held_on(office: Office, day: datetime.date, *, known: bool) -> bool:
    """Whether an office was certainly held on a day; where only the year or month is known, all of it counts.

    `known` says that somebody keeps the entry up to date, so that an office without an end is held still.
    """
    text = day.isoformat()
    if not office.begin or text[: len(office.begin)] < office.begin:
        return False
    if office.end:
        return text[: len(office.end)] <= office.end
    return known or day.year <= _LISTS_END


def years_apart(office: Office, year: int) -> int:
    """By how many years a term is missed, 0 within it; a begin that is not known is no bound, and an end none for a generation."""
    begin = int(office.begin[:4]) if office.begin else year
    end = int(office.end[:4]) if office.end else begin + _GENERATION
    return max(begin - year, year - end, 0)


@cache
def english_titles() -> Mapping[str, str]:
    """Title in Hindi, in normal form → office in English, by the titles of the extraction: «पीएम» → «Prime Minister»."""
    spelled = References.load().spelled
    return MappingProxyType({normal_form(form): title.label for form, title in spelled.items() if title.offices})
