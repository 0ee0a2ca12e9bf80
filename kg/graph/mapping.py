"""A linked extraction as quads: the document's graph and the graphs of the entities that it names. Pure."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import pyoxigraph as ox

from kg.gazetteer.members import NOBODY, Members
from kg.graph import vocabulary
from kg.graph.entity_graph import entity_label, entity_quads
from kg.graph.iris import (
    Names,
    begin_of,
    document_iri,
    entity_iris,
    entry_of,
    event_iris,
    mention_iri,
    role_iri,
)
from kg.graph.office_classes import PRESENT, office_classes
from kg.graph.offices import EntryLookup, Term, Titles, meant, terms
from kg.graph.terms import date, decimal, english, hindi, integer, link, plain
from kg.graph.vocabulary import ALT_LABEL, LABEL, TYPE, kg
from kg.records import (
    SYMMETRIC,
    Article,
    Document,
    Event,
    EventMention,
    EventType,
    GazetteerEntry,
    HeldOffice,
    LinkedExtraction,
    Modality,
)

Value = ox.NamedNode | ox.Literal
Statement = tuple[ox.NamedNode, ox.NamedNode, Value]

_AGENT: Final = kg("agent")
_TARGET: Final = kg("target")
_PARTICIPANT: Final = kg("participant")
_NO_TITLES: Final[Titles] = MappingProxyType({})
_TRUE: Final = ox.Literal("true", datatype=vocabulary.BOOLEAN)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Told:
    """A document's account with the names of what it tells of."""

    document: Document
    node: ox.NamedNode
    entities: Names
    events: Names
    base_iri: str
    entries: Mapping[str, GazetteerEntry]  #: key of an entity → what it was linked to, where it was
    known: Mapping[tuple[str, str, str | None], Term]  #: (holder, Hindi label, of) of an office read → the gazetteer's


@dataclass(frozen=True, kw_only=True, slots=True)
class _Merged:
    """The events of a document that have one IRI, as one. Equal in type, modality and negation; in text order."""

    iri: str
    parts: Sequence[Event]

    @property
    def type(self) -> EventType:
        return self.parts[0].type

    @property
    def holds(self) -> bool:
        """Whether the text tells it as a fact."""
        return self.parts[0].modality is Modality.ASSERTED and not self.parts[0].negated

    def agents(self) -> list[str]:
        return [key for part in self.parts for key in (*part.agents, *(part.targets if self.type in SYMMETRIC else ()))]

    def targets(self) -> list[str]:
        return [] if self.type in SYMMETRIC else [key for part in self.parts for key in part.targets]

    def first(self, name: str) -> object:
        """The value of a facet in the earliest part that has one."""
        return next((value for part in self.parts if (value := getattr(part, name)) is not None), None)


def document_quads(
    linked: LinkedExtraction,
    document: Document,
    *,
    base_iri: str,
    lookup: EntryLookup,
    titles: Titles = _NO_TITLES,
    members: Members = NOBODY,
) -> Iterator[ox.Quad]:
    """The quads of a document's graph and of its entities' graphs, some more than once.

    `lookup` finds gazetteer entries by id (for the countries that entities belong to); `titles` give the offices of the
    gazetteer their Hindi names, by which an office read in the text is recognised as one of them; `members` say which of the
    entities are members of which organizations.
    """
    entities = entity_iris(linked, base_iri=base_iri)
    told = _Told(
        document=document,
        node=ox.NamedNode(document_iri(base_iri, document.article.id)),
        entities=entities,
        events=event_iris(linked, base_iri=base_iri, entities=entities),
        base_iri=base_iri,
        entries={key: link.entry for key, link in linked.links.items() if link.entry is not None},
        known=_known_offices(linked, day=document.article.date, lookup=lookup, titles=titles),
    )
    for subject, predicate, object_ in _document(told, linked):
        yield ox.Quad(subject, predicate, object_, told.node)
    for entity in linked.extraction.entities:
        entry = entry_of(linked, entity.key)
        yield from entity_quads(
            entities[entity.key], entity, entry, base_iri=base_iri, lookup=lookup, titles=titles, members=members
        )


