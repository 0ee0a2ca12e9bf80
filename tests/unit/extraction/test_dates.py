"""Time expressions: the table beside this file, and every example of the data."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from kg.errors import DataError
from kg.extraction.dates import DATA, TimeExpression, TimeLexicon, apart, counted, document_date, find_times, resolve
from kg.records import Dateline

HERE = Path(__file__).resolve().parent
PUBLISHED = datetime.date(2023, 9, 13)


def table(name: str) -> list[dict[str, str]]:
    """The rows of a tab-separated table; lines that begin with # are left out."""
    lines = [line for line in (HERE / name).read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return list(csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE))


def entries(*sections: str) -> list[dict[str, Any]]:
    """The entries of some sections of the data file."""
    data = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return [entry for section in sections for entry in data[section]]


def examples(key: str, *sections: str) -> list[Any]:
    """One parameter for each example or counterexample."""
    return [
        pytest.param(entry["id"], example, id=f"{entry['id']}-{number}")
        for entry in entries(*sections)
        for number, example in enumerate(entry[key])
    ]


@pytest.fixture(scope="module")
def lexicon() -> TimeLexicon:
    return TimeLexicon.load()


def read(
    text: str, lexicon: TimeLexicon, *, tense: Any = "past", published: datetime.date | None = PUBLISHED
) -> list[TimeExpression]:
    found = find_times(text.split(), published=published, dateline=None, lexicon=lexicon)
    return [resolve(expression, tense=tense, published=published) for expression in found]


@pytest.mark.parametrize(
    "row", table("times.tsv"), ids=lambda row: f"{row['clause']} {row['published']} {row['tense']}"
)
def test_table(row: dict[str, str], lexicon: TimeLexicon) -> None:
    """The first expression of a clause has the words, value and kind that the table gives."""
    published = None if row["published"] == "-" else datetime.date.fromisoformat(row["published"])
    first = read(row["clause"], lexicon, tense=row["tense"], published=published)[0]
    assert (first.text, first.value or "-", first.kind) == (row["text"], row["value"], row["kind"])


@pytest.mark.parametrize("row", table("no_times.tsv"), ids=lambda row: row["clause"])
def test_no_time(row: dict[str, str], lexicon: TimeLexicon) -> None:
    """Words that look like dates and are none give no expression."""
    assert [found.text for found in read(row["clause"], lexicon) if found.kind != "duration"] == []


@pytest.mark.parametrize(("identifier", "example"), examples("examples", "words", "patterns"))
def test_example_fires(identifier: str, example: dict[str, Any], lexicon: TimeLexicon) -> None:
    """An example of the data reads its entry and has the value that it states."""
    found = read(example["text"], lexicon, tense=example.get("tense", "past"))
    hit = next(one for one in found if identifier in (one.rule, *one.words))
    stated = {key: example[key] for key in ("value", "kind", "attributive") if key in example}
    assert {key: getattr(hit, key) for key in stated} == stated


@pytest.mark.parametrize(("identifier", "example"), examples("examples", "tails"))
def test_tail_example(identifier: str, example: dict[str, Any], lexicon: TimeLexicon) -> None:
    """What follows a date settles its kind, as the example states."""
    hit = read(example["text"], lexicon)[0]
    assert (hit.value, hit.kind, hit.attributive) == (
        example["value"],
        example["kind"],
        example.get("attributive", False),
    ), identifier


@pytest.mark.parametrize(("identifier", "example"), examples("counterexamples", "words", "patterns"))
def test_counterexample_does_not_fire(identifier: str, example: str, lexicon: TimeLexicon) -> None:
    """A counterexample of the data does not read its entry."""
    assert all(identifier not in (one.rule, *one.words) for one in read(example, lexicon))


@pytest.mark.parametrize(
    ("identifier", "example"), [*examples("examples", "contexts"), *examples("counterexamples", "contexts")]
)
def test_context(identifier: str, example: dict[str, Any], lexicon: TimeLexicon) -> None:
    """A word beside a date decides which pattern reads it, if any."""
    found = read(example["text"], lexicon)
    assert (found[0].rule if found else None) == example["rule"], identifier


def test_every_entry_is_documented() -> None:
    """Every entry has a gloss, and an example and a counterexample as lists."""
    for entry in entries("words", "contexts", "tails", "patterns"):
        assert entry["gloss"]
        assert entry["examples"], entry["id"]
        assert entry["counterexamples"], entry["id"]


def test_identifiers_are_unique() -> None:
    """No two entries share an id."""
    identifiers = [entry["id"] for entry in entries("words", "contexts", "tails", "patterns")]
    assert len(identifiers) == len(set(identifiers))


def test_positions_cover_the_words(lexicon: TimeLexicon) -> None:
    """`begin` and `end` are positions of the first token and after the postposition."""
    tokens = ["रूस", "ने", "13", "सितम्बर", "को", "और", "जून", "में", "वार्ता", "की"]
    found = find_times(tokens, published=PUBLISHED, dateline=None, lexicon=lexicon)
    assert [(one.begin, one.end) for one in found] == [(2, 5), (6, 8)]


@pytest.mark.parametrize(
    ("text", "relative"),
    [("बीते सोमवार को", "past"), ("अगले सोमवार को", "future"), ("सोमवार को", None), ("दो दिन पहले", "past")],
)
def test_relative(text: str, relative: str | None, lexicon: TimeLexicon) -> None:
    """«बीते» looks back, «अगले» ahead, a bare weekday to neither side."""
    assert read(text, lexicon)[0].relative == relative


