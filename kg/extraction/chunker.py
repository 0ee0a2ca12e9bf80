"""Cuts a parsed sentence into verb groups, noun groups and clauses (see `reading.py`)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kg.extraction.lexicon import Lexicon
from kg.extraction.reading import (
    AND,
    GENITIVE,
    HYPHENS,
    NEGATIONS,
    NOMINATIVE,
    PARTICLES,
    PUNCTUATION,
    QUOTES,
    RELATIVE,
    Clause,
    Finiteness,
    Group,
    Mention,
    Reading,
    VerbGroup,
)
from kg.extraction.words import VerbForm
from kg.language import labels
from kg.records import EntityType, Sentence

COPULAS = frozenset({"है", "हैं", "था", "थे", "थी", "थीं", "हूं", "चाहिए"})
_PAST = frozenset({"था", "थे", "थी", "थीं"})
_HUE = frozenset({"हुए", "हुई", "हुआ", "हुईं"})
_VALA = frozenset({"वाला", "वाले", "वाली", "वालों"})
_POSTPOSED = frozenset({"से", "ने", "को", "साथ", "नहीं", "खिलाफ"})
_BETWEEN = frozenset({"भी", "शायद", "संभवतः", "न", "ही"})
_SITUATED = frozenset({"स्थित", "समर्थित", "विरोधी", "समर्थक"})
_MORE = frozenset({"अधिक", "ज्यादा", "कम", "ऊपर", "भी"})
_FUTURE = ("गा", "गे", "गी", "गीं")
_SUBORDINATORS = frozenset(
    {"लेकिन", "जबकि", "क्योंकि", "मगर", "किंतु", "परंतु", "हालांकि", "यदि", "अगर", "ताकि", "बल्कि", "वहीं"}
)
_RELATIVES = frozenset(
    {"जो", "जिस", "जिसने", "जिसे", "जिससे", "जिसमें", "जिसका", "जिसके", "जिसकी", "जिन", "जिन्हें", "जिनमें", "जिनके"}
) | {
    "जिनकी",
    "जिनका",
    "जिनसे",
    "जिन्होंने",
    "जिसपर",
    "जहां",
    "जब",
    "जिसको",
}
_ENDINGS = (
    (("ना", "ने", "नी"), VerbForm.INFINITIVE),
    (("ता", "ते", "ती"), VerbForm.HABITUAL),
    (("गा", "गे", "गी"), VerbForm.FUTURE),
    (("कर", "के"), VerbForm.ABSOLUTIVE),
    (("ा", "े", "ी", "ीं", "या", "ए", "ई"), VerbForm.PERFECTIVE),
)
_NOMINAL = frozenset(
    {labels.NOUN, labels.PROPN, labels.PRON, labels.NUM, labels.ADJ, labels.DET, labels.X, labels.SYM, ""}
)
_CLOSING = {"(": ")", "[": "]"}
_LONGEST_ASIDE = 12  #: tokens between brackets


def read(sentence: Sentence, words: Sequence[str], mentions: Sequence[Mention], lexicon: Lexicon) -> Reading:
    """The reading of a sentence whose names are known; `words` are folded."""
    reading = Reading(sentence=sentence, words=tuple(words), texts=tuple(token.text for token in sentence.tokens))
    chunker = _Chunker(reading, mentions, lexicon)
    reading.verbs = _with_main_verb(list(chunker.verb_groups()))
    reading.verbs = _with_shared_markers(reading)
    reading.verb_at = {at: verb.index for verb in reading.verbs for at in range(verb.begin, verb.end)}
    reading.groups = chunker.noun_groups()
    reading.group_at = {at: group.index for group in reading.groups for at in range(group.begin, group.end)}
    reading.clauses, reading.clause_of = _clauses(reading, chunker.inside)
    for group in reading.groups:
        group.clause = reading.clause_of[group.begin]
    _attach_genitives(reading, lexicon)
    _coordinate(reading, lexicon)
    for clause in reading.clauses:
        if clause.opener in _RELATIVES and clause.parent >= 0:
            clause.relative_of = _antecedent(reading, clause)
    return reading


def _with_main_verb(verbs: list[VerbGroup]) -> list[VerbGroup]:
    """A headline may end in its subject: «मॉस्को में मिले पुतिन और अराघची». Where nothing else is finite, its verb is."""
    if any(verb.finiteness is Finiteness.FINITE for verb in verbs):
        return verbs
    participles = [verb for verb in verbs if verb.finiteness is Finiteness.PARTICIPLE and not verb.future]
    if not participles:
        return verbs
    last = participles[-1]
    verbs[last.index] = replace(last, finiteness=Finiteness.FINITE)
    return verbs


def _with_shared_markers(reading: Reading) -> list[VerbGroup]:
    """Infinitives joined by «और» share the postposition of the last: «बातचीत करने और कदम उठाने | पर»."""
    verbs = list(reading.verbs)
    for verb in reversed(reading.verbs):
        if verb.finiteness is not Finiteness.INFINITIVE or verb.marker or verb.end >= len(reading.words):
            continue
        if reading.words[verb.end] not in AND:
            continue
        later = [
            other for other in verbs[verb.index + 1 :] if other.marker != "ke_liye" or other.index == verb.index + 1
        ]
        if later and later[0].finiteness is Finiteness.INFINITIVE and later[0].marker:
            verbs[verb.index] = replace(verb, marker=later[0].marker, marker_end=later[0].marker_end)
    return verbs


def marker_at(words: Sequence[str], at: int, lexicon: Lexicon, *, bare: bool = False) -> tuple[str, int]:
    """The postposition that begins at `at`, as (id, token after it); («», at) where there is none.

    `bare`: after a possessive pronoun, which has the के of «के साथ» in it.
    """
    table = lexicon.bare_markers if bare else lexicon.markers
    for form, marker in table.get(words[at], ()) if at < len(words) else ():
        if tuple(words[at : at + len(form)]) == form:
            return marker, at + len(form)
    return "", at


def is_verb_ki(words: Sequence[str], at: int) -> bool:
    """Whether «की» is the verb करना and not the genitive: a verb is followed by an auxiliary or an end."""
    after = next((word for word in words[at + 1 : at + 3] if word not in QUOTES), "।")
    return (
        after in PUNCTUATION
        or after in COPULAS
        or after in {"कि", "गई", "जा", "जाएगी", "जानी", "और", "लेकिन", "जिसमें", "जबकि", ""}
    )


class _Chunker:
    """The scan over one sentence."""

    def __init__(self, reading: Reading, mentions: Sequence[Mention], lexicon: Lexicon) -> None:
        self.words = reading.words
        self.tokens = reading.sentence.tokens
        self.lexicon = lexicon
        self.mention_at = {mention.begin: mention for mention in mentions}
        self.inside = {
            at for mention in mentions if mention.pronoun != RELATIVE for at in range(mention.begin, mention.end)
        }
        self.verbal = [self._is_verb(at) for at in range(len(self.words))]
        self.verb_tokens: set[int] = set()

    # ------------------------------------------------------------ verbs

    def _is_verb(self, at: int) -> bool:
        if at in self.inside:
            return False
        if self.words[at] == "की":
            if at > 0 and self.words[at - 1] in _POSTPOSED:
                return True  # «से की मुलाकात»: a genitive follows no postposition
            return is_verb_ki(self.words, at) and at > 0 and self.words[at - 1] not in PUNCTUATION
        if at + 1 < len(self.words) and self._is_stem_before(at):
            return True
        if self.words[at].endswith("कर") and VerbForm.ABSOLUTIVE in {
            verb.form for verb in self.lexicon.verbs.readings(self.words[at])
        }:
            return True
        if self._is_light_host(at):
            return False
        return self.tokens[at].upos in labels.VERBS and self.words[at] not in ("के", "का")

    def _is_light_host(self, at: int) -> bool:
        """Whether a word that is tagged as a verb has no verb's form and stands before one: «बंद | कर देंगे»."""
        word = self.words[at]
        return (
            at + 1 < len(self.words)
            and self.tokens[at + 1].upos in labels.VERBS
            and not self.lexicon.verbs.readings(word)
            and word not in COPULAS
            and unicodedata.category(word[-1]) == "Lo"
            and self.tokens[at].upos == labels.VERB
        )

    def _is_stem_before(self, at: int) -> bool:
        """Whether a word that is tagged as a noun is a verb's stem: «खरीद सकता», «मांग रहे हैं», «खरीद कर»."""
        if VerbForm.STEM not in self._forms(at) or self.tokens[at + 1].upos not in labels.VERBS:
            return False
        if self.words[at + 1] == "कर":
            return self.words[at] not in self.lexicon.by_host and self.words[at] not in self.lexicon.common
        return bool(self._stems(at + 1) & {"सक", "चुक", "रह"}) and self.tokens[at].upos == labels.NOUN

    def verb_groups(self) -> Iterator[VerbGroup]:
        """The verb groups, in order."""
        at, index = 0, 0
        while at < len(self.words):
            if not self.verbal[at]:
                at += 1
                continue
            end = self._verb_end(at)
            yield self._verb(index, at, end)
            self.verb_tokens |= set(range(at, end))
            at, index = end, index + 1

    def _verb_end(self, begin: int) -> int:
        end = begin + 1
        while end < len(self.words):
            if self.verbal[end]:
                if self._starts_another(begin, end):
                    break
                end += 1
            elif self.words[end] in NEGATIONS | PARTICLES and end + 1 < len(self.words) and self.verbal[end + 1]:
                if self._starts_another(begin, end + 1):
                    break
                end += 2
            else:
                break
        return end

    def _starts_another(self, begin: int, at: int) -> bool:
        """Whether the verb at `at` is a new predicate: «बताते हुए | कहा», not «भेजे | गए»."""
        token, last = self.tokens[at], self.words[at - 1]
        if token.upos == labels.AUX or token.deprel in (labels.AUX_RELATION, labels.AUX_PASS):
            return last in _HUE and at - 1 > begin and self.words[at] not in COPULAS
        if self.words[at] == "कर" and VerbForm.STEM in self._forms(at - 1):
            return False
        if self._forms(at) & {VerbForm.FUTURE} and self.words[at].startswith(("हो", "जा")):
            return False
        if self.words[at] in COPULAS or any(
            stem in ("सक", "चुक", "रह", "जा", "पड़", "लग", "दे", "ले") for stem in self._stems(at)
        ):
            return bool(last in _HUE and at - 1 > begin)
        return True

    def _forms(self, at: int) -> set[VerbForm]:
        """What a verb form may be; by its ending, where the verb is not in the list."""
        known = {verb.form for verb in self.lexicon.verbs.readings(self.words[at])}
        if known or self.tokens[at].upos not in labels.VERBS or self.words[at] in COPULAS:
            return known
        return {form for endings, form in _ENDINGS if self.words[at].endswith(endings)} or {VerbForm.STEM}

    def _stems(self, at: int) -> set[str]:
        return {verb.stem for verb in self.lexicon.verbs.readings(self.words[at])}

    def _verb(self, index: int, begin: int, end: int) -> VerbGroup:
        inner = [at for at in range(begin, end) if self.words[at] not in NEGATIONS | PARTICLES]
        words = [self.words[at] for at in inner]
        after = end
        while after < len(self.words) and self.words[after] in PARTICLES:
            after += 1
        finiteness, marker, marker_end = self._finiteness(inner, after)
        passive = (
            len(inner) > 1
            and bool(self._forms(inner[0]) & {VerbForm.PERFECTIVE})
            and any("जा" in self._stems(at) for at in inner[1:])
        )
        future = any(
            word.endswith(_FUTURE) and len(word) > 2 and VerbForm.FUTURE in self._forms(at)
            for at, word in zip(inner, words, strict=True)
        )
        forms = self._forms(inner[-1])
        return VerbGroup(
            index=index,
            begin=begin,
            end=end,
            main=inner[0],
            finiteness=finiteness,
            marker=marker,
            marker_end=marker_end,
            passive=passive,
            future=future
            or (finiteness is Finiteness.PARTICIPLE and self._coming(words, after))
            or self._about_to(words),
            past=any(word in _PAST for word in words) or VerbForm.PERFECTIVE in forms,
            possible=any("सक" in self._stems(at) for at in inner),
            obliged=finiteness is Finiteness.FINITE and VerbForm.INFINITIVE in self._forms(inner[0]) and len(inner) > 1,
            negated=any(self.words[at] in NEGATIONS for at in range(max(0, begin - 1), end))
            or (end < len(self.words) and self.words[end] in NEGATIONS and finiteness is Finiteness.FINITE),
            ergative=finiteness is Finiteness.FINITE and not passive and self._ergative(inner),
            subjunctive=forms == {VerbForm.SUBJUNCTIVE} or ("चाहिए" in words),
        )

    def _coming(self, words: Sequence[str], after: int) -> bool:
        """«होने वाला», «की जाने वाली»: about to be; «हमला करने वाला» may be past."""
        return after < len(self.words) and self.words[after] in _VALA and words[-1] in ("होने", "जाने", "आने")

    def _ergative(self, inner: Sequence[int]) -> bool:
        lexical = [at for at in inner if self.words[at] not in COPULAS]
        if not lexical or VerbForm.PERFECTIVE not in self._forms(lexical[-1]):
            return False
        stems = self._stems(lexical[0]) | self._stems(lexical[-1])
        return not stems & self.lexicon.intransitive

    @staticmethod
    def _about_to(words: Sequence[str]) -> bool:
        return len(words) > 2 and words[0].endswith("ने") and words[1] == "जा" and words[2].startswith("रह")

    def _finiteness(self, inner: Sequence[int], after: int) -> tuple[Finiteness, str, int]:
        words = [self.words[at] for at in inner]
        last, forms = words[-1], self._forms(inner[-1])
        following = self.words[after] if after < len(self.words) else "।"
        marker, marker_end = marker_at(self.words, after, self.lexicon)
        if following in _VALA:
            return Finiteness.PARTICIPLE, "", after + 1
        if VerbForm.INFINITIVE in forms and last not in COPULAS:
            return Finiteness.INFINITIVE, marker, marker_end if marker else after
        if last in _HUE and len(words) > 1:
            return Finiteness.CONVERB, "", after
        if VerbForm.ABSOLUTIVE in forms and (len(words) > 1 or last not in ("के",)) and not (marker and last != "कर"):
            return Finiteness.CONVERB, "", after
        if last.endswith(("ते", "ता", "ती")) and len(words) == 1 and following not in COPULAS:
            if following in ("हुए", "ही", "समय", "वक्त") or following in PUNCTUATION:
                return Finiteness.CONVERB, "", after
            return Finiteness.PARTICIPLE, "", after
        nominal = (
            after < len(self.words)
            and following not in PUNCTUATION
            and (after in self.inside or self.tokens[after].upos in _NOMINAL)
        )
        copular = last in COPULAS or any(form is VerbForm.FUTURE for form in forms)
        if (
            nominal
            and not copular
            and (
                self.tokens[inner[0]].deprel in (labels.ACL, "amod")
                or (last in _HUE and self.tokens[inner[0]].deprel not in (labels.ROOT, labels.CONJ))
            )
        ):
            return Finiteness.PARTICIPLE, "", after
        return Finiteness.FINITE, "", after

    # ------------------------------------------------------------ noun groups

    def noun_groups(self) -> list[Group]:
        """The noun groups, in order; markers are those that follow them directly."""
        self.groups: list[Group] = []
        self.begin = -1  # of the group that is open
        self.last = -1  # its last noun
        self.held: list[Mention] = []
        at = 0
        while at < len(self.words):
            at = self._step(at)
        self._close(len(self.words), NOMINATIVE, len(self.words))
        return self.groups

    def _step(self, at: int) -> int:
        word = self.words[at]
        mention = self.mention_at.get(at)
        if mention is not None:
            if self.begin >= 0 and not self._joins(mention):
                self._close(at, NOMINATIVE, at)
            self._take(at, mention.end, mention)
            return self._pronoun(mention) if mention.case else mention.end
        if at in self.verb_tokens:
            self._close(at, NOMINATIVE, at)
            return at + 1
        if word in _CLOSING and self.begin >= 0:
            closing = self._aside(at)
            if closing:
                return closing
        if word in QUOTES or (word in HYPHENS and self.begin >= 0 and at + 1 < len(self.words)):
            return at + 1
        if (
            word == "से"
            and at + 1 < len(self.words)
            and self.words[at + 1] in _MORE
            and self.begin >= 0
            and self.tokens[self.last].upos == labels.NUM
        ):
            return at + 1
        marker, end = marker_at(self.words, at, self.lexicon)
        if marker and self.begin >= 0:
            self._close(at, marker, end)
            return end
        if word in PARTICLES and self.begin >= 0:
            if marker_at(self.words, at + 1, self.lexicon)[0] or self.tokens[self.last].upos in (
                labels.NUM,
                labels.DET,
            ):
                return at + 1
            self._close(at, NOMINATIVE, at)
            return at + 1
        if (
            word in PUNCTUATION
            or word in AND
            or self.tokens[at].upos not in _NOMINAL
            or word in _SUBORDINATORS
            or word in _RELATIVES
            or word == "कि"
        ):
            self._close(at, NOMINATIVE, at)
            return at + 1
        if self.begin >= 0 and not self._continues(at):
            self._close(at, NOMINATIVE, at)
        self._take(at, at + 1, None)
        return at + 1

    def _pronoun(self, mention: Mention) -> int:
        """A pronoun has its case in it: it is a group of its own, but for a possessive before a noun."""
        if mention.case == GENITIVE:
            marker, end = marker_at(self.words, mention.end, self.lexicon, bare=True)
            if not marker:
                return mention.end
        elif mention.case == "obl":
            marker, end = marker_at(self.words, mention.end, self.lexicon)
        else:
            marker, end = ("" if mention.case == "nom" else mention.case), mention.end
        self._close(mention.end, marker, end)
        return end

    def _aside(self, at: int) -> int:
        closing = _CLOSING[self.words[at]]
        for end in range(at + 1, min(at + _LONGEST_ASIDE, len(self.words))):
            if self.words[end] == closing:
                return end + 1
        return 0

    def _take(self, begin: int, end: int, mention: Mention | None) -> None:
        if self.begin < 0:
            self.begin = begin
        self.last = end - 1
        if mention is not None:
            self.held.append(mention)

    def _close(self, at: int, marker: str, marker_end: int) -> None:
        if self.begin < 0:
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

    def _joins(self, mention: Mention) -> bool:
        """Whether a name goes on with the group that is open before it: «रूसी रक्षा मंत्री | शोइगु», not «किम | रूस»."""
        before = self.words[self.last]
        held = self.held[-1] if self.held else None
        if held is not None and held.end == self.last + 1:
            return (held.demonym or held.case == GENITIVE) and not mention.pronoun and self._fits(mention)
        if mention.pronoun:
            return False
        if (
            self.tokens[self.last].upos in (labels.ADJ, labels.DET, labels.NUM)
            or before in self.lexicon.classes["prenominal"]
        ):
            return True
        if mention.type is EntityType.PERSON:
            if before in self.lexicon.classes["titles_last"] or before in self.lexicon.classes["persons"]:
                return True
            token = self.tokens[self.last]
            return (
                token.upos == labels.NOUN
                and mention.begin <= token.head < mention.end
                and before not in self.lexicon.classes["times"]
            )
        if mention.type in (EntityType.COUNTRY, EntityType.PLACE):
            return before in self.lexicon.classes["kinds_of_place"] and held is None
        return before in self.lexicon.classes["kinds"] and held is None

    @staticmethod
    def _fits(name: Mention) -> bool:
        return name.demonym or name.type is not EntityType.COUNTRY

    def _continues(self, at: int) -> bool:
        """Whether a common noun goes on with the group before it: «रूसी | सेना», «भारत | सरकार», not «रूस | हथियार»."""
        held = self.held[-1] if self.held else None
        word = self.words[at]
        if held is None or held.end != self.last + 1:
            return not self._begins_anew(at)
        if held.demonym or held.case == GENITIVE:
            return True
        if word in self.lexicon.classes["after_name"] or word in self.lexicon.classes["second_adjectives"]:
            return True
        if held.type is EntityType.PERSON:
            return word in self.lexicon.classes["honorifics"]
        if held.type is EntityType.ORGANIZATION and word in self.lexicon.classes["titles_last"]:
            return True
        return self.tokens[at].upos == labels.PROPN and self._same_compound(held, at)

    def _begins_anew(self, at: int) -> bool:
        """Determiners, numbers and adjectives stand before their noun: behind one they begin another group."""
        if self.tokens[self.last].upos not in (labels.NOUN, labels.PROPN, labels.PRON) or self.words[at - 1] in HYPHENS:
            return False
        if (
            self.words[self.last] in self.lexicon.classes["times"]
            and self.words[at] not in self.lexicon.classes["times"]
        ):
            return True
        if self._is_set(at) or self._begins_title(at) or self._ends_title(at):
            return True
        if self.tokens[at].upos in (labels.DET, labels.NUM) or self.words[at] in self.lexicon.classes["determiners"]:
            return True
        return self.tokens[at].upos == labels.ADJ and self.words[at] not in self.lexicon.classes["second_adjectives"]

    def _ends_title(self, at: int) -> bool:
        """Whether the group ends in a title, and the noun at `at` makes no word with it: «उपप्रधानमंत्री | वार्ता»."""
        last = self.words[self.last]
        if last not in self.lexicon.classes["titles_last"] or last in self.lexicon.classes["loose_titles"]:
            return False
        following = self.words[at]
        return (
            self.tokens[at].upos == labels.NOUN
            and following not in self.lexicon.classes["titles_last"] | self.lexicon.classes["title_compounds"]
        )

    def _is_set(self, at: int) -> bool:
        """Whether the group is «दोनों देश» already, and the word at `at` no part of it."""
        return (
            self.words[self.begin] in ("दोनों", "तीनों")
            and self.last > self.begin
            and self.words[at] not in self.lexicon.classes["titles_last"]
        )

    def _begins_title(self, at: int) -> bool:
        """Whether a title begins behind a noun that is no part of it: «अध्यक्षता | रक्षा मंत्री»."""
        for length in (3, 2):
            named = self.mention_at.get(at + length)
            if (
                " ".join(self.words[at : at + length]) in self.lexicon.titles
                and named is not None
                and named.type is EntityType.PERSON
            ):
                return self.words[self.last] not in self.lexicon.classes["kinds"] | self.lexicon.classes["bodies"]
        return False

    def _same_compound(self, held: Mention, at: int) -> bool:
        token = self.tokens[held.end - 1]
        return (
            token.deprel in (labels.COMPOUND, labels.FLAT)
            and token.head == at
            and at not in self.mention_at
            and self.words[at] in self.lexicon.classes["kinds"]
        )


