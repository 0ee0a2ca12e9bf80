"""Entries of the gazetteer whose names begin with what somebody types, in Devanagari or Latin letters."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from kg.gazetteer.normal import alternatives, normal_form
from kg.records import GazetteerEntry

# What may follow a name that is not yet typed to its end: the normal form writes an end otherwise than the middle of a
# word («पुति» would be «पुती»), and a nasal by the letter that follows.
_FOLLOWING: Final = "कचटदपय"
_NASALS: Final = "ङञणनम"  #: letters that become «ं» when what follows them is typed


@dataclass(frozen=True, slots=True)
class PrefixIndex:
    """Names in normal form, sorted, each with its entry's id."""

    _keys: Sequence[str]
    _ids: Sequence[str]
    _order: dict[str, tuple[int, str]]  # id → what is shown first

    @classmethod
    def of(cls, entries: Iterable[GazetteerEntry]) -> PrefixIndex:
        """The index of some entries. A name is found by its beginning, and by that of each of its words."""
        order: dict[str, tuple[int, str]] = {}
        found: set[tuple[str, str]] = set()
        for entry in entries:
            order[entry.id] = (entry.rank, entry.id)
            found.update((key, entry.id) for key in _keys(entry))
        pairs = sorted(found)
        return cls([key for key, _ in pairs], [id for _, id in pairs], order)

    def find(self, prefix: str) -> tuple[str, ...]:
        """Ids of the entries with a name that begins so: those named exactly so first, then by rank."""
        exact = frozenset(alternatives(prefix))
        found: dict[str, bool] = {}
        for begin in _beginnings(prefix):
            position = bisect_left(self._keys, begin)
            while position < len(self._keys) and self._keys[position].startswith(begin):
                id = self._ids[position]
                found[id] = found.get(id, False) or self._keys[position] in exact
                position += 1
        return tuple(sorted(found, key=lambda id: (not found[id], *self._order[id])))


def _keys(entry: GazetteerEntry) -> Iterator[str]:
    for name in (entry.label_hi, entry.label_en, *entry.aliases):
        for key in filter(None, alternatives(name)):
            yield key
            # a transliterated name has its words in Latin letters too; there are tens of thousands of such entries
            if entry.listed:
                yield from (key[place + 1 :] for place, letter in enumerate(key) if letter == " ")


def _beginnings(prefix: str) -> tuple[str, ...]:
    """What the normal form of a name that begins with `prefix` begins with."""
    whole = normal_form(prefix)
    if not whole:
        return ()
    open_ended = (normal_form(prefix + letter)[:-1] for letter in _FOLLOWING)
    nasal = (normal_form(prefix[:-1] + "ं"),) if prefix[-1] in _NASALS else ()
    return tuple(dict.fromkeys(form for form in (whole, *open_ended, *nasal) if form.strip()))
