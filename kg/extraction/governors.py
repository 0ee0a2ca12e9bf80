"""Which trigger or noun governs another trigger: what it is the content or purpose of."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extraction.matcher import Trigger
from kg.extraction.reading import CONTENT, GENITIVE, NOMINATIVE, Clause, Finiteness, Group
from kg.extraction.scene import Filled, Scene
from kg.records import EventType

_REACH = 8  #: words behind an infinitive or noun in which its governor stands
_CONTENTFUL = frozenset({EventType.ACCUSATION, EventType.WARNING, EventType.REQUEST, EventType.DENIAL})
"""Types whose bare noun may have a clause as its content: «आरोप है कि …»."""


def governor_of(one: Filled, filled: Sequence[Filled], scene: Scene) -> tuple[Filled | None, str]:
    """The trigger that governs another («» for none), and the noun by which it does: «देने की | योजना»."""
    trigger, reading = one.trigger, scene.reading
    if trigger.finite:
        return _of_clause(one, filled, scene), ""
    at = phrase_end(trigger, scene)
    if at < 0 or (trigger.verb is not None and trigger.verb.finiteness is Finiteness.CONVERB):
        return None, ""
    while at < len(reading.words) and reading.verb_of(at) is None and reading.group_of(at) is None:
        at += 1
    group, on_noun = reading.group_of(at), hangs_on_noun(trigger, scene)
    word = reading.words[group.head] if group is not None else ""
    for token in range(at, min(at + _REACH, len(reading.words))):
        other = next((other for other in filled if other is not one and other.trigger.host == token), None)
        if other is not None and _governs(other.trigger, trigger, group, scene):
            return other, word if group is not None and group.end <= token else ""
    return None, word if on_noun else ""


def hangs_on_noun(trigger: Trigger, scene: Scene) -> bool:
    """Whether a genitive links an inner trigger to the next noun; else it hangs on the next predicate."""
    return marker_of(trigger, scene) == GENITIVE


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


def _governs(other: Trigger, trigger: Trigger, group: Group | None, scene: Scene) -> bool:
    """Whether a trigger behind another governs it; `group` is the next noun, which a genitive must lead to."""
    if other.host <= trigger.host or scene.clause(other) is not scene.clause(trigger):
        return False
    if not hangs_on_noun(trigger, scene):
        return True
    return group is not None and (group.begin <= other.host < group.end or group.begin <= other.object < group.end)


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
