"""Which events of different documents may be one event in the world: `kg:sameEventAs` with a score, in a graph of its own.

What certainly is one event has one IRI (`iris.event_iris`). Here stand the others: one report gives the day and another
does not, one names the president and another his country, one tells as planned what another tells as done. Nothing is
merged: a reader takes the links at the score that suits the question, or leaves the graph out.

The score is a weighted mean over what both events tell (record linkage as in Fellegi and Sunter, «A Theory for Record
Linkage», JASA 1969, with weights set by hand: no gold says which events of two articles are one).
"""

from __future__ import annotations

import calendar
import datetime
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox

from kg.graph.store import Store
from kg.graph.terms import decimal
from kg.graph.vocabulary import PREFIX_LINES, TYPE, kg
from kg.records import SYMMETRIC, EventType, Modality

LEAST: Final = 0.75  #: the score below which two events are not linked

_PARTICIPANTS, _TIME, _MODALITY, _PLACE, _QUANTITY = 0.6, 0.3, 0.1, 0.1, 0.1
_BELONGS: Final = 0.7  #: likeness of a person and the person's country, of a city and its country
_UNKNOWN: Final = 0.5  #: likeness to what the text does not name
_DAY, _MONTH, _YEAR, _UNDATED = 1.0, 0.6, 0.2, 0.35  #: what agreeing by so fine a time is worth
_NEXT_DAY: Final = 0.1
_WEEK, _NEXT_MONTH = datetime.timedelta(days=7), datetime.timedelta(days=30)
_ONE_DAY: Final = datetime.timedelta(days=1)
_CLOSE: Final = 0.9  #: numbers whose ratio is at least this may be one number, rounded

_TOLD: Final = f"""{PREFIX_LINES}
SELECT ?document ?event ?predicate ?value WHERE {{
  GRAPH ?document {{
    ?event kg:modality ?modality ; ?predicate ?value
    VALUES ?predicate {{ rdf:type kg:agent kg:target kg:place kg:date kg:modality kg:negated kg:quantity kg:claim }}
  }}
}}"""
_PUBLISHED: Final = f"{PREFIX_LINES}SELECT ?document ?day WHERE {{ ?document schema:datePublished ?day }}"
_HOMES: Final = f"{PREFIX_LINES}SELECT ?entity ?country WHERE {{ ?entity kg:country ?country }}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Span:
    """The days on one of which an event falls."""

    first: datetime.date
    last: datetime.date
    grain: float  #: what agreement within this span is worth: 1 for a day, less for a month, a year or no date


@dataclass(frozen=True, kw_only=True, slots=True)
class Telling:
    """What the store says of one event."""

    iri: str
    type: str  #: local name of its class
    documents: frozenset[str]  #: IRIs of the documents that tell of it
    agents: frozenset[str] = frozenset()  #: IRIs
    targets: frozenset[str] = frozenset()  #: IRIs
    places: frozenset[str] = frozenset()  #: IRIs
    modalities: frozenset[str] = frozenset()  #: local names
    negated: bool = False
    quantity: int | None = None
    claims: frozenset[str] = frozenset()  #: local names of the classes of what it is about
    span: Span | None = None  #: None where neither the event nor its documents have a day


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Resemblance:
    """Two events that may be one."""

    one: str  #: IRI, the smaller of the two
    other: str  #: IRI
    score: float  #: `LEAST` to 1


def resemblance_graph(base_iri: str) -> str:
    """The IRI of the graph that holds the resemblances."""
    return f"{base_iri}resemblances"


