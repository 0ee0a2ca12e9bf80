"""The figures that README.md states are those that its command gives."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks import figures

ROOT = Path(__file__).resolve().parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.model


def test_the_figures_of_the_seed_articles_are_true(tmp_path: Path) -> None:
    """The README has the row that is measured on the seed articles."""
    (seeds,) = figures.collections(tmp_path / "nothing", tmp_path)
    assert figures.row(seeds, figures.scored(seeds, tmp_path)) in README


def test_the_figures_of_the_other_articles_are_true(shared: Path, tmp_path: Path) -> None:
    """The README has the rows that are measured on the annotated articles outside the repository."""
    others = list(figures.collections(shared, tmp_path))[1:]
    rows = [figures.row(one, figures.scored(one, tmp_path)) for one in others]
    assert len(rows) == 4
    assert [row for row in rows if row not in README] == []
