"""What a client may keep of an answer, and until when."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parsedate_to_datetime
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.serving.app import close_app, create_app
from kg.serving.state import Config
from tests.protocol.support import make_store, remove_document

ASK = {"query": "ASK { ?s ?p ?o }"}
KEPT = [
    "/",
    "/find?name=पुतिन",
    "/entity/Q7747",
    "/entity/Q7747.ttl",
    "/ontology",
    "/dump.nq",
    "/sparql?query=ASK+%7B%7D",
]


@pytest.fixture
def changing(tmp_path: Path) -> Iterator[tuple[Path, FlaskClient]]:
    """A store of its own and a client of an app over it."""
    store = make_store(tmp_path / "store")
    app = create_app(Config(store=store))
    yield store, app.test_client()
    close_app(app)


@pytest.mark.parametrize("address", KEPT)
def test_an_answer_that_the_client_has_is_not_sent_again(client: FlaskClient, address: str) -> None:
    """An answer has a tag and a date; who sends the tag back gets 304 without a body, with the same headers for caches."""
    first = client.get(address)
    tag = first.headers["ETag"]
    assert first.headers["Cache-Control"] == "public, no-cache"
    assert parsedate_to_datetime(first.headers["Last-Modified"])
    for headers in ({"If-None-Match": tag}, {"If-None-Match": f'"other", {tag}'}, {"If-None-Match": "*"}):
        again = client.get(address, headers=headers)
        assert (again.status_code, again.data) == (304, b"")
        assert again.headers["ETag"] == tag
        assert "Accept" in again.headers["Vary"] and again.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(address, headers={"If-None-Match": 'W/"other"'}).status_code == 200
    assert client.head(address).headers["ETag"] == tag


def test_the_tag_is_that_of_what_was_asked(client: FlaskClient) -> None:
    """Another query, dataset, format or media type is another answer."""
    tags = [
        client.get("/sparql", query_string=ASK).headers["ETag"],
        client.get("/sparql", query_string={"query": "ASK { }"}).headers["ETag"],
        client.get("/sparql", query_string=ASK | {"default-graph-uri": "https://example.org/"}).headers["ETag"],
        client.get("/sparql", query_string=ASK | {"format": "xml"}).headers["ETag"],
        client.get("/sparql", query_string=ASK, headers={"Accept": "text/csv, */*"}).headers["ETag"],
    ]
    assert len(set(tags)) == len(tags)


def test_a_build_that_lands_makes_another_tag(changing: tuple[Path, FlaskClient]) -> None:
    """What was kept before is asked for anew."""
    store, client = changing
    before = client.get("/sparql", query_string=ASK).headers["ETag"]
    remove_document(store, "https://w3id.org/hindi-news-kg/document/one")
    answer = client.get("/sparql", query_string=ASK, headers={"If-None-Match": before})
    assert answer.status_code == 200 and answer.headers["ETag"] != before


@pytest.mark.parametrize(
    "query", ["SELECT (NOW() AS ?t) {}", "SELECT (rand () AS ?t) {}", "SELECT (STRUUID() AS ?t) {}"]
)
def test_what_differs_each_time_has_no_tag(client: FlaskClient, query: str) -> None:
    """A query that asks for the time or for chance is answered each time."""
    response = client.get("/sparql", query_string={"query": query})
    assert response.status_code == 200 and "ETag" not in response.headers
    assert client.get("/sparql", query_string={"query": query}, headers={"If-None-Match": "*"}).status_code == 200


def test_errors_and_posts_and_health_have_no_tag(client: FlaskClient, tmp_path: Path) -> None:
    """Nothing is kept of what may be otherwise the next time."""
    assert "ETag" not in client.get("/sparql?query=nonsense").headers
    assert "ETag" not in client.post("/sparql", data=ASK).headers
    assert "ETag" not in client.get("/health").headers
    assert "ETag" not in client.get("/entity/none").headers
    app = create_app(Config(store=tmp_path / "none"))
    assert app.test_client().get("/entity/Q7747", headers={"If-None-Match": "*"}).status_code == 503
    close_app(app)
