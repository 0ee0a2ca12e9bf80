"""The extraction stage: Document → Extraction."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.extraction.chunker import read
from kg.extraction.coreference import Resolver
from kg.extraction.cues import Cues
from kg.extraction.dates import TimeLexicon, document_date
from kg.extraction.entities import Registry
from kg.extraction.factuality import judge
from kg.extraction.gates import Held, gate
from kg.extraction.lexicon import Lexicon
from kg.extraction.matcher import Trigger, find_triggers
from kg.extraction.mentions import Knowledge, find_mentions, full_ids, short_names
from kg.extraction.merging import attach, join, merge, renamed
from kg.extraction.quantities import NumberLexicon, find_quantities
from kg.extraction.reading import QUOTES, Mention, Reading, folded
from kg.extraction.references import References
from kg.extraction.roles import fill
from kg.extraction.scene import Filled, Scene
from kg.extraction.timing import Clock
from kg.extraction.words import fold
from kg.gazetteer.gazetteer import Gazetteer
from kg.records import (
    Document,
    Dropped,
    EntityType,
    Event,
    EventMention,
    EventType,
    Extraction,
    Modality,
    PassageKind,
    Sentence,
)

_SKIPPED = frozenset({PassageKind.BOILERPLATE, PassageKind.BYLINE})
_OFF_TOPIC = 0.02  #: share of words of sport or cinema from which on a document tells of nothing else
_CONFIDENCE = {"verb": 0.8, "noun": 0.6}
_NEAR = 3  #: sentences from an accusation to the denial that answers it
_QUOTED = 4  #: sentences of a quotation that runs over several
_CLAIMERS = frozenset({EventType.ACCUSATION, EventType.DENIAL})

_OFF = Held(gate="topic", reason="the article is about sport or cinema")

Loose = tuple[EventType, tuple[str, ...], EventMention]


@dataclass(frozen=True, slots=True)
class Extractor:
    """Reads entities and events; holds nothing but its knowledge."""

    knowledge: Knowledge
    times: TimeLexicon
    numbers: NumberLexicon

    @classmethod
    def load(cls, *, lexicon: Lexicon, gazetteer: Gazetteer) -> Extractor:
        """An extractor with the data of the package. Raises DataError where a data file is wrong."""
        knowledge = Knowledge(lexicon=lexicon, references=References.load(), cues=Cues.load(), gazetteer=gazetteer)
        numbers = NumberLexicon.load()
        return cls(knowledge, TimeLexicon.load(numbers=numbers), numbers)

    def extract(self, document: Document) -> Extraction:
        """The entities and events of one document. Pure: the same document gives the same extraction."""
        work = _Work(document=document, extractor=self)
        read_ = [
            work.reading(sentence)
            for sentence in document.sentences
            if sentence.kind not in _SKIPPED and sentence.tokens
        ]
        work.look_ahead(read_)
        for reading in read_:
            work.read(reading)
        return work.result()


class _Work:
    """One document while it is being read."""

    def __init__(self, *, document: Document, extractor: Extractor) -> None:
        self.document = document
        self.extractor = extractor
        self.knowledge = extractor.knowledge
        self.registry = Registry(extractor.knowledge.gazetteer)
        self.full = full_ids(document, extractor.knowledge.gazetteer)
        self.short: dict[str, Mention] = {}
        self.short = short_names(
            mention
            for sentence in document.sentences
            for mention in find_mentions(
                sentence, folded([token.text for token in sentence.tokens]), self.knowledge, self.full, {}
            )
        )
        self.resolver = Resolver(extractor.knowledge, self.registry, here=self._filed(document))
        self.events: list[Event] = []
        self.loose: list[Loose] = []
        self.joining: list[tuple[tuple[str, ...], EventMention]] = []  #: «वार्ता में प्रतिनिधिमंडल भी शामिल थे»
        self.day: datetime.date | None = None  #: of the event told of last
        self.quoting: tuple[str, ...] = ()  #: who is being quoted from sentence to sentence
        self.unmarked: set[str] = set()  #: keys of events told by a bare noun, which says nothing of how sure they are
        self.dropped: list[Dropped] = []
        self.off_topic = _off_topic(document, extractor.knowledge.lexicon)
        self.published = document_date(document.article.date, document.dateline, years=_years(document))

    def _filed(self, document: Document) -> str | None:
        """The key of the dateline's place, where the gazetteer knows it."""
        place = document.dateline.place if document.dateline is not None else None
        found = self.knowledge.gazetteer.lookup(place) if place else ()
        return self.registry.by_id(found[0].id) if found else None

    # ------------------------------------------------------------ one sentence

    def reading(self, sentence: Sentence) -> Reading:
        """The chunks and clauses of a sentence."""
        words = folded([token.text for token in sentence.tokens])
        mentions = find_mentions(sentence, words, self.knowledge, self.full, self.short)
        return read(sentence, words, mentions, self.knowledge.lexicon)

    def look_ahead(self, readings: Sequence[Reading]) -> None:
        """Note who is named with a title anywhere in the text."""
        scout = Resolver(self.knowledge, Registry(self.knowledge.gazetteer))
        for reading in readings:
            scout.resolve(reading)
        self.registry.ahead = tuple(scout.memory.introduced)

    def read(self, reading: Reading) -> None:
        """Resolve a sentence, and take in its events."""
        resolved = self.resolver.resolve(reading)
        scene = Scene(
            reading=reading,
            referents=resolved.referents,
            pronouns=resolved.pronouns,
            lexicon=self.knowledge.lexicon,
            cues=self.knowledge.cues,
            registry=self.registry,
        )
        if reading.sentence.parsed:
            self._events(scene)

    def _events(self, scene: Scene) -> None:
        filled = _choose(find_triggers(scene.reading, scene.lexicon), scene)
        clock = Clock(
            scene.reading, published=self.published, dateline=self.document.dateline, lexicon=self.extractor.times
        )
        clock.filled = filled
        keys: dict[int, str] = {}
        for one in filled:
            content = any(other.governor is one for other in filled)
            held = _OFF if self.off_topic else gate(one, scene, content=content)
            if held is not None:
                self._hold(one, held, scene.reading)
                continue
            event = self._event(one, scene, clock)
            keys[id(one)] = event.key
            if one.trigger.verb is None and one.governor is None and event.modality is Modality.ASSERTED:
                self.unmarked.add(event.key)
            self.events.append(event)
        self._claims(filled, keys, scene.reading)
        self._quote(scene)

    def _quote(self, scene: Scene) -> None:
        """Note whether a quotation goes on into the next sentence."""
        if not _unbalanced(scene.reading.words):
            return
        speaker = self.resolver.memory.speaker
        goes_on = not self.quoting and speaker is not None and self._closes(scene.reading.sentence)
        self.quoting = (speaker,) if goes_on and speaker is not None else ()

    def _closes(self, sentence: Sentence) -> bool:
        """Whether a quotation that is open ends in one of the next sentences of its line."""
        following = self.document.sentences[sentence.index + 1 : sentence.index + 1 + _QUOTED]
        return any(
            _unbalanced([token.text for token in one.tokens]) for one in following if one.passage == sentence.passage
        )

    def _event(self, one: Filled, scene: Scene, clock: Clock) -> Event:
        found = judge(one, scene)
        type_ = one.trigger.entry.type
        date, date_text = clock.date(one, anchor=self.day)
        self.day = _day(date) or self.day
        return Event(
            key=f"r{len(self.events)}",
            type=type_,
            agents=one.agents,
            targets=one.targets,
            places=self._places(one, scene),
            date=date,
            date_text=date_text,
            modality=found.modality,
            negated=found.negated,
            sources=(found.sources or self.quoting) if type_ not in _CLAIMERS else (),
            quantity=self._quantity(one, scene.reading) if type_ is EventType.TROOP_DEPLOYMENT else None,
            object=_object(one, scene.reading),
            confidence=_CONFIDENCE["noun" if one.trigger.verb is None else "verb"],
            mentions=(self._mention(one.trigger, scene.reading),),
        )

    def _places(self, one: Filled, scene: Scene) -> tuple[str, ...]:
        """Where it happened, finest first: the places named, then the countries that they lie in."""
        named = [key for group in one.places for key in scene.referents[group.index].keys]
        cities = [key for key in named if self.registry[key].type is not EntityType.COUNTRY]
        countries = [key for key in named if key not in cities]
        countries += [country for key in cities if (country := self.registry[key].country) is not None]
        return tuple(dict.fromkeys((*cities, *countries)))

    def _mention(self, trigger: Trigger, reading: Reading) -> EventMention:
        tokens = reading.sentence.tokens
        begin, end = tokens[trigger.begin].begin, tokens[trigger.end - 1].end
        text = self.document.article.text
        return EventMention(
            sentence=reading.sentence.index, begin=begin, end=end, trigger=text[begin:end], rule=trigger.entry.id
        )

    def _quantity(self, one: Filled, reading: Reading) -> int | None:
        """The number of soldiers: the count whose noun is the object of the deployment."""
        at = one.trigger.object
        group = reading.group_of(at) if at >= 0 else None
        if group is None:
            return None
        for found in find_quantities(reading.texts, lexicon=self.extractor.numbers):
            noun = found.noun if found.noun is not None else found.end
            if group.begin <= noun < group.end or (found.end == group.begin and found.begin < group.begin):
                return found.value
        return None

    def _claims(self, filled: list[Filled], keys: dict[int, str], reading: Reading) -> None:
        """Join accusations and denials to the events that they are about."""
        numbers = {event.key: at for at, event in enumerate(self.events)}
        for one in filled:
            governor = one.governor
            if governor is None or id(one) not in keys or id(governor) not in keys:
                continue
            if governor.trigger.entry.type in _CLAIMERS:
                self._claim(numbers[keys[id(governor)]], keys[id(one)])
        for one in filled:
            if id(one) in keys and one.trigger.entry.type is EventType.DENIAL:
                self._denied(numbers[keys[id(one)]], _topic(one, reading, self.knowledge.lexicon))

    def _claim(self, at: int, claimed: str) -> None:
        if self.events[at].claim is None:
            self.events[at] = _with(self.events[at], claim=claimed)

    def _denied(self, at: int, topic: EventType | None) -> None:
        """«इन दावों से इनकार»: a denial without content is of what was last alleged, and answers who alleged it.

        `topic` is the type of what it names («हथियारों की खेप की रिपोर्टों का खंडन»): the last such deed of theirs, which
        is alleged for that.
        """
        denial = self.events[at]
        for number, event in reversed(list(enumerate(self.events[:at]))):
            if denial.claim is None and event.type is topic and {*event.agents, *event.targets} & set(denial.agents):
                self.events[number] = replace(event, modality=Modality.ALLEGED)
                accusers = tuple(key for key in event.sources if key not in denial.agents)
                self.events[at] = _with(denial, claim=event.key, targets=denial.targets or accusers)
                return
        for event in reversed(self.events[:at]):
            if denial.claim is None and event.modality is Modality.ALLEGED and set(event.agents) | set(event.targets):
                accusers = tuple(key for key in event.sources if key not in denial.agents)
                self.events[at] = _with(denial, claim=event.key, targets=denial.targets or accusers)
                return
            near = denial.mentions[0].sentence - event.mentions[0].sentence <= _NEAR
            if event.type is EventType.ACCUSATION and near and not set(event.agents) & set(denial.agents):
                targets = denial.targets or tuple(key for key in event.agents if key not in denial.agents)
                self.events[at] = _with(denial, claim=denial.claim or event.claim, targets=targets)
                return

    def _hold(self, one: Filled, held: Held, reading: Reading) -> None:
        mention = self._mention(one.trigger, reading)
        alone = one.trigger.entry.joins and held.gate == "partners"
        if alone:
            self.joining.append((one.agents, mention))
        if one.trigger.verb is None and held.gate in ("nominal", "participants") and not self.off_topic:
            self.loose.append((one.trigger.entry.type, one.everybody, mention))
        self.dropped.append(
            Dropped(
                sentence=mention.sentence,
                begin=mention.begin,
                end=mention.end,
                trigger=mention.trigger,
                rule=mention.rule,
                gate=held.gate,
                reason=held.reason,
            )
        )

    # ------------------------------------------------------------ the document

    def result(self) -> Extraction:
        merged, became = merge(self.events, self.registry, unmarked=self.unmarked)
        events, _ = attach(self.loose, join(self.joining, merged))
        events = [event for event in events if event.mentions]
        final = renamed(events, became)
        used = [key for event in final for key in (*event.agents, *event.targets, *event.places, *event.sources)]
        entities = tuple(self.registry.entities([*used, *self.registry.offices_of()]))
        kept = {entity.key: entity for entity in entities}
        offices = self.registry.offices(kept)
        return Extraction(
            document_id=self.document.article.id,
            entities=entities,
            events=final,
            offices=offices,
            dropped=tuple(self.dropped),
        )


