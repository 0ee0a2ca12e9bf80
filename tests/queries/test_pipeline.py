"""The queries on what the real pipeline reads in the seed articles, beside what their gold says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.graph.store import Store
from tests.queries.support import LOCAL, ask, expected, text_of

pytestmark = pytest.mark.model
EXPECTED = expected()


@pytest.fixture(scope="module")
def read(seed_store: Path) -> Iterator[Store]:
    """The graph that the pipeline built."""
    with Store.open(seed_store, read_only=True) as store:
        yield store


@pytest.mark.parametrize("name", [path.stem for path in LOCAL])
def test_a_query_finds_something_that_the_gold_says(name: str, read: Store, gold: Store) -> None:
    """On the pipeline's graph the query has a row that the gold's graph has too, in the columns that are compared."""
    columns = EXPECTED[name].get("model", EXPECTED[name]["columns"])
    query = text_of(name)
    assert ask(read, query).only(columns) & ask(gold, query).only(columns)


def test_the_meeting_that_two_articles_report_is_one(read: Store) -> None:
    """Kim and Putin at the Vostochny Cosmodrome stand in two articles as one event of the day."""
    found = ask(read, text_of("told-by-several")).only(["articles", "event_type", "date", "who"])
    for who in ("किम जोंग उन", "व्लादिमीर पुतिन"):
        assert ("2", "meeting", "2023-09-13", who) in found


def test_no_denied_attack_is_told_as_a_fact(read: Store) -> None:
    """Iran's attack on Israel, which Iran denies, is not among the attacks that are told as facts."""
    assert ("Iran", "Israel") not in ask(read, text_of("attacks-between-two")).only(["attacker", "attacked"])


def test_a_denied_transfer_of_arms_is_alleged(read: Store) -> None:
    """North Korea's arms for Russia, which both deny, are alleged, and no row has them as a fact by nobody's account."""
    found = ask(read, text_of("arms-transfers")).only(["sender", "recipient", "modality", "account"])
    assert ("उत्तर कोरिया", "रूस", "alleged") in {row[:3] for row in found}
    assert ("उत्तर कोरिया", "रूस", "asserted", "") not in found


def test_reports_of_sport_and_film_have_no_event_of_world_politics(read: Store) -> None:
    """The articles that are full of trigger words in other senses have few events beside the others'."""
    events = {
        article: int(count) for article, count in ask(read, text_of("articles-by-events")).only(["article", "events"])
    }
    negatives = [count for article, count in events.items() if article.startswith(("16-", "17-", "18-"))]
    assert len(negatives) == 3
    assert max(negatives) < min(count for article, count in events.items() if article < "16")
