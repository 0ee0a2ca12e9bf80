"""What a line of a news page is, and the Latin tag that some sites put before every paragraph."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from kg.documents.characters import Cleaned
from kg.documents.patterns import Abbreviations, DatelineWords, LinePatterns, fold, fold_chars

LONGEST_HEADLINE = 30  #: words
LONGEST_SUBHEADING = 15  #: words
LONGEST_BYLINE = 8  #: words
LONGEST_PATTERN = 1000  #: characters; patterns are not tried on more, since some take time in the square of them
LEAST_HINDI = 0.2  #: share of Devanagari letters below which a text is not Hindi

_LETTER = re.compile(r"[^\W\d_]")
_HINDI_LETTER = re.compile("[\u0904-\u0939\u0958-\u0961\u0971-\u097f]")
_ADDRESS = re.compile(r"\S*(?:https?://|www\.)\S+$")
_TAG = re.compile(r"([A-Za-z][\w.&'-]*(?: [\w.&'-]+){0,2}) ?: ?")
_SENTENCE_END = re.compile(r"(?:[।?!|…]|(?<=\D)\.)[\"')(\]]*$")
_INNER_END = re.compile(r"[।?!](?: |$)")
_FULL_STOP = re.compile("([\u0900-\u0963\u0971-\u097f]+)\\. (\\S)")
_BROKEN = re.compile(r"[,–-]$|(?:^|\s)(?:और|कि|तथा|एवं|कहा|बताया|मुताबिक|अनुसार)\s*:?$")


def hindi_share(text: str) -> float:
    """The share of Devanagari letters among the letters of the text, 0 where there are none."""
    letters = len(_LETTER.findall(text))
    return len(_HINDI_LETTER.findall(text)) / letters if letters else 0.0


def is_boilerplate(text: str, patterns: LinePatterns) -> bool:
    """Whether a cleaned line is none of the article's text: no Hindi in it, an address, or a known line of a page."""
    if hindi_share(text) < LEAST_HINDI or _ADDRESS.match(text):
        return True
    if len(text) > LONGEST_PATTERN or len(text.split()) > patterns.longest:
        return False
    folded = fold(text)
    return any(pattern.fits(folded) for pattern in patterns.boilerplate if not pattern.tail)


def tail(text: str, patterns: LinePatterns) -> int:
    """Where a line's text ends and boilerplate begins that hangs on to it; the length of the line where none does."""
    tails = [pattern for pattern in patterns.boilerplate if pattern.tail]
    chars = fold_chars(text) if "(" in text else []
    for pattern in tails:
        match = pattern.pattern.search("".join(chars))
        if match:
            return _unfolded(chars, match.start())
    return len(text)


def _unfolded(chars: list[str], place: int) -> int:
    length = 0
    for index, char in enumerate(chars):
        if length >= place and char:
            return index
        length += len(char)
    return len(chars)


def is_byline(text: str, patterns: LinePatterns, words: DatelineWords) -> bool:
    """Whether a cleaned line says who wrote or sent the article: «जागरण संवाददाता», «नई दिल्ली, एएफपी»."""
    if len(text) > LONGEST_PATTERN or len(text.split()) > LONGEST_BYLINE:
        return False
    folded = fold(text)
    if any(pattern.fits(folded) for pattern in patterns.byline):
        return True
    tokens = re.findall(r"[^\s,/()\[\]।:.|-]+", folded)
    if not tokens or len(tokens) > LONGEST_BYLINE or any(token in patterns.sentence_words for token in tokens):
        return False
    if all(token in words.agencies or token in words.desks or token in words.desk_qualifiers for token in tokens):
        return any(token in words.agencies or token in words.desks for token in tokens)
    return _names_desk(folded, words)


def _names_desk(folded: str, words: DatelineWords) -> bool:
    """A person or place and a desk or agency, in a bracket or parted by commas, or a correspondent's title."""
    pieces = [piece.strip(" ।.:") for piece in re.split(r"[,()\[\]]", folded) if piece.strip(" ।.:")]
    if len(pieces) > 1:
        return any(piece in words.agencies or piece.split(" ")[-1] in words.desks for piece in pieces)
    return any(token.startswith("संवाददाता") for token in folded.split())


# --------------------------------------------------------------------------- headlines


def ends_sentence(text: str) -> bool:
    """Whether the line's last mark ends a sentence."""
    return _SENTENCE_END.search(text) is not None


def has_sentence_end(text: str, abbreviations: Abbreviations) -> bool:
    """Whether a sentence ends before the line does."""
    if _INNER_END.search(text):
        return True
    return any(not abbreviations.joins(match[1], match[2]) for match in _FULL_STOP.finditer(text))


def is_headline(text: str, abbreviations: Abbreviations) -> bool:
    """Whether a first line of text may be a headline."""
    return (
        not ends_sentence(text) and not has_sentence_end(text, abbreviations) and len(text.split()) <= LONGEST_HEADLINE
    )


def is_subheading(text: str, abbreviations: Abbreviations) -> bool:
    """Whether a line inside the text may be a heading: short, no sentence end, not broken off in a sentence."""
    if ends_sentence(text) or has_sentence_end(text, abbreviations) or _BROKEN.search(text):
        return False
    return len(text.split()) <= LONGEST_SUBHEADING


# --------------------------------------------------------------------------- tags


def repeated_tags(texts: Iterable[str], patterns: LinePatterns) -> frozenset[str]:
    """Latin tags with a colon that the lines begin with more than once («Russia: …»), and those that are known."""
    counts: Counter[str] = Counter()
    for text in texts:
        place = 0
        while match := _TAG.match(text, place):
            counts[match[1].lower()] += 1
            place = match.end()
    return frozenset(tag for tag, count in counts.items() if count > 1) | patterns.tags


def without_tags(cleaned: Cleaned, tags: frozenset[str]) -> Cleaned:
    """The line without the tags that it begins with."""
    place = 0
    while (match := _TAG.match(cleaned.text, place)) and match[1].lower() in tags:
        place = match.end()
    return cleaned.part(place, len(cleaned.text)) if place else cleaned
