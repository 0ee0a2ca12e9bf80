"""Every value that crosses a stage border, as frozen records. Read this first.

The stages hand these on, from the left to the right:

    Article → CleanArticle → Document → Extraction → LinkedExtraction → quads
    (documents)              (language) (extraction)  (linking)          (graph)

Two rules hold for all of them. An *offset* is a count of Unicode code points in
``Article.text``, the text as it was given, so ``article.text[begin:end]`` is always
the evidence itself. A *key* («e3», «v2») names an entity or event inside its document
alone; IRIs are made later, by the graph stage.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

# --------------------------------------------------------------------------- documents


@dataclass(frozen=True, kw_only=True, slots=True)
class Article:
    """One news article as it was given, before any cleaning."""

    id: str  #: unique in a build; the `id` of the input, for a plain file its name without the ending
    text: str  #: decoded; byte order mark and front matter removed, line ends kept; offsets count here
    title: str | None = None  #: metadata only, never analysed
    date: datetime.date | None = None  #: day of publication
    publisher: str | None = None
    url: str | None = None
    origin: str = ""  #: where it was read («seeds/a.txt», «news.jsonl:12»), for messages; never in the graph


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Something wrong with the input or a document that did not stop the others."""

    where: str  #: file, and line where there is one: «news.jsonl:12»
    what: str  #: what is wrong, one sentence
    cure: str  #: how to mend it, one sentence
    fatal: bool = True  #: True: the document is not in the graph (exit code 1). False: a warning


class PassageKind(StrEnum):
    """What a line of an article is."""

    BODY = "body"
    HEADLINE = "headline"  #: first line, without a sentence end
    SUBHEADING = "subheading"  #: a short line inside the text without a sentence end
    BYLINE = "byline"  #: «जागरण संवाददाता», «नई दिल्ली, एएफपी»; not analysed for events
    BOILERPLATE = "boilerplate"  #: «Leave a Reply»; not analysed at all


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """One line of the article, cleaned, with the way back to the original characters."""

    kind: PassageKind
    text: str  #: cleaned: NFC, one spelling of nukta letters, plain quotes, no zero-width marks; without the dateline
    offsets: tuple[
        int, ...
    ]  #: len(text) + 1 values: offsets[i] is where character i stands in Article.text; the last is the end


@dataclass(frozen=True, kw_only=True, slots=True)
class Dateline:
    """«मॉस्को, 13 सितम्बर।»: where and when the report was filed; not where events happened."""

    text: str  #: as it stands in the article
    place: str | None = None  #: «मॉस्को»
    day: int | None = None  #: 1–31
    month: int | None = None  #: 1–12
    year: int | None = None
    weekday: int | None = None  #: Monday is 0
    begin: int = 0
    end: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class CleanArticle:
    """An article cut into lines that are ready for the language stage."""

    article: Article
    passages: tuple[Passage, ...]  #: in text order, boilerplate included (later stages leave it out)
    dateline: Dateline | None = None


