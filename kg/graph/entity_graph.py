"""The graph of an entity: a pure function of what the gazetteer or the name itself tells, never of a document's words.

Its name is the entity's own IRI. Of a country or organization that it points to it repeats the labels and the Wikidata
id, so that the graph can be read where no document names that one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final

import pyoxigraph as ox

from kg.gazetteer.normal import display_form
from kg.graph import vocabulary
from kg.graph.iris import entry_iri, is_by_name, role_iri
from kg.graph.terms import date, decimal, english, hindi
from kg.graph.vocabulary import ALT_LABEL, LABEL, SAME_AS, TYPE, kg
from kg.records import Entity, GazetteerEntry, Office

EntryLookup = Callable[[str], GazetteerEntry | None]
"""Gazetteer id → entry, None where there is none."""

Statement = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]

_COUNTRY: Final = kg("country")
_HOLDS_ROLE: Final = kg("holdsRole")
_ROLE_OF: Final = kg("roleOf")


def entity_quads(
    iri: str, entity: Entity, entry: GazetteerEntry | None, *, base_iri: str, lookup: EntryLookup
) -> Iterator[ox.Quad]:
    """The quads of an entity's graph; `entry` is what it was linked to, `lookup` finds its country's."""
    graph = ox.NamedNode(iri)
    told = _unlinked(graph, entity) if entry is None else _linked(graph, entry, base_iri=base_iri, lookup=lookup)
    for subject, predicate, object_ in told:
        yield ox.Quad(subject, predicate, object_, graph)


def _unlinked(node: ox.NamedNode, entity: Entity) -> Iterator[Statement]:
    label = display_form(entity.name) if is_by_name(entity) else entity.name
    yield node, TYPE, kg("Entity")
    yield node, TYPE, vocabulary.ENTITY_CLASSES[entity.type]
    yield node, LABEL, hindi(label or entity.name)
    yield node, ALT_LABEL, hindi(label or entity.name)


def _linked(node: ox.NamedNode, entry: GazetteerEntry, *, base_iri: str, lookup: EntryLookup) -> Iterator[Statement]:
    yield node, TYPE, kg("Entity")
    yield node, TYPE, vocabulary.ENTITY_CLASSES[entry.type]
    yield from _naming(node, entry)
    if entry.label_hi:
        yield node, ALT_LABEL, hindi(entry.label_hi)
    if entry.lat is not None and entry.lon is not None:
        yield node, vocabulary.LATITUDE, decimal(entry.lat)
        yield node, vocabulary.LONGITUDE, decimal(entry.lon)
    country = lookup(entry.country_qid) if entry.country_qid else None
    if country is not None:
        yield from _pointing(node, _COUNTRY, country, base_iri=base_iri)
    for office in _offices(entry):
        yield from _office(node, office, base_iri=base_iri, lookup=lookup)


def _naming(node: ox.NamedNode, entry: GazetteerEntry) -> Iterator[Statement]:
    if entry.label_hi:
        yield node, LABEL, hindi(entry.label_hi)
    if entry.label_en:
        yield node, LABEL, english(entry.label_en)
    if entry.qid:
        yield node, SAME_AS, ox.NamedNode(vocabulary.WD + entry.qid)


def _pointing(
    node: ox.NamedNode, predicate: ox.NamedNode, entry: GazetteerEntry, *, base_iri: str
) -> Iterator[Statement]:
    other = ox.NamedNode(entry_iri(base_iri, entry.id))
    yield node, predicate, other
    yield from _naming(other, entry)


def _offices(entry: GazetteerEntry) -> list[Office]:
    """The offices, those that differ in their end alone as one with the latest end."""
    latest: dict[tuple[str, str, str], Office] = {}
    for office in entry.offices:
        key = (office.label_en, office.country_qid or "", office.begin or "")
        if key not in latest or (office.end or "") > (latest[key].end or ""):
            latest[key] = office
    return [latest[key] for key in sorted(latest)]


def _office(holder: ox.NamedNode, office: Office, *, base_iri: str, lookup: EntryLookup) -> Iterator[Statement]:
    country = lookup(office.country_qid) if office.country_qid else None
    of = entry_iri(base_iri, country.id) if country is not None else None
    role = ox.NamedNode(role_iri(holder.value, office.label_en, of=of, base_iri=base_iri, begin=office.begin or ""))
    yield holder, _HOLDS_ROLE, role
    yield role, TYPE, kg("Role")
    yield role, LABEL, english(office.label_en)
    if country is not None:
        yield from _pointing(role, _ROLE_OF, country, base_iri=base_iri)
    for predicate, day in ((kg("from"), office.begin), (kg("until"), office.end)):
        if day:
            with suppress(ValueError):  # a table of the user's own may hold anything
                yield role, predicate, date(day)
