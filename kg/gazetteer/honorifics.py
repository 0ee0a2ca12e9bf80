"""Honorifics and offices beside a name, which are no part of it: «श्री», «डॉ.», «राष्ट्रपति», «जी»."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from kg.gazetteer.normal import normal_form
from kg.gazetteer.tables import DATA, read_table


def without_honorifics(name: str) -> str:
    """The name in normal form without the honorifics and offices around it; whole where nothing else would be left."""
    words = normal_form(name).split()
    while (rest := _cut(words)) != words:
        words = rest
    return " ".join(words)


def _cut(words: list[str]) -> list[str]:
    before, after = _forms()["before"], _forms()["after"]
    for length in range(min(4, len(words) - 1), 0, -1):
        if " ".join(words[:length]) in before:
            return words[length:]
        if " ".join(words[-length:]) in after:
            return words[:-length]
    return words


@cache
def _forms() -> Mapping[str, frozenset[str]]:
    rows = list(read_table(DATA / "honorifics.tsv", ("form", "place", "why")))
    return MappingProxyType(
        {place: frozenset(normal_form(row[0]) for row in rows if row[1] == place) for place in ("before", "after")}
    )
