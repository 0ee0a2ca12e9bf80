"""Time expressions of a sentence and what they say: «बुधवार को», «पिछले वर्ष मार्च में», «17-18 जून».

Two steps. `find_times` reads the words; `resolve` works out the ISO date, for which it needs the tense of the clause:
«कल» is yesterday or tomorrow, «जून में» this June or the last one. Words and patterns stand in
`data/time_expressions.yml`. Values follow ISO 8601 cut to what the text settles (day, month or year), as TIMEX3 does
(Pustejovsky et al., *TimeML*, 2003); nothing is filled in from the day of publication unless the words point at it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Any, Literal

import yaml

from kg.errors import DataError
from kg.extraction.quantities import NumberLexicon, number_value, read_number
from kg.extraction.words import fold
from kg.records import Dateline

DATA = Path(__file__).resolve().parent / "data" / "time_expressions.yml"

Tense = Literal["past", "present", "future"]
Kind = Literal["point", "duration", "since", "range", "until", "before", "after"]
Relative = Literal["past", "future"]
Unit = Literal["day", "week", "month", "year", "small", "decade"]

_FULL_DATES = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"),
    re.compile(r"(?P<day>\d{1,2})([./-])(?P<month>\d{1,2})\2(?P<year>\d{4})"),
    re.compile(r"(?P<day>\d{1,2})([./])(?P<month>\d{1,2})\2(?P<year>\d{2})"),
)
_FISCAL = re.compile(r"((?:19|20)\d\d)[-–—](\d\d|\d{4})")
_DASHES = frozenset("-–—")
_COMMAS = frozenset(",،")
_UNITS: Mapping[str, Unit] = {
    "U_DAY": "day",
    "U_WEEK": "week",
    "U_MONTH": "month",
    "U_YEAR": "year",
    "U_SMALL": "small",
    "U_DECADE": "decade",
}
_DIRECTIONS: Mapping[str, Relative] = {"LAST": "past", "AGO": "past", "NEXT": "future", "LATER": "future"}
_OPEN_CLASSES = ("DAY", "YEAR", "NUMBER", "FISCAL", "FULLDATE", "COMMA", "DASH", "OTHER")
# One of these stands in every expression; none of the others begins one. Both only save time.
_HEADS = frozenset({"MONTH", "WEEKDAY", "DAYWORD", "YEAR", "FISCAL", "FULLDATE", "RECENT", "DATE", *_UNITS})
_NEVER_FIRST = frozenset({"OTHER", "COMMA", "DASH", "KO", "MEIN", "SE", "TAK", "GEN", "AND", "EMPH", "AGO", "LATER"})
_TWO_DIGIT_PIVOT = 69  # POSIX strptime: 69–99 are 19xx
_LAST_DAY, _FIRST_YEAR, _LAST_YEAR = 31, 1900, 2099


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeParts:
    """What the words say, before any date is worked out."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None  #: Monday is 0
    last_day: int | None = None  #: of a range
    last_month: int | None = None
    unit: Unit | None = None
    steps: Fraction | None = None  #: units away from the anchor, never negative; None where the words do not say
    this: bool = False  #: «इस», «इसी»
    anchor: Literal["published", "text", "either"] = "published"


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeExpression:
    """A time expression: tokens[begin:end], its postposition included."""

    begin: int
    end: int
    text: str  #: the tokens with one space between
    value: (
        str | None
    )  #: «2023-09-13», «2023-09», «2023»; None where the text does not settle it; of a range the first day
    kind: Kind  #: `point` and `range` date an event; `since` its beginning; the others do not date it
    relative: Relative | None  #: «बीते» is past, «अगले» future
    anchor_needed: bool  #: counted from an event told of before («चार साल बाद», «उसी दिन»)
    attributive: bool  #: «7 अक्टूबर के हमले»: dates the noun that follows
    parts: TimeParts
    rule: str  #: id of the pattern in `time_expressions.yml`
    words: tuple[str, ...]  #: ids of the word entries read, in text order


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeWord:
    """A word of time: its class and what it stands for."""

    id: str
    name: str  #: class
    value: int | None = None
    only_before: str = ""  #: class that must follow


