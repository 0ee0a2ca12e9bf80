"""Short ways to build records by hand, for the tests of several stages."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence

from kg.records import (
    Article,
    Document,
    Entity,
    EntityType,
    Event,
    EventMention,
    EventType,
    Extraction,
    GazetteerEntry,
    HeldOffice,
    Link,
    LinkedExtraction,
    Modality,
    Office,
    Sentence,
)

TEXT = "पुतिन और किम बुधवार को मिले। रूस ने किम को गोले भेजे। सियोल का आरोप बेतुका है। मीना वर्मा ने बयान दिया।"

RUSSIA = GazetteerEntry(
    id="Q159", type=EntityType.COUNTRY, label_hi="रूस", label_en="Russia", lat=61.5, lon=105.25, kind="country"
)
NORTH_KOREA = GazetteerEntry(id="Q423", type=EntityType.COUNTRY, label_hi="उत्तर कोरिया", label_en="North Korea")
SOUTH_KOREA = GazetteerEntry(id="Q884", type=EntityType.COUNTRY, label_hi="दक्षिण कोरिया", label_en="South Korea")
PUTIN = GazetteerEntry(
    id="Q7747",
    type=EntityType.PERSON,
    label_hi="व्लादिमीर पुतिन",
    label_en="Vladimir Putin",
    country_qid="Q159",
    offices=(
        Office(label_en="President", country_qid="Q159", begin="2000-05-07", end="2008-05-07"),
        Office(label_en="President", country_qid="Q159", begin="2012"),
    ),
)
KIM = GazetteerEntry(
    id="Q56226", type=EntityType.PERSON, label_hi="किम जोंग उन", label_en="Kim Jong Un", country_qid="Q423"
)
ENTRIES: Mapping[str, GazetteerEntry] = {entry.id: entry for entry in (RUSSIA, NORTH_KOREA, SOUTH_KOREA, PUTIN, KIM)}


def document(text: str = TEXT, *, id: str = "one", **facts: object) -> Document:
    """A document with a sentence for each danda, without tokens; `facts` are further fields of the article."""
    article = Article(id=id, text=text, date=datetime.date(2023, 9, 14), **facts)  # type: ignore[arg-type]
    sentences, begin = [], 0
    while begin < len(text):
        end = text.find("।", begin) + 1 or len(text)
        sentences.append(Sentence(index=len(sentences), tokens=(), begin=begin, end=end))
        begin = end + 1
    return Document(article=article, sentences=tuple(sentences))


def mention(trigger: str, *, text: str = TEXT, rule: str = "test.rule") -> EventMention:
    """The first place where the text has the trigger."""
    begin = text.index(trigger)
    return EventMention(
        sentence=text.count("।", 0, begin), begin=begin, end=begin + len(trigger), trigger=trigger, rule=rule
    )


def entity(key: str, name: str, type: EntityType = EntityType.PERSON, **facts: object) -> Entity:
    """An entity whose only form is its name."""
    return Entity(key=key, name=name, type=type, **({"forms": (name,)} | facts))  # type: ignore[arg-type]


def linked(
    *,
    entities: Sequence[Entity],
    events: Sequence[Event] = (),
    offices: Sequence[HeldOffice] = (),
    links: Mapping[str, GazetteerEntry] | None = None,
    id: str = "one",
) -> LinkedExtraction:
    """An extraction in which the entities of `links` are linked and all others are not."""
    decided = links or {}
    return LinkedExtraction(
        extraction=Extraction(document_id=id, entities=tuple(entities), events=tuple(events), offices=tuple(offices)),
        links={one.key: Link(entity=one.key, entry=decided.get(one.key), score=1.0) for one in entities},
    )


BASE = "https://w3id.org/hindi-news-kg/"


def sample(id: str = "one") -> tuple[LinkedExtraction, Document]:
    """A document with linked and unlinked entities, an office, and a denied event."""
    entities = [
        entity("e1", "पुतिन"),
        entity("e2", "किम"),
        entity("e3", "रूस", EntityType.COUNTRY),
        entity("e4", "सियोल", EntityType.PLACE),
        entity("e5", "मीना वर्मा"),
        entity("e6", "विशेषज्ञ", EntityType.GROUP, named=False),
    ]
    events = [
        Event(
            key="v1",
            type=EventType.MEETING,
            agents=("e1", "e2", "e6"),
            places=("e4",),
            date="2023-09-13",
            date_text="बुधवार को",
            mentions=(mention("मिले"),),
        ),
        Event(
            key="v2",
            type=EventType.ARMS_TRANSFER,
            agents=("e3",),
            targets=("e2",),
            modality=Modality.ALLEGED,
            sources=("e4",),
            object="गोले",
            quantity=40,
            confidence=0.75,
            mentions=(mention("भेजे"),),
        ),
        Event(
            key="v3",
            type=EventType.DENIAL,
            agents=("e3",),
            targets=("e4",),
            claim="v2",
            mentions=(mention("बेतुका"),),
        ),
        Event(key="v4", type=EventType.STATEMENT, agents=("e5",), quotation="हाँ", mentions=(mention("बयान दिया"),)),
    ]
    offices = [HeldOffice(entity="e1", label_hi="राष्ट्रपति", label_en="President", of="e3")]
    extraction = linked(
        entities=entities, events=events, offices=offices, links={"e1": PUTIN, "e2": KIM, "e3": RUSSIA}, id=id
    )
    facts = {"title": "पुतिन और किम की बात", "publisher": "उदाहरण", "url": "https://example.org/news/1"}
    return extraction, document(id=id, **facts)
