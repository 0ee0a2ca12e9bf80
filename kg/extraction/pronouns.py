"""What pronouns mean: the latest fitting subject, by type, number and honorific.

A wrong antecedent is worse than none: what finds none within reach stays unresolved.
"""

from __future__ import annotations

from kg.extraction.context import Context
from kg.extraction.memory import ANYBODY, BODIES, PERSON
from kg.extraction.reading import DATIVE, ERGATIVE, GENITIVE, NOMINATIVE, RELATIVE, THAT, Clause, Group, Mention
from kg.extraction.subjects import SUBJECT_MARKERS, Keys, subject_group
from kg.records import SYMMETRIC, EntityType

_PARALLEL = 2  #: sentences back to whom «उसे» takes up


def antecedents(mention: Mention, group: Group, context: Context) -> Keys:
    """The entities that a pronoun of a group means; empty where it is not clear."""
    clause = context.clause(group)
    match mention.pronoun:
        case "here":
            return _one(context.memory.here)
        case "there":
            return _one(_located(clause, context) or context.memory.place)
        case "self":
            return context.subject(clause)
        case "speaker" | "we":
            return _speaker(clause, context, party=mention.pronoun == "we")
    if mention.pronoun == RELATIVE:
        return () if _is_determiner(group, context) else _relative(mention, clause, context)
    if mention.pronoun == "it" and _is_correlated(mention, context):
        return ()
    return _third_person(mention, clause, context)


def _one(key: str | None) -> Keys:
    return (key,) if key else ()


def _third_person(mention: Mention, clause: Clause, context: Context) -> Keys:
    but = _others(mention, clause, context)
    if mention.pronoun == "he":
        own = _of_speaker(mention, clause, context)
        if own:
            return own
        many = () if mention.case == GENITIVE or _names_person(context) else _crowd_around(clause, context)
        if many:
            return many
        found = _one(latest(PERSON, but, clause, context, possessive=mention.case == GENITIVE))
        return found or _crowd_around(clause, context)
    addressee = _addressee(clause, context)
    if addressee is not None and mention.case == "obl":
        return (addressee,)  # «A ने B को धमकी दी कि उस पर …»
    if mention.pronoun == "it":
        person = latest(PERSON, but, clause, context) if mention.case != "obl" else None
        if mention.case == "nom" and clause.verb >= 0 and person is not None and _is_honorific(clause, context):
            return (person,)  # «वह … चर्चा करेंगी»
        if mention.case == "nom" and clause.verb >= 0 and _is_honorific(clause, context):
            return ()  # «वह … लौटे थे»: somebody, not a company
        taken_up = _taken_up(mention, but, context)
        return taken_up or _one(latest(BODIES | {EntityType.GROUP}, but, clause, context) or person)
    if mention.pronoun == "they" and (together := context.together()):
        return together[-1]
    if addressee is not None:
        return (addressee,)
    types = PERSON if _is_honorific(clause, context) else BODIES
    return _one(latest(types, but, clause, context) or latest(ANYBODY, but, clause, context))


def _of_speaker(mention: Mention, clause: Clause, context: Context) -> Keys:
    """«A ने B से कहा कि | उनका देश …»: whoever speaks, where the clause begins with what is his."""
    first = mention.case == GENITIVE and clause.opener == THAT and mention.begin == clause.begin + 1
    keys = context.subject(context.reading.clauses[clause.parent]) if first and clause.parent >= 0 else ()
    person = len(keys) == 1 and context.registry[keys[0]].type is EntityType.PERSON
    return keys if person and context.reading.words[mention.end] in context.lexicon.classes["countries"] else ()


def _taken_up(mention: Mention, but: Keys, context: Context) -> Keys:
    """«ईरान को … बताते हुए | उसकी निंदा», «A ने B को हथियार दिए। C भी | उसे …»: what stood with को goes before a subject.

    Pronouns prefer an antecedent in their own role (Lappin and Leass 1994).
    """
    if mention.case == GENITIVE:
        for group in reversed(context.reading.groups):
            if group.end <= mention.begin and group.marker == DATIVE and not _is_time(group, context):
                return _whose(group, but, context)
        return ()
    sentence, keys = context.memory.given
    near = mention.case == DATIVE and context.index - sentence <= _PARALLEL
    named_here = any(
        referent.type in BODIES for referent in context.referents.values() if set(referent.keys) - set(but)
    )
    return tuple(key for key in keys if key not in but) if near and not named_here else ()


