"""A sentence as the extraction stage reads it: words, noun groups with their case markers, verb groups and clauses.

Hindi marks roles by postpositions: a noun group ends in ने, को, से, के साथ … and the predicate stands last in its clause.
So a sentence is read as a row of chunks (the chunk grammar of Bharati, Chaitanya and Sangal, *Natural Language Processing:
A Paninian Perspective*, 1995, ch. 4), cut by parts of speech and by the tree. Trees alone fail («रूस बदले में» is parsed as
one compound), and chunks alone do not know which predicate a group belongs to; each corrects the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from kg.extraction.words import fold
from kg.language import labels
from kg.records import EntityType, Sentence, Token

NOMINATIVE = ""  #: the marker of a group without a postposition
GENITIVE = "gen"
ERGATIVE = "ne"
DATIVE = "ko"
LOCATIVES = frozenset({"mein", "par"})
RELATIVE = "relative"  #: id of the relative pronouns in `references.yml`
THAT = "कि"
QUOTED = '"'  #: opener of a clause that is said without «कि»
CONTENT = frozenset({THAT, QUOTED})
"""Openers of clauses that are the content of the clause that they hang on."""
PARTICLES = frozenset({"भी", "ही", "तो", "तक"})
NEGATIONS = frozenset({"नहीं", "न", "ना", "मत", "नही"})
NEITHER = frozenset({"न", "ना"})
AND = frozenset({"और", "तथा", "एवं", "व", "या", "अथवा"})
QUOTES = frozenset("\"'“”‘’«»`") | {"''", "``"}
WHERE = "जहां"
WHEN = "जब"
HYPHENS = frozenset({"-", "–", "—", "/"})
STOPS = frozenset({"।", "?", "!", ";", ":", "|", "॥", "."})
PUNCTUATION = frozenset({",", "(", ")", "[", "]", "…", "..."}) | STOPS | QUOTES | HYPHENS


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A name, pronoun or fixed description at tokens[begin:end]."""

    begin: int
    end: int
    type: EntityType
    ids: tuple[str, ...] = ()  #: gazetteer ids that it may be, best first
    name: str = ""
    short: bool = False  #: safe only beside a fuller name
    demonym: bool = False  #: «रूसी»
    pronoun: str = ""  #: id of the entry of `references.yml`
    case: str = ""  #: of a pronoun: the marker that it has in it, «nom», or «obl» where a postposition follows
    country: str | None = None  #: id of the country that it belongs to
    glued: bool = False  #: its first token begins with another word: «आकलनउत्तर कोरिया»


@dataclass(slots=True)
class Group:
    """A noun group: tokens[begin:end], its head the last noun, then its postposition."""

    index: int
    begin: int
    end: int
    head: int
    marker: str = NOMINATIVE  #: id of the postposition; of a conjunct, that of the last one
    marker_end: int = 0  #: token after the postposition
    mention: Mention | None = None  #: the name at its end
    modifiers: tuple[Mention, ...] = ()  #: names inside, before the head
    owner: int = -1  #: for a genitive: the group that it modifies
    conjuncts: tuple[int, ...] = ()  #: the groups that it is coordinated with, itself left out
    clause: int = 0


class Finiteness(StrEnum):
    """What a verb group is in its sentence."""

    FINITE = "finite"
    INFINITIVE = "infinitive"  #: करने का
    PARTICIPLE = "participle"  #: किए गए, हुई: before a noun
    CONVERB = "converb"  #: करके, करते हुए


@dataclass(frozen=True, kw_only=True, slots=True)
class VerbGroup:
    """A main verb with its auxiliaries: tokens[begin:end]."""

    index: int
    begin: int
    end: int
    main: int
    finiteness: Finiteness
    marker: str = ""  #: after an infinitive: «gen» for करने का
    marker_end: int = 0
    passive: bool = False
    future: bool = False
    past: bool = False
    possible: bool = False  #: सकता
    obliged: bool = False  #: करना पड़ा, करना है
    negated: bool = False
    subjunctive: bool = False
    ergative: bool = False  #: its subject has ने


@dataclass(slots=True)
class Clause:
    """A finite clause; its tokens need not be contiguous."""

    index: int
    opener: str = ""  #: `THAT`, `QUOTED`, a relative, or a conjunction
    parent: int = -1  #: for «कि» and relatives: the clause that it hangs on
    previous: int = -1  #: the sibling before it, with which it may share its subject
    verb: int = -1  #: index of its finite verb group
    begin: int = 0


@dataclass(slots=True)
class Reading:
    """A sentence with all of that, ready for role filling."""

    sentence: Sentence
    words: tuple[str, ...]  #: folded
    texts: tuple[str, ...]
    groups: list[Group] = field(default_factory=list)
    verbs: list[VerbGroup] = field(default_factory=list)
    clauses: list[Clause] = field(default_factory=list)
    clause_of: list[int] = field(default_factory=list)  #: token → clause
    group_at: Mapping[int, int] = field(default_factory=dict)  #: token → group
    verb_at: Mapping[int, int] = field(default_factory=dict)  #: token → verb group

    def possessors(self, group: Group) -> list[Group]:
        """The genitive groups that modify a group, nearest last."""
        return [other for other in self.groups if other.owner == group.index]

    def conjoined(self, group: Group) -> list[Group]:
        """The group and those coordinated with it, in text order."""
        return [self.groups[index] for index in sorted({group.index, *group.conjuncts})]

    def group_of(self, token: int) -> Group | None:
        """The noun group that holds a token; None for any other number."""
        index = self.group_at.get(token)
        return None if index is None else self.groups[index]

    def verb_of(self, token: int) -> VerbGroup | None:
        """The verb group that holds a token; None for any other number."""
        index = self.verb_at.get(token)
        return None if index is None else self.verbs[index]

    def text(self, begin: int, end: int) -> str:
        """Tokens with the spaces of the article."""
        return spelled(self.sentence.tokens[begin:end])

    def governor(self, group: Group) -> int:
        """The verb or noun outside the group that the tree hangs its head on; -1 where there is none."""
        tokens = self.sentence.tokens
        at, seen = group.head, set[int]()
        while at not in seen and 0 <= at < len(tokens):
            seen.add(at)
            head = tokens[at].head
            if head < 0:
                return -1
            if not group.begin <= head < group.end:
                other = self.group_of(head)
                if tokens[at].deprel == labels.CONJ or (other is not None and other.index in group.conjuncts):
                    at = head
                    continue
                return head
            at = head
        return -1


def folded(texts: Sequence[str]) -> tuple[str, ...]:
    """The words of a sentence as the lexicon compares them."""
    return tuple(fold(text) or text for text in texts)


def spelled(tokens: Sequence[Token]) -> str:
    """Tokens with the spaces of the article."""
    pieces = [
        f" {token.text}" if at and token.begin > tokens[at - 1].end else token.text for at, token in enumerate(tokens)
    ]
    return "".join(pieces)
