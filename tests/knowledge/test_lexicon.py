"""Every example and counterexample of the trigger lexicon, run through the whole extraction stage without models."""

from __future__ import annotations

import pytest

from kg.extraction.extractor import Extractor
from kg.extraction.lexicon import Entry, Lexicon
from kg.gazetteer.gazetteer import Gazetteer
from kg.records import Article, Document, Event, EventType, Extraction, Modality, Sentence, Token

LEXICON = Lexicon.load()


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.load(lexicon=LEXICON, gazetteer=Gazetteer.load())


def document(*sentences: str) -> Document:
    """A document whose words stand between spaces."""
    text = "\n".join(sentences)
    found, start = [], 0
    for index, line in enumerate(sentences):
        tokens, at = [], start
        for position, word in enumerate(line.split(" ")):
            tokens.append(Token(index=position, text=word, begin=at, end=at + len(word)))
            at += len(word) + 1
        found.append(Sentence(index=index, tokens=tuple(tokens), begin=start, end=start + len(line), passage=index))
        start += len(line) + 1
    return Document(article=Article(id="d", text=text), sentences=tuple(found))


def rules(extraction: Extraction) -> set[str]:
    return {mention.rule for event in extraction.events for mention in event.mentions}


def who(extraction: Extraction, event: Event) -> tuple[list[str], list[str]]:
    names = {entity.key: entity.name for entity in extraction.entities}
    return sorted(names[key] for key in event.agents), sorted(names[key] for key in event.targets)


@pytest.mark.parametrize("entry", LEXICON.entries, ids=lambda entry: entry.id)
def test_example_fires(entry: Entry, extractor: Extractor) -> None:
    """An entry of the lexicon fires on its own example."""
    assert entry.id in rules(extractor.extract(document(entry.example)))


@pytest.mark.parametrize("entry", LEXICON.entries, ids=lambda entry: entry.id)
def test_counterexample_does_not_fire(entry: Entry, extractor: Extractor) -> None:
    """An entry of the lexicon does not fire on its own counterexample."""
    assert entry.id not in rules(extractor.extract(document(entry.counterexample)))


def test_every_event_type_has_an_entry() -> None:
    """Each event type but the plain statement has an entry."""
    assert {entry.type for entry in LEXICON.entries} == set(EventType) - {EventType.STATEMENT}


def test_ids_are_unique() -> None:
    """No two entries share an id."""
    ids = [entry.id for entry in LEXICON.entries]
    assert len(ids) == len(set(ids))


def test_the_accused_is_the_giver(extractor: Extractor) -> None:
    """In «A ने B पर C को हथियार देने का आरोप लगाया» the alleged giver is B, and A accuses B."""
    extraction = extractor.extract(document("अमेरिका ने ईरान पर रूस को हथियार मुहैया कराने का आरोप लगाया है ।"))
    events = {event.type: event for event in extraction.events}
    assert who(extraction, events[EventType.ACCUSATION]) == (["अमेरिका"], ["ईरान"])
    assert who(extraction, events[EventType.ARMS_TRANSFER]) == (["ईरान"], ["रूस"])
    assert events[EventType.ARMS_TRANSFER].modality is Modality.ALLEGED


def test_a_title_and_a_country_are_no_further_agents(extractor: Extractor) -> None:
    """«रूस के राष्ट्रपति व्लादिमीर पुतिन» is one participant."""
    extraction = extractor.extract(document("नरेंद्र मोदी ने रूस के राष्ट्रपति व्लादिमीर पुतिन से मुलाकात की ।"))
    assert who(extraction, extraction.events[0]) == (["नरेंद्र मोदी", "व्लादिमीर पुतिन"], [])


def test_both_leaders_are_the_two_named_last(extractor: Extractor) -> None:
    """«दोनों नेताओं» stands for the two people named last."""
    extraction = extractor.extract(
        document("नरेंद्र मोदी और व्लादिमीर पुतिन मॉस्को में हैं ।", "दोनों नेताओं ने समझौते पर हस्ताक्षर किए ।")
    )
    signing = next(event for event in extraction.events if event.type is EventType.TREATY_SIGNING)
    assert who(extraction, signing) == (["नरेंद्र मोदी", "व्लादिमीर पुतिन"], [])


def test_one_event_told_twice_is_one_node(extractor: Extractor) -> None:
    """Two sentences about one meeting give one event with two mentions."""
    extraction = extractor.extract(
        document("नरेंद्र मोदी ने व्लादिमीर पुतिन से मुलाकात की ।", "पुतिन के साथ मोदी की मुलाकात लंबी थी ।")
    )
    assert [len(event.mentions) for event in extraction.events] == [2]


def test_trigger_is_the_text_at_its_offsets(extractor: Extractor) -> None:
    """A mention's trigger is exactly the article's text between its offsets."""
    given = document("भारत और चीन के बीच वार्ता हुई ।")
    mention = extractor.extract(given).events[0].mentions[0]
    assert given.article.text[mention.begin : mention.end] == mention.trigger == "वार्ता हुई"


@pytest.mark.parametrize(
    "sentence",
    [
        "नाटो के अनुसार ईरान ने रूस को हथियार भेजे ।",
        "नाटो ने बताया कि ईरान ने रूस को हथियार भेजे ।",
    ],
)
def test_by_whose_account(sentence: str, extractor: Extractor) -> None:
    """An event is attributed to whom the sentence names as its source."""
    extraction = extractor.extract(document(sentence))
    names = {entity.key: entity.name for entity in extraction.entities}
    event = next(event for event in extraction.events if event.type is EventType.ARMS_TRANSFER)
    assert [names[key] for key in event.sources] == ["नाटो"]
    assert who(extraction, event) == (["ईरान"], ["रूस"])


def test_a_capital_that_acts_is_its_country(extractor: Extractor) -> None:
    """«मॉस्को ने» and «प्योंगयांग को» stand for Russia and North Korea; «मॉस्को में» is the city."""
    extraction = extractor.extract(document("मॉस्को ने प्योंगयांग को हथियार भेजे ।"))
    kinds = {entity.candidates[0] for entity in extraction.entities}
    assert kinds == {"Q159", "Q423"}
    assert "Q159" not in {
        id for entity in extractor.extract(document("मॉस्को में बैठक हुई ।")).entities for id in entity.candidates
    }
