"""Where words and sentences end: rules that mend what the tokenizer proposes.

The tokenizer was trained on clean text, with a danda at the end of each sentence. News has
full stops and pipes for dandas, stuck sentences («है।मंगलवार»), initials («एस. जयशंकर») and quotes
that close behind a danda. The rules here are sure of their cases and overrule it there; in
all others its proposal stands.

Words. Punctuation is a word of its own, hyphens and dashes too («भारत-पाक» is three words, as in
the treebank HDTB, «एस-400» and «2022-23» likewise). Numbers («10,000», «3.5», «10:30»), web and mail
addresses, dotted initials («यू.एस.») and listed abbreviations («डॉ.») are one word each, with
their full stops.

Sentences. A sentence ends behind a danda, a pipe, a question or exclamation mark or a full
stop that belongs to no abbreviation, and behind the closing quotes and brackets that follow it
at once; never before a comma. Positions are code points of the passage's cleaned text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from kg.errors import DataError

LONGEST: Final = 250
"""Words of a sentence at most: the parser's memory grows with their square. A longer one is cut behind the last comma or
conjunction of its second half, or where it reaches the limit."""

Span = tuple[int, int]

_DANDAS: Final = frozenset("।॥|")
_ENDS: Final = frozenset("।॥|?!.")
_BRACKETS: Final = frozenset(")]}")
_ONE_WAY: Final = frozenset("”’»") | _BRACKETS
_TWO_WAY: Final = frozenset("\"'‘")  #: quotes that open as well as close: «‘साम्राज्यवाद‘»
_FREE: Final = _ENDS | _ONE_WAY | _TWO_WAY | {","}  #: what may stand behind a closing quote without a space
_CONJUNCTIONS: Final = frozenset({",", ";", "और", "तथा", "एवं", "लेकिन", "जबकि"})
_ALONE: Final = r".।॥|?!;,:\"“”„‘’'«»()\[\]{}%…*•‐‑‒–—―-"
_PIECE: Final = re.compile(
    rf"""
      (?:https?://|www\.)\S*[^\s{_ALONE}]                  # web address
    | [\w.+-]+@[\w-]+(?:\.[\w-]+)+                         # mail address
    | [A-Za-z][A-Za-z0-9-]+(?:\.[a-z]{{2,6}})+(?![A-Za-z]) # ddnews.gov.in
    | \d+(?:[.,:/]\d+)+                                    # 10,000  3.5  10:30  13/09/2023
    | \.{{2,}} | …+ | -{{2,}}                              # ellipsis, a typewriter's dash
    | [{_ALONE}]
    | (?P<word>[^\s{_ALONE}]+(?:['’](?=[A-Za-z])[^\s{_ALONE}]+)*)    # a word; don't
    """,
    re.VERBOSE,
)
_MARK: Final = re.compile(r"[\u0900-\u0903\u093a-\u093c\u093e-\u094f\u0951-\u0957\u0962\u0963\u200c\u200d]")
_CAPITAL: Final = re.compile(r"[A-Za-z]")


@dataclass(frozen=True, kw_only=True, slots=True)
class Abbreviations:
    """Words whose full stop belongs to them."""

    letters: frozenset[str]  #: «एस»: part of initials
    word_letters: frozenset[str]  #: «जी»: part of initials only beside another letter
    words: frozenset[str]  #: «डॉ»

    @classmethod
    def load(cls, path: Path) -> Abbreviations:
        """The table of three columns (form, kind, gloss) under one line of names.

        Raises DataError where the file is missing or a line is wrong.
        """
        kinds: dict[str, set[str]] = {"letter": set(), "word-letter": set(), "word": set()}
        for number, form, kind in _rows(path):
            if kind not in kinds:
                raise DataError(
                    f"There is no kind {kind!r}.", where=f"{path}:{number}", cure=f"Write one of: {', '.join(kinds)}."
                )
            kinds[kind].add(form)
        return cls(
            letters=frozenset(kinds["letter"]),
            word_letters=frozenset(kinds["word-letter"]),
            words=frozenset(kinds["word"]),
        )


def _rows(path: Path) -> Iterator[tuple[int, str, str]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise DataError(f"It cannot be read: {error}.", where=str(path), cure="Install the package again.") from error
    named = False
    for number, line in enumerate(lines, start=1):
        if not line or line.startswith("#"):
            continue
        cells = line.split("\t")
        if len(cells) != 3:
            raise DataError("A line needs three columns.", where=f"{path}:{number}", cure="Write form, kind, gloss.")
        if named:
            yield number, cells[0], cells[1]
        named = True


# ---------------------------------------------------------------------- words


def words(text: str, proposed: Iterable[Span], *, abbreviations: Abbreviations) -> list[Span]:
    """The words of a passage as (begin, end), in order; together they hold every character but white space.

    `proposed` are the tokenizer's words; they count only where no rule speaks.
    """
    matches = list(_PIECE.finditer(text))
    cuts = {position for span in proposed for position in span}
    cuts -= {at for match in matches if match["word"] is None for at in range(match.start() + 1, match.end())}
    return _with_full_stops(text, [match.span() for match in matches], sorted(cuts), abbreviations)


def _with_full_stops(
    text: str, pieces: Sequence[Span], cuts: Sequence[int], abbreviations: Abbreviations
) -> list[Span]:
    """The pieces, with each full stop that belongs to an abbreviation joined to it."""
    found: list[Span] = []
    open_initials = False  # the last word found is initials that the next piece may carry on
    for position, (begin, end) in enumerate(pieces):
        touches = bool(found) and found[-1][1] == begin
        if text[begin:end] == "." and touches and _owns_stop(text, pieces, position, abbreviations):
            found[-1] = (found[-1][0], end)
            open_initials = _is_letter(text[slice(*pieces[position - 1])], abbreviations)
        elif open_initials and touches and _is_letter(text[begin:end], abbreviations):
            found[-1] = (found[-1][0], end)
            open_initials = False
        else:
            found.extend(_cut(text, begin, end, cuts))
            open_initials = False
    return found


def _owns_stop(text: str, pieces: Sequence[Span], position: int, abbreviations: Abbreviations) -> bool:
    """Whether the full stop that is `pieces[position]` belongs to the piece before it."""
    word = text[slice(*pieces[position - 1])]
    if word in abbreviations.words or word in abbreviations.letters or _CAPITAL.fullmatch(word):
        return True
    if word.isdecimal():  # «1. भारत»: the number of an item
        return position == 1
    return word in abbreviations.word_letters and _beside_initials(text, pieces, position, abbreviations)


def _beside_initials(text: str, pieces: Sequence[Span], position: int, abbreviations: Abbreviations) -> bool:
    """Whether initials stand before or behind the word whose full stop is `pieces[position]`."""
    before = pieces[max(position - 3, 0) : position - 1]
    behind = pieces[position + 1 : position + 3]
    return any(
        len(pair) == 2 and text[slice(*pair[1])] == "." and _is_letter(text[slice(*pair[0])], abbreviations)
        for pair in (before, behind)
    )


def _is_letter(word: str, abbreviations: Abbreviations) -> bool:
    known = word in abbreviations.letters or word in abbreviations.word_letters
    return known or _CAPITAL.fullmatch(word) is not None


def _cut(text: str, begin: int, end: int, cuts: Sequence[int]) -> Iterator[Span]:
    for cut in cuts[bisect_left(cuts, begin + 1) : bisect_left(cuts, end)]:
        if not _MARK.match(text, cut) and not text[cut - 1 : cut + 1].isdecimal():
            yield begin, cut
            begin = cut
    yield begin, end


# ---------------------------------------------------------------------- sentences


def sentences(text: str, spans: Sequence[Span]) -> list[list[Span]]:
    """The words of a passage, grouped by sentence; no sentence is punctuation alone, unless the passage is."""
    parity: Counter[str] = Counter()
    groups: list[list[Span]] = [[]]
    position = 0
    while position < len(spans):
        end = _sentence_end(text, spans, position, parity)
        behind = max(end, position + 1)
        for span in spans[position:behind]:
            groups[-1].append(span)
            parity[text[slice(*span)]] += 1
        if end > position:
            groups.append([])
        position = behind
    return [part for group in _with_words(text, groups) for part in _capped(text, group)]


def _sentence_end(text: str, spans: Sequence[Span], position: int, parity: Mapping[str, int]) -> int:
    """The position behind the sentence end that begins at `position`; 0 where none does."""
    if not _is_end(text, spans, position):
        return 0
    last = position + 1
    while last < len(spans) and text[slice(*spans[last])] in _ENDS:
        last += 1
    behind, soft = last, text[spans[position][0]] not in _DANDAS
    while behind < len(spans) and _closes(text, spans, behind, parity):
        behind += 1
    following = text[slice(*spans[behind])] if behind < len(spans) else ""
    bracketed = any(text[slice(*span)] in _BRACKETS for span in spans[last:behind])
    return 0 if following == "," or (soft and bracketed and following) else behind


def _is_end(text: str, spans: Sequence[Span], position: int) -> bool:
    begin, end = spans[position]
    if text[begin:end] not in _ENDS:
        return False
    between_digits = begin > 0 and text[begin - 1].isdecimal() and text[end : end + 1].isdecimal()
    return not between_digits


def _closes(text: str, spans: Sequence[Span], position: int, parity: Mapping[str, int]) -> bool:
    """Whether the word behind a sentence end is a quote or bracket that closes."""
    begin, end = spans[position]
    sign = text[begin:end]
    if sign in _ONE_WAY:
        return True
    if sign not in _TWO_WAY:
        return False
    free_before = text[begin - 1].isspace()
    free_behind = end == len(text) or text[end].isspace() or text[end] in _FREE
    return free_behind if free_before != free_behind else parity[sign] % 2 == 1


def _with_words(text: str, groups: Iterable[list[Span]]) -> list[list[Span]]:
    """The groups, with one that holds no letter or digit joined to the one before it, the first to the second."""
    found: list[list[Span]] = []
    for group in groups:
        if found and not (_has_word(text, group) and _has_word(text, found[-1])):
            found[-1].extend(group)
        elif group:
            found.append(group)
    return found


def _has_word(text: str, group: Iterable[Span]) -> bool:
    return any(sign.isalnum() for begin, end in group for sign in text[begin:end])


def _capped(text: str, group: list[Span]) -> Iterator[list[Span]]:
    while len(group) > LONGEST:
        joints = [at for at in range(LONGEST // 2, LONGEST) if text[slice(*group[at])] in _CONJUNCTIONS]
        cut = joints[-1] + 1 if joints else LONGEST
        yield group[:cut]
        group = group[cut:]
    yield group
