"""Who does what to whom: the roles of every trigger of a sentence.

A role is decided by (case marker, voice, frame), with the tree as judge where two predicates could have a group. Predicates
stand last, so inner ones come first in the text and take what stands next to them; what an infinitive lacks is found by
control (`control.py`).
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.extraction.control import control
from kg.extraction.doers import genitive_subject, modified_noun, subject_keys, visit
from kg.extraction.matcher import Trigger
from kg.extraction.picking import Picker
from kg.extraction.reading import DATIVE, ERGATIVE, LOCATIVES, NOMINATIVE, Finiteness, Group
from kg.extraction.scene import Filled, Scene
from kg.extraction.subjects import Keys
from kg.extraction.surroundings import Beside, Surroundings
from kg.extraction.symmetric import participants
from kg.records import EntityType, EventType

_NOT_OBLIQUE = frozenset({ERGATIVE, DATIVE, "nom"})


def fill(triggers: Sequence[Trigger], scene: Scene) -> list[Filled]:
    """The roles of the triggers of a sentence, in the order given (text order)."""
    filler = _Filler(scene, Surroundings(scene, triggers))
    filled = [filler.fill(trigger) for trigger in triggers]
    control(filled, scene, taken=filler.surroundings.taken)
    for one in filled:
        one.targets = tuple(key for key in one.targets if key not in one.agents)
    return filled


class _Filler:
    """Gives a trigger the roles that its own words and neighbours fill."""

    def __init__(self, scene: Scene, surroundings: Surroundings) -> None:
        self.scene = scene
        self.surroundings = surroundings
        self.picker = Picker(scene, surroundings, self.fill)

    def fill(self, trigger: Trigger) -> Filled:
        """The roles of one trigger."""
        one, frame = Filled(trigger=trigger), trigger.entry.frame
        around = self.surroundings.around(trigger)
        if frame.target is None:
            one.agents = participants(one, around, self.picker)
        elif frame.patient:
            one.targets = subject_keys(one, frame.target, self.scene) or self.picker.pick(frame.target, around, one)
            one.agents = () if trigger.entry.said else self.picker.pick(frame.agent, around, one)
        else:
            one.targets = self.picker.pick(frame.target, around, one)
            one.agents = self._agents(one, around)
            if one.type is EventType.VISIT and trigger.finite and self._are_people(one.agents):
                one.agents = tuple(dict.fromkeys((*one.agents, *self._companions(one, around))))
            if trigger.verb is None and not one.agents:
                visit(one, self.scene)
        one.places = tuple(group for group in self.scene.reading.groups if self._is_place(group, one, around))
        return one

    def _agents(self, one: Filled, around: Sequence[Beside]) -> Keys:
        trigger, role = one.trigger, one.trigger.entry.frame.agent
        if trigger.entry.said:
            return ()
        if trigger.passive or not trigger.finite:
            by = self.picker.pick(role, [(group, marker) for group, marker in around if marker == "dwara"], one)
            if by:
                return by
        oblique = [(group, marker) for group, marker in around if marker not in _NOT_OBLIQUE]
        if trigger.passive and not trigger.happens:
            return ()
        if trigger.finite and not trigger.passive:
            group = self.scene.subject(self.scene.clause(trigger))
            if group is None or group.marker != ERGATIVE:
                by = self.picker.pick(role, [(near, marker) for near, marker in around if marker == "dwara"], one)
                if by:
                    return by  # «X की ओर से Y पर रोक लगी है»
            subject = subject_keys(one, role, self.scene)
            alone = trigger.simple and trigger.entry.frame.intransitive  # «X की ओर से घोषणा आई»: X does not come
            return subject if subject or alone else self.picker.pick(role, oblique, one)
        if trigger.verb is not None and not trigger.passive and trigger.verb.finiteness is Finiteness.PARTICIPLE:
            return self._modified(one) or self.picker.pick(role, oblique, one)
        keys = self.picker.pick(role, oblique, one)
        return keys if keys or trigger.passive else genitive_subject(one, role, self.scene)

    def _companions(self, one: Filled, around: Sequence[Beside]) -> Keys:
        """«अपनी पत्नी मेलानिया के साथ इराक का दौरा किया»."""
        role = one.trigger.entry.frame.agent
        keys = [key for group, marker in around if marker == "saath" for key in self.scene.keys(group, role)]
        return tuple(key for key in keys if self._are_people((key,)))

    def _are_people(self, keys: Keys) -> bool:
        return bool(keys) and all(self.scene.registry[key].type is EntityType.PERSON for key in keys)

    def _modified(self, one: Filled) -> Keys:
        """The noun behind a participle is its subject, unless the noun is its object: «भेजे | सैनिक»."""
        verb = one.trigger.verb
        if verb is None or one.trigger.object >= verb.end:
            return ()
        return modified_noun(verb, one.trigger.entry.frame.agent, self.scene)

    # ------------------------------------------------------------ places

    def _is_place(self, group: Group, one: Filled, around: Sequence[Beside]) -> bool:
        """Whether a group says where it happened; of a bare noun, only one that stands in its row."""
        trigger, referent = one.trigger, self.scene.referents.get(group.index)
        if group.index in one.used or group.index in self.surroundings.taken:
            return False
        if group.clause != self.scene.clause(trigger).index or not _is_locative(group):
            return False
        if referent is None or referent.type not in (EntityType.PLACE, EntityType.COUNTRY):
            return False
        if group.marker == "par" and referent.type is EntityType.COUNTRY:
            return False
        return trigger.finite or (trigger.verb is None and any(group is near for near, _ in around))


def _is_locative(group: Group) -> bool:
    """«मॉस्को में», «वहां»."""
    deictic = group.mention is not None and group.mention.pronoun in ("here", "there")
    return group.marker in LOCATIVES or (deictic and group.marker == NOMINATIVE)
