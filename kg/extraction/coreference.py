"""Who a pronoun, an office or «दोनों नेता» means: the latest fitting subject, by number and type.

A wrong resolution is worse than none: what finds no antecedent within two sentences stays unresolved.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.extraction.chunks import Mention
from kg.extraction.entities import Registry
from kg.extraction.references import References
from kg.extraction.words import fold
from kg.records import EntityType

_REACH = 3  #: sentences
_SUBJECT = frozenset({"ne", "nom"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """An entity that the text has named, and how."""

    key: str
    type: EntityType
    sentence: int
    subject: bool


@dataclass(slots=True)
class Memory:
    """What the text has named so far, oldest first."""

    seen: list[Seen] = field(default_factory=list)

    def note(self, key: str, type_: EntityType, sentence: int, marker: str) -> None:
        """Remember one naming."""
        self.seen.append(Seen(key=key, type=type_, sentence=sentence, subject=marker in _SUBJECT))

    def latest(self, types: frozenset[EntityType], sentence: int, *, subject: bool) -> str | None:
        """The entity named last, of these types, within reach; subjects alone where asked."""
        for seen in reversed(self.seen):
            if sentence - seen.sentence > _REACH:
                return None
            if seen.type in types and (seen.subject or not subject):
                return seen.key
        return None

    def last_two(self, type_: EntityType) -> tuple[str, ...]:
        """The two different entities of a type named last; empty where there are fewer."""
        keys: list[str] = []
        for seen in reversed(self.seen):
            if seen.type is type_ and seen.key not in keys:
                keys.append(seen.key)
            if len(keys) == 2:
                return tuple(reversed(keys))
        return ()


def resolve(
    mention: Mention, sentence: int, memory: Memory, registry: Registry, references: References
) -> tuple[str, ...]:
    """Keys of the entities that a mention means; empty where that is not clear."""
    if not mention.pronoun:
        return (registry.named(mention),)
    if mention.pronoun == "leaders":
        return memory.last_two(EntityType.PERSON)
    if mention.pronoun == "countries":
        return memory.last_two(EntityType.COUNTRY) or _countries_of(memory.last_two(EntityType.PERSON), registry)
    if mention.pronoun == "office":
        return _office(mention, sentence, memory, registry, references)
    if mention.pronoun == "it":
        types = frozenset({EntityType.COUNTRY, EntityType.ORGANIZATION})
    elif mention.pronoun == "he":
        types = frozenset({EntityType.PERSON})
    else:
        types = frozenset({EntityType.PERSON, EntityType.COUNTRY, EntityType.ORGANIZATION})
    key = memory.latest(types, sentence, subject=True) or (
        memory.latest(types, sentence, subject=False) if mention.pronoun == "he" else None
    )
    return (key,) if key else ()


def _countries_of(people: tuple[str, ...], registry: Registry) -> tuple[str, ...]:
    countries = [registry.clusters[key].country for key in people]
    return tuple(registry.by_id(country) for country in countries if country)


def _office(
    mention: Mention, sentence: int, memory: Memory, registry: Registry, references: References
) -> tuple[str, ...]:
    words = [fold(word) for word in mention.name.split()]
    title = next(
        (references.title_at(words, at)[0] for at in range(len(words)) if references.title_at(words, at)[0]), None
    )
    if title is None:
        return ()
    if mention.country is not None:
        holder = registry.holder(title, mention.country)
        return (holder,) if holder else (registry.named(mention),)
    for seen in reversed(memory.seen):
        cluster = registry.clusters[seen.key]
        if sentence - seen.sentence > _REACH:
            break
        if any(held == title.id for held, _ in cluster.offices):
            return (seen.key,)
    return ()