def resemblance_quads(store: Store, *, base_iri: str) -> Iterator[ox.Quad]:
    """The links between the events of a store that resemble each other, each with its score.

    Raises StoreError where the store cannot be read.
    """
    graph = ox.NamedNode(resemblance_graph(base_iri))
    homes = _homes(store)
    for found in resemblances(_tellings(store), homes=homes, unnamed=f"{base_iri}entity/in/"):
        one, other = ox.NamedNode(found.one), ox.NamedNode(found.other)
        digest = hashlib.sha256(f"{found.one}\n{found.other}".encode()).hexdigest()
        node = ox.NamedNode(f"{base_iri}resemblance/{digest[:32]}")
        yield ox.Quad(one, kg("sameEventAs"), other, graph)
        yield ox.Quad(other, kg("sameEventAs"), one, graph)
        yield ox.Quad(node, TYPE, kg("Resemblance"), graph)
        yield ox.Quad(node, kg("between"), one, graph)
        yield ox.Quad(node, kg("between"), other, graph)
        yield ox.Quad(node, kg("score"), decimal(found.score, places=2), graph)


def resemblances(
    tellings: Iterable[Telling], *, homes: Mapping[str, Collection[str]], unnamed: str
) -> list[Resemblance]:
    """The pairs of events that resemble each other by `LEAST` or more, sorted. Pure.

    `homes` are the countries of persons, cities and organisations; `unnamed` is what the IRIs of entities begin with that
    are known in one document alone. Events of one document, and statements, are never paired. Only events that share a
    participant and can fall on one day are compared: time grows with their number, not with its square.
    """
    blocks: defaultdict[tuple[str, bool, str], list[Telling]] = defaultdict(list)
    for telling in sorted(tellings, key=lambda telling: telling.iri):
        if telling.span is not None and telling.type != EventType.STATEMENT:
            for key in _keys(telling, homes, unnamed):
                blocks[telling.type, telling.negated, key].append(telling)
    found: dict[tuple[str, str], float] = {}
    for block in blocks.values():
        for one, other in _together(block):
            pair = (min(one.iri, other.iri), max(one.iri, other.iri))
            if pair not in found and not one.documents & other.documents:
                found[pair] = _score(one, other, homes, unnamed)
    return sorted(Resemblance(one=a, other=b, score=score) for (a, b), score in found.items() if score >= LEAST)


def _keys(telling: Telling, homes: Mapping[str, Collection[str]], unnamed: str) -> set[str]:
    named = {iri for iri in telling.agents | telling.targets if not iri.startswith(unnamed)}
    return named.union(*(homes.get(iri, ()) for iri in named))


def _together(block: Collection[Telling]) -> Iterator[tuple[Telling, Telling]]:
    """The pairs that can fall on one day or on two that follow each other: a sweep over the days."""
    spans = [(telling.span, telling) for telling in block if telling.span is not None]
    open_: list[tuple[Span, Telling]] = []
    for span, telling in sorted(spans, key=lambda pair: (pair[0].first, pair[1].iri)):
        open_ = [(before, other) for before, other in open_ if before.last + _ONE_DAY >= span.first]
        for _, other in open_:
            yield other, telling
        open_.append((span, telling))


def _score(one: Telling, other: Telling, homes: Mapping[str, Collection[str]], unnamed: str) -> float:
    """How much speaks for two events of one type being one, 0 to 1; 0 where something speaks against it."""

    def alike(a: str, b: str) -> float:
        if a == b:
            return 1.0
        if a.startswith(unnamed) or b.startswith(unnamed):
            return _UNKNOWN
        return _BELONGS if b in homes.get(a, ()) or a in homes.get(b, ()) else 0.0

    def matched(ones: Collection[str], others: Collection[str]) -> float:
        if not ones or not others:
            return _UNKNOWN
        best = [max(alike(a, b) for b in others) for a in ones] + [max(alike(a, b) for a in ones) for b in others]
        return sum(best) / len(best)

    pairs = [(one.agents, other.agents), (one.targets, other.targets)]
    if EventType(one.type) in SYMMETRIC:
        pairs = [(one.agents | one.targets, other.agents | other.targets)]
    roles = [matched(*pair) for pair in pairs if any(pair)]
    time = _time(one.span, other.span)
    if not roles or not all(roles) or not time or (one.claims and other.claims and not one.claims & other.claims):
        return 0.0
    evidence = [
        (_PARTICIPANTS, sum(roles) / len(roles)),
        (_TIME, time),
        (_MODALITY, float(bool(one.modalities & other.modalities))),
    ]
    if one.places and other.places:
        evidence.append((_PLACE, max(alike(a, b) for a in one.places for b in other.places)))
    if one.quantity is not None and other.quantity is not None:
        evidence.append((_QUANTITY, float(_close(one.quantity, other.quantity))))
    return round(sum(weight * value for weight, value in evidence) / sum(weight for weight, _ in evidence), 2)


