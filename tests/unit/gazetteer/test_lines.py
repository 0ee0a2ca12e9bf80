"""Entries as lines of JSON."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.errors import DataError
from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.lines import from_line, read_lines, to_line
from kg.records import EntityType, GazetteerEntry, Problem


def test_every_entry_of_the_package_survives_the_way_to_a_line_and_back() -> None:
    """A line holds all that is known of an entry."""
    for entry in Gazetteer.load().entries():
        assert from_line(to_line(entry)) == entry


@pytest.mark.parametrize(
    "line",
    [
        "[]",
        "{",
        '{"id":"Q1","type":"Planet","label_hi":"पृथ्वी"}',
        '{"id":"Q1","type":"Place"}',
        '{"id":"","type":"Place","label_hi":"पृथ्वी"}',
        '{"id":"Q1","type":"Place","label_hi":"पृथ्वी","moons":1}',
        '{"id":"Q1","type":"Place","label_hi":"पृथ्वी","lat":"north"}',
    ],
)
def test_what_is_no_entry_is_refused_in_words(line: str) -> None:
    """A line that is no entry raises DataError with a way to mend it."""
    with pytest.raises(DataError) as caught:
        from_line(line)
    assert caught.value.what and caught.value.cure


def test_a_bad_line_is_told_with_file_and_line_and_the_rest_is_read(tmp_path: Path) -> None:
    """One line that is no entry costs no other."""
    good = GazetteerEntry(id="Q1", type=EntityType.PLACE, label_hi="पृथ्वी", lat=1.5, lon=2.0)
    file = tmp_path / "entries.jsonl"
    file.write_text(f"nonsense\n\n{to_line(good)}\n", encoding="utf-8")
    problem, entry = read_lines(file)
    assert isinstance(problem, Problem) and problem.where == f"{file}:1" and not problem.fatal
    assert entry == good


def test_a_file_that_is_not_there_raises(tmp_path: Path) -> None:
    """DataError names the file."""
    with pytest.raises(DataError, match=r"none\.jsonl"):
        list(read_lines(tmp_path / "none.jsonl"))
