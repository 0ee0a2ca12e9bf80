"""The gazetteer entries that an entity may be."""

from __future__ import annotations

from kg.gazetteer.gazetteer import Gazetteer
from kg.records import Entity, EntityType, GazetteerEntry

# Entity type → entry types that it may be linked to, besides its own. Hong Kong and Kosovo are a place to one and a
# country to another; a movement («तालिबान») may be read as a group; a seat («क्रेमलिन») as a place.
_NEAR = {
    EntityType.COUNTRY: frozenset({EntityType.PLACE}),
    EntityType.PLACE: frozenset({EntityType.COUNTRY, EntityType.ORGANIZATION}),
    EntityType.GROUP: frozenset({EntityType.ORGANIZATION}),
    EntityType.ORGANIZATION: frozenset({EntityType.PLACE}),
    EntityType.PERSON: frozenset[EntityType](),
}


def candidates(entity: Entity, gazetteer: Gazetteer) -> tuple[GazetteerEntry, ...]:
    """Entries that bear the entity's name or one of its forms, or that extraction proposed, best prior first.

    Entries of a type that does not fit are left out, so a person is never linked to a place. A name that is known to
    be made from an entry (a demonym, for a country known by «रूसी» alone) counts as well.
    """
    found: dict[str, GazetteerEntry] = {}
    for name in (entity.name, *entity.forms):
        for entry in gazetteer.lookup(name):
            found.setdefault(entry.id, entry)
        demonym = gazetteer.demonym(name)
        if demonym is not None:
            found.setdefault(demonym, gazetteer.entry(demonym))
    for id in entity.candidates:
        if id in gazetteer:
            found.setdefault(id, gazetteer.entry(id))
    return tuple(entry for entry in found.values() if type_agreement(entity.type, entry.type) > 0)


def type_agreement(entity: EntityType, entry: EntityType) -> float:
    """1 where the types are one, 0.5 where one may be read as the other, else 0."""
    if entity is entry:
        return 1.0
    return 0.5 if entry in _NEAR[entity] else 0.0
