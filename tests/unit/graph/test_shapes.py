"""SHACL."""

from __future__ import annotations

from collections.abc import Iterator

import pyoxigraph as ox
import pytest

from kg.graph import vocabulary as v
from kg.graph.shapes import ShapesReport, validate
from kg.graph.store import Store
from kg.graph.terms import decimal, english, hindi, integer, plain
from kg.graph.vocabulary import kg
from tests.builders import BASE
from tests.unit.graph.test_store import iri, quads

DOCUMENT = BASE + "document/one"
MEETING = BASE + "event/Meeting_2023-09-13_Q56226_Q7747"
ARMS = BASE + "event/one/ArmsTransfer_48_1"
MENTION = DOCUMENT + "#char=23,27;rule=test.rule"
PUTIN = BASE + "entity/Q7747"


def checked(*, without: tuple[str, ox.NamedNode] | None = None, more: list[ox.Quad] | None = None) -> ShapesReport:
    """The report on the sample document with one property taken out or quads added."""
    told = [q for q in quads("one") if without != (getattr(q.subject, "value", ""), q.predicate)]
    with Store.in_memory() as store:
        store.replace_document(iri("one"), [*told, *(more or ())])
        return validate(store)


def quad(
    subject: str, predicate: ox.NamedNode, value: ox.NamedNode | ox.Literal | str, graph: str = DOCUMENT
) -> ox.Quad:
    """A quad of the document's graph, or of another."""
    object_ = ox.NamedNode(value) if isinstance(value, str) else value
    return ox.Quad(ox.NamedNode(subject), predicate, object_, ox.NamedNode(graph))


def test_what_the_program_writes_conforms() -> None:
    """The sample has the shapes."""
    assert checked().violations == ()
    assert checked().documents == 1


@pytest.mark.parametrize(
    ("subject", "predicate"),
    [
        (DOCUMENT, v.IDENTIFIER),
        (DOCUMENT, v.IN_LANGUAGE),
        (PUTIN, v.LABEL),
        (PUTIN, v.TYPE),
        (MEETING, kg("modality")),
        (MEETING, kg("confidence")),
        (MEETING, kg("mention")),
        (MENTION, v.BEGIN_INDEX),
        (MENTION, v.END_INDEX),
        (MENTION, v.ANCHOR_OF),
        (MENTION, v.REFERENCE_CONTEXT),
        (MENTION, kg("sentence")),
        (MENTION, kg("rule")),
    ],
)
def test_what_must_be_there_is_missed(subject: str, predicate: ox.NamedNode) -> None:
    """Without a required property the graph does not conform, and the report names the document."""
    report = checked(without=(subject, predicate))
    assert not report.conforms
    assert {violation.document for violation in report.violations} == {DOCUMENT}


def bad_quads() -> Iterator[ox.Quad]:
    """Quads each of which breaks a shape."""
    yield quad(DOCUMENT, v.IDENTIFIER, plain("two"))
    yield quad(DOCUMENT, v.HEADLINE, english("Headline"))
    yield quad(PUTIN, v.LABEL, hindi("दूसरा नाम"), PUTIN)
    yield quad(PUTIN, v.LABEL, plain("Putin"), PUTIN)
    yield quad(PUTIN, v.SAME_AS, v.WD + "Q1", PUTIN)
    yield quad(
        BASE + "entity/in/one/Place/%E0%A4%B8%E0%A4%BF%E0%A4%AF%E0%A5%8B%E0%A4%B2", v.SAME_AS, "https://example.org/Q1"
    )
    yield quad(PUTIN, v.TYPE, kg("Country"), PUTIN)
    yield quad(PUTIN, kg("holdsRole"), BASE + "entity/nobody")
    yield quad(PUTIN, kg("transliteration"), hindi("पुतिन"), PUTIN)
    yield quad(PUTIN, kg("kind"), plain("leader"), PUTIN)
    yield quad(PUTIN, kg("memberOf"), BASE + "entity/nobody", PUTIN)
    yield quad(PUTIN, kg("hasMembership"), BASE + "entity/nobody", PUTIN)
    yield quad(PUTIN, kg("standsFor"), BASE + "entity/nobody", PUTIN)
    yield quad(PUTIN, v.HAS_GEOMETRY, BASE + "entity/nobody", PUTIN)
    yield quad(PUTIN + "/role/president/of/Q159/from/2012", kg("officeClass"), kg("asserted"), PUTIN)
    yield quad(BASE + "entity/Q159#geometry", v.AS_WKT, plain("POINT(1 2)"), BASE + "entity/Q159")
    yield quad(BASE + "membership/of-nobody", v.TYPE, kg("Membership"), PUTIN)
    yield quad(MEETING, kg("target"), PUTIN)
    yield quad(MEETING, kg("agent"), BASE + "entity/nobody")
    yield quad(MEETING, kg("date"), ox.Literal("2023-09-14", datatype=v.DATE))
    yield quad(ARMS, kg("date"), plain("2023-09-14"))
    yield quad(ARMS, kg("modality"), kg("asserted"))
    yield quad(ARMS, kg("negated"), ox.Literal("false", datatype=v.BOOLEAN))
    yield quad(ARMS, kg("quantity"), integer(-1))
    yield quad(ARMS, kg("object"), english("shells"))
    yield quad(ARMS, kg("confidence"), decimal(1.5))
    yield quad(ARMS, kg("claim"), MEETING)
    yield quad(ARMS, kg("quotation"), hindi("हाँ"))
    yield quad(BASE + "event/one/Denial_68_1", kg("claim"), BASE + "event/none")
    yield quad(ARMS, v.TYPE, kg("Meeting"))
    yield quad(MENTION, v.END_INDEX, integer(90))
    yield quad(MENTION, v.BEGIN_INDEX, plain("5"))


@pytest.mark.parametrize("bad", list(bad_quads()), ids=lambda bad: bad.predicate.value.rsplit("#")[-1].rsplit("/")[-1])
def test_what_must_not_be_there_is_found(bad: ox.Quad) -> None:
    """A wrong value is reported."""
    assert not checked(more=[bad]).conforms


def test_an_empty_or_swapped_span_is_found() -> None:
    """A mention must begin before it ends."""
    assert not checked(without=(MENTION, v.END_INDEX), more=[quad(MENTION, v.END_INDEX, integer(23))]).conforms


def test_documents_that_differ_about_an_event_conform() -> None:
    """What two documents say differently of one event is no violation, since each is checked alone."""
    with Store.in_memory() as store:
        store.replace_document(iri("one"), quads("one"))
        planned = quad(MEETING, kg("modality"), kg("planned"), iri("two"))
        told = [q for q in quads("two") if (q.subject, q.predicate) != (planned.subject, planned.predicate)]
        store.replace_document(iri("two"), [*told, planned])
        assert validate(store).conforms
