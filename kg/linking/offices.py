"""What is known of an office by its English label: its class, and its Hindi name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from kg.extraction.datafile import DATA, rows
from kg.gazetteer.officeclass import office_class

__all__ = ["hindi_titles", "office_class"]


@cache
def hindi_titles() -> Mapping[str, str]:
    """Office in English → in Hindi, by the titles of the extraction: «Prime Minister» → «प्रधानमंत्री»."""
    found = {row["label"]: row["forms"][0] for row in rows(DATA / "references.yml", "titles") if row["office"]}
    return MappingProxyType(found)
