"""A sentence while its groups are resolved: what they stand for so far, and what the text has named before."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.extraction.entities import Registry
from kg.extraction.lexicon import Lexicon
from kg.extraction.memory import BODIES, Memory
from kg.extraction.mentions import Knowledge
from kg.extraction.reading import Clause, Group, Reading
from kg.extraction.subjects import (
    SUBJECT_MARKERS,
    Keys,
    Kind,
    Referent,
    keys_of,
    leaves_out_subject,
    subject_group,
)
from kg.records import EntityType


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """The groups of a sentence are resolved in order; each finds those before it here."""

    reading: Reading
    knowledge: Knowledge
    registry: Registry
    memory: Memory
    referents: dict[int, Referent] = field(default_factory=dict)  #: by group, for the groups that have one
    pronouns: dict[int, Keys] = field(default_factory=dict)  #: by first token, for those inside a group («अपनी यात्रा»)

    @property
    def lexicon(self) -> Lexicon:
        """The word classes."""
        return self.knowledge.lexicon

    @property
    def index(self) -> int:
        """The sentence's number."""
        return self.reading.sentence.index

    def word(self, group: Group) -> str:
        """The head of a group, folded."""
        return self.reading.words[group.head]

    def clause(self, group: Group) -> Clause:
        """The clause that a group stands in."""
        return self.reading.clauses[group.clause]

    def referent(self, keys: Keys, kind: Kind) -> Referent:
        """A referent of the type that its first entity has."""
        return Referent(keys=keys, type=self.registry[keys[0]].type, kind=kind)

    def subject(self, clause: Clause) -> Keys:
        """Who the subject of a clause is."""
        group = subject_group(self.reading, clause, self.referents)
        return self.referents[group.index].keys if group is not None else ()

    def leaves_out_subject(self) -> bool:
        """Whether the sentence tells of a deed, and of nobody with ने who did it."""
        return leaves_out_subject(self.reading, self.reading.clauses[0])

    def is_first_subject(self, group: Group) -> bool:
        """Whether no other group before it may be the subject of its clause."""
        return not any(
            other.clause == group.clause and other.marker in SUBJECT_MARKERS and other.index in self.referents
            for other in self.reading.groups[: group.index]
            if other.index not in group.conjuncts
        )

    def together(self) -> list[Keys]:
        """The countries and bodies that this sentence has named together so far."""
        found: list[Keys] = []
        for index in sorted(self.referents):
            group = self.reading.groups[index]
            apart = not group.conjuncts or self.mediates(group)
            keys = () if apart else keys_of(self.reading.conjoined(group), self.referents)
            if len(keys) > 1 and self.are_bodies(keys):
                found.append(keys)
        return found

    def mediates(self, group: Group) -> bool:
        """«A और B की | मध्यस्थता में»: they are not the parties."""
        return group.owner >= 0 and self.word(self.reading.groups[group.owner]) in self.lexicon.classes["mediation"]

    def are_bodies(self, keys: Keys) -> bool:
        """Whether all of them are countries or organizations."""
        return all(self.registry[key].type in BODIES for key in keys)

    def last(self, size: int, types: frozenset[EntityType]) -> Keys:
        """The entities of some types named last, those of this sentence included; empty where there are fewer."""
        keys: list[str] = []
        for referent in reversed(self.referents.values()):
            if referent.type in types and referent.kind != "set":
                keys.extend(key for key in reversed(referent.keys) if key not in keys)
        if len(keys) >= size:
            return tuple(reversed(keys[:size]))
        before = self.memory.last(size + len(keys), types, self.index) or self.memory.last(size, types, self.index)
        keys.extend(key for key in reversed(before) if key not in keys)
        return tuple(reversed(keys[:size])) if len(keys) >= size else ()

    def note_form(self, key: str, form: str, begin: int, end: int, *, is_name: bool = False) -> None:
        """Note that an entity is called so at tokens[begin:end]."""
        tokens = self.reading.sentence.tokens
        self.registry.saw(key, form, tokens[begin].begin, tokens[end - 1].end, is_name=is_name)
