"""Hindi word forms from the surface alone: folding of spellings and the verb paradigm.

The matcher must know «भेजे», «भेजेंगे» and «भेजने» as forms of भेज without a tagger, since triggers are looked
for before the expensive models run. The paradigm is the regular one of the reference grammars (Kachru, *Hindi*,
2006, ch. 4; McGregor, *Outline of Hindi Grammar*, 1995), with the irregular कर, दे, ले, हो and जा spelled out.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

_NUKTA = "़"
_STRIP = "\"'“”‘’`´«»()[]{}…"
_VOWEL_SIGNS = "ािीुूृेैोौ"


def consonants(name: str) -> str:
    """A folded name without its vowels, by which the spellings of a foreign name meet."""
    return "".join(letter for letter in name if letter == " " or "क" <= letter <= "ह")


def fold(word: str) -> str:
    """A spelling-tolerant form of one word: no nukta, chandrabindu as anusvara, गये as गए, quotes off its ends.

    Long and short vowels stay apart: «की» and «कि» are two words.
    """
    word = unicodedata.normalize("NFD", word).replace(_NUKTA, "").replace("ँ", "ं")
    word = word.replace("\u200d", "").replace("\u200c", "").strip(_STRIP).casefold()
    word = word.replace("ऑ", "ओ").replace("ॉ", "ो")
    for old, new in (("ये", "ए"), ("यी", "ई"), ("यीं", "ईं"), ("येगा", "एगा"), ("येंगे", "एंगे"), ("येगी", "एगी")):
        if word.endswith(old) and len(word) > len(old):
            return word[: -len(old)] + new
    return word


def direct_plural(word: str, listed: Mapping[str, str]) -> str:
    """The direct form of an oblique plural: «विशेषज्ञों» → «विशेषज्ञ», «आतंकियों» → «आतंकी»; others as they are.

    `listed` (folded oblique → direct) holds those that the ending does not show: masculine nouns in -आ take -ए
    (McGregor, *Outline of Hindi Grammar*, 1995, §§ 3–4).
    """
    known = listed.get(fold(word))
    if known is not None:
        return known
    for oblique, direct in (("ियों", "ी"), ("इयों", "ई"), ("ुओं", "ू"), ("ओं", ""), ("ों", "")):
        if word.endswith(oblique) and len(word) > len(oblique) + 1:
            return word[: -len(oblique)] + direct
    return word


def direct_singular(word: str) -> str:
    """The direct form of an oblique singular: «(एक) अड्डे पर» → «अड्डा»; others as they are (McGregor, § 3)."""
    return f"{word[:-1]}ा" if word.endswith("े") else word


class VerbForm(StrEnum):
    """What a form of a verb is."""

    STEM = "stem"  #: भेज
    PERFECTIVE = "perfective"  #: भेजा
    HABITUAL = "habitual"  #: भेजता
    INFINITIVE = "infinitive"  #: भेजना, भेजने
    FUTURE = "future"  #: भेजेगा
    SUBJUNCTIVE = "subjunctive"  #: भेजे, भेजें
    ABSOLUTIVE = "absolutive"  #: भेजकर


@dataclass(frozen=True, kw_only=True, slots=True)
class Verb:
    """One reading of a word as a verb form."""

    stem: str
    form: VerbForm


_IRREGULAR: Mapping[str, Mapping[VerbForm, tuple[str, ...]]] = {
    "कर": {
        VerbForm.PERFECTIVE: ("किया", "किए", "की", "कीं"),
        VerbForm.FUTURE: ("करेगा", "करेंगे", "करेगी", "करेंगी", "करूंगा", "करूंगी", "करोगे"),
        VerbForm.SUBJUNCTIVE: ("करे", "करें", "करूं"),
        VerbForm.ABSOLUTIVE: ("करके", "कर"),
    },
    "दे": {
        VerbForm.PERFECTIVE: ("दिया", "दिए", "दी", "दीं"),
        VerbForm.FUTURE: ("देगा", "देंगे", "देगी", "देंगी", "दूंगा", "दूंगी"),
        VerbForm.SUBJUNCTIVE: ("दे", "दें", "दूं"),
        VerbForm.ABSOLUTIVE: ("देकर", "देके"),
    },
    "ले": {
        VerbForm.PERFECTIVE: ("लिया", "लिए", "ली", "लीं"),
        VerbForm.FUTURE: ("लेगा", "लेंगे", "लेगी", "लेंगी", "लूंगा", "लूंगी"),
        VerbForm.SUBJUNCTIVE: ("ले", "लें", "लूं"),
        VerbForm.ABSOLUTIVE: ("लेकर", "लेके"),
    },
    "हो": {
        VerbForm.PERFECTIVE: ("हुआ", "हुए", "हुई", "हुईं"),
        VerbForm.FUTURE: ("होगा", "होंगे", "होगी", "होंगी"),
        VerbForm.SUBJUNCTIVE: ("हो", "हों", "होए"),
        VerbForm.ABSOLUTIVE: ("होकर", "होके"),
    },
    "जा": {
        VerbForm.PERFECTIVE: ("गया", "गए", "गई", "गईं"),
        VerbForm.FUTURE: ("जाएगा", "जाएंगे", "जाएगी", "जाएंगी", "जाऊंगा", "जाऊंगी"),
        VerbForm.SUBJUNCTIVE: ("जाए", "जाएं", "जाऊं"),
        VerbForm.ABSOLUTIVE: ("जाकर", "जाके"),
    },
}
_REGULAR_PERFECTIVE = {True: ("या", "ए", "ई", "ईं"), False: ("ा", "े", "ी", "ीं")}
_REGULAR_FUTURE = {
    True: ("एगा", "एंगे", "एगी", "एंगी", "ऊंगा", "ऊंगी", "ओगे"),
    False: ("ेगा", "ेंगे", "ेगी", "ेंगी", "ूंगा", "ूंगी", "ोगे"),
}
_REGULAR_SUBJUNCTIVE = {True: ("ए", "एं", "ऊं", "ओ"), False: ("े", "ें", "ूं", "ो")}


PRESENT = frozenset({"है", "हैं"})  #: of the copula
PAST = frozenset({"था", "थे", "थी", "थीं"})
# चाहिए ends a clause as they do, whatever the subject
COPULAS = PRESENT | PAST | {"हूं", "चाहिए"}
HUA = frozenset(_IRREGULAR["हो"][VerbForm.PERFECTIVE])  #: also makes converbs: «करते हुए»
MANAGED = frozenset({"सका", "सकी", "सकीं"})  #: of सक, what came about: «मुलाकात हो सकी», «नहीं हो सकी»
ONE = "एक"  #: shows that an oblique noun is singular
THEN = "तो"  #: behind the verb of a condition, with or without «अगर»
GENITIVES = frozenset({"का", "के", "की"})
IMPERFECTIVE_ENDINGS = ("ता", "ते", "ती")
FUTURE_ENDINGS = ("गा", "गे", "गी", "गीं")
_ENDINGS = (
    (("ना", "ने", "नी"), VerbForm.INFINITIVE),
    (IMPERFECTIVE_ENDINGS, VerbForm.HABITUAL),
    (("गा", "गे", "गी"), VerbForm.FUTURE),
    (("कर", "के"), VerbForm.ABSOLUTIVE),
    (("ा", "े", "ी", "ीं", "या", "ए", "ई"), VerbForm.PERFECTIVE),
)


def forms_by_ending(word: str) -> frozenset[VerbForm]:
    """What a verb that no list has may be, by its ending; a stem where it has none."""
    return frozenset(form for endings, form in _ENDINGS if word.endswith(endings)) or frozenset({VerbForm.STEM})


def paradigm(stem: str) -> dict[str, VerbForm]:
    """Every form of a verb stem, folded, with what it is; an earlier kind wins where two forms are spelled alike."""
    vowel = stem[-1] in _VOWEL_SIGNS or stem[-1] in "आइईउऊएऐओऔ"
    irregular = _IRREGULAR.get(stem, {})
    kinds: list[tuple[VerbForm, Iterable[str]]] = [
        (VerbForm.PERFECTIVE, irregular.get(VerbForm.PERFECTIVE) or [stem + e for e in _REGULAR_PERFECTIVE[vowel]]),
        (VerbForm.HABITUAL, [stem + e for e in ("ता", "ते", "ती", "तीं")]),
        (VerbForm.INFINITIVE, [stem + e for e in ("ना", "ने", "नी")]),
        (VerbForm.FUTURE, irregular.get(VerbForm.FUTURE) or [stem + e for e in _REGULAR_FUTURE[vowel]]),
        (VerbForm.ABSOLUTIVE, irregular.get(VerbForm.ABSOLUTIVE) or [stem + e for e in ("कर", "के")]),
        (VerbForm.SUBJUNCTIVE, irregular.get(VerbForm.SUBJUNCTIVE) or [stem + e for e in _REGULAR_SUBJUNCTIVE[vowel]]),
        (VerbForm.STEM, [stem]),
    ]
    forms: dict[str, VerbForm] = {}
    for kind, words in kinds:
        for word in words:
            forms.setdefault(fold(word), kind)
    return forms


class VerbTable:
    """Looks a word up among the forms of a list of verb stems."""

    def __init__(self, stems: Iterable[str]) -> None:
        table: dict[str, list[Verb]] = {}
        for stem in dict.fromkeys(stems):
            for form, kind in paradigm(stem).items():
                table.setdefault(form, []).append(Verb(stem=fold(stem), form=kind))
        self._table = {form: tuple(verbs) for form, verbs in table.items()}

    def readings(self, folded: str) -> tuple[Verb, ...]:
        """All readings of a folded word as a verb; empty where it is none."""
        return self._table.get(folded, ())
