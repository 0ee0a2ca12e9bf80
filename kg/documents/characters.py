"""One spelling for each character of a line, with the way back to the line as it was given.

The steps, in their order: invisible characters go; canonical composition (NFC, Unicode Standard
Annex 15); nukta signs stand once, right after their consonant; quotes, dashes and spaces of every
kind become the plain ones; `|` and «।।» become a danda; a space is put between sentences that were
glued together. Every step is idempotent, and none undoes an earlier one, so cleaning a cleaned text
changes nothing.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.documents.patterns import Abbreviations

DANDA = "।"
NUKTA = "\u093c"

_QUOTES = {
    **dict.fromkeys("‘’‚‛′ʹʻʼʽ`´‹›", "'"),
    **dict.fromkeys("“”„‟″«»〝〞＂", '"'),
    "＇": "'",
}
_DASHES = dict.fromkeys("‐‑‒–—―−﹘﹣－", "-")
_PLAIN = {**_QUOTES, **_DASHES, "\t": " ", "॥": DANDA}

#: Marks that are neither letters nor format characters, yet leave no ink.
_INVISIBLE = frozenset(["\u034f", *map(chr, range(0xFE00, 0xFE10))])

_CONSONANT = "\u0915-\u0939\u0958-\u095f"
_VOWEL_SIGN = "\u093a\u093b\u093e-\u094c\u094e\u094f\u0962\u0963"
#: A nukta typed after the vowel sign («कि़»), where it cannot compose with its consonant.
_LATE_NUKTA = re.compile(f"([{_CONSONANT}]{NUKTA}?)([{_VOWEL_SIGN}]+){NUKTA}+")
#: A nukta too many; ऩ, ऱ and ऴ have theirs inside.
_EXTRA_NUKTA = re.compile(f"(?<=[\u0929\u0931\u0934{NUKTA}]){NUKTA}+")

_WORD_END = re.compile("[\u0900-\u0963\u0971-\u097f]+$")
_DEVANAGARI = re.compile("[\u0900-\u0963\u0966-\u097f]")
_CLOSERS = "\"')]}"


@dataclass(frozen=True, kw_only=True, slots=True)
class Cleaned:
    """A cleaned text; `offsets` has one value more than `text` has characters, the last one being the end."""

    text: str
    offsets: tuple[int, ...]

    def part(self, begin: int, end: int) -> Cleaned:
        """Characters `begin` to `end`, without spaces at either side."""
        while begin < end and self.text[begin] == " ":
            begin += 1
        while begin < end and self.text[end - 1] == " ":
            end -= 1
        return Cleaned(text=self.text[begin:end], offsets=self.offsets[begin : end + 1])


@dataclass(frozen=True, kw_only=True, slots=True)
class _Mapped:
    """Characters, where each stands, and where each ends: not the next one's place where something went."""

    chars: list[str]
    begins: list[int]
    ends: list[int]

    def keep(self, indices: Sequence[int]) -> _Mapped:
        return _Mapped(
            chars=[self.chars[i] for i in indices],
            begins=[self.begins[i] for i in indices],
            ends=[self.ends[i] for i in indices],
        )


def clean_text(text: str, *, abbreviations: Abbreviations, begin: int = 0) -> Cleaned:
    """Clean one line of text that begins at offset `begin` of its article.

    Offsets never decrease. A character that was put in has the offset of the one after it. Never raises.
    """
    mapped = _visible(text, begin)
    mapped = _normalize(mapped)
    mapped = _plain(mapped)
    mapped = _pairs(mapped)
    mapped = _single_spaces(mapped)
    mapped = _dandas(mapped)
    mapped = _spaced_sentences(mapped, abbreviations)
    end = mapped.ends[-1] if mapped.ends else begin
    return Cleaned(text="".join(mapped.chars), offsets=(*mapped.begins, end))


# --------------------------------------------------------------------------- characters


