"""From an article as it was given to lines that are ready for the language stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.documents import datelines, lines
from kg.documents.characters import Cleaned, clean_text
from kg.documents.patterns import abbreviations, dateline_words, line_patterns
from kg.records import Article, CleanArticle, Dateline, Passage, PassageKind

DATELINE_WITHIN = 6  #: a dateline stands before one of the first so many lines of text


@dataclass(frozen=True, kw_only=True, slots=True)
class _Line:
    cleaned: Cleaned
    kind: PassageKind | None = None  #: None: text, of which kind is not yet settled


def clean(article: Article) -> CleanArticle:
    """Cut the article at its line ends; clean each line, say what it is, and take the dateline out.

    Blank lines are left out. Every other line becomes a passage, a line with boilerplate at its end two. Offsets
    count in `article.text`. Pure, and never raises for any text.
    """
    sorted_out = list(_sort_out(_cleaned_lines(article.text)))
    kinded = _kinds(sorted_out)
    place, found = _dateline(kinded)
    if found is None:
        return CleanArticle(article=article, passages=tuple(_passage(line) for line in kinded))
    line = kinded[place].cleaned
    dateline = _record(article.text, line, found)
    rest = line.part(found.end, len(line.text))
    # A line that is nothing but a dateline stays as it is, a byline.
    kinded[place] = _Line(cleaned=rest, kind=_rest_kind(kinded, place, rest)) if rest.text else _byline(line)
    return CleanArticle(article=article, passages=tuple(_passage(one) for one in kinded), dateline=dateline)


def _cleaned_lines(text: str) -> list[Cleaned]:
    cleaned = []
    begin = 0
    for line in text.splitlines(keepends=True):
        one = clean_text(line, abbreviations=abbreviations(), begin=begin)
        if one.text:
            cleaned.append(one)
        begin += len(line)
    return cleaned


def _passage(line: _Line) -> Passage:
    return Passage(kind=line.kind or PassageKind.BODY, text=line.cleaned.text, offsets=line.cleaned.offsets)


def _byline(cleaned: Cleaned) -> _Line:
    return _Line(cleaned=cleaned, kind=PassageKind.BYLINE)


# --------------------------------------------------------------------------- kinds


def _sort_out(cleaned: Sequence[Cleaned]) -> Iterator[_Line]:
    """Lines with boilerplate and bylines marked, tags and boilerplate at the end taken off."""
    patterns, words = line_patterns(), dateline_words()
    tags = lines.repeated_tags((one.text for one in cleaned), patterns)
    for one in cleaned:
        text = lines.without_tags(one, tags)
        if not text.text or lines.is_boilerplate(text.text, patterns):
            yield _Line(cleaned=one, kind=PassageKind.BOILERPLATE)
            continue
        end = lines.tail(text.text, patterns)
        body = text.part(0, end)
        if body.text:
            yield _byline(body) if lines.is_byline(body.text, patterns, words) else _Line(cleaned=body)
        rest = text.part(end, len(text.text))
        if rest.text:
            yield _Line(cleaned=rest, kind=PassageKind.BOILERPLATE)


def _kinds(found: Sequence[_Line]) -> list[_Line]:
    """The lines with headline, subheadings and body told apart."""
    text = [index for index, line in enumerate(found) if line.kind is None]
    kinded = list(found)
    for index in text:
        cleaned = found[index].cleaned
        kinded[index] = _Line(
            cleaned=cleaned, kind=_text_kind(cleaned.text, first=index == text[0], last=index == text[-1])
        )
    return kinded


def _text_kind(text: str, *, first: bool, last: bool) -> PassageKind:
    if last:  # a heading has something below it
        return PassageKind.BODY
    if first and lines.is_headline(text, abbreviations()):
        return PassageKind.HEADLINE
    if not first and lines.is_subheading(text, abbreviations()):
        return PassageKind.SUBHEADING
    return PassageKind.BODY


def _rest_kind(kinded: Sequence[_Line], place: int, rest: Cleaned) -> PassageKind | None:
    """What follows a dateline is text of the article, whatever the line looked like."""
    kind = kinded[place].kind
    return PassageKind.BODY if kind is PassageKind.BYLINE else kind


# --------------------------------------------------------------------------- dateline


def _dateline(kinded: Sequence[_Line]) -> tuple[int, datelines.Found | None]:
    """The first dateline, with the position of its line."""
    candidates = [index for index, line in enumerate(kinded) if line.kind is not PassageKind.BOILERPLATE]
    labels = Counter(_label(kinded[index].cleaned.text) for index in candidates)
    first = True
    for index in candidates[:DATELINE_WITHIN]:
        line = kinded[index]
        text = line.cleaned.text
        setting = datelines.Setting(
            headline=line.kind in (PassageKind.HEADLINE, PassageKind.SUBHEADING),
            first=first,
            repeated=labels[_label(text)] > 1,
        )
        found = datelines.find(text, setting=setting, words=dateline_words())
        if found is not None:
            return index, found
        first = first and line.kind is not PassageKind.BODY
    return 0, None


def _label(text: str) -> str:
    return text[: datelines.LONGEST].partition(":")[0]


def _record(text: str, line: Cleaned, found: datelines.Found) -> Dateline:
    begin, end = line.offsets[0], line.offsets[found.end]
    as_given = text[begin:end].rstrip()
    return Dateline(
        text=as_given,
        place=found.place,
        day=found.day,
        month=found.month,
        year=found.year,
        weekday=found.weekday,
        begin=begin,
        end=begin + len(as_given),
    )