# --------------------------------------------------------------------------- language


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A word of a sentence. Positions in a sentence count from 0."""

    index: int  #: position in Sentence.tokens
    text: str  #: cleaned form
    begin: int  #: offsets into Article.text
    end: int
    lemma: str = ""  #: empty where the sentence was not parsed
    upos: str = ""  #: Universal POS, empty where not parsed
    feats: Mapping[str, str] = field(default_factory=dict)  #: {"Case": "Acc", "Number": "Sing"}
    head: int = -1  #: index of the head token, -1 for the root or where not parsed
    deprel: str = ""  #: UD relation, empty where not parsed


@dataclass(frozen=True, kw_only=True, slots=True)
class NameSpan:
    """A name that the NER model found: tokens[begin:end]."""

    begin: int
    end: int
    tag: str  #: PER, LOC, ORG, TIMEX or NUMEX


@dataclass(frozen=True, kw_only=True, slots=True)
class Sentence:
    """A sentence with its tokens, tree (if parsed) and names."""

    index: int  #: position in Document.sentences
    tokens: tuple[Token, ...]
    names: tuple[NameSpan, ...] = ()
    begin: int = 0  #: offsets into Article.text
    end: int = 0
    kind: PassageKind = PassageKind.BODY
    passage: int = 0  #: position of its line in CleanArticle.passages
    parsed: bool = True  #: False: tokens and names only, no POS, lemma or tree


@dataclass(frozen=True, kw_only=True, slots=True)
class Document:
    """An article with its sentences: what extraction reads."""

    article: Article
    sentences: tuple[Sentence, ...]
    dateline: Dateline | None = None

    def sentence_text(self, index: int) -> str:
        """The sentence exactly as it stands in the article."""
        sentence = self.sentences[index]
        return self.article.text[sentence.begin : sentence.end]


# --------------------------------------------------------------------------- gazetteer


class EntityType(StrEnum):
    """The five classes of entities of the ontology (local names)."""

    PERSON = "Person"
    COUNTRY = "Country"
    ORGANIZATION = "Organization"
    PLACE = "Place"
    GROUP = "Group"


@dataclass(frozen=True, kw_only=True, slots=True)
class Office:
    """An office that a person holds or held, as the gazetteer knows it."""

    label_en: str  #: «President of Russia»
    country_qid: str | None = None
    begin: str | None = None  #: ISO date, may be partial
    end: str | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class GazetteerEntry:
    """One thing that the gazetteer knows."""

    id: str  #: the QID, or «local:…» where no source confirms one
    type: EntityType
    label_hi: str
    label_en: str = ""
    aliases: tuple[str, ...] = ()  #: every further Hindi or Latin form, without `label_hi`
    country_qid: str | None = None  #: the country that a person, city or organization belongs to
    kind: str = ""  #: «city», «military alliance», …
    offices: tuple[Office, ...] = ()
    capital_of: str | None = None  #: QID of the country whose government the name stands for («मॉस्को», «क्रेमलिन»)
    lat: float | None = None
    lon: float | None = None
    source: str = ""  #: where the row comes from
    rank: int = 5  #: 1 is thought of first among entries that share a name
    listed: bool = True  #: False: the Hindi names are transliterated, not attested; they are not looked for in texts

    @property
    def qid(self) -> str | None:
        """The Wikidata id, if there is one."""
        return self.id if self.id.startswith("Q") else None


# --------------------------------------------------------------------------- extraction


class EventType(StrEnum):
    """The event classes of the ontology (local names)."""

    MEETING = "Meeting"
    VISIT = "Visit"
    TREATY_SIGNING = "TreatySigning"
    AGREEMENT = "Agreement"
    TROOP_DEPLOYMENT = "TroopDeployment"
    ARMS_TRANSFER = "ArmsTransfer"
    ASSISTANCE = "Assistance"
    DENIAL = "Denial"
    ACCUSATION = "Accusation"
    SUPPORT = "Support"
    CRITICISM = "Criticism"
    WARNING = "Warning"
    REQUEST = "Request"
    SANCTION = "Sanction"
    ATTACK = "Attack"
    WEAPONS_TEST = "WeaponsTest"
    STATEMENT = "Statement"


SYMMETRIC = frozenset({EventType.MEETING, EventType.TREATY_SIGNING, EventType.AGREEMENT})
"""Types whose participants are all agents."""


class Modality(StrEnum):
    """How sure the text is that the event happened (local names)."""

    ASSERTED = "asserted"
    PLANNED = "planned"
    POSSIBLE = "possible"
    ALLEGED = "alleged"


@dataclass(frozen=True, kw_only=True, slots=True)
class Entity:
    """Somebody or something that a document names or describes; one per document and thing."""

    key: str  #: «e1»
    type: EntityType
    name: str  #: the fullest name in the text, without postposition or title
    forms: tuple[str, ...] = ()  #: every surface form in the text, sorted, `name` included; no pronouns
    named: bool = True  #: False for descriptions and unnamed groups («विशेषज्ञ»)
    candidates: tuple[str, ...] = ()  #: ids of gazetteer entries that it may be, best first
    offsets: tuple[tuple[int, int], ...] = ()  #: (begin, end) of each mention in Article.text


@dataclass(frozen=True, kw_only=True, slots=True)
class HeldOffice:
    """An office read in the text: «रूसी रक्षा मंत्री शोइगु»."""

    entity: str  #: key of the person
    label_hi: str  #: «रक्षा मंत्री»
    label_en: str = ""
    of: str | None = None  #: key of the country or organization


@dataclass(frozen=True, kw_only=True, slots=True)
class EventMention:
    """One place in the text that tells of an event, and the rule that read it."""

    sentence: int  #: Sentence.index
    begin: int  #: offsets of the trigger, first to last word
    end: int
    trigger: str  #: exactly Article.text[begin:end]
    rule: str  #: id of the lexicon entry that fired: «meeting.mulaqat-kar»


@dataclass(frozen=True, kw_only=True, slots=True)
class Event:
    """Who did what to whom, as a document tells it."""

    key: str  #: «v1»
    type: EventType
    agents: tuple[str, ...] = ()  #: entity keys
    targets: tuple[str, ...] = ()  #: entity keys; empty for the symmetric types
    places: tuple[str, ...] = ()  #: entity keys, finest first
    date: str | None = None  #: «2023-09-13», «2023-09» or «2023»; None where the text does not settle it
    date_text: str | None = None  #: «बुधवार को»
    modality: Modality = Modality.ASSERTED
    negated: bool = False
    sources: tuple[str, ...] = ()  #: entity keys: by whose account
    quantity: int | None = None  #: soldiers, for a deployment
    object: str | None = None  #: the thing given, signed, tested or asked for, in the text's words
    claim: str | None = None  #: key of the event that a Denial, Accusation or Statement is about
    quotation: str | None = None  #: the words quoted, for a Statement
    confidence: float = 1.0  #: 0–1: how likely it is that it is read rightly
    grounds: tuple[str, ...] = ()  #: what the confidence rests on: ids of `extraction/data/confidence.yml`
    mentions: tuple[EventMention, ...] = ()  #: never empty in an Extraction


@dataclass(frozen=True, kw_only=True, slots=True)
class Dropped:
    """A candidate event that a gate held back; kept for `kg explain`."""

    sentence: int
    begin: int
    end: int
    trigger: str
    rule: str
    gate: str  #: name of the gate
    reason: str  #: in words
    type: EventType | None = None  #: what the rule reads
    gloss: str = ""  #: of the rule
    agents: tuple[str, ...] = ()  #: who was found to do it, by name
    targets: tuple[str, ...] = ()  #: to whom, by name


@dataclass(frozen=True, kw_only=True, slots=True)
class Extraction:
    """All that the extraction stage read in one document."""

    document_id: str
    entities: tuple[Entity, ...] = ()
    events: tuple[Event, ...] = ()
    offices: tuple[HeldOffice, ...] = ()
    dropped: tuple[Dropped, ...] = ()


# --------------------------------------------------------------------------- linking


@dataclass(frozen=True, kw_only=True, slots=True)
class Candidate:
    """A gazetteer entry considered for an entity."""

    id: str  #: GazetteerEntry.id
    score: float  #: 0–1
    features: Mapping[str, float] = field(default_factory=dict)  #: named features that made the score


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """The linker's decision for one entity."""

    entity: str  #: Entity.key
    entry: GazetteerEntry | None  #: None: NIL
    score: float = 0.0
    candidates: tuple[Candidate, ...] = ()  #: best first


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkedExtraction:
    """An extraction with a decision for each of its entities."""

    extraction: Extraction
    links: Mapping[str, Link]  #: Entity.key → Link, one for each entity


