"""Triggers in a sentence: which lexicon entries fire, where, and with which verb group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extraction.lexicon import Entry, Lexicon
from kg.extraction.markers import marker_at
from kg.extraction.reading import (
    CONTENT,
    ERGATIVE,
    GENITIVE,
    NEGATIONS,
    NOMINATIVE,
    PARTICLES,
    PUNCTUATION,
    QUOTES,
    Finiteness,
    Reading,
    VerbGroup,
)
from kg.extraction.words import COPULAS
from kg.language import labels
from kg.records import EventType

_GAP = 3  #: words between a host and its light verb
_TREE_GAP = 9  #: likewise, where the tree joins the two
_GIVE = "दे"
_CALL = "करार"  #: «… को निराधार | करार दिया»: a light verb of two words
_OBJECT_WINDOW = 14  #: words before the verb in which an object noun is looked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """One firing of an entry; the trigger's words are tokens[begin:end]."""

    entry: Entry
    begin: int
    end: int
    host: int  #: the noun or adjective, else the main verb
    verb: VerbGroup | None = None  #: None for a bare noun
    object: int = -1  #: token of the object noun that the entry asks for
    happens: bool = False  #: the light verb is होना: «मुलाकात हुई»
    simple: bool = False  #: a verb without a host

    @property
    def negated(self) -> bool:
        """Whether its own verb group is negated."""
        return self.verb is not None and self.verb.negated

    @property
    def passive(self) -> bool:
        """Whether what is done has the place of the subject: «भेजे गए», «हमला हुआ»."""
        if self.verb is not None and self.verb.passive:
            return True
        return self.happens and not self.entry.frame.intransitive

    @property
    def finite(self) -> bool:
        """Whether it heads a finite clause."""
        return self.verb is not None and self.verb.finiteness is Finiteness.FINITE


def find_triggers(reading: Reading, lexicon: Lexicon) -> list[tuple[Trigger, ...]]:
    """For each place that may be a trigger, the readings it may have, best first; in text order."""
    found: list[tuple[Trigger, ...]] = []
    used: set[int] = set()
    for at, word in enumerate(reading.words):
        hosted = tuple(
            trigger for entry in lexicon.by_host.get(word, ()) for trigger in _hosted(reading, at, entry, lexicon)
        )
        hosted = tuple(sorted(hosted, key=lambda trigger: trigger.verb is None))
        if hosted:
            found.append(hosted)
            used |= {trigger.verb.index for trigger in hosted if trigger.verb is not None}
    for verb in reading.verbs:
        simple = tuple(
            trigger
            for trigger in _simple(reading, verb, lexicon)
            if verb.index not in used or _another_object(reading, trigger, found)
        )
        if simple:
            found.append(simple)
    return sorted(found, key=lambda triggers: (triggers[0].end, triggers[0].host))


def _another_object(reading: Reading, trigger: Trigger, found: Sequence[tuple[Trigger, ...]]) -> bool:
    """«सहायता और सैन्य तकनीक दी»: one verb, two things given, the second beside the first."""
    group = reading.group_of(trigger.object)
    if group is None or trigger.entry.type is not EventType.ARMS_TRANSFER:
        return False
    hosts = [
        one[0].host
        for one in found
        if one[0].verb is not None and trigger.verb is not None and one[0].verb.index == trigger.verb.index
    ]
    beside = [reading.group_of(host) for host in hosts]
    return any(other is not None and other.index in group.conjuncts for other in beside)


def _hosted(reading: Reading, at: int, entry: Entry, lexicon: Lexicon) -> Iterator[Trigger]:
    words = reading.words
    if reading.verb_of(at) is not None and not entry.verbal_host:
        return
    before = words[max(0, at - 2) : at]
    after = words[at + 1] if at + 1 < len(words) else ""
    if entry.not_before & set(before) or after in entry.unless_next:
        return
    if entry.just_after and entry.just_after.isdisjoint(before):
        return
    verb = _light_verb(reading, at, entry, lexicon)
    if verb is not None and entry.forms and verb.finiteness.value not in entry.forms:
        verb = None
    start = verb.begin if verb is not None and verb.end <= at else at
    object_ = _object(reading, start, entry.object, lexicon)
    claimed = _object(reading, start, entry.object_before, lexicon)
    if (entry.object and object_ < 0) or (entry.object_before and claimed < 0):
        return
    first = min(at, object_) if object_ >= 0 else at
    if verb is not None:
        yield Trigger(
            entry=entry,
            begin=min(first, verb.begin),
            end=max(at + 1, verb.end),
            host=at,
            verb=verb,
            object=object_ if entry.object else claimed,
            happens=_happens(reading, verb, lexicon),
        )
    topic = entry.unless_topic and _is_topic(words, at, lexicon)
    if words[at] in entry.nominal_hosts and not topic and not (verb is not None and verb.begin - at <= 1):
        yield Trigger(entry=entry, begin=first, end=at + 1, host=at, object=object_ if entry.object else claimed)


