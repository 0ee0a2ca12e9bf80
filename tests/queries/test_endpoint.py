"""The shipped queries on the pages and at the endpoint of a server over the annotated seeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.graph.examples import headers
from kg.graph.store import Store
from kg.serving.app import close_app, create_app
from kg.serving.engine import Limits
from kg.serving.state import Config
from tests.queries.support import FEDERATED, FILES, FOLDER, LOCAL, ask

HTML = {"Accept": "text/html"}


@pytest.fixture(scope="module")
def client(gold_store: Path) -> Iterator[FlaskClient]:
    """A client of an app that has the shipped queries as examples."""
    app = create_app(Config(store=gold_store, queries=FOLDER, limits=Limits(workers=1, seconds=20)))
    yield app.test_client()
    close_app(app)


def items(page: str) -> list[str]:
    """The list items of the examples."""
    listed = re.search(r'<ul class="examples">(.*?)</ul>', page, re.DOTALL)
    assert listed
    return re.findall(r"<li>(.*?)</li>", listed.group(1), re.DOTALL)


@pytest.mark.parametrize("path", ["/", "/sparql"])
def test_the_pages_show_every_query_in_both_languages(client: FlaskClient, path: str) -> None:
    """Each query is on the start page and the query page, with its Hindi and its English question and its text."""
    shown = [unescape(item) for item in items(client.get(path, headers=HTML).text)]
    assert len(shown) == len(FILES)
    for file in FILES:
        text = file.read_text(encoding="utf-8")
        told = headers(text)
        (item,) = [one for one in shown if f">{told['summary']}<" in one]
        assert f'<span lang="hi">{told["summary-hi"]}</span>' in item
        assert f'<span lang="en" class="en">{told["summary"]}</span>' in item
        assert text.split("WHERE")[0] in item


def test_what_needs_the_network_cannot_be_run_from_a_page(client: FlaskClient) -> None:
    """The federated queries stand last, marked, their buttons off; all other buttons are on."""
    shown = items(client.get("/", headers=HTML).text)
    off = [item for item in shown if re.search(r"<button[^>]* disabled>", item)]
    assert off == shown[-len(FEDERATED) :]
    assert all("Needs the network" in item and "नेटवर्क चाहिए" in item for item in off)
    assert not any("Needs the network" in item for item in shown[: len(LOCAL)])


@pytest.mark.parametrize("path", LOCAL, ids=lambda path: path.stem)
def test_the_endpoint_answers_as_the_store_does(client: FlaskClient, gold: Store, path: Path) -> None:
    """A shipped query gives the same rows over HTTP, within the limits of the endpoint."""
    text = path.read_text(encoding="utf-8")
    response = client.post("/sparql", data={"query": text}, headers={"Accept": "application/sparql-results+json"})
    assert response.status_code == 200
    found = response.get_json()
    columns = found["head"]["vars"]
    rows = [tuple(row.get(name, {}).get("value", "") for name in columns) for row in found["results"]["bindings"]]
    assert rows == list(ask(gold, text).rows)


@pytest.mark.parametrize("path", FEDERATED, ids=lambda path: path.stem)
def test_the_endpoint_refuses_a_federated_query(client: FlaskClient, path: Path) -> None:
    """The answer is 400 and says that SERVICE is refused and what to do, as JSON and on the page."""
    text = path.read_text(encoding="utf-8")
    for accept in ("application/json", "text/html"):
        response = client.get("/sparql", query_string={"query": text}, headers={"Accept": accept})
        assert response.status_code == 400
        assert "SERVICE is refused" in response.text
        assert "with your own client" in response.text
