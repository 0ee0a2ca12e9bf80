"""The compiled gazetteer: one file that is mapped into memory and read in place.

    line 1      magic
    line 2      a JSON object: digest of what it was made from, counts, place of each section (offset, bytes)
    sections    entries  blocks of zlib-compressed lines (`lines.py`), BLOCK entries each
                blocks   u32 offsets of the blocks
                ids      MARISA trie (Yata 2011) of ids; numbers: u32 entry numbers by key
                names    trie of normal forms; bearers of a key, best first, as postings
                joined   trie of normal forms without spaces → key in `names`, or NO_NAME for a demonym
                short    one byte a key in `names`: 1 where the form is safe only beside a fuller one
                sounds   trie of consonant skeletons; «~» before those of last words; postings of entry numbers
                offices  trie of «country/class»; postings of those who held such an office
                heard    how each entry's names sound, `|` between; heard-offsets: u32 by entry
                common   one byte an entry: how common the parts of its name are, see `common`
                types    one byte an entry: class, and whether its Hindi names are listed

Postings are two sections: u32 offsets by key, and u32 entry numbers. All integers are little-endian. Nothing but tries is decoded
when the file is opened, and an entry only when it is asked for.
"""

from __future__ import annotations

import json
import math
import mmap
import os
import re
import sys
import zlib
from array import array
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import marisa_trie

from kg.errors import DataError
from kg.gazetteer.honorifics import nicknames
from kg.gazetteer.lines import from_line, to_line
from kg.gazetteer.normal import alternatives, normal_form
from kg.gazetteer.officeclass import office_class
from kg.gazetteer.sound import skeleton, sound
from kg.records import EntityType, GazetteerEntry

MAGIC: Final = b"hindi-news-kg gazetteer 1\n"
BLOCK: Final = 16
NO_NAME: Final = 0xFFFFFFFF
LAST_WORD: Final = "~"
_MIDDLE_INITIAL: Final = re.compile(r"(?<=[a-z]{2})(?: [A-Z]\.)+ ")
_TYPES: Final = tuple(EntityType)
_LISTED: Final = 0x80
_COMMON_STEPS: Final = 50
_SHORT: Final = 4  #: a person's single-word alias with fewer characters is short
_SHORT_IMPORTED: Final = 5  #: of a place that was fetched and that nobody has read through
_BY_HAND: Final = 8  #: entries of this rank and behind it were not chosen by hand


class Postings:
    """Lists of numbers by key: `offsets[k]` to `offsets[k + 1]` in `numbers`."""

    def __init__(self, trie: marisa_trie.Trie, offsets: memoryview, numbers: memoryview) -> None:
        self._trie, self._offsets, self._numbers = trie, offsets, numbers

    def key(self, text: str) -> int | None:
        """The number of a key."""
        found: int | None = self._trie.get(text)
        return found

    def of(self, key: int) -> Sequence[int]:
        """The list of a key, by its number."""
        return self._numbers[self._offsets[key] : self._offsets[key + 1]]

    def get(self, text: str) -> Sequence[int]:
        """The list of a key; empty where there is none."""
        key = self.key(text)
        return () if key is None else self.of(key)


