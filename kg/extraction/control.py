"""Finds the agents and targets that infinitives, participles and bare nouns leave to what governs them.

«A ने B पर C को हथियार देने का आरोप लगाया»: B is said to give.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from kg.extraction.governors import governor_of, hangs_on_noun, is_done, marker_of, phrase_end
from kg.extraction.lexicon import Role
from kg.extraction.matcher import Trigger
from kg.extraction.reading import AND, CONTENT, DATIVE, GENITIVE, NOMINATIVE, Finiteness
from kg.extraction.scene import Filled, Scene
from kg.extraction.subjects import Keys, keys_of
from kg.records import SYMMETRIC, EntityType, EventType

_BINDING = frozenset({EventType.ACCUSATION, EventType.DENIAL, EventType.WARNING, EventType.REQUEST})
"""Types that say who does the deed that a bare noun names beside them."""
_STILL_TO_DO = SYMMETRIC | {EventType.VISIT, EventType.ASSISTANCE}
"""Types that a noun or infinitive beside «इनकार» tells of as refused."""
_ON_DEMAND = frozenset({EventType.ARMS_TRANSFER, EventType.TROOP_DEPLOYMENT, EventType.SANCTION, EventType.SUPPORT})
"""Likewise, where «इनकार» is final."""
_OF_TARGETS = frozenset({EventType.ACCUSATION, EventType.REQUEST})
"""Types whose target does the deed: who is accused of it or asked for it."""
_GIVEN = frozenset({EventType.ARMS_TRANSFER, EventType.TROOP_DEPLOYMENT, EventType.ASSISTANCE})
"""Types of what one party gives another."""
_OFFER = "offer"
"""Id of the frame of requests whose agent does the deed: «मदद देने की पेशकश»."""
_OF_THANKS = frozenset({EventType.SUPPORT, EventType.CRITICISM})
"""Types whose target does the deed that they are for: «मदद के लिए धन्यवाद दिया»."""
_OF_PUNISHMENT = frozenset({EventType.WARNING, EventType.SANCTION})
"""Likewise, but only over पर: «हमला करने पर चेतावनी दी»."""


def control(filled: Sequence[Filled], scene: Scene, *, taken: Collection[int]) -> None:
    """Complete the roles of the triggers of a sentence; `taken` are the groups that inner triggers have used."""
    controller = _Controller(filled, scene, taken)
    for one in reversed(filled):  # governors stand behind what they govern
        controller.complete(one)
    for one in filled:
        _agreed_in_talks(one, filled, scene)
        _to_the_same_place(one, filled, scene)
        _in_exchange(one, filled, scene)
    for one in filled:
        _answer_claim(one, scene)
    for one in sorted(filled, key=lambda one: not one.trigger.finite):  # what the clause tells of, before a noun in it
        _accuse(one)
    for one in filled:
        if one.type is EventType.ACCUSATION and not one.targets and not one.trigger.entry.content:
            one.targets = controller.accused(one)


def _agreed_in_talks(one: Filled, filled: Sequence[Filled], scene: Scene) -> None:
    """«A और B के बीच हुई वार्ता में सहमति बनी», «बैठक के दौरान हुए समझौते»: those who met agreed."""
    if len(one.agents) > 1 or one.type not in (EventType.AGREEMENT, EventType.TREATY_SIGNING):
        return
    if one.trigger.verb is None and not is_done(one.trigger, scene):
        return
    for other in filled:
        if other.type is not EventType.MEETING or len(other.agents) < 2 or other.trigger.host >= one.trigger.host:
            continue
        media = any(scene.cues.is_media(scene.registry[key].ids, scene.registry.gazetteer) for key in other.agents)
        if not media and _is_held_for(one, other, scene):
            one.agents = other.agents


def _to_the_same_place(one: Filled, filled: Sequence[Filled], scene: Scene) -> None:
    """«किम की पिछली यात्रा के बाद रूस जाने का निर्णय»: one journey of several goes where the other goes."""
    group = scene.reading.group_of(one.trigger.host)
    if one.type is not EventType.VISIT or one.trigger.verb is not None or one.targets or group is None:
        return
    if scene.lexicon.function_words["of_a_row"].isdisjoint(scene.reading.words[group.begin : group.head]):
        return
    found = {
        other.targets
        for other in filled
        if other is not one and other.type is one.type and other.targets and set(other.agents) & set(one.agents)
    }
    if len(found) == 1:
        one.targets = next(iter(found))


def _is_held_for(one: Filled, meeting: Filled, scene: Scene) -> bool:
    """Whether those who met agreed: they are not named otherwise, or one of them did «बैठक के दौरान»."""
    here, there = scene.clause(one.trigger), scene.clause(meeting.trigger)
    if not one.agents:
        return here is there
    shared = there is here or (here.previous == there.index and there.index >= 0)
    return (
        shared
        and meeting.trigger.verb is None
        and set(one.agents) <= set(meeting.agents)
        and _meanwhile(meeting, scene)
    )


def _meanwhile(meeting: Filled, scene: Scene) -> bool:
    """«बैठक के दौरान», «बैठक में»."""
    group = scene.reading.group_of(meeting.trigger.host)
    if group is None:
        return False
    between = scene.reading.words[group.end : group.marker_end]
    return group.marker == "mein" or not scene.lexicon.function_words["meanwhile"].isdisjoint(between)


def _in_exchange(one: Filled, filled: Sequence[Filled], scene: Scene) -> None:
    """«मदद के बदले में A B को हथियार भेज रहा है»: what one gets for what one gives comes from who is given it."""
    if one.trigger.verb is not None or one.agents or one.type not in _GIVEN:
        return
    group = scene.reading.group_of(one.trigger.host)
    if group is None or scene.lexicon.function_words["in_exchange"].isdisjoint(
        scene.reading.words[group.end : group.marker_end]
    ):
        return
    for other in filled:
        gives = other.type in _GIVEN and other.trigger.verb is not None and bool(other.agents and other.targets)
        if gives and other.trigger.host > one.trigger.host and scene.clause(other.trigger) is scene.clause(one.trigger):
            one.agents, one.targets, one.governor = other.targets, other.agents, other.governor
            return


def _answer_claim(one: Filled, scene: Scene) -> None:
    """«B के हमले के दावे का खंडन किया»: a denial of a claim answers whose deed is claimed."""
    denial = one.governor
    if denial is None or denial.type is not EventType.DENIAL or denial.targets:
        return
    if one.governor_word in scene.lexicon.classes["allegations"]:
        denial.targets = _without(one.agents, denial.agents)


def _accuse(one: Filled) -> None:
    """«आरोप लगाया कि B ने …»: who does what is alleged is accused."""
    accusation = one.governor
    if accusation is not None and accusation.type is EventType.ACCUSATION and not accusation.targets:
        accusation.targets = _without(one.agents, accusation.agents)


def _without(keys: Keys, others: Keys) -> Keys:
    return tuple(key for key in keys if key not in others)


class _Controller:
    def __init__(self, filled: Sequence[Filled], scene: Scene, taken: Collection[int]) -> None:
        self.filled = filled
        self.scene = scene
        self.reading = scene.reading
        self.taken = taken

    def complete(self, one: Filled) -> None:
        """Find what governs a trigger, and the roles that it leaves to it."""
        one.governor, one.governor_word = governor_of(one, self.filled, self.scene)
        trigger, frame = one.trigger, one.trigger.entry.frame
        role = frame.target
        if one.governor is not None and one.governor.type is EventType.DENIAL and self._is_refused(one):
            one.agents = one.agents or one.governor.agents
            one.governor, one.refused = None, True
        if trigger.finite:
            self._content(one)
            self._shared_target(one)
            if role is not None and not one.targets:
                one.targets = self._banned(one, role)
            return
        if trigger.verb is not None and trigger.verb.finiteness is Finiteness.PARTICIPLE and not trigger.passive:
            self._shared_target(one)
            return  # «हमला करने वाले देशों ने»: what it modifies does it, though nobody knows whom that names
        if trigger.verb is None and one.type is EventType.ATTACK and not one.agents:
            self._involved(one)
        if trigger.verb is None and one.type is EventType.ATTACK and one.agents:
            self._strike(one)
        if frame.target is None:
            if trigger.verb is not None and len(one.agents) < 2:
                one.agents = tuple(dict.fromkeys((*self._controllers(one), *one.agents)))
        elif frame.patient:
            if trigger.verb is not None and not one.targets:
                one.targets = _without(self._controllers(one), one.agents)
        elif not one.agents and (self._is_controlled(one) or self._is_bound(one)):
            one.agents = _without(self._controllers(one), one.targets)
            if one.governor is not None and not one.targets and self._is_invited(one):
                one.targets = one.governor.agents
            elif one.governor is not None and not one.targets and self._is_thanked_for(one):
                one.targets = self._alike(one.governor.agents, one.agents)
        if frame.target is not None and not one.targets:
            one.targets = self._beside(one, frame.target) or self._guest(one) or self._banned(one, frame.target)

    def _is_controlled(self, one: Filled) -> bool:
        """Whether an infinitive or converb leaves its agent to the clause; «लगाए जाने के खिलाफ» leaves it to nobody."""
        verb = one.trigger.verb
        return verb is not None and not (verb.passive and one.governor is None and not one.governor_word)

    def _is_refused(self, one: Filled) -> bool:
        """«बातचीत से इनकार किया», «मिसाइलें देने से इनकार कर | दिया»: what one may still do is refused; a deed is denied."""
        verb = one.trigger.verb
        open_ = verb is None or verb.finiteness is Finiteness.INFINITIVE
        refused = one.type in _STILL_TO_DO or (one.type in _ON_DEMAND and verb is not None and self._is_final(one))
        return open_ and refused and marker_of(one.trigger, self.scene) == "se"

    def _is_final(self, one: Filled) -> bool:
        """«इनकार कर | दिया» answers a demand, «इनकार किया», «इनकार करता रहा है» a report."""
        verb = one.governor.trigger.verb if one.governor is not None else None
        words = self.reading.words[verb.begin : verb.end] if verb is not None else ()
        return any("दे" in self.scene.lexicon.stems_of(word) for word in words[1:])

    def _is_invited(self, one: Filled) -> bool:
        """«निमंत्रण के लिए धन्यवाद दिया»: who thanks was invited."""
        return one.type is EventType.REQUEST and self._is_purpose(one.trigger)

    def _is_thanked_for(self, one: Filled) -> bool:
        """«समर्थन करने के लिए B की प्रशंसा की», «मदद के लिए धन्यवाद दिया»: whoever thanks for it was helped."""
        helped = one.type in (EventType.SUPPORT, EventType.ASSISTANCE)
        thanks = one.governor is not None and one.governor.type is EventType.SUPPORT
        return helped and thanks and self._is_purpose(one.trigger)

    def _alike(self, keys: Keys, others: Keys) -> Keys:
        """Whom countries help is a country too: the thanks of its president are its own."""
        registry = self.scene.registry
        if self.scene.any_person(others):
            return keys
        return tuple(dict.fromkeys(registry[key].country or key for key in keys))

    def _guest(self, one: Filled) -> Keys:
        """«पुतिन के निमंत्रण पर मोदी रूस पहुंचे», «B की मांग पर A ने …», «A ने B की मांग ठुकराई»: who does so was asked."""
        role = one.trigger.entry.frame.target
        if one.type is not EventType.REQUEST or one.trigger.verb is not None or role is None:
            return ()
        if one.trigger.entry.frame.id == _OFFER or not (
            self._is_followed(one.trigger) or self._is_answered(one.trigger)
        ):
            return ()
        subject = self.scene.subject(self.scene.clause(one.trigger))
        return _without(self.scene.keys(subject, role), one.agents) if subject is not None else ()

    def _banned(self, one: Filled, role: Role) -> Keys:
        """«भारतीय विमानों के | आने पर | पाबंदी»: those who may not do it any more."""
        group = self.reading.group_of(one.trigger.host)
        if one.type is not EventType.SANCTION or group is None:
            return ()
        barred = next(
            (verb for verb in self.reading.verbs if verb.marker == "par" and verb.marker_end == group.begin), None
        )
        if barred is None or barred.finiteness is not Finiteness.INFINITIVE:
            return ()
        clause = self.reading.clause_of[barred.main]
        owners = [
            other
            for other in self.reading.groups
            if other.clause == clause and other.marker == GENITIVE and other.end <= barred.begin
        ]
        named = (keys for other in owners if (keys := _without(self.scene.keys(other, role), one.agents)))
        return next(named, ())

    def _is_followed(self, trigger: Trigger) -> bool:
        """«की मांग पर», of what somebody then does."""
        return marker_of(trigger, self.scene) == "par"

    def _is_answered(self, trigger: Trigger) -> bool:
        """«मांग | ठुकरा दी», «अर्जी को | खारिज किया»."""
        group = self.reading.group_of(trigger.host)
        if group is None or group.marker not in (NOMINATIVE, DATIVE):
            return False
        at = max(group.end, group.marker_end)
        return not self.scene.cues["rejection"].isdisjoint(self.reading.words[at : at + 3])

    def _is_purpose(self, trigger: Trigger) -> bool:
        """«मदद के लिए», «मदद करने पर»."""
        marker = marker_of(trigger, self.scene)
        return marker in ("ke_liye", "par") or (trigger.verb is not None and marker == "other")

    def _is_bound(self, one: Filled) -> bool:
        """Whether what governs a bare noun says who does it: «मदद का वादा», «हमले की धमकी», not «हमलों की आलोचना»."""
        if one.governor is None:
            return one.governor_word in self.scene.lexicon.classes["commissive"]
        if one.governor.type is EventType.ACCUSATION and self._is_purpose(one.trigger):
            return True  # «हमले के लिए B को जिम्मेदार ठहराया»
        denied = one.governor.type is EventType.DENIAL and marker_of(one.trigger, self.scene) == "se"
        return one.governor.type in _BINDING and (denied or hangs_on_noun(one.trigger, self.scene))

    # ------------------------------------------------------------ who does it

    def _controllers(self, one: Filled) -> Keys:
        role = one.trigger.entry.frame.agent
        if one.governor is not None and one.governor.type is EventType.MEETING:  # «X से मिलने के बाद Y ने Z से बात की»
            keys = self._clause_subject(one.trigger, role) or one.governor.agents
        elif one.governor is not None:
            keys = self._by_governor(one, one.governor)
        else:
            keys = self._deciders(one.trigger) or self._permitted(one)
            if not keys and not self._is_permitted_to_others(one):
                keys = self._clause_subject(one.trigger, role)
        return self.scene.of_types(keys, role)

    def _by_governor(self, one: Filled, governor: Filled) -> Keys:
        """The governor's target where it is accused, asked, thanked or helped («हमले करने में मदद की»), else its agent."""
        trigger, marker = one.trigger, marker_of(one.trigger, self.scene)
        on_noun = hangs_on_noun(trigger, self.scene)
        thanked = governor.type in _OF_THANKS and not on_noun and self._is_purpose(trigger)
        thanked = thanked or (governor.type in _OF_PUNISHMENT and not on_noun and marker == "par")
        helped = governor.type is EventType.ASSISTANCE and trigger.verb is not None and marker == "mein"
        offered = governor.trigger.entry.frame.id == _OFFER
        asked = governor.type in _OF_TARGETS and not offered
        return governor.targets if asked or thanked or helped else governor.agents

    def _deciders(self, trigger: Trigger) -> Keys:
        """«रूस जाने का उनका निर्णय», «हमले की इजराइल की योजना»: whose decision it is."""
        end = phrase_end(trigger, self.scene)
        group = self.reading.group_of(end) if hangs_on_noun(trigger, self.scene) else None
        if group is None:
            return ()
        for mention in group.modifiers:
            if mention.pronoun and self.scene.pronouns.get(mention.begin):
                return self.scene.pronouns[mention.begin]
        owners = [owner for owner in self.reading.possessors(group) if owner.begin >= end]
        if group.marker == GENITIVE and group.index in self.scene.referents:
            owners.append(group)  # «घोषित करने के | भारत के | प्रस्ताव का विरोध»
        return keys_of(owners, self.scene.referents)

    def _permitted(self, one: Filled) -> Keys:
        """«B को हमले की अनुमति दी»: who is allowed it."""
        if one.governor_word not in self.scene.lexicon.classes["permissions"]:
            return ()
        clause = self.scene.clause(one.trigger).index
        for group in self.reading.groups:
            if (
                group.clause == clause
                and group.marker == DATIVE
                and group.index in self.scene.referents
                and group.index not in self.taken
            ):
                return keys_of(self.reading.conjoined(group), self.scene.referents)
        return ()

    def _is_permitted_to_others(self, one: Filled) -> bool:
        """«उन्हें यात्रा की अनुमति दी»: somebody is allowed it, though nobody knows who; not «तैनाती की अनुमति दी»."""
        clause, times = self.scene.clause(one.trigger).index, self.scene.lexicon.classes["times"]
        return one.governor_word in self.scene.lexicon.classes["permissions"] and any(
            group.clause == clause and group.marker == DATIVE and self.reading.words[group.head] not in times
            for group in self.reading.groups
        )

    def _clause_subject(self, trigger: Trigger, role: Role) -> Keys:
        """The subject of the clause; of a passive, whom द्वारा names."""
        clause = self.scene.clause(trigger)
        passive = clause.verb >= 0 and self.reading.verbs[clause.verb].passive
        if passive:
            by = [group for group in self.reading.groups if group.clause == clause.index and group.marker == "dwara"]
            keys = self.scene.keys(by[0], role) if by else ()
            if keys:
                return keys
        group = self.scene.subject(clause)
        if group is None or (passive and group.marker == NOMINATIVE):
            return ()
        return self.scene.keys(group, role)

    def _content(self, one: Filled) -> None:
        """What is threatened in «A ने धमकी दी कि … प्रतिबंध लगाए जाएंगे» is done by A, where nobody else is named."""
        verb = one.trigger.verb
        threatened = verb is not None and (verb.future or verb.possible)  # but «हमला हुआ तो» is what others may do
        if threatened and not one.agents and one.governor is not None and one.governor.type is EventType.WARNING:
            one.agents = _without(one.governor.agents, one.targets)
        clause = self.scene.clause(one.trigger)
        if one.trigger.entry.said and not one.agents and clause.opener in CONTENT and clause.parent >= 0:
            speaker = self.scene.subject(self.reading.clauses[clause.parent])
            one.agents = self.scene.keys(speaker, one.trigger.entry.frame.agent) if speaker is not None else ()

    def _strike(self, one: Filled) -> None:
        """«रूस के हमले में | खारकीव में | पांच लोग मारे गए»: the place that is named behind it, else who died or was hurt.

        Of an attack in a place that stands before it («शहर में | … के हमले में | दस लोग मारे गए»), who died or was hurt.
        """
        role, group = one.trigger.entry.frame.target, self.reading.group_of(one.trigger.host)
        verb = self.reading.clauses[group.clause].verb if group is not None else -1
        if role is None or group is None or group.marker != "mein" or verb < 0:
            return
        end = self.reading.verbs[verb].end
        if self.scene.lexicon.classes["casualties"].isdisjoint(self.reading.words[group.marker_end : end]):
            return
        behind = [other for other in self.reading.groups if group.marker_end <= other.begin < end]
        sites = [keys for other in behind if other.marker == "mein" and (keys := self.scene.keys(other, role))]
        hurt = [
            keys
            for other in behind
            if other.marker in (NOMINATIVE, GENITIVE) and (keys := self.scene.keys(other, role))
        ]
        where = [self.reading.groups[index] for index in sorted(one.used) if self._says_where(index)]
        if not one.targets:
            one.targets = next(iter(sites or hurt), ())
        elif hurt and set(one.targets) <= set(keys_of(where, self.scene.referents)):
            one.targets, one.places = hurt[0], (*one.places, *where)

    def _says_where(self, index: int) -> bool:
        """«शहर में», of a place."""
        referent = self.scene.referents.get(index)
        return (
            self.reading.groups[index].marker == "mein" and referent is not None and referent.type is EntityType.PLACE
        )

    def _involved(self, one: Filled) -> None:
        """«A ने हमले में अपना हाथ होने से इनकार किया»: the deed is alleged of who denies it, or of who is accused."""
        group = self.reading.group_of(one.trigger.host)
        if group is None or group.marker != "mein":
            return
        for other in self.filled:
            if other.trigger.host <= one.trigger.host or other.type not in (EventType.DENIAL, EventType.ACCUSATION):
                continue
            between = self.reading.words[group.marker_end : other.trigger.host]
            if not self.scene.lexicon.classes["involvement"].isdisjoint(between):
                one.governor = other
                one.agents = other.agents if other.type is EventType.DENIAL else other.targets
                return

    # ------------------------------------------------------------ to whom

    def _shared_target(self, one: Filled) -> None:
        """«A ने B को हथियार दिए और सहायता भी पहुंचाई»: a conjunct clause shares को with the one before it."""
        role, clause = one.trigger.entry.frame.target, self.scene.clause(one.trigger)
        if role is None:
            return
        if not one.targets:
            one.targets = self._beside(one, role)
        if not one.targets and one.type is EventType.ARMS_TRANSFER:
            one.targets = self._beneficiary(one, role)
        if one.targets or clause.opener not in AND or clause.previous < 0:
            return
        if one.type is EventType.REQUEST:
            one.targets = self._met_before(one, clause.previous)
        if DATIVE in role.markers[:2]:
            groups = [
                group for group in self.reading.groups if group.clause == clause.previous and group.marker == DATIVE
            ]
            named = [keys for group in groups if (keys := self.scene.keys(group, role))]
            one.targets = named[-1] if named else one.targets

    def _beside(self, one: Filled, role: Role) -> Keys:
        """«B को पनाह और हथियार दिए»: what is given with one verb is given to one."""
        verb = one.trigger.verb
        if verb is None or DATIVE not in role.markers:
            return ()
        twins = (
            other for other in self.filled if other.trigger.verb is not None and other.trigger.verb.index == verb.index
        )
        named = (keys for other in twins if (keys := self.scene.of_types(other.targets, role)))
        return _without(next(named, ()), one.agents)

    def _beneficiary(self, one: Filled, role: Role) -> Keys:
        """«A ने B की सेना को मजबूत करने के लिए हथियार भेजे»: whom the purpose is about."""
        clause = self.scene.clause(one.trigger).index
        for verb in self.reading.verbs:
            if verb.marker != "ke_liye" or verb.end > one.trigger.begin or self.reading.clause_of[verb.main] != clause:
                continue
            for group in self.reading.groups:
                if group.clause == clause and group.marker == GENITIVE and group.end <= verb.begin:
                    keys = _without(self.scene.keys(group, role), one.agents)
                    if keys:
                        return keys
        return ()

    def _met_before(self, one: Filled, clause: int) -> Keys:
        """«B से वार्ता की और मदद की पेशकश की»: whom one has just met."""
        keys: Keys = ()
        for other in self.filled:
            if other.type is EventType.MEETING and self.scene.clause(other.trigger).index == clause:
                keys = _without(other.agents, one.agents)
        return keys

    def accused(self, one: Filled) -> Keys:
        """«A ने आरोप लगाया कि B के एजेंट …»: the one whom the content speaks of, where it is no event."""
        home = self.scene.clause(one.trigger).index
        content = [clause for clause in self.reading.clauses if clause.opener in CONTENT and clause.parent == home]
        if not content or not one.trigger.finite:
            return ()
        role = one.trigger.entry.frame.agent
        subject = self.scene.subject(content[0])
        if subject is not None and subject.clause == content[0].index:
            return self.scene.keys(subject, role)
        owners = [
            group for group in self.reading.groups if group.clause == content[0].index and group.marker == GENITIVE
        ]
        named = [keys for group in owners if (keys := self.scene.keys(group, role))]
        return named[0] if len(named) == 1 else ()
