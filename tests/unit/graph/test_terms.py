"""Values as literals."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from kg.graph import terms
from kg.graph.vocabulary import XSD


def test_a_forbidden_character_is_replaced_in_place() -> None:
    """A character that XML forbids becomes U+FFFD, so the text keeps its length."""
    assert terms.hindi("क\x00ख\x1f\ud800\ufffe").value == "क\ufffdख\ufffd\ufffd\ufffd"


@pytest.mark.parametrize("text", ["\t\n\r", "😀", "क\u200dष", "\x85\u2028", '"\\'])
def test_an_allowed_character_stays(text: str) -> None:
    """What XML allows is not touched."""
    assert terms.plain(text).value == text


@pytest.mark.parametrize(("value", "kind"), [("2023-09-13", "date"), ("2023-09", "gYearMonth"), ("2023", "gYear")])
def test_a_date_is_typed_by_its_length(value: str, kind: str) -> None:
    """A day is an xsd:date, a month an xsd:gYearMonth, a year an xsd:gYear."""
    assert terms.date(value) == ox.Literal(value, datatype=ox.NamedNode(XSD + kind))


@pytest.mark.parametrize("value", ["13-09-2023", "2023-9", "", "2023-09-13T10:00"])
def test_another_form_is_no_date(value: str) -> None:
    """What is not YYYY, YYYY-MM or YYYY-MM-DD is refused."""
    with pytest.raises(ValueError, match="no date"):
        terms.date(value)


@pytest.mark.parametrize(
    ("value", "written"),
    [(1.0, "1"), (0.5, "0.5"), (0.0, "0"), (-0.0, "0"), (1e-9, "0"), (37.570123456, "37.570123"), (100.0, "100")],
)
def test_a_decimal_is_written_as_the_store_keeps_it(value: float, written: str) -> None:
    """A decimal has no zeros at its end and is read back from a store as it was written."""
    literal = terms.decimal(value)
    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), literal))
    assert literal.value == written
    assert next(iter(store)).object == literal


@pytest.mark.parametrize(
    ("url", "iri"),
    [
        ("https://example.org/a b", "https://example.org/a%20b"),
        ("http://example.org/ख?x=1#y", "http://example.org/%E0%A4%96?x=1#y"),
        ("https://example.org/%20", "https://example.org/%20"),
        ("javascript:alert(1)", None),
        ("example.org/a", None),
        ("https://[bad", None),
        ("", None),
    ],
)
def test_only_a_web_address_becomes_a_link(url: str, iri: str | None) -> None:
    """An http(s) address becomes an IRI, percent-encoded where it must; anything else none."""
    assert terms.link(url) == (ox.NamedNode(iri) if iri else None)
