"""The choice among media types."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.serving import negotiation
from kg.serving.negotiation import CSV, HTML, JSON, JSON_LD, N_TRIPLES, RDF_XML, RESULTS_JSON, RESULTS_XML, TURTLE

RESULTS = (*negotiation.RESULT_FORMATS, HTML)
RESOURCE = tuple(negotiation.RESOURCE_FORMATS)
CHROME = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"

CASES = [
    (None, RESULTS, RESULTS_JSON),
    ("", RESULTS, RESULTS_JSON),
    ("*/*", RESULTS, RESULTS_JSON),
    ("*/*", RESOURCE, HTML),
    (CHROME, RESULTS, HTML),
    (CHROME, RESOURCE, HTML),
    ("text/csv", RESULTS, CSV),
    ("TEXT/CSV", RESULTS, CSV),
    ("text/*", RESULTS, CSV),
    ("application/*", RESULTS, RESULTS_JSON),
    ("application/json", RESULTS, JSON),
    ("application/sparql-results+xml", RESULTS, RESULTS_XML),
    ("text/csv;q=0.5, application/sparql-results+xml;q=0.6", RESULTS, RESULTS_XML),
    ("text/turtle, */*;q=0.1", RESOURCE, TURTLE),
    ("text/turtle, */*", RESOURCE, TURTLE),
    ("*/*, text/html;q=0", RESOURCE, TURTLE),
    ("text/*;q=0.9, text/turtle;q=0.1", RESOURCE, HTML),
    ('application/ld+json;profile="http://www.w3.org/ns/json-ld#expanded"', RESOURCE, JSON_LD),
    ("text/turtle;charset=utf-8;q=0.3, application/n-triples;q=0.4", RESOURCE, N_TRIPLES),
    ("application/rdf+xml", RESOURCE, RDF_XML),
    ("image/png", RESULTS, None),
    ("text/csv;q=0", RESULTS, None),
    ("text/csv;q=high", RESULTS, None),
    ("*/turtle", RESOURCE, None),
    ("nonsense", RESOURCE, None),
    ("text/turtle;q=1.0, text/html;q=1.000", RESOURCE, HTML),
]


@pytest.mark.parametrize(("header", "offers", "chosen"), CASES)
def test_the_best_offer_is_chosen(header: str | None, offers: tuple[str, ...], chosen: str | None) -> None:
    """The chosen type is the one that RFC 9110 and the order of the offers give."""
    assert negotiation.negotiate(header, offers) == chosen


@given(st.text(max_size=60))
def test_any_header_gives_an_offer_or_nothing(header: str) -> None:
    """No header, however broken, raises or brings a type that was not offered."""
    assert negotiation.negotiate(header, RESOURCE) in (*RESOURCE, None)


@given(st.permutations(["text/turtle;q=0.7", "application/ld+json;q=0.8", "*/*;q=0.1"]))
def test_the_order_of_ranges_does_not_matter(entries: list[str]) -> None:
    """Ranges of different quality give the same choice in any order."""
    assert negotiation.negotiate(", ".join(entries), RESOURCE) == JSON_LD


def test_nothing_offered_gives_nothing() -> None:
    """Without offers there is no choice."""
    assert negotiation.negotiate(None, ()) is None


@pytest.mark.parametrize(
    ("header", "html"),
    [(None, False), ("*/*", False), (CHROME, True), (JSON, False), ("text/html;q=0.2, */*;q=0.1", True)],
)
def test_html_is_for_those_who_ask_for_it(header: str | None, html: bool) -> None:
    """Only a client that would rather have a page than data gets one for an error."""
    assert negotiation.prefers_html(header) is html


def test_text_names_its_charset() -> None:
    """Turtle is sent as UTF-8 by name; JSON, which is always UTF-8, is not."""
    assert negotiation.content_type(TURTLE) == "text/turtle; charset=utf-8"
    assert negotiation.content_type(JSON) == JSON
