"""Who does what to whom: the roles of every trigger of a sentence.

A role is decided by (case marker, voice, frame), with the tree as judge where two predicates could have a group. Predicates
stand last, so inner ones come first in the text and take what stands next to them; what an infinitive lacks is found by
control: «A ने B पर हथियार देने का आरोप लगाया» — B is said to give.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.extraction.cues import Cues
from kg.extraction.entities import Registry
from kg.extraction.lexicon import Lexicon, Role
from kg.extraction.matcher import Trigger
from kg.extraction.phrases import top
from kg.extraction.reading import AND, GENITIVE, NOMINATIVE, QUOTES, Clause, Finiteness, Group, Reading, VerbGroup
from kg.extraction.subjects import Keys, Referent, keys_of, subject_group
from kg.records import SYMMETRIC, EntityType, EventType

_BODIES = frozenset({EntityType.COUNTRY, EntityType.ORGANIZATION, EntityType.PERSON})
_WITH_OBJECT = frozenset({EventType.TROOP_DEPLOYMENT, EventType.ARMS_TRANSFER, EventType.ASSISTANCE})
"""Types whose object, what is sent, is no participant."""
_CONTROLLING = frozenset({EventType.ACCUSATION, EventType.DENIAL, EventType.WARNING, EventType.REQUEST})
"""Types that say who does the deed that a bare noun names beside them."""
_CONTENT = frozenset({"कि", '"'})


@dataclass(slots=True)
class Filled:
    """A trigger with its roles."""

    trigger: Trigger
    agents: Keys = ()
    targets: Keys = ()
    places: tuple[Group, ...] = ()
    governor: Filled | None = None  #: the trigger that this one is the content of
    governor_word: str = ""  #: the noun that an infinitive or bare noun belongs to: «देने की | योजना»
    object: str | None = None
    used: set[int] = field(default_factory=set)  #: groups that fill its roles

    @property
    def everybody(self) -> Keys:
        """Agents, then targets."""
        return tuple(dict.fromkeys((*self.agents, *self.targets)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A sentence whose groups are resolved."""

    reading: Reading
    referents: dict[int, Referent]
    pronouns: dict[int, Keys]
    lexicon: Lexicon
    cues: Cues
    registry: Registry


def fill(triggers: Sequence[Trigger], scene: Scene) -> list[Filled]:
    """The roles of the triggers of a sentence, in the order given (text order)."""
    filler = _Filler(scene, triggers)
    filled = [filler.local(trigger) for trigger in triggers]
    filler.filled = filled
    for one in reversed(filled):
        filler.control(one)
    for one in filled:
        if (
            one.governor is not None
            and one.governor.trigger.entry.type is EventType.DENIAL
            and not one.governor.targets
            and one.governor_word in ("दावे", "दावों", "दावा")
        ):
            one.governor.targets = tuple(key for key in one.agents if key not in one.governor.agents)
    for one in filled:
        accusation = one.governor
        if accusation is not None and accusation.trigger.entry.type is EventType.ACCUSATION and not accusation.targets:
            accusation.targets = tuple(key for key in one.agents if key not in accusation.agents)
    for one in filled:
        if one.trigger.entry.type is EventType.ACCUSATION and not one.targets and not one.trigger.entry.content:
            one.targets = filler.accused(one)
    for one in filled:
        one.targets = tuple(key for key in one.targets if key not in one.agents)
    return filled


