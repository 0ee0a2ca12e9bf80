"""Fills a role from the groups around a trigger: the best licensed marker wins, then the nearest group."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kg.extraction.lexicon import Role
from kg.extraction.matcher import Trigger
from kg.extraction.reading import GENITIVE, NOMINATIVE, Finiteness, Group
from kg.extraction.scene import Filled, Scene
from kg.extraction.subjects import Keys
from kg.extraction.surroundings import Beside, Surroundings
from kg.extraction.words import ONE, direct_plural, direct_singular
from kg.language import labels
from kg.records import EntityType, EventType

_WITH_OBJECT = frozenset({EventType.TROOP_DEPLOYMENT, EventType.ARMS_TRANSFER, EventType.ASSISTANCE})
"""Types whose object, what is sent, is no participant."""
_AGENT_ONLY = frozenset({EventType.ATTACK, EventType.SANCTION})
"""Types whose targets are not those whose deed it is: «यूक्रेन पर हमले की निंदा» criticises no Ukraine."""


class Picker:
    """Picks the groups that fill the roles of a sentence's triggers; `fill` gives the roles of a trigger inside a group."""

    def __init__(self, scene: Scene, surroundings: Surroundings, fill: Callable[[Trigger], Filled]) -> None:
        self.scene = scene
        self.reading = scene.reading
        self.surroundings = surroundings
        self.fill = fill

    def pick(self, role: Role, around: Sequence[Beside], one: Filled) -> Keys:
        """The entities of the best licensed marker: those of the nearest group that has one, with its conjuncts."""
        for marker in role.markers:
            if marker == "mod":
                keys = self.inside(one.trigger, role)
                if keys:
                    return keys
                continue
            for group, found in around:
                keys = self._taken(group, role, marker, one) if found == marker else ()
                if keys:
                    self.use(group, one)
                    return keys
        return ()

    def use(self, group: Group, one: Filled) -> None:
        """Note that a group and its conjuncts fill a role."""
        members = {member.index for member in self.reading.conjoined(group)}
        one.used |= members
        if not one.trigger.finite:
            self.surroundings.taken |= members

    def inside(self, trigger: Trigger, role: Role) -> Keys:
        """Names inside the host's own group («रूस यात्रा», «अमेरिकी प्रतिबंध») or coordinated with it."""
        group = self.reading.group_of(trigger.host)
        if group is None:
            return ()
        mentions = [mention for mention in group.modifiers if mention.end <= trigger.host]
        mentions += [
            member.mention
            for member in self.reading.conjoined(group)
            if member.index != group.index and member.mention is not None and member.end <= group.begin
        ]
        names = sorted((mention for mention in mentions if not mention.pronoun), key=lambda mention: mention.begin)
        keys = [self.scene.registry.named(mention) for mention in names]
        for mention in group.modifiers:
            keys += self.scene.pronouns.get(mention.begin, ()) if mention.pronoun else ()
        return self.scene.of_types(keys, role)

    # ------------------------------------------------------------ one group

    def _taken(self, group: Group, role: Role, marker: str, one: Filled) -> Keys:
        """The entities that a group gives a role; empty where it may not fill it."""
        if group.index in one.used or self._is_what_is_sent(group, marker, one):
            return ()
        if marker == "nom" and self._is_subject(group, one.trigger):
            return ()
        whose = one.type is EventType.DENIAL and marker == "nom"  # «आरोप नकारे»: whose they are
        direct = () if whose else self.scene.keys(group, role)
        keys = direct or self._through(group, role, role.through)
        if not keys and role.anything and (one.trigger.verb is not None or marker == "par"):
            keys = self._anything(group, one.type) or self._unknown(group, marker)
        return keys

    def _is_what_is_sent(self, group: Group, marker: str, one: Filled) -> bool:
        """Whether a group is the object; but «अमेरिकी सैनिकों की तैनाती»: whose soldiers they are, he deploys them."""
        together = self.reading.conjoined(group) if marker == GENITIVE else [group]  # «सैनिकों और टैंकों की | तैनाती»
        sent = next((member for member in together if member.begin <= one.trigger.object < member.end), None)
        if one.type not in _WITH_OBJECT or sent is None:
            return False
        referent = self.scene.referents.get(sent.index)
        return not (marker == GENITIVE and (referent is None or referent.kind == "body"))

    def _is_subject(self, group: Group, trigger: Trigger) -> bool:
        subject = self.scene.subject(self.scene.clause(trigger)) if trigger.verb is not None else None
        return subject is not None and group.index in {subject.index, *subject.conjuncts}

    def _through(self, group: Group, role: Role, depth: int) -> Keys:
        """Whose the thing is, so many genitives deep: «B के फैसले की», «B के आक्रमण का», «B के परमाणु कार्यक्रम पर»."""
        if not depth or (role.of and self.reading.words[group.head] not in self.scene.lexicon.classes[role.of]):
            return ()
        referent = self.scene.referents.get(group.index)
        if referent is not None and referent.type is EntityType.PERSON:
            return ()
        by_word = self.surroundings.by_word
        deed = next((trigger for at, trigger in by_word.items() if group.begin <= at < group.end), None)
        if deed is not None and deed.verb is None:
            agents = self.fill(deed).agents
            if agents or deed.entry.type in _AGENT_ONLY:
                return agents
        for owner in reversed(self.reading.possessors(group)):
            keys = self.scene.keys(owner, role) or self._through(owner, role, depth - 1)
            if keys:
                return keys
        names = [self.scene.registry.named(mention) for mention in group.modifiers if not mention.pronoun]
        return self.scene.of_types(names, role) or self._done_by(group, role)

    def _done_by(self, group: Group, role: Role) -> Keys:
        """«कोरिया द्वारा | किए गए | कार्यों की»: whose deed the thing is."""
        verb = self.reading.verb_of(group.begin - 1) if group.begin else None
        if verb is None or verb.finiteness is not Finiteness.PARTICIPLE:
            return ()
        for other in reversed(self.reading.groups[: group.index]):
            if other.marker == "dwara" and other.clause == group.clause and other.end <= verb.begin:
                return self.scene.keys(other, role)
        return ()

    def _anything(self, group: Group, type_: EventType) -> Keys:
        """A place that has no name: «अग्रिम चौकियों का दौरा», «पुलिस के काफिले पर हमला»."""
        word, classes = self.reading.words[group.head], self.scene.lexicon.classes
        struck = type_ is EventType.ATTACK and word in classes["struck_sites"]
        return (self._place(group),) if group.mention is None and (struck or word in classes["sites"]) else ()

    def _unknown(self, group: Group, marker: str) -> Keys:
        """A bare proper noun right before a verb of motion names a place: «देवबंद पहुंचे»."""
        tokens = self.reading.sentence.tokens[group.begin : group.end]
        if marker != "nom" or group.mention is not None or any(token.upos != labels.PROPN for token in tokens):
            return ()
        if self.scene.holds_class(group, "times"):
            return ()
        return (self._place(group),)

    def _place(self, group: Group) -> str:
        """The key of a place that is called by the words of a group."""
        registry, tokens, begin = self.scene.registry, self.reading.sentence.tokens, group.begin
        lexicon = self.scene.lexicon
        left_out = lexicon.function_words["of_the_name_before"] | lexicon.classes["deictics"]
        while begin < group.head and self.reading.words[begin] in left_out:
            begin += 1  # «बालाकोट | स्थित | कैंप», «अपने | कारखाने»
        spoken = self.reading.text(begin, group.end)
        *before, last = spoken.split(" ")
        direct = last if group.marker == NOMINATIVE else direct_plural(last, lexicon.direct_plurals)
        if group.marker != NOMINATIVE and ONE in self.reading.words[group.begin : begin]:
            direct = direct_singular(direct)
        key = registry.described(EntityType.PLACE, " ".join((*before, direct)))
        registry.saw(key, spoken, tokens[begin].begin, tokens[group.end - 1].end)
        return key