# ------------------------------------------------------------------ clauses


def _clauses(reading: Reading, inside: set[int]) -> tuple[list[Clause], list[int]]:
    """The clauses and, for each token, the one that it stands in."""
    words = reading.words
    finite = [verb for verb in reading.verbs if verb.finiteness is Finiteness.FINITE]
    clauses = [Clause(index=0)]
    current, clause_of = clauses[0], []

    def opened(at: int, opener: str, *, parent: int, previous: int) -> Clause:
        clauses.append(Clause(index=len(clauses), opener=opener, parent=parent, previous=previous, begin=at))
        return clauses[-1]

    for at, word in enumerate(words):
        verb_ahead = any(verb.begin >= at for verb in finite)
        closed = current.verb >= 0
        if word == "कि" and at not in inside:
            current = opened(at, "कि", parent=current.index, previous=-1)
        elif word in _RELATIVES and at not in inside and verb_ahead and at > 0:
            current = opened(at, word, parent=current.index, previous=-1)
        elif word in _SUBORDINATORS and verb_ahead and at > current.begin + 1:
            current = opened(at, word, parent=current.parent, previous=current.index)
        elif closed and verb_ahead and word in QUOTES and _is_speech(reading, current):
            current = opened(at, '"', parent=current.index, previous=-1)
        elif closed and verb_ahead and word not in PUNCTUATION and at >= reading.verbs[current.verb].end:
            resumed = _resumed(reading, clauses, current, at)
            if resumed is not None:
                current = resumed
            else:
                content = (
                    word not in AND and words[at - 1] == "," and _is_speech(reading, current) and current.opener != "कि"
                )
                current = opened(
                    at,
                    word if word in AND else "",
                    parent=current.index if content else current.parent,
                    previous=-1 if content else current.index,
                )
                if content:
                    current.opener = '"'
        clause_of.append(current.index)
        index = reading.verb_at.get(at)
        if (
            index is not None
            and reading.verbs[index].finiteness is Finiteness.FINITE
            and at == reading.verbs[index].end - 1
        ):
            current.verb = index
    return clauses, clause_of