def _is_topic(words: Sequence[str], at: int, lexicon: Lexicon) -> bool:
    """«समझौते को लेकर», «समझौते के बारे में», «सौदे पर | बातचीत»: what one speaks of."""
    if not lexicon.function_words["of_topics"].isdisjoint(words[at + 2 : at + 3]):
        return True
    talks = (
        entry.type is EventType.MEETING for word in words[at + 2 : at + 4] for entry in lexicon.by_host.get(word, ())
    )
    return words[at + 1 : at + 2] == ("पर",) and any(talks)


def _happens(reading: Reading, verb: VerbGroup, lexicon: Lexicon) -> bool:
    if reading.words[verb.main] in COPULAS:
        return True
    return "हो" in lexicon.stems_of(reading.words[verb.main])


def _light_verb(reading: Reading, at: int, entry: Entry, lexicon: Lexicon) -> VerbGroup | None:
    if not entry.light:
        return None
    for verb in reading.verbs:
        if verb.begin > at:
            if _fits(reading, verb, entry, lexicon) and _close(reading, at, verb, lexicon, over=entry.over):
                return verb
            if verb.begin - at > _TREE_GAP:
                break
    for verb in reading.verbs:  # headline order: «अमेरिका ने दी चेतावनी»
        if verb.end <= at and _inverted(reading, at, verb) and _fits(reading, verb, entry, lexicon):
            return verb
    return None


def _fits(reading: Reading, verb: VerbGroup, entry: Entry, lexicon: Lexicon) -> bool:
    if reading.words[verb.main] in COPULAS:
        return entry.copula
    main = lexicon.stems_of(reading.words[verb.main])
    if "दे" in main and verb.begin and reading.words[verb.begin - 1] == _CALL:
        return _CALL in entry.light
    others = frozenset().union(*(lexicon.stems_of(word) for word in reading.words[verb.begin : verb.end]))
    return bool((main | (others & lexicon.stems["compounding"])) & entry.light)


def _close(reading: Reading, at: int, verb: VerbGroup, lexicon: Lexicon, *, over: str) -> bool:
    between = range(at + 1, verb.begin)
    if any(reading.verb_of(token) is not None for token in between):
        return False
    if over and marker_at(reading.words, at + 1, lexicon)[0] == over:
        return verb.begin == at + 2
    if verb.begin > at + 1 and marker_at(reading.words, at + 1, lexicon)[0]:
        return False
    if reading.clause_of[at] != reading.clause_of[verb.main]:
        return False
    if any(_other_host(reading, token, verb, lexicon) for token in between):
        return False
    if reading.words[verb.main] in COPULAS and any(reading.words[token] in lexicon.by_host for token in between):
        return False  # «आरोप | निराधार हैं»
    plain = [
        token
        for token in between
        if reading.words[token] not in PARTICLES | NEGATIONS | QUOTES and reading.words[token] != ","
    ]
    if len(plain) <= _GAP and not any(marker_at(reading.words, token, lexicon)[0] for token in plain):
        return True
    return len(between) <= _TREE_GAP and reading.sentence.tokens[at].head == verb.main


def _other_host(reading: Reading, token: int, verb: VerbGroup, lexicon: Lexicon) -> bool:
    """Whether a word between host and verb makes another predicate with the verb: «संधि | स्थगित कर दी»."""
    found = reading.sentence.tokens[token]
    return (
        found.upos in (labels.ADJ, labels.NOUN)
        and found.deprel == labels.COMPOUND
        and found.head == verb.main
        and reading.words[token] not in lexicon.classes["carriers"]
        and token + 1 == verb.begin
    )


def _inverted(reading: Reading, at: int, verb: VerbGroup) -> bool:
    if verb.finiteness is not Finiteness.FINITE or reading.clause_of[at] != reading.clause_of[verb.main]:
        return False
    after = reading.words[at + 1] if at + 1 < len(reading.words) else "।"
    near = at - verb.end <= 1 or reading.sentence.tokens[at].head == verb.main
    return after in PUNCTUATION and (near or _is_last(reading, at, verb))


def _is_last(reading: Reading, at: int, verb: VerbGroup) -> bool:
    """«अमेरिका ने दी | ईरान को | चेतावनी»: the noun ends the headline, and no other verb stands between."""
    after = reading.words[at + 1 :]
    others = any(other.begin >= verb.end for other in reading.verbs)
    return at - verb.end <= _TREE_GAP and not others and all(word in PUNCTUATION for word in after)