# --------------------------------------------------------------------------- reconciliation


@dataclass(frozen=True, kw_only=True, slots=True)
class ReconciliationItem:
    """An entity, type or property of the Reconciliation API."""

    id: str  #: «Q7747», «P27»
    name: str
    description: str = ""
    types: tuple[ReconciliationItem, ...] = ()  #: of an entity, the finest first
    broader: tuple[ReconciliationItem, ...] = ()  #: of a type: those directly above it


PropertyValue = str | int | float | bool | ReconciliationItem
"""A value of a property."""


@dataclass(frozen=True, kw_only=True, slots=True)
class ReconciliationQuery:
    """What a client knows of one thing that it looks for: a name, properties, or both."""

    name: str = ""
    types: tuple[str, ...] = ()  #: ids of types
    strict: bool = False  #: True: candidates of another type are left out, else they score less
    every_type: bool = False  #: where strict: a candidate has all of `types`, not only one
    properties: tuple[tuple[str, tuple[PropertyValue, ...]], ...] = ()  #: (property id, values)
    limit: int = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class ReconciliationCandidate:
    """An entity that may be what a query looks for."""

    entity: ReconciliationItem
    score: float  #: 0–100
    match: bool = False  #: safe to take without a look
    features: Mapping[str, float | bool] = field(default_factory=dict)  #: named features that made the score


@dataclass(frozen=True, kw_only=True, slots=True)
class ReconciliationSummary:
    """What is shown of an entity at a glance; empty where not known."""

    entity: ReconciliationItem  #: named in Hindi
    name_en: str = ""
    kind: str = ""
    country_hi: str = ""
    country_en: str = ""
    offices: tuple[str, ...] = ()  #: «Prime Minister of India (2014–)», the latest first
    aliases: tuple[str, ...] = ()
    coordinates: str = ""  #: «28.61,77.21»


@dataclass(frozen=True, kw_only=True, slots=True)
class ReconciliationExtension:
    """Values of properties for entities."""

    properties: tuple[ReconciliationItem, ...]  #: as asked for; `types` holds the type of values that are entities
    rows: Mapping[str, tuple[tuple[PropertyValue, ...], ...]]  #: entity id → values of each property, in their order
