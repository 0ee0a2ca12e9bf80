"""The figures that README.md states are those that its command gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import figures

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
LAST_DIGIT = 0.011
"""How far a share may lie from the README's: processors round the models' sums differently, and a parse in thousands flips."""

pytestmark = pytest.mark.model


def told(row: str) -> tuple[list[str], list[float]]:
    """What a row of the table names and counts (articles, events), and its shares."""
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    return cells[:3], [float(cell) for cell in cells[3:]]


def is_in_readme(row: str) -> bool:
    """Whether the README has the row, but for the last digit of its shares."""
    names, shares = told(row)
    stated = [told(line)[1] for line in README if line.startswith(f"| {' | '.join(names)} |")]
    return [len(one) for one in stated] == [len(shares)] and stated[0] == pytest.approx(shares, abs=LAST_DIGIT)


def test_the_figures_of_the_seed_articles_are_true(tmp_path: Path) -> None:
    """The README has the row that is measured on the seed articles."""
    (seeds,) = figures.collections(tmp_path / "nothing", tmp_path)
    assert is_in_readme(figures.row(seeds, figures.scored(seeds, tmp_path)))


def test_the_figures_of_the_other_articles_are_true(shared: Path, tmp_path: Path) -> None:
    """The README has the rows that are measured on the annotated articles outside the repository."""
    others = list(figures.collections(shared, tmp_path))[1:]
    rows = [figures.row(one, figures.scored(one, tmp_path)) for one in others]
    assert len(rows) == 4
    assert [row for row in rows if not is_in_readme(row)] == []


def test_a_figure_that_is_off_is_found() -> None:
    """A row with another count or with a share two hundredths off is not in the README."""
    row = next(line for line in README if line.startswith("| seed articles"))
    names, shares = told(row)
    assert is_in_readme(row)
    assert not is_in_readme(row.replace(f" {names[2]} ", f" {names[2]}0 "))
    assert not is_in_readme(row.replace(f" {shares[0]} ", f" {shares[0] - 0.02:.2f} "))
