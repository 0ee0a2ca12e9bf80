"""The description of the dataset."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient
from rdflib import RDF, RDFS, SH, VOID, Graph, URIRef

from kg.graph import partitions
from kg.graph.examples import Example, read_examples
from kg.graph.store import Store
from kg.serving.app import close_app, create_app
from kg.serving.state import Config
from tests.protocol.support import ROOT, make_store, remove_document

DATA = URIRef("http://localhost/.well-known/void#dataset")
MEDIA = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")


@pytest.fixture(scope="module")
def told(store: Path) -> Iterator[FlaskClient]:
    """A client of an app with the project's example queries."""
    app = create_app(Config(store=store, queries=ROOT / "queries"))
    yield app.test_client()
    close_app(app)


def described(client: FlaskClient, media: str = "text/turtle") -> Graph:
    response = client.get("/.well-known/void", headers={"Accept": media})
    assert (response.status_code, response.mimetype) == (200, media)
    form = ox.RdfFormat.from_media_type(media)
    assert form is not None
    triples = [quad.triple for quad in ox.parse(response.data, format=form)]
    return Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")


@pytest.mark.parametrize("media", MEDIA)
def test_the_counts_are_those_of_the_graph(told: FlaskClient, store: Path, media: str) -> None:
    """Every class and property of the graph is a partition with its number, as a query counts it."""
    graph = described(told, media)
    with Store.open(store, read_only=True) as opened:
        rows = {str(quad.predicate.value) for quad in opened.quads()}
        size = opened.size()
        classes = {quad.object.value for quad in opened.quads() if quad.predicate.value == str(RDF.type)}
    assert int(graph.value(DATA, VOID.triples)) == size  # type: ignore[arg-type]
    parts = list(graph.objects(DATA, VOID.propertyPartition))
    assert {str(graph.value(part, VOID.property)) for part in parts} == rows
    assert sum(int(graph.value(part, VOID.triples)) for part in parts) == size  # type: ignore[arg-type]
    kinds = {str(graph.value(part, VOID["class"])): part for part in graph.objects(DATA, VOID.classPartition)}
    assert set(kinds) == classes
    article = kinds["https://schema.org/NewsArticle"]
    assert int(graph.value(article, VOID.entities)) == int(graph.value(DATA, VOID.documents)) == 2  # type: ignore[arg-type]


def test_what_is_named_is_there(told: FlaskClient) -> None:
    """The endpoint, the home page and every dump answer."""
    graph = described(told)
    named = [graph.value(DATA, VOID.sparqlEndpoint), *graph.objects(DATA, VOID.dataDump)]
    assert len(named) == 6
    for address in named:
        assert told.head(str(address).removeprefix("http://localhost")).status_code == 200


def test_every_example_can_be_run(told: FlaskClient) -> None:
    """The queries that this endpoint answers stand there, with question, text and prefixes; the federated one does not."""
    graph = described(told)
    found = list(graph.subjects(RDF.type, SH.SPARQLExecutable))
    local = [one for one in read_examples(sorted((ROOT / "queries").glob("*.rq"))) if not one.network]
    assert len(found) == len(local) > 10
    for query in found:
        text = graph.value(query, SH.select) or graph.value(query, SH.construct)
        assert told.get("/sparql", query_string={"query": str(text)}).status_code == 200
        assert {label.language for label in graph.objects(query, RDFS.label)} == {"hi", "en"}  # type: ignore[union-attr,attr-defined]
        assert graph.value(query, SH.prefixes) == DATA
    prefixes = {str(graph.value(one, SH.prefix)) for one in graph.objects(DATA, SH.declare)}
    assert {"kg", "rdfs", "prov"} <= prefixes


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("# SELECT\nPREFIX a: <http://example.org/SELECT> ask {}", "ASK"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT"),
        ("nothing", ""),
    ],
)
def test_the_form_of_a_query_is_read(text: str, form: str) -> None:
    """Not from a comment, nor from an IRI."""
    assert Example(name="x", titles=(), description="", text=text, network=False).form == form


def test_a_forged_host_is_refused(told: FlaskClient) -> None:
    """What a stranger writes for the host does not become a name of ours."""
    assert told.get("/.well-known/void", headers={"Host": "a b<>"}).status_code == 400
    assert told.get("/.well-known/void", headers={"Accept": "image/png"}).status_code == 406


def test_a_build_brings_its_own_counts(tmp_path: Path) -> None:
    """The counts are made when a build lands; where the file is missing, broken or of another build, they are made anew."""
    store = make_store(tmp_path / "store")
    file = store / partitions.FILE

    def counted() -> partitions.Partitions:
        with Store.open(store, read_only=True) as opened:
            return opened.partitions()

    before = partitions.read(store)
    assert before is not None and before == counted() and before.graphs > 2
    kept = file.read_text(encoding="utf-8")
    remove_document(store, "https://w3id.org/hindi-news-kg/document/one")
    after = partitions.read(store)
    assert after is not None and after == counted()
    assert after.classes["https://schema.org/NewsArticle"] == before.classes["https://schema.org/NewsArticle"] - 1
    for broken in (kept, "{", "[]", '{"digest": 1}'):
        file.write_text(broken, encoding="utf-8")
        assert counted() == after
    file.unlink()
    assert counted() == after
