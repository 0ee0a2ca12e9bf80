"""The gold of the seed articles as records: what a reader without error hands to the graph stage."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from kg.gazetteer import members
from kg.gazetteer.gazetteer import Gazetteer
from kg.graph.iris import document_iri
from kg.graph.linking_record import linking_quads
from kg.graph.mapping import document_quads
from kg.graph.ontology import ontology_quads
from kg.graph.resemblance import resemblance_graph, resemblance_quads
from kg.graph.store import Store
from kg.graph.vocabulary import ONTOLOGY_GRAPH
from kg.linking.linker import Linker
from kg.records import (
    Article,
    Document,
    Entity,
    EntityType,
    Event,
    EventMention,
    EventType,
    GazetteerEntry,
    HeldOffice,
    LinkedExtraction,
    Modality,
    Sentence,
)
from kg.settings import resource
from tests.builders import BASE, linked

GOLD = resource("seeds") / "gold.jsonl"
RULE = "gold"


def fill(store: Store, gold: Path = GOLD) -> None:
    """Put the ontology and every annotated document into a store, as a build does, optional events included."""
    gazetteer = Gazetteer.load()
    linker = Linker(gazetteer=gazetteer)
    store.replace_graph(ONTOLOGY_GRAPH, ontology_quads())

    def lookup(id: str) -> GazetteerEntry | None:
        return gazetteer.entry(id) if id in gazetteer else None

    for told, document in annotated(gold, gazetteer):
        quads = document_quads(told, document, base_iri=BASE, lookup=lookup, members=members.load())
        considered = linker.link(told.extraction, document).links
        links = {key: replace(link, candidates=considered[key].candidates) for key, link in told.links.items()}
        record = linking_quads(
            replace(told, links=links), base_iri=BASE, lookup=lookup, threshold=linker.weights.threshold
        )
        store.replace_document(document_iri(BASE, document.article.id), [*quads, *record])
    store.replace_graph(resemblance_graph(BASE), resemblance_quads(store, base_iri=BASE))


def annotated(gold: Path, gazetteer: Gazetteer) -> Iterator[tuple[LinkedExtraction, Document]]:
    """Each annotated document as an extraction that links what the gold links. Of several readings the first counts."""
    for line in gold.read_text(encoding="utf-8").splitlines():
        told = json.loads(line)
        document = _document(told)
        extraction = linked(
            id=told["id"],
            entities=[_entity(key, facts, told["text"]) for key, facts in told["entities"].items()],
            events=[_event(facts, document) for facts in told["events"]],
            offices=[
                HeldOffice(entity=role["entity"], label_hi=role["role"], of=role["of"])
                for role in told.get("roles", ())
            ],
            links={
                key: gazetteer.entry(facts["qid"])
                for key, facts in told["entities"].items()
                if facts["qid"] is not None
            },
        )
        yield extraction, document


def _document(told: dict[str, Any]) -> Document:
    """The article, with the sentences in which events are mentioned."""
    text = told["text"]
    article = Article(
        id=told["id"],
        text=text,
        title=told["title"],
        date=date.fromisoformat(told["date"]),
        publisher=told["publisher"],
        url=told["url"],
    )
    found = {mention["sentence"] for event in told["events"] for mention in event["mentions"]}
    spans = sorted((text.index(sentence), text.index(sentence) + len(sentence)) for sentence in found)
    sentences = (Sentence(index=i, tokens=(), begin=begin, end=end) for i, (begin, end) in enumerate(spans))
    return Document(article=article, sentences=tuple(sentences))


def _entity(key: str, facts: dict[str, Any], text: str) -> Entity:
    forms = sorted({facts["name"], *facts["aliases"]})
    stands = min((text.index(form), len(form)) for form in forms if form in text)
    return Entity(
        key=key,
        type=EntityType(facts["type"]),
        name=facts["name"],
        forms=tuple(forms),
        named=facts["type"] != EntityType.GROUP,
        offsets=((stands[0], sum(stands)),),
    )


def _event(facts: dict[str, Any], document: Document) -> Event:
    return Event(
        key=facts["id"],
        type=EventType(facts["type"]),
        agents=_first_readings(facts["agents"]),
        targets=_first_readings(facts["targets"]),
        places=_first_readings(facts["place"]),
        sources=_first_readings(facts["source"]),
        date=facts["date"],
        modality=Modality(facts["modality"]),
        negated=facts["negated"],
        quantity=facts["quantity"],
        claim=facts["claim"],
        mentions=tuple(_mention(mention, document) for mention in facts["mentions"]),
    )


def _first_readings(arguments: list[Any]) -> tuple[str, ...]:
    return tuple(argument["e"] if isinstance(argument, dict) else argument for argument in arguments)


def _mention(facts: dict[str, str], document: Document) -> EventMention:
    begin = document.article.text.index(facts["sentence"])
    sentence = next(
        one.index
        for one in document.sentences
        if one.begin == begin and document.sentence_text(one.index) == facts["sentence"]
    )
    begin += facts["sentence"].index(facts["trigger"])
    return EventMention(
        sentence=sentence, begin=begin, end=begin + len(facts["trigger"]), trigger=facts["trigger"], rule=RULE
    )
