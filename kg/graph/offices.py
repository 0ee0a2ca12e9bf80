"""The offices that the gazetteer knows of a person, each of them once, and which of them a text means.

The gazetteer's sources tell one office in several ways: «Prime Minister of India», «Prime minister of India» from 2014,
«Prime Minister» from 2014-05-26. They are one where name, country and begin leave no doubt; else they stay apart.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kg.gazetteer.normal import normal_form
from kg.graph.iris import entry_iri, role_iri
from kg.records import GazetteerEntry, Office

EntryLookup = Callable[[str], GazetteerEntry | None]
"""Gazetteer id → entry, None where there is none."""

Titles = Mapping[str, str]
"""Office in English → in Hindi."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Term:
    """An office for the time that somebody holds it."""

    label_en: str
    label_hi: str = ""  #: empty where the titles have none
    country: str | None = None  #: gazetteer id
    begin: str = ""  #: ISO date, may be partial; empty where it is not known
    end: str = ""

    def iri(self, holder: str, *, base_iri: str) -> str:
        """The IRI of the office that `holder` (an IRI) has."""
        of = entry_iri(base_iri, self.country) if self.country is not None else None
        return role_iri(holder, self.label_en, of=of, base_iri=base_iri, begin=self.begin)

    def holds_on(self, day: date) -> bool:
        """Whether the day can lie within the term."""
        text = day.isoformat()
        return self.begin <= text[: len(self.begin)] and (not self.end or text[: len(self.end)] <= self.end)


def terms(entry: GazetteerEntry, *, lookup: EntryLookup, titles: Titles) -> list[Term]:
    """The offices of an entry, each once, in an order of their content."""
    groups: defaultdict[tuple[str, str], list[Office]] = defaultdict(list)
    for office in entry.offices:
        country = lookup(office.country_qid) if office.country_qid else None
        name = bare_name(office.label_en, country).casefold()
        groups[name, country.id if country is not None else ""].append(office)
    hindi = {label.casefold(): name for label, name in titles.items()}
    return [
        Term(
            label_en=min((office.label_en for office in group), key=lambda label: (len(label), label)),
            label_hi=hindi.get(name, ""),
            country=country or None,
            begin=begin,
            end=end,
        )
        for (name, country), group in sorted(groups.items())
        for begin, end in sorted(_times(group))
    ]


def meant(label_hi: str, country: str | None, among: Iterable[Term], *, day: date | None) -> Term | None:
    """The one term that a text of this day means by a Hindi title; None where that is not certain.

    `country` is the gazetteer id of what the text says it is an office of, None where it says nothing.
    """
    title = normal_form(label_hi)
    found = [
        term
        for term in among
        if term.label_hi
        and normal_form(term.label_hi) == title
        and country in (None, term.country)
        and (day is None or term.holds_on(day))
    ]
    return found[0] if len(found) == 1 else None


def bare_name(label: str, country: GazetteerEntry | None) -> str:
    """«Prime Minister» of «Prime Minister of India», where it is an office of India; `label` where no country is given."""
    if country is None:
        return label
    before, _, after = country.label_en.rpartition(" of ")  # «United States of America», «People's Republic of China»
    names = sorted({country.label_en, before, after, *country.aliases} - {""}, key=len, reverse=True)
    ending = "|".join(re.escape(name) for name in names)
    return re.sub(rf"\s+of\s+(?:the\s+)?(?:{ending})$", "", label, flags=re.IGNORECASE) if names else label


def _times(offices: Sequence[Office]) -> list[tuple[str, str]]:
    """(begin, end) of each term of one office; what is told of one term less exactly goes with what is told exactly."""
    found: list[tuple[str, str]] = []
    for begin, end in sorted(
        {(one.begin or "", one.end or "") for one in offices}, key=lambda time: (-len(time[0]), time)
    ):
        fitting = [number for number, term in enumerate(found) if _same_term(term, begin, end)]
        if len(fitting) == 1 or (fitting and not begin):
            known = found[fitting[-1]]
            found[fitting[-1]] = (known[0], max(known[1], end))
        else:
            found.append((begin, end))
    return found


def _same_term(known: tuple[str, str], begin: str, end: str) -> bool:
    """Whether a term that is told as (begin, end) is the known one, whose begin is told at least as exactly."""
    if begin == known[0] != "":
        return True  # sources differ in the end alone: the latest counts
    ends_agree = known[1].startswith(end) or end.startswith(known[1])
    if not begin:  # «holds the office»: of a past term only where the end says so
        return known[1] == end or (end != "" and known[1] != "" and ends_agree)
    return known[0].startswith(begin) and ends_agree