@dataclass(frozen=True, kw_only=True, slots=True)
class TimePattern:
    """A compiled pattern over classes, one character a class."""

    id: str
    regex: re.Pattern[str]
    kind: Kind
    numbers: Literal["day", "count"] = "day"
    unit: Unit | None = None
    relative: Relative | None = None
    anchor: Literal["published", "text", "either"] = "published"
    tail_needed: bool = False
    attributive: bool = False


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeLexicon:
    """Words, patterns and number words; made once, given to every call."""

    words: Mapping[tuple[str, ...], tuple[TimeWord, ...]]  #: folded words of a form → its readings
    longest: int  #: words in the longest form
    patterns: tuple[TimePattern, ...]
    tails: tuple[TimePattern, ...]
    codes: Mapping[str, str]  #: class → the character that stands for it
    numbers: NumberLexicon

    @classmethod
    def load(cls, path: Path = DATA, *, numbers: NumberLexicon | None = None) -> TimeLexicon:
        """The words and patterns of the package. Raises DataError (file, entry) where the file is wrong."""
        data = _read(path)
        try:
            return _lexicon(data, numbers=numbers or NumberLexicon.load())
        except (KeyError, TypeError, re.error) as problem:
            raise DataError(
                f"An entry lacks or misspells {problem}.", where=path.name, cure="Compare it with its neighbours."
            ) from problem


@dataclass(frozen=True, kw_only=True, slots=True)
class _Atom:
    """A word of time or part of a token («17» in «17-18»); tokens[begin:end]."""

    name: str
    begin: int
    end: int
    value: Fraction | None = None
    date: tuple[int, int, int] | None = None
    word: str = ""


def find_times(
    tokens: Sequence[str], *, published: datetime.date | None, dateline: Dateline | None, lexicon: TimeLexicon
) -> tuple[TimeExpression, ...]:
    """All time expressions of a sentence, in order, without overlap, resolved as in a clause of past tense."""
    anchor = document_date(published, dateline)
    return tuple(resolve(found, tense="past", published=anchor) for found in _expressions(tokens, lexicon=lexicon))


def resolve(expression: TimeExpression, *, tense: Tense, published: datetime.date | None) -> TimeExpression:
    """The expression with its value for a clause of this tense.

    A weekday, day or month without a year is the nearest one on the side the tense looks to, the document's own day or
    month included; «बीते» and «अगले» override the tense and leave the document's day out. In the present tense it is the
    nearest on either side. Without the document's date only a full date or a year has a value.
    """
    anchored = expression.parts.anchor == "text" or (expression.parts.anchor == "either" and tense != "future")
    value = None if anchored or expression.kind == "duration" else _value(expression, tense=tense, published=published)
    return replace(expression, value=value, anchor_needed=anchored)


def document_date(
    article_date: datetime.date | None, dateline: Dateline | None, *, years: Collection[int] = ()
) -> datetime.date | None:
    """The day that «बुधवार को» and «कल» count from; None where nothing settles it.

    It is the article's date, else the dateline's where it has day, month and year. A dateline with day, month and weekday
    but no year is settled by the years that the text names: the latest of them or the year after it, where exactly one of
    the two has that weekday on that day.
    """
    if article_date is not None or dateline is None or dateline.day is None or dateline.month is None:
        return article_date
    if dateline.year is not None:
        return _date(dateline.year, dateline.month, dateline.day)
    if dateline.weekday is None or not years:
        return None
    days = [_date(year, dateline.month, dateline.day) for year in (max(years), max(years) + 1)]
    fitting = [day for day in days if day is not None and day.weekday() == dateline.weekday]
    return fitting[0] if len(fitting) == 1 else None


# ------------------------------------------------------------------ finding


def _expressions(tokens: Sequence[str], *, lexicon: TimeLexicon) -> Iterator[TimeExpression]:
    atoms = tuple(_atoms(tokens, lexicon=lexicon))
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
    core: Sequence[_Atom],
    tail_atoms: Sequence[_Atom],
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


def _parts(core: Sequence[_Atom], pattern: TimePattern) -> TimeParts:
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


