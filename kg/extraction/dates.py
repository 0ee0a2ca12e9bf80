"""Time expressions of a sentence and what they say: «बुधवार को», «पिछले वर्ष मार्च में», «17-18 जून».

Two steps. `find_times` reads the words; `resolve` (`time_values.py`) works out the ISO date, for which it needs the
tense of the clause: «कल» is yesterday or tomorrow, «जून में» this June or the last one. Words and patterns stand in
`data/time_expressions.yml`. Values follow ISO 8601 cut to what the text settles (day, month or year), as TIMEX3 does
(Pustejovsky et al., *TimeML*, 2003); nothing is filled in from the day of publication unless the words point at it.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from kg.extraction.time_atoms import Atom, atoms_of
from kg.extraction.time_lexicon import DATA, Relative, TimeLexicon, TimePattern, Unit
from kg.extraction.time_values import Tense, TimeExpression, TimeParts, apart, counted, document_date, resolve, same_day
from kg.records import Dateline

__all__ = [
    "DATA",
    "Tense",
    "TimeExpression",
    "TimeLexicon",
    "apart",
    "counted",
    "document_date",
    "find_times",
    "resolve",
    "same_day",
]

_UNITS: Mapping[str, Unit] = {
    "U_DAY": "day",
    "U_WEEK": "week",
    "U_MONTH": "month",
    "U_YEAR": "year",
    "U_SMALL": "small",
    "U_DECADE": "decade",
}
_DIRECTIONS: Mapping[str, Relative] = {
    "LAST": "past",
    "AGO": "past",
    "NEXT": "future",
    "LATER": "future",
    "OTHERDAY": "future",
}
# One of these stands in every expression; none of the others begins one. Both only save time.
_HEADS = frozenset({"MONTH", "WEEKDAY", "DAYWORD", "YEAR", "FISCAL", "FULLDATE", "RECENT", "DATE", *_UNITS})
_NEVER_FIRST = frozenset({"OTHER", "COMMA", "DASH", "KO", "MEIN", "SE", "TAK", "GEN", "AND", "EMPH", "AGO", "LATER"})


def find_times(
    tokens: Sequence[str], *, published: datetime.date | None, dateline: Dateline | None, lexicon: TimeLexicon
) -> tuple[TimeExpression, ...]:
    """All time expressions of a sentence, in order, without overlap, resolved as in a clause of past tense."""
    anchor = document_date(published, dateline)
    return tuple(resolve(found, tense="past", published=anchor) for found in _expressions(tokens, lexicon=lexicon))


# ------------------------------------------------------------------ finding


def _expressions(tokens: Sequence[str], *, lexicon: TimeLexicon) -> Iterator[TimeExpression]:
    atoms = tuple(atoms_of(tokens, lexicon=lexicon))
    if not any(atom.name in _HEADS for atom in atoms):
        return
    string = "".join(lexicon.codes[atom.name] for atom in atoms)
    position = 0
    while position < len(atoms):
        found = _longest(string, position, lexicon=lexicon) if atoms[position].name not in _NEVER_FIRST else None
        if found is None:
            position += 1
            continue
        pattern, end, tail, tail_end = found
        core = atoms[position:end]
        yield _expression(tokens, core, atoms[end:tail_end], pattern, tail)
        position = max(tail_end, position + 1)


def _longest(
    string: str, position: int, *, lexicon: TimeLexicon
) -> tuple[TimePattern, int, TimePattern | None, int] | None:
    """The pattern that reads most words from a position, with its end, its tail and the tail's end."""
    best: tuple[TimePattern, int, TimePattern | None, int] | None = None
    for pattern in lexicon.patterns:
        match = pattern.regex.match(string, position)
        if match is None or match.end() == position:
            continue
        tail, end = _tail(string, match.end(), lexicon=lexicon)
        if pattern.tail_needed and tail is None:
            continue
        if best is None or match.end() > best[1]:
            best = (pattern, match.end(), tail, end)
    return best


def _tail(string: str, position: int, *, lexicon: TimeLexicon) -> tuple[TimePattern | None, int]:
    for tail in lexicon.tails:
        if match := tail.regex.match(string, position):
            return tail, match.end()
    return None, position


def _expression(
    tokens: Sequence[str],
    core: Sequence[Atom],
    tail_atoms: Sequence[Atom],
    pattern: TimePattern,
    tail: TimePattern | None,
) -> TimeExpression:
    begin, end = core[0].begin, (tail_atoms or core)[-1].end
    directions = [_DIRECTIONS[atom.name] for atom in core if atom.name in _DIRECTIONS]
    kind = tail.kind if tail and tail.kind != "point" and pattern.kind == "point" else pattern.kind
    return TimeExpression(
        begin=begin,
        end=end,
        text=" ".join(tokens[begin:end]),
        value=None,
        kind=kind,
        relative=pattern.relative or (directions[0] if directions else None),
        anchor_needed=pattern.anchor == "text",
        attributive=bool(tail and tail.attributive),
        parts=_parts(core, pattern),
        rule=pattern.id,
        words=tuple(atom.word for atom in (*core, *tail_atoms) if atom.word),
    )


def _parts(core: Sequence[Atom], pattern: TimePattern) -> TimeParts:
    values: dict[str, list[int]] = {}
    for atom in core:
        if atom.value is not None and atom.value.denominator == 1:
            values.setdefault(atom.name, []).append(int(atom.value))
    days, months = values.get("DAY", []), values.get("MONTH", [])
    year = values.get("YEAR", [None])[0]
    full = next((atom.date for atom in core if atom.date), None)
    if full:
        return TimeParts(year=full[0], month=full[1], day=full[2])
    counting = pattern.numbers == "count"
    unit, steps = _steps(core, pattern)
    return TimeParts(
        year=year,
        month=months[0] if months else None,
        day=days[0] if days and not counting else None,
        weekday=values.get("WEEKDAY", [None])[0],
        last_day=days[-1] if len(days) > 1 and not counting else None,
        last_month=months[1] if len(months) > 1 else None,
        unit=unit,
        steps=steps,
        this=any(atom.name == "THIS" for atom in core),
        anchor=pattern.anchor,
    )


def _steps(core: Sequence[Atom], pattern: TimePattern) -> tuple[Unit | None, Fraction | None]:
    """How many units away it is: «दो दिन» 2 days, «पिछले साल» 1 year, «इस महीने» 0 months, «कल» 1 day, «उसी दिन» 0."""
    for atom in core:
        if atom.name == "DAYWORD":
            return "day", atom.value
    named = [_UNITS[atom.name] for atom in core if atom.name in _UNITS]
    unit = pattern.unit if pattern.unit and named else named[0] if named else None
    if pattern.numbers == "count":
        numbers = [atom.value for atom in core if atom.name in ("DAY", "NUMBER")]
        return unit, numbers[0] if len(numbers) == 1 else None
    if any(atom.name in ("THAT", "OTHERDAY") for atom in core):
        return unit, Fraction(int(core[0].name == "OTHERDAY"))
    if unit == "day":
        return unit, None  # «पिछले दिनों»
    if any(atom.name in ("LAST", "NEXT") for atom in core):
        return unit, Fraction(1)
    return unit, Fraction(0) if any(atom.name == "THIS" for atom in core) else None
