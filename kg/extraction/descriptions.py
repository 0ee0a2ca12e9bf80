"""Groups without a name at their end: offices, bodies that act for their country, unnamed people, «इस देश»."""

from __future__ import annotations

from kg.extraction.context import Context
from kg.extraction.memory import PLACES, Seen
from kg.extraction.mentions import as_government
from kg.extraction.possession import country_of, organization_of, owners_together
from kg.extraction.pronouns import latest
from kg.extraction.reading import GENITIVE, NOMINATIVE, Finiteness, Group
from kg.extraction.references import Title
from kg.extraction.sets import members
from kg.extraction.subjects import SUBJECT_MARKERS, Kind, Referent
from kg.extraction.words import direct_plural, direct_singular, fold
from kg.records import EntityType, EventType

_NEAR = 3  #: sentences back in which a subject goes before whoever was named later


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
    return (
        _relative(group, context)
        or _member(group, context)
        or _body(group, of, context)
        or _named_before(group, of, context)
        or _assembly(group, of, context)
        or _people(group, of, context)
        or _met(group, of, context)
    )


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
    if of is None and _is_of_others(group, context):
        return None
    country = of if of is not None and context.registry[of].type is EntityType.COUNTRY else None
    if of is None or country is not None:
        holder = context.registry.holder(title, country)
        if holder is not None and not _is_plural(group, context):
            _note_description(holder, group, context)
            return Referent(keys=(holder,), type=EntityType.PERSON, kind="office")
    if of is None:
        return _officer(group, title, begin, context)
    if country is None and not _is_plural(group, context):
        head = context.registry.head(title, of)
        if head is not None:
            return Referent(keys=(head,), type=EntityType.PERSON, kind="office")
    if _is_plural(group, context):
        return _offices(group, of, context)
    key = context.registry.described(EntityType.PERSON, description(group, context), country=country)
    _note_description(key, group, context)
    context.registry.holds(key, title, context.reading.text(begin, group.end), of)
    return Referent(keys=(key,), type=EntityType.PERSON, kind="office")


def _is_of_others(group: Group, context: Context) -> bool:
    """«विपक्ष के नेता»: of a body that nobody knows; but «देश के प्रधानमंत्री»."""
    owners = context.reading.possessors(group)
    return any(context.word(owner) not in context.lexicon.classes["countries"] for owner in owners)


def _officer(group: Group, title: Title, begin: int, context: Context) -> Referent | None:
    """«सेना प्रमुख ने», of no country that the text gives: somebody who acts, by that name in this document alone."""
    if _is_plural(group, context) or group.marker not in SUBJECT_MARKERS or begin > group.begin:
        return None
    key = context.registry.described(EntityType.PERSON, context.reading.text(begin, group.end))
    _note_description(key, group, context)
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


def _relative(group: Group, context: Context) -> Referent | None:
    """«कुलभूषण जाधव की | पत्नी और | मां ने»: somebody of a person's family, by that name."""
    word, classes = context.word(group), context.lexicon.classes
    if word not in classes["kinswomen"] | classes["kinsmen"]:
        return None
    spoken = context.reading.texts[group.head]
    called = f"की {spoken}" if word in classes["kinswomen"] else f"का {direct_singular(spoken)}"
    for one in reversed(context.reading.conjoined(group)):
        for owner in reversed(context.reading.possessors(one)):
            person = context.referents.get(owner.index)
            if person is not None and person.type is EntityType.PERSON and len(person.keys) == 1:
                whose = context.registry[person.keys[0]]
                key = context.registry.described(EntityType.PERSON, f"{whose.name} {called}")
                _note_description(key, group, context)
                return Referent(keys=(key,), type=EntityType.PERSON, kind="office")
    return None


def _body(group: Group, of: str | None, context: Context) -> Referent | None:
    """«रूसी सेना», «इस विमान»: the country or organization that it acts for."""
    head = context.word(group)
    if head not in context.lexicon.classes["bodies"] or _is_met_in_private(group, context):
        return None
    for owner in context.reading.possessors(group):
        crowd = context.referents.get(owner.index)
        if head in context.lexicon.classes["private"] and crowd is not None and crowd.type is EntityType.GROUP:
            return _crowd(group, of, context)  # «भारतीय समुदाय के | लोग»
    if of is None and context.reading.words[group.begin] in context.lexicon.function_words["demonstratives"]:
        of = context.memory.bodies.get(head)
    if of is None and group.end - group.begin == 1 and not context.reading.possessors(group):
        of = _of_only_country(head, context)
    if of is None:
        return None
    local = _local(group, of, context)
    if local is not None:
        return local
    context.memory.bodies[head] = of
    several = owners_together(group, context)
    if several:
        return context.referent(several, "body")
    _note_names(group, of, context)
    return context.referent((of,), "body")


def _local(group: Group, of: str, context: Context) -> Referent | None:
    """«असम सरकार ने», «पंजाब पुलिस ने»: a body of a part of a country, which does not act for all of it."""
    places = [mention for mention in group.modifiers if mention.type is EntityType.PLACE and not mention.pronoun]
    places += [
        owner.mention
        for owner in context.reading.possessors(group)
        if owner.mention is not None and owner.mention.type is EntityType.PLACE and not owner.mention.pronoun
    ]
    if not places or context.word(group) not in context.lexicon.classes["local_bodies"]:
        return None
    own = context.lexicon.function_words["self_governed"]  # «दिल्ली सरकार»
    gazetteer, words = context.knowledge.gazetteer, context.reading.words
    if any(words[one.end - 1] not in own and as_government(one, gazetteer) is not one for one in places):
        return None  # a capital: «काबुल सरकार»
    key = context.registry.described(EntityType.ORGANIZATION, description(group, context), country=of)
    _note_description(key, group, context)
    return Referent(keys=(key,), type=EntityType.ORGANIZATION, kind="body")


