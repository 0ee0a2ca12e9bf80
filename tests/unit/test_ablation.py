"""The table of what each part of the extractor brings."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import ablation
from kg.records import Modality
from tests.stored import extractor, load

SENTENCES = Path(__file__).resolve().parents[1] / "knowledge" / "sentences.conllu"
TABLE = (Path(__file__).resolve().parents[2] / "kg" / "README.md").read_text(encoding="utf-8")


def read() -> list[object]:
    """What is read in the stored sentences, merged or not, and what is held back."""
    return [extractor().extract(document) for document in load(SENTENCES).values()]


@pytest.fixture(scope="module")
def whole() -> list[object]:
    """What the whole extractor reads."""
    return read()


@pytest.mark.parametrize("part", [part for part in ablation.PARTS if part != "everything"])
def test_a_part_that_is_taken_away_changes_what_is_read(part: str, whole: list[object]) -> None:
    """Each row of the table takes something away, and gives it back."""
    with ablation.without(part):
        changed = read()
    assert sum(one != other for one, other in zip(changed, whole, strict=True)) > 1


def test_the_parts_are_back_afterwards(whole: list[object]) -> None:
    """After all rows the extractor is what it was."""
    for part in ablation.PARTS:
        with ablation.without(part):
            pass
    assert read() == whole


def test_without_factuality_everything_happened() -> None:
    """The row of modality leaves no event planned, possible or denied."""
    with ablation.without("modality and negation"):
        told = [event for one in read() for event in one.events]  # type: ignore[attr-defined]
    assert {event.modality for event in told if not event.claim} <= {Modality.ASSERTED, Modality.ALLEGED}
    assert not any(event.negated for event in told)


def test_the_table_has_a_row_for_each_part() -> None:
    """`kg/README.md` has the rows of the program, in its order."""
    rows = [line.split(" | ")[0].removeprefix("| ") for line in TABLE.splitlines() if line.startswith("| ")]
    begin = rows.index("everything")
    assert rows[begin : begin + len(ablation.PARTS)] == list(ablation.PARTS)