def _whose(group: Group, but: Keys, context: Context) -> Keys:
    """What a group stands for, else whose it is: «जी-7 की | योजना को»."""
    for one in (group, *reversed(context.reading.possessors(group))):
        referent = context.referents.get(one.index)
        if referent is not None:
            keys = tuple(key for key in referent.keys if key not in but)
            return keys if referent.type in BODIES | {EntityType.GROUP} else ()
    return ()


def _is_time(group: Group, context: Context) -> bool:
    return context.word(group) in context.lexicon.classes["times"]


def _names_person(context: Context) -> bool:
    """Whether the sentence has named a person so far."""
    return any(referent.type is EntityType.PERSON for referent in context.referents.values())


def _crowd_around(clause: Clause, context: Context) -> Keys:
    """«हूतियों ने दावा किया कि उन्होंने …», «तटरक्षकों ने बताया कि …, लेकिन उन्होंने …»: the many who say the clause."""
    while clause.opener != THAT and clause.previous >= 0:
        clause = context.reading.clauses[clause.previous]
    if clause.opener != THAT or clause.parent < 0:
        return ()
    group = subject_group(context.reading, context.reading.clauses[clause.parent], context.referents)
    if group is None:
        return ()
    referent = context.referents[group.index]
    many = referent.kind == "body" and context.word(group).endswith("ों")
    crowd = (EntityType.ORGANIZATION, EntityType.GROUP)
    return tuple(key for key in referent.keys if many or context.registry[key].type in crowd)


def latest(
    types: frozenset[EntityType], but: Keys, clause: Clause, context: Context, *, possessive: bool = False
) -> str | None:
    """The entity named last: subjects of this sentence's earlier clauses, then of the sentences before.

    For a possessive, whoever this sentence names goes before.
    """
    mine = [
        (context.reading.groups[index], referent.keys[0])
        for index, referent in context.referents.items()
        if referent.type in types and len(referent.keys) == 1 and referent.keys[0] not in but
    ]
    # the subject of the sentence's own main clause is no antecedent in it
    mine_before = [
        (group, key)
        for group, key in reversed(mine)
        if not (clause.index == 0 and group.clause == 0 and group.marker in SUBJECT_MARKERS)
    ]
    if possessive and mine_before:
        return mine_before[0][1]
    for subject in (True, False):
        for group, key in mine_before:
            if (group.marker in SUBJECT_MARKERS) is subject:
                return key
        found = context.memory.latest(types, context.index, subject=subject, but=but)
        if found is not None and (subject or not mine):
            return found
    return None


def _others(mention: Mention, clause: Clause, context: Context) -> Keys:
    """Those whom a pronoun does not mean: the subject of its clause, where it is none itself, and who is named there."""
    beside = _named_beside(mention, clause, context)
    verb = context.reading.verbs[clause.verb] if clause.verb >= 0 else None
    if mention.case == GENITIVE and (met := _partners(mention, clause, context)):
        return met
    if mention.case in (ERGATIVE, "nom") or (verb is not None and verb.passive):
        return beside
    return (*context.subject(clause), *beside)


def _partners(mention: Mention, clause: Clause, context: Context) -> Keys:
    """«X के साथ | उनकी | मुलाकात»: whoever they are, they are not X."""
    words = context.reading.words[mention.end : mention.end + 2]
    if not any(entry.type in SYMMETRIC for word in words for entry in context.lexicon.by_host.get(word, ())):
        return ()
    return tuple(
        key
        for index, referent in context.referents.items()
        for key in referent.keys
        if context.reading.groups[index].clause == clause.index
        and context.reading.groups[index].marker in ("saath", "se")
    )


