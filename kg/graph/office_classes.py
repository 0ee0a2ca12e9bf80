"""What sort of office one is (head of government, foreign minister …), by its English name, its country and its time.

The table `office_names.tsv` has names in full: «President of the Senate» is no head of state. Of a name it has a general row,
for every country, and rows for the countries whose constitution has it otherwise, each for the time that it did.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Final

from kg.gazetteer.tables import DATA, read_table
from kg.graph.offices import bare_name
from kg.records import EntityType, GazetteerEntry

PRESENT: Final = "9999"  #: the year of what lasts
_COLUMNS: Final = ("name", "country", "from", "until", "classes", "source")
_ANY: Final = "*"  #: a country, whichever; at the end of a name: any words
_STANDING_IN: Final = re.compile(r"^(?:acting|interim|caretaker) ")


@dataclass(frozen=True, kw_only=True, slots=True)
class _Row:
    country: str  #: gazetteer id, «*», or empty for whatever it is an office of
    begin: str  #: first day, may be partial; empty: always
    end: str
    classes: tuple[str, ...]  #: names of the ontology; empty where the office is none of these

    def holds(self, day: str) -> bool:
        return self.begin[: len(day)] <= day and (not self.end or day[: len(self.end)] <= self.end)


def office_classes(
    label: str, of: GazetteerEntry | None, *, elsewhere: bool = False, day: str = PRESENT
) -> tuple[str, ...]:
    """The classes (names of the ontology) of an office by its English name, in the alphabet's order.

    `of` is the country or organization whose office it is, where that is known. Where it is not, a name in full is that of an
    office of some state, unless it is said to be an office of something else (`elsewhere`). A constitution may change: `day`, an
    ISO date that may be partial, is the last of the term.
    """
    state = of if of is not None and of.type is EntityType.COUNTRY else None
    return _classes(bare_name(label, state).casefold(), _countries(of, state, elsewhere=elsewhere), day)


def _countries(of: GazetteerEntry | None, state: GazetteerEntry | None, *, elsewhere: bool) -> tuple[str, ...]:
    """The countries whose rows count, the first before the next."""
    if state is not None:
        return (state.id, _ANY, "")
    return ("",) if elsewhere or of is not None else (_ANY, "")


def _classes(name: str, countries: Sequence[str], day: str) -> tuple[str, ...]:
    rows = _rows()
    for form in _forms(_STANDING_IN.sub("", name)):
        for country in countries:
            for row in rows.get(form, ()):
                if row.country == country and row.holds(day):
                    return row.classes
    return ()


def _forms(name: str) -> Iterator[str]:
    """The name, then its beginnings with «*» for the rest, the longest first."""
    yield name
    words = name.split(" ")
    for length in range(len(words) - 1, 0, -1):
        yield " ".join((*words[:length], _ANY))


@cache
def _rows() -> Mapping[str, tuple[_Row, ...]]:
    found: defaultdict[str, list[_Row]] = defaultdict(list)
    for name, country, begin, end, classes, _ in read_table(DATA / "office_names.tsv", _COLUMNS):
        told = tuple(sorted(classes.split("|"))) if classes else ()
        found[name].append(_Row(country=country, begin=begin, end=end, classes=told))
    return MappingProxyType({name: tuple(rows) for name, rows in found.items()})
