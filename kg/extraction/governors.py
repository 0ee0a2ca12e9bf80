"""Which trigger or noun governs another trigger: what it is the content or purpose of."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extraction.matcher import Trigger
from kg.extraction.reading import CONTENT, GENITIVE, NOMINATIVE, WHERE, Clause, Finiteness, Group, Reading
from kg.extraction.scene import Filled, Scene
from kg.extraction.words import HUA
from kg.records import EventType

_REACH = 8  #: words behind an infinitive or noun in which its governor stands
_CONTENTFUL = frozenset({EventType.ACCUSATION, EventType.WARNING, EventType.REQUEST, EventType.DENIAL})
"""Types whose bare noun may have a clause as its content: «आरोप है कि …»."""


def governor_of(one: Filled, filled: Sequence[Filled], scene: Scene) -> tuple[Filled | None, str]:
    """The trigger that governs another («» for none), and the noun by which it does: «देने की | योजना»."""
    trigger, _reading = one.trigger, scene.reading
    if trigger.finite:
        return _of_clause(one, filled, scene), ""
    if trigger.verb is not None and trigger.verb.finiteness is Finiteness.CONVERB:
        return _of_infinitive(one, filled, scene)
    at = phrase_end(trigger, scene)
    return _governor_at(at, one, hangs_on_noun(trigger, scene), filled, scene) if at >= 0 else (None, "")


def _of_infinitive(one: Filled, filled: Sequence[Filled], scene: Scene) -> tuple[Filled | None, str]:
    """«B पर मिसाइलें दागकर युद्धविराम | तोड़ने का आरोप»: what governs the infinitive governs the converb before it."""
    reading, trigger = scene.reading, one.trigger
    verb = next((verb for verb in reading.verbs if verb.begin >= trigger.end), None)
    if verb is None or verb.finiteness is not Finiteness.INFINITIVE or reading.words[trigger.end - 1] in HUA:
        return None, ""
    if reading.clause_of[verb.main] != reading.clause_of[trigger.host]:
        return None, ""
    found, word = _governor_at(max(verb.marker_end, verb.end), one, verb.marker == GENITIVE, filled, scene)
    outer = found is not None and any(reading.groups[index].end <= trigger.begin for index in found.used)
    return (found, word) if outer else (None, "")


def _governor_at(
    at: int, one: Filled, on_noun: bool, filled: Sequence[Filled], scene: Scene
) -> tuple[Filled | None, str]:
    """The trigger or noun that governs a phrase that ends before a token."""
    trigger, reading = one.trigger, scene.reading
    while at < len(reading.words) and reading.verb_of(at) is None and _is_between(reading.group_of(at), on_noun, scene):
        at += 1
    group = reading.group_of(at)
    word = reading.words[group.head] if group is not None else ""
    for token in range(at, min(at + _REACH, len(reading.words))):
        other = next((other for other in filled if other is not one and other.trigger.host == token), None)
        if other is not None and _governs(other.trigger, trigger, group if on_noun else None, scene):
            return other, word if group is not None and group.end <= token else ""
    return None, word if on_noun else ""


def journey_before(one: Filled, filled: Sequence[Filled], reading: Reading) -> Filled | None:
    """«X जनवरी में चीन गए थे, जहां …»: the visit on whose place and date a clause with जहां goes on."""
    clause = reading.clauses[reading.clause_of[one.trigger.host]]
    if clause.opener != WHERE:
        return None
    outer = (other for other in filled if reading.clause_of[other.trigger.host] in (clause.parent, clause.previous))
    return next((other for other in outer if other.type is EventType.VISIT), None)


def hangs_on_noun(trigger: Trigger, scene: Scene) -> bool:
    """Whether a genitive links an inner trigger to the next noun; else it hangs on the next predicate."""
    return marker_of(trigger, scene) == GENITIVE


def is_done(trigger: Trigger, scene: Scene) -> bool:
    """«के दौरान | हुए | समझौते», «पर | लगाए गए | प्रतिबंध»: a noun behind a participle that says that it is so."""
    group = scene.reading.group_of(trigger.host)
    verb = scene.reading.verb_of(group.begin - 1) if group is not None and group.begin else None
    return verb is not None and verb.finiteness is Finiteness.PARTICIPLE


def marker_of(trigger: Trigger, scene: Scene) -> str:
    """The postposition of an infinitive or of a bare noun."""
    if trigger.verb is not None:
        return trigger.verb.marker
    group = scene.reading.group_of(trigger.host)
    return group.marker if group is not None else NOMINATIVE


def phrase_end(trigger: Trigger, scene: Scene) -> int:
    """The token behind an inner trigger and its postposition; -1 for a noun without one."""
    if trigger.verb is not None:
        return max(trigger.verb.marker_end, trigger.verb.end)
    group = scene.reading.group_of(trigger.host)
    return group.marker_end if group is not None and group.marker != NOMINATIVE else -1


def _is_between(group: Group | None, on_noun: bool, scene: Scene) -> bool:
    """Whether a group behind «देने का» is not the noun that का leads to: «देने का | इस्लामाबाद पर | आरोप»."""
    if group is None:
        return True
    return on_noun and group.index in scene.referents and group.marker != NOMINATIVE


def _governs(other: Trigger, trigger: Trigger, group: Group | None, scene: Scene) -> bool:
    """Whether a trigger behind another governs it; `group` is the next noun where a genitive must lead to it."""
    if other.host <= trigger.host or scene.clause(other) is not scene.clause(trigger):
        return False
    return group is None or (group.begin <= other.host < group.end or group.begin <= other.object < group.end)


def _of_clause(one: Filled, filled: Sequence[Filled], scene: Scene) -> Filled | None:
    """The trigger whose content a clause is («आरोप लगाया कि …»); conjunct clauses share theirs."""
    clause: Clause = scene.clause(one.trigger)
    while clause.opener not in CONTENT or clause.parent < 0:
        if clause.previous < 0:
            return None
        clause = scene.reading.clauses[clause.previous]
    return _with_content(scene.reading.clauses[clause.parent], filled, scene)


def _with_content(clause: Clause, filled: Sequence[Filled], scene: Scene) -> Filled | None:
    """The trigger of a clause that another clause is the content of: that of its verb, else a noun of saying."""
    verbal = (one for one in filled if one.trigger.verb is not None and one.trigger.verb.index == clause.verb)
    nominal = (
        one
        for one in filled
        if one.trigger.verb is None and scene.clause(one.trigger) is clause and one.type in _CONTENTFUL
    )
    return next(verbal, None) or next(nominal, None)
