"""Hindi names in Latin letters, and names in Latin letters as the Hindi press writes them.

`romanised` follows ISO 15919 and leaves out the inherent vowels that Hindi does not speak (Narasimhan, Sproat and Kiraz, «Schwa-
deletion in Hindi text-to-speech synthesis», 2004). `devanagari` is a joint-sequence model (Bisani and Ney, «Joint-sequence models
for grapheme-to-phoneme conversion», 2008): pieces of a Latin word go with pieces of a Hindi one, and a pair is the likelier the
oftener it followed the pair before it. `benchmarks/transliteration.py` trains it.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final

from kg.errors import DataError
from kg.gazetteer.tables import DATA, read_table

MODEL: Final = DATA / "transliteration.json.gz"
LONGEST: Final = 4  #: letters in a piece of a Latin word
START: Final = "^"  #: before the first piece
END: Final = "$"
JOIN: Final = ">"  #: between the halves of a pair

_BEAM: Final = 24
_VIRAMA: Final = "\u094d"

# ---------------------------------------------------------------------- Devanagari → Latin letters

_VOWELS: Final[Mapping[str, str]] = MappingProxyType(
    dict(zip("अआइईउऊऋएऐओऔऑऍ", ("a", "ā", "i", "ī", "u", "ū", "r̥", "ē", "ai", "ō", "au", "ô", "ê"), strict=True))
)
_SIGNS: Final[Mapping[str, str]] = MappingProxyType(
    dict(zip("ािीुूृेैोौॉॅ", ("ā", "i", "ī", "u", "ū", "r̥", "ē", "ai", "ō", "au", "ô", "ê"), strict=True))
)
_CONSONANTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict(zip("कखगघङ", ("k", "kh", "g", "gh", "ṅ"), strict=True)),
        **dict(zip("चछजझञ", ("c", "ch", "j", "jh", "ñ"), strict=True)),
        **dict(zip("टठडढण", ("ṭ", "ṭh", "ḍ", "ḍh", "ṇ"), strict=True)),
        **dict(zip("तथदधन", ("t", "th", "d", "dh", "n"), strict=True)),
        **dict(zip("पफबभम", ("p", "ph", "b", "bh", "m"), strict=True)),
        **dict(zip("यरलळव", ("y", "r", "l", "ḷ", "v"), strict=True)),
        **dict(zip("शषसह", ("ś", "ṣ", "s", "h"), strict=True)),
        **{
            "क\u093c": "q",
            "ख\u093c": "k͟h",
            "ग\u093c": "ġ",
            "ज\u093c": "z",
            "ड\u093c": "ṛ",
            "ढ\u093c": "ṛh",
            "फ\u093c": "f",
        },
    }
)
_NASALS: Final[Mapping[str, str]] = MappingProxyType(
    {
        **dict.fromkeys("कखगघ", "ṅ"),
        **dict.fromkeys("चछजझ", "ñ"),
        **dict.fromkeys("टठडढ", "ṇ"),
        **dict.fromkeys("तथदध", "n"),
        **dict.fromkeys("पफबभ", "m"),
    }
)
_UNIT: Final = re.compile("[क-ह]\u093c?")
_KEPT_AFTER: Final = frozenset("यरवणल")  #: behind these in a conjunct, a final inherent vowel is spoken: «चंद्र», «कृष्ण»
_DIGITS: Final = {0x0966 + digit: str(digit) for digit in range(10)}


def romanised(name: str) -> str:
    """A Hindi name in Latin letters: «व्लादिमीर पुतिन» → «Vlādimīr Putin», «लखनऊ» → «Lakhnaū».

    Letters of other scripts stay as they are. The tag of such a text is `hi-Latn` (BCP 47).
    """
    text = unicodedata.normalize("NFD", name).translate(_DIGITS)
    words = re.split(r"([^\w\u0900-\u0965\u0970-\u097f]+)", text)
    return unicodedata.normalize("NFC", "".join(map(_capital, map(_romanised_word, words))))


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]


def _romanised_word(word: str) -> str:
    """A word; the inherent vowel «a» is marked as «@» until it is known whether it is spoken."""
    return "".join("a" if part == "@" else part for part in _spoken(_parts(word)))


def _parts(word: str) -> list[str]:
    """Consonants and vowels as they stand; «@» for an inherent vowel, «^» before what ends a conjunct."""
    parts: list[str] = []
    at = 0
    while at < len(word):
        unit = _UNIT.match(word, at)
        if unit is None:
            parts += _other(word, at)
            at += 1
            continue
        parts.append(_CONSONANTS.get(unit[0]) or _CONSONANTS.get(unit[0][0], unit[0]))
        at = unit.end()
        following = word[at : at + 1]
        if following == _VIRAMA:
            at += 1
            parts.append("^")
        elif following not in _SIGNS:
            parts.append("@")
    return parts


def _other(word: str, at: int) -> list[str]:
    letter = word[at]
    if letter in _VOWELS or letter in _SIGNS:
        return [(_VOWELS.get(letter) or _SIGNS[letter])]
    if letter == "ं":
        return [_NASALS.get(word[at + 1 : at + 2], "ṁ")]
    return {"ँ": ["m̐"], "ः": ["ḥ"], _VIRAMA: []}.get(letter, [letter])


def _spoken(parts: list[str]) -> list[str]:
    """The parts without the inherent vowels that are not spoken: at the end of a word, and between VC and CV."""
    vowels = {"@", *_VOWELS.values()}
    found = list(parts)
    if len(found) > 2 and found[-1] == "@" and any(part in vowels for part in found[:-1]):
        conjunct = len(found) > 3 and found[-3] == "^"
        if not (conjunct and found[-2] in {_CONSONANTS[letter] for letter in _KEPT_AFTER}):
            found.pop()
    at = len(found) - 3
    while at > 1:
        if (
            found[at] == "@"
            and found[at - 2] in vowels
            and found[at - 1] not in vowels
            and found[at + 1] not in vowels
            and found[at + 2] in vowels
        ):
            del found[at]
        at -= 1
    return [part for part in found if part != "^"]


# ---------------------------------------------------------------------- Latin letters → Devanagari

_LETTERS: Final[Mapping[str, str]] = MappingProxyType(
    dict(
        zip(
            "abcdefghijklmnopqrstuvwxyz",
            [
                "ए",
                "बी",
                "सी",
                "डी",
                "ई",
                "एफ",
                "जी",
                "एच",
                "आई",
                "जे",
                "के",
                "एल",
                "एम",
                "एन",
                "ओ",
                "पी",
                "क्यू",
                "आर",
                "एस",
                "टी",
                "यू",
                "वी",
                "डब्ल्यू",
                "एक्स",
                "वाई",
                "जेड",
            ],
            strict=True,
        )
    )
)
_FOLDED: Final = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ß": "ss", "ə": "a", "’": "'"}
)
_WORD: Final = re.compile(r"[a-z]+(?:'[a-z]+)*\.?")


def folded(text: str) -> str:
    """Small letters without accents: «Mélanie» → «melanie»."""
    plain = unicodedata.normalize("NFD", text.casefold().translate(_FOLDED))
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def devanagari(name: str) -> str:
    """A name in Latin letters as Hindi newspapers most likely write it: «John Kerry» → «जॉन केरी», «J. P. Nadda» → «जे. पी. नड्डा».

    What stands between the words stays; letters of other scripts, too. Raises DataError where the model is missing.
    """
    return _WORD.sub(lambda found: _word(found[0]), folded(name))


def _word(word: str) -> str:
    if word.endswith("."):
        letters = word[:-1]
        return f"{_LETTERS[letters]}." if len(letters) == 1 else _decoded(letters)
    if len(word) == 1:
        return _LETTERS[word]
    plain = word.replace("'", "")
    return _known().get(plain) or _decoded(plain)


@cache
def _known() -> Mapping[str, str]:
    """Frequent names as the press writes them."""
    rows = read_table(DATA / "given_names.tsv", ("en", "hi", "source"))
    return MappingProxyType({row[0]: row[1] for row in rows})


@lru_cache(maxsize=100_000)
def _decoded(word: str) -> str:
    """The likeliest Hindi word: a beam search over the pairs whose Latin halves make up `word`."""
    model = _model()
    beams: list[dict[str, tuple[float, str]]] = [{} for _ in range(len(word) + 1)]
    beams[0][START] = (0.0, "")
    for at in range(len(word)):
        best = sorted(beams[at].items(), key=lambda one: one[1][0])[:_BEAM]
        for end in range(at + 1, min(len(word), at + LONGEST) + 1):
            for pair, hindi in model.pairs.get(word[at:end], ()):
                for before, (cost, written) in best:
                    total = cost + model.cost(before, pair)
                    known = beams[end].get(pair)
                    if known is None or total < known[0]:
                        beams[end][pair] = (total, written + hindi)
    finished = [(cost + model.cost(pair, END), written) for pair, (cost, written) in beams[-1].items()]
    return min(finished)[1] if finished else word


class Model:
    """Pairs of pieces, and how likely one follows another."""

    def __init__(self, follows: Mapping[str, Mapping[str, int]]) -> None:
        """`follows`: pair → pairs that came behind it in the training data, with how often."""
        self._follows = follows
        self._totals = {before: sum(found.values()) for before, found in follows.items()}
        counts: dict[str, int] = {}
        for found in follows.values():
            for pair, count in found.items():
                counts[pair] = counts.get(pair, 0) + count
        everything = sum(counts.values())
        self._alone = {pair: count / everything for pair, count in counts.items()}
        pieces: dict[str, list[tuple[str, str]]] = {}
        for pair in sorted(counts):
            if pair != END:
                latin, _, hindi = pair.partition(JOIN)
                pieces.setdefault(latin, []).append((pair, hindi))
        self.pairs: Mapping[str, list[tuple[str, str]]] = pieces

    def cost(self, before: str, pair: str) -> float:
        """The negative logarithm of the probability of a pair behind another (Witten-Bell smoothing)."""
        found = self._follows.get(before, {})
        total, kinds = self._totals.get(before, 0), len(found)
        chance = (found.get(pair, 0) + kinds * self._alone.get(pair, 1e-9)) / (total + kinds) if total else 0.0
        return -math.log(max(chance, 1e-12))


@cache
def _model() -> Model:
    try:
        return Model(json.loads(gzip.decompress(MODEL.read_bytes())))
    except (OSError, ValueError) as error:
        raise DataError(
            f"The transliteration model cannot be read: {error}.", where=str(MODEL), cure="Install again."
        ) from error


def pieces(word: str) -> Iterator[str]:
    """What a Hindi word is cut into for training: a consonant with its nukta and virama, a vowel with what modifies it."""
    yield from re.findall("[क-ह]\u093c?\u094d?|[अ-औॠॲ][ंँः]?|[ा-ौॅॆ-ॊॢ][ंँः]?|.", unicodedata.normalize("NFD", word))
