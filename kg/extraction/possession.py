"""Whose a thing or office is: the country or organization of a noun group."""

from __future__ import annotations

from kg.extraction.context import Context
from kg.extraction.mentions import as_government
from kg.extraction.pronouns import antecedents
from kg.extraction.reading import Group, Mention
from kg.extraction.subjects import Keys, keys_of
from kg.records import EntityType


def country_of(group: Group, before: int, context: Context) -> str | None:
    """The country of a group: an adjective or name inside it, before a token, or a genitive before it."""
    for mention in sorted(group.modifiers, key=lambda mention: mention.pronoun != ""):  # «अपने | चीनी | समकक्ष»
        if mention.begin < before:
            key = _country_of_mention(mention, group, context)
            if key is not None:
                return key
    before_it = [one for one in context.reading.conjoined(group) if one.index < group.index and one.mention is None]
    owners = context.reading.possessors(group) or [
        owner
        for one in before_it
        for owner in context.reading.possessors(one)  # «B के प्रधानमंत्री और | विदेश मंत्री»
    ]
    for owner in reversed(owners):
        key = _country_of_owner(owner, context)
        if key is not None:
            return key
    return None


def _country_of_owner(owner: Group, context: Context) -> str | None:
    referent, name = context.referents.get(owner.index), owner.mention
    if referent is not None and referent.type is EntityType.COUNTRY:
        return referent.keys[0]
    if name is None:
        return country_of(owner, owner.end, context)
    if not name.pronoun and name.type is EntityType.PLACE:
        government = as_government(name, context.knowledge.gazetteer)
        if government is not name:
            return context.registry.named(government)
    return None


def _country_of_mention(mention: Mention, group: Group, context: Context) -> str | None:
    gazetteer, registry = context.knowledge.gazetteer, context.registry
    if mention.pronoun:
        keys = antecedents(mention, group, context)
        cluster = registry[keys[0]] if keys else None
        if cluster is None:
            return None
        return cluster.key if cluster.type is EntityType.COUNTRY else cluster.country
    if mention.type is not EntityType.PERSON:
        mention = as_government(mention, gazetteer)
    if mention.type is EntityType.PLACE and mention.ids:
        country = gazetteer.country_of(mention.ids[0])
        return registry.by_id(country) if country is not None and country in gazetteer else None
    if mention.type is not EntityType.COUNTRY:
        return None
    key = registry.named(mention)
    if not mention.demonym:
        context.note_form(key, context.reading.text(mention.begin, mention.end), mention.begin, mention.end)
    return key


def organization_of(group: Group, context: Context) -> str | None:
    """The organization of a group: a name inside it, or a genitive before it."""
    for mention in group.modifiers:
        if not mention.pronoun and mention.type is EntityType.ORGANIZATION:
            return context.registry.named(mention)
    for owner in reversed(context.reading.possessors(group)):
        referent = context.referents.get(owner.index)
        if referent is not None and referent.type is EntityType.ORGANIZATION:
            return referent.keys[0]
    return None


def owners_together(group: Group, context: Context) -> Keys:
    """«दोनों पक्षों के जवानों»: all the countries and organizations that a genitive before a group stands for."""
    for owner in context.reading.possessors(group):
        if owner.index in context.referents:
            keys = keys_of(context.reading.conjoined(owner), context.referents)
            if len(keys) > 1 and context.are_bodies(keys):
                return keys
    return ()
