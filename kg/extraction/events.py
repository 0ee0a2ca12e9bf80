"""From triggers and mentions to events: roles by case marker, gates, and one node for each event of a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.extraction.chunks import Clause, Mention
from kg.extraction.lexicon import Lexicon, Role
from kg.extraction.matcher import Trigger
from kg.records import SYMMETRIC, EntityType, Event, EventMention, EventType, Modality

Keys = tuple[str, ...]
_SHARED = frozenset({"ne", "nom", "dwara"})  #: a subject may serve several predicates


@dataclass(frozen=True, kw_only=True, slots=True)
class Argument:
    """A resolved mention as a trigger sees it."""

    keys: Keys
    type: EntityType
    marker: str
    at: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """A sentence ready for role filling."""

    words: Sequence[str]
    mentions: Sequence[Mention]
    keys: Mapping[int, Keys]  #: position in `mentions` → entities
    clauses: Sequence[Clause]


@dataclass(frozen=True, kw_only=True, slots=True)
class Filled:
    """A trigger with its roles."""

    trigger: Trigger
    agents: Keys = ()
    targets: Keys = ()
    places: Keys = ()


def fill(triggers: Sequence[Trigger], reading: Reading, lexicon: Lexicon) -> list[Filled]:
    """The roles of every trigger of a sentence; inner predicates, which stand first, take their arguments first."""
    used: set[int] = set()
    filled: list[Filled] = []
    for trigger in triggers:
        arguments = _arguments(trigger, reading, lexicon, used)
        agents, taken = _take(trigger.entry.frame.agent, arguments)
        targets: Keys = ()
        if trigger.entry.frame.target is not None:
            rest = [argument for argument in arguments if argument.at not in taken]
            targets, more = _take(trigger.entry.frame.target, rest)
            taken = taken | more
        used |= {a.at for a in arguments if a.at in taken and a.marker not in _SHARED}
        filled.append(Filled(trigger=trigger, agents=agents, targets=_without(targets, agents)))
    return [_inherit(one, filled) for one in filled]


def _inherit(one: Filled, all_: Sequence[Filled]) -> Filled:
    """«A ने B पर C को हथियार देने का आरोप लगाया»: the giver is the accused."""
    if one.trigger.verb < 0 or one.trigger.form is None:
        return one
    for other in all_:
        if other.trigger.entry.type is EventType.ACCUSATION and 0 < other.trigger.host - one.trigger.end <= 2:
            return replace(one, agents=other.targets)
    return one


def _without(keys: Keys, others: Keys) -> Keys:
    return tuple(key for key in keys if key not in others)


def _take(role: Role, arguments: Sequence[Argument]) -> tuple[Keys, set[int]]:
    """The arguments that a role licenses. One marker only once for a target, all for joined agents."""
    keys: list[str] = []
    taken: set[int] = set()
    for argument in arguments:
        if argument.marker in role.markers and argument.type in role.types:
            keys.extend(key for key in argument.keys if key not in keys)
            taken.add(argument.at)
    return tuple(keys), taken


def _arguments(trigger: Trigger, reading: Reading, lexicon: Lexicon, used: set[int]) -> list[Argument]:
    position = next(i for i, clause in enumerate(reading.clauses) if clause.begin <= trigger.host < clause.end)
    clause = reading.clauses[position]
    found = _in_clause(trigger, clause, reading, lexicon, used)
    if not any(argument.marker in _SHARED for argument in found) and trigger.verb >= 0 and position > 0:
        previous = reading.clauses[position - 1]
        inherited = _in_clause(trigger, previous, reading, lexicon, set())
        if clause.opener not in ("कि",):
            found = [a for a in inherited if a.marker == "ne"] + found
    return found


def _in_clause(trigger: Trigger, clause: Clause, reading: Reading, lexicon: Lexicon, used: set[int]) -> list[Argument]:
    found: list[Argument] = []
    for position, mention in enumerate(reading.mentions):
        inside = clause.begin <= mention.begin and mention.end <= min(clause.end, max(trigger.host, clause.begin))
        if clause.end <= trigger.host:
            inside = clause.begin <= mention.begin < clause.end
        keys = reading.keys.get(position, ())
        if not inside or not keys or position in used:
            continue
        marker = _marker(mention, trigger, reading.words, lexicon)
        if marker:
            found.append(Argument(keys=keys, type=mention.type, marker=marker, at=position))
    return found


def _marker(mention: Mention, trigger: Trigger, words: Sequence[str], lexicon: Lexicon) -> str:
    """The marker with which a mention stands to this trigger; «» where it belongs to another noun."""
    if mention.head < 0:
        return mention.marker if mention.marker not in ("gen", "mod") else ""
    if mention.marker_end <= trigger.host <= mention.head or trigger.begin <= mention.head <= trigger.host:
        return "gen" if mention.demonym or mention.marker == "gen" else mention.marker
    head = words[mention.head]
    if head in lexicon.classes["actors"]:
        return mention.owner_marker
    if head in lexicon.classes["acts"]:
        return "owner"
    return "nom" if mention.marker == "nom" else ""


def gate(filled: Filled) -> tuple[str, str] | None:
    """The gate that holds a candidate back, with the reason; None where it passes."""
    entry, count = filled.trigger.entry, len(filled.agents)
    if not filled.agents and not filled.targets:
        return "participants", "nobody takes part"
    if entry.type in SYMMETRIC and filled.trigger.verb < 0 and count < 2:
        return "nominal", "a bare noun needs two participants"
    if entry.type not in SYMMETRIC and filled.trigger.verb < 0 and not (filled.agents and filled.targets):
        return "nominal", "a bare noun needs both roles"
    if entry.needs_target and not filled.targets:
        return "target", "the verb needs a destination"
    if entry.type in (EventType.VISIT, EventType.ATTACK, EventType.SANCTION) and not filled.agents:
        return "agent", "nobody does it"
    return None


def merge(events: Sequence[Event]) -> list[Event]:
    """One node for each event: mentions whose type, modality and negation agree and whose participants do not clash."""
    merged: list[Event] = []
    for event in events:
        for position, other in enumerate(merged):
            if _same(event, other):
                merged[position] = _united(other, event)
                break
        else:
            merged.append(event)
    return merged


def _same(one: Event, other: Event) -> bool:
    if (one.type, one.modality, one.negated) != (other.type, other.modality, other.negated):
        return False
    if one.date and other.date and one.date != other.date:
        return False
    agents = set(one.agents) <= set(other.agents) or set(other.agents) <= set(one.agents)
    targets = set(one.targets) <= set(other.targets) or set(other.targets) <= set(one.targets)
    shared = {*one.agents, *one.targets} & {*other.agents, *other.targets}
    return agents and targets and bool(shared)


def _united(first: Event, second: Event) -> Event:
    def both(one: Keys, two: Keys) -> Keys:
        return tuple(dict.fromkeys((*one, *two)))

    return replace(
        first,
        agents=both(first.agents, second.agents),
        targets=both(first.targets, second.targets),
        places=both(first.places, second.places),
        sources=both(first.sources, second.sources),
        date=first.date or second.date,
        date_text=first.date_text or second.date_text,
        mentions=(*first.mentions, *second.mentions),
    )


def modality(trigger: Trigger, words: Sequence[str], clause: Clause, cues: Mapping[str, frozenset[str]]) -> Modality:
    """Modality from the verb group and what governs it."""
    after = set(words[trigger.end - 1 : min(trigger.group_end + 4, clause.end)])
    if set(words[clause.begin : clause.end]) & {"यदि", "अगर", "कथित"}:
        return Modality.ALLEGED if "कथित" in words[clause.begin : clause.end] else Modality.POSSIBLE
    if after & cues["possible"]:
        return Modality.POSSIBLE
    if after & cues["alleged"] and trigger.entry.type not in (EventType.ACCUSATION, EventType.DENIAL):
        return Modality.ALLEGED
    group = words[trigger.end - 1 : trigger.group_end]
    if any(word.endswith(("ेगा", "ेंगे", "ेगी", "एगा", "एंगे", "एगी", "होगा", "होंगे", "होगी")) for word in group):
        return Modality.PLANNED
    if after & cues["planned"] and trigger.form is not None and trigger.form.value == "infinitive":
        return Modality.PLANNED
    return Modality.ASSERTED


def sources(trigger: Trigger, reading: Reading, cues: Mapping[str, frozenset[str]]) -> Keys:
    """By whose account: «X के अनुसार» anywhere in the sentence, or the subject of «X ने कहा कि» before the clause."""
    found = [
        key
        for position, mention in enumerate(reading.mentions)
        if mention.marker == "according" or mention.owner_marker == "according"
        for key in reading.keys.get(position, ())
    ]
    place = next(i for i, clause in enumerate(reading.clauses) if clause.begin <= trigger.host < clause.end)
    for number in range(place, 0, -1):
        before = reading.clauses[number - 1]
        if reading.clauses[number].opener == "कि" and set(reading.words[before.begin : before.end]) & cues["speech"]:
            found.extend(_speaker(before, reading))
            break
    return tuple(dict.fromkeys(found))


def _speaker(clause: Clause, reading: Reading) -> Keys:
    for position, mention in enumerate(reading.mentions):
        if clause.begin <= mention.begin < clause.end and "ne" in (mention.marker, mention.owner_marker):
            return reading.keys.get(position, ())
    return ()


def event_mention(trigger: Trigger, sentence: int, text: str, offsets: Sequence[tuple[int, int]]) -> EventMention:
    """Where the trigger stands in the article."""
    begin, end = offsets[trigger.begin][0], offsets[trigger.end - 1][1]
    return EventMention(sentence=sentence, begin=begin, end=end, trigger=text[begin:end], rule=trigger.entry.id)
