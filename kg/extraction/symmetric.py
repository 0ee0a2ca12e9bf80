"""Events whose participants are all agents: meetings, agreements, signings."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extraction.doers import genitive_subject, modified_noun, subject_keys
from kg.extraction.lexicon import Role
from kg.extraction.picking import Picker
from kg.extraction.reading import ERGATIVE, GENITIVE, Clause, Finiteness, Group
from kg.extraction.scene import Filled, Scene
from kg.extraction.subjects import Keys
from kg.extraction.surroundings import Beside
from kg.records import EntityType, EventType

_PARTNERS = frozenset({"se", "saath", "samaksh", "beech"})
"""Markers of those with whom something is done; other predicates have groups with them too."""


def participants(one: Filled, around: Sequence[Beside], picker: Picker) -> Keys:
    """All who take part, in the order in which their places are looked at."""
    role, scene = one.trigger.entry.frame.agent, picker.scene
    keys = [*_doers(one, role, scene), *picker.inside(one.trigger, role)]
    for group, marker in around:
        if _takes_part(group, marker, one, picker):
            found = scene.keys(group, role)
            if marker == "beech" and len(found) == 1 and not _is_known(group):
                found = _owners(group, role, scene) or found
            if found:
                picker.use(group, one)
                keys.extend((*found, *_possessive(group, marker, role, scene)))
    if keys and one.trigger.verb is None:
        keys.extend(_partners(one, keys, role, scene))
    keys.extend(genitive_subject(one, role, scene))
    return tuple(dict.fromkeys(keys)) or _between(one, around, role, scene) or _both_parties(one, scene)


def _possessive(group: Group, marker: str, role: Role, scene: Scene) -> Keys:
    """«उनकी | पुतिन से | भेंट»: whose meeting it is; nobody has a person with a name."""
    if marker not in _PARTNERS or group.mention is None or group.mention.type is not EntityType.PERSON:
        return ()
    whose = [
        key
        for mention in group.modifiers
        if mention.pronoun and mention.case == GENITIVE and mention.begin == group.begin
        for key in scene.pronouns.get(mention.begin, ())
    ]
    return scene.of_types(whose, role)


def _owners(group: Group, role: Role, scene: Scene) -> Keys:
    """«भारत और पाकिस्तान के | डीजीएमओ के बीच»: those between whom they speak, where they are more than one."""
    for owner in reversed(scene.reading.possessors(group)):
        keys = scene.keys(owner, role)
        if len(keys) > 1:
            return keys
    return ()


def _is_known(group: Group) -> bool:
    """Whether a group has a name that tells who it is, and is no «डीजीएमओ»."""
    return group.mention is not None and (bool(group.mention.ids) or group.mention.type is not EntityType.ORGANIZATION)


def _doers(one: Filled, role: Role, scene: Scene) -> Keys:
    trigger = one.trigger
    if trigger.finite:
        happens_by_itself = trigger.happens and trigger.entry.frame.intransitive
        return subject_keys(one, role, scene) if happens_by_itself or not trigger.passive else ()
    if trigger.verb is None or trigger.passive or trigger.verb.finiteness is not Finiteness.PARTICIPLE:
        return ()
    return modified_noun(trigger.verb, role, scene)


def _takes_part(group: Group, marker: str, one: Filled, picker: Picker) -> bool:
    if marker not in one.trigger.entry.frame.agent.markers or marker in (ERGATIVE, "nom") or group.index in one.used:
        return False
    if marker == "dwara" and one.trigger.finite and not one.trigger.passive:
        return False
    if marker == "mein":  # «दोनों देशों में सहमति बनी»
        referent = picker.scene.referents.get(group.index)
        return referent is not None and referent.kind == "set"
    return marker not in _PARTNERS or _is_partner(group, marker, one, picker)


def _is_partner(group: Group, marker: str, one: Filled, picker: Picker) -> bool:
    """A partner stands near its predicate; «रूस के साथ संबंधों को» has a noun of its own."""
    if one.trigger.verb is None:
        return not _is_left_over(group, one, picker)
    if one.trigger.verb.finiteness is Finiteness.INFINITIVE and group.begin >= one.trigger.end:
        return False  # «X से मिलने के बाद | पत्रकारों से बात की»
    beside = picker.reading.group_of(group.marker_end)
    ties = picker.scene.lexicon.classes["ties"]
    if beside is not None and marker in ("saath", "beech") and picker.reading.words[beside.head] in ties:
        return False
    return not picker.surroundings.belongs_elsewhere(group, marker, one.trigger)


def _is_left_over(group: Group, one: Filled, picker: Picker) -> bool:
    """«A ने | B से | सम्मेलन के दौरान मुलाकात की»: B is left to the predicate, which has nobody else."""
    reading, host = picker.reading, picker.reading.group_of(one.trigger.host)
    if host is None or host.marker != "other":
        return False
    if not any(other.marker == ERGATIVE and other.end <= group.begin for other in reading.groups):
        return False
    later = [
        other.host
        for other in picker.surroundings.triggers
        if other.entry.type is one.type and other.finite and other.host > one.trigger.host
    ]
    return any(
        not any(other.marker in _PARTNERS and host.end <= other.begin and other.end <= at for other in reading.groups)
        for at in later
    )


def _partners(one: Filled, others: Sequence[str], role: Role, scene: Scene) -> Keys:
    """Of a bare noun with those it was with, and no word of whose it was, the subject: «A … B के साथ वार्ता में»."""
    markers = {scene.reading.groups[index].marker for index in one.used}
    if not markers & {"saath", "se"} or markers & {GENITIVE, "beech"}:
        return ()
    clause = scene.clause(one.trigger)
    subject = scene.subject(clause)
    return _like(others, scene.keys(subject, role), clause, role, scene) if subject is not None else ()


def _like(others: Sequence[str], subject: Keys, clause: Clause, role: Role, scene: Scene) -> Keys:
    """The subject, if it is one of a kind with those met; a person meets a person, so «दोनों देशों» is passed over."""
    if not scene.any_person(others) or scene.any_person(subject):
        return subject
    if clause.parent < 0 or set(others) & set(subject):
        return subject
    outer = scene.subject(scene.reading.clauses[clause.parent])
    keys = scene.keys(outer, role) if outer is not None else ()
    return keys if scene.any_person(keys) else subject


def _between(one: Filled, around: Sequence[Beside], role: Role, scene: Scene) -> Keys:
    """«A और B के बीच | सीमा पर | सहमति बनी»: those between whom the thing lies agree on it, where nobody else is named."""
    for group, marker in around:
        if marker == "beech" and group.index not in one.used:
            keys = scene.keys(group, role)
            if len(keys) > 1:
                return keys
    return ()


def _both_parties(one: Filled, scene: Scene) -> Keys:
    """«… में दोनों देशों का सहयोग बढ़ाने के लिए 15 समझौते हुए»: what happens without a word of whom is the two's."""
    if one.trigger.verb is None or not one.trigger.happens or one.type is EventType.MEETING:
        return ()
    sets = {referent.keys for referent in scene.referents.values() if referent.kind == "set"}
    return next(iter(sets)) if len(sets) == 1 else ()
