"""Who does it, where grammar says so without a marker of the frame: subjects, nouns behind a participle, visitors."""

from __future__ import annotations

from kg.extraction.lexicon import Role
from kg.extraction.matcher import Trigger
from kg.extraction.phrases import chain
from kg.extraction.reading import DATIVE, GENITIVE, LOCATIVES, NOMINATIVE, Finiteness, Group, VerbGroup
from kg.extraction.scene import Filled, Scene
from kg.extraction.subjects import Keys, leaves_out_subject
from kg.records import EntityType, EventType

_GAP = 2  #: words between a participle and the noun that it modifies


def subject_keys(one: Filled, role: Role, scene: Scene) -> Keys:
    """The subject of a finite trigger's clause; a bare group that is its object is none."""
    trigger = one.trigger
    if not trigger.finite or _is_about_itself(trigger, scene):
        return ()
    clause = scene.clause(trigger)
    group = scene.subject(clause)
    if group is None and one.trigger.entry.frame.target is not None and leaves_out_subject(scene.reading, clause):
        return scene.of_types(scene.carried, role)
    if group is not None and _is_bare_object(group, one) and clause.previous >= 0:
        group = scene.subject_before(clause)
    if group is None or group.index in one.used or _is_bare_object(group, one):
        return ()
    return scene.keys(group, role)


def _is_about_itself(trigger: Trigger, scene: Scene) -> bool:
    """«हमला | हुआ»: the noun of the deed is the subject, and nobody else."""
    verb = trigger.verb
    if trigger.entry.type is not EventType.ATTACK or verb is None or trigger.host >= verb.begin:
        return False
    return "हो" in scene.lexicon.stems_of(scene.reading.words[verb.main])


def _is_bare_object(group: Group, one: Filled) -> bool:
    return group.marker == NOMINATIVE and group.begin <= one.trigger.object < group.end


def modified_noun(verb: VerbGroup, role: Role, scene: Scene) -> Keys:
    """The noun that a participle modifies: «पहुंचे | रक्षा मंत्री», «पहुंचे | रूस के | राष्ट्रपति का | स्वागत»."""
    group = next((group for group in scene.reading.groups if group.begin >= verb.end), None)
    if group is None or group.begin - verb.end > _GAP:
        return ()
    heads = [(one, scene.keys(one, role)) for one in chain(scene.reading, group)]
    people = [keys for one, keys in heads if keys and one.mention is not None and scene.any_person(keys)]
    told = [keys for _, keys in heads if keys]
    return people[0] if people else told[-1] if told else ()


def genitive_subject(one: Filled, role: Role, scene: Scene) -> Keys:
    """«किम के रूस पहुंचने के बाद»: the subject of an infinitive has का."""
    trigger = one.trigger
    if trigger.verb is None or trigger.verb.finiteness is not Finiteness.INFINITIVE:
        return ()
    before = [
        group
        for group in scene.reading.groups
        if group.marker == GENITIVE
        and group.end <= trigger.begin
        and group.index in scene.referents
        and group.index not in one.used
    ]
    if not before:
        return ()
    owner = scene.reading.groups[before[-1].owner] if before[-1].owner >= 0 else None
    over = owner is not None and (owner.index in one.used or owner.begin <= trigger.object < owner.end)
    if owner is not None and owner.mention is not None and owner.mention.type is EntityType.PERSON:
        over = scene.referents[before[-1].index].type is EntityType.PERSON  # «रूस के | राष्ट्रपति पुतिन से मिलने»
    if owner is not None and owner.mention is not None and owner.marker == DATIVE:
        over = over and owner.mention.type is not EntityType.ORGANIZATION  # «सूडान के | आरएसएफ को हथियार देने»
    keys = scene.keys(before[-1], role) if over or before[-1].marker_end >= trigger.begin else ()
    return keys if not set(keys) <= set(one.targets) else ()  # «B की सीमा पर सैनिक भेजने का फैसला»


# ------------------------------------------------------------------ visits told of by a noun


def visit(one: Filled, scene: Scene) -> None:
    """«मोदी रूस के दौरे पर हैं», «दौरे पर आए रक्षा मंत्री»: a visit in a phrase with पर is made by the subject."""
    role, group = one.trigger.entry.frame.agent, scene.reading.group_of(one.trigger.host)
    if one.type is not EventType.VISIT or group is None:
        return
    back = group.marker == "se" and _is_way_back(group, scene)
    if not back and group.marker not in ("par", "ke_liye") and not (one.targets and _is_during(group, scene)):
        return
    if not one.targets and group.marker == "par":
        one.targets = _where(group, one, scene)
    subject = scene.subject(scene.reading.clauses[group.clause])
    verb = next((verb for verb in scene.reading.verbs if verb.begin >= group.marker_end), None)
    if verb is None or verb.finiteness is not Finiteness.PARTICIPLE or verb.begin != group.marker_end:
        one.agents = scene.keys(subject, role) if subject is not None else ()
        return
    one.agents = modified_noun(verb, role, scene)
    if subject is not None and not one.targets:
        one.targets = _hosts(subject, one.agents, scene)


def _is_way_back(group: Group, scene: Scene) -> bool:
    """«भारत दौरे से | लौटने के बाद»."""
    verb = scene.reading.verb_of(group.marker_end)
    return verb is not None and "लौट" in scene.lexicon.stems_of(scene.reading.words[verb.main])


def _where(group: Group, one: Filled, scene: Scene) -> Keys:
    """«दौरे पर | भारत में | हैं»: where the visitor is."""
    role = one.trigger.entry.frame.target
    near = next((other for other in scene.reading.groups if other.begin == group.marker_end), None)
    if role is None or near is None or near.marker not in LOCATIVES:
        return ()
    one.used.add(near.index)
    return scene.keys(near, role)


def _hosts(subject: Group, guests: Keys, scene: Scene) -> Keys:
    """«A ने दौरे पर आए B से कहा»: B is in A's country."""
    if not guests:
        return ()
    homes = {scene.registry[key].country for key in guests}
    countries = [scene.registry[key].country for key in scene.referents[subject.index].keys]
    return tuple(dict.fromkeys(country for country in countries if country is not None and country not in homes))


def _is_during(group: Group, scene: Scene) -> bool:
    """«किर्गिस्तान दौरे के दूसरे दिन», «रूस यात्रा से पहले»: the journey is the subject's."""
    if group.marker != GENITIVE or group.owner < 0:
        return group.marker == "other"
    return scene.holds_class(scene.reading.groups[group.owner], "stretches")
