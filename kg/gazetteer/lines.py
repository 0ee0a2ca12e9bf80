"""Gazetteer entries as lines of JSON: how `kg gazetteer import` and `update` keep them, and the compiled file too.

An entry is an object with the names of its fields; what has its default is left out. Offices are lists
[label, country, begin, end], cut after the last value.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import MISSING, fields
from pathlib import Path
from typing import Any, Final

from kg.errors import DataError
from kg.records import EntityType, GazetteerEntry, Office, Problem

_DEFAULTS: Final = {field.name: field.default for field in fields(GazetteerEntry) if field.default is not MISSING}
_NUMBERS: Final = ("lat", "lon")


def to_line(entry: GazetteerEntry) -> str:
    """An entry as one line of JSON, without the line's end. `from_line` gives the entry back."""
    found: dict[str, Any] = {}
    for field in fields(GazetteerEntry):
        value = getattr(entry, field.name)
        if field.name in _DEFAULTS and value == _DEFAULTS[field.name]:
            continue
        found[field.name] = [_cells(office) for office in value] if field.name == "offices" else value
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def from_line(line: str) -> GazetteerEntry:
    """The entry that a line tells of.

    Raises DataError, without a place, where the line is no entry.
    """
    try:
        return _entry(json.loads(line))
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        said = f"{error.args[0]!r} is missing" if isinstance(error, KeyError) else str(error)
        raise DataError(f"This is no entry: {said}.", cure="Give an object with id, type and label_hi.") from error


def read_lines(path: Path) -> Iterator[GazetteerEntry | Problem]:
    """The entries of a file, and a warning with file and line for each line that is none.

    Raises DataError where the file cannot be read.
    """
    try:
        with path.open(encoding="utf-8", errors="surrogateescape") as lines:
            for number, line in enumerate(lines, start=1):
                if not line.strip():
                    continue
                try:
                    yield from_line(line)
                except DataError as error:
                    yield Problem(where=f"{path}:{number}", what=error.what, cure=error.cure, fatal=False)
    except OSError as error:
        raise DataError(f"It cannot be read: {error.strerror}.", where=str(path), cure="See to its rights.") from error


def _cells(office: Office) -> list[str | None]:
    cells = [office.label_en, office.country_qid, office.begin, office.end]
    while cells[-1] is None:
        cells.pop()
    return cells


def _entry(told: dict[str, Any]) -> GazetteerEntry:
    unknown = sorted(told.keys() - {field.name for field in fields(GazetteerEntry)})
    if unknown:
        raise ValueError(f"unknown field {unknown[0]!r}")
    values = dict(told)
    values["type"] = EntityType(values["type"])
    values["aliases"] = tuple(values.get("aliases", ()))
    values["offices"] = tuple(
        Office(**dict(zip(("label_en", "country_qid", "begin", "end"), cells, strict=False)))
        for cells in values.get("offices", ())
    )
    for name in _NUMBERS:
        if values.get(name) is not None:
            values[name] = float(values[name])
    entry = GazetteerEntry(**values)
    if not entry.id or not entry.label_hi:
        raise ValueError("id and label_hi may not be empty")
    return entry