class Compiled:
    """A compiled gazetteer, opened."""

    def __init__(self, path: Path) -> None:
        """Raises DataError where there is no such file, or it is not one of these."""
        try:
            with path.open("rb") as file:
                self._data = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError) as error:
            raise _unreadable(path, str(error)) from error
        if self._data[: len(MAGIC)] != MAGIC:
            raise _unreadable(path, "it is of another program or version")
        try:
            self._read()
        except (KeyError, TypeError, ValueError, RuntimeError) as error:  # cut off, or laid out by other code
            raise _unreadable(path, "it is damaged") from error

    def _read(self) -> None:
        end = self._data.find(b"\n", len(MAGIC))
        header: dict[str, Any] = json.loads(self._data[len(MAGIC) : end])
        self._begin = end + 1
        self._sections: dict[str, list[int]] = header["sections"]
        if self._begin + sum(length for _, length in self._sections.values()) != len(self._data):
            raise ValueError("cut off")
        self.digest: str = header["digest"]
        self.counts: Mapping[str, int] = header["counts"]
        self.size: int = header["counts"]["entries"]
        self.demonyms: Mapping[str, str] = header["demonyms"]
        self.traps: frozenset[str] = frozenset(header["traps"])
        self._blocks = self._integers("blocks")
        self._ids = self._trie("ids")
        self._numbers = self._integers("numbers")
        self.names = self._postings("names")
        self.sounds = self._postings("sounds")
        self.offices = self._postings("offices")
        self._joined: marisa_trie.RecordTrie = marisa_trie.RecordTrie("<I").frombytes(self._section("joined"))
        self._short = self._section("short")
        self._types = self._section("types")
        self._common = self._section("common")
        self._heard = self._section("heard")
        self._heard_at = self._integers("heard-offsets")
        self._block = lru_cache(maxsize=256)(self._lines)
        self.entry = lru_cache(maxsize=4096)(self._entry)

    # ------------------------------------------------------------------ entries

    def _entry(self, number: int) -> GazetteerEntry:
        """The entry with this number, 0 to `size` - 1."""
        return from_line(self._block(number // BLOCK)[number % BLOCK])

    def number(self, id: str) -> int | None:
        """The number of the entry with this id."""
        key = self._ids.get(id)
        return None if key is None else self._numbers[key]

    def type(self, number: int) -> EntityType:
        """The class of an entry, without decoding it."""
        return _TYPES[self._types[number] & ~_LISTED]

    def listed(self, number: int) -> bool:
        """Whether an entry's Hindi names are written down somewhere, without decoding it."""
        return bool(self._types[number] & _LISTED)

    def heard(self, number: int) -> list[str]:
        """How the names of an entry sound, without decoding it."""
        return self._heard[self._heard_at[number] : self._heard_at[number + 1]].decode("ascii").split("|")

    def common(self, number: int) -> float:
        """How common a person's name is: the decimal logarithm of the number of people with its first word, by sound, times that
        of those with its last (at most 5.1); 0 where nobody else has either, or it is no person."""
        return self._common[number] / _COMMON_STEPS

    # ------------------------------------------------------------------ names

    def is_short(self, key: int) -> bool:
        """Whether the form with this number in `names` is safe only beside a fuller one."""
        return self._short[key] == 1

    def respaced(self, joined: str) -> int | None:
        """The number in `names` of the first form that is `joined` when its spaces are left out."""
        found = self._joined.get(joined)
        return min((key for (key,) in found if key != NO_NAME), default=None) if found else None

    def begins(self, joined: str) -> bool:
        """Whether a form, or a demonym, begins so when its spaces are left out."""
        return next(self._joined.iterkeys(joined), None) is not None

    # ------------------------------------------------------------------ sections

    def _section(self, name: str) -> bytes:
        offset, length = self._sections[name]
        return self._data[self._begin + offset : self._begin + offset + length]

    def _integers(self, name: str) -> memoryview:
        return memoryview(_native(array("I", self._section(name))))

    def _trie(self, name: str) -> marisa_trie.Trie:
        return marisa_trie.Trie().frombytes(self._section(name))

    def _postings(self, name: str) -> Postings:
        return Postings(self._trie(name), self._integers(f"{name}-offsets"), self._integers(f"{name}-numbers"))

    def _lines(self, block: int) -> list[str]:
        offset = self._begin + self._sections["entries"][0]
        data = self._data[offset + self._blocks[block] : offset + self._blocks[block + 1]]
        return zlib.decompress(data).decode().split("\n")


def _unreadable(path: Path, why: str) -> DataError:
    return DataError(f"The compiled gazetteer cannot be used: {why}.", where=str(path), cure="Delete it.")


def _native(values: array[int]) -> array[int]:
    if sys.byteorder == "big":
        values.byteswap()
    return values


# ---------------------------------------------------------------------- writing


def write(
    path: Path,
    entries: Iterable[GazetteerEntry],
    *,
    demonyms: Iterable[tuple[str, str]],
    traps: Iterable[str],
    digest: str,
) -> None:
    """Compile entries (of one id the last counts) into a file, which takes its name when it is whole.

    `demonyms` are (form, id), `traps` forms that are safe only beside a fuller name; `digest` says what all this was made from.
    The same input gives the same bytes. Raises OSError where the file cannot be written.
    """
    data = _compiled(list({entry.id: entry for entry in entries}.values()), dict(demonyms), set(traps), digest)
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def _compiled(entries: list[GazetteerEntry], demonyms: Mapping[str, str], traps: set[str], digest: str) -> bytes:
    entries.sort(key=lambda entry: (not entry.listed, entry.id))
    known = {entry.id for entry in entries}
    adjectives = {key: id for form, id in demonyms.items() if id in known for key in alternatives(form)}
    trapped = sorted({normal_form(form) for form in traps})
    sections: dict[str, bytes] = {}
    sections["entries"], sections["blocks"] = _blocks(entries)
    ids = marisa_trie.Trie([entry.id for entry in entries])
    sections["ids"] = ids.tobytes()
    sections["numbers"] = _bytes(_by_key(ids, {entry.id: number for number, entry in enumerate(entries)}))
    names = _names(entries)
    trie = _put(sections, "names", names)
    heard = [list(dict.fromkeys(map(sound, names_heard(entry)))) for entry in entries]
    _put(sections, "sounds", _sounds(entries, heard))
    sections["common"] = bytes(_common(entries, heard))
    sections["heard"], sections["heard-offsets"] = _texts(["|".join(sounds) for sounds in heard])
    _put(sections, "offices", _offices(entries))
    forms = [(key.replace(" ", ""), (trie[key],)) for key in names]
    forms += [(key.replace(" ", ""), (NO_NAME,)) for key in adjectives]
    sections["joined"] = marisa_trie.RecordTrie("<I", sorted(forms)).tobytes()
    sections["short"] = bytes(_by_key(trie, _short(names, entries, frozenset(trapped))))
    sections["types"] = bytes(_TYPES.index(entry.type) | (_LISTED if entry.listed else 0) for entry in entries)
    places, offset = {}, 0
    for name, data in sections.items():
        places[name] = [offset, len(data)]
        offset += len(data)
    header = {
        "digest": digest,
        "counts": _counts(entries, names),
        "demonyms": dict(sorted(adjectives.items())),
        "traps": trapped,
        "sections": places,
    }
    told = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    return b"".join((MAGIC, told, b"\n", *sections.values()))


def _counts(entries: Sequence[GazetteerEntry], names: Mapping[str, Sequence[int]]) -> dict[str, int]:
    counts = {"entries": len(entries), "names": len(names), "listed": sum(entry.listed for entry in entries)}
    for type in EntityType:
        counts[type.value] = sum(entry.type is type for entry in entries)
    counts["offices"] = sum(len(entry.offices) for entry in entries)
    counts["wikidata"] = sum(entry.qid is not None for entry in entries)
    return counts


def _blocks(entries: Sequence[GazetteerEntry]) -> tuple[bytes, bytes]:
    blocks, offsets = [], [0]
    for at in range(0, len(entries), BLOCK):
        text = "\n".join(map(to_line, entries[at : at + BLOCK]))
        blocks.append(zlib.compress(text.encode(), 9))
        offsets.append(offsets[-1] + len(blocks[-1]))
    return b"".join(blocks), _bytes(offsets)


def _texts(texts: Iterable[str]) -> tuple[bytes, bytes]:
    data = [text.encode("ascii") for text in texts]
    offsets = [0]
    for one in data:
        offsets.append(offsets[-1] + len(one))
    return b"".join(data), _bytes(offsets)


def _bytes(values: Iterable[int]) -> bytes:
    return _native(array("I", values)).tobytes()


def _by_key(trie: marisa_trie.Trie, values: Mapping[str, int]) -> list[int]:
    """The values in the order of the trie's key numbers."""
    found = [0] * len(trie)
    for key, value in values.items():
        found[trie[key]] = value
    return found


def _put(sections: dict[str, bytes], name: str, lists: Mapping[str, Sequence[int]]) -> marisa_trie.Trie:
    """Put a trie and its postings into the sections."""
    trie = marisa_trie.Trie(sorted(lists))
    ordered: list[Sequence[int]] = [()] * len(trie)
    for key, numbers in lists.items():
        ordered[trie[key]] = numbers
    offsets = [0]
    for numbers in ordered:
        offsets.append(offsets[-1] + len(numbers))
    sections[name] = trie.tobytes()
    sections[f"{name}-offsets"] = _bytes(offsets)
    sections[f"{name}-numbers"] = _bytes(number for numbers in ordered for number in numbers)
    return trie


def _names(entries: Sequence[GazetteerEntry]) -> dict[str, list[int]]:
    """Normal form → listed entries that bear it, best first: by rank, then a label before an alias."""
    found: defaultdict[str, dict[int, tuple[int, bool, str]]] = defaultdict(dict)
    for number, entry in enumerate(entries):
        if not entry.listed:
            continue
        for name in (entry.label_hi, entry.label_en, *entry.aliases):
            for key in alternatives(name):
                if key:
                    found[key].setdefault(number, (entry.rank, name != entry.label_hi, entry.id))
    return {key: sorted(priors, key=priors.__getitem__) for key, priors in found.items()}


def _short(
    names: Mapping[str, Sequence[int]], entries: Sequence[GazetteerEntry], traps: frozenset[str]
) -> dict[str, int]:
    """1 for a form that is safe only beside a fuller one: a trap, a very short name, a surname of several."""
    return {
        key: int(key in traps or _is_short(key, [entries[number] for number in found])) for key, found in names.items()
    }


def _is_short(key: str, bearers: Sequence[GazetteerEntry]) -> bool:
    if " " in key:
        return False
    if any(entry.type is EntityType.PERSON for entry in bearers):
        return len(key) < _SHORT or len(bearers) > 1 or all(entry.rank >= _BY_HAND for entry in bearers)
    if all(entry.rank >= _BY_HAND for entry in bearers):
        return len(key) < _SHORT_IMPORTED or bearers[0].type is EntityType.ORGANIZATION
    return False


def _sounds(entries: Sequence[GazetteerEntry], heard: Sequence[Sequence[str]]) -> dict[str, list[int]]:
    """Consonant skeleton → entries with a name that has it; after LAST_WORD, of people's last words."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for number, (entry, sounds) in enumerate(zip(entries, heard, strict=True)):
        for words in map(str.split, sounds):
            for key in skeletons_of(words):
                found[key].add(number)
            if entry.type is EntityType.PERSON and len(words) > 1:
                found[LAST_WORD + skeleton(words[-1])].add(number)
    return {key: sorted(numbers) for key, numbers in found.items()}


def _common(entries: Sequence[GazetteerEntry], heard: Sequence[Sequence[str]]) -> Iterator[int]:
    """By the commonest of a person's names."""
    ends = [
        {(words[0], words[-1]) for words in map(str.split, sounds) if len(words) > 1}
        if entry.type is EntityType.PERSON
        else set[tuple[str, str]]()
        for entry, sounds in zip(entries, heard, strict=True)
    ]
    first = Counter(word for names in ends for word in {name[0] for name in names})
    last = Counter(word for names in ends for word in {name[1] for name in names})
    for names in ends:
        most = max((first[one] * last[other] for one, other in names), default=1)
        yield min(255, round(_COMMON_STEPS * math.log10(most)))


def names_heard(entry: GazetteerEntry) -> tuple[str, ...]:
    """The names by whose sound an entry is found; a text may write the English one in Hindi letters («यूरेशियन यूनियन»),
    without the initials in its midst («Mansukh L. Mandaviya»), or with a short form of the first («Bob Menendez»)."""
    english = _MIDDLE_INITIAL.sub(" ", entry.label_en)
    first, _, rest = english.partition(" ")
    short = nicknames().get(first.casefold(), ()) if entry.type is EntityType.PERSON else ()
    names = (entry.label_hi, *entry.aliases, english, *(f"{name} {rest}" for name in short if rest))
    return tuple(name for name in names if name)


def skeletons_of(words: Sequence[str]) -> Iterator[str]:
    """The skeletons under which the sound of a name is filed: of all words, and, where there are more than two, of the first and
    last alone, and of all but the first or the last."""
    whole = skeleton("".join(words))
    if whole:
        yield whole
    if len(words) > 2:
        yield skeleton(words[0] + words[-1])
        yield skeleton("".join(words[:-1]))
        yield skeleton("".join(words[1:]))


def _offices(entries: Sequence[GazetteerEntry]) -> dict[str, list[int]]:
    """«country/class» → entries that held such an office."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for number, entry in enumerate(entries):
        for office in entry.offices:
            kind, country = office_class(office.label_en), office.country_qid or entry.country_qid
            if kind is not None and country is not None:
                found[f"{country}/{kind}"].add(number)
    return {key: sorted(numbers) for key, numbers in found.items()}
