"""Chooses among what each place of a sentence may tell of."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extraction.gates import gate
from kg.extraction.matcher import Trigger, find_triggers
from kg.extraction.roles import fill
from kg.extraction.scene import Filled, Scene


def choose(scene: Scene) -> list[Filled]:
    """For each place, the first reading of the lexicon that passes the gates beside the others' first readings."""
    candidates = _without_objects(find_triggers(scene.reading, scene.lexicon))
    chosen = [readings[0] for readings in candidates]
    filled = fill(chosen, scene)
    for at, readings in enumerate(candidates):
        for other in readings[1:]:
            if gate(filled[at], scene, content=True) is None:
                break
            trial = fill([*chosen[:at], other, *chosen[at + 1 :]], scene)
            if gate(trial[at], scene, content=True) is None:
                chosen[at], filled = other, trial
    joined = {
        one.trigger.object for one in filled if one.trigger.entry.joins and gate(one, scene, content=True) is None
    }
    return [one for one in filled if one.trigger.verb is not None or one.trigger.host not in joined]


def _without_objects(candidates: Sequence[tuple[Trigger, ...]]) -> list[tuple[Trigger, ...]]:
    """«करार पर हस्ताक्षर» is one event: a noun that is another trigger's object tells of none of its own."""
    objects = {
        (trigger.object, trigger.entry.type)
        for readings in candidates
        for trigger in readings[:1]
        if not trigger.entry.joins  # «मोदी-पुतिन की बैठक में | शामिल हुए»
    }
    kept = [
        tuple(one for one in readings if one.verb is not None or (one.host, one.entry.type) not in objects)
        for readings in candidates
    ]
    return [readings for readings in kept if readings]
