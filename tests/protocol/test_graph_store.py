"""The Graph Store Protocol, reading. Names are those of the W3C test suite (data-sparql11/http-rdf-update) where it has them."""

from __future__ import annotations

import pyoxigraph as ox
import pytest
from flask.testing import FlaskClient

from tests.protocol.support import GRAPH

ONE = "https://w3id.org/hindi-news-kg/document/one"
TWO = "https://w3id.org/hindi-news-kg/document/%E0%A4%A6%E0%A5%8B"
PATH = "/rdf-graph-store"
MEDIA = {
    "text/turtle": ox.RdfFormat.TURTLE,
    "application/n-triples": ox.RdfFormat.N_TRIPLES,
    "application/rdf+xml": ox.RdfFormat.RDF_XML,
}


def triples(data: bytes, form: ox.RdfFormat) -> set[ox.Triple]:
    return {quad.triple for quad in ox.parse(data, format=form)}


def wanted(graph: str | None) -> set[ox.Triple]:
    quads = ox.parse(GRAPH.read_bytes(), format=ox.RdfFormat.TRIG)
    return {quad.triple for quad in quads if graph is None or quad.graph_name == ox.NamedNode(graph)}


@pytest.mark.parametrize("media", sorted(MEDIA))
@pytest.mark.parametrize("graph", [ONE, TWO, None], ids=["get_of_put_named", "a Hindi IRI", "get_of_put_default"])
def test_a_graph_is_sent_whole(client: FlaskClient, graph: str | None, media: str) -> None:
    """A named graph, or all of them, in the format that is asked for; HEAD has the same headers and no body."""
    asked = {"default": ""} if graph is None else {"graph": graph}
    response = client.get(PATH, query_string=asked, headers={"Accept": media})
    assert (response.status_code, response.mimetype) == (200, media)
    found = triples(response.data, MEDIA[media])
    assert found == wanted(graph) and found
    head = client.head(PATH, query_string=asked, headers={"Accept": media})
    assert (head.status_code, head.data, head.headers["Content-Length"]) == (
        200,
        b"",
        response.headers["Content-Length"],
    )
    assert head.headers["ETag"] == response.headers["ETag"]


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("graph=https%3A%2F%2Fexample.org%2Fnone", {}, 404),
        ("", {}, 400),
        ("default&graph=https%3A%2F%2Fexample.org%2F", {}, 400),
        (f"graph={ONE}&graph={ONE}", {}, 400),
        ("graph=relative", {}, 400),
        ("graph=https%3A%2F%2Fexample.org%2F%3E%3C", {}, 400),
        ("default", {"Accept": "image/png"}, 406),
        ("default=1", {}, 400),
    ],
)
def test_what_is_no_graph_is_refused(client: FlaskClient, query: str, headers: dict[str, str], status: int) -> None:
    """A request names one graph; the error is of the one shape."""
    response = client.get(f"{PATH}?{query}", headers=headers)
    assert response.status_code == response.json["error"]["status"] == status  # type: ignore[index]


@pytest.mark.parametrize("method", ["PUT", "POST", "DELETE", "PATCH"])
def test_writing_is_off(client: FlaskClient, method: str) -> None:
    """Writing is told what is allowed, and changes nothing."""
    response = client.open(f"{PATH}?graph={ONE}", method=method, data=b"", content_type="text/turtle")
    assert response.status_code == 405
    assert {"GET", "HEAD", "OPTIONS"} == set(response.headers["Allow"].split(", "))
    assert triples(client.get(f"{PATH}?graph={ONE}").data, ox.RdfFormat.TURTLE) == wanted(ONE)