def _choose(candidates: list[tuple[Trigger, ...]], scene: Scene) -> list[Filled]:
    """For each place, the first reading of the lexicon that passes the gates beside the others' first readings."""
    candidates = _without_objects(candidates)
    chosen = [readings[0] for readings in candidates]
    filled = fill(chosen, scene)
    for at, readings in enumerate(candidates):
        for other in readings[1:]:
            if gate(filled[at], scene, content=True) is None:
                break
            trial = fill([*chosen[:at], other, *chosen[at + 1 :]], scene)
            if gate(trial[at], scene, content=True) is None:
                chosen[at], filled = other, trial
    return filled


def _topic(one: Filled, reading: Reading, lexicon: Lexicon) -> EventType | None:
    """What a denial speaks of, by the nouns before it in its clause."""
    clause = reading.clause_of[one.trigger.host]
    words = {word for at, word in enumerate(reading.words[: one.trigger.host]) if reading.clause_of[at] == clause}
    for name, type_ in (("arms", EventType.ARMS_TRANSFER), ("soldiers", EventType.TROOP_DEPLOYMENT)):
        if words & lexicon.classes[name]:
            return type_
    return None


def _without_objects(candidates: list[tuple[Trigger, ...]]) -> list[tuple[Trigger, ...]]:
    """«करार पर हस्ताक्षर» is one event: a noun that is another trigger's object tells of none of its own."""
    objects = {(trigger.object, trigger.entry.type) for readings in candidates for trigger in readings}
    kept = [
        tuple(one for one in readings if one.verb is not None or (one.host, one.entry.type) not in objects)
        for readings in candidates
    ]
    return [readings for readings in kept if readings]


