"""The seed articles and their gold: complete, consistent, and true to the files that they annotate."""

from __future__ import annotations

import datetime
import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from kg.documents.reader import read_articles
from kg.records import SYMMETRIC, EntityType, EventType, Modality
from kg.settings import resource

SEEDS = resource("seeds")
REAL = SEEDS.parent.parent / "shared" / "seeds"
GOLD: list[dict[str, Any]] = [
    json.loads(line) for line in (SEEDS / "gold.jsonl").read_text(encoding="utf-8").splitlines()
]
DOCUMENTS = pytest.mark.parametrize("document", GOLD, ids=[d["id"] for d in GOLD])
DOCUMENT_KEYS = {"id", "title", "date", "publisher", "url", "text", "entities", "events"}
EVENT_KEYS = {
    *("id", "type", "agents", "targets", "place", "date", "modality", "negated"),
    *("source", "quantity", "claim", "mentions", "optional"),
}
ARGUMENTS = ("agents", "targets", "place", "source")
PRONOUNS = {"वह", "वे", "यह", "ये", "उन्होंने", "उसने", "उनके", "उनकी", "उसे", "उन्हें", "दोनों देश", "दोनों देशों"}


def front_matter_and_text(name: str) -> tuple[dict[str, str], str]:
    """The fields of an article's front matter and what follows it, line ends kept."""
    raw = (SEEDS / f"{name}.txt").read_bytes().decode("utf-8")
    opening, fields, text = re.split(r"^---\n", raw, maxsplit=2, flags=re.MULTILINE)
    assert not opening
    return dict(line.split(": ", 1) for line in fields.splitlines()), text


def entity_ids(argument: str | dict[str, Any]) -> list[str]:
    """The entity of an argument and the readings that are right too."""
    return [argument] if isinstance(argument, str) else [argument["e"], *argument["alt"]]


def arguments(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], str]]:
    """Each event with each entity id that it names."""
    for event in document["events"]:
        for key in ARGUMENTS:
            for argument in event[key]:
                for entity in entity_ids(argument):
                    yield event, entity


def test_articles_and_gold_are_the_same_documents() -> None:
    """There are at least fourteen articles and each has exactly one line of gold."""
    assert len(GOLD) >= 14
    assert sorted(d["id"] for d in GOLD) == sorted(path.stem for path in SEEDS.glob("*.txt"))


@DOCUMENTS
def test_gold_repeats_the_article(document: dict[str, Any]) -> None:
    """The gold's text and metadata are those of the file."""
    fields, text = front_matter_and_text(document["id"])
    assert document["text"] == text
    assert fields == {key: document[key] for key in ("id", "title", "date", "publisher", "url")}


@DOCUMENTS
def test_the_reader_gives_the_gold_text(document: dict[str, Any]) -> None:
    """The program reads an article's file as the text that the gold annotates."""
    (article,) = read_articles([str(SEEDS / f"{document['id']}.txt")])
    assert (article.id, article.text, article.title, article.date.isoformat()) == (
        document["id"],
        document["text"],
        document["title"],
        document["date"],
    )


@DOCUMENTS
def test_an_article_has_the_length_of_a_news_report(document: dict[str, Any]) -> None:
    """An article has 150 to 450 words."""
    assert 150 <= len(document["text"].split()) <= 450


@DOCUMENTS
def test_every_field_is_there(document: dict[str, Any]) -> None:
    """Documents, entities and events have the fields of the guidelines, with values of the right kind."""
    assert document.keys() >= DOCUMENT_KEYS
    for entity in document["entities"].values():
        assert entity.keys() == {"type", "qid", "name", "en", "aliases"}
        assert EntityType(entity["type"])
        assert entity["qid"] is None or re.fullmatch(r"Q[1-9]\d*", entity["qid"])
        assert entity["name"] and entity["en"]
    for event in document["events"]:
        assert EVENT_KEYS <= event.keys() <= {*EVENT_KEYS, "modality_alt"}
        assert EventType(event["type"]) is not EventType.STATEMENT
        assert all(Modality(m) for m in (event["modality"], *event.get("modality_alt", [])))
        assert event["quantity"] is None or event["type"] == "TroopDeployment"


@DOCUMENTS
def test_event_ids_are_unique(document: dict[str, Any]) -> None:
    """No two events of a document have one id."""
    assert not [key for key, n in Counter(e["id"] for e in document["events"]).items() if n > 1]


@DOCUMENTS
def test_every_mention_stands_in_the_text(document: dict[str, Any]) -> None:
    """Every event has a mention, every trigger stands in its sentence and every sentence in one line of the text."""
    lines = document["text"].split("\n")
    for event in document["events"]:
        assert event["mentions"], event["id"]
        for mention in event["mentions"]:
            assert mention["trigger"] and mention["trigger"] in mention["sentence"]
            assert any(mention["sentence"] in line for line in lines)


@DOCUMENTS
def test_every_argument_is_an_entity(document: dict[str, Any]) -> None:
    """Events and offices name only entities that the document lists."""
    for event, entity in arguments(document):
        assert entity in document["entities"], event["id"]
    for role in document.get("roles", []):
        assert {role["entity"], role["of"]} <= document["entities"].keys()
        assert role["role"] in document["text"]


