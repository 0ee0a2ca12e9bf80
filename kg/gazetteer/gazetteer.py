"""Names of people, countries, organizations and places, and what they stand for.

The knowledge lies in tables (`tables.py`, `data/README.md`) and, with what a user adds, in the folder beside the store. It is
compiled into one file (`compiled.py`), anew where a table or the code that reads it changed. This module answers from that file:
where names stand in a token sequence (`spot`), what a name may mean (`lookup`, and `similar` for spellings never seen), which
country an adjective belongs to (`demonym`) and which government a capital or seat stands for (`government_of`).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from kg.errors import DataError
from kg.gazetteer import compiled, lines, tables
from kg.gazetteer.compiled import LAST_WORD, Compiled
from kg.gazetteer.honorifics import without_honorifics
from kg.gazetteer.normal import alternatives, normal_form
from kg.gazetteer.officeclass import corrected, united
from kg.gazetteer.sound import (
    acronym_in_other_letters,
    initials_fit,
    initials_of,
    run_together,
    similarity,
    skeleton,
    skeletons_near,
    sound,
    without_initials,
)
from kg.records import EntityType, GazetteerEntry, Problem

OWN: Final = "own.tsv"  #: a user's own entities, in the folder beside the store
FETCHED: Final = "wikidata.jsonl"  #: what was imported and updated, likewise
COMPILED: Final = "gazetteer.bin"

_LONGEST = 12  #: tokens in a name, hyphens and quotes included
_JOINED = 6  #: letters from which on a name may be split in two words or written as one: «श्री लंका», «श्रीलंका»
_INSIDE = frozenset("-‐‑‒–—.॰'’‘\"“”")  #: tokens that may stand inside a name
_DOTS = frozenset(".॰")  #: an abbreviation: «यू . एन .» is «यूएन»
_HEADS = (
    3,
    6,
)  #: letters after which the search for names is cut; a plural differs from its name after the third letter
_PLURALS = (("ियों", "ी"), ("ाओं", "ा"), ("ों", ""))  #: oblique plurals, in normal form, and the singular
_ALIKE: Final = 0.72  #: least similarity that makes a candidate
_LOOKED_AT: Final = 24  #: names that are compared word by word, after a look at them as a whole
_INITIALS_COUNT: Final = 0.94  #: how much initials say of the names that they stand for
_RARE: Final = 1.0  #: what counts as nothing of `Compiled.common`, and as everything
_COMMON: Final = 4.0
_SURNAMES: Final = 400  #: bearers of a surname from which on an initial says too little

Listener = Callable[[Problem], None]


@dataclass(frozen=True, kw_only=True, slots=True)
class Spot:
    """A name found in `tokens[begin:end]`."""

    begin: int
    end: int
    ids: tuple[str, ...]  #: gazetteer ids, best first; for a demonym the one that it is made from
    short: bool = False  #: safe only where a fuller name of one of `ids` stands in the same article
    demonym: bool = False  #: an adjective or name of inhabitants: «रूसी», «उत्तर कोरियाई»


class Gazetteer:
    """All that is known by name. It never changes; `load` makes it."""

    def __init__(self, inner: Compiled) -> None:
        self._compiled = inner
        self._names = inner.names
        self._joined_demonyms = {key.replace(" ", ""): key for key in inner.demonyms}
        self._heads: dict[str, bool] = {}

    @classmethod
    def load(cls, folder: Path | None = None, *, on_problem: Listener = lambda problem: None) -> Gazetteer:
        """The gazetteer of the package, with what lies in `folder`: entities of the user's own, which win, and fetched ones.

        Rows of the folder that are wrong are told to `on_problem`, when they are read: that is once after a change. Raises
        DataError where a table is missing, cannot be read or, of the package's, has a wrong row.
        """
        own = _own(folder)
        digest = _digest(own)
        place = tables.DATA / COMPILED if not own or folder is None else folder / COMPILED
        for path in (place, _elsewhere(digest)):
            found = _opened(path, digest) if path == place or _is_ours(path) else None
            if found is not None:
                return cls(found)
        return cls(_compiled(place, digest, own, on_problem))

    @property
    def digest(self) -> str:
        """A SHA-256 in hexadecimal digits of all that this gazetteer was made from."""
        return self._compiled.digest

    @property
    def counts(self) -> dict[str, int]:
        """How many entries there are, of each class, with listed Hindi names, with a QID; how many names and offices."""
        return dict(self._compiled.counts)

    def entry(self, id: str) -> GazetteerEntry:
        """The entry with this id. Raises KeyError where there is none."""
        number = self._compiled.number(id)
        if number is None:
            raise KeyError(id)
        return self._compiled.entry(number)

    def entries(self, *, unlisted: bool = False) -> Iterator[GazetteerEntry]:
        """The entries whose Hindi names are listed, sorted by id; then, with `unlisted`, the others."""
        for number in range(self._compiled.size):
            if unlisted or self._compiled.listed(number):
                yield self._compiled.entry(number)

    def __contains__(self, id: object) -> bool:
        return isinstance(id, str) and self._compiled.number(id) is not None

    def lookup(self, name: str) -> tuple[GazetteerEntry, ...]:
        """The entries that `name` may mean, by normal form, best prior first; empty where it is unknown.

        An acronym is known in the letters of both scripts where it is known in those of one: «यूएन», «UN».
        """
        keys = alternatives(name)
        for key in (*keys, acronym_in_other_letters(keys[0]), run_together(keys[0])):
            found = self._find_name(key) if key else None
            if found is not None:
                return tuple(map(self._compiled.entry, self._names.of(found)))
        return ()

    def is_short(self, name: str) -> bool:
        """Whether `name` is safe only beside a fuller one: «शी», «माली», a surname that several people bear."""
        return any(self._is_short(key) for key in alternatives(name))

    def _is_short(self, key: str) -> bool:
        found = self._names.key(key)
        return key in self._compiled.traps or (found is not None and self._compiled.is_short(found))

    def demonym(self, word: str) -> str | None:
        """The id (of a country, mostly) that an adjective or name of inhabitants is made from, inflected or not."""
        for key in alternatives(word):
            found = self._find_demonym(key)
            if found is not None:
                return found
        return None

    def government_of(self, id: str) -> str | None:
        """QID of the country (or union) whose government a capital or seat stands for: Moscow → Q159."""
        number = self._compiled.number(id)
        return self._compiled.entry(number).capital_of if number is not None else None

    def country_of(self, id: str) -> str | None:
        """QID of the country that an entry belongs to; a country's own id."""
        number = self._compiled.number(id)
        if number is None:
            return None
        entry = self._compiled.entry(number)
        return entry.id if entry.type is EntityType.COUNTRY else entry.country_qid

    # ------------------------------------------------------------------ spellings never seen

    def similar(self, name: str, *, limit: int = 10) -> tuple[tuple[GazetteerEntry, float], ...]:
        """Entries that have a name which sounds like `name`, with their similarity (0–1), best first.

        Honorifics and offices beside the name are left out. Those whose Hindi names are not listed are among them.
        """
        scored = []
        for form in dict.fromkeys((without_honorifics(name), normal_form(name))):
            words = sound(form).split()
            letters = initials_of(words)
            scored += self._by_initials(letters, words) if letters else self._scored(words, self._alike(words))
        return self._best(scored, limit)

    def commonness(self, id: str) -> float:
        """How common a person's name is, from 0 (nobody else has its first or last word) to 1 («Mohammad Ali»)."""
        number = self._compiled.number(id)
        if number is None:
            return 0.0
        return min(1.0, max(0.0, (self._compiled.common(number) - _RARE) / (_COMMON - _RARE)))

    def holders(
        self, name: str, *, country: str, office: str, limit: int = 10
    ) -> tuple[tuple[GazetteerEntry, float], ...]:
        """Those who hold or held an office of this class and country and have a name, or a last word of one, that sounds
        like `name`, with their similarity, best first."""
        words = sound(without_honorifics(name)).split()
        numbers = self._compiled.offices.get(f"{country}/{office}")
        scored = self._scored(words, numbers)
        if len(words) == 1:
            scored += [
                (number, max(similarity(words, heard.split()[-1:]) for heard in self._compiled.heard(number) if heard))
                for number in numbers
            ]
        return self._best(scored, limit)

    def officers(self, *, country: str, office: str) -> tuple[GazetteerEntry, ...]:
        """Those who hold or held an office of this class (`officeclass.office_class`) and country."""
        return tuple(map(self._compiled.entry, self._compiled.offices.get(f"{country}/{office}")))

    def _alike(self, words: Sequence[str]) -> list[int]:
        """The numbers of entries with a name whose skeleton is that of `words`, or differs from it in one consonant."""
        sounds = self._compiled.sounds
        whole = skeleton("".join(words))
        found = dict.fromkeys(number for key in compiled.skeletons_of(words) for number in sounds.get(key))
        if whole:
            found.update(dict.fromkeys(number for near in skeletons_near(whole) for number in sounds.get(near)))
        return list(found)

    def _by_initials(self, letters: str, words: Sequence[str]) -> list[tuple[int, float]]:
        """«एस जयशंकर»: people of that surname whose names begin so, or who are written with the same initials.

        Words between the initials and the surname («आर रमेश कुमार») must be theirs, too.
        """
        rest = without_initials(words)
        found = (
            self._scored(rest, self._alike(rest)) if len(rest) > 1 else []
        )  # «एम वेंकैया नायडू»: whatever «एम» stands for
        numbers = self._compiled.sounds.get(LAST_WORD + skeleton(rest[-1]))
        for number in numbers if len(numbers) <= _SURNAMES else ():
            for heard in map(str.split, self._compiled.heard(number)):
                if len(heard) > 1 and initials_fit(letters, heard):
                    others = without_initials(heard)[-len(rest) :]
                    found.append((number, _INITIALS_COUNT * similarity(rest, others)))
        return found

    def _scored(self, words: Sequence[str], numbers: Iterable[int]) -> list[tuple[int, float]]:
        """(number, similarity) of the entries with a name that is much like `words`."""
        joined = "".join(words)
        bearers: dict[str, list[int]] = {}
        for number in numbers:
            for heard in self._compiled.heard(number):
                bearers.setdefault(heard, []).append(number)
        near = process.extract(
            joined,
            [heard.replace(" ", "") for heard in bearers],
            scorer=Levenshtein.normalized_similarity,
            limit=_LOOKED_AT,
            score_cutoff=0.4,
        )
        names = list(bearers)
        found = []
        for _, _, at in near:
            numbers, whole = bearers[names[at]], names[at].split()
            people = [self._compiled.type(number) is EntityType.PERSON for number in numbers]
            alike = {person: similarity(words, whole, parts=person) for person in set(people)}
            found += [(number, alike[person]) for number, person in zip(numbers, people, strict=True)]
        return [one for one in found if one[1] >= _ALIKE]

    def _best(self, scored: Iterable[tuple[int, float]], limit: int) -> tuple[tuple[GazetteerEntry, float], ...]:
        best: dict[int, float] = {}
        for number, alike in scored:
            if alike >= _ALIKE:
                best[number] = max(alike, best.get(number, 0.0))
        first = sorted(best, key=lambda number: (-best[number], number))[: 2 * limit]
        found = [(self._compiled.entry(number), round(best[number], 4)) for number in first]
        return tuple(sorted(found, key=lambda one: (-one[1], one[0].rank, one[0].id))[:limit])

    # ------------------------------------------------------------------ names in texts

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
        return self._is_head(joined[: _HEADS[0]]) and (
            " " not in reading or len(joined) < _HEADS[1] or self._is_head(joined[: _HEADS[1]])
        )

    def _is_head(self, head: str) -> bool:
        known = self._heads.get(head)
        if known is None:
            known = self._heads[head] = self._compiled.begins(head)
        return known

    def _spot_at(self, begin: int, end: int, readings: Iterable[str]) -> Spot | None:
        for key in dict.fromkeys(readings):
            ids = self._ids(self._find_name(key)) or self._find_plural(key)
            if ids:
                return Spot(begin=begin, end=end, ids=ids, short=self._is_short(key))
            demonym = self._find_demonym(key)
            if demonym is not None:
                return Spot(begin=begin, end=end, ids=(demonym,), short=self._is_short(key), demonym=True)
        return None

    def _ids(self, name: int | None) -> tuple[str, ...]:
        return () if name is None else tuple(self._compiled.entry(number).id for number in self._names.of(name))

    def _find_name(self, key: str) -> int | None:
        """The number of a form in the compiled names, with other spaces where need be."""
        found = self._names.key(key)
        if found is not None:
            return found
        joined = key.replace(" ", "")
        return self._compiled.respaced(joined) if len(joined) >= _JOINED else None

    def _find_plural(self, key: str) -> tuple[str, ...]:
        for singular in _singulars(key):
            numbers = self._names.get(singular)
            if numbers and all(self._compiled.type(number) is EntityType.ORGANIZATION for number in numbers):
                return tuple(self._compiled.entry(number).id for number in numbers)
        return ()

    def _find_demonym(self, key: str) -> str | None:
        joined = key.replace(" ", "")
        respaced = self._joined_demonyms.get(joined, "") if len(joined) >= _JOINED else ""
        for form in (key, *_singulars(key), respaced):
            if form in self._compiled.demonyms:
                return self._compiled.demonyms[form]
        return None


