"""Queries in the event loop: the same answers as the app's own route gives, and what only a server does."""

from __future__ import annotations

import contextlib
import gzip
import http.client
import json
import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient

from kg.serving.remembered import Kept, Remembered
from tests.protocol.support import Server, served, wait_for

FORM = "application/x-www-form-urlencoded"
SAME = (
    "Content-Type",
    "Access-Control-Allow-Origin",
    "X-Content-Type-Options",
    "Row-Limit",
    "Cache-Control",
    "Last-Modified",
)


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[Server]:
    """A server over the test graph."""
    with served(store) as running:
        yield running


REQUESTS = [
    ("GET", "/sparql?query=ASK%7B%7D", {}, None),
    ("GET", "/sparql?query=ASK%7B%7D&format=csv", {}, None),
    ("GET", "/sparql?query=ASK%7B%7D&format=nothing", {}, None),
    (
        "GET",
        "/sparql?query=SELECT%20*%20%7B%3Fs%20%3Fp%20%3Fo%7D%20ORDER%20BY%20%3Fs%20%3Fp%20%3Fo%20LIMIT%203",
        {"Accept": "text/csv;q=0.5, application/xml"},
        None,
    ),
    ("GET", "/sparql?query=CONSTRUCT%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D", {"Accept": "application/n-triples"}, None),
    ("GET", "/sparql?query=CONSTRUCT%20WHERE%20%7B%3Fs%20%3Fp%20%3Fo%7D", {"Accept": "text/csv"}, None),
    ("GET", "/sparql?query=ASK%7B%7D", {"Accept": "image/png"}, None),
    ("GET", "/sparql?query=ASK%7B", {}, None),
    ("GET", "/sparql?query=ASK%7B%ff%7D", {}, None),
    ("GET", "/sparql?query=SELECT%20*%20%7BSERVICE%20%3Ca:b%3E%20%7B%7D%7D", {}, None),
    ("GET", "/sparql?query=ASK%7B%7D&timeout=no", {}, None),
    ("GET", "/sparql?query=ASK%7B%7D&query=ASK%7B%7D", {}, None),
    ("GET", "/sparql?query=ASK%7B%7D&default-graph-uri=relative", {}, None),
    ("POST", "/sparql", {"Content-Type": FORM}, urlencode({"query": 'ASK { FILTER("क + ख" = "क + ख") }'}).encode()),
    ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, 'ASK { FILTER("क" = "क") }'.encode()),
    ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, b"ASK { '\xff' }"),
    ("POST", "/sparql", {"Content-Type": "application/sparql-update"}, b"CLEAR ALL"),
    ("POST", "/sparql", {"Content-Type": "text/plain"}, b"ASK {}"),
    ("POST", "/sparql", {"Content-Type": FORM}, b"update=CLEAR%20ALL"),
    ("POST", "/sparql", {"Content-Type": FORM}, b"query=" + b"a" * 200_000),
    ("POST", "/sparql", {"Content-Type": "application/sparql-query"}, b"ASK {} #" + b"a" * 20_000),
    ("PUT", "/sparql", {}, b"x"),
    ("DELETE", "/sparql", {}, None),
    ("OPTIONS", "/sparql", {"Origin": "https://example.org"}, None),
    ("HEAD", "/sparql?query=ASK%7B%7D", {}, None),
    ("GET", "/nothing", {}, None),
    ("GET", "/health", {}, None),
]


def parsed(body: bytes) -> object:
    """A body without what has no order: keys of JSON, lines of Turtle."""
    try:
        return json.loads(body)
    except ValueError:
        return sorted(body.splitlines())


@pytest.mark.parametrize(("method", "path", "headers", "body"), REQUESTS)
def test_the_server_answers_as_the_app(
    server: Server, client: FlaskClient, method: str, path: str, headers: dict[str, str], body: bytes | None
) -> None:
    """Status, body and headers are the same, also when the request is sent again."""
    expected = client.open(path, method=method, headers=headers, data=body)
    for _ in range(2):
        status, found, text = server.send(method, path, headers=headers, body=body)
        assert status == expected.status_code
        assert parsed(text) == parsed(expected.data)
        for name in SAME:
            assert found.get(name) == expected.headers.get(name), name
        assert ("ETag" in found) == ("ETag" in expected.headers)
        assert sorted(found.get("Allow", "").split(", ")) == sorted(expected.headers.get("Allow", "").split(", "))


def test_an_answer_that_the_client_has_is_not_sent(server: Server) -> None:
    """A remembered answer as well as one that is computed: 304 with the same tag and no body."""
    path = f"/sparql?query={quote('SELECT ?s { ?s ?p ?o } LIMIT 4')}"
    _, headers, _ = server.get(path)
    for known in (headers["ETag"], f'"other", {headers["ETag"]}', "*"):
        status, again, body = server.get(path, {"If-None-Match": known})
        assert (status, body, again["ETag"]) == (304, b"", headers["ETag"])
    assert server.get(path, {"If-None-Match": 'W/"other"'})[0] == 200