def _document(told: _Told, linked: LinkedExtraction) -> Iterator[Statement]:
    yield from _metadata(told.node, told.document.article)
    for entity in linked.extraction.entities:
        node = ox.NamedNode(told.entities[entity.key])
        yield told.node, vocabulary.MENTIONS, node
        label = entity_label(entity, entry_of(linked, entity.key))
        for form in {label, entity.name, *entity.forms} - {""}:
            yield node, ALT_LABEL, hindi(form)
    yield from _offices(linked.extraction.offices, told)
    for event in _merged(linked.extraction.events, told.events):
        yield from _event(event, told)
        if event.holds:
            yield from _direct(event, told)


def _metadata(node: ox.NamedNode, article: Article) -> Iterator[Statement]:
    yield node, TYPE, vocabulary.NEWS_ARTICLE
    yield node, vocabulary.IDENTIFIER, plain(article.id)
    yield node, vocabulary.IN_LANGUAGE, plain("hi")
    if article.title:
        yield node, vocabulary.HEADLINE, hindi(article.title)
    if article.date is not None:
        yield node, vocabulary.DATE_PUBLISHED, date(article.date.isoformat())
    if article.publisher:
        yield node, vocabulary.PUBLISHER, plain(article.publisher)
    address = link(article.url) if article.url else None
    if address is not None:
        yield node, vocabulary.URL, address


def _known_offices(
    linked: LinkedExtraction, *, day: datetime.date | None, lookup: EntryLookup, titles: Titles
) -> dict[tuple[str, str, str | None], Term]:
    """The offices read in the text that are certainly offices of the gazetteer: those that its holder has on the article's
    day, of the country that the text names if it names one."""
    found = {}
    for office in linked.extraction.offices:
        holder = entry_of(linked, office.entity)
        of = entry_of(linked, office.of) if office.of is not None else None
        if holder is None or (office.of is not None and of is None):
            continue
        among = terms(holder, lookup=lookup, titles=titles)
        term = meant(office.label_hi, of.id if of is not None else None, among, day=day)
        if term is not None:
            found[office.entity, office.label_hi, office.of] = term
    return found


def _offices(offices: Iterable[HeldOffice], told: _Told) -> Iterator[Statement]:
    """The offices read in the text; of the spellings of one office the first in the alphabet is its label."""
    spellings: defaultdict[str, list[HeldOffice]] = defaultdict(list)
    for office in offices:
        term = told.known.get((office.entity, office.label_hi, office.of))
        if term is not None:
            yield from _known_office(term, office, told)
            continue
        of = told.entities[office.of] if office.of is not None else None
        iri = role_iri(told.entities[office.entity], office.label_hi, of=of, base_iri=told.base_iri)
        spellings[iri].append(office)
    for iri, group in sorted(spellings.items()):
        yield from _office(ox.NamedNode(iri), group, told)


def _known_office(term: Term, office: HeldOffice, told: _Told) -> Iterator[Statement]:
    """An office of the gazetteer that the text names, under the names that the gazetteer's graph gives it."""
    holder = told.entities[office.entity]
    role = ox.NamedNode(term.iri(holder, base_iri=told.base_iri))
    yield ox.NamedNode(holder), kg("holdsRole"), role
    yield role, TYPE, kg("Role")
    yield role, LABEL, hindi(term.label_hi)
    yield role, LABEL, english(term.label_en)
    if office.of is not None:
        yield role, kg("roleOf"), ox.NamedNode(told.entities[office.of])


def _office(role: ox.NamedNode, spellings: Sequence[HeldOffice], told: _Told) -> Iterator[Statement]:
    one, english_labels = spellings[0], sorted({office.label_en for office in spellings if office.label_en})
    yield ox.NamedNode(told.entities[one.entity]), kg("holdsRole"), role
    yield role, TYPE, kg("Role")
    yield role, LABEL, hindi(min(office.label_hi for office in spellings))
    for label in english_labels[:1]:
        yield role, LABEL, english(label)
        for name in _title_classes(label, one.of, told):
            yield role, kg("officeClass"), kg(name)
    if one.of is not None:
        yield role, kg("roleOf"), ox.NamedNode(told.entities[one.of])


def _title_classes(label: str, of: str | None, told: _Told) -> tuple[str, ...]:
    """The classes of an office on the article's day; `of` is the key of what it is an office of."""
    day = told.document.article.date
    entry = told.entries.get(of) if of is not None else None
    return office_classes(label, entry, elsewhere=of is not None, day=day.isoformat() if day else PRESENT)