def problems(folder: Path) -> Iterator[Problem]:
    """What is wrong in the rows of a folder beside the store. Raises DataError where a table of it cannot be read at all."""
    for one in _rows(_own(folder)):
        if isinstance(one[1], Problem):
            yield one[1]


def _own(folder: Path | None) -> list[Path]:
    """The files of a folder beside the store that are there, what counts less first."""
    return [path for name in (FETCHED, OWN) if folder is not None and (path := folder / name).exists()]


def _rows(own: Iterable[Path]) -> Iterator[tuple[bool, GazetteerEntry | Problem]]:
    """(whether it was fetched, entry or what is wrong) of each row."""
    for path in own:
        fetched = path.name == FETCHED
        for one in lines.read_lines(path) if fetched else tables.user_entries(path):
            yield fetched, one


def _digest(own: Sequence[Path]) -> str:
    """Of the package's data and of the code that reads it, and of the user's files."""
    made = hashlib.sha256(compiled.MAGIC)
    package = sorted(path for path in tables.DATA.iterdir() if path.suffix in (".tsv", ".xz", ".gz"))
    code = sorted(tables.DATA.parent.glob("*.py"))
    for path in (*package, *code, *own):
        try:
            data = path.read_bytes()
        except OSError as error:
            raise DataError(f"It cannot be read: {error}.", where=str(path), cure="See to its rights.") from error
        made.update(f"{path.name}\n{len(data)}\n".encode() + data)
    return made.hexdigest()


