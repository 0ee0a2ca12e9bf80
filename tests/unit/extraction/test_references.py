"""Titles, and those that follow from what ministers are minister of."""

from __future__ import annotations

import pytest

from kg.extraction.references import References


@pytest.fixture(scope="module")
def references() -> References:
    return References.load()


@pytest.mark.parametrize(
    ("text", "label", "words"),
    [
        ("भारत के कृषि मंत्री", "Minister of Agriculture", 2),
        ("कृषि एवं किसान कल्याण मंत्री", "Minister of Agriculture", 5),
        ("केंद्रीय गृह राज्य मंत्री", "Deputy Minister", 3),
        ("सूचना और प्रसारण राज्य मंत्री", "Minister of State for Information", 5),
        ("धार्मिक मामलों के मंत्री", "Minister of Religious Affairs", 4),
        ("केंद्रीय मंत्री", "Minister", 1),
        ("उप रक्षा मंत्री", "Deputy Minister", 3),
        ("रक्षा मंत्री", "Minister of Defence", 2),
        ("लोकसभा अध्यक्ष", "Speaker", 2),
        ("पार्टी अध्यक्ष", "Head", 1),
    ],
)
def test_the_longest_title_before_a_name_is_read(references: References, text: str, label: str, words: int) -> None:
    """A minister is one of what stands before the word; a deputy is none of those whose deputy he is."""
    tokens = text.split()
    title, begin = references.title_ending(tokens, 0, len(tokens))
    assert title is not None
    assert (title.label, len(tokens) - begin) == (label, words)


def test_a_minister_of_something_is_known_by_it(references: References) -> None:
    """Of a minister whom the gazetteer knows, the text's title says which office is meant."""
    title = references.spelled["कृषि मंत्री"]
    assert "Agriculture" in title.offices
    assert "Minister" not in title.offices
