"""Triggers in a sentence: which lexicon entries fire, where, and in what form of the verb."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.extraction.chunks import PARTICLES, PUNCTUATION, is_verb_ki, marker_at
from kg.extraction.lexicon import Entry, Lexicon
from kg.extraction.words import VerbForm

NEGATIONS = frozenset({"नहीं", "न", "ना", "मत"})
_GAP = 3  #: words that may stand between a host and its light verb
_OBJECT_WINDOW = 8  #: words before the verb in which an object noun is looked for


@dataclass(frozen=True, kw_only=True, slots=True)
class Trigger:
    """One firing of an entry at tokens[begin:end]."""

    entry: Entry
    begin: int  #: first token of the trigger, its object noun included
    end: int  #: after the last token of host and verb
    host: int  #: the noun or adjective, else the verb: roles are looked for to its left
    verb: int  #: the verb's token, -1 for a bare noun
    form: VerbForm | None = None  #: of the verb
    group_end: int = 0  #: after the auxiliaries
    negated: bool = False


def triggers(words: Sequence[str], lexicon: Lexicon) -> tuple[Trigger, ...]:
    """All triggers of a sentence (folded words), in text order; one a host or verb, host + light verb before bare noun."""
    found: list[Trigger] = []
    taken: set[int] = set()
    for at, word in enumerate(words):
        for entry in lexicon.by_host.get(word, ()):
            trigger = _hosted(words, at, entry, lexicon)
            if trigger is not None and at not in taken:
                found.append(trigger)
                taken |= {at, trigger.verb} - {-1}
                break
    for at in range(len(words)):
        if at in taken:
            continue
        trigger = next(iter(_simple(words, at, lexicon)), None)
        if trigger is not None:
            found.append(trigger)
            taken.add(at)
    return tuple(sorted(found, key=lambda trigger: (trigger.host, trigger.entry.id)))


def _hosted(words: Sequence[str], at: int, entry: Entry, lexicon: Lexicon) -> Trigger | None:
    before = words[max(0, at - 2) : at]
    after = words[at + 1] if at + 1 < len(words) else ""
    if entry.not_before & set(before) or after in entry.unless_next:
        return None
    begin = _object(words, at, entry.object, lexicon)
    if begin < 0 or _object(words, at, entry.object_before, lexicon) < 0:
        return None
    verb, form = _light_verb(words, at, entry, lexicon)
    if verb < 0:
        if words[at] not in entry.nominal_hosts:
            return None
        return Trigger(entry=entry, begin=begin, end=at + 1, host=at, verb=-1, group_end=at + 1)
    end = group_end(words, verb, lexicon)
    return Trigger(
        entry=entry,
        begin=min(begin, verb),
        end=max(at, verb) + 1,
        host=at,
        verb=verb,
        form=form,
        group_end=max(end, at + 1),
        negated=_negated(words, min(at, verb), end),
    )


def _light_verb(words: Sequence[str], at: int, entry: Entry, lexicon: Lexicon) -> tuple[int, VerbForm | None]:
    for position in range(at + 1, min(at + 2 + _GAP, len(words))):
        word = words[position]
        if word in PUNCTUATION:
            break
        if word == "की" and not is_verb_ki(words, position):
            break
        for reading in lexicon.verbs.readings(word):
            if reading.stem in entry.light and reading.form is not VerbForm.STEM:
                return position, reading.form
            if (
                reading.stem in entry.light
                and position + 1 < len(words)
                and lexicon.verbs.readings(words[position + 1])
            ):
                return position, reading.form
        if (
            word not in PARTICLES | NEGATIONS
            and not lexicon.verbs.readings(word)
            and marker_at(words, position, lexicon)[0]
        ):
            break
    if at > 0 and (at + 1 == len(words) or words[at + 1] in PUNCTUATION):
        for reading in lexicon.verbs.readings(words[at - 1]):  # headline order: «अमेरिका ने दी चेतावनी»
            if reading.stem in entry.light and reading.form in (VerbForm.PERFECTIVE, VerbForm.FUTURE):
                return at - 1, reading.form
    return -1, None


def _simple(words: Sequence[str], at: int, lexicon: Lexicon) -> Iterator[Trigger]:
    for reading in lexicon.verbs.readings(words[at]):
        for entry in lexicon.by_verb.get(reading.stem, ()):
            if words[at] in ("की", "के", "का"):
                continue
            begin = _object(words, at, entry.object, lexicon)
            if begin < 0:
                continue
            end = group_end(words, at, lexicon)
            yield Trigger(
                entry=entry,
                begin=begin,
                end=at + 1,
                host=at,
                verb=at,
                form=reading.form,
                group_end=end,
                negated=_negated(words, at, end),
            )


def _object(words: Sequence[str], at: int, name: str, lexicon: Lexicon) -> int:
    """Where the nearest noun of a class stands before `at`; `at` where none is asked for, -1 where none stands."""
    if not name:
        return at
    nouns = lexicon.classes[name]
    for position in range(at - 1, max(-1, at - 1 - _OBJECT_WINDOW), -1):
        if words[position] in ("।", "?", "!", "कि"):
            break
        if words[position] in nouns:
            return position
    return -1


def group_end(words: Sequence[str], verb: int, lexicon: Lexicon) -> int:
    """The token after the auxiliaries that follow a verb."""
    end = verb + 1
    while end < len(words):
        word = words[end]
        if word in ("का", "के") or (word == "की" and not is_verb_ki(words, end)):
            break
        if not (lexicon.verbs.readings(word) or word in NEGATIONS | PARTICLES or word in AUXILIARIES):
            break
        end += 1
    return end


AUXILIARIES = frozenset({"है", "हैं", "था", "थे", "थी", "थीं", "हूं", "चाहिए", "वाला", "वाले", "वाली"})


def _negated(words: Sequence[str], begin: int, end: int) -> bool:
    return bool(NEGATIONS & set(words[max(0, begin - 1) : end]))