def _steps(core: Sequence[_Atom], pattern: TimePattern) -> tuple[Unit | None, Fraction | None]:
    """How many units away it is: «दो दिन» 2 days, «पिछले साल» 1 year, «इस महीने» 0 months, «कल» 1 day."""
    for atom in core:
        if atom.name == "DAYWORD":
            return "day", atom.value
    named = [_UNITS[atom.name] for atom in core if atom.name in _UNITS]
    unit = pattern.unit if pattern.unit and named else named[0] if named else None
    if pattern.numbers == "count":
        numbers = [atom.value for atom in core if atom.name in ("DAY", "NUMBER")]
        return unit, numbers[0] if len(numbers) == 1 else None
    if unit == "day":
        return unit, None  # «पिछले दिनों»
    if any(atom.name in ("LAST", "NEXT") for atom in core):
        return unit, Fraction(1)
    return unit, Fraction(0) if any(atom.name == "THIS" for atom in core) else None


# ------------------------------------------------------------------ words to atoms


def _atoms(tokens: Sequence[str], *, lexicon: TimeLexicon) -> Iterator[_Atom]:
    folded = [fold(token) for token in tokens]
    position = 0
    while position < len(tokens):
        atoms = tuple(_atoms_at(tokens, folded, position, lexicon=lexicon))
        yield from atoms
        position = atoms[-1].end


def _atoms_at(tokens: Sequence[str], folded: Sequence[str], position: int, *, lexicon: TimeLexicon) -> Iterator[_Atom]:
    """The atoms of one token, or one atom of several tokens."""
    token = tokens[position]
    if len(token) > 1 and token[-1] in _COMMAS:
        shorter = token[:-1]
        yield from _atoms_at(
            [*tokens[:position], shorter], [*folded[:position], fold(shorter)], position, lexicon=lexicon
        )
        yield _Atom(name="COMMA", begin=position, end=position + 1)
        return
    special = _figures(tokens, position) or _word(folded, position, lexicon=lexicon)
    if special is not None:
        yield special
        return
    pair = _pair(token, lexicon=lexicon)
    if pair is not None:
        left, right = pair
        yield replace(left, begin=position, end=position + 1)
        yield _Atom(name="DASH", begin=position, end=position + 1)
        yield replace(right, begin=position, end=position + 1)
        return
    yield _number(folded, position, lexicon=lexicon) or _mark(token, position)


def _mark(token: str, position: int) -> _Atom:
    name = "COMMA" if token in _COMMAS else "DASH" if token in _DASHES else "OTHER"
    return _Atom(name=name, begin=position, end=position + 1)


def _figures(tokens: Sequence[str], position: int) -> _Atom | None:
    """A full date in figures, or a financial year, also where the hyphen is a token of its own."""
    token = tokens[position]
    if not token[:1].isdecimal():
        return None
    for regex in _FULL_DATES:
        if match := regex.fullmatch(token):
            year = int(match["year"])
            if len(match["year"]) == 2:
                year += 1900 if year >= _TWO_DIGIT_PIVOT else 2000
            date = (year, int(match["month"]), int(match["day"]))
            return _Atom(name="FULLDATE", begin=position, end=position + 1, date=date)
    for width in (1, 3):
        if _is_fiscal("".join(tokens[position : position + width])):
            return _Atom(name="FISCAL", begin=position, end=position + width)
    return None


def _is_fiscal(text: str) -> bool:
    """«2014-15», also «2014-2015»: two years in a row."""
    match = _FISCAL.fullmatch(text)
    if match is None:
        return False
    following = int(match[1]) + 1
    return match[2] in (str(following), str(following)[-2:])


def _word(folded: Sequence[str], position: int, *, lexicon: TimeLexicon) -> _Atom | None:
    """The longest known form that starts at a token; tokens are folded."""
    for width in range(min(lexicon.longest, len(folded) - position), 0, -1):
        for word in lexicon.words.get(tuple(folded[position : position + width]), ()):
            following = folded[position + width] if position + width < len(folded) else ""
            if word.only_before and not _has_class(following, word.only_before, lexicon=lexicon):
                continue
            value = Fraction(word.value) if word.value is not None else None
            return _Atom(name=word.name, begin=position, end=position + width, value=value, word=word.id)
    return None


def _has_class(folded: str, name: str, *, lexicon: TimeLexicon) -> bool:
    return any(word.name == name for word in lexicon.words.get((folded,), ()))


