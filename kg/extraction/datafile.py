"""Reads the YAML files of `data/`; whatever is wrong with one is a DataError that names it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import yaml

from kg.errors import DataError
from kg.extraction.words import fold

DATA = Path(__file__).resolve().parent / "data"
EVERY = ("id", "gloss", "example", "counterexample")
"""What every entry with examples has; `tests/knowledge` runs the examples."""
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # the one in C, where it is built, is much faster


def sections(path: Path) -> Mapping[str, Any]:
    """The sections of a data file by name. Raises DataError where it cannot be read or has none."""
    try:
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, yaml.YAMLError) as problem:
        raise DataError(
            f"This data file cannot be read: {problem}.", where=path.name, cure="Mend the YAML."
        ) from problem
    if not isinstance(content, dict):
        raise DataError("The file holds no sections.", where=path.name, cure="Give the sections by name.")
    return content


def rows(path: Path, section: str) -> list[dict[str, Any]]:
    """The entries of a section. Raises DataError where the file has no such section."""
    content = sections(path)
    if not isinstance(content.get(section), list):
        raise DataError(f"It has no list {section!r}.", where=path.name, cure="Name the section as its neighbours do.")
    return list(content[section])


def rows_with_examples(
    path: Path, section: str, *, needed: Collection[str], allowed: Collection[str] = ()
) -> list[dict[str, Any]]:
    """The entries of a section with examples. Raises DataError where one lacks a field of `EVERY` or `needed`, or has
    one beyond those and `allowed`.
    """
    found = rows(path, section)
    for row in found:
        for name in (*EVERY, *needed):
            if not isinstance(row, dict) or row.get(name) in (None, ""):
                raise DataError(
                    f"An entry has no {name!r}: {row}.", where=path.name, cure="Give each entry id, gloss and examples."
                )
        only({*EVERY, *needed, *allowed}, row, row["id"], path)
    return found


def only(names: Collection[str], row: Collection[str], id: str, path: Path) -> None:
    """Raises DataError (file, entry) where a row has a field that is none of the names."""
    unknown = sorted(set(row) - set(names))
    if unknown:
        raise DataError(f"{id}: no field {unknown[0]!r}.", where=path.name, cure="Spell it as its neighbours do.")


def words_by_id(path: Path, section: str, key: str = "words", *, examples: bool = False) -> dict[str, frozenset[str]]:
    """The folded words of each entry of a section. Raises DataError where an entry lacks its id or its words, or its
    examples where it must have them.
    """
    try:
        found = rows_with_examples(path, section, needed=(key,)) if examples else rows(path, section)
        return {row["id"]: frozenset(map(folded_phrase, row[key])) for row in found}
    except (KeyError, TypeError, AttributeError) as problem:
        raise DataError(
            f"An entry lacks or misspells {problem}.", where=path.name, cure="Give each entry id, gloss and words."
        ) from problem


def folded_phrase(text: str) -> str:
    """A word or phrase as the lexicon compares it, its words with one space between."""
    return " ".join(fold(word) or word for word in text.split())
