"""The user's own table of entities: a row is added, or takes the place of the one with its id."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from kg.errors import DataError, UsageError
from kg.gazetteer.gazetteer import OWN
from kg.gazetteer.tables import ENTRY_COLUMNS, user_entries
from kg.records import GazetteerEntry, Office, Problem

COLUMNS: Final = (*ENTRY_COLUMNS, "offices")  #: of a new table
_FORBIDDEN: Final = re.compile(r"[\t\r\n|]")


def local_id(label: str) -> str:
    """An id for what has no QID, of its English name: «Example Corp.» → «local:example-corp».

    Raises UsageError where nothing is left of the name.
    """
    plain = unicodedata.normalize("NFKD", label).encode("ascii", "ignore").decode().lower()
    name = "-".join(re.findall(r"[a-z0-9]+", plain))
    if not name:
        raise UsageError(
            "An id cannot be made without a name in Latin letters.", cure="Give --qid, or the English name with --en."
        )
    return f"local:{name}"


def add(folder: Path, entry: GazetteerEntry) -> Path:
    """Put an entry into the user's table, whose path is returned; the folder and the table are made where need be.

    The other rows stay as they are, wrong ones too. Raises UsageError where a value cannot stand in a table or is wrong,
    DataError where the table cannot be read, has other columns or cannot be written.
    """
    cells = _cells(entry)
    for name, cell in cells.items():
        for value in cell.split("|") if name in ("aliases", "offices") else (cell,):
            if _FORBIDDEN.search(value):
                raise UsageError(f"The {name} {value!r} has a tab, a line's end or «|» in it.", cure="Leave it out.")
    path = folder / OWN
    columns, lines = _read(path)
    told = {name: cell for name, cell in cells.items() if cell}
    columns += [name for name in COLUMNS if name in told and name not in columns]
    row = "\t".join(cells[name] for name in columns)
    kept = [line for line in lines if line.split("\t")[columns.index("id")].strip() != entry.id]
    text = "\n".join(("\t".join(columns), *kept, row)) + "\n"
    temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        temporary.write_text(text, encoding="utf-8")
        for problem in _problems_of(temporary, len(kept) + 2):
            raise UsageError(problem.what, cure=problem.cure)
        temporary.replace(path)
    except OSError as error:
        raise DataError(
            f"It cannot be written: {error.strerror}.", where=str(path), cure="See to its rights."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
    return path


def _problems_of(path: Path, line: int) -> Iterator[Problem]:
    """What is wrong in one line of a table."""
    for one in user_entries(path):
        if isinstance(one, Problem) and one.where.endswith(f":{line}"):
            yield one


def _read(path: Path) -> tuple[list[str], list[str]]:
    """The columns and the rows of the table; of one that is not there yet, the columns that every entry has.

    Raises DataError where it cannot be read or has other columns.
    """
    if not path.exists():
        return ["id", "type", "hi"], []
    for _ in user_entries(path):  # raises where the columns are others
        pass
    lines = [line for line in path.read_text(encoding="utf-8-sig").split("\n") if line.strip()]
    return lines[0].split("\t"), lines[1:]


def _cells(entry: GazetteerEntry) -> dict[str, str]:
    return {
        "id": entry.id,
        "type": entry.type.value,
        "hi": entry.label_hi,
        "en": entry.label_en,
        "aliases": "|".join(entry.aliases),
        "country": entry.country_qid or "",
        "kind": entry.kind,
        "lat": "" if entry.lat is None else f"{entry.lat:g}",
        "lon": "" if entry.lon is None else f"{entry.lon:g}",
        "rank": "" if entry.rank == 1 else str(entry.rank),
        "source": entry.source,
        "offices": "|".join(map(_office, entry.offices)),
    }


def _office(office: Office) -> str:
    if office.begin is None and office.end is None:
        return office.label_en
    return f"{office.label_en} [{office.begin or ''}–{office.end or ''}]"
