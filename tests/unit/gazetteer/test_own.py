"""Adding entities of the user's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import DataError, UsageError
from kg.gazetteer.gazetteer import OWN, Gazetteer
from kg.gazetteer.own import add, local_id
from kg.gazetteer.tables import user_entries
from kg.records import EntityType, GazetteerEntry, Office


def entry(id: str = "Q900000001", hi: str = "नयानगर खास", **more: object) -> GazetteerEntry:
    values = {"type": EntityType.PLACE, "rank": 1, "source": "own", **more}
    return GazetteerEntry(id=id, label_hi=hi, **values)  # type: ignore[arg-type]


def test_what_is_added_comes_back(tmp_path: Path) -> None:
    """An entry with every value is read from the table as it was added."""
    full = entry(
        type=EntityType.PERSON,
        label_en="A. B.",
        aliases=("क ख", "ग घ"),
        country_qid="Q668",
        kind="minister",
        lat=1.5,
        lon=-2.25,
        rank=3,
        offices=(
            Office(label_en="Minister", country_qid="Q668", begin="2024-05"),
            Office(label_en="X", country_qid="Q668"),
        ),
    )
    assert add(tmp_path / "new", full) == tmp_path / "new" / OWN
    assert list(user_entries(tmp_path / "new" / OWN)) == [full]


def test_a_second_row_of_one_id_takes_the_place_of_the_first(tmp_path: Path) -> None:
    """Adding an id again replaces its row and leaves the others, and new columns come behind the old."""
    add(tmp_path, entry())
    add(tmp_path, entry("Q900000002", "दूसरानगर"))
    add(tmp_path, entry(hi="पहलानगर", label_en="First", lat=1.0, lon=2.0))
    names = {one.id: one.label_hi for one in user_entries(tmp_path / OWN) if isinstance(one, GazetteerEntry)}
    assert names == {"Q900000001": "पहलानगर", "Q900000002": "दूसरानगर"}


def test_a_wrong_row_of_the_table_is_left_alone(tmp_path: Path) -> None:
    """A row that cannot be read is the user's to mend, and hinders nothing."""
    (tmp_path / OWN).write_text("id\ttype\thi\nnonsense\tPlace\tक\n", encoding="utf-8")
    add(tmp_path, entry())
    assert "nonsense\tPlace\tक" in (tmp_path / OWN).read_text(encoding="utf-8")
    assert Gazetteer.load(tmp_path).lookup("नयानगर खास")[0].id == "Q900000001"


@pytest.mark.parametrize(
    "wrong", [entry("P1"), entry(hi=""), entry(hi="a\tb"), entry(lat=91.0, lon=0.0), entry(aliases=("a\nb",))]
)
def test_a_wrong_value_is_refused_and_the_table_stays(tmp_path: Path, wrong: GazetteerEntry) -> None:
    """UsageError says what is wrong, and nothing is written."""
    add(tmp_path, entry("Q900000002", "दूसरानगर"))
    before = (tmp_path / OWN).read_bytes()
    with pytest.raises(UsageError):
        add(tmp_path, wrong)
    assert (tmp_path / OWN).read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [OWN]


def test_a_table_with_other_columns_is_refused(tmp_path: Path) -> None:
    """DataError names the table."""
    (tmp_path / OWN).write_text("name\n", encoding="utf-8")
    with pytest.raises(DataError, match="columns"):
        add(tmp_path, entry())


def test_an_id_is_made_of_the_english_name() -> None:
    """What has no QID is called by its name in Latin letters."""
    assert local_id("Élysée & Co., Ltd.") == "local:elysee-co-ltd"
    with pytest.raises(UsageError):
        local_id("नयानगर")
