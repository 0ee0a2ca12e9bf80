"""Entities out of a Wikidata JSON dump (https://www.wikidata.org/wiki/Wikidata:Database_download), in one pass and little memory.

The dump is a JSON array with one entity a line, compressed by gzip or bzip2 or not at all. Kept is what is of a class of
`data/classes.tsv` and has a Hindi name, and people with an office who have an English one. An office is an item too, and may come
before or after those who held it: people are drafted with the offices' ids, the labels of offices are written to a file beside, and
both are joined at the end. Draft, labels and a state file lie in the folder until then, so that a run that was stopped goes on.

What is kept takes the place of what was fetched of the same entities before. Memory does not grow with the dump: a set of QIDs is kept
as one bit for each number, and of the labels of offices only those that somebody held are read.
"""

from __future__ import annotations

import bz2
import gzip
import json
import os
import re
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from io import BufferedReader
from pathlib import Path
from types import MappingProxyType
from typing import IO, Any, Final, cast

from kg.errors import DataError, InputError
from kg.gazetteer.fetched import alone
from kg.gazetteer.gazetteer import FETCHED
from kg.gazetteer.lines import from_line, to_line
from kg.gazetteer.tables import DATA, read_table
from kg.gazetteer.transliteration import devanagari
from kg.records import EntityType, GazetteerEntry, Office, Problem

DRAFT: Final = "import.draft.jsonl"
LABELS: Final = "import.offices.tsv"
STATE: Final = "import.json"
OFFICE: Final = "Office"  #: in the table of classes: an item that people hold

_EVERY: Final = 2000  #: lines after which the state is written
_ENOUGH: Final = 100  #: lines that are all no entities, after which it is no dump
_EARTH: Final = "http://www.wikidata.org/entity/Q2"
_OF_AN_OFFICE: Final = (
    "P1001",
    "P1308",
)  #: «applies to jurisdiction», «officeholder»: what has one is an office to those who hold it
_RANKS: Final = ((150, 6), (60, 7), (20, 8))  #: number of wikis that have an article → rank
_LAST_RANK: Final = 9
_DEVANAGARI: Final = re.compile("[\u0900-\u097f]")
_QID: Final = re.compile("Q[1-9][0-9]{0,9}")
_ACRONYM: Final = re.compile("[A-Z]{2,6}")
_TIME: Final = re.compile(r"\+(\d{4})-(\d\d)-(\d\d)T")
_PRECISIONS: Final = {11: 3, 10: 2, 9: 1}  #: Wikidata's precision of a time → parts of the date that are known

Json = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Imported:
    """What an import did."""

    lines: int  #: of the dump
    kept: int  #: entities of it that are in the table now
    failed: int  #: lines that are no entity


@dataclass(frozen=True, kw_only=True, slots=True)
class _State:
    """How far a run came, and how long its files were then."""

    dump: str
    size: int
    modified: int
    lines: int = 0
    failed: int = 0
    draft: int = 0
    labels: int = 0


def import_dump(
    dump: Path,
    folder: Path,
    *,
    restart: bool = False,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    on_problem: Callable[[Problem], None] = lambda problem: None,
) -> Imported:
    """Put the entities of a dump into the table of fetched entities of a folder.

    Goes on where the last run over the same file stopped, unless `restart`. `on_progress` is told (bytes read, bytes in all). A line
    that is no entity is told to `on_problem`. Raises InputError where the file cannot be read, is cut off or is no dump, DataError
    where the folder cannot be written or another import is writing there.
    """
    try:
        told = dump.stat()
    except OSError as error:
        raise InputError(f"It cannot be read: {error.strerror}.", where=str(dump), cure="Check the name.") from error
    fresh = _State(dump=str(dump.resolve()), size=told.st_size, modified=told.st_mtime_ns)
    try:
        with alone(folder):
            state = fresh if restart else _begun(folder, fresh)
            with _appended(folder / DRAFT, state.draft) as draft, _appended(folder / LABELS, state.labels) as labels:
                state = _read(dump, state, folder, draft, labels, on_progress, on_problem)
            kept = _join(folder)
    except OSError as error:
        raise DataError(
            f"It cannot be written: {error.strerror or error}.",
            where=str(folder),
            cure="See to the disk and the rights.",
        ) from error
    return Imported(lines=state.lines, kept=kept, failed=state.failed)


