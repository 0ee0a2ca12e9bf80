"""Postpositions at a place of a sentence, and «की», which is one of them or a verb."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extraction.lexicon import Lexicon
from kg.extraction.reading import PUNCTUATION, QUOTES
from kg.extraction.words import COPULAS


def marker_at(words: Sequence[str], at: int, lexicon: Lexicon, *, bare: bool = False) -> tuple[str, int]:
    """The postposition that begins at `at`, as (id, token after it); («», at) where there is none.

    `bare`: after a possessive pronoun, which has the के of «के साथ» in it.
    """
    table = lexicon.bare_markers if bare else lexicon.markers
    for form, marker in table.get(words[at], ()) if at < len(words) else ():
        if tuple(words[at : at + len(form)]) == form:
            return marker, at + len(form)
    return "", at


def is_verb_ki(words: Sequence[str], at: int, lexicon: Lexicon) -> bool:
    """Whether the «की» at `at` is the verb (did) and not the genitive, by the words on both sides."""
    if at == 0:
        return False
    if words[at - 1] in lexicon.function_words["before_ki"]:
        return True
    after = next((word for word in words[at + 1 : at + 3] if word not in QUOTES), "।")
    ends = after in PUNCTUATION or after in COPULAS or after in lexicon.function_words["after_ki"]
    return ends and words[at - 1] not in PUNCTUATION
