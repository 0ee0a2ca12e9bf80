"""The table of memberships."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.errors import DataError
from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.members import COLUMNS, TABLE, Membership, load
from kg.gazetteer.tables import read_table
from kg.records import EntityType

ROWS = [tuple(row) for row in read_table(TABLE, COLUMNS)]
DAY = re.compile(r"(\d{4}(-\d\d(-\d\d)?)?)?")


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    """The package's."""
    return Gazetteer.load()


def test_members_and_organizations_are_known(gazetteer: Gazetteer) -> None:
    """A member is a country or an organization, and what it is a member of an organization, of the gazetteer."""
    for member, organization, *_ in ROWS:
        assert gazetteer.entry(member).type in (EntityType.COUNTRY, EntityType.ORGANIZATION), member
        assert gazetteer.entry(organization).type is EntityType.ORGANIZATION, organization


def test_no_organization_belongs_to_a_member(gazetteer: Gazetteer) -> None:
    """An organization of several states has no country: else two graphs would hold each other in the store for ever."""
    assert {gazetteer.entry(row[1]).country_qid for row in ROWS} == {None}


def test_times_are_dates_in_order() -> None:
    """Dates may be partial; an end does not come before its begin, and a second membership after the first has ended."""
    ends: dict[tuple[str, str], str] = {}
    for member, organization, begin, end, _ in ROWS:
        assert DAY.fullmatch(begin), (member, begin)
        assert DAY.fullmatch(end), (member, end)
        assert not end or begin <= end, (member, organization)
        assert ends.get((member, organization), "0") <= begin, (member, organization)
        ends[member, organization] = end or "9999"


def test_a_member_that_left_and_came_back_has_two_memberships() -> None:
    """Syria was in the Arab League until 2011 and is again since 2023."""
    league = [one for one in load()["Q858"] if one.organization == "Q7172"]
    assert league == [
        Membership(organization="Q7172", begin="1945-03-22", end="2011-11-12"),
        Membership(organization="Q7172", begin="2023-05-07", end=""),
    ]


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    """The error names the file and the columns that it wants."""
    (tmp_path / "members.tsv").write_text("id\torganization\nQ1\tQ2\n", encoding="utf-8")
    with pytest.raises(DataError, match="columns") as caught:
        load(tmp_path / "members.tsv")
    assert "organization, from" in str(caught.value)
