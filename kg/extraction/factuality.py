"""How sure the text is of an event, by whose account, and whether it denies it.

Read from the verb group (सकता, गा, नहीं), from the predicate or noun that governs it (योजना, आरोप, इनकार), and from the clauses
that it is the content of («उम्मीद है कि», «X ने कहा कि»), as event factuality is in FactBank (Saurí and Pustejovsky 2009).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extraction.claims import CLAIMERS
from kg.extraction.governors import marker_of
from kg.extraction.phrases import top
from kg.extraction.reading import CONTENT, DATIVE, GENITIVE, NEGATIONS, NOMINATIVE, Clause, Finiteness, Group, VerbGroup
from kg.extraction.scene import Filled, Scene
from kg.extraction.subjects import Keys, keys_of
from kg.extraction.words import COPULAS, PRESENT, THEN
from kg.records import EntityType, EventType, Modality

_HOSTILE = frozenset({EventType.ATTACK, EventType.ARMS_TRANSFER, EventType.TROOP_DEPLOYMENT, EventType.ASSISTANCE})
"""Deeds that another party's word does not establish."""
_WISHES = frozenset({EventType.REQUEST, EventType.WARNING})
_JUDGEMENTS = frozenset({EventType.SUPPORT, EventType.CRITICISM})
_BY_NOUN = (
    ("planned_nouns", Modality.PLANNED),
    ("possible_nouns", Modality.POSSIBLE),
    ("alleged_nouns", Modality.ALLEGED),
)
"""Cues among the nouns that govern an infinitive or bare noun, and what they make of it."""
_GAP = 1  #: words between a verb and the noun that it modifies
_BEFORE = 4  #: words before a trigger in which an adjective says how sure it is


@dataclass(frozen=True, kw_only=True, slots=True)
class Factuality:
    """What the text makes of an event."""

    modality: Modality
    negated: bool
    sources: Keys


def judge(filled: Filled, scene: Scene) -> Factuality:
    """The factuality of one filled trigger."""
    judge_ = _Judge(filled, scene)
    sources = judge_.sources()
    return Factuality(modality=judge_.modality(sources), negated=judge_.negated(), sources=sources)


