"""Groups whose members the text has named: «दोनों नेताओं», «इन देशों», «तीनों»."""

from __future__ import annotations

from kg.extraction.context import Context
from kg.extraction.memory import BODIES, PERSON
from kg.extraction.reading import ERGATIVE, Group
from kg.extraction.references import MemberSet
from kg.extraction.subjects import Keys, Referent, keys_of
from kg.records import EntityType

_NEAR = 2  #: sentences back in which exactly two people are «नेताओं»
_SUBJECT_WEIGHT = 1.5  #: how much more a subject counts for what a text is about


def members(group: Group, context: Context) -> Referent | None:
    """The members of a set; None where the group is none, or they are not clear."""
    keys = _counted(group, context)
    if not keys and group.end - group.begin == 1:
        keys = _leaders(group, context) or _alone(group, context)
    return context.referent(keys, "set") if keys else None


def _counted(group: Group, context: Context) -> Keys:
    """«दोनों देशों», by determiner and noun."""
    words = set(context.reading.words[group.begin : group.end])
    for row in context.knowledge.references.sets:
        if words & row.determiners and context.word(group) in row.nouns:
            keys = _members(row, group, context)
            if keys:
                return keys
    return ()


def _members(row: MemberSet, group: Group, context: Context) -> Keys:
    mentions = [
        mention
        for one in context.reading.conjoined(group)
        for mention in (*one.modifiers, *((one.mention,) if one.mention is not None else ()))
        if not mention.pronoun and mention.type in BODIES
    ]
    inside = tuple(dict.fromkeys(context.registry.named(mention) for mention in mentions))
    if row.size and len(inside) == row.size:
        return inside  # «रूसी और उत्तर कोरियाई दोनों अधिकारियों»
    if row.size == 0:
        together = [*(keys for _, keys in context.memory.together), *context.together()]
        return together[-1] if together else ()
    return context.last(row.size, PERSON) if row.people else _salient(row.size, context)


def _leaders(group: Group, context: Context) -> Keys:
    """«नेताओं ने» without a word of whose: the two people whom the sentences right before have named."""
    if not context.knowledge.references.is_alone(context.word(group)) or group.marker != ERGATIVE:
        return ()
    recent = {
        seen.key
        for seen in context.memory.seen
        if seen.type is EntityType.PERSON and context.index - seen.sentence <= _NEAR
    }
    return context.last(2, PERSON) if len(recent) == 2 and not context.reading.possessors(group) else ()


def _alone(group: Group, context: Context) -> Keys:
    """«मॉस्को और प्योंगयांग, दोनों ने»: those just named together, else the last people, else whom the text is about."""
    size = context.knowledge.references.size(context.word(group))
    if not size:
        return ()
    for index in sorted(context.referents, reverse=True):
        keys = keys_of(context.reading.conjoined(context.reading.groups[index]), context.referents)
        if len(keys) == size:
            return keys
    return context.last(size, PERSON) or _salient(size, context)


def _salient(size: int, context: Context) -> Keys:
    """The countries or bodies that the text is about: those just named together, else those named most."""
    here = [keys for keys in context.together() if len(keys) == size]
    if here:
        return here[-1]
    homes = _homes(context)
    if len(homes) == size:
        return homes
    near = [keys for sentence, keys in context.memory.together if len(keys) == size and context.index - sentence <= 1]
    return near[-1] if near else _most_named(size, context)


def _homes(context: Context) -> Keys:
    """The countries of the people whom the sentence has named: «मुइज्जू … शी से मुलाकात के बाद दोनों देशों ने»."""
    people = [key for one in context.referents.values() if one.type is EntityType.PERSON for key in one.keys]
    return tuple(dict.fromkeys(home for key in people if (home := context.registry[key].country) is not None))


def _most_named(size: int, context: Context) -> Keys:
    counts: dict[str, float] = {}

    def count(key: str, type_: EntityType, weight: float) -> None:
        body = key if type_ in BODIES else context.registry[key].country
        if body is not None:
            counts[body] = counts.get(body, 0.0) + weight

    for seen in context.memory.seen:
        count(seen.key, seen.type, _SUBJECT_WEIGHT if seen.subject else 1.0)
    for index, referent in context.referents.items():
        if referent.kind != "set" and not context.mediates(context.reading.groups[index]):
            for key in referent.keys:
                count(key, referent.type, 1.0)
    ranked = sorted(counts, key=lambda key: (-counts[key], key))
    countries = [key for key in ranked if context.registry[key].type is EntityType.COUNTRY]
    bodies = countries if len(countries) >= size else ranked
    return tuple(bodies[:size]) if len(bodies) >= size else ()