def _is_invisible(char: str) -> bool:
    if char in _INVISIBLE:
        return True
    return char != "\t" and unicodedata.category(char) in ("Cf", "Cc", "Cs")


def _visible(text: str, begin: int) -> _Mapped:
    """Without zero-width, direction and control characters (a line has no line ends left to lose)."""
    if text.isprintable() and not any(char in _INVISIBLE for char in text):
        places = range(begin, begin + len(text))
        return _Mapped(chars=list(text), begins=list(places), ends=[place + 1 for place in places])
    kept = [index for index, char in enumerate(text) if not _is_invisible(char)]
    return _Mapped(
        chars=[text[index] for index in kept],
        begins=[begin + index for index in kept],
        ends=[begin + index + 1 for index in kept],
    )


def _normalize(mapped: _Mapped) -> _Mapped:
    """NFC with each nukta once and in its place."""
    mapped = _compose(mapped)
    text = "".join(mapped.chars)
    if NUKTA not in text:
        return mapped
    moved = _LATE_NUKTA.sub(_move_nukta, text)
    mapped = _Mapped(chars=list(moved), begins=mapped.begins, ends=mapped.ends) if moved != text else mapped
    extra = {place for match in _EXTRA_NUKTA.finditer(moved) for place in range(*match.span())}
    if extra:
        mapped = mapped.keep([index for index in range(len(moved)) if index not in extra])
    return _compose(mapped)


def _move_nukta(match: re.Match[str]) -> str:
    """The same characters with the nukta signs before the vowel signs, so that every offset stays."""
    nuktas = len(match.group()) - len(match.group(1)) - len(match.group(2))
    return match.group(1) + NUKTA * nuktas + match.group(2)


def _compose(mapped: _Mapped) -> _Mapped:
    """NFC. Where a run of characters changes, its new ones take the old offsets in order."""
    if unicodedata.is_normalized("NFC", "".join(mapped.chars)):
        return mapped
    composed = _Mapped(chars=[], begins=[], ends=[])
    for first, last in _runs(mapped.chars):
        old = "".join(mapped.chars[first:last])
        new = unicodedata.normalize("NFC", old)
        for index, char in enumerate(new):
            place = min(first + index, last - 1)
            composed.chars.append(char)
            composed.begins.append(mapped.begins[place])
            composed.ends.append(mapped.ends[last - 1] if index == len(new) - 1 else mapped.ends[place])
    return composed


