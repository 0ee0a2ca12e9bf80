"""Datelines: «मॉस्को, 13 सितम्बर।», «लाहौर (एपी):», «वाशिंगटन, 12 मार्च (भाषा)», «राज्य ब्यूरो, जम्मू।».

The text up to a possible end is cut at commas and brackets, and every piece must be a place, an agency or desk, or
a date. A place alone is believed only with some evidence: it is a known city, or what stands there can be little else.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.documents.patterns import DatelineWords, fold

LONGEST = 90  #: characters of a dateline
MOST_WORDS = 3  #: of a place

#: Where a dateline may end: a colon or visarga, a danda, a dash between spaces, a full stop outside a number, a bracket.
_END = re.compile(r":-?|।[ ]?-?|ः(?=[ ]|$)|[ ]-{1,3}(?=[ ])|--+|(?<!\d)\.(?=[ ]|$)|[)\]]")
_MORE_END = re.compile(r"[ ]?(?::-?|।|\.(?=[ ]|$)|-{1,3}(?=[ ]))")
_PIECE = re.compile(r"[^,()\[\]]+")
_PLACE = re.compile("[\u0900-\u0963\u0971-\u097f-]+(?:[ ][\u0900-\u0963\u0971-\u097f-]+)*$")
_DAY_MONTH = re.compile(r"(?:(\S+?)[ ])?(\d{1,2})[ ]?([^\d\s]+)(?:[ ](\d{4}))?$")
_MONTH_DAY = re.compile(r"([^\d\s]+)[ ](\d{1,2})(?:[ ](\d{4}))?$")
_NUMERIC = re.compile(r"(\d{1,2})[./-](\d{1,2})[./-](\d{4})$")
_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A dateline at the beginning of a cleaned line, `end` characters long."""

    end: int
    place: str | None = None
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Setting:
    """What is known of the line that may begin with a dateline."""

    headline: bool  #: it has no sentence end: before a colon stands its topic («ईरान: बातचीत शुरू»)
    first: bool  #: no body line stands before it
    repeated: bool  #: another line begins with the same label: an interview


@dataclass(frozen=True, kw_only=True, slots=True)
class _Parts:
    places: tuple[str, ...] = ()
    agencies: int = 0
    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None

    @property
    def dated(self) -> bool:
        return self.month is not None or self.weekday is not None


def find(text: str, *, setting: Setting, words: DatelineWords) -> Found | None:
    """The dateline that a cleaned line begins with, or None."""
    if text.startswith(("(", "[")):  # «(मोहन वर्मा, खेल संवाददाता)»
        return None
    for match in _END.finditer(text, 0, LONGEST):
        parts = _parse(text[: match.start()], words)
        if parts is None:
            if match.group() in ")]":
                continue
            return None
        closed = match.group() in ")]" and not _MORE_END.match(text, match.end())
        if closed and not _is_agency(text[: match.start()].replace("[", "(").rpartition("(")[2], words):
            continue
        if _is_believed(parts, mark=match.group().strip(), rest=text[match.end() :], setting=setting, words=words):
            return _found(text, match, parts, words)
    return None


def _found(text: str, match: re.Match[str], parts: _Parts, words: DatelineWords) -> Found:
    end = match.end()
    if match.group() in ")]":
        more = _MORE_END.match(text, end)
        end = more.end() if more else end
    end, parts = _extend(text, end, parts, words)
    place = parts.places[0] if parts.places else None
    return Found(end=end, place=place, day=parts.day, month=parts.month, year=parts.year, weekday=parts.weekday)


def _extend(text: str, end: int, parts: _Parts, words: DatelineWords) -> tuple[int, _Parts]:
    """With what follows the first end, where that is an agency or date too: «लखनऊ। राज्य ब्यूरो।»."""
    match = _END.search(text, end, end + LONGEST)
    more = _parse(text[end : match.start()], words) if match else None
    if match is None or more is None or more.places or not (more.agencies or more.dated):
        return end, parts
    dated = parts if parts.dated else more
    return match.end(), replace(dated, places=parts.places)


# --------------------------------------------------------------------------- pieces


def _parse(text: str, words: DatelineWords) -> _Parts | None:
    """What the pieces of the text are; None where one of them is nothing that a dateline has."""
    parts = _Parts()
    for match in _PIECE.finditer(text):
        piece = match.group().strip(" ।.")
        if not piece:
            continue
        added = _add(parts, piece, words)
        if added is None:
            return None
        parts = added
    return parts if len(parts.places) <= 3 else None


