"""Which offices of the gazetteer are one, and which of them a text means."""

from __future__ import annotations

import datetime
from dataclasses import replace

import pytest

from kg.graph.offices import Term, meant, terms
from kg.records import GazetteerEntry, Office
from tests.builders import ENTRIES, PUTIN

TITLES = {"President": "राष्ट्रपति", "Minister of Defence": "रक्षा मंत्री"}
PAST = Term(label_en="President", label_hi="राष्ट्रपति", country="Q159", begin="2000-05-07", end="2008-05-07")
NOW = Term(label_en="President", label_hi="राष्ट्रपति", country="Q159", begin="2012-05")
OTHER = Term(label_en="Chairman", country="Q159")


def of_russia(*offices: tuple[str, str, str]) -> list[Term]:
    """The terms of somebody with these offices of Russia (label, begin, end)."""
    told = [
        Office(label_en=label, country_qid="Q159", begin=begin or None, end=end or None)
        for label, begin, end in offices
    ]
    return terms(replace(PUTIN, offices=tuple(told)), lookup=ENTRIES.get, titles=TITLES)


def test_one_office_told_in_several_ways_is_one() -> None:
    """«of Russia», another case and a begin that is told less exactly make no further office; the exact date stays."""
    (term,) = of_russia(
        ("President of Russia", "", ""), ("president of Russia", "2012", ""), ("President", "2012-05-07", "")
    )
    assert term == Term(label_en="President", label_hi="राष्ट्रपति", country="Q159", begin="2012-05-07")


def test_the_latest_end_of_a_term_counts() -> None:
    """Where sources differ in the end of a term, it has the latest that is told, the exact one of two that agree."""
    (term,) = of_russia(
        ("President", "2012", "2020"), ("President", "2012-05-07", "2020-03-01"), ("President", "2012", "")
    )
    assert (term.begin, term.end) == ("2012-05-07", "2020-03-01")


@pytest.mark.parametrize(
    "offices",
    [
        (("President", "2000-05-07", "2008-05-07"), ("President", "2012", "")),
        (("President", "2012-03-01", "2014"), ("President", "2012", "2018")),
        (("President", "2000-05-07", "2008-05-07"), ("President of Russia", "", "")),
        (("President", "2012", ""), ("Vice President", "2012", "")),
        (("Governor of Moscow", "2012", ""), ("Governor", "2012", "")),
    ],
    ids=["two terms", "other ends", "a past term and one that may be now", "another office", "of something else"],
)
def test_what_is_not_certain_stays_apart(offices: tuple[tuple[str, str, str], ...]) -> None:
    """Offices that may differ are two."""
    assert len(of_russia(*offices)) == 2


def test_a_short_name_of_a_country_is_known() -> None:
    """«President of the United States» is the President where the country is the United States of America."""
    america = GazetteerEntry(id="Q30", type=PUTIN.type, label_hi="अमेरिका", label_en="United States of America")
    offices = (
        Office(label_en="President of the United States", country_qid="Q30", begin="2021"),
        Office(label_en="President", country_qid="Q30", begin="2021-01-20"),
    )
    (term,) = terms(replace(PUTIN, offices=offices), lookup={"Q30": america}.get, titles={})
    assert term == Term(label_en="President", country="Q30", begin="2021-01-20")


@pytest.mark.parametrize(
    ("title", "country", "day", "wanted"),
    [
        ("राष्ट्रपति", "Q159", "2024-06-01", NOW),
        ("राष्ट्रपती", None, "2024-06-01", NOW),
        ("राष्ट्रपति", None, "2005-06-01", PAST),
        ("राष्ट्रपति", None, "2010-06-01", None),
        ("राष्ट्रपति", None, None, None),
        ("राष्ट्रपति", "Q423", "2024-06-01", None),
        ("उपराष्ट्रपति", None, "2024-06-01", None),
    ],
)
def test_a_title_means_the_office_of_the_day(
    title: str, country: str | None, day: str | None, wanted: Term | None
) -> None:
    """A title means the term of that name and country in which the article's day lies; where several may be meant, none."""
    on = datetime.date.fromisoformat(day) if day else None
    assert meant(title, country, [PAST, NOW, OTHER], day=on) == wanted
