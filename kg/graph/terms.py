"""Values as RDF literals, in the form in which the store keeps them, so that what is read equals what was written."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final
from urllib.parse import quote, urlsplit

import pyoxigraph as ox

from kg.graph import vocabulary

_FORBIDDEN: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PARTIAL_DATES: Final = (
    (re.compile(r"\d{4}-\d\d-\d\d"), vocabulary.DATE),
    (re.compile(r"\d{4}-\d\d"), vocabulary.YEAR_MONTH),
    (re.compile(r"\d{4}"), vocabulary.YEAR),
)
_URL_CHARACTERS: Final = ":/?#[]@!$&'()*+,;=%~"


def plain(value: str) -> ox.Literal:
    """A text without a language. A character that XML forbids (XML 1.0, production 2) becomes U+FFFD, so that no offset
    moves."""
    return ox.Literal(clean(value))


def hindi(value: str) -> ox.Literal:
    """A Hindi text, cleaned as by `plain`."""
    return ox.Literal(clean(value), language="hi")


def hindi_in_latin(value: str) -> ox.Literal:
    """Hindi in Latin letters, cleaned as by `plain`; the engine writes the tag hi-Latn in small letters, as it may (RFC 5646)."""
    return ox.Literal(clean(value), language="hi-Latn")


def english(value: str) -> ox.Literal:
    """An English text, cleaned as by `plain`."""
    return ox.Literal(clean(value), language="en")


def clean(value: str) -> str:
    """The text with U+FFFD in place of each character that XML forbids."""
    return _FORBIDDEN.sub("\ufffd", value)


def integer(value: int) -> ox.Literal:
    """An `xsd:integer`."""
    return ox.Literal(str(value), datatype=vocabulary.INTEGER)


def boolean(value: bool) -> ox.Literal:
    """An `xsd:boolean`."""
    return ox.Literal("true" if value else "false", datatype=vocabulary.BOOLEAN)


def decimal(value: float, *, places: int = 6) -> ox.Literal:
    """An `xsd:decimal` in canonical form (XML Schema 1.1 part 2, section 3.3.3), rounded to so many places."""
    text = format(round(Decimal(repr(value)), places), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return ox.Literal("0" if text in ("-0", "") else text, datatype=vocabulary.DECIMAL)


def point(*, latitude: float, longitude: float) -> ox.Literal:
    """A point as a `geosparql:wktLiteral`; longitude comes first, as in the reference system CRS84 (GeoSPARQL 1.1, 8.5.1)."""
    x, y = (decimal(value).value for value in (longitude, latitude))
    return ox.Literal(f"POINT({x} {y})", datatype=vocabulary.WKT)


def date(value: str) -> ox.Literal:
    """«2023-09-13», «2023-09» or «2023» as `xsd:date`, `xsd:gYearMonth` or `xsd:gYear`.

    Raises ValueError for any other form.
    """
    for form, datatype in _PARTIAL_DATES:
        if form.fullmatch(value):
            return ox.Literal(value, datatype=datatype)
    raise ValueError(f"{value!r} is no date; write YYYY-MM-DD, YYYY-MM or YYYY")


def link(url: str) -> ox.NamedNode | None:
    """A web address as an IRI, what an IRI cannot hold percent-encoded; None for what is no http(s) address."""
    encoded = quote(clean(url.strip()), safe=_URL_CHARACTERS)
    try:
        parts = urlsplit(encoded)
        return ox.NamedNode(encoded) if parts.scheme in ("http", "https") and parts.netloc else None
    except ValueError:
        return None
