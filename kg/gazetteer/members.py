"""Which countries and unions are members of which organizations, and since when: `data/members.tsv`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from kg.gazetteer.tables import DATA, read_table

TABLE: Final = DATA / "members.tsv"
COLUMNS: Final = ("id", "organization", "from", "until", "source")


@dataclass(frozen=True, kw_only=True, slots=True)
class Membership:
    """That somebody is or was a member of an organization, for one time."""

    organization: str  #: gazetteer id
    begin: str  #: ISO date, may be partial; empty where it is not known
    end: str  #: likewise; empty where it lasts


Members = Mapping[str, tuple[Membership, ...]]
"""Gazetteer id of a member → its memberships, sorted."""

NOBODY: Final[Members] = MappingProxyType({})


def load(path: Path = TABLE) -> Members:
    """The memberships of a table. Raises DataError where it cannot be read, has other columns or a wrong row."""
    found: defaultdict[str, list[Membership]] = defaultdict(list)
    for id, organization, begin, end, _ in read_table(path, COLUMNS):
        found[id].append(Membership(organization=organization, begin=begin, end=end))
    in_order = {id: sorted(told, key=lambda one: (one.organization, one.begin)) for id, told in found.items()}
    return MappingProxyType({id: tuple(told) for id, told in sorted(in_order.items())})