def _time(one: Span | None, other: Span | None) -> float:
    """How far two times agree; 0 where they cannot be one."""
    if one is None or other is None:
        return 0.0
    if one.first <= other.last and other.first <= one.last:
        return min(one.grain, other.grain)
    days = max(one.first - other.last, other.first - one.last)
    return _NEXT_DAY if one.grain == other.grain == _DAY and days == _ONE_DAY else 0.0


def _close(one: int, other: int) -> bool:
    return min(one, other) >= _CLOSE * max(one, other)


# ---------------------------------------------------------------------- reading the store


def _tellings(store: Store) -> list[Telling]:
    told: defaultdict[str, defaultdict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in store.query(_TOLD).rows():
        facts = told[row["event"].value]
        facts["document"].add(row["document"].value)
        facts[_local(row["predicate"].value)].add(row["value"].value)
    published = {row["document"].value: row["day"].value for row in store.query(_PUBLISHED).rows()}
    classes = {iri: _class(facts["type"]) for iri, facts in told.items()}
    return [_telling(iri, facts, classes, published) for iri, facts in told.items()]


def _telling(
    iri: str, facts: Mapping[str, set[str]], classes: Mapping[str, str], published: Mapping[str, str]
) -> Telling:
    def of(name: str) -> frozenset[str]:
        return frozenset(facts.get(name, ()))

    modalities = frozenset(map(_local, of("modality")))
    quantities = {int(value) for value in of("quantity")}
    return Telling(
        iri=iri,
        type=classes[iri],
        documents=of("document"),
        agents=of("agent"),
        targets=of("target"),
        places=of("place"),
        modalities=modalities,
        negated="true" in of("negated"),
        quantity=max(quantities, default=None),
        claims=frozenset(classes[claim] for claim in of("claim") if claim in classes),
        span=_span(of("date"), modalities, [published[one] for one in of("document") if one in published]),
    )


def _span(dates: Collection[str], modalities: Collection[str], published: Collection[str]) -> Span | None:
    """The days of an event that has a date; else those about which its first article may speak."""
    for value in sorted(dates, key=len, reverse=True)[:1]:
        year, month, day = (int(part) for part in [*value.split("-"), "0", "0"][:3])
        if day:
            first = last = datetime.date(year, month, day)
        else:
            first = datetime.date(year, month or 1, 1)
            last = datetime.date(year, month or 12, calendar.monthrange(year, month or 12)[1])
        return Span(first=first, last=last, grain=_DAY if day else _MONTH if month else _YEAR)
    told = min((datetime.date.fromisoformat(value) for value in published), default=None)
    if told is None:
        return None
    if Modality.PLANNED in modalities:
        return Span(first=told, last=told + _NEXT_MONTH, grain=_UNDATED)
    return Span(first=told - _WEEK, last=told, grain=_UNDATED)


def _homes(store: Store) -> dict[str, frozenset[str]]:
    found: defaultdict[str, set[str]] = defaultdict(set)
    for row in store.query(_HOMES).rows():
        found[row["entity"].value].add(row["country"].value)
    return {iri: frozenset(countries) for iri, countries in found.items()}


def _class(types: Iterable[str]) -> str:
    """The local name of the class below `kg:Event`, the first in the alphabet where there are several."""
    return min((name for name in map(_local, types) if name != "Event"), default="")


def _local(iri: str) -> str:
    return iri.rpartition("#")[2]