def _elsewhere(digest: str) -> Path:
    """Where a compiled gazetteer lies that could not be written where it belongs."""
    return Path(tempfile.gettempdir()) / f"hindi-news-kg-{os.getuid()}" / f"{digest}.bin"


def _is_ours(path: Path) -> bool:
    """Whether nobody else can have put a file into a folder that all may write to."""
    try:
        return all(one.stat().st_uid == os.getuid() and not one.stat().st_mode & 0o022 for one in (path, path.parent))
    except OSError:
        return False


def _opened(path: Path, digest: str) -> Compiled | None:
    """The compiled file, where it is there and was made from the same."""
    with suppress(DataError):
        found = Compiled(path)
        if found.digest == digest:
            return found
    return None


def _compiled(place: Path, digest: str, own: Sequence[Path], on_problem: Listener) -> Compiled:
    entries = {entry.id: entry for entry in (*tables.office_holders(corrected), *tables.package_entries())}
    for fetched, one in _rows(own):
        if isinstance(one, Problem):
            on_problem(one)
        else:
            known = entries.get(one.id)
            entries[one.id] = one if known is None else _merged(known, one, wins=not (fetched and known.listed))
    for target in (place, _elsewhere(digest)):  # the second where the first cannot be written: a read-only installation
        try:
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            compiled.write(target, entries.values(), demonyms=tables.demonyms(), traps=tables.traps(), digest=digest)
        except OSError as error:
            failure = error
            continue
        return Compiled(target)
    raise DataError(
        f"The compiled gazetteer cannot be written: {failure.strerror}.",
        where=str(place),
        cure="See to disk and rights.",
    )


def _merged(known: GazetteerEntry, more: GazetteerEntry, *, wins: bool) -> GazetteerEntry:
    """Two accounts of one thing as one: what the first tells counts, where `wins` what the second tells; no name is lost."""
    first, second = (more, known) if wins else (known, more)
    names = dict.fromkeys((*first.aliases, second.label_hi, *second.aliases) if second.listed else first.aliases)
    names.pop(first.label_hi, None)
    return replace(
        first,
        label_en=first.label_en or second.label_en,
        aliases=tuple(names),
        country_qid=first.country_qid or second.country_qid,
        kind=first.kind or second.kind,
        offices=united(first.offices, second.offices),
        capital_of=first.capital_of or second.capital_of,
        lat=second.lat if first.lat is None else first.lat,
        lon=second.lon if first.lat is None else first.lon,
        source=";".join(dict.fromkeys(filter(None, (first.source, second.source)))),
        rank=min(first.rank, second.rank),
    )


def _singulars(key: str) -> Iterator[str]:
    for plural, singular in _PLURALS:
        if key.endswith(plural):
            yield key.removesuffix(plural) + singular


def _two(keys: tuple[str, ...]) -> tuple[str, str]:
    return keys[0], keys[-1]
