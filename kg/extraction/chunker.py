"""Reads a sentence into verb groups, noun groups and clauses (see `reading.py`)."""

from __future__ import annotations

from collections.abc import Sequence

from kg.extraction.clauses import find_clauses
from kg.extraction.groups import noun_groups
from kg.extraction.lexicon import Lexicon
from kg.extraction.phrases import attach_genitives, coordinate
from kg.extraction.reading import RELATIVE, Mention, Reading
from kg.extraction.verbs import verb_groups
from kg.records import Sentence


def read(sentence: Sentence, words: Sequence[str], mentions: Sequence[Mention], lexicon: Lexicon) -> Reading:
    """The reading of a sentence whose names are known; `words` are folded."""
    reading = Reading(sentence=sentence, words=tuple(words), texts=tuple(token.text for token in sentence.tokens))
    # relative pronouns are mentions, but they begin clauses as no name does
    inside = {at for mention in mentions if mention.pronoun != RELATIVE for at in range(mention.begin, mention.end)}
    reading.verbs = verb_groups(sentence, words, inside, lexicon)
    reading.verb_at = {at: verb.index for verb in reading.verbs for at in range(verb.begin, verb.end)}
    reading.groups = noun_groups(reading, mentions, lexicon)
    reading.group_at = {at: group.index for group in reading.groups for at in range(group.begin, group.end)}
    reading.clauses, reading.clause_of = find_clauses(reading, inside, lexicon)
    for group in reading.groups:
        group.clause = reading.clause_of[group.begin]
    attach_genitives(reading, lexicon)
    coordinate(reading, lexicon)
    return reading
