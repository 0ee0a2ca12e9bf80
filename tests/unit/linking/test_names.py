"""How well names are linked that were written down by hand (`tests/linking/README.md`)."""

from __future__ import annotations

import csv

import pytest

from benchmarks.linking import NAMES, Case, listed
from kg.gazetteer.gazetteer import Gazetteer
from kg.linking.linker import Linker

SPELLINGS = ("spellings.tsv", "spellings-2.tsv", "spellings-3.tsv")


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


@pytest.fixture(scope="module")
def linker(gazetteer: Gazetteer) -> Linker:
    return Linker(gazetteer=gazetteer)


def found(linker: Linker, case: Case) -> str | None:
    entry = linker.decide(case.entity, case.context).entry
    return entry.id if entry else None


def rows(name: str) -> list[dict[str, str]]:
    with (NAMES / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.mark.parametrize("name", SPELLINGS)
def test_spellings_never_seen_resolve(name: str, linker: Linker) -> None:
    """Of the spellings by hand at least 95 in a hundred are linked, and none to another entity."""
    cases = listed(name)
    told = [(case.entity.name, case.qid, found(linker, case)) for case in cases]
    assert len(cases) >= 190
    assert [one for one in told if one[2] not in (None, one[1])] == []
    assert sum(one[2] == one[1] for one in told) >= 0.95 * len(cases)


@pytest.mark.parametrize("name", ["nil.tsv", "nil-2.tsv"])
def test_names_without_an_item_stay_unlinked(name: str, linker: Linker) -> None:
    """Of the names that have no item at least 95 in a hundred are NIL."""
    cases = listed(name)
    linked = [(case.entity.name, id) for case in cases if (id := found(linker, case)) is not None]
    assert len(cases) >= 100
    assert len(linked) <= 0.05 * len(cases), linked


@pytest.mark.parametrize(("split", "least"), [("fit", 0.92), ("test", 0.9)])
def test_names_in_articles_are_linked_or_left(split: str, least: float, linker: Linker) -> None:
    """Names as articles have them, most of people known in English only: nearly all are linked, hardly one wrongly."""
    told = [(case, found(linker, case)) for case in listed("mentions.tsv", split=split)]
    items = [(case, id) for case, id in told if case.qid is not None]
    assert len(items) >= 75
    assert sum(id == case.qid for case, id in items) >= least * len(items)
    assert sum(id is not None and id != case.qid for case, id in items) <= 0.02 * len(items)


def test_most_names_that_the_gazetteer_lacks_stay_unlinked(linker: Linker) -> None:
    """Names that sound like those of something else are mostly left alone, also beside nothing that tells them apart."""
    cases = listed("unknown.tsv")
    assert sum(found(linker, case) is None for case in cases) >= 0.75 * len(cases)


@pytest.mark.parametrize("name", SPELLINGS)
def test_no_spelling_is_in_the_tables(name: str, gazetteer: Gazetteer) -> None:
    """Every variant has an item that the gazetteer knows, and is not, letter for letter, one of its names."""
    told = rows(name)
    assert [row["variant"] for row in told if row["qid"] not in gazetteer] == []
    entries = {row["qid"]: gazetteer.entry(row["qid"]) for row in told}
    known = {id: {entry.label_hi, *entry.aliases} if entry.listed else set() for id, entry in entries.items()}
    assert [row["variant"] for row in told if row["variant"] in known[row["qid"]]] == []
    assert [row["variant"] for row in told if row["type"] != entries[row["qid"]].type.value] == []
    assert len({(row["variant"], row["context"]) for row in told}) == len(told)


@pytest.mark.parametrize("name", ["nil.tsv", "unknown.tsv"])
def test_every_name_without_an_item_stands_once(name: str) -> None:
    """No name is counted twice, and each says who it is and in which document."""
    told = rows(name)
    assert len({row["name"] for row in told}) == len(told)
    assert [row["name"] for row in told if not (row["why"] and row["document"])] == []
