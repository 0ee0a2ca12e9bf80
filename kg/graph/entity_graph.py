"""The graph of an entity: a pure function of what the gazetteer or the name itself tells, never of a document's words.

Its name is the entity's own IRI. What it points to, a country or an organization, has a graph too, so that no link leads
nowhere.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pyoxigraph as ox

from kg.gazetteer.kinds import kind_names
from kg.gazetteer.members import Members, Membership
from kg.gazetteer.normal import display_form
from kg.gazetteer.transliteration import romanised
from kg.graph import vocabulary
from kg.graph.iris import entry_iri, geometry_iri, is_by_name, membership_iri
from kg.graph.office_classes import PRESENT, office_classes
from kg.graph.offices import EntryLookup, Term, Titles, terms
from kg.graph.terms import date, decimal, english, hindi, hindi_in_latin, point
from kg.graph.vocabulary import LABEL, SAME_AS, TYPE, kg
from kg.records import Entity, EntityType, GazetteerEntry

Statement = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


@dataclass(frozen=True, kw_only=True, slots=True)
class _Known:
    """Where the graph of a linked entity takes what it says."""

    base_iri: str
    lookup: EntryLookup
    titles: Titles
    members: Members

    def entry(self, id: str | None) -> GazetteerEntry | None:
        return self.lookup(id) if id else None

    def node(self, entry: GazetteerEntry) -> ox.NamedNode:
        return ox.NamedNode(entry_iri(self.base_iri, entry.id))

    def memberships(self, entry: GazetteerEntry) -> Iterator[tuple[Membership, GazetteerEntry]]:
        """Those in organizations that the gazetteer has."""
        for membership in self.members.get(entry.id, ()):
            organization = self.lookup(membership.organization)
            if organization is not None:
                yield membership, organization


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
    members: Members,
) -> Iterator[ox.Quad]:
    """The quads of an entity's graph and of those that it points to.

    `entry` is what the entity was linked to; `lookup` finds its country's; `titles` give offices their Hindi names; `members`
    say what it is a member of.
    """
    if entry is None:
        yield from _in_graph(ox.NamedNode(iri), _unlinked(ox.NamedNode(iri), entity))
        return
    known = _Known(base_iri=base_iri, lookup=lookup, titles=titles, members=members)
    for related in _reached(entry, known):
        node = known.node(related)
        yield from _in_graph(node, _linked(node, related, known))


def _in_graph(graph: ox.NamedNode, statements: Iterable[Statement]) -> Iterator[ox.Quad]:
    for subject, predicate, object_ in statements:
        yield ox.Quad(subject, predicate, object_, graph)


def _reached(entry: GazetteerEntry, known: _Known) -> list[GazetteerEntry]:
    """The entry and those that its graph points to, theirs included."""
    found = {entry.id: entry}
    waiting = [entry]
    while waiting:
        for other in _neighbours(waiting.pop(), known):
            if other.id not in found:
                found[other.id] = other
                waiting.append(other)
    return list(found.values())


def _neighbours(entry: GazetteerEntry, known: _Known) -> Iterator[GazetteerEntry]:
    for id in (entry.country_qid, entry.capital_of, *(office.country_qid for office in entry.offices)):
        other = known.entry(id)
        if other is not None:
            yield other
    for _, organization in known.memberships(entry):
        yield organization


def _unlinked(node: ox.NamedNode, entity: Entity) -> Iterator[Statement]:
    yield node, TYPE, kg("Entity")
    yield node, TYPE, vocabulary.ENTITY_CLASSES[entity.type]
    yield from _named(node, entity_label(entity, None))


def _named(node: ox.NamedNode, label: str) -> Iterator[Statement]:
    """The Hindi label, and the same in Latin letters."""
    yield node, LABEL, hindi(label)
    in_latin = romanised(label)
    if in_latin:
        yield node, kg("transliteration"), hindi_in_latin(in_latin)


def _linked(node: ox.NamedNode, entry: GazetteerEntry, known: _Known) -> Iterator[Statement]:
    yield node, TYPE, kg("Entity")
    yield node, TYPE, vocabulary.ENTITY_CLASSES[entry.type]
    if entry.label_hi:
        yield from _named(node, entry.label_hi)
    if entry.label_en:
        yield node, LABEL, english(entry.label_en)
    if entry.qid:
        yield node, SAME_AS, ox.NamedNode(vocabulary.WD + entry.qid)
    yield from _kind(node, entry)
    for predicate, id in ((kg("country"), entry.country_qid), (kg("standsFor"), entry.capital_of)):
        other = known.entry(id)
        if other is not None:
            yield node, predicate, known.node(other)
    yield from _location(node, entry)
    for membership, organization in known.memberships(entry):
        yield from _membership(node, membership, known.node(organization), base_iri=known.base_iri)
    home = known.entry(entry.country_qid)
    for term in terms(entry, lookup=known.lookup, titles=known.titles):
        yield from _office(node, term, home, known)


def _kind(node: ox.NamedNode, entry: GazetteerEntry) -> Iterator[Statement]:
    """What sort of place or organization it is; of a person the gazetteer names an office there, which is told elsewhere."""
    if not entry.kind or entry.type is EntityType.PERSON:
        return
    in_english, in_hindi = kind_names(entry.kind)
    yield node, kg("kind"), english(in_english)
    if in_hindi:
        yield node, kg("kind"), hindi(in_hindi)


def _location(node: ox.NamedNode, entry: GazetteerEntry) -> Iterator[Statement]:
    """Where it lies, twice: as two numbers (WGS84), and as a geometry that the functions of GeoSPARQL read."""
    if entry.lat is None or entry.lon is None:
        return
    yield node, vocabulary.LATITUDE, decimal(entry.lat)
    yield node, vocabulary.LONGITUDE, decimal(entry.lon)
    geometry = ox.NamedNode(geometry_iri(node.value))
    yield node, vocabulary.HAS_GEOMETRY, geometry
    yield geometry, TYPE, vocabulary.POINT
    yield geometry, vocabulary.AS_WKT, point(latitude=entry.lat, longitude=entry.lon)


def _membership(
    member: ox.NamedNode, membership: Membership, organization: ox.NamedNode, *, base_iri: str
) -> Iterator[Statement]:
    """The membership with its time; where it lasts, the plain relation too."""
    node = ox.NamedNode(membership_iri(member.value, organization.value, base_iri=base_iri, begin=membership.begin))
    if not membership.end:
        yield member, kg("memberOf"), organization
    yield member, kg("hasMembership"), node
    yield node, TYPE, kg("Membership")
    yield node, kg("inOrganization"), organization
    yield from _time(node, membership.begin, membership.end)


def _office(holder: ox.NamedNode, term: Term, home: GazetteerEntry | None, known: _Known) -> Iterator[Statement]:
    """An office; one that no country is told of is taken for one of the holder's own, `home`, to see what sort it is."""
    role, country = ox.NamedNode(term.iri(holder.value, base_iri=known.base_iri)), known.entry(term.country)
    yield holder, kg("holdsRole"), role
    yield role, TYPE, kg("Role")
    yield role, LABEL, english(term.label_en)
    if term.label_hi:
        yield role, LABEL, hindi(term.label_hi)
    if country is not None:
        yield role, kg("roleOf"), known.node(country)
    for name in office_classes(term.label_en, country or home, day=term.end or PRESENT):
        yield role, kg("officeClass"), kg(name)
    yield from _time(role, term.begin, term.end)


def _time(node: ox.NamedNode, begin: str, end: str) -> Iterator[Statement]:
    for predicate, day in ((kg("from"), begin), (kg("until"), end)):
        if day:
            with suppress(ValueError):  # a table of the user's own may hold anything
                yield node, predicate, date(day)
