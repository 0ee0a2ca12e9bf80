"""The graph of an entity: a pure function of what the gazetteer or the name itself tells, never of a document's words.

Its name is the entity's own IRI. What it points to, a country, has a graph too, so that no link leads nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress

import pyoxigraph as ox

from kg.gazetteer.normal import display_form
from kg.graph import vocabulary
from kg.graph.iris import entry_iri, is_by_name
from kg.graph.offices import EntryLookup, Term, Titles, terms
from kg.graph.terms import date, decimal, english, hindi
from kg.graph.vocabulary import LABEL, SAME_AS, TYPE, kg
from kg.records import Entity, GazetteerEntry

Statement = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def entity_label(entity: Entity, entry: GazetteerEntry | None) -> str:
    """The Hindi label of an entity; `entry` is what it was linked to."""
    if entry is not None:
        return entry.label_hi
    return (display_form(entity.name) if is_by_name(entity) else "") or entity.name


def entity_quads(
    iri: str,
    entity: Entity,
    entry: GazetteerEntry | None,
    *,
    base_iri: str,
    lookup: EntryLookup,
    titles: Titles,
) -> Iterator[ox.Quad]:
    """The quads of an entity's graph and of those that it points to.

    `entry` is what the entity was linked to; `lookup` finds its country's; `titles` give offices their Hindi names.
    """
    if entry is None:
        yield from _in_graph(ox.NamedNode(iri), _unlinked(ox.NamedNode(iri), entity))
        return
    for related in _reached(entry, lookup):
        node = ox.NamedNode(entry_iri(base_iri, related.id))
        yield from _in_graph(node, _linked(node, related, base_iri=base_iri, lookup=lookup, titles=titles))


def _in_graph(graph: ox.NamedNode, statements: Iterable[Statement]) -> Iterator[ox.Quad]:
    for subject, predicate, object_ in statements:
        yield ox.Quad(subject, predicate, object_, graph)


def _reached(entry: GazetteerEntry, lookup: EntryLookup) -> list[GazetteerEntry]:
    """The entry and those that its graph points to, theirs included."""
    found = {entry.id: entry}
    waiting = [entry]
    while waiting:
        one = waiting.pop()
        for id in (one.country_qid, *(office.country_qid for office in one.offices)):
            other = lookup(id) if id else None
            if other is not None and other.id not in found:
                found[other.id] = other
                waiting.append(other)
    return list(found.values())


def _unlinked(node: ox.NamedNode, entity: Entity) -> Iterator[Statement]:
    yield node, TYPE, kg("Entity")
    yield node, TYPE, vocabulary.ENTITY_CLASSES[entity.type]
    yield node, LABEL, hindi(entity_label(entity, None))


def _linked(
    node: ox.NamedNode, entry: GazetteerEntry, *, base_iri: str, lookup: EntryLookup, titles: Titles
) -> Iterator[Statement]:
    yield node, TYPE, kg("Entity")
    yield node, TYPE, vocabulary.ENTITY_CLASSES[entry.type]
    if entry.label_hi:
        yield node, LABEL, hindi(entry.label_hi)
    if entry.label_en:
        yield node, LABEL, english(entry.label_en)
    if entry.qid:
        yield node, SAME_AS, ox.NamedNode(vocabulary.WD + entry.qid)
    if entry.lat is not None and entry.lon is not None:
        yield node, vocabulary.LATITUDE, decimal(entry.lat)
        yield node, vocabulary.LONGITUDE, decimal(entry.lon)
    country = lookup(entry.country_qid) if entry.country_qid else None
    if country is not None:
        yield node, kg("country"), ox.NamedNode(entry_iri(base_iri, country.id))
    for term in terms(entry, lookup=lookup, titles=titles):
        yield from _office(node, term, base_iri=base_iri)


def _office(holder: ox.NamedNode, term: Term, *, base_iri: str) -> Iterator[Statement]:
    role = ox.NamedNode(term.iri(holder.value, base_iri=base_iri))
    yield holder, kg("holdsRole"), role
    yield role, TYPE, kg("Role")
    yield role, LABEL, english(term.label_en)
    if term.label_hi:
        yield role, LABEL, hindi(term.label_hi)
    if term.country is not None:
        yield role, kg("roleOf"), ox.NamedNode(entry_iri(base_iri, term.country))
    for predicate, day in ((kg("from"), term.begin), (kg("until"), term.end)):
        if day:
            with suppress(ValueError):  # a table of the user's own may hold anything
                yield role, predicate, date(day)