def _named_beside(mention: Mention, clause: Clause, context: Context) -> Keys:
    if mention.case == GENITIVE:
        return ()
    ids = {
        other.mention.ids[0]
        for other in context.reading.groups
        if other.clause == clause.index and other.marker != GENITIVE and other.mention is not None and other.mention.ids
    }
    return tuple(key for key, cluster in context.registry.clusters.items() if cluster.ids and cluster.ids[0] in ids)


def _addressee(clause: Clause, context: Context) -> str | None:
    """«A ने B को चेताया कि वह …»: B."""
    if clause.opener != THAT or clause.parent < 0:
        return None
    told = [
        context.referents[group.index]
        for group in context.reading.groups
        if group.clause == clause.parent and group.marker == DATIVE and group.index in context.referents
    ]
    return told[-1].keys[0] if told else None


def _is_honorific(clause: Clause, context: Context) -> bool:
    """Whether the verb of a clause is that of many or of somebody honoured; a clause without one may be."""
    if clause.verb < 0:
        return True
    verb = context.reading.verbs[clause.verb]
    endings = context.lexicon.function_words["honorific_endings"]
    return context.reading.words[verb.end - 1].endswith(tuple(endings))


def _is_correlated(mention: Mention, context: Context) -> bool:
    """«जो भी कदम उठाएगी, उसका …»: the pronoun answers the relative clause before it."""
    here, correlatives = context.reading.clause_of[mention.begin], context.lexicon.function_words["correlatives"]
    return mention.case != ERGATIVE and any(
        clause.opener in correlatives and clause.begin < mention.begin and clause.index != here
        for clause in context.reading.clauses
    )


def _is_determiner(group: Group, context: Context) -> bool:
    """«जो | देश …»: the relative word points to the noun behind it."""
    following = context.reading.groups[group.index + 1 : group.index + 2] if group.index >= 0 else ()
    return any(
        other.begin == group.end and other.mention is None and context.word(other) in context.lexicon.classes["people"]
        for other in following
    )


def _relative(mention: Mention, clause: Clause, context: Context) -> Keys:
    """What stands before a relative clause, or its possessor; else the subject of the clause around it."""
    reading, referents = context.reading, context.referents
    before = [group for group in reading.groups if group.end <= clause.begin and group.clause == clause.parent]
    for group in reversed(before[-2:]):
        passed = group is not before[-1] and mention.case not in (ERGATIVE, "nom")
        for one in (group, *reversed(reading.possessors(group))):
            if one.index in referents:
                if passed and referents[one.index].type in (EntityType.COUNTRY, EntityType.PLACE):
                    break  # «चीन ने ताइवान के पास अभ्यास किया, | जिसकी निंदा की»
                return referents[one.index].keys
    return context.subject(reading.clauses[clause.parent]) if clause.parent >= 0 else ()


def _speaker(clause: Clause, context: Context, *, party: bool) -> Keys:
    """Who says the clause, else who spoke last; his country for a `party` («हम»)."""
    keys: Keys = ()
    while clause.parent >= 0 and not keys:
        clause = context.reading.clauses[clause.parent]
        keys = context.subject(clause)
    keys = keys or _one(context.memory.speaker)
    country = context.registry[keys[0]].country if keys and party else None
    return _one(country) or keys


# ------------------------------------------------------------------ places


def is_place(index: int, context: Context) -> bool:
    """Whether a group says where: a place, or a country with में or before a verb of motion."""
    group, referent = context.reading.groups[index], context.referents[index]
    if referent.type is EntityType.PLACE:
        return True
    if referent.type is not EntityType.COUNTRY or referent.kind != "name":
        return False
    if group.marker == NOMINATIVE:
        return context.reading.verb_of(group.end) is not None
    if group.marker == GENITIVE:
        owner = context.reading.groups[group.owner] if group.owner >= 0 else None
        return owner is not None and context.word(owner) in context.lexicon.classes["journeys"]
    return group.marker in ("mein", "tak")


def _located(clause: Clause, context: Context) -> str | None:
    """The place that this sentence has named before."""
    for index in sorted(context.referents, reverse=True):
        if context.reading.groups[index].clause != clause.index and is_place(index, context):
            return context.referents[index].keys[0]
    return None