class _Filler:
    def __init__(self, scene: Scene, triggers: Sequence[Trigger]) -> None:
        self.scene = scene
        self.reading = scene.reading
        self.words = scene.reading.words
        self.referents = scene.referents
        self.lexicon = scene.lexicon
        self.triggers = triggers
        self.consumed: dict[int, Trigger] = {}
        self.filled: list[Filled] = []
        self.by_word = {
            at: trigger
            for trigger in triggers
            for at in (trigger.host, *(() if trigger.verb is None else (trigger.verb.main,)))
        }

    # ------------------------------------------------------------ what stands beside a trigger

    def local(self, trigger: Trigger) -> Filled:
        """The roles that a trigger's own words and neighbours give."""
        one = Filled(trigger=trigger)
        around = list(self._around(trigger))
        frame = trigger.entry.frame
        if frame.target is None:
            self._symmetric(one, around)
        elif frame.patient:
            one.targets = self._subject_keys(trigger, frame.target, one) or self._pick(frame.target, around, one)
            one.agents = self._pick(frame.agent, around, one)
        else:
            one.targets = self._pick(frame.target, around, one)
            one.agents = self._agent(one, around)
        one.places = tuple(self._places(trigger, around, one))
        return one

    def _agent(self, one: Filled, around: Sequence[tuple[Group, str]]) -> Keys:
        trigger, role = one.trigger, one.trigger.entry.frame.agent
        if trigger.verb is None or not trigger.finite or self._passive(trigger):
            explicit = self._pick(role, [(g, m) for g, m in around if m == "dwara"], one)
            if explicit:
                return explicit
        oblique = [(group, marker) for group, marker in around if marker not in ("ne", NOMINATIVE, "nom", "ko")]
        if trigger.verb is None:
            return self._pick(role, oblique, one) or self._visitor(one)
        if self._passive(trigger):
            return self._pick(role, oblique, one) if trigger.happens else ()
        if trigger.finite:
            return self._subject_keys(trigger, role, one) or self._pick(role, oblique, one)
        if trigger.verb.finiteness is Finiteness.PARTICIPLE:
            return self._modified(trigger, role) or self._pick(role, oblique, one)
        return self._pick(role, oblique, one) or self._genitive_subject(trigger, role, one)

    def _passive(self, trigger: Trigger) -> bool:
        if trigger.verb is not None and trigger.verb.passive:
            return True
        return trigger.happens and not trigger.entry.frame.intransitive

    def _subject_keys(self, trigger: Trigger, role: Role, one: Filled) -> Keys:
        if trigger.verb is None or not trigger.finite:
            return ()
        clause = self.reading.clauses[self.reading.clause_of[trigger.verb.main]]
        group = subject_group(self.reading, clause, self.referents)
        if (
            group is not None
            and group.marker == NOMINATIVE
            and group.begin <= trigger.object < group.end
            and clause.previous >= 0
        ):
            group = subject_group(self.reading, self.reading.clauses[clause.previous], self.referents)
        if group is None or group.index in one.used:
            return ()
        if group.marker == NOMINATIVE and group.begin <= trigger.object < group.end:
            return ()
        return self._keys(group, role)

    def _keys(self, group: Group, role: Role) -> Keys:
        """The entities of a group and its conjuncts, of the types that a role takes."""
        groups = self.reading.conjoined(group)
        return tuple(
            dict.fromkeys(
                key
                for other in groups
                if other.index in self.referents
                for key in self.referents[other.index].keys
                if self.scene.registry[key].type in role.types
            )
        )

    def _visitor(self, one: Filled) -> Keys:
        """«मोदी रूस के दौरे पर हैं», «दौरे पर आए रक्षा मंत्री»: a visit in a phrase with पर is made by the subject."""
        trigger = one.trigger
        group = self.reading.group_of(trigger.host)
        if (
            trigger.entry.type is not EventType.VISIT
            or group is None
            or not (group.marker in ("par", "ke_liye") or (one.targets and self._during(group)))
        ):
            return ()
        verb = next((verb for verb in self.reading.verbs if verb.begin >= group.marker_end), None)
        if verb is not None and verb.finiteness is Finiteness.PARTICIPLE and verb.begin == group.marker_end:
            guests = self._noun_after(verb, trigger.entry.frame.agent)
            if not one.targets:
                one.targets = self._hosts(group, guests)
            return guests
        clause = self.reading.clauses[group.clause]
        subject = subject_group(self.reading, clause, self.referents)
        return self._keys(subject, trigger.entry.frame.agent) if subject is not None else ()

    def _hosts(self, group: Group, guests: Keys) -> Keys:
        """«A ने दौरे पर आए B से कहा»: B is in A's country."""
        subject = subject_group(self.reading, self.reading.clauses[group.clause], self.referents)
        if subject is None or not guests:
            return ()
        homes = {self.scene.registry[key].country for key in guests}
        countries = [self.scene.registry[key].country for key in self.referents[subject.index].keys]
        return tuple(dict.fromkeys(country for country in countries if country is not None and country not in homes))

    def _during(self, group: Group) -> bool:
        """«किर्गिस्तान दौरे के दूसरे दिन», «रूस यात्रा से पहले»: the journey is the subject's."""
        if group.marker == "other":
            return True
        return (
            group.marker == GENITIVE
            and group.owner >= 0
            and self._words(self.reading.groups[group.owner]) & self.lexicon.classes["stretches"] != frozenset()
        )

    def _words(self, group: Group) -> frozenset[str]:
        return frozenset(self.words[group.begin : group.end])

    def _modified(self, trigger: Trigger, role: Role) -> Keys:
        """The noun that a participle modifies is its subject: «पहुंचे रक्षा मंत्री»; of a passive, its object."""
        verb = trigger.verb
        assert verb is not None
        if verb.passive or trigger.object >= verb.end:
            return ()
        return self._noun_after(verb, role)

    def _noun_after(self, verb: VerbGroup, role: Role) -> Keys:
        group = next((group for group in self.reading.groups if group.begin >= verb.end), None)
        if group is None or group.begin - verb.end > 2:
            return ()
        return self._keys(top(self.reading, group), role)

    def _genitive_subject(self, trigger: Trigger, role: Role, one: Filled) -> Keys:
        """«किम के रूस पहुंचने के बाद»: the subject of an infinitive has का."""
        verb = trigger.verb
        assert verb is not None
        if verb.finiteness is not Finiteness.INFINITIVE:
            return ()
        for group in reversed(self.reading.groups):
            if (
                group.marker == GENITIVE
                and group.end <= trigger.begin
                and group.index in self.referents
                and group.index not in one.used
            ):
                owner = self.reading.groups[group.owner] if group.owner >= 0 else None
                if group.marker_end >= trigger.begin or (
                    owner is not None and (owner.index in one.used or owner.begin <= trigger.object < owner.end)
                ):
                    return self._keys(group, role)
                return ()
        return ()

    # ------------------------------------------------------------ which groups a trigger sees

    def _around(self, trigger: Trigger) -> Iterable[tuple[Group, str]]:
        """Groups that may fill a role, nearest first, with the marker by which they stand to the trigger."""
        host_group = self.reading.group_of(trigger.host)
        found = list(self._possessors(trigger, host_group))
        seen = {group.index for group, _ in found}
        if trigger.verb is None:
            rest = self._beside_noun(trigger, host_group, found)
        else:
            rest = self._beside_verb(trigger, host_group)
        for group, marker in rest:
            if group.index not in seen:
                seen.add(group.index)
                found.append((group, marker))
        return found

    def _possessors(self, trigger: Trigger, host_group: Group | None) -> Iterable[tuple[Group, str]]:
        """Genitives of the host: «रूस का समर्थन», and of an object noun beside it: «रूस के हथियारों की आपूर्ति»."""
        if trigger.simple or host_group is None:
            return
        for owner in reversed(self.reading.possessors(host_group)):
            yield owner, GENITIVE
            for far in reversed(self.reading.groups[: owner.index]):  # «शोइगु के | उत्तर कोरिया के | दौरे»
                if far.marker == GENITIVE and far.owner == owner.index and self._free(far, owner):
                    yield far, GENITIVE

    def _free(self, group: Group, owner: Group) -> bool:
        """Whether a genitive before a name does not modify that name: nobody owns a country."""
        one, other = self.referents.get(group.index), self.referents.get(owner.index)
        if one is None or other is None or owner.mention is None:
            return False
        if one.kind in ("set", "office", "group", "pronoun"):
            return True
        if one.type is EntityType.PERSON or other.type is EntityType.COUNTRY:
            return True
        return owner.mention.type is EntityType.ORGANIZATION

    def _beside_noun(
        self, trigger: Trigger, host_group: Group | None, owners: Sequence[tuple[Group, str]]
    ) -> Iterable[tuple[Group, str]]:
        """Groups in an unbroken row before a noun: «[यूक्रेन पर] [रूस के] हमले», over a participle: «[के बीच] हुई वार्ता»."""
        at = min([owner.begin for owner, _ in owners] + [host_group.begin if host_group is not None else trigger.host])
        while True:
            at = self._over(at)
            group = next((g for g in self.reading.groups if max(g.marker_end, g.end) == at and g.begin < at), None)
            if group is None or group.marker in ("ne", NOMINATIVE):
                return
            if self.consumed.get(group.index) is not None:
                return
            if group.marker == GENITIVE:
                owner = self.reading.groups[group.owner] if group.owner >= 0 else None
                if owner is None or self._free(group, owner) or owner.index not in self.referents:
                    yield group, GENITIVE
            else:
                yield group, group.marker
            begin = min([group.begin, *(one.begin for one in self.reading.conjoined(group))])
            possessors = [
                one.begin
                for member in self.reading.conjoined(group)
                for one in self.reading.possessors(member)
                if not self._free(one, member)
            ]
            at = min([begin, *possessors])
            if at <= 0:
                return

    def _over(self, at: int) -> int:
        """The end of the row before `at`, over a participle, adverbs and quotes."""
        while at > 0:
            verb = self.reading.verb_of(at - 1)
            if self.words[at - 1] in ("वाला", "वाले", "वाली"):
                at -= 1
                continue
            if (
                verb is not None
                and verb.finiteness is Finiteness.PARTICIPLE
                and self.words[verb.main].startswith(("हु", "हो", "कि", "की", "चल", "बन", "जा", "दी", "दि", "लग"))
            ):
                at = verb.begin
            elif self.words[at - 1] in QUOTES or self.words[at - 1] in ("जारी", "संयुक्त", "भी", "ही"):
                at -= 1
            else:
                break
        return at

    def _beside_verb(self, trigger: Trigger, host_group: Group | None) -> Iterable[tuple[Group, str]]:
        verb = trigger.verb
        assert verb is not None
        clause = self.reading.clause_of[verb.main]
        barrier = self._barrier(trigger)
        groups = [group for group in self.reading.groups if group.clause == clause]
        before = [
            group
            for group in groups
            if group.end <= max(trigger.begin, trigger.host if not trigger.simple else verb.begin)
            or group.end <= verb.begin
        ]
        after = [group for group in groups if group.begin >= trigger.end and trigger.finite]
        for group in (*reversed(before), *after):
            if host_group is not None and group.index == host_group.index and not trigger.simple:
                continue
            if group.index in self.consumed and group.marker not in ("ne", NOMINATIVE):
                continue
            if not trigger.finite and (
                group.marker == "ne" or (group.begin < barrier and not self._reaches(group, trigger))
            ):
                continue
            marker = self._marker(group, trigger)
            if marker and not self._belongs_elsewhere(group, marker, trigger):
                yield group, marker

    def _reaches(self, group: Group, trigger: Trigger) -> bool:
        """Whether a group before an inner predicate is this one's: it has a place for it, and no other has."""
        target = trigger.entry.frame.target
        if target is None or group.marker not in target.markers or group.marker in (NOMINATIVE, GENITIVE, "mein"):
            return False
        between = [one for one in self.triggers if group.end <= one.host < trigger.host and one is not trigger]
        return not any(_licenses(one, group.marker) for one in between)

    def _marker(self, group: Group, trigger: Trigger) -> str:
        """The marker by which a group stands to a trigger; «» where it belongs to a noun."""
        if group.owner >= 0:
            return ""
        if group.marker == NOMINATIVE:
            return "nom"
        return group.marker

    def _barrier(self, trigger: Trigger) -> int:
        """Where the predicate before an infinitive ends: what stands before it is that one's."""
        verb = trigger.verb
        assert verb is not None
        before = [
            other
            for other in self.reading.verbs
            if other.end <= trigger.begin
            and other.finiteness is not Finiteness.PARTICIPLE
            and self.reading.clause_of[other.main] == self.reading.clause_of[verb.main]
        ]
        return before[-1].end if before else 0

    def _belongs_elsewhere(self, group: Group, marker: str, trigger: Trigger) -> bool:
        """Whether the tree hangs a group on another predicate that has a place for it."""
        if marker in ("ne", "nom", "dwara"):
            return False
        verb = trigger.verb
        governor = self.reading.governor(group)
        own = {trigger.host, trigger.object, *(range(verb.begin, verb.end) if verb is not None else ())}
        if governor in own or governor < 0:
            return False
        other = self.by_word.get(governor)
        if other is not None and other is not trigger:
            return self._wants(other, marker) and (not trigger.finite or other.host < trigger.host)
        between = self.reading.verb_of(governor)
        if between is None or verb is None:
            return False
        if between.finiteness is Finiteness.PARTICIPLE and group.marker_end == between.begin:
            return True
        target = trigger.entry.frame.target
        if target is not None and marker == target.markers[0]:
            return False
        return (
            between.finiteness is not Finiteness.FINITE
            and group.end <= between.begin
            and between.end <= trigger.begin
            and trigger.finite
            and between.finiteness is Finiteness.INFINITIVE
        )

    def _wants(self, other: Trigger, marker: str) -> bool:
        """Whether another trigger has a place for a marker, and no group with a better one."""
        target = other.entry.frame.target
        if target is None or marker not in target.markers:
            return _licenses(other, marker)
        better = target.markers[: target.markers.index(marker)]
        clause = self.reading.clause_of[other.host]
        return not any(
            group.clause == clause
            and group.marker in better
            and group.marker != NOMINATIVE
            and self._keys(group, target)
            for group in self.reading.groups
            if group.end <= other.host
        )

    # ------------------------------------------------------------ picking

    def _pick(self, role: Role, around: Sequence[tuple[Group, str]], one: Filled) -> Keys:
        """The entities of the best licensed marker: those of the nearest group that has one, with its conjuncts."""
        trigger = one.trigger
        for marker in role.markers:
            if marker == "mod":
                keys = self._inside(trigger, role)
                if keys:
                    return keys
                continue
            for group, found in around:
                if (
                    group.begin <= trigger.object < group.end
                    and trigger.entry.type in _WITH_OBJECT
                    and not self._body(group, marker)
                ):
                    continue
                if found != marker or group.index in one.used or (marker == "nom" and self._is_subject(group, trigger)):
                    continue
                keys = self._keys(group, role) or self._through(group, role, role.through)
                if not keys and role.anything and (trigger.verb is not None or marker == "par"):
                    keys = self._anything(group)
                if keys:
                    self._use(group, one)
                    return keys
        return ()

    def _body(self, group: Group, marker: str) -> bool:
        """«अमेरिकी सैनिकों की तैनाती»: whose soldiers they are, he deploys them."""
        referent = self.referents.get(group.index)
        return marker == GENITIVE and (referent is None or referent.kind == "body")

    def _use(self, group: Group, one: Filled) -> None:
        members = self.reading.conjoined(group)
        one.used |= {member.index for member in members}
        if not one.trigger.finite:
            for member in members:
                self.consumed.setdefault(member.index, one.trigger)

    def _is_subject(self, group: Group, trigger: Trigger) -> bool:
        if trigger.verb is None:
            return False
        clause = self.reading.clauses[self.reading.clause_of[trigger.verb.main]]
        subject = subject_group(self.reading, clause, self.referents)
        return subject is not None and group.index in {subject.index, *subject.conjuncts}

    def _inside(self, trigger: Trigger, role: Role) -> Keys:
        """Names inside the host's own group: «रूस यात्रा», «अमेरिकी प्रतिबंध»."""
        group = self.reading.group_of(trigger.host)
        mentions = [m for m in group.modifiers if m.end <= trigger.host and not m.pronoun] if group is not None else []
        if group is not None:
            for member in self.reading.conjoined(group):
                if (
                    member.index != group.index
                    and member.mention is not None
                    and member.end <= group.begin
                    and not member.mention.pronoun
                ):
                    mentions.append(member.mention)
        keys = [self.scene.registry.named(mention) for mention in sorted(mentions, key=lambda m: m.begin)]
        if group is not None:
            keys += [key for m in group.modifiers if m.pronoun for key in self.scene.pronouns.get(m.begin, ())]
        return tuple(dict.fromkeys(key for key in keys if self.scene.registry[key].type in role.types))

    def _through(self, group: Group, role: Role, depth: int) -> Keys:
        """Whose the thing is, so many genitives deep: «B के फैसले की», «B के आक्रमण का», «B के परमाणु कार्यक्रम पर»."""
        if not depth or (role.of and self.words[group.head] not in self.lexicon.classes[role.of]):
            return ()
        other = next((one for at, one in self.by_word.items() if group.begin <= at < group.end), None)
        if other is not None and other.verb is None:
            inner = next((one for one in self.filled if one.trigger is other), None) or self.local(other)
            if inner.agents:
                return inner.agents
            if other.entry.type in (EventType.ATTACK, EventType.SANCTION):
                return ()
        for owner in reversed(self.reading.possessors(group)):
            keys = self._keys(owner, role) or self._through(owner, role, depth - 1)
            if keys:
                return keys
        keys = tuple(
            dict.fromkeys(self.scene.registry.named(mention) for mention in group.modifiers if not mention.pronoun)
        )
        return tuple(key for key in keys if self.scene.registry[key].type in role.types)

    def _anything(self, group: Group) -> Keys:
        """A place or group that has no name: «अग्रिम चौकियों का दौरा»."""
        word = self.words[group.head]
        if group.mention is not None or word not in self.lexicon.classes["sites"]:
            return ()
        name = self.reading.text(group.begin, group.end)
        key = self.scene.registry.described(EntityType.PLACE, name)
        tokens = self.reading.sentence.tokens
        self.scene.registry.saw(key, name, tokens[group.begin].begin, tokens[group.end - 1].end)
        return (key,)

    # ------------------------------------------------------------ events whose participants are all agents

    def _symmetric(self, one: Filled, around: Sequence[tuple[Group, str]]) -> None:
        trigger, role = one.trigger, one.trigger.entry.frame.agent
        keys: list[str] = []
        if trigger.verb is not None and not self._passive(trigger):
            if trigger.finite:
                keys.extend(self._subject_keys(trigger, role, one))
            elif trigger.verb.finiteness is Finiteness.PARTICIPLE and not trigger.verb.passive:
                keys.extend(self._noun_after(trigger.verb, role))
        elif trigger.verb is not None and trigger.finite and trigger.happens and trigger.entry.frame.intransitive:
            keys.extend(self._subject_keys(trigger, role, one))
        keys.extend(self._inside(trigger, role))
        for group, marker in around:
            if marker not in role.markers or marker in ("ne", "nom") or group.index in one.used:
                continue
            if marker in ("se", "saath", "samaksh", "beech") and not self._companion(group, marker, trigger):
                continue
            found = self._keys(group, role)
            if found:
                self._use(group, one)
                keys.extend(found)
        if trigger.verb is None and keys and self._with(one) and not self._genitive_of(one):
            clause = self.reading.clauses[self.reading.clause_of[trigger.host]]
            subject = subject_group(self.reading, clause, self.referents)
            if subject is not None:
                keys.extend(self._partner(self._keys(subject, role), keys, clause, role))
        if not trigger.finite and trigger.verb is not None and trigger.verb.finiteness is Finiteness.INFINITIVE:
            keys.extend(self._genitive_subject(trigger, role, one))
        one.agents = tuple(dict.fromkeys(keys)) or self._both_parties(trigger)

    def _both_parties(self, trigger: Trigger) -> Keys:
        """«… में दोनों देशों का सहयोग बढ़ाने के लिए 15 समझौते हुए»: what happens without a word of whom is the two's."""
        if trigger.verb is None or not trigger.happens or trigger.entry.type is EventType.MEETING:
            return ()
        sets = {referent.keys for referent in self.referents.values() if referent.kind == "set"}
        return next(iter(sets)) if len(sets) == 1 else ()

    def _partner(self, subject: Keys, others: Sequence[str], clause: Clause, role: Role) -> Keys:
        """The subject, if it is one of a kind with those met; a person meets a person, so «दोनों देशों» is passed over."""
        registry = self.scene.registry
        if not any(registry[key].type is EntityType.PERSON for key in others):
            return subject
        if any(registry[key].type is EntityType.PERSON for key in subject):
            return subject
        if clause.parent < 0 or set(others) & set(subject):
            return subject
        outer = subject_group(self.reading, self.reading.clauses[clause.parent], self.referents)
        keys = self._keys(outer, role) if outer is not None else ()
        return keys if any(registry[key].type is EntityType.PERSON for key in keys) else subject

    def _companion(self, group: Group, marker: str, trigger: Trigger) -> bool:
        """A partner stands near its predicate; «रूस के साथ संबंधों को» has a noun of its own."""
        if trigger.verb is None:
            return True
        beside = self.reading.group_of(group.marker_end) if group.marker_end < len(self.words) else None
        if (
            beside is not None
            and marker in ("saath", "beech")
            and self.words[beside.head] in self.lexicon.classes["ties"]
        ):
            return False
        return not self._belongs_elsewhere(group, marker, trigger)

    def _with(self, one: Filled) -> bool:
        return any(self.reading.groups[index].marker in ("saath", "se") for index in one.used)

    def _genitive_of(self, one: Filled) -> bool:
        return any(self.reading.groups[index].marker in (GENITIVE, "beech") for index in one.used)

    # ------------------------------------------------------------ places

    def _places(self, trigger: Trigger, around: Sequence[tuple[Group, str]], one: Filled) -> Iterable[Group]:
        clause = self.reading.clause_of[trigger.host]
        for group in self.reading.groups:
            if group.clause != clause or group.index in one.used or not self._locative(group):
                continue
            referent = self.referents.get(group.index)
            if referent is None or referent.type not in (EntityType.PLACE, EntityType.COUNTRY):
                continue
            if group.marker == "par" and referent.type is EntityType.COUNTRY:
                continue
            if trigger.finite or (trigger.verb is None and any(group.index == near.index for near, _ in around)):
                yield group

    def _locative(self, group: Group) -> bool:
        deictic = (
            group.mention is not None and group.mention.pronoun in ("here", "there") and group.marker == NOMINATIVE
        )
        return group.marker in ("mein", "par") or deictic

    def _leads(self, group: Group, trigger: Trigger) -> bool:
        """«प्योंगयांग में B की मेजबानी करते हुए A ने कहा»: what stands before a converb, and the subject behind it."""
        if trigger.verb is None or trigger.verb.finiteness is not Finiteness.CONVERB or group.end > trigger.begin:
            return False
        return any(
            other.marker == "ne" and other.begin >= trigger.end
            for other in self.reading.groups
            if other.clause == group.clause
        )

    # ------------------------------------------------------------ control

    def control(self, one: Filled) -> None:
        """Find the agent that an infinitive, participle or bare noun leaves to its governor."""
        trigger = one.trigger
        one.governor, one.governor_word = self._governor(one)
        if trigger.verb is not None and trigger.finite:
            self._content(one)
            self._shared_target(one)
            return
        if trigger.verb is None and trigger.entry.type is EventType.ATTACK and not one.agents:
            self._involved(one)
        if trigger.entry.frame.target is None:
            if trigger.verb is not None and len(one.agents) < 2:
                one.agents = tuple(dict.fromkeys((*self._controller(one), *one.agents)))
            return
        if trigger.entry.frame.patient:
            if not one.targets and trigger.verb is not None:
                one.targets = tuple(key for key in self._controller(one) if key not in one.agents)
            return
        if one.agents or (trigger.verb is None and not self._bound(one)):
            return
        one.agents = tuple(key for key in self._controller(one) if key not in one.targets)
        if (
            one.governor is not None
            and not one.targets
            and one.trigger.entry.type is EventType.REQUEST
            and self._purpose(trigger)
        ):
            one.targets = one.governor.agents  # «निमंत्रण के लिए धन्यवाद दिया»: who thanks was invited

    def _bound(self, one: Filled) -> bool:
        """Whether what governs a bare noun says who does it: «मदद का वादा», «हमले की धमकी», not «हमलों की आलोचना»."""
        if one.governor is not None:
            kind = one.governor.trigger.entry.type
            if kind is EventType.ACCUSATION and self._purpose(one.trigger):
                return True  # «हमले के लिए B को जिम्मेदार ठहराया»
            return kind in _CONTROLLING and self._linked(one.trigger) == "noun"
        return one.governor_word in self.lexicon.classes["commissive"]

    def _content(self, one: Filled) -> None:
        """What is threatened in «A ने धमकी दी कि … प्रतिबंध लगाए जाएंगे» is done by A, where nobody else is named."""
        if one.agents or one.governor is None or one.governor.trigger.entry.type not in (EventType.WARNING,):
            return
        one.agents = tuple(key for key in one.governor.agents if key not in one.targets)

    def _beneficiary(self, one: Filled, role: Role) -> Keys:
        """«A ने B की सेना को मजबूत करने के लिए हथियार भेजे»: whom the purpose is about."""
        clause = self.reading.clause_of[one.trigger.host]
        for verb in self.reading.verbs:
            if verb.marker != "ke_liye" or verb.end > one.trigger.begin or self.reading.clause_of[verb.main] != clause:
                continue
            owners = [
                group
                for group in self.reading.groups
                if group.clause == clause and group.marker == GENITIVE and group.end <= verb.begin
            ]
            for group in owners:
                keys = tuple(key for key in self._keys(group, role) if key not in one.agents)
                if keys:
                    return keys
        return ()

    def _shared_target(self, one: Filled) -> None:
        """«A ने B को हथियार दिए और सहायता भी पहुंचाई»: a conjunct clause shares को with the one before it."""
        role = one.trigger.entry.frame.target
        if role is not None and not one.targets and one.trigger.entry.type is EventType.ARMS_TRANSFER:
            one.targets = self._beneficiary(one, role)
        clause = self.reading.clauses[self.reading.clause_of[one.trigger.host]]
        if one.targets or role is None or clause.opener not in AND or clause.previous < 0:
            return
        if one.trigger.entry.type is EventType.REQUEST:
            for other in self.filled:  # «B से वार्ता की और मदद की पेशकश की»
                if (
                    other.trigger.entry.type is EventType.MEETING
                    and self.reading.clause_of[other.trigger.host] == clause.previous
                ):
                    one.targets = tuple(key for key in other.agents if key not in one.agents)
        if "ko" not in role.markers[:2]:
            return
        groups = [group for group in self.reading.groups if group.clause == clause.previous and group.marker == "ko"]
        named = [keys for group in groups if (keys := self._keys(group, role))]
        if named:
            one.targets = named[-1]

    def _involved(self, one: Filled) -> None:
        """«A ने हमले में अपना हाथ होने से इनकार किया»: the deed is alleged of who denies it, or of who is accused."""
        group = self.reading.group_of(one.trigger.host)
        if group is None or group.marker != "mein":
            return
        for other in self.filled:
            if other.trigger.host <= one.trigger.host or other.trigger.entry.type not in (
                EventType.DENIAL,
                EventType.ACCUSATION,
            ):
                continue
            between = set(self.words[group.marker_end : other.trigger.host])
            if between & self.lexicon.classes["involvement"]:
                one.governor = other
                one.agents = other.agents if other.trigger.entry.type is EventType.DENIAL else other.targets
                return

    def _governor(self, one: Filled) -> tuple[Filled | None, str]:
        trigger = one.trigger
        if trigger.finite:
            return self._clause_governor(one), ""
        if trigger.verb is not None and trigger.verb.finiteness is Finiteness.CONVERB:
            return None, ""
        end = self._phrase_end(trigger)
        if end < 0:
            return None, ""
        at = end
        while at < len(self.words) and self.reading.verb_of(at) is None and self.reading.group_of(at) is None:
            at += 1
        group = self.reading.group_of(at) if at < len(self.words) else None
        for token in range(at, min(at + 8, len(self.words))):
            other = next((f for f in self.filled if f is not one and f.trigger.host == token), None)
            if other is not None and self._governs(other, one, group):
                word = self.words[group.head] if group is not None and group.end <= other.trigger.host else ""
                return other, word
            if group is not None and token >= group.end and self._linked(trigger) == "noun":
                break
        return None, self.words[group.head] if group is not None and self._linked(trigger) == "noun" else ""

    def _linked(self, trigger: Trigger) -> str:
        """«noun»: a genitive links the trigger to the next noun; else it hangs on the next predicate."""
        if trigger.verb is not None:
            return "noun" if trigger.verb.marker == GENITIVE else "verb"
        group = self.reading.group_of(trigger.host)
        return "noun" if group is not None and group.marker == GENITIVE else "verb"

    def _phrase_end(self, trigger: Trigger) -> int:
        if trigger.verb is not None:
            return max(trigger.verb.marker_end, trigger.verb.end)
        group = self.reading.group_of(trigger.host)
        if group is None or group.marker == NOMINATIVE:
            return -1
        return group.marker_end

    def _governs(self, other: Filled, one: Filled, group: Group | None) -> bool:
        if other.trigger.host <= one.trigger.host:
            return False
        if self.reading.clause_of[other.trigger.host] != self.reading.clause_of[one.trigger.host]:
            return False
        if self._linked(one.trigger) == "noun":
            return group is not None and (
                group.begin <= other.trigger.host < group.end or other.trigger.object in range(group.begin, group.end)
            )
        return True

    def _clause_governor(self, one: Filled) -> Filled | None:
        """The trigger whose content the clause is: «आरोप लगाया कि …»."""
        assert one.trigger.verb is not None
        clause: Clause | None = self.reading.clauses[self.reading.clause_of[one.trigger.verb.main]]
        while clause is not None:
            if clause.opener in _CONTENT and clause.parent >= 0:
                verb = self.reading.clauses[clause.parent].verb
                return next(
                    (f for f in self.filled if f.trigger.verb is not None and f.trigger.verb.index == verb), None
                ) or next(
                    (
                        f
                        for f in self.filled
                        if f.trigger.verb is None
                        and self.reading.clause_of[f.trigger.host] == clause.parent
                        and f.trigger.entry.type
                        in (EventType.ACCUSATION, EventType.WARNING, EventType.REQUEST, EventType.DENIAL)
                    ),
                    None,
                )
            clause = self.reading.clauses[clause.previous] if clause.previous >= 0 else None
        return None

    def _controller(self, one: Filled) -> Keys:
        trigger, role = one.trigger, one.trigger.entry.frame.agent
        other = one.governor
        keys: Keys = ()
        if other is not None:
            kind = other.trigger.entry.type
            thanks = (
                kind in (EventType.SUPPORT, EventType.CRITICISM)
                and self._linked(trigger) == "verb"
                and self._purpose(trigger)
            )
            if kind in (EventType.ACCUSATION, EventType.REQUEST) or thanks:
                keys = other.targets or (self._addressee(other) if thanks else ())
                if kind is EventType.ACCUSATION and not keys:
                    return ()
            elif kind is EventType.ASSISTANCE and self._linked(trigger) == "verb" and self._in(trigger):
                keys = other.targets
            else:
                keys = other.agents
            if not keys and kind is EventType.REQUEST:
                return ()
        elif owned := self._deciders(trigger):
            keys = owned
        elif one.governor_word in self.lexicon.classes["permissions"]:
            keys = self._permitted(trigger) or self._clause_subject(trigger, role)
        else:
            keys = self._clause_subject(trigger, role)
        return tuple(key for key in keys if self.scene.registry[key].type in role.types)

    def _deciders(self, trigger: Trigger) -> Keys:
        """«रूस जाने का उनका निर्णय», «हमले की इजराइल की योजना»: whose decision it is."""
        if self._linked(trigger) != "noun":
            return ()
        group = (
            self.reading.group_of(self._phrase_end(trigger)) if self._phrase_end(trigger) < len(self.words) else None
        )
        if group is None:
            return ()
        for mention in group.modifiers:
            if mention.pronoun and self.scene.pronouns.get(mention.begin):
                return self.scene.pronouns[mention.begin]
        owners = [one for one in self.reading.possessors(group) if one.begin >= self._phrase_end(trigger)]
        return keys_of(owners, self.referents)

    def accused(self, one: Filled) -> Keys:
        """«A ने आरोप लगाया कि B के एजेंट …»: the one whom the content speaks of, where it is no event."""
        verb = one.trigger.verb
        if verb is None or not one.trigger.finite:
            return ()
        home = self.reading.clause_of[verb.main]
        content = [clause for clause in self.reading.clauses if clause.opener in _CONTENT and clause.parent == home]
        if not content:
            return ()
        role = one.trigger.entry.frame.agent
        groups = [group for group in self.reading.groups if group.clause == content[0].index]
        subject = subject_group(self.reading, content[0], self.referents)
        if subject is not None and subject.clause == content[0].index:
            return self._keys(subject, role)
        named = [keys for group in groups if group.marker == GENITIVE and (keys := self._keys(group, role))]
        return named[0] if len(named) == 1 else ()

    def _addressee(self, other: Filled) -> Keys:
        return other.targets

    def _purpose(self, trigger: Trigger) -> bool:
        if trigger.verb is not None:
            return trigger.verb.marker in ("ke_liye", "par", "other")
        group = self.reading.group_of(trigger.host)
        return group is not None and group.marker in ("ke_liye", "par")

    def _in(self, trigger: Trigger) -> bool:
        return trigger.verb is not None and trigger.verb.marker == "mein"

    def _permitted(self, trigger: Trigger) -> Keys:
        clause = self.reading.clause_of[trigger.host]
        receivers = [
            g
            for g in self.reading.groups
            if g.clause == clause
            and g.marker == "ko"
            and g.index in self.referents
            and self.consumed.get(g.index) is None
        ]
        return keys_of(self.reading.conjoined(receivers[0]), self.referents) if receivers else ()

    def _clause_subject(self, trigger: Trigger, role: Role) -> Keys:
        clause = self.reading.clauses[self.reading.clause_of[trigger.host]]
        verb = self.reading.verbs[clause.verb] if clause.verb >= 0 else None
        if verb is not None and verb.passive:
            by = self._passive_agent(clause, role)
            if by:
                return by
        group = subject_group(self.reading, clause, self.referents)
        if group is None:
            return ()
        if verb is not None and verb.passive and group.marker == NOMINATIVE:
            return ()
        return self._keys(group, role)

    def _passive_agent(self, clause: Clause, role: Role) -> Keys:
        by = [group for group in self.reading.groups if group.clause == clause.index and group.marker == "dwara"]
        return self._keys(by[0], role) if by else ()


def _licenses(trigger: Trigger, marker: str) -> bool:
    frame = trigger.entry.frame
    return marker in frame.agent.markers or (frame.target is not None and marker in frame.target.markers)


def is_symmetric(type_: EventType) -> bool:
    """Whether all participants of a type are agents."""
    return type_ in SYMMETRIC
