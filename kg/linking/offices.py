"""What is known of an office by its English label: its class, and its Hindi name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kg.extraction.datafile import DATA, rows
from kg.gazetteer.gazetteer import read_table

_TABLE = Path(__file__).resolve().parent / "data" / "offices.tsv"


def office_class(label: str) -> str | None:
    """«Minister of Defence of Russia» → «defence»; None where no phrase of the table stands in the label.

    Where several stand there, the one that begins first counts, and of these the longest: «Deputy Minister of Foreign
    Affairs» is a deputy, «President of the European Commission» no head of state.
    """
    words = f" {label.casefold()} "
    found = [(words.index(f" {phrase} "), -len(phrase), phrase) for phrase in _phrases() if f" {phrase} " in words]
    return _phrases()[min(found)[2]] if found else None


@cache
def hindi_titles() -> Mapping[str, str]:
    """Office in English → in Hindi, by the titles of the extraction: «Prime Minister» → «प्रधानमंत्री»."""
    found = {row["label"]: row["forms"][0] for row in rows(DATA / "references.yml", "titles") if row["office"]}
    return MappingProxyType(found)


@cache
def _phrases() -> Mapping[str, str]:
    return MappingProxyType({row[0]: row[1] for row in read_table(_TABLE, ("phrase", "class"))})
