"""Works out the dates of time expressions, for which it needs the tense of the clause and the document's day."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from kg.extraction.time_lexicon import Anchor, Kind, Relative, Unit
from kg.records import Dateline

Tense = Literal["past", "present", "future"]

_SAME_DAY = 6  #: hours


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
    anchor: Anchor = "published"


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


def resolve(expression: TimeExpression, *, tense: Tense, published: datetime.date | None) -> TimeExpression:
    """The expression with its value for a clause of this tense.

    A weekday, day or month without a year is the nearest one on the side the tense looks to, the document's own day or
    month included; «बीते» and «अगले» override the tense and leave the document's day out. In the present tense it is the
    nearest on either side. Without the document's date only a full date or a year has a value.
    """
    anchored = expression.parts.anchor == "text" or (expression.parts.anchor == "either" and tense != "future")
    value = None if anchored or expression.kind == "duration" else _value(expression, tense=tense, published=published)
    return replace(expression, value=value, anchor_needed=anchored)


def counted(expression: TimeExpression, *, day: datetime.date) -> str | None:
    """The date of what is counted from another event's day: «उसी महीने», «इससे एक दिन पहले», «कुछ घंटे बाद».

    A few hours more or less are of the same day.
    """
    parts = expression.parts
    if parts.unit == "small":
        return day.isoformat() if same_day(expression) else None
    plain = replace(expression, parts=replace(parts, anchor="published"))
    return resolve(plain, tense="past", published=day).value


def apart(date: str, expression: TimeExpression, *, back: bool) -> str | None:
    """The date so long after or before another («के दो दिन बाद», «से एक साल पहले»); `back`: from the later to the earlier.

    None where the date is coarser than what is counted, or weeks and vague numbers leave it open.
    """
    parts, past = expression.parts, expression.relative == "past"
    if same_day(expression):
        return date
    if parts.steps is None or parts.steps.denominator != 1:
        return None
    steps = int(parts.steps) * (1 if past is back else -1)
    year, month = int(date[:4]), int(date[5:7] or 0)
    if parts.unit == "year":
        return f"{year + steps:04d}"
    if parts.unit == "month" and month:
        months = year * 12 + month - 1 + steps
        return f"{months // 12:04d}-{months % 12 + 1:02d}"
    if parts.unit == "day" and len(date) == len("2024-01-01"):
        return (datetime.date.fromisoformat(date) + datetime.timedelta(days=steps)).isoformat()
    return None


def same_day(expression: TimeExpression) -> bool:
    """Whether an expression counts a few hours: «कुछ घंटे बाद», «दो घंटे पहले»."""
    steps = expression.parts.steps
    return expression.parts.unit == "small" and (steps is None or steps <= _SAME_DAY)


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


# ------------------------------------------------------------------ one expression


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
