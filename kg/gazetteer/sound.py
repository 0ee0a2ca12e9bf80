"""How a name sounds, roughly: what the spellings of one name in Devanagari and Latin letters have in common.

`sound` writes a name in a small Latin alphabet in which letters that the press confuses are one; `skeleton` keeps the
classes of its consonants alone, as Soundex and its kin do (Knuth, TAOCP 3, 6.4; Christen, «A comparison of personal name
matching», 2006), with classes for what Hindi print varies: aspiration, dental and retroflex, व and ब, फ and प, ज and च (Chinese
names), स and श. Names with one skeleton are candidates for being one name; `similarity` tells how much they are.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from rapidfuzz.distance import Levenshtein

from kg.gazetteer.normal import normal_form

_CONSONANTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys("कख", "k"),
        **dict.fromkeys("गघ", "g"),
        **dict.fromkeys("चछ", "c"),
        **dict.fromkeys("जझ", "j"),
        **dict.fromkeys("टठतथ", "t"),
        **dict.fromkeys("डढदध", "d"),
        **dict.fromkeys("ङञणन", "n"),
        "प": "p",
        "फ": "f",
        **dict.fromkeys("बभ", "b"),
        "म": "m",
        "य": "y",
        "र": "r",
        **dict.fromkeys("लळ", "l"),
        "व": "v",
        **dict.fromkeys("शष", "x"),
        "स": "s",
        "ह": "h",
    }
)
_VOWELS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys("अआा", "a"),
        **dict.fromkeys("इईिी", "i"),
        **dict.fromkeys("उऊुू", "u"),
        **dict.fromkeys("एऐेै", "e"),
        **dict.fromkeys("ओऔोौ", "o"),
        **dict.fromkeys("ऋृ", "ri"),
    }
)
_DEVANAGARI: Final[Mapping[int, str]] = MappingProxyType(
    {ord(letter): sound for letter, sound in (*_CONSONANTS.items(), *_VOWELS.items(), ("ं", "n"), ("्", "+"))}
)
_LATIN: Final = tuple(  # in this order
    (re.compile(pattern), sound)
    for pattern, sound in (
        ("^mc", "mek"),
        ("(?<=[a-z][^aeiou])e$", ""),
        ("(?<!^)x", "ks"),
        ("ssion|sion|tion", "xn"),
        ("sch|tch|tsch", "x"),
        ("sh|sz", "x"),
        ("kh|ck|q", "k"),
        ("eigh", "e"),
        ("augh", "o"),
        ("singh$", "sinh"),
        ("gh", "g"),
        ("ch|cz", "C"),
        ("zh|dj|z", "j"),
        ("ph", "f"),
        ("th", "t"),
        ("dh", "d"),
        ("c(?=[eiy])", "s"),
        ("c", "k"),
        ("ow(?![aeiou])", "o"),
        ("ao$", "av"),
        ("w", "v"),
        ("e[iy](?![aeiou])", "e"),
        ("(?<=[aeiou])y|y(?![aeiou])", "i"),
        ("ee|ie|ea", "i"),
        ("oo|ou", "u"),
        ("ai|ae", "e"),
        ("au", "o"),
        ("C", "c"),
    )
)
_CLASS: Final = str.maketrans({"f": "p", "v": "b", "j": "c", "x": "s", **dict.fromkeys("aiueoyh0123456789", None)})
_NO_VOWELS: Final = str.maketrans(dict.fromkeys("aiueoyh0123456789"))
_DOUBLE: Final = re.compile(r"(.)\1+")
_GEMINATE: Final = re.compile(r"(.)\+\1")  # «अब्बास»; but «ममता», «अनंत» have a vowel between
_DIPHTHONG: Final = re.compile("ai|ay(?![aeiou])")  # «नाइक», «राय»: English writes ai or ay
_UNHEARD: Final = re.compile("[^a-z0-9]")
_CLASSES: Final = "kgcstdnmpbrl"
_RUN_TOGETHER: Final = 2.2  #: by how much differences cost more where words cannot be compared one by one
_OTHERWISE_CUT: Final = 0.97  #: «जोंगउन» for «जोंग उन»
_ONE_FOR_SEVERAL: Final = 0.9  #: a word for several: «गजपति» is not «गाजा पट्टी»
_CUT_SHORT: Final = 0.88  #: a name without the middle words of another: it may be somebody else's
_A_PART: Final = 0.8  #: likewise, without the first or last word: «हरसिमरत कौर» for «हरसिमरत कौर बादल»
_SHORTEST: Final = 4  #: consonants that a skeleton must have for one that differs in one to be tried

INITIALS: Final[Mapping[str, str]] = (
    MappingProxyType(  #: the Hindi names of Latin letters, in normal form, for initials
        {
            normal_form(name): letter
            for letter, names in {
                "a": "ए",
                "b": "बी",
                "c": "सी",
                "d": "डी",
                "e": "ई",
                "f": "एफ",
                "g": "जी",
                "h": "एच",
                "i": "आई आइ",
                "j": "जे",
                "k": "के",
                "l": "एल",
                "m": "एम",
                "n": "एन",
                "o": "ओ",
                "p": "पी",
                "q": "क्यू",
                "r": "आर",
                "s": "एस",
                "t": "टी",
                "u": "यू",
                "v": "वी",
                "w": "डब्ल्यू डब्लू डबल्यू",
                "x": "एक्स",
                "y": "वाई वाइ",
                "z": "जेड",
            }.items()
            for name in names.split()
        }
    )
)


def sound(name: str) -> str:
    """How a name sounds, word by word, in either script: «किम जोंग उन» → «kim jong un», «Smith» → «smit».

    The inherent vowel of Devanagari is left out, since print says neither where it is spoken nor how English spells it.
    """
    return " ".join(_word(word) for word in normal_form(name).split())


@lru_cache(maxsize=200_000)
def _word(word: str) -> str:
    """The sound of one word in normal form."""
    if word.isascii() or not any("\u0900" <= letter <= "\u097f" for letter in word):
        return _of_latin(word)
    single = _GEMINATE.sub(r"\1", word.translate(_DEVANAGARI))
    return _DIPHTHONG.sub("e", _UNHEARD.sub("", single))


def _of_latin(word: str) -> str:
    text = "".join(letter for letter in unicodedata.normalize("NFKD", word.replace("ß", "ss")) if letter.isalnum())
    text = text.translate(_FOLDED)
    for pattern, replacement in _LATIN:
        text = pattern.sub(replacement, text)
    return _DOUBLE.sub(r"\1", _UNHEARD.sub("", text))


_FOLDED: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "ı": "i", "æ": "e", "œ": "e", "ð": "d", "þ": "t", "ə": "a"}
)


def skeleton(sounds: str) -> str:
    """The consonant classes of what `sound` gives, words run together: «kim jong un» → «kmcngn».

    A name without consonants («ओईए») has an empty one.
    """
    return _DOUBLE.sub(r"\1", sounds.replace(" ", "").translate(_CLASS))


def skeletons_near(one: str) -> Iterator[str]:
    """The skeletons that differ from `one` in one consonant: lacking, other or more; none where it is short."""
    if len(one) < _SHORTEST:
        return
    seen = {one}
    for at in range(len(one) + 1):
        begin, rest = one[:at], one[at + 1 :]
        around = [begin + rest] if at < len(one) else []
        around += [begin + letter + rest for letter in _CLASSES] if at < len(one) else []
        around += [begin + letter + one[at:] for letter in _CLASSES]
        for other in around:
            if other not in seen:
                seen.add(other)
                yield other


def similarity(one: Sequence[str], other: Sequence[str], *, parts: bool = False) -> float:
    """How alike two names are, by the sounds of their words: 1 the same, 0 nothing.

    Words are compared one by one where there are as many, else run together; a name may leave out the other's middle
    words, and, where `parts` is set, its first or last of three or more, each at a price.
    """
    if len(one) == len(other):
        return _worst_and_mean([_alike(a, b) for a, b in zip(one, other, strict=True)])
    joined = max(0.0, 1 - _RUN_TOGETHER * (1 - _alike("".join(one), "".join(other))))
    fewer, more = sorted((one, other), key=len)
    if len(fewer) < 2:
        return joined * _ONE_FOR_SEVERAL
    ends = [_alike(fewer[0], more[0]), _alike(fewer[-1], more[-1])]
    middle = [max(_alike(word, other) for other in more[1:-1]) for word in fewer[1:-1]]
    cut = _worst_and_mean([*ends, *middle]) * _CUT_SHORT
    if parts and len(more) == len(fewer) + 1:
        cut = max(cut, _A_PART * max(similarity(fewer, more[1:]), similarity(fewer, more[:-1])))
    return max(joined * _OTHERWISE_CUT, cut)


def _worst_and_mean(parts: Sequence[float]) -> float:
    """A name is no more alike than its least alike word allows: «अमित शाह» is not «अमित शर्मा»."""
    return 0.5 * min(parts) + 0.5 * sum(parts) / len(parts)


@lru_cache(maxsize=50_000)
def _alike(one: str, other: str) -> float:
    """1 minus the cost of the letters in which two words differ, by the length of the longer.

    A consonant of another class costs most, then one of the same class («f», «p»), a vowel, and least «a», which Devanagari
    writes only where it is long.
    """
    if one == other:
        return 1.0
    letters = Levenshtein.distance(one, other)
    without_a = Levenshtein.distance(one.replace("a", ""), other.replace("a", ""))
    consonants = Levenshtein.distance(one.translate(_NO_VOWELS), other.translate(_NO_VOWELS))
    classes = Levenshtein.distance(one.translate(_CLASS), other.translate(_CLASS))
    cost = float(classes)
    for fewer, more, price in ((classes, consonants, 0.5), (consonants, without_a, 0.55), (without_a, letters, 0.25)):
        cost += price * max(0, more - fewer)
    return max(0.0, 1 - cost / max(len(one), len(other)))


def acronym_in_other_letters(key: str) -> str:
    """«un» → «यूएन», «यूएन» → «un»: an acronym, in normal form, in the letters of the other script; empty where it is none."""
    if re.fullmatch("[a-z]{2,6}", key):
        return "".join(_LETTERS[letter] for letter in key)
    return _read_letters(key) if 2 < len(key) <= 20 else ""


def run_together(key: str) -> str:
    """«यू एन» → «यूएन»: letters that stand apart, in normal form, as one acronym; empty where words stand there."""
    words = key.split()
    return "".join(words) if len(words) > 1 and all(word in INITIALS for word in words) else ""


def _read_letters(key: str) -> str:
    """The Latin letters whose Hindi names stand in `key` one after the other, two or more; empty where there are others."""
    read: list[str | None] = ["", *([None] * len(key))]
    for end in range(1, len(key) + 1):
        for name, letter in INITIALS.items():
            before = read[end - len(name)] if end >= len(name) else None
            if before is not None and key.endswith(name, 0, end):
                read[end] = before + letter
                break
    found = read[-1]
    return found if found is not None and len(found) > 1 else ""


_SPOKEN: Final = {sound(name): letter for name, letter in INITIALS.items()}
_BEGINNINGS: Final = MappingProxyType(  #: Latin letter → how a name that is written with it may begin
    {
        **{letter: letter for letter in "abdefhiklmnoprtuvy"},
        "c": "ckxs",
        "g": "gj",
        "j": "jy",
        "q": "k",
        "s": "sx",
        "w": "vb",
        "x": "xjks",
        "z": "jx",
    }
)


def initials_of(words: Sequence[str]) -> str:
    """The Latin letters of the initials with which the sound of a name begins: «es jyxnkr» → «s», «vike sinh» → «vk».

    Empty where it begins with none, or is nothing else.
    """
    letters = ""
    for word in words[:-1]:
        read = _read_spoken(word)
        if not read:
            break
        letters += read
    return letters


def without_initials(words: Sequence[str]) -> list[str]:
    """The words of the sound of a name behind its initials."""
    at = 0
    while at < len(words) - 1 and _read_spoken(words[at]):
        at += 1
    return list(words[at:])


@lru_cache(maxsize=20_000)
def _read_spoken(word: str) -> str:
    """The letters whose names sound like `word` when they are spoken one after the other; empty where it is another word."""
    for name, letter in _SPOKEN.items():
        if word == name:
            return letter
    for name, letter in _SPOKEN.items():
        if word.startswith(name) and (rest := _read_spoken(word[len(name) :])):
            return letter + rest
    return ""


def initials_fit(letters: str, words: Sequence[str]) -> bool:
    """Whether a name may be the one that is written with these initials: it has the same, or its words begin so."""
    own = initials_of(words)
    if own:
        return own.startswith(letters) or letters.startswith(own)
    return len(letters) < len(words) and all(
        word[:1] in _BEGINNINGS[letter] for letter, word in zip(letters, words, strict=False)
    )


_LETTERS: Final = {letter: name for name, letter in reversed(list(INITIALS.items()))}