def _resumed(reading: Reading, clauses: Sequence[Clause], current: Clause, at: int) -> Clause | None:
    """The clause that a relative clause interrupts, where it has no verb yet."""
    while current.parent >= 0 and (current.opener in _RELATIVES or current.opener == '"'):
        parent = clauses[current.parent]
        if parent.verb < 0 and current.opener in _RELATIVES:
            return parent
        current = parent
    return None


_SPEECH = frozenset({"कह", "बता", "बोल", "लिख", "दोहरा", "जोड़", "पूछ"})


def _is_speech(reading: Reading, clause: Clause) -> bool:
    verb = reading.verbs[clause.verb]
    word = reading.words[verb.main]
    return any(word.startswith(stem) for stem in _SPEECH)


# ------------------------------------------------------------------ genitives, coordination, relatives


def _attach_genitives(reading: Reading, lexicon: Lexicon) -> None:
    """Each genitive owns the next group, where it begins right behind the postposition."""
    at_begin = {group.begin: group for group in reading.groups}
    for group in reading.groups:
        if group.marker != GENITIVE:
            continue
        at = group.marker_end
        while at < len(reading.words) and (
            reading.words[at] in QUOTES
            or reading.words[at] in PARTICLES
            or reading.sentence.tokens[at].upos in (labels.ADV, labels.PART)
        ):
            at += 1
        owned = at_begin.get(at)
        while (
            owned is not None
            and owned.mention is None
            and set(reading.words[owned.begin : owned.end]) <= lexicon.classes["times"]
            and owned.marker != GENITIVE
        ):
            owned = at_begin.get(max(owned.end, owned.marker_end))  # «मोदी की | सोमवार को | हुई वार्ता»
        if owned is not None:
            group.owner = owned.index


