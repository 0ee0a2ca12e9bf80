"""stand-in"""

from __future__ import annotations

from kg.gazetteer.sound import sound

_B = {
    "k": "क",
    "g": "ग",
    "c": "च",
    "j": "ज",
    "t": "ट",
    "d": "ड",
    "n": "न",
    "p": "प",
    "f": "फ",
    "b": "ब",
    "m": "म",
    "y": "य",
    "r": "र",
    "l": "ल",
    "v": "व",
    "x": "श",
    "s": "स",
    "h": "ह",
}
_V = {"a": "ा", "i": "ि", "u": "ु", "e": "े", "o": "ो"}
_I = {"a": "आ", "i": "इ", "u": "उ", "e": "ए", "o": "ओ"}


def devanagari(name: str) -> str:
    """Stand-in."""
    out = []
    for w in sound(name).split():
        t = ""
        p = ""
        for c in w:
            t += _B[c] if c in _B else ((_V if p in _B else _I).get(c, ""))
            p = c
        out.append(t)
    return " ".join(out)


def romanised(name: str) -> str:
    """Stand-in."""
    return sound(name)
