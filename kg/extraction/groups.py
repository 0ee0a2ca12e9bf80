"""The noun groups of a sentence: which words make one, and the postposition that it ends in."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extraction.lexicon import Lexicon
from kg.extraction.markers import marker_at
from kg.extraction.reading import (
    AND,
    ERGATIVE,
    GENITIVE,
    HYPHENS,
    NOMINATIVE,
    PARTICLES,
    PUNCTUATION,
    QUOTES,
    THAT,
    Group,
    Mention,
    Reading,
)
from kg.extraction.verbs import NOMINAL
from kg.language import labels
from kg.records import EntityType

_CLOSING = {"(": ")", "[": "]"}
_LONGEST_ASIDE = 12  #: tokens between brackets
_LONGEST_TITLE = 3  #: words of a title that begins a group behind a noun


def noun_groups(reading: Reading, mentions: Sequence[Mention], lexicon: Lexicon) -> list[Group]:
    """The noun groups of a sentence whose verb groups are known, in order."""
    scan = _GroupScan(reading, mentions, lexicon)
    at = 0
    while at < len(reading.words):
        at = scan.step(at)
    scan.close(at, NOMINATIVE, at)
    return scan.groups


class _GroupScan:
    """The scan for noun groups over one sentence; at most one group is open."""

    def __init__(self, reading: Reading, mentions: Sequence[Mention], lexicon: Lexicon) -> None:
        self.reading = reading
        self.words = reading.words
        self.tokens = reading.sentence.tokens
        self.lexicon = lexicon
        self.mention_at = {mention.begin: mention for mention in mentions}
        self.groups: list[Group] = []
        self.begin = -1  #: of the group that is open
        self.last = -1  #: its last noun
        self.held: list[Mention] = []  #: the names and pronouns in it

    @property
    def open(self) -> bool:
        """Whether a group is open."""
        return self.begin >= 0

    def step(self, at: int) -> int:
        """Take in what stands at a token; the token to go on at."""
        mention = self.mention_at.get(at)
        if mention is not None:
            return self._name(mention)
        passed = self._passed(at)
        if passed:
            return passed
        marker, end = marker_at(self.words, at, self.lexicon)
        if marker and self.open and self.reading.verb_of(at) is None:
            self.close(at, marker, end)
            return end
        if self._breaks(at):
            self.close(at, NOMINATIVE, at)
            return at + 1
        if self.open and not self._continues(at):
            self.close(at, NOMINATIVE, at)
        self._take(at, at + 1)
        return at + 1

    def close(self, at: int, marker: str, marker_end: int) -> None:
        """End the open group before a token; nothing where none is open."""
        if not self.open:
            return
        if marker == NOMINATIVE and self.held and self.held[-1].case == GENITIVE and self.last < self.held[-1].end:
            marker, marker_end = GENITIVE, at  # «उनकी | रूस यात्रा»
        final = self.held[-1] if self.held and self.held[-1].end == self.last + 1 else None
        self.groups.append(
            Group(
                index=len(self.groups),
                begin=self.begin,
                end=self.last + 1,
                head=self.last,
                marker=marker,
                marker_end=marker_end,
                mention=final,
                modifiers=tuple(mention for mention in self.held if mention is not final),
            )
        )
        self.begin, self.last, self.held = -1, -1, []

    def _take(self, begin: int, end: int) -> None:
        if not self.open:
            self.begin = begin
        self.last = end - 1

    # ------------------------------------------------------------ names and pronouns

    def _name(self, mention: Mention) -> int:
        if self.open and not self._joins(mention):
            self.close(mention.begin, NOMINATIVE, mention.begin)
        self._take(mention.begin, mention.end)
        self.held.append(mention)
        return self._pronoun(mention) if mention.case else mention.end

    def _pronoun(self, mention: Mention) -> int:
        """A pronoun has its case in it: it is a group of its own, but for a possessive before a noun."""
        if mention.case == GENITIVE:
            marker, end = marker_at(self.words, mention.end, self.lexicon, bare=True)
            if not marker:
                return mention.end
        elif mention.case == "obl":
            marker, end = marker_at(self.words, mention.end, self.lexicon)
        else:
            marker, end = (NOMINATIVE if mention.case == "nom" else mention.case), mention.end
        self.close(mention.end, marker, end)
        return end

    def _joins(self, mention: Mention) -> bool:
        """Whether a name goes on with the group that is open before it: «रूसी रक्षा मंत्री | शोइगु», not «किम | रूस»."""
        held = self._held_last()
        if held is not None:
            fits = mention.demonym or mention.type is not EntityType.COUNTRY
            return (held.demonym or held.case == GENITIVE) and not mention.pronoun and fits
        if mention.pronoun:
            return False
        token, before, classes = self.tokens[self.last], self.words[self.last], self.lexicon.classes
        if token.upos in (labels.ADJ, labels.DET, labels.NUM) or before in classes["prenominal"]:
            return True
        if mention.type is EntityType.PERSON:
            if before in classes["titles_last"] or before in classes["persons"]:
                return True
            described = token.upos == labels.NOUN and mention.begin <= token.head < mention.end
            return described and before not in classes["times"]
        kinds = "kinds_of_place" if mention.type in (EntityType.COUNTRY, EntityType.PLACE) else "kinds"
        return before in classes[kinds] and not self.held

    def _held_last(self) -> Mention | None:
        """The name or pronoun that the open group ends in so far."""
        held = self.held[-1] if self.held else None
        return held if held is not None and held.end == self.last + 1 else None

    # ------------------------------------------------------------ what ends a group and what does not

    def _passed(self, at: int) -> int:
        """The token after what stands inside a group and is no part of it, as quotes and brackets; 0 for anything else."""
        word = self.words[at]
        if self.reading.verb_of(at) is not None:
            return 0
        if word in QUOTES:
            return at + 1
        if not self.open:
            return 0
        if word in _CLOSING:
            return self._aside(at)
        if word in HYPHENS and at + 1 < len(self.words):
            return at + 1
        if word in PARTICLES and self._is_inner_particle(at):
            return at + 1
        return at + 1 if self._is_more_than(at) else 0

    def _aside(self, at: int) -> int:
        closing = _CLOSING[self.words[at]]
        for end in range(at + 1, min(at + _LONGEST_ASIDE, len(self.words))):
            if self.words[end] == closing:
                return end + 1
        return 0

    def _is_inner_particle(self, at: int) -> bool:
        """Whether a particle stands before the postposition of its group or behind a number or determiner of it."""
        if marker_at(self.words, at, self.lexicon)[0]:
            return False  # «तक»
        if marker_at(self.words, at + 1, self.lexicon)[0]:
            return True
        return self.tokens[self.last].upos in (labels.NUM, labels.DET)

    def _is_more_than(self, at: int) -> bool:
        """«सौ | से | अधिक सैनिक»: no postposition."""
        following = self.words[at + 1] if at + 1 < len(self.words) else ""
        counted = self.tokens[self.last].upos == labels.NUM
        return self.words[at] == "से" and following in self.lexicon.function_words["more_than"] and counted

    def _breaks(self, at: int) -> bool:
        """Whether a word is of no noun group."""
        word, function_words = self.words[at], self.lexicon.function_words
        if self.reading.verb_of(at) is not None or (word in PARTICLES and self.open):
            return True
        if word in PUNCTUATION or word in AND or word == THAT or self.tokens[at].upos not in NOMINAL:
            return True
        return any(word in function_words[name] for name in ("subordinators", "relatives", "adverbs"))

    # ------------------------------------------------------------ common nouns

    def _continues(self, at: int) -> bool:
        """Whether a common noun goes on with the group before it: «रूसी | सेना», «भारत | सरकार», not «रूस | हथियार»."""
        held, word, classes = self._held_last(), self.words[at], self.lexicon.classes
        if held is None:
            return not self._begins_anew(at)
        if held.demonym or held.case == GENITIVE:
            return True
        if word in classes["second_adjectives"]:
            return True
        if held.type is EntityType.PERSON:
            paired = held.begin > 0 and self.words[held.begin - 1] in HYPHENS  # «मोदी-पुतिन | मुलाकात»
            after = classes["after_person"] | (classes["after_pair"] if paired else frozenset())
            return word in classes["honorifics"] or word in after
        if word in classes["after_name"]:
            return True
        if held.type is EntityType.ORGANIZATION and word in classes["titles_last"]:
            return True
        if held.type is EntityType.ORGANIZATION and self._modifies(held, at):
            return True
        return self.tokens[at].upos == labels.PROPN and self._is_compound(held, at)

    def _is_compound(self, held: Mention, at: int) -> bool:
        token = self.tokens[held.end - 1]
        joined = token.deprel in (labels.COMPOUND, labels.FLAT) and token.head == at
        return joined and self.words[at] in self.lexicon.classes["kinds"]

    def _modifies(self, held: Mention, at: int) -> bool:
        """«नाटो | सदस्यता का»: by the tree, where a postposition shows that the noun is no object."""
        token, marker = self.tokens[held.end - 1], marker_at(self.words, at + 1, self.lexicon)[0]
        return token.head == at and token.deprel in (labels.AMOD, labels.COMPOUND) and marker not in ("", ERGATIVE)

    def _begins_anew(self, at: int) -> bool:
        """Determiners, numbers and adjectives stand before their noun: behind one they begin another group."""
        upos, word, last, classes = self.tokens[at].upos, self.words[at], self.words[self.last], self.lexicon.classes
        if self.tokens[self.last].upos not in (labels.NOUN, labels.PROPN, labels.PRON) or self.words[at - 1] in HYPHENS:
            return False
        if f"{last} {word}" in self.lexicon.titles:
            return False  # «सेना प्रमुख», whatever the tag of the second
        if last in classes["times"] and word not in classes["times"]:
            return True
        if word in classes["calendar"] and last in self.lexicon.by_host:
            return True  # «मुलाकात | मई में»
        if self._is_subject(at):
            return True
        if self._is_whole_set(at) or self._begins_title(at) or self._ends_title(at):
            return True
        if upos in (labels.DET, labels.NUM) or word in classes["determiners"]:
            return True
        return upos == labels.ADJ and word not in classes["second_adjectives"]

    def _is_subject(self, at: int) -> bool:
        """Whether the tree has the noun before as a subject, and not with the one at `at`: «सदस्य | आतंकवाद से»."""
        before, token = self.tokens[self.last], self.tokens[at]
        return before.deprel == labels.NSUBJ and before.head != at and token.head != self.last

    def _is_whole_set(self, at: int) -> bool:
        """Whether the group is «दोनों देश» already, and the word at `at` no part of it."""
        counted = self.words[self.begin] in self.lexicon.classes["set_determiners"] and self.last > self.begin
        return counted and self.words[at] not in self.lexicon.classes["titles_last"]

    def _begins_title(self, at: int) -> bool:
        """Whether a title begins behind a noun that is no part of it: «अध्यक्षता | रक्षा मंत्री»."""
        classes = self.lexicon.classes
        for length in range(_LONGEST_TITLE, 1, -1):
            named = self.mention_at.get(at + length)
            if named is None or named.type is not EntityType.PERSON:
                continue
            if " ".join(self.words[at : at + length]) in self.lexicon.titles:
                if " ".join(self.words[self.last : at + length]) in self.lexicon.titles:
                    return False  # «राष्ट्रीय | सुरक्षा सलाहकार»
                return self.words[self.last] not in classes["kinds"] | classes["bodies"] | classes["prenominal"]
        return False

    def _ends_title(self, at: int) -> bool:
        """Whether the group ends in a title, and the noun at `at` makes no word with it: «उपप्रधानमंत्री | वार्ता»."""
        last, classes = self.words[self.last], self.lexicon.classes
        if last not in classes["titles_last"] or last in classes["loose_titles"]:
            return False
        follows = classes["titles_last"] | classes["title_compounds"]
        return self.tokens[at].upos == labels.NOUN and self.words[at] not in follows