def _begun(folder: Path, fresh: _State) -> _State:
    """The state of a run over the same file that was stopped; else a fresh one."""
    try:
        found = _State(**json.loads((folder / STATE).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return fresh
    same = (found.dump, found.size, found.modified) == (fresh.dump, fresh.size, fresh.modified)
    return found if same else fresh


@contextmanager
def _appended(path: Path, length: int) -> Iterator[IO[bytes]]:
    """A file cut to a length, to be written on from there."""
    with path.open("ab") as file:
        file.truncate(length)
        file.seek(length)
        yield file


def _read(
    dump: Path,
    state: _State,
    folder: Path,
    draft: IO[bytes],
    labels: IO[bytes],
    on_progress: Callable[[int, int], None],
    on_problem: Callable[[Problem], None],
) -> _State:
    done, failed = state.lines, state.failed

    def noted() -> _State:
        for file in (draft, labels):
            file.flush()
            os.fsync(file.fileno())
        now = replace(state, lines=done, failed=failed, draft=draft.tell(), labels=labels.tell())
        _write_whole(folder / STATE, json.dumps({name: getattr(now, name) for name in now.__slots__}))
        return now

    with dump.open("rb", buffering=1 << 20) as raw:
        lines = _lines(dump, cast(BufferedReader, raw))
        for number, line in enumerate(lines, start=1):
            if number <= done:
                continue
            try:
                entry, label = _told(line)
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                failed += 1
                said = f"This line is no entity: {type(error).__name__}: {error}."
                on_problem(Problem(where=f"{dump}:{number}", what=said, cure="Get the dump again.", fatal=False))
                entry, label = None, None
                if failed == _ENOUGH and number <= _ENOUGH + 1:  # there is a bracket before
                    raise InputError(
                        f"None of its first {_ENOUGH} lines is an entity.",
                        where=str(dump),
                        cure="Give a dump that has one entity a line, as Wikidata's have.",
                    ) from error
            if entry is not None:
                draft.write(to_line(entry).encode() + b"\n")
            if label is not None:
                labels.write("\t".join(label).encode() + b"\n")
            done = number
            if number % _EVERY == 0:
                noted()
                on_progress(raw.tell(), state.size)
        on_progress(state.size, state.size)
        return noted()


def _lines(dump: Path, raw: BufferedReader) -> Iterator[bytes]:
    """The lines of a dump, decompressed. Raises InputError where it is cut off or not what its name says."""
    opened: Any = raw
    if dump.name.endswith(".gz"):
        opened = gzip.GzipFile(fileobj=raw)
    elif dump.name.endswith(".bz2"):
        opened = bz2.BZ2File(raw)
    number = 0
    try:
        for line in opened:
            number += 1
            yield line
    except (EOFError, OSError, zlib.error) as error:
        raise InputError(
            f"It is cut off or damaged behind line {number}: {error}.", where=str(dump), cure="Get the file again."
        ) from error


def _told(line: bytes) -> tuple[GazetteerEntry | None, tuple[str, str, str] | None]:
    """What a line tells: an entry to keep, and (id, English label, country or nothing) of an office.

    Raises ValueError and the like for no entity.
    """
    text = line.removeprefix(b"\xef\xbb\xbf").strip().rstrip(b",").rstrip()
    if text in (b"", b"[", b"]"):
        return None, None
    if not (text.startswith(b"{") and text.endswith(b"}")):
        raise ValueError("no object")
    if not any(mark in text for mark in _marks()):
        return None, None  # neither a Hindi word, nor an office, nor one who holds one
    item: Json = json.loads(text)
    if item.get("type", "item") != "item":
        return None, None
    kinds = [*_items(item, "P31"), *_items(item, "P279")]
    label = None
    is_office = any(_classes().get(kind, ("", ""))[0] == OFFICE for kind in kinds) or any(
        _statements(item, name) for name in _OF_AN_OFFICE
    )
    if is_office and (english := _label(item, "en")):
        label = (item["id"], english, next(iter((*_items(item, "P1001"), *_items(item, "P17"), ""))))
    return _entry(item), label


@cache
def _marks() -> tuple[bytes, ...]:
    offices = (f'"{id}"'.encode() for id, (type, _) in _classes().items() if type == OFFICE)
    return (b'"hi"', b'"P39"', *(f'"{name}"'.encode() for name in _OF_AN_OFFICE), *offices)


@cache
def _classes() -> Mapping[str, tuple[str, str]]:
    """Class → (type, kind)."""
    return MappingProxyType(
        {row[0]: (row[1], row[2]) for row in read_table(DATA / "classes.tsv", ("id", "type", "kind"))}
    )


def _entry(item: Json) -> GazetteerEntry | None:
    """The entry of an item; None where it is of no class that is wanted, or has no name to be known by."""
    known = (_classes()[kind] for kind in _items(item, "P31") if kind in _classes())
    type, kind = next((one for one in known if one[0] != OFFICE), ("", ""))
    if not type:
        return None
    hindi, english = _hindi(item), _label(item, "en")
    listed = bool(hindi)
    offices = tuple(_offices(item)) if type == EntityType.PERSON else ()
    if not listed:
        if type != EntityType.PERSON or not offices or not english:
            return None
        hindi = devanagari(english)
        if not _DEVANAGARI.search(hindi):
            return None
    country = next(iter((*_present(item, "P27"), *_present(item, "P17"))), None)
    lat, lon = _coordinates(item)
    if not _QID.fullmatch(item["id"]):
        raise ValueError(f"the id {item['id']!r}")
    return GazetteerEntry(
        id=item["id"],
        type=EntityType(type),
        label_hi=hindi,
        label_en=english,
        aliases=tuple(dict.fromkeys(name for name in _aliases(item) if name != hindi)) if listed else (),
        country_qid=country if country != item["id"] else None,
        kind=kind,
        offices=offices,
        capital_of=next((one for one in _items(item, "P1376") if one == country), None),
        lat=lat,
        lon=lon,
        source="wikidata",
        rank=next((rank for least, rank in _RANKS if len(item.get("sitelinks", {})) >= least), _LAST_RANK),
        listed=listed,
    )


def _hindi(item: Json) -> str:
    """The label in Devanagari, else the first other name in it; empty where there is none."""
    names = (_label(item, "hi"), *_aliases(item))
    return next((name for name in names if _DEVANAGARI.search(name)), "")


def _label(item: Json, language: str) -> str:
    labels = item.get("labels") or {}
    found = labels.get(language) or (labels.get("mul") if language == "en" else None)
    return " ".join(found["value"].split()) if found else ""


def _aliases(item: Json) -> Iterator[str]:
    """Hindi names, and English acronyms, which Hindi print uses as they are."""
    aliases = item.get("aliases") or {}
    for one in aliases.get("hi", ()):
        if _DEVANAGARI.search(one["value"]):
            yield " ".join(one["value"].replace("|", " ").split())
    for one in aliases.get("en", ()):
        if _ACRONYM.fullmatch(one["value"]):
            yield one["value"]


def _statements(item: Json, name: str) -> list[Json]:
    """The statements of a property that count: the preferred ones, else those of normal rank."""
    found = (item.get("claims") or {}).get(name, [])
    preferred = [one for one in found if one.get("rank") == "preferred"]
    return preferred or [one for one in found if one.get("rank", "normal") == "normal"]


def _value(snak: Json) -> Any:
    """The value of a snak; None for «no value» and «some value»."""
    return snak["datavalue"]["value"] if snak.get("snaktype") == "value" else None


def _items(item: Json, name: str) -> Iterator[str]:
    for one in _statements(item, name):
        value = _value(one["mainsnak"])
        if value is not None:
            yield value["id"]


def _present(item: Json, name: str) -> Iterator[str]:
    """The items of a property, those that hold no longer behind the others."""
    statements = sorted(_statements(item, name), key=lambda one: "P582" in (one.get("qualifiers") or {}))
    for one in statements:
        value = _value(one["mainsnak"])
        if value is not None:
            yield value["id"]


def _offices(item: Json) -> Iterator[Office]:
    """The offices of a person by their ids, whatever their rank: a preferred one is but the present one."""
    for one in (item.get("claims") or {}).get("P39", []):
        value = _value(one["mainsnak"])
        if value is not None and one.get("rank") != "deprecated" and _QID.fullmatch(value["id"]):
            begin, end = (_time(one.get("qualifiers") or {}, name) for name in ("P580", "P582"))
            yield Office(label_en=value["id"], begin=begin, end=end)


def _time(qualifiers: Json, name: str) -> str | None:
    for snak in qualifiers.get(name, ()):
        value = _value(snak)
        found = _TIME.match(value["time"]) if value is not None else None
        parts = _PRECISIONS.get(value["precision"], 0) if value is not None else 0
        if found is not None and parts:
            return "-".join(found.groups()[:parts])
    return None


def _coordinates(item: Json) -> tuple[float | None, float | None]:
    for one in _statements(item, "P625"):
        value = _value(one["mainsnak"])
        if value is None or value.get("globe", _EARTH) != _EARTH:
            continue  # a crater
        if abs(value["latitude"]) <= 90 and abs(value["longitude"]) <= 180:
            return round(value["latitude"], 6), round(value["longitude"], 6)
    return None, None


# ---------------------------------------------------------------------- the end of a run


def _join(folder: Path) -> int:
    """Put the drafted entries, with the labels of their offices, into the table, in the place of what was fetched of the same before,
    and clear up; how many they are.

    Somebody known in English alone, of whose offices none has a label, is left out.
    """
    drafted, held = _Numbers(), _Numbers()
    for entry in _drafted(folder):
        drafted.add(entry.id)
        for office in entry.offices:
            held.add(office.label_en)
    labels = {}
    with (folder / LABELS).open(encoding="utf-8") as lines:
        for line in lines:
            id, label, country = line.rstrip("\n").split("\t")
            if id in held:
                labels[id] = (label, country or None)
    kept = 0
    table, temporary = folder / FETCHED, folder / f"{FETCHED}.new"
    with temporary.open("w", encoding="utf-8") as out:
        if table.exists():
            with table.open(encoding="utf-8", errors="surrogateescape") as before:
                out.writelines(line for line in before if _id_in(line) not in drafted)
        for entry in _drafted(folder):
            named = _named(entry, labels)
            if named.listed or named.offices:
                out.write(to_line(named) + "\n")
                kept += 1
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(table)
    for name in (STATE, DRAFT, LABELS):
        (folder / name).unlink(missing_ok=True)
    return kept


def _drafted(folder: Path) -> Iterator[GazetteerEntry]:
    with (folder / DRAFT).open(encoding="utf-8") as lines:
        yield from map(from_line, lines)


def _id_in(line: str) -> str:
    """The id of a fetched line; empty for a line that is none, which stays."""
    try:
        return from_line(line).id
    except DataError:
        return ""


class _Numbers:
    """A set of QIDs, one bit for each number up to the largest."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def add(self, id: str) -> None:
        at, bit = divmod(int(id[1:]), 8)
        if at >= len(self._bits):
            self._bits.extend(bytes(max(at + 1 - len(self._bits), len(self._bits) // 8)))
        self._bits[at] |= 1 << bit

    def __contains__(self, id: str) -> bool:
        if not _QID.fullmatch(id):
            return False
        at, bit = divmod(int(id[1:]), 8)
        return at < len(self._bits) and bool(self._bits[at] >> bit & 1)


def _named(entry: GazetteerEntry, labels: Mapping[str, tuple[str, str | None]]) -> GazetteerEntry:
    """The entry with its offices by name and country, the holder's where the office tells none; one that is not in the dump as an
    office is left out."""
    offices = tuple(
        replace(office, label_en=label, country_qid=country or entry.country_qid)
        for office in entry.offices
        if office.label_en in labels
        for label, country in (labels[office.label_en],)
    )
    return replace(entry, offices=offices)


def _write_whole(path: Path, text: str) -> None:
    temporary = path.with_name(f"{path.name}.new")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(path)
