"""Events that other events date.

A clause may say when something was by something else that was told of: «मुलाकात के दौरान», «बैठक में», «वार्ता के बाद», «मिसाइलें
दागने के कुछ घंटों बाद», «इसके तुरंत बाद», or with whom somebody came. Which event that is shows only when what tells of one event
has been brought together, so a sentence leaves a note (`Occasion`), and `dated` reads the notes of a document at its end.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import pairwise

from kg.extraction.dates import TimeExpression, apart
from kg.extraction.entities import Registry
from kg.extraction.reading import GENITIVE, NOMINATIVE, Clause, Finiteness, Group, Reading
from kg.extraction.scene import Filled, Scene
from kg.extraction.subjects import Keys
from kg.extraction.words import GENITIVES, HUA, PAST
from kg.records import EntityType, Event, EventMention, EventType, Modality

_BE = "हो"
_BRIEF = frozenset({EventType.MEETING, EventType.VISIT, EventType.TREATY_SIGNING})  #: of a visit, its month counts
_APART = frozenset({"time.ago-anchored", "time.later-anchored"})
_COUNTED_FROM = frozenset({GENITIVE, "se"})
_SITUATING = frozenset({"during", "there", "agreed"})  #: relations that say where
_RECALLED = 3  #: sentences back to what «बैठक के बाद» recalls, where it names nobody
_NEAR = 2  #: sentences from a meeting to what was agreed there
_PASSES = 3  #: what one event dates may date another


class Relation(StrEnum):
    """How an event stands to the one that dates it."""

    DURING = "during"
    AFTER = "after"  #: of a meeting: what follows it is news of the same day
    APART = "apart"  #: so long before or after: «कुछ घंटों बाद», «से दो दिन पहले»
    AT_ONCE = "at once"
    THERE = "there"  #: where somebody had gone
    TOGETHER = "together"  #: the journey of somebody's company
    AGREED = "agreed"  #: by those who met
    EPISODE = "episode"  #: told on as what was before: «10 सितंबर को … बैठक में … उठाया था। मोदी ने … जताई थी»


@dataclass(frozen=True, kw_only=True, slots=True)
class Occasion:
    """What an event without a date of its own may be dated by."""

    event: str  #: key, before merging
    relation: Relation
    told: EventMention | None = None  #: where the other is told of
    type: EventType = EventType.MEETING  #: of the other
    keys: Keys = ()  #: for company: whose
    time: TimeExpression | None = None  #: how long after or before the other
    date: str | None = None  #: of the other, where the same sentence dates it
    date_text: str | None = None


# --------------------------------------------------------------------------- one sentence


def occasion_in(
    one: Filled, filled: Sequence[Filled], times: Sequence[TimeExpression], scene: Scene
) -> tuple[Filled, Relation] | None:
    """What else the sentence tells of in whose course, or soon before or after which, an event was."""
    for other in filled:
        relation = _relation(one, other, times, scene) if other is not one else None
        if relation is not None:
            return other, relation
    return None


def _relation(one: Filled, other: Filled, times: Sequence[TimeExpression], scene: Scene) -> Relation | None:
    if other.trigger.finite or not _is_around(one, other, scene):
        return None
    if time_apart(other, times, scene) is not None:
        return Relation.APART
    group, words = scene.reading.group_of(other.trigger.host), scene.reading.words
    if other.trigger.verb is not None:
        return _relation_to_infinitive(other, scene)
    if group is None or group.head != other.trigger.host:
        return None
    marker = words[group.marker_end - 1]
    if marker in ("दौरान", "इतर"):
        return Relation.DURING if _is_brief(other, words[group.head], scene) else None
    if other.type is EventType.MEETING and (
        marker == "बाद" or (group.marker == "mein" and _hangs_on(group, one, scene))
    ):
        return Relation.AFTER if marker == "बाद" else Relation.DURING
    return None


def _relation_to_infinitive(other: Filled, scene: Scene) -> Relation | None:
    """«B से मिलने के बाद», «चीन पहुंचने पर»."""
    verb = other.trigger.verb
    if verb is None or verb.finiteness is not Finiteness.INFINITIVE:
        return None
    if other.type is EventType.MEETING and verb.marker and scene.reading.words[verb.marker_end - 1] == "बाद":
        return Relation.AFTER
    return Relation.AT_ONCE if other.type is EventType.VISIT and verb.marker == "par" else None


def _is_brief(other: Filled, noun: str, scene: Scene) -> bool:
    """Whether a noun tells of what has its day: a meeting, a strike; a war has the day that it began."""
    strike = other.type is EventType.ATTACK and noun in scene.lexicon.classes["attacks"]
    return strike or other.type in _BRIEF


def _is_around(one: Filled, other: Filled, scene: Scene) -> bool:
    """Whether another event is part of the clause that tells of an event, or of one before that shares its subject."""
    trigger, reading = one.trigger, scene.reading
    if trigger.finite or (trigger.verb is None and _is_main(one, scene)):
        return reading.clause_of[other.trigger.host] in {clause.index for clause in _clauses(one, scene)}
    group, container = reading.group_of(trigger.host), reading.group_of(other.trigger.host)
    if trigger.verb is not None or group is None or container is None:
        return False
    verb = reading.verb_of(group.begin - 1) if group.begin else None  # «बैठक के दौरान | हुए | समझौते»
    return verb is not None and verb.finiteness is Finiteness.PARTICIPLE and container.marker_end == verb.begin


def _is_main(one: Filled, scene: Scene) -> bool:
    """«मुलाकात … | हुई»: a bare noun that is the subject of its clause, where no trigger is its verb."""
    group, clause = scene.reading.group_of(one.trigger.host), scene.clause(one.trigger)
    if group is None or group.marker != NOMINATIVE or clause.verb < 0:
        return False
    word = scene.reading.words[scene.reading.verbs[clause.verb].main]
    return word in HUA or word.startswith(_BE)


def _clauses(one: Filled, scene: Scene) -> Iterator[Clause]:
    clause = scene.clause(one.trigger)
    subject = scene.subject(clause)
    yield clause
    while subject is not None and subject.clause != clause.index and clause.previous >= 0:
        clause = scene.reading.clauses[clause.previous]
        yield clause


def time_apart(other: Filled, times: Sequence[TimeExpression], scene: Scene) -> TimeExpression | None:
    """How long after or before another event: «मिसाइलें दागने के | कुछ घंटों बाद», «हमले से | दो दिन पहले»."""
    phrase = other.trigger.verb or scene.reading.group_of(other.trigger.host)
    if phrase is None or phrase.marker not in _COUNTED_FROM:
        return None
    behind = (one for one in times if one.begin == phrase.marker_end and one.anchor_needed)
    return next((one for one in behind if one.rule in _APART), None)  # not «दौरे के | दूसरे दिन»


def _hangs_on(group: Group, one: Filled, scene: Scene) -> bool:
    """Whether the tree hangs a group on the predicate of an event: not «बैठक में | शामिल होने | दिल्ली पहुंचे»."""
    verb, governor = one.trigger.verb, scene.reading.governor(group)
    own = {one.trigger.host, one.trigger.object}
    return governor in own or (verb is not None and verb.begin <= governor < verb.end)


def in_company(one: Filled, scene: Scene) -> Keys:
    """Whose company somebody travelled in: «अधिकारी भी | किम के साथ | रूस पहुंचे»."""
    if one.type is not EventType.VISIT or not one.trigger.finite:
        return ()
    clause = scene.clause(one.trigger).index
    groups = [group for group in scene.reading.groups if group.clause == clause and group.marker == "saath"]
    keys = [key for group in groups if group.index in scene.referents for key in scene.referents[group.index].keys]
    return tuple(key for key in keys if key not in one.agents and scene.any_person((key,)))


def points_back(one: Filled, before: Event | None, scene: Scene) -> Relation | None:
    """How a clause hangs on what the sentence before told of: «इसके तुरंत बाद», «इस दौरान», «वहां»."""
    if before is None or not (one.trigger.finite or _is_main(one, scene)):
        return None
    clause, reading, sets = scene.clause(one.trigger), scene.reading, scene.lexicon.function_words
    own = [word for at, word in enumerate(reading.words) if reading.clause_of[at] == clause.index]
    pairs, triples = set(pairwise(own)), set(zip(own, own[1:], own[2:], strict=False))
    if any(a in sets["of_that"] and b in sets["at_once"] and c == "बाद" for a, b, c in triples):
        return Relation.AT_ONCE
    if before.type is EventType.MEETING and any(a in sets["that_one"] and b in sets["occasions"] for a, b in pairs):
        return Relation.DURING
    if before.type is EventType.MEETING and is_background(one, scene) and set(one.agents) & set(before.agents):
        return Relation.EPISODE
    there = any(a == "वहां" and b not in GENITIVES and b != "से" for a, b in pairs)
    return Relation.THERE if before.type is EventType.VISIT and there else None


def is_pluperfect(reading: Reading) -> bool:
    """Whether the main clause of a sentence is told as earlier than what is around it."""
    verb = reading.clauses[0].verb
    return verb >= 0 and reading.words[reading.verbs[verb].end - 1] in PAST


def is_background(one: Filled, scene: Scene) -> bool:
    """«सहमति जताई थी»: told of as earlier than what is told of around it."""
    verb = one.trigger.verb
    return verb is not None and scene.reading.words[verb.end - 1] in PAST


# --------------------------------------------------------------------------- the document


def dated(
    events: Sequence[Event], occasions: Iterable[Occasion], became: Mapping[str, str], registry: Registry
) -> list[Event]:
    """The events, those without a date dated by what their occasions say they went with."""
    found, notes = {event.key: event for event in events}, list(occasions)
    for _ in range(_PASSES):
        for note in notes:
            event = found.get(became.get(note.event, note.event))
            other = _other(note, event, tuple(found.values()), registry) if event is not None else None
            if event is None or other is None:
                continue
            for one, by in ((event, other), (other, event)) if note.time is not None else ((event, other),):
                date = _date(by, one, note, back=one is other)
                if one.date is None and date is not None:
                    found[one.key] = replace(one, date=date, date_text=by.date_text)
    return list(found.values())


def placed(
    events: Sequence[Event], occasions: Iterable[Occasion], became: Mapping[str, str], registry: Registry
) -> list[Event]:
    """The events, those without a place put where their occasions say they were: «मुलाकात के दौरान», «यात्रा के दौरान»."""
    found = {event.key: event for event in events}
    for note in occasions:
        event = found.get(became.get(note.event, note.event))
        if event is None or event.places or note.relation not in _SITUATING:
            continue
        other = _other(note, event, tuple(found.values()), registry)
        places = _where(other, event) if other is not None else ()
        if places:
            found[event.key] = replace(event, places=places)
    return list(found.values())


def _where(other: Event, event: Event) -> Keys:
    """Where an event was by the one in whose course it was: at the meeting, or where the journey went."""
    if other.negated or event.negated:
        return ()
    return other.targets if other.type is EventType.VISIT and event.type is not EventType.VISIT else other.places


def _other(note: Occasion, event: Event, events: Sequence[Event], registry: Registry) -> Event | None:
    others = [other for other in events if other.key != event.key]
    if note.relation is Relation.TOGETHER:
        return next((other for other in others if _is_journey(other, note, event, registry)), None)
    if note.relation is Relation.AGREED:
        return next((other for other in reversed(others) if _have_met(other, event, registry)), None)
    if note.date is not None:
        return Event(key="", type=note.type, modality=event.modality, date=note.date, date_text=note.date_text)
    told = next((other for other in others if note.told in other.mentions), None)
    return told if told is not None else _recalled(note, event, others, registry)


def _date(by: Event, one: Event, note: Occasion, *, back: bool) -> str | None:
    """What the date of one event says of another's: what is within a journey of days is dated by its month alone."""
    if by.date is None or by.modality is not one.modality or by.negated:
        return None
    if note.time is not None:
        return apart(by.date, note.time, back=back)
    if note.relation is Relation.AFTER and one.modality is not Modality.ASSERTED:
        return None
    within = note.relation is Relation.DURING and by.type is EventType.VISIT
    return None if within and len(by.date) == len("2024-01-01") else by.date


