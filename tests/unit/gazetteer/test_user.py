"""The entities that a user adds, and those that were fetched."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import DataError
from kg.gazetteer.gazetteer import FETCHED, OWN, Gazetteer
from kg.gazetteer.lines import to_line
from kg.records import EntityType, GazetteerEntry, Office, Problem


def load(folder: Path, table: str) -> tuple[Gazetteer, list[Problem]]:
    (folder / OWN).write_text(table, encoding="utf-8")
    problems: list[Problem] = []
    return Gazetteer.load(folder, on_problem=problems.append), problems


def test_a_table_adds_and_wins(tmp_path: Path) -> None:
    """A row of the user adds an entity; one with a known id says what it says, and takes no name away."""
    gazetteer, problems = load(
        tmp_path,
        "id\ttype\thi\tcountry\toffices\n"
        "local:x-y\tPerson\tकाल्पनिक नाम\tQ668\tMinister of Sport of India [2024-05-14–]\n"
        "Q7747\tPerson\tपूतिन वीवी\n",
    )
    assert problems == []
    assert gazetteer.lookup("काल्पनिक नाम")[0].offices == (
        Office(label_en="Minister of Sport of India", country_qid="Q668", begin="2024-05-14"),
    )
    known = Gazetteer.load().entry("Q7747")
    putin = gazetteer.entry("Q7747")
    assert (putin.label_hi, putin.label_en, putin.offices) == ("पूतिन वीवी", known.label_en, known.offices)
    assert {known.label_hi, *known.aliases} <= set(putin.aliases)


def test_a_wrong_row_is_told_with_file_and_line_and_the_rest_loads(tmp_path: Path) -> None:
    """Each wrong row is a warning that names file, line and fault; the good rows are in."""
    gazetteer, problems = load(
        tmp_path,
        "id\ttype\thi\tlat\trank\toffices\n"
        "Q900000001\tAnimal\tक\n"
        "Q900000002\tPlace\tक\tnorth\n"
        "Q900000003\tPlace\tक\t\tfirst\n"
        "P5\tPlace\tक\n"
        "Q900000004\tPlace\t\n"
        "Q900000005\tPlace\tक\t1\t1\t\t\tmore\n"
        "Q900000006\tPerson\tक\t\t\tMinister [May–]\n"
        "\n"
        "Q900000007\tPlace\tअनोखापुर\t12.5\t3\n",
    )
    file = tmp_path / OWN
    assert [problem.where for problem in problems] == [f"{file}:{line}" for line in range(2, 9)]
    for problem, word in zip(
        problems, ("Animal", "north", "first", "P5", "no Hindi name", "8 cells", "May"), strict=True
    ):
        assert word in problem.what and problem.cure and not problem.fatal
    assert gazetteer.lookup("अनोखापुर")[0].lat == 12.5


@pytest.mark.parametrize("header", ["", "id\tname", "id\ttype", "id\ttype\thi\tcolour", "id\ttype\thi\thi"])
def test_a_table_with_other_columns_is_refused(tmp_path: Path, header: str) -> None:
    """DataError names the columns that are there and those that may be."""
    with pytest.raises(DataError, match="columns"):
        load(tmp_path, header + "\n")


def test_what_was_fetched_adds_names_and_changes_nothing_written_by_hand(tmp_path: Path) -> None:
    """A fetched entry adds aliases to a known one, whose label stays; of a person known in English only it wins."""
    unlisted = next(entry for entry in Gazetteer.load().entries(unlisted=True) if not entry.listed)
    fetched = (
        GazetteerEntry(id="Q7747", type=EntityType.PERSON, label_hi="व्लादिमीर व्ला", label_en="V. P.", rank=9),
        GazetteerEntry(id=unlisted.id, type=EntityType.PERSON, label_hi="अनोखा नामवाला", rank=8),
        GazetteerEntry(id="Q900000008", type=EntityType.PLACE, label_hi="नयानगर खास", rank=9),
    )
    (tmp_path / FETCHED).write_text("\n".join(map(to_line, fetched)), encoding="utf-8")
    gazetteer = Gazetteer.load(tmp_path)
    assert gazetteer.entry("Q7747").label_hi == "व्लादिमीर पुतिन"
    assert gazetteer.lookup("व्लादिमीर व्ला")[0].id == "Q7747"
    now = gazetteer.entry(unlisted.id)
    assert (now.label_hi, now.label_en, now.listed) == ("अनोखा नामवाला", unlisted.label_en, True)
    assert now.offices == unlisted.offices
    assert gazetteer.lookup("नयानगर खास")[0].id == "Q900000008"


def test_a_change_of_the_table_is_seen(tmp_path: Path) -> None:
    """The compiled file is made anew where a table changed, and with it the digest; else it stays."""
    first, _ = load(tmp_path, "id\ttype\thi\nlocal:a\tPlace\tपहलानगर\n")
    again = Gazetteer.load(tmp_path)
    second, _ = load(tmp_path, "id\ttype\thi\nlocal:a\tPlace\tदूसरानगर\n")
    assert first.digest == again.digest != second.digest
    assert not second.lookup("पहलानगर") and second.lookup("दूसरानगर")


def test_a_folder_that_cannot_be_written_is_no_hindrance(tmp_path: Path) -> None:
    """Where the compiled file cannot lie beside the table, it is kept elsewhere."""
    (tmp_path / "gazetteer.bin").mkdir()  # no file can take its name
    gazetteer, problems = load(tmp_path, "id\ttype\thi\nlocal:a\tPlace\tपहलानगर\n")
    assert gazetteer.lookup("पहलानगर") and problems == []
    assert Gazetteer.load(tmp_path).lookup("पहलानगर")


@pytest.mark.parametrize("left", [0, 10, 200, 100_000, -1])
def test_a_damaged_compiled_file_is_made_anew(tmp_path: Path, left: int) -> None:
    """What a full disk or a killed process leaves of the compiled file costs nothing but time."""
    load(tmp_path, "id\ttype\thi\nlocal:d\tPlace\tतीसरानगर\n")
    file = tmp_path / "gazetteer.bin"
    whole = file.read_bytes()
    file.write_bytes(whole[:left])
    assert Gazetteer.load(tmp_path).lookup("तीसरानगर")[0].id == "local:d"
    assert file.read_bytes() == whole
