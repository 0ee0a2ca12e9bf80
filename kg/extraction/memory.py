"""What a text has named so far: what pronouns and «दोनों देश» may mean."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from kg.extraction.entities import Introduced
from kg.extraction.subjects import Keys
from kg.records import EntityType

PERSON = frozenset({EntityType.PERSON})
BODIES = frozenset({EntityType.COUNTRY, EntityType.ORGANIZATION})
PLACES = frozenset({EntityType.COUNTRY, EntityType.PLACE})
ANYBODY = PERSON | BODIES | {EntityType.GROUP}
_REACH = 3  #: sentences


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """An entity that the text has named, and how."""

    key: str
    type: EntityType
    sentence: int
    subject: bool


@dataclass(slots=True)
class Memory:
    """What the sentences before have named, oldest first."""

    here: str | None = None  #: where the report was filed: «यहां»
    place: str | None = None  #: the place named last: «वहां»
    speaker: str | None = None  #: who spoke last: «मैं», «हम» in a quotation
    subject: tuple[int, Keys] = (-1, ())  #: of the main clause of a sentence, with its number
    seen: list[Seen] = field(default_factory=list)
    given: tuple[int, Keys] = (-9, ())  #: sentence, the country or body that stood with को last: «उसे»
    together: list[tuple[int, Keys]] = field(default_factory=list)  #: sentence, countries named in one coordination
    bodies: dict[str, str] = field(default_factory=dict)  #: noun («विमान») → whose it was last
    introduced: list[Introduced] = field(default_factory=list)  #: people named with a title

    def latest(
        self, types: frozenset[EntityType], sentence: int, *, subject: bool, but: Iterable[str] = ()
    ) -> str | None:
        """The entity named last, of these types, within reach; subjects alone where asked."""
        without = set(but)
        for seen in reversed(self.seen):
            if sentence - seen.sentence > _REACH:
                return None
            if seen.type in types and (seen.subject or not subject) and seen.key not in without:
                return seen.key
        return None

    def last(self, size: int, types: frozenset[EntityType], sentence: int) -> Keys:
        """The latest different entities of some types; empty where there are fewer."""
        keys: list[str] = []
        for seen in reversed(self.seen):
            if sentence - seen.sentence > 2 * _REACH:
                break
            if seen.type in types and seen.key not in keys:
                keys.append(seen.key)
            if len(keys) == size:
                return tuple(reversed(keys))
        return ()