def _is_journey(other: Event, note: Occasion, event: Event, registry: Registry) -> bool:
    return (
        other.type is EventType.VISIT
        and other.date is not None
        and bool(set(note.keys) & set(other.agents))
        and bool(_with_countries(other.targets, registry) & _with_countries(event.targets, registry))
    )


def _with_countries(keys: Keys, registry: Registry) -> set[str]:
    return {found for key in keys for found in (key, registry[key].country) if found is not None}


def _have_met(other: Event, event: Event, registry: Registry) -> bool:
    """Whether an event is a meeting of just those who agreed, told of right before."""
    if other.type is not EventType.MEETING or other.modality is not event.modality:
        return False
    if other.date is None and not other.places:
        return False
    behind = [event.mentions[0].sentence - told.sentence for told in other.mentions]
    near = any(0 <= distance <= _NEAR for distance in behind) and other.mentions[0].begin < event.mentions[0].begin
    return near and len(event.agents) > 1 and _parties(other.agents, registry) == _parties(event.agents, registry)


def _recalled(note: Occasion, event: Event, events: Sequence[Event], registry: Registry) -> Event | None:
    """The event told of last before a bare noun that those of an event took part in."""
    if note.told is None:
        return None
    before = {
        other.key: max(told.begin for told in other.mentions if told.begin < note.told.begin)
        for other in events
        if other.type is note.type
        and other.modality is event.modality
        and any(told.begin < note.told.begin for told in other.mentions)
    }
    for other in sorted((one for one in events if one.key in before), key=lambda one: -before[one.key]):
        parties = _parties((*other.agents, *other.targets), registry)
        last = max(told.sentence for told in other.mentions if told.begin < note.told.begin)
        near = note.told.sentence - last <= _RECALLED or len(before) == 1
        if near and note.time is not None:
            return other
        if _parties(event.agents, registry) <= parties and (
            near or (event.targets and _parties(event.targets, registry) <= parties)
        ):
            return other
    return None


def _parties(keys: Keys, registry: Registry) -> set[str]:
    """Who takes part, people as their countries, unnamed groups left out."""
    return {
        registry[key].country or key if registry[key].type is EntityType.PERSON else key
        for key in keys
        if registry[key].type is not EntityType.GROUP
    }
