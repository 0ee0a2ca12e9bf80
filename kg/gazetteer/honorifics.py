"""What stands beside a name and is no part of it: honorifics and offices («श्री», «राष्ट्रपति», «जी»), kinds («शहर», «समाचार»);
and the short forms of given names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType

from kg.gazetteer.normal import normal_form
from kg.gazetteer.tables import DATA, read_table


def without_honorifics(name: str) -> str:
    """The name in normal form without the honorifics, offices and kinds around it; whole where nothing else would be left.

    Some are names as well («सैयद», «राजा»): they go where two words or more are left.
    """
    words = normal_form(name).split()
    while (rest := _cut(words, before=("before",), after=("after", "kind"))) != words:
        words = rest
    if len(words) > 2 and words[0] in _forms()["also-name"]:
        words = words[1:]
    return " ".join(words)


@cache
def nicknames() -> Mapping[str, tuple[str, ...]]:
    """Given name → its short forms, in Latin letters: «robert» → «Bob», «Rob». Raises DataError where the table cannot be read."""
    found: dict[str, tuple[str, ...]] = {}
    for short, name in read_table(DATA / "nicknames.tsv", ("short", "name")):
        found[name.casefold()] = (*found.get(name.casefold(), ()), short)
    return MappingProxyType(found)


def without_kind(name: str) -> str:
    """The name in normal form without the kind of thing behind it: «रॉयटर्स समाचार»; whole where nothing else would be left."""
    return " ".join(_cut(normal_form(name).split(), before=(), after=("kind",)))


def _cut(words: list[str], *, before: Sequence[str], after: Sequence[str]) -> list[str]:
    for length in range(min(4, len(words) - 1), 0, -1):
        if any(" ".join(words[:length]) in _forms()[place] for place in before):
            return words[length:]
        if any(" ".join(words[-length:]) in _forms()[place] for place in after):
            return words[:-length]
    return words


@cache
def _forms() -> Mapping[str, frozenset[str]]:
    rows = list(read_table(DATA / "honorifics.tsv", ("form", "place", "why")))
    return MappingProxyType(
        {
            place: frozenset(normal_form(row[0]) for row in rows if row[1] == place)
            for place in ("before", "after", "kind", "also-name")
        }
    )