def _runs(chars: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Cut where normalization cannot reach across: before a starter that does not compose with what precedes it."""
    first = 0
    for index in range(1, len(chars)):
        char = chars[index]
        if unicodedata.combining(char):
            continue
        before = "".join(chars[first:index])
        together = unicodedata.normalize("NFC", before + char)
        if together == unicodedata.normalize("NFC", before) + unicodedata.normalize("NFC", char):
            yield first, index
            first = index
    if chars:
        yield first, len(chars)


def _plain(mapped: _Mapped) -> _Mapped:
    """Plain quotes, dashes and spaces."""
    return _Mapped(chars=[_plain_char(char) for char in mapped.chars], begins=mapped.begins, ends=mapped.ends)


def _plain_char(char: str) -> str:
    if char in _PLAIN:
        return _PLAIN[char]
    return " " if char.isspace() else char


def _pairs(mapped: _Mapped) -> _Mapped:
    """Two single quotes side by side are a double one («''हम तैयार हैं''»)."""
    if "''" not in "".join(mapped.chars):
        return mapped
    paired = _Mapped(chars=[], begins=[], ends=[])
    index = 0
    while index < len(mapped.chars):
        double = mapped.chars[index : index + 2] == ["'", "'"]
        last = index + 1 if double else index
        paired.chars.append('"' if double else mapped.chars[index])
        paired.begins.append(mapped.begins[index])
        paired.ends.append(mapped.ends[last])
        index = last + 1
    return paired


# --------------------------------------------------------------------------- spaces


def _single_spaces(mapped: _Mapped) -> _Mapped:
    """Runs of spaces become one; none at the ends."""
    kept = [
        index for index, char in enumerate(mapped.chars) if char != " " or (index and mapped.chars[index - 1] != " ")
    ]
    while kept and mapped.chars[kept[-1]] == " ":
        kept.pop()
    return mapped.keep(kept)


# --------------------------------------------------------------------------- sentence ends


def _dandas(mapped: _Mapped) -> _Mapped:
    """A vertical bar after Hindi is a danda; a danda stands once."""
    chars = list(mapped.chars)
    for index, char in enumerate(chars):
        if char == "|" and _ends_hindi(chars, index):
            chars[index] = DANDA
    kept = [i for i, char in enumerate(chars) if not (char == DANDA and i and chars[i - 1] == DANDA)]
    ends = list(mapped.ends)
    for index in range(len(chars) - 1, 0, -1):
        if chars[index] == DANDA == chars[index - 1]:
            ends[index - 1] = ends[index]
    return _Mapped(chars=chars, begins=mapped.begins, ends=ends).keep(kept)


def _ends_hindi(chars: Sequence[str], index: int) -> bool:
    """Whether what stands before `index`, spaces and closing marks aside, is Devanagari."""
    for char in reversed(chars[max(0, index - 8) : index]):
        if char not in " .|" + _CLOSERS:
            return char == DANDA or _DEVANAGARI.match(char) is not None
    return False


def _spaced_sentences(mapped: _Mapped, abbreviations: Abbreviations) -> _Mapped:
    """A space after a sentence end that has none: «पहुंचे।मंगलवार», «लगाया.उन्होंने»."""
    places = sorted(_glued(mapped.chars, abbreviations))
    if not places:
        return mapped
    spaced = _Mapped(chars=[], begins=[], ends=[])
    last = 0
    for place in [*places, len(mapped.chars)]:
        spaced.chars.extend(mapped.chars[last:place])
        spaced.begins.extend(mapped.begins[last:place])
        spaced.ends.extend(mapped.ends[last:place])
        if place < len(mapped.chars):
            spaced.chars.append(" ")
            spaced.begins.append(mapped.begins[place])
            spaced.ends.append(mapped.begins[place])
        last = place
    return spaced


def _glued(chars: Sequence[str], abbreviations: Abbreviations) -> Iterator[int]:
    """Where a space is missing: the index of the character that it has to stand before."""
    opened = {'"': False, "'": False}
    for index, char in enumerate(chars):
        if char in opened:
            opened[char] = not opened[char]
        elif char in "।.?!" and index and (index + 1 == len(chars) or chars[index + 1] not in "।.?!"):
            place = _next_sentence(chars, index, opened)
            if place is not None and _is_sentence_end(chars, index, place, abbreviations):
                yield place


def _next_sentence(chars: Sequence[str], index: int, opened: dict[str, bool]) -> int | None:
    """Where the text after the mark at `index` begins, if no space stands between; closing quotes belong to the mark."""
    place = index + 1
    while place < len(chars) and chars[place] in _CLOSERS and opened.get(chars[place], True):
        place += 1
    start = place
    while place < len(chars) and chars[place] in "\"'([":
        place += 1
    return start if place < len(chars) and _DEVANAGARI.match(chars[place]) else None


def _is_sentence_end(chars: Sequence[str], index: int, place: int, abbreviations: Abbreviations) -> bool:
    mark = index
    while mark and chars[mark - 1] in "।.?!":
        mark -= 1
    run = chars[mark : index + 1]
    before = chars[mark - 1] if mark else ""
    if before in _CLOSERS and before:
        return True
    if not _DEVANAGARI.match(before):
        return DANDA in run
    if len(run) > 1 or run[0] != ".":
        return True
    word = _WORD_END.search("".join(chars[max(0, mark - 40) : mark]))
    if word is None:  # a number
        return False
    following = "".join(chars[place : place + 40])
    return not abbreviations.joins(word.group(), following)
