"""The tables that the gazetteer is made of, as entries: the package's own in `data/`, and a user's.

What is wrong in a row of the package is an error (DataError: the package is broken); what is wrong in a row of a user's table
is a Problem with file and line, and the other rows are read.
"""

from __future__ import annotations

import lzma
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kg.errors import DataError
from kg.records import EntityType, GazetteerEntry, Office, Problem

DATA: Final = Path(__file__).resolve().parent / "data"
ENTRY_FILES: Final = ("orgs.tsv", "persons.tsv", "places.tsv")
ENTRY_COLUMNS: Final = ("id", "type", "hi", "en", "aliases", "country", "kind", "lat", "lon", "rank", "source")
HOLDERS: Final = "officeholders.tsv.xz"
HOLDER_COLUMNS: Final = ("qid", "en", "hi", "country_qids", "offices")
HOLDER_RANK: Final = 9  #: behind every entry that somebody wrote down

USER_REQUIRED: Final = ("id", "type", "hi")
_USER_DEFAULTS: Final = MappingProxyType({"rank": "1", "source": "own"})  #: what a user adds is thought of first
_ALSO_OTHERS: Final = frozenset(  #: names of countries that are those of other places or parts of other names, too
    {"Georgia", "Niger", "Guinea", "Dominica", "Jordan", "Mexico"}
)
_DAY: Final = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?")
_ID: Final = re.compile(r"Q[1-9][0-9]*|local:[a-z0-9]+(?:-[a-z0-9]+)*")
_DEVANAGARI: Final = re.compile("[\u0900-\u097f]")
_OFFICE: Final = re.compile(r"(?P<label>.+?)(?: \[(?P<begin>[^]]*)–(?P<end>[^]]*)\])?")

Row = Sequence[str]


def read_table(path: Path, columns: Sequence[str]) -> Iterator[list[str]]:
    """The rows of a tab-separated table whose first line names `columns`.

    Raises DataError where the file cannot be read, has other columns or a row with too few or too many cells.
    """
    for _, row in _numbered_rows(path, columns):
        yield row