def _add(parts: _Parts, piece: str, words: DatelineWords) -> _Parts | None:
    date = _date(piece, words)
    if date is not None:
        return _dated(parts, date)
    if all(_is_agency(name, words) for name in re.split("[/&]", piece)):
        return replace(parts, agencies=parts.agencies + 1)
    desk, place = _desk(piece, words)
    if desk and not place:
        return replace(parts, agencies=parts.agencies + 1)
    names = [name.strip() for name in re.split("[/]", place)]
    if not all(_may_be_place(name, words) for name in names):
        return None
    return replace(parts, places=(*parts.places, names[0]), agencies=parts.agencies + desk)


def _dated(parts: _Parts, date: Mapping[str, int | None]) -> _Parts:
    return replace(
        parts,
        day=date.get("day") or parts.day,
        month=date.get("month") or parts.month,
        year=date.get("year") or parts.year,
        weekday=date["weekday"] if date.get("weekday") is not None else parts.weekday,
    )


def _is_agency(name: str, words: DatelineWords) -> bool:
    name = name.strip(" .")
    return fold(name) in words.agencies or _desk(name, words) == (1, "")


def _desk(piece: str, words: DatelineWords) -> tuple[int, str]:
    """Whether the piece names a desk (1 or 0), and what is left of it: «विशेष संवाददाता नई दिल्ली» → 1, «नई दिल्ली»."""
    tokens = piece.split(" ")
    folded = [fold(token) for token in tokens]
    last = max((index for index, token in enumerate(folded) if _desk_word(token, words)), default=None)
    if last is None:
        return 0, piece
    first = last
    while first and folded[first - 1] in words.desk_qualifiers:
        first -= 1
    before = " ".join(folded[:first])
    # «राष्ट्रीय जांच एजेंसी» is no desk: what stands before one has to be a place for certain.
    if before and (last + 1 < len(tokens) or before not in words.places):
        return 0, piece
    return 1, " ".join([*tokens[:first], *tokens[last + 1 :]])


def _desk_word(token: str, words: DatelineWords) -> bool:
    return any(part in words.desks for part in token.split("/"))


def _may_be_place(name: str, words: DatelineWords) -> bool:
    if not _PLACE.match(name):
        return False
    folded = fold(name)
    tokens = folded.split(" ")
    if folded in words.places:
        return True
    return len(tokens) <= MOST_WORDS and not any(
        token in words.no_place or token.endswith(words.verb_endings) for token in tokens
    )


def _date(piece: str, words: DatelineWords) -> dict[str, int | None] | None:
    """Day, month, year and weekday of a piece that is a date or a part of one."""
    folded = fold(piece)
    if folded in words.weekdays:
        return {"weekday": words.weekdays[folded]}
    if re.fullmatch(r"\d{4}", folded) and 1900 <= int(folded) < 2100:
        return {"year": int(folded)}
    for fields in _readings(folded, words):
        if 1 <= (fields["day"] or 0) <= 31 and 1 <= (fields["month"] or 0) <= 12:
            return fields
    return None


def _readings(folded: str, words: DatelineWords) -> Iterator[dict[str, int | None]]:
    match = _DAY_MONTH.match(folded)
    if match and (match[1] is None or match[1] in words.weekdays):
        yield _fields(match[2], words.months.get(match[3]), match[4], words.weekdays.get(match[1] or ""))
    match = _MONTH_DAY.match(folded)
    if match:
        yield _fields(match[2], words.months.get(match[1]), match[3])
    match = _NUMERIC.match(folded)
    if match:
        yield _fields(match[1], int(match[2]), match[3])
    match = _ISO.match(folded)
    if match:
        yield _fields(match[3], int(match[2]), match[1])


def _fields(day: str, month: int | None, year: str | None, weekday: int | None = None) -> dict[str, int | None]:
    return {"day": int(day), "month": month, "year": int(year) if year else None, "weekday": weekday}


# --------------------------------------------------------------------------- evidence


def _is_believed(parts: _Parts, *, mark: str, rest: str, setting: Setting, words: DatelineWords) -> bool:
    if parts.dated or parts.agencies:
        if mark in (")", "]"):
            return parts.agencies > 0 and bool(parts.places)
        return bool(parts.places) or (bool(parts.agencies) and mark != ".")
    if not parts.places or mark in (")", "]"):
        return False
    if fold(parts.places[0]) in words.countries:
        return False
    if all(fold(place) in words.places for place in parts.places):
        return not (setting.headline and mark in (":", "ः"))
    return _bare(parts.places, mark=mark, rest=rest, setting=setting)


def _bare(places: Sequence[str], *, mark: str, rest: str, setting: Setting) -> bool:
    """Whether a place that nobody knows is one, by standing before the first sentence of the text.

    Before a danda it may have two words. Before a colon, where labels and speakers stand too, it needs its
    district or country beside it: «अफजलगढ़ (बिजनौर):».
    """
    if setting.headline or setting.repeated or not setting.first or len(rest.split()) < 4:
        return False
    if mark.startswith("।"):
        return len(places[0].split()) <= 2
    return mark in (":", "ः") and len(places) > 1