def _of_only_country(head: str, context: Context) -> str | None:
    """«सरकार ने», where all that the text names is of one country."""
    registry = context.registry
    if head not in context.lexicon.classes["state_bodies"] or registry.only_country is None:
        return None
    return registry.by_id(registry.only_country)


def _named_before(group: Group, of: str | None, context: Context) -> Referent | None:
    """«परिषद ने», «इस संगठन ने», «पार्टी ने»: the organization named last that the noun is the kind of."""
    head, words = context.word(group), context.reading.words
    pointing = words[group.begin] in context.lexicon.function_words["demonstratives"]
    if of is not None or context.reading.possessors(group) or group.head - group.begin > pointing:
        return None
    if head not in context.lexicon.classes["kinds_of_organization"]:
        return None
    here = [
        Seen(key=key, type=context.registry[key].type, sentence=context.index, subject=False)
        for referent in context.referents.values()
        for key in referent.keys
    ]
    fitting = [
        seen
        for seen in (*context.memory.seen, *here)
        if (seen.type is EntityType.ORGANIZATION and _is_kind(seen.key, head, context))
        or (seen.type is EntityType.GROUP and _is_delegation(seen.key, head, context))
    ]
    subjects = [seen for seen in fitting if seen.subject and context.index - seen.sentence <= _NEAR]
    latest = (subjects or fitting)[-1:]
    return context.referent((latest[0].key,), "body") if latest else None


def _assembly(group: Group, of: str | None, context: Context) -> Referent | None:
    """«कैबिनेट की | बैठक»: a body of many that meets, whatever it is called."""
    if context.word(group) not in context.lexicon.classes["assemblies"] or group.marker != GENITIVE:
        return None
    if not _leads_to(EventType.MEETING, group, context):
        return None
    name = description(group, context)
    key = context.registry.described(EntityType.ORGANIZATION, name, country=of)
    context.note_form(key, name, group.begin, group.end)
    return Referent(keys=(key,), type=EntityType.ORGANIZATION, kind="group")


def _is_kind(key: str, noun: str, context: Context) -> bool:
    """Whether an organization is called by a noun, or is a party where the noun is «पार्टी»."""
    cluster, gazetteer = context.registry[key], context.knowledge.gazetteer
    if any(fold(form.split()[-1]) == noun for form in (cluster.name, *cluster.forms)):
        return True
    party = noun in context.lexicon.classes["parties"]
    return party and any(gazetteer.entry(id).kind == "political party" for id in cluster.ids if id in gazetteer)


def _is_delegation(key: str, noun: str, context: Context) -> bool:
    """«दल ने», of a delegation that the text has named before."""
    delegations = context.lexicon.classes["delegations"]
    return noun in delegations and fold(context.registry[key].name.split()[-1]) in delegations


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
    return _crowd(group, of, context)


def _is_met_in_private(group: Group, context: Context) -> bool:
    """«अमेरिकी सैनिकों से | मुलाकात की»: they do not act for their country there."""
    private = context.word(group) in context.lexicon.classes["private"]
    return private and group.marker in ("se", "saath") and _leads_to(EventType.MEETING, group, context)


def _leads_to(type_: EventType, group: Group, context: Context) -> bool:
    """Whether an event of a type is told of behind a group, in its clause."""
    clause = [one for one in context.reading.groups if one.clause == group.clause and one.begin >= group.marker_end]
    entries = [entry for one in clause for entry in context.lexicon.by_host.get(context.word(one), ())]
    return any(entry.type is type_ for entry in entries)


def _met(group: Group, of: str | None, context: Context) -> Referent | None:
    """«निर्वाचित सरपंचों से | मुलाकात की»: whom one meets or asks are people, whatever the noun."""
    head, lexicon = context.word(group), context.lexicon
    if group.marker not in ("se", "saath") or not head.endswith("ों"):
        return None
    known = head in lexicon.common
    verb = context.reading.verb_of(group.marker_end)
    asked = (
        group.marker == "se"
        and (verb is None or verb.finiteness is Finiteness.PARTICIPLE)  # «जहाजों से | गिरने वाली चीजों पर नजर रखने का आग्रह»
        and _leads_to(EventType.REQUEST, group, context)
    )
    if asked and (not known or head in lexicon.classes["people"] | lexicon.classes["manned"]):
        return _crowd(group, of, context)
    return _crowd(group, of, context) if not known and _leads_to(EventType.MEETING, group, context) else None


def _crowd(group: Group, of: str | None, context: Context) -> Referent:
    owners = context.reading.possessors(group)
    spoken = description(group, context)
    *before, last = spoken.split(" ")
    direct = last if group.marker == NOMINATIVE else direct_plural(last, context.lexicon.direct_plurals)
    key = context.registry.described(EntityType.GROUP, " ".join((*before, direct)), country=of)
    context.note_form(key, spoken, min([group.begin, *(owner.begin for owner in owners)]), group.end)
    context.registry[key].forms.add(context.reading.texts[group.head])
    return Referent(keys=(key,), type=EntityType.GROUP, kind="group")
