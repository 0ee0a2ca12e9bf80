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
    Extraction,
    GazetteerEntry,
    HeldOffice,
    Link,
    LinkedExtraction,
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