@DOCUMENTS
def test_entities_are_distinct_and_stand_in_the_text(document: dict[str, Any]) -> None:
    """No QID is given twice, every alias stands in the text and none is a pronoun."""
    qids = [e["qid"] for e in document["entities"].values() if e["qid"]]
    assert len(qids) == len(set(qids))
    for entity in document["entities"].values():
        assert all(alias in document["text"] for alias in entity["aliases"])
        assert any(form in document["text"] for form in [entity["name"], *entity["aliases"]])
        assert not PRONOUNS & {entity["name"], *entity["aliases"]}


@DOCUMENTS
def test_symmetric_events_have_agents_only(document: dict[str, Any]) -> None:
    """Meetings, treaties and agreements have no target."""
    assert not [e["id"] for e in document["events"] if e["type"] in SYMMETRIC and e["targets"]]


@DOCUMENTS
def test_required_events_have_a_participant(document: dict[str, Any]) -> None:
    """An event that must be found says who took part."""
    assert not [e["id"] for e in document["events"] if not e["optional"] and not [*e["agents"], *e["targets"]]]


@DOCUMENTS
def test_claims_resolve(document: dict[str, Any]) -> None:
    """A claim is made by a Denial or an Accusation and names another event of the document, which is alleged."""
    events = {e["id"]: e for e in document["events"]}
    for event in document["events"]:
        if event["claim"] is not None:
            assert event["type"] in ("Denial", "Accusation")
            assert events[event["claim"]]["modality"] == "alleged"
            assert event["claim"] != event["id"]


@DOCUMENTS
def test_dates_are_iso_dates_of_the_calendar(document: dict[str, Any]) -> None:
    """A date is a day, a month or a year that the calendar knows."""
    for date in [document["date"], *(e["date"] for e in document["events"] if e["date"])]:
        assert re.fullmatch(r"\d{4}(-\d{2}){0,2}", date)
        assert datetime.date.fromisoformat((date + "-01-01")[:10])


@DOCUMENTS
def test_what_happened_happened_before_it_was_reported(document: dict[str, Any]) -> None:
    """An asserted event has no date after its article's."""
    for event in document["events"]:
        if event["date"] and event["modality"] == "asserted":
            assert event["date"] <= document["date"], event["id"]


def words(text: str) -> list[str]:
    """The words of a text without its punctuation."""
    return re.findall(r"[^\s।,.“”‘’\"'()?!–-]+", text)


@pytest.mark.skipif(not REAL.is_dir(), reason="the real articles are not beside this checkout")
def test_nothing_is_copied_from_the_real_articles() -> None:
    """No run of eight words is that of an article whose facts the seeds tell."""
    copied = {
        tuple(real[i : i + 8])
        for path in REAL.glob("*.txt")
        for real in [words(path.read_text("utf-8"))]
        for i in range(len(real) - 7)
    }
    for document in GOLD:
        own = words(document["text"])
        assert not [own[i : i + 8] for i in range(len(own) - 7) if tuple(own[i : i + 8]) in copied]


def test_every_event_type_is_covered() -> None:
    """Each of the sixteen types stands as a required event at least twice."""
    count = Counter(e["type"] for d in GOLD for e in d["events"] if not e["optional"])
    assert not [t.value for t in EventType if t is not EventType.STATEMENT and count[t] < 2]


def test_every_modality_and_negation_is_covered() -> None:
    """Required events of each modality, and negated ones, are there."""
    required = [e for d in GOLD for e in d["events"] if not e["optional"]]
    assert {e["modality"] for e in required} == {m.value for m in Modality}
    assert any(e["negated"] for e in required)


def test_one_event_stands_in_two_articles() -> None:
    """Two articles tell of one meeting: the same linked people on the same settled day."""
    seen: Counter[tuple[str, frozenset[str]]] = Counter()
    for document in GOLD:
        here = set()
        for event in document["events"]:
            if event["type"] == "Meeting" and event["date"] and len(event["date"]) == 10 and not event["optional"]:
                people = [document["entities"][entity_ids(a)[0]] for a in event["agents"]]
                qids = frozenset(p["qid"] for p in people if p["qid"] and p["type"] == "Person")
                if len(qids) > 1:
                    here.add((event["date"], qids))
        seen.update(here)
    assert any(n > 1 for n in seen.values())


def test_hard_negatives_have_no_required_event() -> None:
    """The articles on sport, film and crime have trigger words enough and no event that must be found."""
    negatives = [d for d in GOLD if re.search(r"-(sport|film|crime)-", d["id"])]
    assert len(negatives) == 3
    for document in negatives:
        assert not [e for e in document["events"] if not e["optional"]]
        assert len(re.findall("हमल|आक्रमण|दौर|समर्थ|आलोचन|चेताव|संधि|भिड़ंत|मुलाक|बमबारी|प्रतिबंध|मांग", document["text"])) >= 6


def test_the_readme_counts_what_is_there() -> None:
    """The table of event types in the README gives the figures of the gold."""
    readme = (SEEDS / "README.md").read_text(encoding="utf-8")
    required = Counter(e["type"] for d in GOLD for e in d["events"] if not e["optional"])
    optional = Counter(e["type"] for d in GOLD for e in d["events"] if e["optional"])
    rows = re.findall(r"^\| (\w+) \| (\d+) \| (\d+) \|$", readme, flags=re.MULTILINE)
    assert {name: (int(a), int(b)) for name, a, b in rows} == {
        t.value: (required[t.value], optional[t.value]) for t in EventType if t is not EventType.STATEMENT
    }
    assert all(f"`{d['id']}`" in readme for d in GOLD)
