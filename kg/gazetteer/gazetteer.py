"""Names of people, countries, organizations and places, and what they stand for.

The knowledge lies in `data/*.tsv` (see `data/README.md`); this module reads it, finds names in token sequences by normal
form (`spot`), and answers what a name may mean (`lookup`), which country an adjective belongs to (`demonym`) and which
government a capital or seat stands for (`government_of`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import DataError
from kg.gazetteer.normal import alternatives, normal_form
from kg.records import EntityType, GazetteerEntry, Office

DATA = Path(__file__).resolve().parent / "data"
ENTRY_FILES = ("orgs.tsv", "persons.tsv", "places.tsv")
ENTRY_COLUMNS = ("id", "type", "hi", "en", "aliases", "country", "kind", "lat", "lon", "rank", "source")

_LONGEST = 12  #: tokens in a name, hyphens and quotes included
_JOINED = 6  #: letters from which on a name may be split in two words or written as one: «श्री लंका», «श्रीलंका»
_SHORT = 4  #: a person's single-word alias with fewer characters is short
_INSIDE = frozenset("-‐‑‒–—.॰'’‘\"“”")  #: tokens that may stand inside a name
_DOTS = frozenset(".॰")  #: an abbreviation: «यू . एन .» is «यूएन»
_HEADS = (3, 6)  #: lengths of `Gazetteer._heads`; a plural of one word differs from its name after the third letter
_PLURALS = (("ियों", "ी"), ("ाओं", "ा"), ("ों", ""))  #: oblique plurals, in normal form, and the singular

Row = Sequence[str]


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A name found in `tokens[begin:end]`."""

    begin: int
    end: int
    ids: tuple[str, ...]  #: gazetteer ids, best first; for a demonym the one that it is made from
    short: bool = False  #: safe only where a fuller name of one of `ids` stands in the same article
    demonym: bool = False  #: an adjective or name of inhabitants: «रूसी», «उत्तर कोरियाई»


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """All that is known by name. Frozen; `load` makes it."""

    _entries: Mapping[str, GazetteerEntry]
    _names: Mapping[str, tuple[str, ...]]  # normal form → ids, best first
    _demonyms: Mapping[str, str]  # normal form → id
    _joined: Mapping[str, str]  # normal form without spaces → normal form
    _short: frozenset[str]  # normal forms
    _heads: frozenset[str]  # how the forms without spaces begin: see `_begins_a_name`

    @classmethod
    def load(cls, extra: Path | None = None) -> Gazetteer:
        """The gazetteer of the package; `extra` is a table with the same columns whose entries replace or add to its own.

        Raises DataError where a table is missing, has other columns or a wrong row.
        """
        rows = {row[0]: row for name in ENTRY_FILES for row in read_table(DATA / name, ENTRY_COLUMNS)}
        if extra is not None:
            rows.update((row[0], row) for row in read_table(extra, ENTRY_COLUMNS))
        capitals = {row[0]: row[1] for row in read_table(DATA / "capitals.tsv", ("id", "of", "name", "source"))}
        offices = _offices(DATA / "offices.tsv")
        entries = {key: _entry(row, capitals, offices) for key, row in sorted(rows.items())}
        demonyms = {
            key: row[1]
            for row in read_table(DATA / "demonyms.tsv", ("form", "id", "source"))
            for key in alternatives(row[0])
        }
        traps = {normal_form(row[0]) for row in read_table(DATA / "traps.tsv", ("form", "why"))}
        names = _names(entries.values(), {key: _rank(row) for key, row in rows.items()})
        joined = _joined((*names, *demonyms))
        heads = frozenset(key[:length] for key in joined for length in _HEADS)
        return cls(entries, names, demonyms, joined, _short_forms(names, entries, traps), heads)

    def entry(self, id: str) -> GazetteerEntry:
        """The entry with this id. Raises KeyError where there is none."""
        return self._entries[id]

    def entries(self) -> Iterator[GazetteerEntry]:
        """All entries, sorted by id."""
        return iter(self._entries.values())

    def __contains__(self, id: object) -> bool:
        return id in self._entries

    def lookup(self, name: str) -> tuple[GazetteerEntry, ...]:
        """The entries that `name` may mean, by normal form, best prior first; empty where it is unknown."""
        for key in alternatives(name):
            ids = self._find_name(key)
            if ids:
                return tuple(self._entries[found] for found in ids)
        return ()

    def is_short(self, name: str) -> bool:
        """Whether `name` is safe only beside a fuller one: «शी», «माली», a surname that several people bear."""
        return any(key in self._short for key in alternatives(name))

    def demonym(self, word: str) -> str | None:
        """The id (of a country, mostly) that an adjective or name of inhabitants is made from, inflected or not."""
        for key in alternatives(word):
            found = self._find_demonym(key)
            if found is not None:
                return found
        return None

    def government_of(self, id: str) -> str | None:
        """QID of the country (or union) whose government a capital or seat stands for: Moscow → Q159."""
        entry = self._entries.get(id)
        return entry.capital_of if entry else None

    def country_of(self, id: str) -> str | None:
        """QID of the country that an entry belongs to; a country's own id."""
        entry = self._entries.get(id)
        if entry is None:
            return None
        return entry.id if entry.type is EntityType.COUNTRY else entry.country_qid

    def spot(self, tokens: Sequence[str]) -> tuple[Spot, ...]:
        """The longest known names in `tokens`, from the left, without overlap.

        Hyphens, quotes and dots may stand between the words of a name; oblique plurals are undone for demonyms and
        organizations («अमेरिकियों», «हूतियों»).
        """
        keys = [alternatives(token) for token in tokens]
        spots = []
        begin = 0
        while begin < len(tokens):
            spot = self._longest(tokens, keys, begin)
            if spot is not None:
                spots.append(spot)
            begin = spot.end if spot is not None else begin + 1
        return tuple(spots)

    def _longest(self, tokens: Sequence[str], keys: Sequence[tuple[str, ...]], begin: int) -> Spot | None:
        best = None
        readings = ["", ""]
        glue = ""
        for end in range(begin, min(begin + _LONGEST, len(tokens))):
            if not keys[end][0]:
                if end == begin or tokens[end] not in _INSIDE:
                    break
                glue = "" if tokens[end] in _DOTS else " "
                continue
            readings = [f"{read}{glue}{key}" for read, key in zip(readings, _two(keys[end]), strict=True)]
            glue = " "
            if not any(map(self._begins_a_name, readings)):
                break
            best = self._spot_at(begin, end + 1, readings) or best
        return best

    def _begins_a_name(self, reading: str) -> bool:
        """False only where no name begins so; cuts the search, which is nearly all of the time that spotting takes."""
        joined = reading.replace(" ", "")
        if len(joined) < _HEADS[0]:
            return True
        return joined[: _HEADS[0]] in self._heads and (
            " " not in reading or len(joined) < _HEADS[1] or joined[: _HEADS[1]] in self._heads
        )

    def _spot_at(self, begin: int, end: int, readings: Iterable[str]) -> Spot | None:
        for key in dict.fromkeys(readings):
            ids = self._find_name(key) or self._find_plural(key)
            if ids:
                return Spot(begin=begin, end=end, ids=ids, short=key in self._short)
            demonym = self._find_demonym(key)
            if demonym is not None:
                return Spot(begin=begin, end=end, ids=(demonym,), short=key in self._short, demonym=True)
        return None

    def _find_name(self, key: str) -> tuple[str, ...]:
        return self._names.get(key) or self._names.get(self._respaced(key), ())

    def _find_plural(self, key: str) -> tuple[str, ...]:
        for singular in _singulars(key):
            ids = self._names.get(singular, ())
            if ids and all(self._entries[id].type is EntityType.ORGANIZATION for id in ids):
                return ids
        return ()

    def _find_demonym(self, key: str) -> str | None:
        for form in (key, *_singulars(key), self._respaced(key)):
            if form in self._demonyms:
                return self._demonyms[form]
        return None

    def _respaced(self, key: str) -> str:
        joined = key.replace(" ", "")
        return self._joined.get(joined, "") if len(joined) >= _JOINED else ""


