"""What is known of an office: its class by its English label or Hindi title, its Hindi name, and when it was held."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kg.extraction.datafile import DATA, rows
from kg.gazetteer.normal import normal_form
from kg.gazetteer.officeclass import office_class
from kg.gazetteer.tables import read_table
from kg.records import HeldOffice, Office

__all__ = ["english_titles", "held_on", "hindi_titles", "office_class", "read_class", "years_apart"]

_TITLES: Final = Path(__file__).resolve().parent / "data" / "titles.tsv"
_LISTS_END: Final = 2023  #: the year to which the list of office-holders goes: an open end says nothing of later years


@cache
def hindi_titles() -> Mapping[str, str]:
    """Office in English → in Hindi, by the titles of the extraction: «Prime Minister» → «प्रधानमंत्री»."""
    found = {row["label"]: row["forms"][0] for row in rows(DATA / "references.yml", "titles") if row["office"]}
    return MappingProxyType(found)


def read_class(office: HeldOffice) -> str | None:
    """The class of an office read in a text, by its Hindi title where that says more than the English label."""
    return _titles().get(normal_form(office.label_hi)) or office_class(office.label_en)


@cache
def _titles() -> Mapping[str, str]:
    return MappingProxyType({normal_form(row[0]): row[1] for row in read_table(_TITLES, ("form", "class"))})


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
    """By how many years a term is missed, 0 within it; an end or begin that is not known is no bound."""
    begin = int(office.begin[:4]) if office.begin else year
    end = int(office.end[:4]) if office.end else year
    return max(begin - year, year - end, 0)


@cache
def english_titles() -> Mapping[str, str]:
    """Title in Hindi, in normal form → office in English, by the titles of the extraction: «पीएम» → «Prime Minister»."""
    found = {
        normal_form(form): row["label"]
        for row in rows(DATA / "references.yml", "titles")
        if row["office"]
        for form in row["forms"]
    }
    return MappingProxyType(found)