def _simple(reading: Reading, verb: VerbGroup, lexicon: Lexicon) -> Iterator[Trigger]:
    seen: set[str] = set()
    for found in lexicon.verbs.readings(reading.words[verb.main]):
        for entry in lexicon.by_verb.get(found.stem, ()):
            if entry.id in seen or entry.not_before & set(reading.words[max(0, verb.begin - 2) : verb.begin]):
                continue
            seen.add(entry.id)
            if entry.after_infinitive and not _after_infinitive(reading, verb, entry):
                continue
            if entry.forms and verb.finiteness.value not in entry.forms:
                continue
            if entry.urges and not _urges(reading, verb):
                continue
            object_ = _object(reading, verb.begin, entry.object, lexicon, behind=verb)
            if entry.object and object_ < 0:
                continue
            if found.stem == _GIVE and object_ >= 0 and _another_is_given(reading, object_, verb):
                continue
            begin = min(object_, verb.begin) if object_ >= 0 else verb.begin
            end = max(verb.end, object_ + 1)
            yield Trigger(entry=entry, begin=begin, end=end, host=verb.main, verb=verb, object=object_, simple=True)


def _another_is_given(reading: Reading, object_: int, verb: VerbGroup) -> bool:
    """«राफेल सौदे … को दर्जा | देने»: a bare noun between the arms and the verb is what is given."""
    given = reading.group_of(object_)
    if given is None or given.marker == GENITIVE:  # «मिसाइलों की | तकनीक दी»
        return False
    return any(
        given.end <= group.begin and group.end <= verb.begin and group.marker == NOMINATIVE and group.mention is None
        for group in reading.groups
        if group.index not in given.conjuncts
    )


def _urges(reading: Reading, verb: VerbGroup) -> bool:
    """Whether the clause that a verb of saying leads to is one of what is to be done: «कि वह कार्रवाई करे»."""
    home = reading.clause_of[verb.main]
    content = next((one for one in reading.clauses if one.parent == home and one.opener in CONTENT), None)
    return content is not None and content.verb >= 0 and reading.verbs[content.verb].subjunctive


def _after_infinitive(reading: Reading, verb: VerbGroup, entry: Entry) -> bool:
    """Whether an infinitive with the right postposition stands right before: «सहयोग करने को | कहा»."""
    return any(
        other.marker in entry.after_infinitive and other.marker_end == verb.begin
        for other in reading.verbs
        if other.finiteness is Finiteness.INFINITIVE
    )


def _object(reading: Reading, at: int, name: str, lexicon: Lexicon, *, behind: VerbGroup | None = None) -> int:
    """The nearest noun of a class before `at` in its clause; -1 for none.

    A simple verb (`behind`) sends not whom ने marks, and may be a participle before its object: «भेजे गए सैनिक».
    """
    if not name:
        return -1
    nouns, others = lexicon.classes[name], lexicon.classes["of_rescue"]
    clause = reading.clause_of[at]
    for position in range(at - 1, max(-1, at - 1 - _OBJECT_WINDOW), -1):
        if reading.clause_of[position] != clause and behind is None:
            break
        other = reading.verb_of(position)
        if other is not None and other.finiteness is not Finiteness.PARTICIPLE:
            break
        if position and reading.words[position - 1] in others:
            continue  # «आपदा मोचन | बल»
        pointing = reading.words[position] in lexicon.function_words["demonstratives"]
        if pointing and not marker_at(reading.words, position + 1, lexicon)[0]:
            continue  # «इस | रुख को बेतुका बताया» is about no claim, «इसे बेतुका बताया» may be
        if _is_of(reading, position, nouns) and not (behind is not None and _acts(reading, position)):
            return position
    if behind is not None:
        group = reading.group_of(behind.end)
        if group is not None and (behind.finiteness is Finiteness.PARTICIPLE or group.end >= len(reading.words) - 1):
            for position in range(group.begin, group.end):
                if _is_of(reading, position, nouns):
                    return position
    return -1


def _acts(reading: Reading, at: int) -> bool:
    """Whether a word has ने: «सेना ने टैंक भेजे»."""
    group = reading.group_of(at)
    return group is not None and group.marker == ERGATIVE


def _is_of(reading: Reading, at: int, nouns: frozenset[str]) -> bool:
    """Whether a word, or it with the one before it («सैन्य | तकनीक»), is of a noun class."""
    return reading.words[at] in nouns or " ".join(reading.words[max(0, at - 1) : at + 1]) in nouns