def _pair(token: str, *, lexicon: TimeLexicon) -> tuple[_Atom, _Atom] | None:
    """The two ends of «17-18», «दो-तीन», «सोमवार-मंगलवार»."""
    for dash in sorted(_DASHES):
        left, found, right = token.partition(dash)
        if not found or not left or not right:
            continue
        ends = [
            _word([fold(part)], 0, lexicon=lexicon) or _number([fold(part)], 0, lexicon=lexicon)
            for part in (left, right)
        ]
        if ends[0] and ends[1] and ends[0].value is not None and ends[1].value is not None:
            return ends[0], ends[1]
    return None


def _number(folded: Sequence[str], position: int, *, lexicon: TimeLexicon) -> _Atom | None:
    number = read_number(folded, position, lexicon=lexicon.numbers)
    if number is None:
        return None
    token = folded[position]
    name = "NUMBER"
    if number.end == position + 1 and number_value(token, lexicon=lexicon.numbers) is not None:
        figures = token.isdecimal()
        if number.value.denominator == 1 and 1 <= number.value <= _LAST_DAY and len(token) <= (2 if figures else 99):
            name = "DAY"
        elif figures and len(token) == len("2023") and _FIRST_YEAR <= number.value <= _LAST_YEAR:
            name = "YEAR"
    return _Atom(name=name, begin=position, end=number.end, value=number.value)


# ------------------------------------------------------------------ resolving


def _value(expression: TimeExpression, *, tense: Tense, published: datetime.date | None) -> str | None:
    parts = expression.parts
    if parts.last_day is not None and not _rising(parts):
        return None
    if parts.year is not None:
        return _iso(parts.year, parts.month, parts.day)
    if published is None:
        return None
    side: Tense = expression.relative or tense
    if parts.unit == "day" and parts.steps is not None:
        return _day_value(expression, tense=tense, published=published)
    if parts.unit == "week" and parts.weekday is not None and parts.steps is not None:
        return _week_value(parts, side=side, published=published)
    if parts.unit is not None and parts.steps is not None:
        return _unit_value(parts, side=side, published=published)
    strict = expression.relative is not None
    if parts.month is not None:
        return _month_value(parts, side=side, strict=strict, published=published)
    if parts.weekday is not None:
        return _weekday_value(parts.weekday, side=side, strict=strict, published=published).isoformat()
    if parts.day is not None:
        return _date_of_month(parts.day, side=side, published=published)
    return None


def _rising(parts: TimeParts) -> bool:
    """Whether a range runs forwards; «18-17 जून» does not."""
    return parts.last_month is not None or parts.day is None or (parts.last_day or 0) > parts.day


def _day_value(expression: TimeExpression, *, tense: Tense, published: datetime.date) -> str | None:
    steps = expression.parts.steps
    if steps is None or steps.denominator != 1:
        return None
    side: Tense = expression.relative or tense
    if expression.kind == "since" and expression.relative is None and tense == "present":
        side = "past"  # «कल से जारी है»
    days = datetime.timedelta(days=int(steps))
    return (published - days if side == "past" else published + days).isoformat()


def _week_value(parts: TimeParts, *, side: Tense, published: datetime.date) -> str:
    monday = published - datetime.timedelta(days=published.weekday())
    weeks = 0 if parts.this else -1 if side == "past" else 1
    return (monday + datetime.timedelta(days=7 * weeks + (parts.weekday or 0))).isoformat()


