"""What the kinds of places and organizations are called, in English and in Hindi: `data/kinds.tsv`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType
from typing import Final

from kg.gazetteer.tables import DATA, read_table

COLUMNS: Final = ("kind", "en", "hi", "source")


def kind_names(kind: str) -> tuple[str, str]:
    """The kind of an entry in English and in Hindi; one that the table does not have as it is, and no Hindi for it."""
    return _names().get(kind, (kind, ""))


@cache
def _names() -> Mapping[str, tuple[str, str]]:
    return MappingProxyType({kind: (en, hi) for kind, en, hi, _ in read_table(DATA / "kinds.tsv", COLUMNS)})