def read_table(path: Path, columns: Sequence[str]) -> Iterator[list[str]]:
    """The rows of a tab-separated table whose first line names `columns`.

    Raises DataError where the file cannot be read, has other columns or a row with too few or too many cells.
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"This table cannot be read: {error}.", where=str(path), cure="Give a UTF-8 file.") from error
    if lines[0].split("\t") != list(columns):
        raise DataError(
            f"The columns are {lines[0].split(chr(9))}.",
            where=f"{path}:1",
            cure=f"Name them {', '.join(columns)}, with tabs between.",
        )
    for number, line in enumerate(lines[1:], start=2):
        if not line:
            continue
        cells = line.split("\t")
        if len(cells) != len(columns):
            raise DataError(
                f"The row has {len(cells)} cells, not {len(columns)}.",
                where=f"{path}:{number}",
                cure="Write one cell a column, with tabs between.",
            )
        yield cells


def _entry(row: Row, capitals: Mapping[str, str], offices: Mapping[str, tuple[Office, ...]]) -> GazetteerEntry:
    id, type, hi, en, aliases, country, kind, lat, lon, _rank_text, source = row
    try:
        return GazetteerEntry(
            id=id,
            type=EntityType(type),
            label_hi=hi,
            label_en=en,
            aliases=tuple(aliases.split("|")) if aliases else (),
            country_qid=country or None,
            kind=kind,
            offices=offices.get(id, ()),
            capital_of=capitals.get(id),
            lat=float(lat) if lat else None,
            lon=float(lon) if lon else None,
            source=source,
            rank=_rank(row),
        )
    except ValueError as error:
        raise DataError(
            f"The row of {id} is wrong: {error}.",
            where="gazetteer table",
            cure="Give a type of the ontology and coordinates in degrees.",
        ) from error


def _rank(row: Row) -> int:
    if not row[9].isdigit():
        raise DataError(
            f"The rank of {row[0]} is {row[9]!r}.", where="gazetteer table", cure="Give a whole number; 1 comes first."
        )
    return int(row[9])


def _offices(path: Path) -> dict[str, tuple[Office, ...]]:
    offices: defaultdict[str, list[Office]] = defaultdict(list)
    for id, label, country, begin, end, _ in read_table(path, ("id", "label", "country", "begin", "end", "source")):
        offices[id].append(
            Office(label_en=label, country_qid=country or None, begin=begin or None, end=end or None),
        )
    return {id: tuple(found) for id, found in offices.items()}


def _names(entries: Iterable[GazetteerEntry], ranks: Mapping[str, int]) -> dict[str, tuple[str, ...]]:
    """Normal form → ids; a label goes before an alias of the same rank."""
    found: defaultdict[str, dict[str, tuple[int, bool, str]]] = defaultdict(dict)
    for entry in entries:
        for name in (entry.label_hi, entry.label_en, *entry.aliases):
            prior = (ranks[entry.id], name != entry.label_hi, entry.id)
            for key in alternatives(name):
                if key:
                    found[key].setdefault(entry.id, prior)
    return {key: tuple(sorted(priors, key=priors.__getitem__)) for key, priors in found.items()}


def _joined(keys: Iterable[str]) -> dict[str, str]:
    joined: dict[str, str] = {}
    for key in keys:
        joined.setdefault(key.replace(" ", ""), key)
    return joined


def _short_forms(
    names: Mapping[str, tuple[str, ...]], entries: Mapping[str, GazetteerEntry], traps: Iterable[str]
) -> frozenset[str]:
    return frozenset(traps) | {
        key
        for key, ids in names.items()
        if " " not in key
        and (len(key) < _SHORT or len(ids) > 1)
        and any(entries[id].type is EntityType.PERSON for id in ids)
    }


def _singulars(key: str) -> Iterator[str]:
    for plural, singular in _PLURALS:
        if key.endswith(plural):
            yield key.removesuffix(plural) + singular


def _two(keys: tuple[str, ...]) -> tuple[str, str]:
    return keys[0], keys[-1]