def _merged(events: Iterable[Event], names: Names) -> Iterator[_Merged]:
    groups: defaultdict[str, list[Event]] = defaultdict(list)
    for event in events:
        groups[names[event.key]].append(event)
    for iri in sorted(groups):
        yield _Merged(iri=iri, parts=sorted(groups[iri], key=lambda event: (begin_of(event), event.key)))


def _event(event: _Merged, told: _Told) -> Iterator[Statement]:
    node, first = ox.NamedNode(event.iri), event.parts[0]
    yield node, TYPE, kg("Event")
    yield node, TYPE, vocabulary.EVENT_CLASSES[event.type]
    for predicate, value in (*_participants(event, told), *_facets(event), *_references(event, told)):
        yield node, predicate, value
    yield node, kg("modality"), vocabulary.MODALITIES[first.modality]
    yield node, kg("confidence"), decimal(max(part.confidence for part in event.parts), places=4)
    if first.negated:
        yield node, kg("negated"), _TRUE
    for mention in (mention for part in event.parts for mention in part.mentions):
        yield from _mention(node, mention, told)


def _participants(event: _Merged, told: _Told) -> Iterator[tuple[ox.NamedNode, Value]]:
    for predicate, keys in ((_AGENT, event.agents()), (_TARGET, event.targets())):
        for entity in _nodes(keys, told.entities):
            yield predicate, entity
            yield _PARTICIPANT, entity


def _facets(event: _Merged) -> Iterator[tuple[ox.NamedNode, Value]]:
    """What a part alone can say: where several say it, the one that stands first in the text is believed."""
    for name, predicate in (("date_text", kg("dateText")), ("object", kg("object"))):
        value = event.first(name)
        if isinstance(value, str):
            yield predicate, hindi(value)
    day, quantity = event.first("date"), event.first("quantity")
    if isinstance(day, str):
        yield kg("date"), date(day)
    if isinstance(quantity, int):
        yield kg("quantity"), integer(quantity)
    for quotation in {part.quotation for part in event.parts if part.quotation}:
        yield kg("quotation"), hindi(quotation)


def _references(event: _Merged, told: _Told) -> Iterator[tuple[ox.NamedNode, Value]]:
    for part in event.parts:
        for predicate, keys in ((kg("place"), part.places), (kg("attributedTo"), part.sources)):
            for entity in _nodes(keys, told.entities):
                yield predicate, entity
    for claimed in _claimed(event, told):
        yield kg("claim"), claimed


def _claimed(event: _Merged, told: _Told) -> list[ox.NamedNode]:
    return [
        node
        for node in _nodes([part.claim for part in event.parts if part.claim], told.events)
        if node.value != event.iri
    ]


def _mention(event: ox.NamedNode, mention: EventMention, told: _Told) -> Iterator[Statement]:
    node = ox.NamedNode(mention_iri(told.node.value, mention))
    yield event, kg("mention"), node
    yield node, TYPE, kg("Mention")
    yield node, vocabulary.BEGIN_INDEX, integer(mention.begin)
    yield node, vocabulary.END_INDEX, integer(mention.end)
    yield node, vocabulary.ANCHOR_OF, plain(mention.trigger)
    yield node, vocabulary.REFERENCE_CONTEXT, told.node
    yield node, kg("sentence"), hindi(told.document.sentence_text(mention.sentence))
    yield node, kg("rule"), plain(mention.rule)


def _direct(event: _Merged, told: _Told) -> Iterator[Statement]:
    """The short relations between participants; of a denial also to what is denied."""
    relation = vocabulary.DIRECT_RELATIONS.get(event.type)
    if relation is None:
        return
    agents = _nodes(event.agents(), told.entities)
    others = agents if event.type in SYMMETRIC else _nodes(event.targets(), told.entities)
    if event.type is EventType.DENIAL:
        others = [*others, *_claimed(event, told)]
    for agent in agents:
        for other in others:
            if agent != other:
                yield agent, relation, other


def _nodes(keys: Iterable[str], names: Names) -> list[ox.NamedNode]:
    """The nodes with these keys, each once, sorted."""
    return [ox.NamedNode(iri) for iri in sorted({names[key] for key in keys})]