@pytest.mark.parametrize(
    ("text", "tense", "needed"),
    [("चार साल बाद", "past", True), ("चार साल बाद", "future", False), ("उसी दिन", "past", True), ("कल", "past", False)],
)
def test_anchor_needed(text: str, tense: str, needed: bool, lexicon: TimeLexicon) -> None:
    """What is counted from another event says so."""
    assert read(text, lexicon, tense=tense)[0].anchor_needed is needed


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("उसी दिन", "2023-10-07"),
        ("अगले दिन", "2023-10-08"),
        ("इससे दो दिन पहले", "2023-10-05"),
        ("उसी महीने के आखिर में", "2023-10"),
        ("उसी साल मई में", "2023-05"),
        ("इससे एक साल पहले", "2022"),
        ("इससे कुछ ही घंटे पहले", "2023-10-07"),
        ("इसके दो घंटे बाद", "2023-10-07"),
        ("इसके 24 घंटे बाद", None),
        ("उसी हफ्ते", None),
        ("इससे कुछ दिन पहले", None),
    ],
)
def test_counted_from_another_event(text: str, value: str | None, lexicon: TimeLexicon) -> None:
    """What is counted from an event has the date that its day gives; a few hours away it is the same day."""
    assert counted(read(text, lexicon)[-1], day=datetime.date(2023, 10, 7)) == value


@pytest.mark.parametrize(
    ("text", "date", "back", "value"),
    [
        ("हमले के दो दिन बाद", "2023-10-07", False, "2023-10-09"),
        ("हमले के दो दिन बाद", "2023-10-09", True, "2023-10-07"),
        ("हमले के दो दिन बाद", "2023-10", False, None),
        ("बैठक से एक दिन पहले", "2023-10-01", False, "2023-09-30"),
        ("बैठक से एक दिन पहले", "2023-09-30", True, "2023-10-01"),
        ("यात्रा के चार साल बाद", "2023-09-12", True, "2019"),
        ("यात्रा के तीन महीने बाद", "2023-11", False, "2024-02"),
        ("यात्रा के तीन महीने बाद", "2023", False, None),
        ("यात्रा के दो हफ्ते बाद", "2023-09-12", False, None),
        ("यात्रा के कुछ दिन बाद", "2023-09-12", False, None),
        ("हमले के कुछ घंटों बाद", "2023-10-07", False, "2023-10-07"),
        ("हमले से दो घंटे पहले", "2023-10-07", True, "2023-10-07"),
    ],
)
def test_apart(text: str, date: str, back: bool, value: str | None, lexicon: TimeLexicon) -> None:
    """The date of one event gives that of another which was so long before or after it."""
    assert apart(date, read(text, lexicon)[-1], back=back) == value


def test_attributive(lexicon: TimeLexicon) -> None:
    """«7 अक्टूबर के हमले» dates the noun that follows, «7 अक्टूबर को» does not."""
    assert read("7 अक्टूबर के हमले", lexicon)[0].attributive
    assert not read("7 अक्टूबर को हमले", lexicon)[0].attributive


def test_dateline_dates_an_article_without_date(lexicon: TimeLexicon) -> None:
    """A full dateline is the day that weekdays count from."""
    dateline = Dateline(text="मॉस्को, 13 सितम्बर 2023", day=13, month=9, year=2023)
    found = find_times(["मंगलवार", "को"], published=None, dateline=dateline, lexicon=lexicon)
    assert found[0].value == "2023-09-12"


@pytest.mark.parametrize(
    ("dateline", "years", "expected"),
    [
        (None, (), None),
        (Dateline(text=""), (), None),
        (Dateline(text="", day=13, month=9, year=2023), (), datetime.date(2023, 9, 13)),
        (Dateline(text="", day=31, month=2, year=2023), (), None),
        (Dateline(text="", day=13, month=9), (2023,), None),
        (Dateline(text="", day=13, month=9, weekday=2), (), None),
        (Dateline(text="", day=13, month=9, weekday=2), (2019, 2023), datetime.date(2023, 9, 13)),
        (Dateline(text="", day=13, month=9, weekday=2), (2022,), datetime.date(2023, 9, 13)),
        (Dateline(text="", day=13, month=9, weekday=2), (2015,), None),
    ],
)
def test_document_date(dateline: Dateline | None, years: tuple[int, ...], expected: datetime.date | None) -> None:
    """A dateline without a year counts only where weekday and the years of the text leave one day."""
    assert document_date(None, dateline, years=years) == expected


def test_article_date_wins() -> None:
    """The article's own date is taken before the dateline."""
    dateline = Dateline(text="", day=1, month=1, year=2020)
    assert document_date(PUBLISHED, dateline) == PUBLISHED


def test_broken_pattern_is_reported(tmp_path: Path) -> None:
    """A pattern that uses an unknown class is refused with the name of the file."""
    path = tmp_path / "time_expressions.yml"
    path.write_text(DATA.read_text(encoding="utf-8").replace('pattern: "RECENT"', 'pattern: "SOON"'), encoding="utf-8")
    with pytest.raises(DataError, match=r"time_expressions\.yml.*SOON"):
        TimeLexicon.load(path)


def test_empty_sentence(lexicon: TimeLexicon) -> None:
    """A sentence without tokens has no expressions."""
    assert find_times([], published=PUBLISHED, dateline=None, lexicon=lexicon) == ()
