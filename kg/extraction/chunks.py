"""Mentions, the case markers that follow them, and the clauses they stand in.

Hindi marks roles by postpositions: a noun group ends in ने, को, से, के साथ … and the predicate stands last in its clause.
So a sentence is read as a row of mentions with their markers, cut at finite verbs and conjunctions (the chunk grammar of
Bharati, Chaitanya and Sangal, *Natural Language Processing: A Paninian Perspective*, 1995, ch. 4).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from kg.extraction.lexicon import Lexicon
from kg.extraction.words import VerbForm, fold
from kg.records import EntityType

PARTICLES = frozenset({"भी", "ही", "तो"})
JOINERS = frozenset({"और", "तथा", "एवं", "व", "या", ",", "-", "समेत", "सहित"})
PUNCTUATION = frozenset({",", "।", ".", "?", "!", ";", ":", "-", "–", "—", '"', "'", "(", ")", ""})
CONJUNCTIONS = frozenset({"कि", "लेकिन", "जबकि", "क्योंकि", "मगर", "किंतु", "परंतु", "हालांकि", "यदि", "अगर", "ताकि", "बल्कि"})
RELATIVES = frozenset(
    {"जो", "जिस", "जिसने", "जिसे", "जिसमें", "जिसका", "जिसके", "जिसकी", "जिन्हें", "जिनमें", "जिन", "जिनके", "जहां", "जब"}
)
COPULAS = frozenset({"है", "हैं", "था", "थे", "थी", "थीं", "चाहिए"})


@dataclass(frozen=True, kw_only=True, slots=True)
class Mention:
    """A name, description or pronoun at tokens[begin:end], with what marks it."""

    begin: int
    end: int
    type: EntityType
    ids: tuple[str, ...] = ()
    name: str = ""
    named: bool = True
    short: bool = False
    demonym: bool = False
    pronoun: str = ""  #: «he», «both», «self»
    office: str = ""  #: the title that stands with the name
    country: str | None = None  #: QID of the country named in it
    marker: str = "nom"
    marker_end: int = 0  #: token after the marker
    head: int = -1  #: for gen, mod and owner: the noun that it belongs to
    owner_marker: str = ""  #: the marker of that noun
    entity: str = ""  #: key, once resolved


@dataclass(frozen=True, kw_only=True, slots=True)
class Clause:
    """Tokens[begin:end] between two barriers."""

    begin: int
    end: int
    opener: str = ""  #: «कि», a relative, or another conjunction


def marker_at(words: Sequence[str], at: int, lexicon: Lexicon) -> tuple[str, int]:
    """The postposition that begins at `at`, as (marker id, token after it); («», at) where there is none."""
    for form, marker in lexicon.markers:
        if tuple(words[at : at + len(form)]) == form:
            return marker, at + len(form)
    return "", at


def is_verb_ki(words: Sequence[str], at: int) -> bool:
    """Whether «की» at `at` is the verb करना and not the genitive: a verb is followed by an auxiliary or an end."""
    after = words[at + 1] if at + 1 < len(words) else ""
    return (
        after in PUNCTUATION or after in COPULAS or after in CONJUNCTIONS or after in {"गई", "जा", "जाएगी", "और", "थी"}
    )


def attach_markers(mentions: Sequence[Mention], words: Sequence[str], lexicon: Lexicon) -> tuple[Mention, ...]:
    """The mentions with their markers; conjuncts share the marker of the last one."""
    marked: list[Mention] = []
    for position in range(len(mentions) - 1, -1, -1):
        mention = mentions[position]
        following = mentions[position + 1] if position + 1 < len(mentions) else None
        if following is not None and marked and _joined(words, mention.end, following.begin):
            last = marked[-1]
            marked.append(
                replace(
                    mention,
                    marker=last.marker,
                    marker_end=last.marker_end,
                    head=last.head,
                    owner_marker=last.owner_marker,
                )
            )
            continue
        marked.append(_marked(mention, words, lexicon, following.begin if following else len(words)))
    return tuple(reversed(marked))


def _joined(words: Sequence[str], begin: int, end: int) -> bool:
    gap = [word for word in words[begin:end] if word not in ('"', "'", "", "भी")]
    return 0 < len(gap) <= 2 and all(word in JOINERS for word in gap)


def _marked(mention: Mention, words: Sequence[str], lexicon: Lexicon, limit: int) -> Mention:
    at = mention.end
    if at < len(words) and words[at] == "(":
        closing = next((i for i in range(at, min(at + 8, len(words))) if words[i] == ")"), at)
        at = closing + 1 if closing > at else at
    while at < len(words) and words[at] in PARTICLES | {""}:
        at += 1
    marker, end = marker_at(words, at, lexicon)
    if marker == "gen" and words[at] == "की" and is_verb_ki(words, at):
        marker, end = "", at
    if mention.demonym and not marker:
        return _with_head(mention, words, lexicon, at, "mod", limit)
    if marker == "gen":
        return _with_head(mention, words, lexicon, end, "gen", limit)
    if not marker:
        return _with_head(mention, words, lexicon, at, "nom", limit)
    return replace(mention, marker=marker, marker_end=end)


def _with_head(mention: Mention, words: Sequence[str], lexicon: Lexicon, at: int, marker: str, limit: int) -> Mention:
    """Find the noun that a genitive, demonym or bare name modifies, and that noun's own marker."""
    head, end = -1, at
    for position in range(at, min(at + 6, limit, len(words))):
        word = words[position]
        if word in PUNCTUATION or word in CONJUNCTIONS or word in RELATIVES:
            break
        found, _after = marker_at(words, position, lexicon)
        if found and not (word == "की" and is_verb_ki(words, position)):
            return replace(mention, marker=marker, marker_end=at, head=head, owner_marker=found if head >= 0 else "")
        if marker == "nom" and position > at:
            break
        if is_finite_end(words, position, lexicon):
            break
        head, end = position, position + 1
    return replace(mention, marker=marker, marker_end=at, head=head, owner_marker="nom" if end > at else "")


def is_finite_end(words: Sequence[str], at: int, lexicon: Lexicon) -> bool:
    """Whether the word at `at` ends a finite verb group."""
    word = words[at]
    after = words[at + 1] if at + 1 < len(words) else ""
    if word in COPULAS:
        return after not in COPULAS
    readings = lexicon.verbs.readings(word)
    if not readings:
        return False
    forms = {reading.form for reading in readings}
    if VerbForm.FUTURE in forms:
        return True
    if word == "की" and not is_verb_ki(words, at):
        return False
    ends = after in PUNCTUATION or after in CONJUNCTIONS or after in RELATIVES or after in {"और", "तथा"}
    return ends and VerbForm.PERFECTIVE in forms


def clauses(words: Sequence[str], lexicon: Lexicon) -> tuple[Clause, ...]:
    """The sentence cut after finite verbs and at conjunctions and relatives."""
    cuts: list[tuple[int, str]] = [(0, "")]
    for at, word in enumerate(words):
        if word in CONJUNCTIONS or (word in RELATIVES and at > 0):
            cuts.append((at, word))
        elif is_finite_end(words, at, lexicon) and at + 1 < len(words):
            cuts.append((at + 1, ""))
    found: list[Clause] = []
    for (begin, opener), (end, _) in zip(cuts, [*cuts[1:], (len(words), "")], strict=True):
        if end > begin:
            found.append(Clause(begin=begin, end=end, opener=opener))
    return tuple(found)


def folded(tokens: Sequence[str]) -> list[str]:
    """The words of a sentence as the matcher compares them."""
    return [fold(token) for token in tokens]
