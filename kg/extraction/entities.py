"""Mentions of a document and the entities that they make up.

Names come from the gazetteer (longest match), from the NER spans and from titles («रूसी रक्षा मंत्री शोइगु»). Mentions of
one thing become one entity: by gazetteer id, by full name, and short names by a fuller one of the same document.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kg.extraction.chunks import Mention, attach_markers, folded
from kg.extraction.lexicon import Lexicon
from kg.extraction.references import References, Title
from kg.gazetteer.gazetteer import Gazetteer, Spot
from kg.gazetteer.normal import normal_form
from kg.records import Document, Entity, EntityType, HeldOffice, Sentence

_NER_TYPES = {"PER": EntityType.PERSON, "ORG": EntityType.ORGANIZATION, "LOC": EntityType.PLACE}
_PAIR_TYPES = {"leaders": EntityType.PERSON, "countries": EntityType.COUNTRY}


@dataclass(slots=True)
class Cluster:
    """An entity while the document is being read."""

    key: str
    type: EntityType
    name: str
    named: bool
    ids: tuple[str, ...]
    forms: set[str] = field(default_factory=set)
    offsets: list[tuple[int, int]] = field(default_factory=list)
    offices: set[tuple[str, str]] = field(default_factory=set)  #: (title id, country id)
    country: str | None = None


class Registry:
    """The entities of one document, as they come up in the text."""

    def __init__(self, gazetteer: Gazetteer) -> None:
        self.gazetteer = gazetteer
        self.clusters: dict[str, Cluster] = {}
        self._by_id: dict[str, str] = {}
        self._by_name: dict[tuple[EntityType, str], str] = {}

    def by_id(self, id: str) -> str:
        """The key of the entity with this gazetteer id, made where the text has not named it («रूसी» → Russia)."""
        if id not in self._by_id:
            entry = self.gazetteer.entry(id)
            self._by_id[id] = self._new(entry.type, entry.label_hi, named=True, ids=(id,))
        return self._by_id[id]

    def named(self, mention: Mention) -> str:
        """The key of the entity that a named mention belongs to."""
        if mention.ids:
            known = [id for id in mention.ids if id in self._by_id]
            return self._by_id[known[0]] if known else self._first(mention)
        name = normal_form(mention.name)
        key = self._by_name.get((mention.type, name)) or self._longer(mention.type, name)
        if key is None:
            key = self._new(mention.type, mention.name, named=mention.named, ids=())
            self._by_name[(mention.type, name)] = key
        return key

    def _first(self, mention: Mention) -> str:
        id = mention.ids[0]
        key = self.by_id(id)
        self.clusters[key].name = mention.name
        return key

    def _longer(self, type_: EntityType, name: str) -> str | None:
        """A person named more fully before: «शोइगु» after «सर्गेई शोइगु»."""
        if type_ is not EntityType.PERSON:
            return None
        for (other, full), key in reversed(self._by_name.items()):
            if other is type_ and full.endswith(f" {name}"):
                return key
        return None

    def _new(self, type_: EntityType, name: str, *, named: bool, ids: tuple[str, ...]) -> str:
        key = f"e{len(self.clusters) + 1}"
        country = self.gazetteer.country_of(ids[0]) if ids else None
        self.clusters[key] = Cluster(key=key, type=type_, name=name, named=named, ids=ids, country=country)
        return key

    def holder(self, title: Title, country: str) -> str | None:
        """The person of the document who holds an office in a country, as the text or the gazetteer says; the latest."""
        for cluster in reversed(self.clusters.values()):
            if cluster.type is not EntityType.PERSON:
                continue
            if (title.id, country) in cluster.offices or (
                cluster.country == country and self._office_fits(cluster, title)
            ):
                return cluster.key
        return None

    def _office_fits(self, cluster: Cluster, title: Title) -> bool:
        entries = [self.gazetteer.entry(id) for id in cluster.ids]
        labels = [office.label_en for entry in entries for office in entry.offices] + [entry.kind for entry in entries]
        return any(word in label for word in title.offices for label in labels)

    def entities(self) -> Iterator[Entity]:
        """The finished entities, in the order in which they came up."""
        for cluster in self.clusters.values():
            yield Entity(
                key=cluster.key,
                type=cluster.type,
                name=cluster.name,
                forms=tuple(sorted(cluster.forms | {cluster.name})),
                named=cluster.named,
                candidates=cluster.ids,
                offsets=tuple(sorted(set(cluster.offsets))),
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Knowledge:
    """What mentions are found with."""

    lexicon: Lexicon
    references: References
    gazetteer: Gazetteer


def mentions(sentence: Sentence, knowledge: Knowledge, full: frozenset[str]) -> tuple[Mention, ...]:
    """The mentions of one sentence with their markers; `full` are ids that the document names in full somewhere."""
    texts = [token.text for token in sentence.tokens]
    words = folded(texts)
    found: list[Mention] = []
    covered: set[int] = set()
    for mention in (
        *_pairs(words, knowledge.references),
        *_spots(texts, knowledge.gazetteer, full),
        *_model_names(sentence, texts),
        *_pronouns(words, knowledge.references),
        *_groups(words, texts, knowledge.lexicon),
    ):
        if covered.isdisjoint(range(mention.begin, mention.end)):
            found.append(mention)
            covered |= set(range(mention.begin, mention.end))
    found.sort(key=lambda mention: mention.begin)
    return attach_markers(_with_titles(found, words, texts, knowledge), words, knowledge.lexicon)


def full_ids(document: Document, gazetteer: Gazetteer) -> frozenset[str]:
    """Ids of the gazetteer that the document names by a form that is safe alone."""
    return frozenset(
        spot.ids[0]
        for sentence in document.sentences
        for spot in gazetteer.spot([token.text for token in sentence.tokens])
        if not spot.short and not spot.demonym
    )


def _spots(texts: Sequence[str], gazetteer: Gazetteer, full: frozenset[str]) -> Iterator[Mention]:
    for spot in gazetteer.spot(texts):
        ids = _choice(spot, full)
        if not ids:
            continue
        entry = gazetteer.entry(ids[0])
        yield Mention(
            begin=spot.begin,
            end=spot.end,
            type=entry.type,
            ids=ids,
            name=" ".join(texts[spot.begin : spot.end]),
            short=spot.short,
            demonym=spot.demonym,
            country=gazetteer.country_of(ids[0]),
        )


def _choice(spot: Spot, full: frozenset[str]) -> tuple[str, ...]:
    if not spot.short:
        return spot.ids
    return tuple(id for id in spot.ids if id in full)


def _model_names(sentence: Sentence, texts: Sequence[str]) -> Iterator[Mention]:
    for span in sentence.names:
        if span.tag in _NER_TYPES:
            name = " ".join(texts[span.begin : span.end])
            yield Mention(begin=span.begin, end=span.end, type=_NER_TYPES[span.tag], name=name)


def _pairs(words: Sequence[str], references: References) -> Iterator[Mention]:
    for at in range(len(words)):
        for length in (3, 2):
            pair = references.pairs.get(tuple(words[at : at + length]))
            if pair is not None:
                yield Mention(begin=at, end=at + length, type=_PAIR_TYPES[pair], pronoun=pair)
                break


def _pronouns(words: Sequence[str], references: References) -> Iterator[Mention]:
    for at, word in enumerate(words):
        kind = references.pronouns.get((word,))
        if kind is not None:
            type_ = EntityType.PERSON if kind in ("he", "that", "self") else EntityType.COUNTRY
            yield Mention(begin=at, end=at + 1, type=type_, pronoun=kind)


def _groups(words: Sequence[str], texts: Sequence[str], lexicon: Lexicon) -> Iterator[Mention]:
    for at, word in enumerate(words):
        if word in lexicon.classes["groups"]:
            yield Mention(begin=at, end=at + 1, type=EntityType.GROUP, name=texts[at], named=False)


def _with_titles(
    found: Sequence[Mention], words: Sequence[str], texts: Sequence[str], knowledge: Knowledge
) -> list[Mention]:
    """Join country, title and name into one mention: «रूस के राष्ट्रपति पुतिन», «रूसी राष्ट्रपति»."""
    at_begin = {mention.begin: mention for mention in found}
    result: list[Mention] = []
    skip = 0
    for at in range(len(words)):
        if at < skip:
            continue
        mention = at_begin.get(at)
        start = mention.end if mention is not None else at
        if mention is not None and start < len(words) and words[start] in ("के", "की", "का"):
            start += 1
        title, end = knowledge.references.title_at(words, start)
        if title is None or (mention is not None and mention.type is not EntityType.COUNTRY):
            if mention is not None:
                result.append(mention)
                skip = mention.end
            continue
        person = at_begin.get(end)
        country = mention.ids[0] if mention is not None and mention.ids else None
        joined = _titled(at, end, person, title, country, texts)
        result.append(joined)
        skip = joined.end
    return result


def _titled(
    at: int, end: int, person: Mention | None, title: Title, country: str | None, texts: Sequence[str]
) -> Mention:
    if person is not None and person.type is EntityType.PERSON and not person.pronoun:
        return replace(person, begin=at, office=title.id, country=country or person.country)
    name = " ".join(texts[at:end])
    return Mention(
        begin=at,
        end=end,
        type=EntityType.PERSON,
        name=name,
        named=False,
        office=title.id,
        country=country,
        pronoun="office",
    )


def held_offices(registry: Registry, read: Sequence[tuple[str, str, str]]) -> tuple[HeldOffice, ...]:
    """The offices read in the text: (person key, office label, country id)."""
    return tuple(
        HeldOffice(entity=key, label_hi=label, of=registry.by_id(country) if country else None)
        for key, label, country in sorted(set(read))
    )
