"""One node for each event of a document: what tells of the same event is brought together."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace

from kg.extraction.entities import Registry
from kg.extraction.subjects import Keys
from kg.records import SYMMETRIC, EntityType, Event, EventMention, EventType, Modality

_RECALLED = 3  #: sentences back to what a bare «मुलाकात» recalls
_NEAR = 2  #: sentences from a meeting to who else was there
_PERSONAL = frozenset({EventType.MEETING, EventType.VISIT})
"""Types that people and countries do apart: a minister's visit is not his president's."""


def merge(
    events: Sequence[Event],
    registry: Registry,
    *,
    unmarked: Collection[str],
    frames: Mapping[str, str],
    vague: Collection[str] = (),
) -> tuple[list[Event], dict[str, str]]:
    """The events of a document, each once, and for each key that went in the key that it has now.

    Mentions of one type agree where modality and negation agree, no role clashes and the dates do not differ. Those of
    `unmarked` (keys) take the modality of what they agree with otherwise: «यात्रा» after «यात्रा करेंगे» is planned.
    `frames` (rule → id of its frame) tell requests apart: an invitation is no appeal. `vague` are keys of entities that
    may be any country: «सबसे अलग-थलग देश का दौरा» is the visit told of by the country's name.
    """
    events = [_with_known_destination(event, events, vague) for event in events]
    merged: list[Event] = []
    became: dict[str, str] = {}
    for event in sorted(events, key=lambda event: event.key in unmarked):
        others = [other for other in merged if _akin(event, other, frames)]
        found = _merging(event, others, registry, unmarked=event.key in unmarked)
        if found is None:
            became[event.key] = event.key
            merged.append(event)
        else:
            at = merged.index(others[found])
            became[event.key] = merged[at].key
            merged[at] = _united(merged[at], event, registry)
    return _without_doubles(merged, became, registry)


def _without_doubles(
    events: Sequence[Event], became: dict[str, str], registry: Registry
) -> tuple[list[Event], dict[str, str]]:
    """The events without meetings of two countries that are those of their leaders: «दोनों देशों के बीच चर्चा हुई»."""
    kept, now = list(events), dict(became)
    for event in events:
        twins = [other for other in kept if other is not event and _is_of_leaders(event, other, registry)]
        if len(twins) == 1 and event in kept:
            kept.remove(event)
            at = kept.index(twins[0])
            kept[at] = replace(_united(twins[0], event, registry), agents=twins[0].agents)
            now = {old: twins[0].key if new == event.key else new for old, new in now.items()}
    return kept, now


def _is_of_leaders(meeting: Event, other: Event, registry: Registry) -> bool:
    """Whether a meeting of countries may be another, of one person of each of them."""
    if meeting.type is not EventType.MEETING or other.type is not meeting.type or len(meeting.agents) < 2:
        return False
    if (meeting.modality, meeting.negated) != (other.modality, other.negated) or len(other.agents) != len(
        meeting.agents
    ):
        return False
    if meeting.date and other.date and not _is_compatible(meeting.date, other.date):
        return False
    if not any(abs(one.sentence - two.sentence) <= _RECALLED for one in meeting.mentions for two in other.mentions):
        return False
    countries = all(registry[key].type is EntityType.COUNTRY for key in meeting.agents)
    people = all(registry[key].type is EntityType.PERSON for key in other.agents)
    return countries and people and {registry[key].country for key in other.agents} == set(meeting.agents)


def _is_compatible(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def _with_known_destination(visit: Event, events: Sequence[Event], vague: Collection[str]) -> Event:
    """A visit to «the country», its destination by the name that another telling of it gives."""
    if visit.type is not EventType.VISIT or not visit.targets or not set(visit.targets) <= set(vague):
        return visit
    named = {
        other.targets
        for other in events
        if other.type is visit.type
        and other.targets
        and set(other.agents) & set(visit.agents)
        and not set(other.targets) & set(vague)
        and (other.modality, other.negated) == (visit.modality, visit.negated)
    }
    return replace(visit, targets=next(iter(named))) if len(named) == 1 else visit


def _akin(one: Event, other: Event, frames: Mapping[str, str]) -> bool:
    """Whether two tellings may be of one event by what is done: a request is asked for, demanded or offered."""
    if one.type is not EventType.REQUEST or other.type is not EventType.REQUEST:
        return True
    return not {frames[told.rule] for told in one.mentions}.isdisjoint(frames[told.rule] for told in other.mentions)


def attach(loose: Iterable[Event], events: Sequence[Event]) -> list[Event]:
    """The events with what does not say who took part («यह मुलाकात मॉस्को में हुई»): each at the latest before that it fits."""
    result = list(events)
    for one in loose:
        fitting = [at for at, event in enumerate(result) if _speaks_of(one, event)]
        if fitting:
            event = result[fitting[-1]]
            date, text = (event.date, event.date_text) if event.date else (one.date, one.date_text)
            result[fitting[-1]] = replace(
                _told(event, *one.mentions), places=event.places or one.places, date=date, date_text=text
            )
    return result


def _speaks_of(one: Event, event: Event) -> bool:
    """Whether a telling without its participants may be of an event that was told of before."""
    if one.type is not event.type or min(told.begin for told in event.mentions) >= one.mentions[0].begin:
        return False
    if one.date and event.date and not one.date.startswith(event.date):
        return False
    if (one.date or one.places) and one.mentions[0].rule not in {told.rule for told in event.mentions}:
        return False
    if not (one.agents or one.targets) and not any(
        0 <= one.mentions[0].sentence - told.sentence <= _RECALLED for told in event.mentions
    ):
        return False
    everybody = {*event.targets, *(event.agents if event.type in SYMMETRIC else ())}
    return set(one.agents) <= set(event.agents) and set(one.targets) <= everybody


def hosted(events: Sequence[Event], registry: Registry) -> list[Event]:
    """The events, meetings of visitors with their hosts placed in the country visited: «मालदीव की यात्रा पर … मुलाकात की»."""
    visits = [event for event in events if event.type is EventType.VISIT and not event.negated]
    return [
        replace(event, places=_where_hosts_are(event, visits, registry))
        if event.type is EventType.MEETING and not event.places
        else event
        for event in events
    ]


def _where_hosts_are(meeting: Event, visits: Sequence[Event], registry: Registry) -> Keys:
    homes = {registry[key].country or key for key in meeting.agents}
    strangers = any(registry[key].country is None and registry[key].type is EntityType.PERSON for key in meeting.agents)
    found = {
        target
        for visit in visits
        for target in visit.targets
        if visit.modality is meeting.modality
        and set(visit.agents) & set(meeting.agents)
        and registry[target].type is EntityType.COUNTRY
        and (target in homes or (strangers and _told_near(visit, meeting)))
        and target not in {registry[key].country for key in visit.agents}
    }
    return tuple(found) if len(found) == 1 else ()


def _told_near(visit: Event, meeting: Event) -> bool:
    """Whether a meeting is told of in the sentence of a visit or right after it: its hosts need no country then."""
    return any(0 <= two.sentence - one.sentence <= 1 for one in visit.mentions for two in meeting.mentions)


def join(joining: Iterable[tuple[Keys, EventMention]], events: Sequence[Event]) -> list[Event]:
    """The events with those who are said to have taken part in «the talks»: at the meeting told of last."""
    result = list(events)
    for keys, mention in joining:
        meetings = [
            at
            for at, event in enumerate(result)
            if event.type is EventType.MEETING
            and any(0 <= mention.sentence - told.sentence <= _NEAR for told in event.mentions)
        ]
        if meetings:
            at = meetings[-1]
            agents = tuple(dict.fromkeys((*result[at].agents, *keys)))
            result[at] = replace(_told(result[at], mention), agents=agents)
    return result


def _told(event: Event, *mentions: EventMention) -> Event:
    """The event with further mentions, in text order."""
    every = {*event.mentions, *mentions}
    return replace(event, mentions=tuple(sorted(every, key=lambda told: (told.begin, told.end, told.rule))))


def _merging(event: Event, merged: Sequence[Event], registry: Registry, *, unmarked: bool) -> int | None:
    """The place of the event that another telling is of; None where it is new."""
    found = _latest(event, merged, registry, loosely=unmarked)
    if found is None and event.modality is Modality.POSSIBLE:  # «किए जा सकते हैं» of what is scheduled
        found = _latest(replace(event, modality=Modality.PLANNED), merged, registry, loosely=False)
    if found is not None or not unmarked:
        return found
    for at, other in enumerate(merged):
        alike = replace(event, modality=other.modality, negated=other.negated)
        if _same(alike, other, registry, loosely=True):
            return at
    return None


def _latest(event: Event, merged: Sequence[Event], registry: Registry, *, loosely: bool) -> int | None:
    for at in range(len(merged) - 1, -1, -1):
        if _same(event, merged[at], registry, loosely=loosely):
            return at
    return None


def _same(one: Event, other: Event, registry: Registry, *, loosely: bool) -> bool:
    """Whether two tellings are of one event; `loosely`: the first is a bare noun, which need not name everybody."""
    if one.type is EventType.STATEMENT:
        return False  # each is of its own words
    if (one.type, one.modality, one.negated) != (other.type, other.modality, other.negated):
        return False
    if one.date and other.date and not _is_compatible(one.date, other.date):
        return False
    if one.type is EventType.MEETING and not loosely and not _same_company(one.agents, other.agents, registry):
        return False
    if one.type in SYMMETRIC:
        return _compatible(one.agents, other.agents, one.type, registry) and bool(one.agents and other.agents)
    agents = _compatible(one.agents, other.agents, one.type, registry)
    targets = _compatible(one.targets, other.targets, one.type, registry)
    shared = _parties(one.agents, one.type, registry) & _parties(other.agents, other.type, registry)
    shared |= _parties(one.targets, one.type, registry) & _parties(other.targets, other.type, registry)
    if one.type is EventType.VISIT and one.targets and other.targets and not set(one.targets) & set(other.targets):
        return _inside(one.targets, other.targets, registry) and bool(set(one.agents) & set(other.agents))
    return agents and targets and bool(shared)


def _same_company(one: Keys, other: Keys, registry: Registry) -> bool:
    """Whether two meetings differ in unnamed groups at most: a delegation may be left out, a minister makes another."""
    difference = set(one) ^ set(other)
    return all(registry[key].type is EntityType.GROUP for key in difference)


def _inside(one: Keys, other: Keys, registry: Registry) -> bool:
    """Whether one visit's destination lies in the other's: a city in the country, not another city."""
    countries = {registry[key].country for key in (*one, *other)}
    whole = any(registry[key].type is EntityType.COUNTRY for key in (*one, *other))
    return len(countries) == 1 and None not in countries and whole


def _compatible(one: Keys, other: Keys, type_: EventType, registry: Registry) -> bool:
    if not one or not other:
        return True
    if set(one) <= set(other) or set(other) <= set(one):
        return True
    if all(registry[key].type is EntityType.PERSON and registry[key].named for key in (*one, *other)):
        return False  # two people of one country
    first, second = _parties(one, type_, registry), _parties(other, type_, registry)
    return type_ not in _PERSONAL and (first <= second or second <= first)


def _parties(keys: Keys, type_: EventType, registry: Registry) -> set[str]:
    """The entities, people as their countries: one act is told of a country and of its official."""
    if type_ in _PERSONAL:
        return set(keys)
    return {_party(key, registry) for key in keys}


def _party(key: str, registry: Registry) -> str:
    cluster = registry[key]
    return cluster.country if cluster.country is not None and cluster.type is EntityType.PERSON else key


def _both(one: Keys, two: Keys, type_: EventType, registry: Registry) -> Keys:
    """Who takes part by two tellings: an official and his country are one, and the finer telling names them."""
    if not one or not two:
        return one or two
    if set(one) <= set(two):
        return one if len(one) == len(two) else two
    if type_ in SYMMETRIC and len(two) == len(one) and len({registry[key].type for key in two}) == 1:
        return two if len({registry[key].type for key in one}) > 1 else one  # two of a kind met
    parties = _parties(one, type_, registry)
    return tuple(dict.fromkeys((*one, *(key for key in two if _party(key, registry) not in parties))))


def _destination(first: Event, second: Event, registry: Registry) -> Keys:
    """Of a city and its country, both told as where one visit went, the country; empty for other events."""
    if first.type is not EventType.VISIT or not first.targets or not second.targets:
        return ()
    return tuple(
        key for key in dict.fromkeys((*first.targets, *second.targets)) if registry[key].type is EntityType.COUNTRY
    )


def _united(first: Event, second: Event, registry: Registry) -> Event:
    date, date_text = first.date, first.date_text
    if second.date and len(second.date) > len(first.date or ""):
        date, date_text = second.date, second.date_text
    agents = _both(first.agents, second.agents, first.type, registry)
    targets = _destination(first, second, registry) or _both(first.targets, second.targets, first.type, registry)
    return replace(
        _told(first, *second.mentions),
        agents=tuple(key for key in agents if key not in targets) or agents,
        targets=targets,
        places=first.places or second.places,
        sources=tuple(dict.fromkeys((*first.sources, *second.sources))),
        date=date,
        date_text=date_text or second.date_text,
        quantity=first.quantity if first.quantity is not None else second.quantity,
        object=first.object or second.object,
        claim=first.claim or second.claim,
        quotation=first.quotation or second.quotation,
        confidence=max(first.confidence, second.confidence),
    )


def renamed(events: Sequence[Event], became: Mapping[str, str]) -> tuple[Event, ...]:
    """The events with claims and keys after merging, numbered in the order of their first mention."""
    ordered = sorted(events, key=lambda event: (event.mentions[0].begin, event.mentions[0].end, event.type, event.key))
    numbers = {event.key: f"v{number}" for number, event in enumerate(ordered, start=1)}
    return tuple(
        replace(
            event,
            key=numbers[event.key],
            claim=numbers.get(became.get(event.claim, event.claim)) if event.claim else None,
        )
        for event in ordered
    )
