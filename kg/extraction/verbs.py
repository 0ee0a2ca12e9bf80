"""The verb groups of a sentence: a main verb with its auxiliaries, and what it is there (finite, participle …)."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace

from kg.extraction.lexicon import Lexicon
from kg.extraction.markers import is_verb_ki, marker_at
from kg.extraction.reading import AND, ERGATIVE, NEGATIONS, NEITHER, PARTICLES, PUNCTUATION, Finiteness, VerbGroup
from kg.extraction.words import (
    COPULAS,
    FUTURE_ENDINGS,
    HUA,
    IMPERFECTIVE_ENDINGS,
    MANAGED,
    PAST,
    THEN,
    VerbForm,
    forms_by_ending,
)
from kg.language import labels
from kg.records import Sentence

NOMINAL = frozenset(
    {labels.NOUN, labels.PROPN, labels.PRON, labels.NUM, labels.ADJ, labels.DET, labels.X, labels.SYM, ""}
)
"""Parts of speech of noun groups; an untagged word may be of one."""


def verb_groups(sentence: Sentence, words: Sequence[str], inside: Collection[int], lexicon: Lexicon) -> list[VerbGroup]:
    """The verb groups in order; `inside` are the tokens of names, which are no verbs."""
    verbs = list(_VerbScan(sentence, words, inside, lexicon).groups())
    return _with_shared_markers(_with_main_verb(verbs), words)


def _with_main_verb(verbs: list[VerbGroup]) -> list[VerbGroup]:
    """A headline may end in its subject: «मॉस्को में मिले पुतिन और अराघची». Where nothing else is finite, its verb is."""
    if any(verb.finiteness is Finiteness.FINITE for verb in verbs):
        return verbs
    participles = [verb for verb in verbs if verb.finiteness is Finiteness.PARTICIPLE and not verb.future]
    if not participles:
        return verbs
    last = participles[-1]
    return [replace(verb, finiteness=Finiteness.FINITE) if verb is last else verb for verb in verbs]


def _with_shared_markers(verbs: Sequence[VerbGroup], words: Sequence[str]) -> list[VerbGroup]:
    """Infinitives joined by «और» share the postposition of the last: «बातचीत करने और कदम उठाने | पर».

    A purpose between the two («… के लिए») is passed over.
    """
    shared = list(verbs)
    for verb in reversed(verbs):
        if verb.finiteness is not Finiteness.INFINITIVE or verb.marker or verb.end >= len(words):
            continue
        if words[verb.end] not in AND:
            continue
        following = next(
            (other for other in shared[verb.index + 1 :] if other.marker != "ke_liye" or other.index == verb.index + 1),
            None,
        )
        if following is not None and following.finiteness is Finiteness.INFINITIVE and following.marker:
            shared[verb.index] = replace(verb, marker=following.marker, marker_end=following.marker_end)
    return shared


class _VerbScan:
    """The scan for verb groups over one sentence."""

    def __init__(self, sentence: Sentence, words: Sequence[str], inside: Collection[int], lexicon: Lexicon) -> None:
        self.words = words
        self.tokens = sentence.tokens
        self.inside = inside
        self.lexicon = lexicon
        self.relatives = lexicon.function_words["relatives"]
        self.vala = lexicon.function_words["vala"] | lexicon.function_words["vala_people"]
        self.verbal = [self._is_verb(at) for at in range(len(words))]

    def groups(self) -> Iterator[VerbGroup]:
        """The verb groups, in order."""
        at, index = 0, 0
        while at < len(self.words):
            if not self.verbal[at]:
                at += 1
                continue
            end = self._end(at)
            yield self._group(index, at, end)
            at, index = end, index + 1

    # ------------------------------------------------------------ words

    def _following(self, at: int) -> str:
        return self.words[at] if at < len(self.words) else "।"

    def _forms(self, at: int) -> frozenset[VerbForm]:
        """What a verb form may be; by its ending, where the verb is not in the list."""
        known = frozenset(verb.form for verb in self.lexicon.verbs.readings(self.words[at]))
        if known or self.tokens[at].upos not in labels.VERBS or self.words[at] in COPULAS:
            return known
        return forms_by_ending(self.words[at])

    def _stems(self, at: int) -> frozenset[str]:
        return self.lexicon.stems_of(self.words[at])

    def _is_verb(self, at: int) -> bool:
        if at in self.inside:
            return False
        word = self.words[at]
        if word == "की":
            return is_verb_ki(self.words, at, self.lexicon) or self._is_before_name(at)
        if word == "लेकर" and at > 0 and self.words[at - 1] in self.lexicon.function_words["before_lekar"]:
            return False
        if self._is_stem_before(at):
            return True
        readings = self.lexicon.verbs.readings(word)
        if word.endswith("कर") and any(verb.form is VerbForm.ABSOLUTIVE for verb in readings):
            return True
        if word in self.lexicon.by_host and not readings:
            return False  # «राजदूत को किया | तलब»
        return self.tokens[at].upos in labels.VERBS and word not in ("के", "का") and not self._is_light_host(at)

    def _is_before_name(self, at: int) -> bool:
        """«आलोचना | की | यूक्रेन को …»: what is done has no country or person in its possession."""
        if at == 0 or not any("कर" in entry.light for entry in self.lexicon.by_host.get(self.words[at - 1], ())):
            return False
        end = at + 1
        while end in self.inside:
            end += 1
        return end > at + 1 and self._following(end) in ("को", "ने")

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
        if at + 1 >= len(self.words) or self.tokens[at + 1].upos not in labels.VERBS:
            return False
        if VerbForm.STEM not in self._forms(at):
            return False
        if self.words[at + 1] == "कर":
            return self._is_no_noun(at)
        if self.words[at] in self.lexicon.by_verb and self._is_no_noun(at):
            return bool(self._stems(at + 1) & self.lexicon.stems["vectors"])  # «उतार दिए»
        return bool(self._stems(at + 1) & self.lexicon.stems["after_stems"]) and self.tokens[at].upos == labels.NOUN

    def _is_no_noun(self, at: int) -> bool:
        return self.words[at] not in self.lexicon.by_host and self.words[at] not in self.lexicon.common

    # ------------------------------------------------------------ where a group ends

    def _end(self, begin: int) -> int:
        end = begin + 1
        while end < len(self.words):
            particle = not self.verbal[end] and self.words[end] in NEGATIONS | PARTICLES
            at = end + 1 if particle else end
            if at >= len(self.words) or not self.verbal[at] or self._starts_another(begin, at):
                break
            end = at + 1
        return end

    def _starts_another(self, begin: int, at: int) -> bool:
        """Whether the verb at `at` is a new predicate: «बताते हुए | कहा», not «भेजे | गए»."""
        token, word, last = self.tokens[at], self.words[at], self.words[at - 1]
        behind_converb = last in HUA and at - 1 > begin
        if token.upos == labels.AUX or token.deprel in (labels.AUX_RELATION, labels.AUX_PASS):
            return behind_converb and word not in COPULAS
        if word == "कर" and VerbForm.STEM in self._forms(at - 1):
            return False
        if VerbForm.FUTURE in self._forms(at) and word.startswith(("हो", "जा")):
            return False
        if word in COPULAS or self._stems(at) & self.lexicon.stems["vectors"]:
            return behind_converb
        return True

    # ------------------------------------------------------------ what a group is

    def _group(self, index: int, begin: int, end: int) -> VerbGroup:
        inner = [at for at in range(begin, end) if self.words[at] not in NEGATIONS | PARTICLES]
        words = [self.words[at] for at in inner]
        after = end
        while after < len(self.words) and self.words[after] in PARTICLES:
            after += 1
        finiteness, marker, marker_end = self._finiteness(inner, after)
        finite = finiteness is Finiteness.FINITE
        passive = self._is_passive(inner)
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
            future=self._is_future(inner) or (finiteness is Finiteness.PARTICIPLE and self._is_coming(words, after)),
            past=any(word in PAST for word in words) or VerbForm.PERFECTIVE in forms,
            possible=any("सक" in self._stems(at) and self.words[at] not in MANAGED for at in inner),
            obliged=finite
            and VerbForm.INFINITIVE in self._forms(inner[0])
            and len(inner) > 1
            and not self._is_about_to(words),
            negated=self._is_negated(begin, end, finite=finite),
            ergative=finite and not passive and self._is_ergative(inner),
            subjunctive=forms == {VerbForm.SUBJUNCTIVE} or "चाहिए" in words,
        )

    def _is_passive(self, inner: Sequence[int]) -> bool:
        """A perfective with जाना: «भेजे गए», «भेज दिए गए»."""
        return any(
            VerbForm.PERFECTIVE in self._forms(at) and any("जा" in self._stems(after) for after in inner[place:])
            for place, at in enumerate(inner, start=1)
        )

    def _is_future(self, inner: Sequence[int]) -> bool:
        """«भेजेगा», «भेजने जा रहा है»."""
        words = [self.words[at] for at in inner]
        return self._is_about_to(words) or any(
            word.endswith(FUTURE_ENDINGS) and len(word) > 2 and VerbForm.FUTURE in self._forms(at)
            for at, word in zip(inner, words, strict=True)
        )

    @staticmethod
    def _is_about_to(words: Sequence[str]) -> bool:
        """«भेजने जा रहा है»."""
        return len(words) > 2 and words[0].endswith("ने") and words[1] == "जा" and words[2].startswith("रह")

    def _is_coming(self, words: Sequence[str], after: int) -> bool:
        """«होने वाला», «की जाने वाली»: about to be; «हमला करने वाला» may be past."""
        return self._following(after) in self.vala and words[-1] in self.lexicon.function_words["about_to_be"]

    def _is_negated(self, begin: int, end: int, *, finite: bool) -> bool:
        """By a negation in the group, right before it, or behind it where it ends its clause."""
        before = any(self.words[at] in NEGATIONS for at in range(max(0, begin - 1), end))
        return before or (finite and (self._following(end) in NEGATIONS or self._is_neither(begin)))

    def _is_neither(self, begin: int) -> bool:
        """«न तो X ने और न ही Y ने हस्ताक्षर किए»: between the verb before and this one."""
        at = begin - 1
        while at > 0 and not (self.verbal[at] and self.words[at] not in NEGATIONS):
            if self.words[at - 1] in NEITHER and self.words[at] in ("तो", "ही"):
                return True
            at -= 1
        return False

    def _is_ergative(self, inner: Sequence[int]) -> bool:
        lexical = [at for at in inner if self.words[at] not in COPULAS]
        if not lexical or VerbForm.PERFECTIVE not in self._forms(lexical[-1]):
            return False
        stems = self._stems(lexical[0]) | self._stems(lexical[-1])
        return not stems & self.lexicon.stems["intransitive"]

    # ------------------------------------------------------------ finiteness

    def _finiteness(self, inner: Sequence[int], after: int) -> tuple[Finiteness, str, int]:
        """What the group is, the postposition of an infinitive, and the token behind that."""
        marker, marker_end = marker_at(self.words, after, self.lexicon)
        if self._following(after) in self.vala:
            return Finiteness.PARTICIPLE, "", after + 1
        if VerbForm.INFINITIVE in self._forms(inner[-1]) and self.words[inner[-1]] not in COPULAS:
            return Finiteness.INFINITIVE, marker, marker_end if marker else after
        if self._is_converb(inner, after, marker):
            return Finiteness.CONVERB, "", after
        if self._is_participle(inner, after):
            return Finiteness.PARTICIPLE, "", after
        return Finiteness.FINITE, "", after

    def _is_converb(self, inner: Sequence[int], after: int, marker: str) -> bool:
        """«करके», «करते हुए», «करते समय»."""
        last = self.words[inner[-1]]
        if last in HUA and len(inner) > 1:
            return True
        absolutive = VerbForm.ABSOLUTIVE in self._forms(inner[-1])
        if absolutive and (len(inner) > 1 or last != "के") and not (marker and last != "कर"):
            return True
        following = self._following(after)
        ends = following in self.lexicon.function_words["after_imperfective"] or following in PUNCTUATION
        return self._is_bare_imperfective(inner, after) and ends

    def _is_bare_imperfective(self, inner: Sequence[int], after: int) -> bool:
        """«करते» without the है of a tense."""
        alone = self.words[inner[-1]].endswith(IMPERFECTIVE_ENDINGS) and len(inner) == 1
        return alone and self._following(after) not in COPULAS

    def _is_participle(self, inner: Sequence[int], after: int) -> bool:
        """Whether it stands before a noun that the tree says it modifies: «भेजे गए | सैनिक»; not «हमला हुआ | तो», «दिया | जिसे»."""
        if THEN in self.words[inner[-1] + 1 : after + 1] or self._following(after) in self.relatives:
            return False
        if self._is_bare_imperfective(inner, after):
            return True
        last, deprels = self.words[inner[-1]], {self.tokens[one].deprel for one in (inner[0], inner[-1])}
        if last in COPULAS or VerbForm.FUTURE in self._forms(inner[-1]) or not self._is_nominal(after):
            return False
        if deprels & {labels.ACL, labels.AMOD} or (last in HUA and not deprels & {labels.ROOT, labels.CONJ}):
            return True
        return VerbForm.PERFECTIVE in self._forms(inner[0]) and self._is_before_subject(after)

    def _is_before_subject(self, at: int) -> bool:
        """Whether a subject with ने begins here, and its verb follows: «रूस | गए | उपराष्ट्रपति ने … मुलाकात की»."""
        while at < len(self.words) and not self.verbal[at] and self.words[at] not in PUNCTUATION:
            marker, end = marker_at(self.words, at, self.lexicon)
            if marker:
                return marker == ERGATIVE and any(self.verbal[end:])
            at += 1
        return False

    def _is_nominal(self, at: int) -> bool:
        if at >= len(self.words) or self.words[at] in PUNCTUATION:
            return False
        return at in self.inside or self.tokens[at].upos in NOMINAL
