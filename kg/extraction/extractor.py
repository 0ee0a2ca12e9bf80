"""The extraction stage: Document → Extraction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from kg.errors import DataError
from kg.extraction.chunks import Mention, clauses, folded
from kg.extraction.coreference import Memory, resolve
from kg.extraction.entities import Knowledge, Registry, full_ids, held_offices, mentions
from kg.extraction.events import Filled, Reading, event_mention, fill, gate, merge, modality, sources
from kg.extraction.lexicon import DATA, Lexicon
from kg.extraction.matcher import triggers
from kg.extraction.references import References
from kg.extraction.words import fold
from kg.gazetteer.gazetteer import Gazetteer
from kg.records import Document, Dropped, Event, Extraction, PassageKind, Sentence

_SKIPPED = frozenset({PassageKind.BOILERPLATE, PassageKind.BYLINE})
_ACTS = frozenset({"ne", "saath", "beech", "dwara", "khilaf", "ko", "according"})  #: markers of who acts or is acted on
_SPORT = 0.02  #: share of words of sport or cinema from which on a document tells of nothing else


@dataclass(frozen=True, slots=True)
class Extractor:
    """Reads entities and events; holds nothing but its knowledge."""

    knowledge: Knowledge
    cues: Mapping[str, frozenset[str]]

    @classmethod
    def load(cls, *, lexicon: Lexicon, gazetteer: Gazetteer) -> Extractor:
        """An extractor with the references and cues of the package. Raises DataError where a data file is wrong."""
        knowledge = Knowledge(lexicon=lexicon, references=References.load(), gazetteer=gazetteer)
        return cls(knowledge, load_cues(DATA / "cues.yml"))

    def extract(self, document: Document) -> Extraction:
        """The entities and events of one document. Pure: the same document gives the same extraction."""
        work = _Work(document=document, extractor=self)
        for sentence in document.sentences:
            if sentence.kind not in _SKIPPED:
                work.read(sentence)
        return work.result()


def load_cues(path: Path) -> dict[str, frozenset[str]]:
    """Cue words by id. Raises DataError where the file is wrong."""
    try:
        rows = yaml.safe_load(path.read_text(encoding="utf-8"))["cues"]
    except (OSError, KeyError, yaml.YAMLError) as error:
        raise DataError(f"It cannot be used: {error}.", where=str(path), cure="Mend the YAML.") from error
    return {row["id"]: frozenset(fold(word) for word in row["words"]) for row in rows}


class _Work:
    """One document while it is being read."""

    def __init__(self, *, document: Document, extractor: Extractor) -> None:
        self.document = document
        self.knowledge = extractor.knowledge
        self.cues = extractor.cues
        self.registry = Registry(extractor.knowledge.gazetteer)
        self.full = full_ids(document, extractor.knowledge.gazetteer)
        self.memory = Memory()
        self.events: list[Event] = []
        self.dropped: list[Dropped] = []
        self.offices: list[tuple[str, str, str]] = []
        self.off_topic = _off_topic(document, extractor.knowledge.lexicon)

    def read(self, sentence: Sentence) -> None:
        words = folded([token.text for token in sentence.tokens])
        found = [self._metonym(mention) for mention in mentions(sentence, self.knowledge, self.full)]
        keys = {}
        for position, mention in enumerate(found):
            resolved = resolve(mention, sentence.index, self.memory, self.registry, self.knowledge.references)
            keys[position] = resolved
            for key in resolved:
                self._note(key, mention, sentence)
        reading = Reading(words=words, mentions=found, keys=keys, clauses=clauses(words, self.knowledge.lexicon))
        for filled in fill(triggers(words, self.knowledge.lexicon), reading, self.knowledge.lexicon):
            self._add(filled, reading, sentence)

    def _metonym(self, mention: Mention) -> Mention:
        """A capital or seat that acts stands for its country: «मॉस्को ने», «बीजिंग के साथ»."""
        acts = _ACTS & {mention.marker, mention.owner_marker if mention.marker == "nom" else ""}
        government = self.knowledge.gazetteer.government_of(mention.ids[0]) if mention.ids and acts else None
        if government is None or government not in self.knowledge.gazetteer:
            return mention
        type_ = self.knowledge.gazetteer.entry(government).type
        return replace(mention, ids=(government,), type=type_, country=government)

    def _note(self, key: str, mention: Mention, sentence: Sentence) -> None:
        cluster = self.registry.clusters[key]
        self.memory.note(key, cluster.type, sentence.index, mention.marker)
        if mention.pronoun in ("", "office"):
            begin, end = sentence.tokens[mention.begin].begin, sentence.tokens[mention.end - 1].end
            cluster.forms.add(mention.name)
            cluster.offsets.append((begin, end))
        if mention.office and mention.country:
            cluster.offices.add((mention.office, mention.country))

    def _add(self, filled: Filled, reading: Reading, sentence: Sentence) -> None:
        trigger = filled.trigger
        offsets = [(token.begin, token.end) for token in sentence.tokens]
        mention = event_mention(trigger, sentence.index, self.document.article.text, offsets)
        held = ("topic", "the article is about sport or cinema") if self.off_topic else gate(filled)
        if held is not None:
            self.dropped.append(
                Dropped(
                    sentence=sentence.index,
                    begin=mention.begin,
                    end=mention.end,
                    trigger=mention.trigger,
                    rule=mention.rule,
                    gate=held[0],
                    reason=held[1],
                )
            )
            return
        clause = next(one for one in reading.clauses if one.begin <= trigger.host < one.end)
        self.events.append(
            Event(
                key="",
                type=trigger.entry.type,
                agents=filled.agents,
                targets=filled.targets,
                modality=modality(trigger, reading.words, clause, self.cues),
                negated=trigger.negated,
                sources=sources(trigger, reading, self.cues),
                confidence=0.7,
                mentions=(mention,),
            )
        )

    def result(self) -> Extraction:
        numbered = tuple(replace(event, key=f"v{n}") for n, event in enumerate(merge(self.events), start=1))
        return Extraction(
            document_id=self.document.article.id,
            entities=tuple(self.registry.entities()),
            events=numbered,
            offices=held_offices(self.registry, self.offices),
            dropped=tuple(self.dropped),
        )


def _off_topic(document: Document, lexicon: Lexicon) -> bool:
    words = [fold(token.text) for sentence in document.sentences for token in sentence.tokens]
    hits = sum(word in lexicon.classes["sport"] or word in lexicon.classes["cinema"] for word in words)
    return hits > max(2, _SPORT * len(words))
