"""Joins accusations and denials to the events that they are about."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from kg.extraction.entities import Registry
from kg.extraction.reading import DATIVE, GENITIVE
from kg.extraction.scene import Filled, Scene
from kg.extraction.subjects import Keys
from kg.records import EntityType, Event, EventType, Modality

CLAIMERS = frozenset({EventType.ACCUSATION, EventType.DENIAL})
_NEAR = 3  #: sentences from an accusation to the denial that answers it
_DEEDS = frozenset({EventType.ATTACK, EventType.WEAPONS_TEST, EventType.SANCTION, EventType.TROOP_DEPLOYMENT})
"""Types of what one condemns."""
_STATELESS = frozenset({EntityType.GROUP, EntityType.ORGANIZATION})
_OF_DEEDS = frozenset({GENITIVE, "par", DATIVE})
_TOPICS = (("arms", EventType.ARMS_TRANSFER), ("soldiers", EventType.TROOP_DEPLOYMENT))
"""Noun classes that say which deed a denial speaks of."""


def with_claims(events: Sequence[Event], told: Sequence[tuple[Filled, int]], scene: Scene) -> list[Event]:
    """The events of a document so far, those of its last sentence joined to what they allege or deny.

    `told` are the triggers of that sentence that became events, with their places in `events`.
    """
    joined = list(events)
    places = {id(one): at for one, at in told}
    for one, at in sorted(told, key=lambda pair: not pair[0].trigger.finite):  # a clause before a noun in it
        claimer = places.get(id(one.governor)) if one.governor is not None else None
        if claimer is not None and joined[claimer].type in CLAIMERS and joined[claimer].claim is None:
            joined[claimer] = replace(joined[claimer], claim=joined[at].key)
    for one, at in told:
        if one.type is EventType.DENIAL:
            _answer(joined, at, _topic(one, scene))
    return joined


def condemns_attack(one: Filled, scene: Scene) -> bool:
    """«हमले की निंदा की», without a word of who attacked."""
    group = scene.reading.group_of(one.trigger.host)
    if one.type is not EventType.CRITICISM or one.targets or group is None:
        return False
    owners = scene.reading.possessors(group)
    return any(scene.reading.words[owner.head] in scene.lexicon.classes["attacks"] for owner in owners)


def recalled(one: Filled, events: Sequence[Event], scene: Scene) -> Keys:
    """Whose deed «इस हमले की निंदा», «इन प्रतिबंधों पर नाराजगी» is about: those of the deed of that type told of last."""
    if one.type is not EventType.CRITICISM or one.targets:
        return ()
    clause = scene.clause(one.trigger).index
    for group in reversed(scene.reading.groups):
        pointing = scene.reading.words[group.begin] in scene.lexicon.function_words["demonstratives"]
        if not pointing or group.clause != clause or group.end > one.trigger.begin or group.marker not in _OF_DEEDS:
            continue
        types = {entry.type for entry in scene.lexicon.by_host.get(scene.reading.words[group.head], ())}
        for event in reversed(events):
            if event.type in types & _DEEDS and event.agents and not set(event.agents) & set(one.agents):
                return event.agents
    return ()


def with_attackers(events: Sequence[Event], condemning: Collection[str], registry: Registry) -> list[Event]:
    """The events, those that condemn an attack (keys) turned on its author: attackers of no country, told of alone."""
    authors = {event.agents for event in events if event.type is EventType.ATTACK and event.agents}
    author = next(iter(authors)) if len(authors) == 1 else ()
    if not author or any(registry[key].type not in _STATELESS for key in author):
        return list(events)
    return [
        replace(event, targets=author) if event.key in condemning and not set(author) & set(event.agents) else event
        for event in events
    ]


def _topic(denial: Filled, scene: Scene) -> EventType | None:
    """What a denial speaks of, by the nouns before it in its clause: «हथियारों की खेप की रिपोर्टों का खंडन»."""
    reading, host = scene.reading, denial.trigger.host
    words = {word for at, word in enumerate(reading.words[:host]) if reading.clause_of[at] == reading.clause_of[host]}
    return next((type_ for name, type_ in _TOPICS if words & scene.lexicon.classes[name]), None)


def _answer(events: list[Event], at: int, topic: EventType | None) -> None:
    """«इन दावों से इनकार»: a denial without content is of what was last alleged, and answers who alleged it.

    Where it names a deed (`topic`), it is of the last such deed of theirs, which is alleged for that.
    """
    denial = events[at]
    if denial.claim is None:
        for number in range(at - 1, -1, -1):
            event = events[number]
            if event.type is topic and {*event.agents, *event.targets} & set(denial.agents):
                events[number] = replace(event, modality=Modality.ALLEGED)
                events[at] = _of(denial, event)
                return
    for event in reversed(events[:at]):
        if denial.claim is None and event.modality is Modality.ALLEGED and (event.agents or event.targets):
            events[at] = _of(denial, event)
            return
        near = denial.mentions[0].sentence - event.mentions[0].sentence <= _NEAR
        if event.type is EventType.ACCUSATION and near and not set(event.agents) & set(denial.agents):
            events[at] = replace(denial, claim=denial.claim or event.claim, targets=denial.targets or event.agents)
            return


def _of(denial: Event, event: Event) -> Event:
    """The denial of an event, directed at those by whose account it is."""
    accusers = tuple(key for key in event.sources if key not in denial.agents)
    return replace(denial, claim=event.key, targets=denial.targets or accusers)