def _with(event: Event, *, claim: str | None, targets: tuple[str, ...] | None = None) -> Event:
    return replace(event, claim=claim, targets=event.targets if targets is None else targets)


def _object(one: Filled, reading: Reading) -> str | None:
    """The words of the object noun's group: what is given, signed or tested."""
    group = reading.group_of(one.trigger.object) if one.trigger.object >= 0 else None
    if group is None:
        return None
    begin = group.begin
    for mention in group.modifiers:
        if mention.begin == begin and not mention.demonym:
            begin = mention.end
    return reading.text(begin, min(group.end, max(one.trigger.object + 1, group.begin + 1))) or None


def _unbalanced(words: Sequence[str]) -> bool:
    return sum(word in QUOTES for word in words) % 2 == 1


def _day(date: str | None) -> datetime.date | None:
    return datetime.date.fromisoformat(date) if date is not None and len(date) == len("2024-01-01") else None


def _years(document: Document) -> list[int]:
    return [
        int(token.text)
        for sentence in document.sentences
        for token in sentence.tokens
        if token.text.isdecimal() and len(token.text) == 4 and 1990 <= int(token.text) <= 2099
    ]


def _off_topic(document: Document, lexicon: Lexicon) -> bool:
    words = [fold(token.text) for sentence in document.sentences for token in sentence.tokens]
    hits = sum(word in lexicon.classes["sport"] or word in lexicon.classes["cinema"] for word in words)
    return hits > max(2, _OFF_TOPIC * len(words))
