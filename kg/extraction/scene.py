"""A sentence whose groups are resolved, and its triggers with their roles: what role filling and the gates share."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.extraction.cues import Cues
from kg.extraction.entities import Registry
from kg.extraction.lexicon import Lexicon, Role
from kg.extraction.matcher import Trigger
from kg.extraction.reading import Clause, Group, Reading
from kg.extraction.subjects import Keys, Referent, keys_of, subject_group
from kg.records import EntityType, EventType


@dataclass(slots=True)
class Filled:
    """A trigger with its roles."""

    trigger: Trigger
    agents: Keys = ()
    targets: Keys = ()
    places: tuple[Group, ...] = ()
    governor: Filled | None = None  #: the trigger that this one is the content of
    governor_word: str = ""  #: the noun that an infinitive or bare noun belongs to: «देने की | योजना»
    refused: bool = False  #: «बातचीत से इनकार»: it is not done, rather than denied
    used: set[int] = field(default_factory=set)  #: groups that fill its roles

    @property
    def type(self) -> EventType:
        """The type of event that it tells of."""
        return self.trigger.entry.type

    @property
    def everybody(self) -> Keys:
        """Agents, then targets."""
        return tuple(dict.fromkeys((*self.agents, *self.targets)))


@dataclass(frozen=True, kw_only=True, slots=True)
class Scene:
    """A sentence whose groups are resolved."""

    reading: Reading
    referents: Mapping[int, Referent]  #: by group
    pronouns: Mapping[int, Keys]  #: by first token, for possessive pronouns inside a group
    lexicon: Lexicon
    cues: Cues
    registry: Registry
    carried: Keys = ()  #: the subject of the sentence right before, for a sentence that leaves its own out

    def keys(self, group: Group, role: Role) -> Keys:
        """The entities of a group and its conjuncts, of the types that a role takes."""
        return self.of_types(keys_of(self.reading.conjoined(group), self.referents), role)

    def of_types(self, keys: Iterable[str], role: Role) -> Keys:
        """Of some entities those of the types that a role takes, each once."""
        return tuple(dict.fromkeys(key for key in keys if self.registry[key].type in role.types))

    def any_person(self, keys: Iterable[str]) -> bool:
        """Whether any of them is a person."""
        return any(self.registry[key].type is EntityType.PERSON for key in keys)

    def clause(self, trigger: Trigger) -> Clause:
        """The clause that a trigger stands in."""
        return self.reading.clauses[self.reading.clause_of[trigger.host]]

    def subject(self, clause: Clause) -> Group | None:
        """The subject of a clause."""
        return subject_group(self.reading, clause, self.referents)

    def subject_before(self, clause: Clause) -> Group | None:
        """The subject of the clause beside and before another; None where there is none."""
        return self.subject(self.reading.clauses[clause.previous]) if clause.previous >= 0 else None

    def holds_class(self, group: Group, name: str) -> bool:
        """Whether any word of a group is of a noun class."""
        return not self.lexicon.classes[name].isdisjoint(self.reading.words[group.begin : group.end])