class _Judge:
    def __init__(self, filled: Filled, scene: Scene) -> None:
        self.filled = filled
        self.trigger = filled.trigger
        self.scene = scene
        self.reading = scene.reading
        self.cues = scene.cues
        self.clause = scene.clause(self.trigger)
        self.verb = self.trigger.verb

    # ------------------------------------------------------------ modality

    def modality(self, sources: Keys) -> Modality:
        """The modality: what governs the event first, then its own verb, then the clause it is the content of."""
        if self.trigger.entry.said and self.filled.type is EventType.WARNING:
            return Modality.ASSERTED  # «… परिणाम भुगतने होंगे»: saying so is the threat
        found = self._governed() or self._own() or self._within(sources) or Modality.ASSERTED
        return Modality.POSSIBLE if self._is_asked() and found is not Modality.ALLEGED else found

    def _is_asked(self) -> bool:
        """«क्या मोदी पाकिस्तान जाएंगे?», «देखना है कि क्या सहमति बनती है»: of a question's own clause."""
        if not self.trigger.finite:
            return False
        whether = self.scene.lexicon.function_words["whether"] & self._words_of(self.clause)
        return bool(whether) or (self.reading.words[-1] == "?" and self.clause.parent < 0)

    def _governed(self) -> Modality | None:
        governor, word = self.filled.governor, self.filled.governor_word
        modality = self._by_trigger(governor) if governor is not None else None
        if modality is not None or self.trigger.finite:
            return modality
        return next((modality for id, modality in _BY_NOUN if word in self.cues[id]), None)

    def _by_trigger(self, governor: Filled) -> Modality | None:
        """What the trigger that governs the event makes of it."""
        kind, marker = governor.type, marker_of(self.trigger, self.scene)
        if kind is EventType.ACCUSATION and self.filled.agents and set(self.filled.agents) <= set(governor.agents):
            return None  # «दावा किया कि उन्होंने हमला किया»: a party's report of its own act
        if kind in CLAIMERS:
            return Modality.ALLEGED
        if kind in _WISHES and (self.trigger.finite or marker in (GENITIVE, "ke_liye", "se", DATIVE)):
            return Modality.POSSIBLE
        if self.trigger.finite:
            return None
        if kind in _JUDGEMENTS and marker in ("ke_liye", "par"):
            return Modality.ASSERTED
        return Modality.PLANNED if kind is EventType.AGREEMENT and marker in ("par", GENITIVE) else None

    def _own(self) -> Modality | None:
        """What its own words make of it."""
        if self._is_before(self.trigger.begin, "so_called"):
            return Modality.ALLEGED
        if self._conditional():
            return Modality.POSSIBLE
        if self.verb is None and self._is_before(self.trigger.host, "upcoming"):
            return Modality.PLANNED
        verb = self.verb or self._carrier()
        return self._by_verb(verb) if verb is not None else None

    def _is_before(self, at: int, cue: str) -> bool:
        return not self.cues[cue].isdisjoint(self.reading.words[max(0, at - _BEFORE) : at])

    def _by_verb(self, verb: VerbGroup) -> Modality | None:
        infinitive = verb.finiteness is Finiteness.INFINITIVE
        if verb.possible or verb.subjunctive or (infinitive and self._follows(verb, "possible_after")):
            return Modality.POSSIBLE
        if verb.future or (infinitive and verb.marker == "ke_liye"):
            return Modality.POSSIBLE if self._doubted(self.clause) else Modality.PLANNED
        if infinitive and self._follows(verb, "planned_after"):
            return Modality.PLANNED
        if infinitive and verb.marker == GENITIVE and self._follows(verb, "talk"):
            return self._spoken_of()
        if self._is_scheduled(verb) or self._is_on_the_way(verb):
            return Modality.PLANNED
        if infinitive or verb.finiteness is Finiteness.CONVERB:
            main = self.reading.verbs[self.clause.verb] if self.clause.verb >= 0 else None
            return Modality.POSSIBLE if main is not None and main.possible else None
        return None

    def _spoken_of(self) -> Modality | None:
        """«हमला करने की बात कही», «… की बात कबूल की», «… की बात नहीं मानी»."""
        end = self.verb.marker_end if self.verb is not None else self.trigger.end
        telling = next((verb for verb in self.reading.verbs if verb.begin > end), None)
        if telling is None:
            return None
        if telling.negated:
            return Modality.ALLEGED
        told = self.reading.words[telling.begin - 1 : telling.end]
        return None if self.cues["admission"] & set(told) else Modality.PLANNED

    def _is_scheduled(self, verb: VerbGroup) -> bool:
        """«समझौता होना है», «हिस्सा लेना था»."""
        return verb.obliged and verb.end - verb.begin == 2 and self.reading.words[verb.end - 1] in COPULAS

    def _is_on_the_way(self, verb: VerbGroup) -> bool:
        """«भारत आ रहे हैं», «यात्रा पर जा रहे हैं»: the present of a journey tells of what is to come."""
        words = self.reading.words[verb.begin : verb.end]
        going = self.cues["going"] & self.scene.lexicon.stems_of(words[0])
        goes_on = len(words) > 2 and words[1].startswith("रह") and words[-1] in PRESENT
        return self.filled.type is EventType.VISIT and bool(going) and goes_on

    def _carrier(self) -> VerbGroup | None:
        """The finite verb that carries a bare noun: «वार्ता फिर शुरू हो सकती है», «यात्रा पर जाएंगे»."""
        group = self.reading.group_of(self.trigger.host)
        if group is None or group.marker not in (NOMINATIVE, "par", "ke_liye") or self.clause.verb < 0:
            return None
        verb = self.reading.verbs[self.clause.verb]
        return verb if group.end <= verb.begin else None

    def _follows(self, verb: VerbGroup, cue: str) -> bool:
        at = max(verb.marker_end, verb.end)
        return not self.cues[cue].isdisjoint(self.reading.words[at : at + 2])

    def _conditional(self) -> bool:
        begin = self.reading.words[self.clause.begin : self.clause.begin + 3]
        return bool(self.cues["conditions"] & {self.clause.opener, *begin}) or self._has_consequence()

    def _has_consequence(self) -> bool:
        """«हमला किया | तो जवाब देगा»; but «मोदी पहुंचे | तो स्वागत किया गया» tells what came after what."""
        following = self.clause.index + 1
        if following >= len(self.reading.clauses):
            return False
        then = self.reading.clauses[following]
        if then.verb < 0 or self.reading.words[then.begin] != THEN:
            return False
        verb = self.reading.verbs[then.verb]
        return verb.future or verb.possible or verb.subjunctive

    def _within(self, sources: Keys) -> Modality | None:
        if self._doubted(self.clause):
            return Modality.POSSIBLE
        if self._claimed(sources):
            return Modality.ALLEGED
        return None

    def _contents(self, clause: Clause) -> Iterator[Clause]:
        """The clauses that this one is the content of, nearest first."""
        seen = set[int]()
        current: Clause | None = clause
        while current is not None and current.index not in seen:
            seen.add(current.index)
            if current.opener in CONTENT and current.parent >= 0:
                current = self.reading.clauses[current.parent]
                yield current
            elif current.previous >= 0:
                current = self.reading.clauses[current.previous]
            elif current.parent >= 0:
                current = self.reading.clauses[current.parent]
            else:
                current = None

    def _words_of(self, clause: Clause) -> set[str]:
        return {word for at, word in enumerate(self.reading.words) if self.reading.clause_of[at] == clause.index}

    def _doubted(self, clause: Clause) -> bool:
        if self._doubts(clause) or self._is_guessed(clause):
            return True
        return any(
            self._words_of(outer) & (self.cues["doubt"] | self.cues["expectation"]) for outer in self._contents(clause)
        )

    def _doubts(self, clause: Clause) -> bool:
        """«शायद»; but «हर | संभव मदद» doubts nothing."""
        every = self.scene.lexicon.function_words["every"]
        return any(
            word in self.cues["doubt"] and not (at and self.reading.words[at - 1] in every)
            for at, word in enumerate(self.reading.words)
            if self.reading.clause_of[at] == clause.index
        )

    def _is_guessed(self, clause: Clause) -> bool:
        """«गोलाबारी करेगी, | ऐसा अनुमान है»: a clause behind that takes it up."""
        if clause.index + 1 >= len(self.reading.clauses):
            return False
        behind = self.reading.clauses[clause.index + 1]
        takes_up = self.reading.words[behind.begin] in self.scene.lexicon.function_words["taking_up"]
        return takes_up and bool(self._words_of(behind) & self.cues["expectation"])

    def _claimed(self, sources: Keys) -> bool:
        """What somebody says of another party's deed stands only in his claim; reports of news agencies do not count."""
        if self.filled.type not in _HOSTILE or not sources or not self.filled.agents:
            return False
        gazetteer = self.scene.registry.gazetteer
        speakers = [self.scene.registry[key] for key in sources if key not in self._accounts()]
        if not speakers:
            return False  # «X के अनुसार» alone makes nothing doubtful
        if any(self.cues.is_media(speaker.ids, gazetteer) or speaker.type is EntityType.GROUP for speaker in speakers):
            return False
        parties = {speaker.key for speaker in speakers} | {speaker.country for speaker in speakers if speaker.country}
        agents = {part for key in self.filled.agents for part in (key, self.scene.registry[key].country) if part}
        return not parties & agents

    # ------------------------------------------------------------ negation

    def negated(self) -> bool:
        """Whether the text says that it did not or will not happen."""
        if self.trigger.negated or self.filled.refused or self._is_cancelled() or self._is_unwilling():
            return True
        if self.verb is not None and self.verb.finiteness is Finiteness.INFINITIVE and self.verb.marker == "se":
            after = self.reading.words[self.verb.marker_end : self.verb.marker_end + 1]
            return bool(set(after) & self.cues["prevention"])
        return False

    def _is_unwilling(self) -> bool:
        """«मिलने को तैयार | नहीं»: what is not planned."""
        verb = self.verb
        if verb is None or verb.finiteness is not Finiteness.INFINITIVE or not self._follows(verb, "planned_after"):
            return False
        at = max(verb.marker_end, verb.end)
        return not NEGATIONS.isdisjoint(self.reading.words[at + 1 : at + 3])

    def _is_cancelled(self) -> bool:
        """«वार्ता रद्द कर दी», «दौरे को टाल दिया», «आने वाले | प्रतिनिधिमंडल का | दौरा टाल दिया», «वार्ता का प्रस्ताव ठुकराया»."""
        group = self.reading.group_of(self.trigger.host)
        behind = self._modified()
        told = [("cancelled", group)] if group is not None and group.marker in (NOMINATIVE, DATIVE) else []
        if behind is not None and behind.marker in (NOMINATIVE, DATIVE):
            told.append(("cancelled", behind))
            if not self.scene.lexicon.classes["proposals"].isdisjoint(self.reading.words[behind.begin : behind.end]):
                told.append(("rejection", behind))
        return any(not self.cues[cue].isdisjoint(self._words_behind(one)) for cue, one in told)

    def _words_behind(self, group: Group) -> Sequence[str]:
        at = max(group.end, group.marker_end)
        return self.reading.words[at : at + 2]

    def _modified(self) -> Group | None:
        """The head of the phrase that the event stands in the genitive to, or modifies as what is to come."""
        verb, own = self.verb, self.reading.group_of(self.trigger.host)
        if verb is not None and (verb.future or verb.marker == GENITIVE):
            after = max(verb.end, verb.marker_end)
            behind = next((one for one in self.reading.groups if one.end > after), None)
            return top(self.reading, behind) if behind is not None and behind.begin - after <= _GAP else None
        return top(self.reading, own) if verb is None and own is not None and own.marker == GENITIVE else None

    # ------------------------------------------------------------ by whose account

    def sources(self) -> Keys:
        """«X के अनुसार» anywhere in the sentence, the subject of «X ने कहा कि», the accuser, or who denies it."""
        found: list[str] = []
        governor = self.filled.governor
        if governor is not None and governor.type is EventType.ACCUSATION:
            found.extend(governor.agents)
        found.extend(self._accounts())
        for outer in self._contents(self.clause):
            if outer.verb >= 0 and self._speaks(outer):
                group = self.scene.subject(outer) or self._thinker(outer)
                if group is not None:
                    found.extend(keys_of(self.reading.conjoined(group), self.scene.referents))
        return tuple(dict.fromkeys(found))

    def _thinker(self, clause: Clause) -> Group | None:
        """«जानकारों का अनुमान है कि»: the genitive of a noun of saying or thinking."""
        for group in self.reading.groups:
            if group.clause == clause.index and self.reading.words[group.head] in self.cues["speech"]:
                owners = [one for one in self.reading.possessors(group) if one.index in self.scene.referents]
                if owners:
                    return owners[-1]
        return None

    def _accounts(self) -> Keys:
        return tuple(
            key for group in self.reading.groups if group.marker == "according" for key in self._account(group)
        )

    def _account(self, group: Group) -> Keys:
        if self.reading.words[group.head] in self.scene.lexicon.classes["treaty"]:
            return ()  # «शिमला समझौते के अनुसार»
        keys = keys_of(self.reading.conjoined(group), self.scene.referents)
        if keys:
            return keys
        for owner in reversed(self.reading.possessors(group)):
            keys = keys_of([owner], self.scene.referents) or self._account(owner)
            if keys:
                return keys
        return tuple(self.scene.registry.named(mention) for mention in group.modifiers if not mention.pronoun)

    def _speaks(self, clause: Clause) -> bool:
        verb = self.reading.verbs[clause.verb]
        words = set(self.reading.words[max(0, verb.begin - 3) : verb.end])
        return bool(words & self.cues["speech"])
