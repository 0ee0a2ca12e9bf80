"""One key for the many spellings of a Hindi name, and one spelling to show for each key.

The press writes «हिन्द» and «हिंद», «ज़ेलेंस्की» and «जेलेंस्की», «नयी दिल्ली» and «नई दिल्ली», «यू.एन.» and «यूएन».
`normal_form` maps such spellings to one key; `display_form` maps the key back to a spelling that reads well, so that two
names with one key are always shown alike. What is given up is what the press itself varies (Central Hindi Directorate,
«देवनागरी लिपि एवं हिंदी वर्तनी का मानकीकरण»: nasals, nukta, य-glides); a difference that tells two names apart in practice
(व/ब, श/ष, ण/न, ा/ो, single and double consonants) stays.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

_SPELLINGS = Path(__file__).resolve().parent / "data" / "spellings.tsv"

# One character for another on decomposed text; None drops it.
_CHARACTERS: Mapping[int, str | None] = MappingProxyType(
    {
        # nukta, visarga, avagraha, zero-width and soft marks
        **dict.fromkeys(map(ord, "\u093c\u0903\u093d\u200b\u200c\u200d\u2060\ufeff\u00ad"), None),
        **dict.fromkeys(map(ord, ".॰·'’‘‛`´\"“”„‟«»"), None),  # abbreviation dots, quotes
        **dict.fromkeys(range(0x0300, 0x0370), None),  # accents of Latin letters
        **{0x0966 + digit: str(digit) for digit in range(10)},
        **{ord(before): after for before, after in ("ँं", "ऑओ", "ऒओ", "ॉो", "ॊो", "ऍए", "ऎए", "ॲए", "ॅे", "ॆे")},
    }
)
_CHANGED = re.compile("[" + re.escape("".join(map(chr, _CHARACTERS))) + "]")
_SIGNS = "\u0900-\u0903\u093a-\u094f\u0955-\u0957\u0962\u0963"  # vowel signs and the like, which `\w` leaves out
_BREAK = re.compile(rf"(?:[^\w{_SIGNS}]|_)+")
_NASAL = re.compile(r"[ङञण]्(?=[क-घच-झट-ढत-ध])|न्(?=[क-घच-झट-ढत-धप-भशस])|म्(?=[प-भ])")
_GLIDE = re.compile(r"(?<=[\u0904-\u094c])य([ेी])")  # «गये», «नयी»; neither after a virama nor at the beginning
_GLIDED = MappingProxyType({"े": "ए", "ी": "ई"})
_END = re.compile(rf"(?<=[\w{_SIGNS}])(?:([िुइउ])्*|्+)(?=\s|$)")
_ENDED = MappingProxyType({"ि": "ी", "ु": "ू", "इ": "ई", "उ": "ऊ"})


def normal_form(name: str) -> str:
    """The key under which all spellings of `name` meet: words with one space between them, empty for mere punctuation.

    `normal_form(normal_form(x)) == normal_form(x)` for every text.
    """
    text = _plain(name)
    folded = text.casefold()
    if folded != text:
        text = _plain(folded)
    text = _BREAK.sub(" ", text).strip()
    text = _NASAL.sub("ं", text)
    text = _END.sub(lambda found: _ENDED.get(found[1], ""), text)
    text = _GLIDE.sub(lambda found: _GLIDED[found[1]], text).replace("रू", "रु")
    return unicodedata.normalize("NFC", text)


def display_form(name: str) -> str:
    """A spelling of `name` that reads well; a function of its normal form alone.

    `normal_form(display_form(x)) == normal_form(x)`, so a form that is shown finds its entry again.
    """
    spellings = _spellings()
    return " ".join(spellings.get(word, word) for word in normal_form(name).split(" "))


def alternatives(name: str) -> tuple[str, ...]:
    """The keys to try for `name`, best first: its normal form, then the one where ॉ is read as ा.

    Print writes English o both ways, «वॉशिंगटन» and «वाशिंगटन»; were ा and ो one in `normal_form`, «जॉन» would be «जान».
    """
    key = normal_form(name)
    if "ॉ" not in name and "ऑ" not in name:
        return (key,)
    return (key, normal_form(name.replace("ॉ", "ा").replace("ऑ", "आ")))


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFD", text)
    return _CHANGED.sub(lambda found: _CHARACTERS[ord(found[0])] or "", text)


@cache
def _spellings() -> Mapping[str, str]:
    lines = _SPELLINGS.read_text(encoding="utf-8").splitlines()[1:]
    return MappingProxyType({normal_form(word): word for word in (line.split("\t")[0] for line in lines)})