def _numbered_rows(path: Path, columns: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    lines = _text(path).split("\n")
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
        yield number, cells


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
        return (lzma.decompress(data) if path.suffix == ".xz" else data).decode("utf-8")
    except (OSError, UnicodeDecodeError, lzma.LZMAError) as error:
        raise DataError(f"This table cannot be read: {error}.", where=str(path), cure="Give a UTF-8 file.") from error


def _problem(path: Path, number: int, what: str, cure: str) -> Problem:
    return Problem(where=f"{path}:{number}", what=what, cure=cure, fatal=False)


def user_entries(path: Path) -> Iterator[GazetteerEntry | Problem]:
    """The entries of a user's table, and a warning for each row that is wrong.

    Its first line names its columns: id, type and hi, and as many of the package's and of `offices` («Minister of Defence of
    Russia [2024-05-14–]», `|` between) as the user wants. Raises DataError where the file cannot be read or has other columns.
    """
    lines = _text(path).removeprefix("\ufeff").replace("\r\n", "\n").split("\n")
    columns = (lines[0] if lines else "").split("\t")
    if not set(USER_REQUIRED) <= set(columns) <= {*ENTRY_COLUMNS, "offices"} or len(set(columns)) < len(columns):
        raise DataError(
            f"The columns are {columns}.",
            where=f"{path}:1",
            cure=f"Name {', '.join(USER_REQUIRED)} and, as you like, {', '.join((*ENTRY_COLUMNS[3:], 'offices'))}, "
            "with tabs between.",
        )
    for number, line in enumerate(lines[1:], start=2):
        if not line.strip():
            continue
        cells = line.split("\t")
        if len(cells) > len(columns):
            what = f"The row has {len(cells)} cells for {len(columns)} columns."
            yield _problem(path, number, what, "Write one cell a column, with tabs between.")
            continue
        told = dict(zip(columns, cells, strict=False))
        try:
            yield _user_entry({name: told.get(name, "").strip() for name in (*ENTRY_COLUMNS, "offices")})
        except ValueError as error:
            yield _problem(path, number, str(error), "Mend the row, or take it out.")


def _user_entry(told: Mapping[str, str]) -> GazetteerEntry:
    """Raises ValueError, with words for a user, where a cell is wrong."""
    row = [told[name] or _USER_DEFAULTS.get(name, "") for name in ENTRY_COLUMNS]
    offices = tuple(read_office(text, told["country"] or None) for text in told["offices"].split("|") if text.strip())
    for office in offices:
        for day in (office.begin, office.end):
            if day is not None and not _DAY.fullmatch(day):
                raise ValueError(
                    f"An office of {told['id']} has the date {day!r}, not one like 2024, 2024-05 or 2024-05-14."
                )
    return _entry(row, {}, {told["id"]: offices})


def package_entries() -> Iterator[GazetteerEntry]:
    """The entries of the package's tables whose Hindi names are written down, sorted by id in each table.

    Raises DataError where a table is missing or wrong.
    """
    capitals = {row[0]: row[1] for row in read_table(DATA / "capitals.tsv", ("id", "of", "name", "source"))}
    offices = _offices(DATA / "offices.tsv")
    for name in ENTRY_FILES:
        for number, row in _numbered_rows(DATA / name, ENTRY_COLUMNS):
            try:
                yield _entry(row, capitals, offices)
            except ValueError as error:
                raise DataError(str(error), where=f"{DATA / name}:{number}", cure="Mend the row.") from error


def office_holders(
    correct: Callable[[Sequence[Office], Sequence[Office]], tuple[Office, ...]],
) -> Iterator[GazetteerEntry]:
    """People with dated offices who are known by an English name; the Hindi one is a transliteration (`transliteration.py`).

    `correct` makes one account of a person's offices from that of the list and that of `offices.tsv` (`officeclass.corrected`).
    Raises DataError where a table is missing or wrong.
    """
    told = _offices(DATA / "offices.tsv")
    places = _countries_in_labels()
    for qid, name, hindi, countries, offices in read_table(DATA / HOLDERS, HOLDER_COLUMNS):
        country = countries.split("|")[0] or None
        if not _DEVANAGARI.search(hindi):
            continue  # known in Chinese letters only
        yield GazetteerEntry(
            id=qid,
            type=EntityType.PERSON,
            label_hi=hindi,
            label_en=name,
            country_qid=country,
            offices=correct(
                [_placed(read_office(text, country), places) for text in offices.split("|") if text], told.get(qid, ())
            ),
            source="officeholders",
            rank=HOLDER_RANK,
            listed=False,
        )


def _placed(office: Office, places: Mapping[str, str]) -> Office:
    """An office of whose holder no country is known, with that which its label tells: «member of the Sejm of Poland»."""
    if office.country_qid is not None:
        return office
    words = f" {office.label_en.casefold()} "
    told = {country for phrase, country in places.items() if f" {phrase} " in words}
    return replace(office, country_qid=told.pop()) if len(told) == 1 else office


def _countries_in_labels() -> Mapping[str, str]:
    """Phrase in the label of an office → id of its country: «of norway» for every country whose name stands for nothing else, and
    what `office_places.tsv` has of their parts and parliaments."""
    found: dict[str, str] = {}
    for id, type, _, english, *_ in read_table(DATA / "places.tsv", ENTRY_COLUMNS):
        name = english.casefold().removeprefix("the ")
        if type == EntityType.COUNTRY and english not in _ALSO_OTHERS:
            found |= {f"of {name}": id, f"of the {name}": id}
    return found | dict(read_table(DATA / "office_places.tsv", ("phrase", "country")))


def read_office(text: str, country: str | None) -> Office:
    """«President [2009-01-20–2017-01-20]» as an office of the holder's country."""
    found = _OFFICE.fullmatch(text)
    assert found is not None  # every text has a label
    return Office(label_en=found["label"], country_qid=country, begin=found["begin"] or None, end=found["end"] or None)


def demonyms() -> Iterator[tuple[str, str]]:
    """(form, id) of each adjective or name of inhabitants."""
    for form, id, _ in read_table(DATA / "demonyms.tsv", ("form", "id", "source")):
        yield form, id


def traps() -> Iterator[str]:
    """Forms that are safe only beside a fuller name."""
    return (row[0] for row in read_table(DATA / "traps.tsv", ("form", "why")))


def _entry(row: Row, capitals: Mapping[str, str], offices: Mapping[str, tuple[Office, ...]]) -> GazetteerEntry:
    """The entry of a row. Raises ValueError, with words for a user, where a cell is wrong."""
    id, type, hi, en, aliases, country, kind, lat, lon, rank, source = row
    if not _ID.fullmatch(id):
        raise ValueError(f"The id is {id!r}, neither a QID nor «local:name-of-it».")
    if type not in {member.value for member in EntityType}:
        raise ValueError(f"The type of {id} is {type!r}, not one of {', '.join(EntityType)}.")
    if not hi.strip():
        raise ValueError(f"{id} has no Hindi name.")
    if not rank.isdecimal() or not 0 < int(rank) < 100:
        raise ValueError(f"The rank of {id} is {rank!r}, not a whole number from 1 to 99.")
    return GazetteerEntry(
        id=id,
        type=EntityType(type),
        label_hi=hi,
        label_en=en,
        aliases=tuple(filter(None, aliases.split("|"))),
        country_qid=country or None,
        kind=kind,
        offices=offices.get(id, ()),
        capital_of=capitals.get(id),
        lat=_degrees(lat, 90, id),
        lon=_degrees(lon, 180, id),
        source=source,
        rank=int(rank),
    )


def _degrees(text: str, most: int, id: str) -> float | None:
    if not text:
        return None
    try:
        found = float(text)
    except ValueError:
        found = most + 1.0
    if not -most <= found <= most:
        raise ValueError(f"A coordinate of {id} is {text!r}, not degrees from -{most} to {most}.")
    return found


def _offices(path: Path) -> dict[str, tuple[Office, ...]]:
    offices: defaultdict[str, list[Office]] = defaultdict(list)
    for id, label, country, begin, end, _ in read_table(path, ("id", "label", "country", "begin", "end", "source")):
        offices[id].append(
            Office(label_en=label, country_qid=country or None, begin=begin or None, end=end or None),
        )
    return {id: tuple(found) for id, found in offices.items()}
