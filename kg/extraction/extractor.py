"""The extraction stage: Document → Extraction."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from kg.extraction.candidates import choose
from kg.extraction.chunker import read
from kg.extraction.claims import CLAIMERS, condemns_attack, recalled, with_attackers, with_claims
from kg.extraction.confidence import Confidence, Telling, named, telling, weighed
from kg.extraction.coreference import Resolver
from kg.extraction.counts import Count, counted, number_of_those
from kg.extraction.cues import Cues
from kg.extraction.dates import TimeLexicon, document_date, find_times, resolve
from kg.extraction.entities import Registry
from kg.extraction.events import count_of_object, mention_of, object_of, places_of
from kg.extraction.factuality import judge
from kg.extraction.gates import Held, gate
from kg.extraction.governors import journey_before
from kg.extraction.lexicon import Lexicon
from kg.extraction.mentions import Knowledge, find_mentions, full_ids, short_names
from kg.extraction.merging import attach, hosted, join, merge, renamed
from kg.extraction.occasions import (
    Occasion,
    Relation,
    dated,
    in_company,
    is_background,
    is_pluperfect,
    occasion_in,
    placed,
    points_back,
    time_apart,
)
from kg.extraction.quantities import NumberLexicon
from kg.extraction.quotations import Quoting, with_content
from kg.extraction.reading import QUOTES, Reading, folded
from kg.extraction.references import References
from kg.extraction.scene import Filled, Scene
from kg.extraction.subjects import Keys
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
    Token,
)

_SKIPPED = frozenset({PassageKind.BOILERPLATE, PassageKind.BYLINE})
_OFF_TOPIC = 0.02  #: share of words of sport or cinema from which on a document tells of nothing else
_YEARS = (1990, 2099)  #: what four figures may be a year of news in
_NEAR = 3  #: sentences back to the day that «इससे एक दिन पहले» counts from
_QUOTED = 4  #: sentences of a quotation that runs over several

_NAMELESS = frozenset({EntityType.PLACE, EntityType.GROUP})
_NOBODY = frozenset({"agent", "participants"})  #: gates that say that nobody does it
_AGREEING = frozenset({EventType.AGREEMENT, EventType.TREATY_SIGNING})

_OFF = Held(gate="topic", reason="the article is about sport or cinema")


@dataclass(frozen=True, slots=True)
class Extractor:
    """Reads entities and events; holds nothing but its knowledge."""

    knowledge: Knowledge
    times: TimeLexicon
    numbers: NumberLexicon
    confidence: Confidence

    @classmethod
    def load(cls, *, lexicon: Lexicon, gazetteer: Gazetteer) -> Extractor:
        """An extractor with the data of the package. Raises DataError where a data file is wrong."""
        knowledge = Knowledge(lexicon=lexicon, references=References.load(), cues=Cues.load(), gazetteer=gazetteer)
        numbers = NumberLexicon.load()
        return cls(knowledge, TimeLexicon.load(numbers=numbers), numbers, Confidence.load())

    def extract(self, document: Document) -> Extraction:
        """The entities and events of one document. Pure: the same document gives the same extraction."""
        document = _without_idle_trees(document, self.knowledge.lexicon)
        work = _Work(document=document, extractor=self)
        readings = [
            work.reading(sentence)
            for sentence in document.sentences
            if sentence.kind not in _SKIPPED and sentence.tokens
        ]
        work.look_ahead(readings)
        for reading in readings:
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
        self.short = short_names(
            mention
            for sentence in document.sentences
            for mention in find_mentions(
                sentence, folded([token.text for token in sentence.tokens]), self.knowledge, self.full, {}
            )
        )
        self.resolver = Resolver(extractor.knowledge, self.registry, here=self._filed(document))
        self.events: list[Event] = []
        self.loose: list[Event] = []  #: «यह मुलाकात»
        self.joining: list[tuple[Keys, EventMention]] = []  #: «वार्ता में प्रतिनिधिमंडल भी शामिल थे»
        self.day: datetime.date | None = None  #: that was told of last
        self.day_told = 0  #: in which sentence
        self.counts: list[Count] = []  #: of soldiers, apart from the deed
        self.occasions: list[Occasion] = []  #: by what else events may be dated
        self.background: set[int] = set()  #: sentences told in the pluperfect
        self.mains: dict[int, Event] = {}  #: by sentence, the event that its main clause tells of last
        self.quoting: Keys = ()  #: who is being quoted from sentence to sentence
        self.unmarked: set[str] = set()  #: keys of events told by a bare noun, which says nothing of how sure they are
        self.quotations = Quoting(document)
        self.statements: list[Event] = []
        self.condemning: set[str] = set()  #: keys of events that condemn an attack, and do not say whose
        self.tellings: dict[str, Telling] = {}  #: by the key of the event as first read
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
        countries = [one.ids for one in scout.registry.clusters.values() if one.type is EntityType.COUNTRY and one.ids]
        self.registry.only_country = countries[0][0] if len(countries) == 1 else None

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
            carried=resolved.carried,
        )
        if reading.sentence.parsed:
            self._events(scene)
        self._quote(scene)
        self._state(scene)
        self._note_day(reading)
        number = number_of_those(reading, self.knowledge.lexicon, self.extractor.numbers)
        if number is not None:
            self.counts.append(number)

    def _events(self, scene: Scene) -> None:
        filled = choose(scene)
        clock = Clock(
            scene,
            filled,
            published=self.published,
            dateline=self.document.dateline,
            lexicon=self.extractor.times,
        )
        told: list[tuple[Filled, int]] = []
        for one in filled:
            content = any(other.governor is one for other in filled)
            held = _OFF if self.off_topic else gate(one, scene, content=content)
            if held is not None:
                self._hold(one, held, scene, clock)
                continue
            one.targets = one.targets or recalled(one, self.events, scene)
            event = self._event(one, filled, scene, clock)
            self.tellings[event.key] = telling(one, scene)
            self._note_occasions(event, one, filled, scene, clock)
            told.append((one, len(self.events)))
            if condemns_attack(one, scene):
                self.condemning.add(event.key)
            another = time_apart(one, clock.expressions, scene) is not None  # «पिछली यात्रा के चार साल बाद»
            if (
                one.trigger.verb is None
                and one.governor is None
                and event.modality is Modality.ASSERTED
                and not another
            ):
                self.unmarked.add(event.key)
            self.events.append(event)
        self.events = with_claims(self.events, told, scene)
        if is_pluperfect(scene.reading):
            self.background.add(scene.reading.sentence.index)

    def _state(self, scene: Scene) -> None:
        """Take in who is quoted."""
        for statement in self.quotations.read(scene):
            self.statements.append(statement)
            self.tellings[statement.key] = Telling(
                finite=True, noun=False, named=named(statement.agents, scene), tokens=len(scene.reading.words)
            )

    def _quote(self, scene: Scene) -> None:
        """Note whether a quotation goes on into the next sentence."""
        if not _unbalanced(scene.reading.words):
            return
        speaker = self.resolver.memory.speaker
        opens = not self.quoting and self._closes(scene.reading.sentence)
        self.quoting = (speaker,) if opens and speaker is not None else ()

    def _closes(self, sentence: Sentence) -> bool:
        """Whether a quotation that is open ends in one of the next sentences of its line."""
        following = self.document.sentences[sentence.index + 1 : sentence.index + 1 + _QUOTED]
        return any(
            _unbalanced([token.text for token in one.tokens]) for one in following if one.passage == sentence.passage
        )

    def _event(self, one: Filled, filled: Sequence[Filled], scene: Scene, clock: Clock) -> Event:
        found, numbers = judge(one, scene), self.extractor.numbers
        date, date_text = self._date(one, scene, clock)
        if (day := _day(date)) is not None:
            self.day, self.day_told = day, scene.reading.sentence.index
        return Event(
            key=f"r{len(self.events)}",
            type=one.type,
            agents=one.agents,
            targets=one.targets,
            places=places_of(one, scene) or _there(one, filled, scene),
            date=date,
            date_text=date_text,
            modality=found.modality,
            negated=found.negated,
            sources=() if one.type in CLAIMERS or one.trigger.entry.said else found.sources or self.quoting,
            quantity=count_of_object(one, scene.reading, numbers) if one.type is EventType.TROOP_DEPLOYMENT else None,
            object=object_of(one, scene.reading),
            mentions=(mention_of(one.trigger, scene.reading, self.document.article.text),),
        )

    def _date(self, one: Filled, scene: Scene, clock: Clock) -> tuple[str | None, str | None]:
        """The date of an event, counted where it must be from a day told of in the sentences right before."""
        near = scene.reading.sentence.index - self.day_told <= _NEAR
        return clock.date(one, anchor=self.day if near else None)

    def _note_day(self, reading: Reading) -> None:
        """Keep the one day that a sentence names, where it tells of no event of that day."""
        if self.day_told == reading.sentence.index and self.day is not None:
            return
        found = find_times(
            reading.texts,
            published=self.published,
            dateline=self.document.dateline,
            lexicon=self.extractor.times,
        )
        past = bool(reading.verbs) and not any(verb.future for verb in reading.verbs)
        values = {
            one.value
            for one in found
            if past or one.value == resolve(one, tense="future", published=self.published).value
        }
        days = {day for value in values if (day := _day(value)) is not None}
        if len(days) == 1:
            self.day, self.day_told = days.pop(), reading.sentence.index

    def _note_occasions(self, event: Event, one: Filled, filled: Sequence[Filled], scene: Scene, clock: Clock) -> None:
        """Note by what else an event may be dated."""
        sentence = scene.reading.sentence.index
        before = self.mains.get(sentence - 1)
        company, back = in_company(one, scene), points_back(one, before, scene)
        found = occasion_in(one, filled, clock.expressions, scene)
        if found is not None:
            other, relation = found
            date, text = self._date(other, scene, clock)
            told = mention_of(other.trigger, scene.reading, self.document.article.text)
            self.occasions.append(
                Occasion(
                    event=event.key,
                    relation=relation,
                    told=told,
                    type=other.type,
                    time=time_apart(other, clock.expressions, scene),
                    date=date,
                    date_text=text,
                )
            )
        if back is Relation.EPISODE and sentence - 1 not in self.background:
            back = None
        if back is not None and before is not None:
            self.occasions.append(Occasion(event=event.key, relation=back, told=before.mentions[0], type=before.type))
        if company:
            self.occasions.append(Occasion(event=event.key, relation=Relation.TOGETHER, keys=company))
        if one.trigger.finite and event.type in _AGREEING and not is_background(one, scene):
            self.occasions.append(Occasion(event=event.key, relation=Relation.AGREED))
        if one.governor is None and (one.trigger.finite or sentence not in self.mains):
            self.mains[sentence] = event

    def _hold(self, one: Filled, held: Held, scene: Scene, clock: Clock) -> None:
        """Note what a gate holds back; it may still tell of an event that is told of elsewhere."""
        mention = mention_of(one.trigger, scene.reading, self.document.article.text)
        if one.trigger.entry.joins and held.gate == "partners":
            self.joining.append((one.agents, mention))
        if one.type is EventType.TROOP_DEPLOYMENT and held.gate in _NOBODY and one.trigger.finite:
            self._note_count(one, scene)
        if held.gate in ("nominal", "participants", "partners") and not self.off_topic:
            self._note_loose(one, mention, scene, clock)
        self.dropped.append(
            Dropped(
                sentence=mention.sentence,
                begin=mention.begin,
                end=mention.end,
                trigger=mention.trigger,
                rule=mention.rule,
                gate=held.gate,
                reason=held.reason,
                type=one.type,
                gloss=one.trigger.entry.gloss,
                agents=tuple(self.registry[key].name for key in one.agents),
                targets=tuple(self.registry[key].name for key in one.targets),
            )
        )

    def _note_count(self, one: Filled, scene: Scene) -> None:
        """Keep how many soldiers a deed without a doer tells of."""
        value, found = count_of_object(one, scene.reading, self.extractor.numbers), judge(one, scene)
        if value is not None and not found.negated:
            sentence = scene.reading.sentence.index
            self.counts.append(Count(sentence=sentence, value=value, targets=one.targets, modality=found.modality))

    def _note_loose(self, one: Filled, mention: EventMention, scene: Scene, clock: Clock) -> None:
        """Keep a telling that does not say who took part; of a bare noun, its place and date belong to what is around it."""
        told = Event(key="", type=one.type, agents=one.agents, targets=one.targets, mentions=(mention,))
        if one.trigger.verb is None:
            if one.everybody or _stands_alone(one, scene):
                date, text = self._date(one, scene, clock)
                self.loose.append(replace(told, date=date, date_text=text) if date else told)
        elif one.trigger.happens and one.trigger.finite and _points_back(one, scene):
            found = judge(one, scene)
            if found.modality is Modality.ASSERTED and not found.negated:
                date, text = self._date(one, scene, clock)
                self.loose.append(replace(told, places=places_of(one, scene), date=date, date_text=text))

    # ------------------------------------------------------------ the document

    def _vague(self) -> set[str]:
        """Keys of what is called «the country», and no more."""
        nouns = self.knowledge.lexicon.classes["countries"]
        nameless = (one for one in self.registry.clusters.values() if not one.named and one.type in _NAMELESS)
        return {one.key for one in nameless if fold(one.name.split()[-1]) in nouns}

    def _situated(self, events: Sequence[Event], became: Mapping[str, str]) -> list[Event]:
        """The events with the dates and places that others give them."""
        when = dated(events, self.occasions, became, self.registry)
        return placed(hosted(when, self.registry), self.occasions, became, self.registry)

    def result(self) -> Extraction:
        told = with_attackers(self.events, self.condemning, self.registry)
        merged, became = merge(
            [*told, *with_content(self.statements, told)],
            self.registry,
            unmarked=self.unmarked,
            frames={entry.id: entry.frame.id for entry in self.knowledge.lexicon.entries},
            vague=self._vague(),
        )
        tellings: dict[str, list[Telling]] = {}
        for key, one in self.tellings.items():
            tellings.setdefault(became.get(key, key), []).append(one)
        whole = [
            weighed(
                replace(event, places=self.registry.around(event.places)),
                tellings.get(event.key, ()),
                self.registry,
                self.extractor.confidence,
            )
            for event in self._situated(counted(attach(self.loose, join(self.joining, merged)), self.counts), became)
        ]
        final = renamed(whole, became)
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


def _there(one: Filled, filled: Sequence[Filled], scene: Scene) -> Keys:
    journey = journey_before(one, filled, scene.reading)
    return journey.targets if journey is not None else ()


def _stands_alone(one: Filled, scene: Scene) -> bool:
    """«मुलाकात के बाद», «इस हमले की»: not «यात्रा प्रतिबंध», «सर्वदलीय बैठक»."""
    group, words = scene.reading.group_of(one.trigger.host), scene.reading.words
    if group is None or group.head != one.trigger.host or scene.reading.possessors(group):
        return False
    return set(words[group.begin : group.head]) <= scene.lexicon.function_words["demonstratives"]


def _points_back(one: Filled, scene: Scene) -> bool:
    """«यह | मुलाकात … हुई»."""
    group = scene.reading.group_of(one.trigger.host)
    return group is not None and scene.reading.words[group.begin] in scene.lexicon.function_words["demonstratives"]


def _without_idle_trees(document: Document, lexicon: Lexicon) -> Document:
    """The document with trees only where a sentence can hold an event: the others need none, so that it is all one
    whether they were parsed.
    """
    sentences = tuple(
        sentence
        if not sentence.parsed or lexicon.may_hold_event([token.text for token in sentence.tokens])
        else replace(sentence, parsed=False, tokens=tuple(map(_bare, sentence.tokens)))
        for sentence in document.sentences
    )
    return replace(document, sentences=sentences)


def _bare(token: Token) -> Token:
    return Token(index=token.index, text=token.text, begin=token.begin, end=token.end)


def _unbalanced(words: Sequence[str]) -> bool:
    """Whether a quotation begins or ends among some words, and not both."""
    return sum(word in QUOTES for word in words) % 2 == 1


def _day(date: str | None) -> datetime.date | None:
    """A date that is settled to the day."""
    return datetime.date.fromisoformat(date) if date is not None and len(date) == len("2024-01-01") else None


def _years(document: Document) -> list[int]:
    """The years that a document names."""
    return [
        int(token.text)
        for sentence in document.sentences
        for token in sentence.tokens
        if token.text.isdecimal() and len(token.text) == 4 and _YEARS[0] <= int(token.text) <= _YEARS[1]
    ]


def _off_topic(document: Document, lexicon: Lexicon) -> bool:
    """Whether a document is about sport or cinema, where «attack» and «meeting» are other things."""
    words = [fold(token.text) for sentence in document.sentences for token in sentence.tokens]
    hits = sum(word in lexicon.classes["sport"] or word in lexicon.classes["cinema"] for word in words)
    return hits > max(2, _OFF_TOPIC * len(words))
