"""Groups without a name at their end: offices, bodies that act for their country, unnamed people, «इस देश»."""

from __future__ import annotations

from kg.extraction.context import Context
from kg.extraction.memory import PLACES
from kg.extraction.mentions import as_government
from kg.extraction.possession import country_of, organization_of, owners_together
from kg.extraction.pronouns import latest
from kg.extraction.reading import GENITIVE, NOMINATIVE, Group
from kg.extraction.references import Title
from kg.extraction.sets import members
from kg.extraction.subjects import Kind, Referent
from kg.extraction.words import direct_plural
from kg.records import EntityType


def described(group: Group, context: Context) -> Referent | None:
    """What a group of common nouns stands for; None where that is nobody."""
    found = members(group, context) or _own_country(group, context)
    if found is not None:
        return found
    if _points_to_place(group, context):
        return _that_place(group, context)
    title, begin = context.knowledge.references.title_ending(context.reading.words, group.begin, group.end)
    if title is not None:
        return _office(group, title, begin, context)
    of = country_of(group, group.head, context) or organization_of(group, context)
    return _member(group, context) or _body(group, of, context) or _people(group, of, context)


def description(group: Group, context: Context) -> str:
    """The words of a group, with the genitives right before it, without determiners and pronouns."""
    begin = group.begin
    for owner in context.reading.possessors(group):
        if owner.marker_end == group.begin and not (owner.mention and owner.mention.pronoun):
            begin = owner.begin
    deictics = context.lexicon.classes["deictics"]
    while begin < group.head and (
        context.reading.words[begin] in deictics
        or any(mention.pronoun and mention.begin <= begin < mention.end for mention in group.modifiers)
    ):
        begin += 1
    return context.reading.text(begin, group.end)


# ------------------------------------------------------------------ countries and places


def _own_country(group: Group, context: Context) -> Referent | None:
    """«अपने देश को», «उनके देश में»."""
    if context.word(group) not in context.lexicon.classes["countries"] or not group.modifiers:
        return None
    own = country_of(group, group.head, context)
    if own is None or not any(mention.case == GENITIVE for mention in group.modifiers):
        return None
    return Referent(keys=(own,), type=EntityType.COUNTRY, kind="body")


def _points_to_place(group: Group, context: Context) -> bool:
    pointing = context.reading.words[group.begin] in context.lexicon.function_words["demonstratives_of_place"]
    place = context.word(group) in context.lexicon.classes["kinds_of_place"]
    return pointing and place and group.head - group.begin <= 2


def _that_place(group: Group, context: Context) -> Referent | None:
    """«इस द्वीप को», «इस देश में»: the country or place named last that is not the subject."""
    clause = context.clause(group)
    is_country = context.word(group) in context.lexicon.classes["countries"]
    types = frozenset({EntityType.COUNTRY}) if is_country else PLACES
    key = latest(types, context.subject(clause), clause, context, possessive=True)
    return context.referent((key,), "pronoun") if key is not None else None


# ------------------------------------------------------------------ offices


def _office(group: Group, title: Title, begin: int, context: Context) -> Referent | None:
    """The holder of an office («रूसी राष्ट्रपति»), known or not; of several, what they stand for."""
    several = owners_together(group, context)
    if several:
        return context.referent(several, "body")
    of = country_of(group, begin, context) or organization_of(group, context)
    country = of if of is not None and context.registry[of].type is EntityType.COUNTRY else None
    if of is None or country is not None:
        holder = context.registry.holder(title, country)
        if holder is not None and not _is_plural(group, context):
            _note_description(holder, group, context)
            return Referent(keys=(holder,), type=EntityType.PERSON, kind="office")
    if of is None:
        return None
    if _is_plural(group, context):
        return _offices(group, of, context)
    key = context.registry.described(EntityType.PERSON, description(group, context), country=country)
    _note_description(key, group, context)
    context.registry.holds(key, title, context.reading.text(begin, group.end), of)
    return Referent(keys=(key,), type=EntityType.PERSON, kind="office")


def _offices(group: Group, of: str, context: Context) -> Referent:
    """«दोनों देशों के विदेश मंत्रियों», «रूसी मंत्रियों»: their countries."""
    for owner in context.reading.possessors(group):
        referent = context.referents.get(owner.index)
        if referent is not None and len(referent.keys) > 1:
            return referent
    return context.referent((of,), "body")


def _is_plural(group: Group, context: Context) -> bool:
    return context.word(group).endswith("ों") and group.marker != NOMINATIVE


def _note_description(key: str, group: Group, context: Context) -> None:
    owners = [owner.begin for owner in context.reading.possessors(group) if owner.marker_end == group.begin]
    context.note_form(key, description(group, context), min([group.begin, *owners]), group.end)


# ------------------------------------------------------------------ members, bodies, people


def _member(group: Group, context: Context) -> Referent | None:
    """«जी-20 देशों», «हमास के लड़ाकों»: the organization."""
    classes, head = context.lexicon.classes, context.word(group)
    if head not in classes["members"] | classes["fighters"]:
        return None
    organization = organization_of(group, context)
    if organization is None:
        return None
    kind: Kind = "name" if head in classes["members"] else "body"
    return Referent(keys=(organization,), type=EntityType.ORGANIZATION, kind=kind)


def _body(group: Group, of: str | None, context: Context) -> Referent | None:
    """«रूसी सेना», «इस विमान»: the country or organization that it acts for."""
    head = context.word(group)
    if head not in context.lexicon.classes["bodies"]:
        return None
    if of is None and context.reading.words[group.begin] in context.lexicon.function_words["demonstratives"]:
        of = context.memory.bodies.get(head)
    if of is None:
        return None
    context.memory.bodies[head] = of
    several = owners_together(group, context)
    if several:
        return context.referent(several, "body")
    _note_names(group, of, context)
    return context.referent((of,), "body")


def _note_names(group: Group, of: str, context: Context) -> None:
    """Note the names inside a group that are those of whom it acts for: «भारत सरकार»."""
    for mention in group.modifiers:
        if not mention.pronoun:
            key = context.registry.named(as_government(mention, context.knowledge.gazetteer))
            if key == of:
                form = context.reading.text(mention.begin, mention.end)
                context.note_form(key, form, mention.begin, mention.end)


def _people(group: Group, of: str | None, context: Context) -> Referent | None:
    """Unnamed people («कश्मीरी उग्रवादियों»), by a name in the direct case; words that say nothing alone are nobody."""
    classes, head = context.lexicon.classes, context.word(group)
    owners = context.reading.possessors(group)
    alone = group.head == group.begin and not owners
    if head not in classes["people"] or (alone and head in classes["bare"]):
        return None
    spoken = description(group, context)
    *before, last = spoken.split(" ")
    direct = last if group.marker == NOMINATIVE else direct_plural(last, context.lexicon.direct_plurals)
    key = context.registry.described(EntityType.GROUP, " ".join((*before, direct)), country=of)
    context.note_form(key, spoken, min([group.begin, *(owner.begin for owner in owners)]), group.end)
    context.registry[key].forms.add(context.reading.texts[group.head])
    return Referent(keys=(key,), type=EntityType.GROUP, kind="group")