def top(reading: Reading, group: Group) -> Group:
    """The head of the noun phrase that a group begins: «रूस के | राष्ट्रपति पुतिन» → the second."""
    seen = {group.index}
    while group.owner >= 0 and group.owner not in seen:
        group = reading.groups[group.owner]
        seen.add(group.index)
    return group


def _coordinate(reading: Reading, lexicon: Lexicon) -> None:
    """Groups joined by commas and «और» are conjuncts, and share the postposition of the last."""
    linked: dict[int, int] = {}
    listed = False  # a list ends in «और»; a comma alone joins nothing
    for first, second in reversed(list(zip(reading.groups, reading.groups[1:], strict=False))):
        if _including(first, second):
            for index in (first.index, *first.conjuncts):
                linked[index] = second.index
            first.marker = NOMINATIVE
            listed = True
            continue
        if not _joined(reading, first, second):
            listed = False
            continue
        listed = listed or _gap(reading, first, second) != [","]
        if not listed:
            continue
        partner = _partner(reading, first, second, lexicon)
        if partner is not None:
            linked[first.index] = partner.index
    for group in reversed(reading.groups):
        if group.index in linked:
            last = reading.groups[linked[group.index]]
            chain = sorted({last.index, *last.conjuncts, group.index})
            for index in chain:
                reading.groups[index].conjuncts = tuple(other for other in chain if other != index)
            if group.marker == NOMINATIVE:
                group.marker, group.marker_end, group.owner = last.marker, last.marker_end, last.owner


