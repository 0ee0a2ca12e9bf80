"""Media types, spelled once, and the choice among them (RFC 9110, section 12.5.1). Pure functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

HTML = "text/html"
JSON = "application/json"
SPARQL_QUERY = "application/sparql-query"
SPARQL_UPDATE = "application/sparql-update"
FORM = "application/x-www-form-urlencoded"

RESULTS_JSON = "application/sparql-results+json"
RESULTS_XML = "application/sparql-results+xml"
CSV = "text/csv"
TSV = "text/tab-separated-values"

TURTLE = "text/turtle"
N_TRIPLES = "application/n-triples"
JSON_LD = "application/ld+json"
RDF_XML = "application/rdf+xml"
N_QUADS = "application/n-quads"
TRIG = "application/trig"

RESULT_FORMATS = {
    RESULTS_JSON: RESULTS_JSON,
    RESULTS_XML: RESULTS_XML,
    CSV: CSV,
    TSV: TSV,
    JSON: RESULTS_JSON,
    "application/xml": RESULTS_XML,
    "text/xml": RESULTS_XML,
}
"""Media type that a client may name → format of SELECT and ASK results; the first is the default."""

GRAPH_FORMATS = {
    TURTLE: TURTLE,
    N_TRIPLES: N_TRIPLES,
    JSON_LD: JSON_LD,
    RDF_XML: RDF_XML,
    "application/x-turtle": TURTLE,
    JSON: JSON_LD,
    "application/xml": RDF_XML,
    "text/xml": RDF_XML,
    "text/plain": N_TRIPLES,
}
"""Media type that a client may name → format of RDF graphs; the first is the default."""

RESOURCE_FORMATS = {HTML: HTML, **{name: form for name, form in GRAPH_FORMATS.items() if name != "text/plain"}}
"""Media type → format of a resource (`/entity/…`): a page, or a graph."""

GRAPH_ENDINGS = {"ttl": TURTLE, "jsonld": JSON_LD, "nt": N_TRIPLES, "rdf": RDF_XML}
"""Ending of a resource's address → media type."""

DUMP_ENDINGS = {"nq": N_QUADS, "trig": TRIG, "ttl": TURTLE, "jsonld": JSON_LD, "rdf": RDF_XML}
"""Ending of `/dump.…` → media type."""

RESULT_NAMES = {"JSON": RESULTS_JSON, "XML": RESULTS_XML, "CSV": CSV, "TSV": TSV}
GRAPH_NAMES = {"Turtle": TURTLE, "N-Triples": N_TRIPLES, "JSON-LD": JSON_LD, "RDF/XML": RDF_XML}
DUMP_NAMES = {**GRAPH_NAMES, "N-Quads": N_QUADS, "TriG": TRIG}
"""Each: what people call a format → its media type."""

FORMATS = {
    "json": (RESULTS_JSON, JSON_LD),
    "xml": (RESULTS_XML, RDF_XML),
    "csv": (CSV, None),
    "tsv": (TSV, None),
    "turtle": (None, TURTLE),
    "ntriples": (None, N_TRIPLES),
    "jsonld": (None, JSON_LD),
    "rdfxml": (None, RDF_XML),
    "html": (HTML, HTML),
}
"""Name of a format in an address → media types for SELECT and ASK, and for graphs; None where it has no such."""

_WITH_CHARSET = frozenset({HTML, CSV, TSV, TURTLE, "application/x-turtle", "text/plain", "text/xml"})


@dataclass(frozen=True, slots=True)
class Range:
    """One entry of an `Accept` header: «text/*;q=0.5»."""

    type: str  #: «text», or «*»
    subtype: str  #: «turtle», or «*»
    quality: float  #: 0–1
    parameters: int = 0  #: number of media type parameters, `q` left out

    def specificity(self, media: str) -> int | None:
        """How closely this range names `media` (3 exactly, 2 its type, 1 anything); None where it does not match."""
        kind, _, subtype = media.partition("/")
        if self.type == "*" and self.subtype == "*":
            return 1
        if self.type != kind:
            return None
        if self.subtype == "*":
            return 2
        return 3 if self.subtype == subtype else None


def parse_accept(header: str) -> tuple[Range, ...]:
    """The ranges of an `Accept` header in its order; entries that are no media range are left out."""
    ranges = []
    for entry in header.split(","):
        name, *parameters = (part.strip().lower() for part in entry.split(";"))
        kind, slash, subtype = name.partition("/")
        if not (kind and slash and subtype) or (kind == "*" and subtype != "*"):
            continue
        values = [value for value in parameters if value]
        quality = next((_quality(value[2:]) for value in values if value.startswith("q=")), 1.0)
        named = sum(1 for value in values if not value.startswith(("q=", "charset=")))
        ranges.append(Range(kind, subtype, quality, named))
    return tuple(ranges)


def negotiate(header: str | None, offers: Sequence[str]) -> str | None:
    """The media type among `offers` that the client likes best, or None where it accepts none of them.

    The most specific range decides an offer's quality. Of equal qualities the one named more closely wins, then the
    one that is offered first. Without a header, or with one that holds no media range, the first offer is taken.
    """
    ranges = parse_accept(header or "")
    if not ranges:
        return offers[0] if offers and not (header or "").strip() else None
    best: tuple[float, int, int] | None = None
    for position, offer in enumerate(offers):
        judged = _judge(ranges, offer)
        if judged is None or judged[0] <= 0:
            continue
        rank = (*judged, -position)
        if best is None or rank > best:
            best = rank
    return None if best is None else offers[-best[2]]


def names_nothing(header: str | None) -> bool:
    """Whether a client takes anything: it sends no `Accept`, or one that holds `*/*` alone."""
    return all((entry.type, entry.subtype) == ("*", "*") for entry in parse_accept(header or ""))


def prefers_html(header: str | None) -> bool:
    """Whether the client would rather have a page than JSON; a client that names neither would not."""
    return negotiate(header, (JSON, RESULTS_JSON, TURTLE, HTML)) == HTML


def content_type(media: str) -> str:
    """The `Content-Type` header of a body of this media type; text is always UTF-8."""
    return f"{media}; charset=utf-8" if media in _WITH_CHARSET else media


def _judge(ranges: Sequence[Range], offer: str) -> tuple[float, int] | None:
    """(quality, specificity) of the range that fits `offer` most closely."""
    fitting = [(specificity, entry) for entry in ranges if (specificity := entry.specificity(offer)) is not None]
    if not fitting:
        return None
    closest = max(specificity for specificity, _ in fitting)
    return max(entry.quality for specificity, entry in fitting if specificity == closest), closest


def _quality(text: str) -> float:
    """A q-value; one that is no number from 0 to 1 counts as 0, so that it cannot win."""
    try:
        value = float(text)
    except ValueError:
        return 0.0
    return value if 0.0 <= value <= 1.0 else 0.0
