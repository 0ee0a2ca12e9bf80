"""The one shape of errors."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from kg.serving.app import close_app, create_app
from kg.serving.state import Config

REQUESTS = [
    ("GET", "/nowhere", None, 404),
    ("GET", "/health", None, 503),
    ("GET", "/entity/Q1", None, 503),
    ("GET", "/sparql?query=LOAD%20%3Ca:%3E", None, 400),
    ("GET", "/sparql?query=ASK{}&query=ASK{}", None, 400),
    ("POST", "/sparql", "text/plain", 415),
    ("PUT", "/sparql", None, 405),
    ("DELETE", "/entity/Q1", None, 405),
]


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An app whose store does not exist."""
    return create_app(Config(store=tmp_path / "none"))


@pytest.mark.parametrize(("method", "path", "media", "status"), REQUESTS)
def test_every_error_has_one_shape(app: Flask, method: str, path: str, media: str | None, status: int) -> None:
    """An error's JSON is an object `error` with status, title and detail, and the status is that of the answer."""
    response = app.test_client().open(path, method=method, content_type=media, data=b"x" if media else None)
    assert response.status_code == status
    assert response.mimetype == "application/json"
    assert list(response.json) == ["error"]
    assert (
        {"status", "title", "detail"} <= set(response.json["error"]) <= {"status", "title", "detail", "line", "column"}
    )
    assert response.json["error"]["status"] == status


@pytest.mark.parametrize(("method", "path", "media", "status"), REQUESTS)
def test_a_browser_gets_a_page(app: Flask, method: str, path: str, media: str | None, status: int) -> None:
    """The same error is a page for a client that prefers HTML."""
    response = app.test_client().open(
        path, method=method, content_type=media, data=b"x" if media else None, headers={"Accept": "text/html"}
    )
    assert (response.status_code, response.mimetype) == (status, "text/html")
    assert str(status) in response.text


def test_the_place_of_the_store_is_not_told(app: Flask, tmp_path: Path) -> None:
    """An error of the store does not show a stranger where it lies."""
    client = app.test_client()
    for path in ("/health", "/entity/Q1", "/sparql?query=ASK{}", "/dump.nq"):
        response = client.get(path)
        assert response.status_code == 503
        assert str(tmp_path) not in response.text
    close_app(app)


def test_a_mistake_of_the_program_is_no_page_of_code(app: Flask) -> None:
    """An unforeseen exception is answered with 500 in the same shape and without its text."""

    @app.get("/broken")
    def broken() -> str:
        raise RuntimeError("secret")

    response = app.test_client().get("/broken")
    assert response.status_code == 500
    assert response.json["error"]["title"] == "Internal Server Error"
    assert "secret" not in response.text


def test_what_a_visitor_sends_is_escaped(app: Flask) -> None:
    """Markup in a query does not become markup of the page that shows its error."""
    query = "<script>alert(1)</script>"
    response = app.test_client().get(
        "/sparql", query_string={"query": f"LOAD {query}"}, headers={"Accept": "text/html"}
    )
    assert query not in response.text
    assert "&lt;script&gt;" in response.text