def _including(first: Group, second: Group) -> bool:
    """«मित्रों सहित | भारत से»: what is included beside a name; «अमेरिका सहित | 23 देश» names a part of them."""
    return first.marker == "incl" and first.marker_end == second.begin and second.mention is not None


def _joined(reading: Reading, first: Group, second: Group) -> bool:
    gap = _gap(reading, first, second)
    if not gap or not all(word in AND or word == "," or word in HYPHENS for word in gap):
        return False
    return len(gap) <= 2 and (first.marker in (NOMINATIVE, second.marker)) and first.clause == second.clause


def _gap(reading: Reading, first: Group, second: Group) -> list[str]:
    words = reading.words[max(first.end, first.marker_end) : second.begin]
    return [word for word in words if word not in QUOTES and word not in _BETWEEN]


def _partner(reading: Reading, first: Group, second: Group, lexicon: Lexicon) -> Group | None:
    """Which part of the second phrase the first group is coordinated with: its head, or its genitive."""
    if first.marker not in (NOMINATIVE, GENITIVE) and first.marker != second.marker:
        return None
    head = top(reading, second)
    if head is second:
        return second if _alike(reading, first, second) else None
    if _alike(reading, first, second):
        return second
    return head if _alike(reading, first, head) else None


def _kind(reading: Reading, group: Group) -> str:
    if group.mention is not None:
        person = group.mention.type is EntityType.PERSON
        return "person" if person else "body"
    return "noun"


def _alike(reading: Reading, first: Group, second: Group) -> bool:
    if (
        second.modifiers
        and second.modifiers[0].begin == second.begin
        and second.modifiers[0].end < second.end
        and reading.words[second.modifiers[0].end] in _SITUATED
    ):
        return False  # «फोर्दो, नतांज और इस्फहान | स्थित ठिकाने»
    one, other = _kind(reading, first), _kind(reading, second)
    return one == other or {one, other} <= {"body", "noun"} or {one, other} == {"person", "noun"}


def _antecedent(reading: Reading, clause: Clause) -> int:
    """The group right before a relative, that it stands for; -1 where there is none."""
    before = [group for group in reading.groups if group.end <= clause.begin and group.clause == clause.parent]
    return before[-1].index if before else -1


def main_stems(reading: Reading, verb: VerbGroup, lexicon: Lexicon) -> frozenset[str]:
    """The stems that the main verb of a group may have."""
    return frozenset(found.stem for found in lexicon.verbs.readings(reading.words[verb.main]))
