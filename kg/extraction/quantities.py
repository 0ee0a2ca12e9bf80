"""Counts in a sentence: «10,000 से अधिक सैनिक», «डेढ़ लाख», «हजारों».

The words stand in `data/numbers.yml`. The grammar of Hindi numerals is that of McGregor, *Outline of Hindi Grammar*
(1995), §§ 10–11: units, multipliers in falling order, and the fractions डेढ़, ढाई, साढ़े, सवा, पौने before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from kg.extraction.number_lexicon import DATA, Bound, BoundPhrase, NumberFraction, NumberLexicon
from kg.extraction.words import fold

__all__ = ["DATA", "NumberLexicon", "Quantity", "find_quantities", "number_value", "read_number"]

_DIGITS = re.compile(r"[₹$€£]?(\d{1,3}(?:,\d{2,3})+|\d+)(\.\d+)?")
_GLUED = re.compile(r"(\d[\d,.]*)([^\d\W]\D*)")
_DASHES = ("-", "–", "—")


@dataclass(frozen=True, kw_only=True, slots=True)
class Quantity:
    """A count: tokens[begin:end], bounding words included."""

    begin: int
    end: int
    value: int | None  #: the count; of a range the lower end; None where the words are vague («हजारों»)
    bound: Bound
    vague: bool
    noun: int | None  #: position of the word counted, where it follows directly or stands before «से अधिक»
    rules: tuple[str, ...]  #: ids of the entries of `numbers.yml` that were read; empty for plain digits


@dataclass(frozen=True, kw_only=True, slots=True)
class Number:
    """A number read from tokens; `value` may be a fraction («डेढ़»)."""

    end: int  #: position after its last token
    value: Fraction
    rules: tuple[str, ...] = ()
    about: bool = False  #: a round number by nature («दो दर्जन»)
    scale: int = 1  #: its multiplier, for «तीन से चार हजार»


def read_number(tokens: Sequence[str], begin: int, *, lexicon: NumberLexicon) -> Number | None:
    """The longest number in digits or words that starts at a token; None where none does. Tokens are folded."""
    first = _group(tokens, begin, lexicon=lexicon)
    if first is None:
        return None
    total, end, rules, about, scale = first.value, first.end, first.rules, first.about, first.scale
    least = first.scale
    while least > 1 and end < len(tokens):
        more = _group(tokens, end, lexicon=lexicon)
        if more is None or more.value >= least or tokens[end] in lexicon.fractions or more.about:
            break
        total, end, rules, least = total + more.value, more.end, rules + more.rules, more.scale
    return Number(end=end, value=total, rules=rules, about=about, scale=scale)


def find_quantities(tokens: Sequence[str], *, lexicon: NumberLexicon) -> tuple[Quantity, ...]:
    """All counts of a sentence, in order, without overlap.

    Years and days are counts to it as well: what is counted is for the caller to judge by `noun`.
    """
    return tuple(_quantities([fold(token) for token in tokens], lexicon=lexicon))


def number_value(token: str, *, lexicon: NumberLexicon) -> Fraction | None:
    """The value of one token that is digits or a cardinal word; None for any other. It is folded."""
    if match := _DIGITS.fullmatch(token):
        return Fraction(match[1].replace(",", "") + (match[2] or ""))
    found = lexicon.cardinals.get(token)
    return Fraction(found[1]) if found else None


# ------------------------------------------------------------------ one number


def _group(tokens: Sequence[str], begin: int, *, lexicon: NumberLexicon) -> Number | None:
    """A coefficient with its multipliers: «तीन सौ», «डेढ़ लाख», «2000»."""
    if begin >= len(tokens):
        return None
    glued = _GLUED.fullmatch(tokens[begin])
    if glued and (unit := lexicon.multipliers.get(glued[2])):
        value = number_value(glued[1], lexicon=lexicon)
        if value is not None:
            return Number(end=begin + 1, value=value * unit.value, rules=(unit.id,), scale=unit.value, about=unit.about)
    number = _coefficient(tokens, begin, lexicon=lexicon)
    if number is None:
        return _bare_multiplier(tokens, begin, lexicon=lexicon)
    return _multiplied(number, tokens, lexicon=lexicon)


def _coefficient(tokens: Sequence[str], begin: int, *, lexicon: NumberLexicon) -> Number | None:
    word = tokens[begin]
    fraction = lexicon.fractions.get(word)
    if fraction is not None:
        return _fraction(fraction, tokens, begin, lexicon=lexicon)
    value = number_value(tokens[begin], lexicon=lexicon)
    if value is None:
        return None
    known = lexicon.cardinals.get(word)
    return Number(end=begin + 1, value=value, rules=(known[0],) if known else ())


def _fraction(fraction: NumberFraction, tokens: Sequence[str], begin: int, *, lexicon: NumberLexicon) -> Number | None:
    if fraction.value is not None:
        return Number(end=begin + 1, value=fraction.value, rules=(fraction.id,))
    add = fraction.add or Fraction(0)
    following = tokens[begin + 1] if begin + 1 < len(tokens) else ""
    value = number_value(following, lexicon=lexicon) if following else None
    if value is not None:
        known = lexicon.cardinals.get(following)
        rules = (fraction.id, known[0]) if known else (fraction.id,)
        return Number(end=begin + 2, value=value + add, rules=rules)
    if following in lexicon.multipliers:
        return Number(end=begin + 1, value=1 + add, rules=(fraction.id,))
    return None


def _bare_multiplier(tokens: Sequence[str], begin: int, *, lexicon: NumberLexicon) -> Number | None:
    unit = lexicon.multipliers.get(tokens[begin])
    if unit is None or not (unit.bare or (unit.about and _phrase(tokens, begin + 1, lexicon.after))):
        return None
    return Number(end=begin + 1, value=Fraction(unit.value), rules=(unit.id,), about=unit.about, scale=unit.value)


def _multiplied(number: Number, tokens: Sequence[str], *, lexicon: NumberLexicon) -> Number:
    """The number with the multipliers after it: «दो» + «सौ», «तीन» + «हजार»; «दस लाख करोड़» is read whole."""
    value, end, rules, about, scale = number.value, number.end, number.rules, False, 1
    while end < len(tokens) and (unit := lexicon.multipliers.get(tokens[end])) and unit.value > scale:
        if end + 1 < len(tokens) and tokens[end + 1] in unit.not_before:
            break
        value, end, rules, about, scale = value * unit.value, end + 1, (*rules, unit.id), unit.about, unit.value
    return Number(end=end, value=value, rules=rules, about=about, scale=scale)


# ------------------------------------------------------------------ counts


def _quantities(tokens: Sequence[str], *, lexicon: NumberLexicon) -> Iterator[Quantity]:
    position = 0
    while position < len(tokens):
        quantity = _quantity(tokens, position, lexicon=lexicon)
        if quantity is not None:
            yield quantity
            position = quantity.end
        else:  # «साढ़े दस बजे» is no ten
            broken = read_number(tokens, position, lexicon=lexicon)
            position = broken.end if broken else position + 1


def _quantity(tokens: Sequence[str], begin: int, *, lexicon: NumberLexicon) -> Quantity | None:
    """The count that starts at a token, a bounding phrase before it included."""
    lead = _phrase(tokens, begin, lexicon.before) if tokens[begin] in lexicon.openers else None
    start = begin + len(lead.words) if lead else begin
    if start >= len(tokens):
        return None
    return _vague(tokens, begin, start, lexicon=lexicon) or _counted(tokens, begin, start, lead, lexicon=lexicon)


def _vague(tokens: Sequence[str], begin: int, start: int, *, lexicon: NumberLexicon) -> Quantity | None:
    word = tokens[start]
    rule, end = lexicon.vague.get(word), start + 1
    if rule is None and word in lexicon.several and end < len(tokens) and tokens[end] in lexicon.multipliers:
        rule, end = lexicon.several[word], end + 1
    if rule is None:
        return None
    noun = _noun(tokens, end, lexicon=lexicon)
    return Quantity(begin=begin, end=end, value=None, bound="about", vague=True, noun=noun, rules=(rule,))


def _counted(
    tokens: Sequence[str], begin: int, start: int, lead: BoundPhrase | None, *, lexicon: NumberLexicon
) -> Quantity | None:
    ranged = _range(tokens, start, lexicon=lexicon)
    number = ranged or read_number(tokens, start, lexicon=lexicon)
    if number is None or number.value.denominator != 1:
        return None
    if number.end == start + 1 and lead is None and tokens[start] in lexicon.articles:
        return None
    bound: Bound = "at_least" if ranged else "about" if number.about else "exact"
    rules, end = number.rules, number.end
    noun = _noun(tokens, end, lexicon=lexicon)
    tail = _phrase(tokens, end, lexicon.after)
    if tail:
        end += len(tail.words)
        noun = _noun(tokens, end, lexicon=lexicon)
    elif noun is not None and (tail := _phrase(tokens, noun + 1, lexicon.after)) and tail.after_noun:
        end = noun + 1 + len(tail.words)
    else:
        tail = None
    for phrase in (lead, tail):
        if phrase:
            bound, rules = phrase.bound, (*rules, phrase.id)
    return Quantity(begin=begin, end=end, value=int(number.value), bound=bound, vague=False, noun=noun, rules=rules)


def _range(tokens: Sequence[str], begin: int, *, lexicon: NumberLexicon) -> Number | None:
    """The lower end of «तीन से चार हजार», «50-60», «3,000 से 4,000»; falling pairs («21-13») are scores, not ranges."""
    pair = _hyphenated(tokens[begin], lexicon=lexicon)
    if pair is not None:
        virtual = [pair[0], "-", pair[1], *tokens[begin + 1 : begin + 4]]
        found = _joined(virtual, 0, lexicon=lexicon)
        return replace(found, end=found.end + begin - 2) if found else None
    return _joined(tokens, begin, lexicon=lexicon)


def _hyphenated(token: str, *, lexicon: NumberLexicon) -> tuple[str, str] | None:
    """The two numbers of «50-60» or «दो-तीन»; None for any other token. It is folded."""
    for dash in _DASHES:
        left, found, right = token.partition(dash)
        if found and all(
            number_value(part, lexicon=lexicon) is not None or part in lexicon.fractions for part in (left, right)
        ):
            return left, right
    return None


def _joined(tokens: Sequence[str], begin: int, *, lexicon: NumberLexicon) -> Number | None:
    low = read_number(tokens, begin, lexicon=lexicon)
    if low is None or low.end + 1 >= len(tokens):
        return None
    rule = lexicon.ranges.get(tokens[low.end])
    high = read_number(tokens, low.end + 1, lexicon=lexicon) if rule else None
    if rule is None or high is None:
        return None
    value = low.value * high.scale if low.scale == 1 and low.value * high.scale <= high.value else low.value
    if value > high.value:  # equal: «50-50 हजार», as many on each side
        return None
    return Number(end=high.end, value=value, rules=(*low.rules, *high.rules, rule), about=True)


def _phrase(tokens: Sequence[str], begin: int, phrases: Sequence[BoundPhrase]) -> BoundPhrase | None:
    for phrase in phrases:
        if tuple(tokens[begin : begin + len(phrase.words)]) == phrase.words:
            return phrase
    return None


def _noun(tokens: Sequence[str], position: int, *, lexicon: NumberLexicon) -> int | None:
    if position >= len(tokens) or tokens[position] in lexicon.stops or not tokens[position]:
        return None
    return position