def _unit_value(parts: TimeParts, *, side: Tense, published: datetime.date) -> str | None:
    """«पिछले महीने», «तीन साल पहले», «पिछले साल 14 फरवरी»; weeks are too coarse for a day, hours too fine."""
    if parts.steps is None or parts.steps.denominator != 1:
        return None
    steps = int(parts.steps) if side == "future" else -int(parts.steps)
    if parts.unit == "year":
        return _iso(published.year + steps, parts.month, parts.day)
    if parts.unit == "month":
        months = published.year * 12 + published.month - 1 + steps
        return _iso(months // 12, months % 12 + 1, parts.day)
    return None


def _month_value(parts: TimeParts, *, side: Tense, strict: bool, published: datetime.date) -> str | None:
    """The year of a month or of a day in a month that names none."""
    month, day = parts.month or 1, parts.day
    if parts.this:
        return _iso(published.year, month, day)
    years = (published.year - 1, published.year, published.year + 1)
    if day is None:
        here = published.year * 12 + published.month
        distances = {year: year * 12 + month - here for year in years}
    else:
        dates = {year: date for year in years if (date := _date(year, month, day))}
        distances = {year: (date - published).days for year, date in dates.items()}
    year = _nearest(distances, side=side, strict=strict and day is not None)
    return _iso(year, month, day) if year is not None else None


def _weekday_value(weekday: int, *, side: Tense, strict: bool, published: datetime.date) -> datetime.date:
    offset = (weekday - published.weekday()) % 7
    distances = {offset + 7 * weeks: offset + 7 * weeks for weeks in (-2, -1, 0, 1)}
    nearest = _nearest(distances, side=side, strict=strict)
    return published + datetime.timedelta(days=nearest or 0)


def _date_of_month(day: int, *, side: Tense, published: datetime.date) -> str | None:
    here = published.year * 12 + published.month - 1
    dates = {m: date for m in (here - 1, here, here + 1) if (date := _date(m // 12, m % 12 + 1, day))}
    month = _nearest({m: (date - published).days for m, date in dates.items()}, side=side, strict=False)
    return dates[month].isoformat() if month is not None else None


def _nearest(distances: Mapping[int, int], *, side: Tense, strict: bool) -> int | None:
    """The key with the smallest distance on the side that is looked to; a tie in the present goes to the past."""
    least = 1 if strict else 0
    fitting = {
        key: distance
        for key, distance in distances.items()
        if side == "present" or (distance <= -least if side == "past" else distance >= least)
    }
    return min(fitting, key=lambda key: (abs(fitting[key]), fitting[key]), default=None)


def _iso(year: int, month: int | None, day: int | None) -> str | None:
    """The date cut to what is known; None for a day that no calendar has."""
    if month is None:
        return f"{year:04d}"
    if day is None:
        return f"{year:04d}-{month:02d}" if 1 <= month <= 12 else None
    date = _date(year, month, day)
    return date.isoformat() if date else None


def _date(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


# ------------------------------------------------------------------ reading the data


def _read(path: Path) -> Mapping[str, Any]:
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as problem:
        raise DataError(str(problem), where=path.name, cure="Mend the YAML.") from problem
    if not isinstance(data, dict):
        raise DataError("The file holds no sections.", where=path.name, cure="Give the sections by name.")
    return data


def _lexicon(data: Mapping[str, Any], *, numbers: NumberLexicon) -> TimeLexicon:
    rows = [*data["words"], *data["contexts"]]
    words: dict[tuple[str, ...], tuple[TimeWord, ...]] = {}
    for row in rows:
        word = TimeWord(id=row["id"], name=row["class"], value=row.get("value"), only_before=row.get("only_before", ""))
        for form in row["forms"]:
            key = tuple(fold(part) for part in form.split())
            # what needs a certain neighbour is asked first
            words[key] = tuple(sorted((*words.get(key, ()), word), key=lambda w: (not w.only_before, w.id)))
    classes = sorted({*(row["class"] for row in rows), *_OPEN_CLASSES})
    codes = {name: chr(0xE000 + number) for number, name in enumerate(classes)}
    return TimeLexicon(
        words=words,
        longest=max(len(key) for key in words),
        patterns=tuple(_pattern(row, codes) for row in data["patterns"]),
        tails=tuple(_pattern(row, codes) for row in data["tails"]),
        codes=codes,
        numbers=numbers,
    )


def _pattern(row: Mapping[str, Any], codes: Mapping[str, str]) -> TimePattern:
    regex = re.sub(r"[A-Z_]+", lambda match: codes[match[0]], row["pattern"])
    return TimePattern(
        id=row["id"],
        regex=re.compile(re.sub(r"\s+", "", regex)),
        kind=row.get("kind", "point"),
        numbers=row.get("numbers", "day"),
        unit=row.get("unit"),
        relative=row.get("relative"),
        anchor=row.get("anchor", "published"),
        tail_needed=row.get("tail") == "needed",
        attributive=bool(row.get("attributive")),
    )
