"""Dumps."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pyoxigraph as ox
import pytest
import rdflib

from kg.errors import UsageError
from kg.graph import export
from kg.graph.ontology import ontology_quads
from kg.graph.store import Store
from kg.graph.terms import english, hindi, plain
from kg.graph.vocabulary import INTEGER, ONTOLOGY_GRAPH, kg
from tests.unit.graph.test_store import iri, quads

# RDFLib warns of its own code.
pytestmark = pytest.mark.filterwarnings(
    "ignore:(Dataset.default_context|ConjunctiveGraph) is deprecated:DeprecationWarning"
)

HARD = [
    "",
    " ",
    "\t\n\r\r\n",
    "\"'\\'''\"\"\"",
    "😀 क\u200dष \u0085\u2028\ufeff",
    "<b>&amp;]]></b> %41 {}",
    "\x00\x08\x0b\x0c\x1f\x7f\ud800\uffff",
    "\\u0041 ज़ ज़",
    "_:a <http://x/> @hi",
]
SYNTAXES = {
    "nquads": (ox.RdfFormat.N_QUADS, "nquads"),
    "trig": (ox.RdfFormat.TRIG, "trig"),
    "turtle": (ox.RdfFormat.TURTLE, "turtle"),
    "rdfxml": (ox.RdfFormat.RDF_XML, "xml"),
    "jsonld": (ox.RdfFormat.JSON_LD, "json-ld"),
}


def hard_quads() -> Iterator[ox.Quad]:
    """Literals that are hard to write, for properties that a context does and does not describe."""
    graph = ox.NamedNode(iri("hard"))
    foreign = ox.NamedNode("https://example.org/ns/%E0#no-name.x")
    for text in HARD:
        for predicate in (kg("sentence"), kg("rule"), foreign):
            for literal in (hindi(text), english(text), plain(text)):
                yield ox.Quad(graph, predicate, literal, graph)
    yield ox.Quad(graph, kg("modality"), ox.NamedNode("https://example.org/other"), graph)
    yield ox.Quad(graph, kg("quantity"), plain("7"), graph)
    yield ox.Quad(graph, kg("rule"), ox.Literal("7", datatype=INTEGER), graph)
    yield ox.Quad(graph, kg("agent"), ox.NamedNode("https://example.org/a(b);c,d'e&f"), graph)
    yield ox.Quad(graph, foreign, ox.NamedNode("urn:x:y"), graph)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A store with two documents, hard literals and the ontology."""
    with Store.in_memory() as made:
        made.replace_graph(ONTOLOGY_GRAPH, ontology_quads())
        for id in ("one", "two"):
            made.replace_document(iri(id), quads(id))
        made.replace_graph(iri("hard"), hard_quads())
        yield made


def dump(store: Store, format: str) -> bytes:
    """A dump as bytes."""
    out = io.BytesIO()
    export.write(store, format, out)
    return out.getvalue()


def read_by_rdflib(data: bytes, syntax: str, *, graphs: bool) -> set[tuple[str, ...]]:
    """The quads or triples that RDFLib reads, in N-Triples' words."""
    if not graphs:
        return {tuple(map(said, triple)) for triple in rdflib.Graph().parse(data=data, format=syntax)}
    dataset = rdflib.Dataset()
    dataset.parse(data=data, format=syntax)
    return {tuple(map(said, quad)) for quad in dataset.quads() if quad[3] is not None}


def said(term: object) -> str:
    """A term of RDFLib in Oxigraph's words."""
    if isinstance(term, rdflib.Literal):
        kind = ox.NamedNode(term.datatype) if term.datatype else None
        return str(ox.Literal(str(term), language=term.language, datatype=kind))
    return f"<{term}>"


@pytest.mark.parametrize("format", ["nquads", "trig", "jsonld"])
def test_a_dump_with_graphs_is_read_by_both_as_it_was_written(store: Store, format: str) -> None:
    """RDFLib and pyoxigraph load every quad of the store, and no other."""
    theirs, syntax = SYNTAXES[format]
    data = dump(store, format)
    wanted = set(store.quads())
    assert set(ox.parse(data, format=theirs)) == wanted
    words = {(*map(str, (q.subject, q.predicate, q.object)), str(q.graph_name)) for q in wanted}
    assert read_by_rdflib(data, syntax, graphs=True) == words


@pytest.mark.parametrize("format", ["turtle", "rdfxml"])
def test_a_dump_without_graphs_has_each_triple_once(store: Store, format: str) -> None:
    """RDFLib and pyoxigraph load the union, in which no triple stands twice."""
    theirs, syntax = SYNTAXES[format]
    data = dump(store, format)
    wanted = {(q.subject, q.predicate, q.object) for q in store.quads()}
    read = [(q.subject, q.predicate, q.object) for q in ox.parse(data, format=theirs)]
    assert (len(read), set(read)) == (len(wanted), wanted)
    words = {tuple(map(str, triple)) for triple in wanted}
    assert read_by_rdflib(data, syntax, graphs=False) == words


@pytest.mark.parametrize("format", list(export.FORMATS))
def test_a_dump_is_the_same_bytes_in_any_order_of_writing(store: Store, format: str) -> None:
    """The dump of the same content written in another order is byte for byte the same."""
    with Store.in_memory() as other:
        other.replace_graph(iri("hard"), list(hard_quads())[::-1])
        for id in ("two", "one"):
            other.replace_document(iri(id), quads(id))
        other.replace_graph(ONTOLOGY_GRAPH, ontology_quads())
        assert dump(other, format) == dump(store, format)


@pytest.mark.parametrize("format", list(export.FORMATS))
def test_an_empty_store_has_a_dump(format: str) -> None:
    """The dump of nothing is well-formed and says nothing."""
    with Store.in_memory() as empty:
        assert list(ox.parse(dump(empty, format), format=SYNTAXES[format][0])) == []


def test_a_dump_is_asked_for_by_media_type_too(store: Store) -> None:
    """A media type names the same format as its short name."""
    assert dump(store, "text/turtle") == dump(store, "turtle")


def test_an_unknown_format_is_refused(store: Store) -> None:
    """The error names the formats that there are."""
    with pytest.raises(UsageError, match="nquads, trig"):
        dump(store, "excel")


def test_a_large_dump_is_written_in_pieces(store: Store) -> None:
    """No more than a piece of a dump is held in memory."""
    pieces: list[int] = []

    class Counting:
        def write(self, data: bytes) -> None:
            pieces.append(len(data))

    export.write(store, "nquads", Counting())
    assert len(pieces) > 1
    assert max(pieces) < sum(pieces)
