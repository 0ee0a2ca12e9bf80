"""How well names are linked that were written down by hand (`tests/linking/README.md`)."""

from __future__ import annotations

import csv

import pytest

from benchmarks.linking import NAMES, Case, listed
from kg.gazetteer.gazetteer import Gazetteer
from kg.linking.linker import Linker


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


def test_spellings_never_seen_resolve(linker: Linker) -> None:
    """Of the spellings by hand at least 95 in a hundred are linked, and none to another entity."""
    cases = listed("spellings.tsv")
    told = [(case.entity.name, case.qid, found(linker, case)) for case in cases]
    assert len(cases) >= 500
    assert [one for one in told if one[2] not in (None, one[1])] == []
    assert sum(one[2] == one[1] for one in told) >= 0.95 * len(cases)


def test_names_without_an_item_stay_unlinked(linker: Linker) -> None:
    """Of the names that have no item at least 95 in a hundred are NIL."""
    cases = listed("nil.tsv")
    linked = [(case.entity.name, id) for case in cases if (id := found(linker, case)) is not None]
    assert len(cases) >= 100
    assert len(linked) <= 0.05 * len(cases), linked


def test_no_spelling_is_in_the_tables(gazetteer: Gazetteer) -> None:
    """Every variant has an item that the gazetteer knows, and is not, letter for letter, one of its names."""
    told = rows("spellings.tsv")
    assert [row["variant"] for row in told if row["qid"] not in gazetteer] == []
    entries = {row["qid"]: gazetteer.entry(row["qid"]) for row in told}
    known = {id: {entry.label_hi, *entry.aliases} if entry.listed else set() for id, entry in entries.items()}
    assert [row["variant"] for row in told if row["variant"] in known[row["qid"]]] == []
    assert [row["variant"] for row in told if row["type"] != entries[row["qid"]].type.value] == []
    assert len({(row["variant"], row["context"]) for row in told}) == len(told)


def test_every_name_without_an_item_stands_once() -> None:
    """No name is counted twice, and each says who it is and in which document."""
    told = rows("nil.tsv")
    assert len({row["name"] for row in told}) == len(told)
    assert [row["name"] for row in told if not (row["why"] and row["document"])] == []
