"""The class of an office by its English label: «Minister of Defence of Russia» is `defence`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from kg.gazetteer.tables import DATA, read_table


@cache
def office_class(label: str) -> str | None:
    """«Minister of Defence of Russia» → «defence»; None where no phrase of the table stands in the label.

    Where several stand there, the one that begins first counts, and of these the longest: «Deputy Minister of Foreign
    Affairs» is a deputy, «President of the European Commission» no head of state.
    """
    words = f" {label.casefold()} "
    found = [(words.index(f" {phrase} "), -len(phrase), phrase) for phrase in _phrases() if f" {phrase} " in words]
    return _phrases()[min(found)[2]] if found else None


@cache
def _phrases() -> Mapping[str, str]:
    return MappingProxyType({row[0]: row[1] for row in read_table(DATA / "office_classes.tsv", ("phrase", "class"))})