def test_answers_are_remembered_but_for_those_that_change(server: Server) -> None:
    """The second time an answer comes from memory; one with the time of day is computed again."""

    def remembered() -> str:
        lines = server.get("/metrics")[2].decode().splitlines()
        return next((line for line in lines if 'outcome="remembered"' in line), "0")

    path = f"/sparql?query={quote('SELECT ?s { ?s ?p ?o } LIMIT 5')}"
    server.get(path)
    before = remembered()
    server.get(path)
    after = remembered()
    assert before != after
    for query in ("SELECT (NOW() AS ?now) {}", "SELECT (RAND() AS ?x) {}"):
        first, second = (server.get(f"/sparql?query={quote(query)}")[2] for _ in range(2))
        assert first != second
    assert remembered() == after


@pytest.mark.parametrize("rows", [50, 60_000])
def test_answers_are_compressed_for_who_takes_it(server: Server, rows: int) -> None:
    """Small ones and streamed ones; not for who refuses it."""
    path = f"/sparql?query={quote(f'SELECT ?a ?b {{ ?a ?p ?o . ?b ?q ?r }} LIMIT {rows}')}"
    _, plain, body = server.get(path, {"Accept-Encoding": "gzip;q=0"})
    _, packed, small = server.get(path, {"Accept-Encoding": "br;q=0.1, gzip"})
    assert plain.get("Content-Encoding") is None
    assert packed["Content-Encoding"] == "gzip"
    assert len(small) < len(body) / 3
    assert gzip.decompress(small) == body


def test_a_client_that_goes_away_ends_its_query(server: Server) -> None:
    """Though nothing of the answer has come yet."""
    endless = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(8)) + "}"
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(f"GET /sparql?query={quote(endless)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert wait_for(lambda: b"\nkg_workers_busy 1.0" in server.get("/metrics")[2])
    assert wait_for(lambda: b"\nkg_workers_busy 0.0" in server.get("/metrics")[2])


def test_requests_on_one_connection_are_answered_in_turn(server: Server) -> None:
    """A connection is kept, queries and pages after each other."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    for number in range(20):
        connection.request(
            "GET", f"/sparql?query={quote(f'SELECT ({number} AS ?n) {{}}')}" if number % 3 else "/health"
        )
        response = connection.getresponse()
        body = json.loads(response.read())
        if number % 3:
            assert body["results"]["bindings"][0]["n"]["value"] == str(number)
    connection.close()


@pytest.mark.parametrize(
    ("request_bytes", "status"),
    [
        (b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X: a\r\n" * 200 + b"\r\n", b"431"),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 400_000, b"431"),
        (b"GET /sparql HTTP/1.1\r\nHost: x\r\n bad\r\n\r\n", b"400"),
        (b"GARBAGE\r\n\r\n", b"400"),
    ],
)
def test_what_is_no_request_is_refused_in_the_one_shape(server: Server, request_bytes: bytes, status: bytes) -> None:
    """The error is JSON, and the connection ends."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
        connection.sendall(request_bytes)
        answer = b""
        while data := connection.recv(65536):
            answer += data
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] == status
    assert json.loads(body)["error"]["status"] == int(status)


def test_old_answers_make_room() -> None:
    """What is kept has a size; what was asked for last stays; another graph begins anew."""
    kept = Remembered(total=10_000)
    answer = Kept(headers=(), body=b"x" * 1500, tag=None)
    assert kept.find("one", ("a",)) is None
    for name in "abcdef":
        kept.keep("one", (name,), answer)
        kept.find("one", ("a",))
    assert kept.find("one", ("a",)) is not None
    assert kept.find("one", ("b",)) is None
    assert len(kept) <= 4
    kept.keep("two", ("z",), answer)
    assert kept.find("two", ("z",)) is None and len(kept) == 0
    kept.keep("two", ("big",), Kept(headers=(), body=b"x" * 1_000_000, tag=None))
    assert kept.find("two", ("big",)) is None


def test_a_dump_that_its_reader_leaves_is_ended(server: Server) -> None:
    """Its place is free for others; two dumps may be sent at one time."""
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", server.port), timeout=10) as connection:
            connection.sendall(b"GET /dump.nq HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
    assert wait_for(lambda: server.get("/dump.nq")[0] == 200)


def test_long_queries_on_pages_leave_threads_for_others(store: Path) -> None:
    """While browsers wait for more queries without end than there are threads, pages and queries are answered."""
    endless = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(8)) + "}"
    with served(store, KG_QUERY_TIMEOUT="20") as running, contextlib.ExitStack() as stack:
        for number in range(24):
            connection = stack.enter_context(socket.create_connection(("127.0.0.1", running.port), timeout=10))
            asked = f"GET /sparql?query={quote(endless)}%23{number} HTTP/1.1\r\nHost: x\r\nAccept: text/html\r\n\r\n"
            connection.sendall(asked.encode())
        assert wait_for(lambda: b"\nkg_workers_busy 0.0" not in running.get("/metrics")[2])
        for path in ("/health", "/", "/find?name=a"):
            assert running.get(path)[0] == 200
        assert running.ask("ASK {}")[0] == 200
