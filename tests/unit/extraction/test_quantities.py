"""Counts: the table beside this file, and every example of the data."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.errors import DataError
from kg.extraction.quantities import DATA, NumberLexicon, find_quantities

HERE = Path(__file__).resolve().parent
RULES = ("cardinals", "multipliers", "fractions", "vague", "bounds")


def table(name: str) -> list[dict[str, str]]:
    """The rows of a tab-separated table; lines that begin with # are left out."""
    lines = [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def entries(*sections: str) -> list[dict[str, Any]]:
    """The entries of some sections of the data file."""
    data = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return [entry for section in sections for entry in data[section]]


def examples(key: str) -> list[Any]:
    """One parameter for each example or counterexample."""
    return [
        pytest.param(entry["id"], example, id=f"{entry['id']}-{number}")
        for entry in entries(*RULES)
        for number, example in enumerate(entry[key])
    ]


@pytest.fixture(scope="module")
def lexicon() -> NumberLexicon:
    return NumberLexicon.load()


@pytest.mark.parametrize("row", table("quantities.tsv"), ids=lambda row: row["text"])
def test_table(row: dict[str, str], lexicon: NumberLexicon) -> None:
    """The first count of a clause has the words, value, bound and noun that the table gives."""
    tokens = row["clause"].split()
    first = find_quantities(tokens, lexicon=lexicon)[0]
    noun = tokens[first.noun] if first.noun is not None else "-"
    value = "-" if first.value is None else str(first.value)
    assert (" ".join(tokens[first.begin : first.end]), value, first.bound, noun) == (
        row["text"],
        row["value"],
        row["bound"],
        row["noun"],
    )
    assert first.vague is (first.value is None)


@pytest.mark.parametrize("row", table("no_quantities.tsv"), ids=lambda row: row["clause"])
def test_no_quantity(row: dict[str, str], lexicon: NumberLexicon) -> None:
    """Words that look like counts and are none give nothing."""
    assert find_quantities(row["clause"].split(), lexicon=lexicon) == ()


@pytest.mark.parametrize(("identifier", "example"), examples("examples"))
def test_example_fires(identifier: str, example: dict[str, Any], lexicon: NumberLexicon) -> None:
    """An example of the data reads its entry and has the value and bound that it states."""
    first = find_quantities(example["text"].split(), lexicon=lexicon)[0]
    assert identifier in first.rules
    assert (first.value, first.bound) == (example["value"], example.get("bound", "exact"))


@pytest.mark.parametrize(("identifier", "example"), examples("counterexamples"))
def test_counterexample_does_not_fire(identifier: str, example: str, lexicon: NumberLexicon) -> None:
    """A counterexample of the data does not read its entry."""
    assert all(identifier not in found.rules for found in find_quantities(example.split(), lexicon=lexicon))


def test_article_needs_more_than_itself(lexicon: NumberLexicon) -> None:
    """«एक» alone is no count, «एक हजार» is one."""
    for entry in entries("articles"):
        assert all(not find_quantities(e["text"].split(), lexicon=lexicon) for e in entry["examples"])
        assert all(find_quantities(text.split(), lexicon=lexicon) for text in entry["counterexamples"])


def test_stops_are_no_nouns(lexicon: NumberLexicon) -> None:
    """A postposition after a number is not what is counted."""
    for entry in entries("stops"):
        assert all(find_quantities(e["text"].split(), lexicon=lexicon)[0].noun is None for e in entry["examples"])
        assert all(find_quantities(text.split(), lexicon=lexicon)[0].noun == 1 for text in entry["counterexamples"])


def test_hundred_words_are_known(lexicon: NumberLexicon) -> None:
    """Every number from 0 to 99 has a word, and no word means two numbers."""
    values = [value for _, value in lexicon.cardinals.values()]
    assert set(values) == set(range(100))
    words = [word for entry in entries("cardinals") for forms in entry["words"].values() for word in forms]
    assert len(words) == len(set(words))


def test_several_counts_in_order(lexicon: NumberLexicon) -> None:
    """A sentence with two counts gives both, in text order."""
    found = find_quantities(["50", "टैंक", "और", "करीब", "दो", "हजार", "सैनिक", "भेजे"], lexicon=lexicon)
    assert [one.value for one in found] == [50, 2000]


def test_entry_without_value_is_reported(tmp_path: Path) -> None:
    """A multiplier without its value is refused with the name of the file."""
    path = tmp_path / "numbers.yml"
    path.write_text(DATA.read_text(encoding="utf-8").replace("value: 100, bare", "bare"), encoding="utf-8")
    with pytest.raises(DataError, match=r"numbers\.yml.*value"):
        NumberLexicon.load(path)
