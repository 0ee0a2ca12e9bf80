"""A server in a process of its own: what strangers send, what ends it, what a build changes."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from werkzeug.test import TestResponse

from kg.errors import StoreError, UsageError
from kg.serving.app import close_app, create_app, serve
from kg.serving.engine import Limits
from kg.serving.state import Config
from kg.settings import Settings
from tests.protocol.support import Server, make_store, remove_document, served, wait_for

HOSTILE = {
    "parentheses": "SELECT * { FILTER(" + "(" * 4900 + "1" + ")" * 4900 + ") }",
    "groups": "SELECT * " + "{" * 4900 + "}" * 4900,
    "negations": "ASK { FILTER(" + "!" * 9000 + "true) }",
    "conjunctions": "ASK { FILTER(true" + "&&1" * 3000 + ") }",
    "sums": "SELECT (1" + "+1" * 4800 + " AS ?x) {}",
    "unions": "SELECT * {{}" + "UNION{}" * 1300 + "}",
    "optionals": "SELECT * {" + "OPTIONAL{" * 900 + "}" * 900 + "}",
    "exists": "SELECT * {" + "FILTER EXISTS{" * 600 + "}" * 600 + "}",
    "path": "SELECT * {?a " + "/".join(["<a:>"] * 1800) + " ?b}",
    "nodes": "SELECT * { ?s ?p " + "[?p " * 1500 + "1" + "]" * 1500 + "}",
    "regex": 'ASK { FILTER(REGEX("' + "a" * 2000 + '!", "^(a|aa|a?){50,90}$")) }',
    "nul": "ASK {\x00}",
    "surrogates": "ASK { ?s ?p '\\uD800' }",
}


@pytest.fixture(scope="module")
def server(store: Path) -> Iterator[Server]:
    """A server over the store of the test graph."""
    with served(store) as running:
        yield running


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_query_is_answered_and_nothing_falls(server: Server, name: str) -> None:
    """A hostile query gets an answer, and the next query gets its own."""
    status, _ = server.ask(HOSTILE[name])
    assert status in (200, 400, 503)
    assert server.ask("ASK {}") == (200, b'{"head":{},"boolean":true}')
    assert server.process.poll() is None


def test_no_query_makes_a_call(server: Server) -> None:
    """A listener on this machine that queries name in every way hears nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0.5)
        iri = f"<http://127.0.0.1:{listener.getsockname()[1]}/>"
        for query in (
            f"SELECT * {{ SERVICE {iri} {{ ?s ?p ?o }} }}",
            f"SELECT * {{ sErVice#\n{iri} {{ ?s ?p ?o }} }}",
            f"PREFIX : {iri} SELECT * {{ SERVICE:x {{ ?s ?p ?o }} }}",
            f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ FILTER(?s<?o)SERVICE#>\n{iri}{{ ?a ?b ?c }} }} }}",
            f"SELECT * {{ VALUES ?x {{ 1 }} SERVICE{iri} {{ ?s ?p ?o }} }}",
            f"SELECT * {{ VALUES ?u {{ {iri} }} SERVICE ?u {{ ?s ?p ?o }} }}",
            f"SELECT * {{ ?s ?p trueSERVICE{iri} {{ ?s ?p ?o }} }}",
            f'SELECT * {{ VALUES ?x {{"""a"}}SERVICE{iri}{{?s ?p ?o}}VALUES ?y{{"b"""}} }}',
            f"LOAD {iri}",
            f"SELECT * FROM {iri} {{ ?s ?p ?o }}",
            f"SELECT * FROM NAMED {iri} {{ GRAPH ?g {{ ?s ?p ?o }} }}",
        ):
            server.ask(query)
        with pytest.raises(TimeoutError):
            listener.accept()


@pytest.mark.parametrize(
    "request_bytes",
    [
        b"GET /sparql?query=%ff%fe HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /entity/%2e%2e/%2e%2e/etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"GET /static/..%2f..%2fapp.py HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -5\r\nConnection: close\r\n\r\n",
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 99999999\r\nConnection: close\r\n\r\n",
        b"NONSENSE\r\n\r\n",
        b"\x00\x01\x02\r\n\r\n",
    ],
)
def test_broken_requests_are_refused(server: Server, request_bytes: bytes) -> None:
    """Bytes that are no good request are answered with a 4xx or hung up on."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=3) as connection:
        connection.sendall(request_bytes)
        if b"99999999" in request_bytes:
            connection.shutdown(socket.SHUT_WR)
        answer = connection.recv(12)
    assert answer == b"" or answer[9:10] == b"4"
    assert server.get("/health")[0] == 200


def test_header_injection_is_not_reflected(server: Server) -> None:
    """A line break in a parameter does not become a header."""
    _, headers, _ = server.get("/find?name=Q1%0d%0aX-Evil:%201")
    assert "X-Evil" not in headers


def test_a_build_that_lands_is_seen_without_a_restart(tmp_path: Path) -> None:
    """After a document is removed from the store, queries and health show it, and no request failed meanwhile."""
    store = make_store(tmp_path / "store")
    failed = []
    stop = threading.Event()
    with served(store) as running:

        def watch() -> None:
            while not stop.is_set():
                if running.ask("ASK {}")[0] != 200 or running.get("/entity/Q7747")[0] != 200:
                    failed.append(1)

        watcher = threading.Thread(target=watch)
        watcher.start()
        before = json.loads(running.get("/health")[2])["triples"]
        remove_document(store, "https://w3id.org/hindi-news-kg/document/one")
        gone = wait_for(lambda: json.loads(running.get("/health")[2])["triples"] < before)
        stop.set()
        watcher.join()
        assert gone
        assert failed == []
        answer = running.ask("ASK { GRAPH <https://w3id.org/hindi-news-kg/document/one> { ?s ?p ?o } }")
        assert json.loads(answer[1])["boolean"] is False
        assert running.get("/event/arms-1")[0] == 404


LARGE = "SELECT ?a ?b { ?a ?p ?o . ?b ?q ?r } LIMIT 60000"
ENDLESS = "SELECT * { " + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(8)) + "}"


def test_a_large_answer_is_sent_while_it_is_computed(server: Server) -> None:
    """It has no length, and is whole; a small one has its length."""
    status, headers, body = server.get(f"/sparql?query={quote(LARGE)}")
    assert (status, headers.get("Content-Length")) == (200, None)
    assert len(json.loads(body)["results"]["bindings"]) == 60000
    assert server.get("/sparql?query=ASK%7B%7D")[1]["Content-Length"] == "26"


def test_a_large_answer_that_is_cut_off_is_seen_to_be(store: Path) -> None:
    """Where the time ends in the midst of an answer, the connection ends without the last chunk: no client takes it for whole."""
    with served(store, KG_QUERY_TIMEOUT="1.5") as running:
        with pytest.raises(http.client.IncompleteRead):
            running.get(f"/sparql?query={quote(ENDLESS)}", {"Accept": "text/csv"})
        assert running.ask("ASK {}")[0] == 200


def test_clients_that_go_away_leave_no_query_behind(server: Server) -> None:
    """More answers than there are workers are begun and dropped; then others are answered at once."""
    for _ in range(5):
        with socket.create_connection(("127.0.0.1", server.port), timeout=30) as connection:
            request = f"GET /sparql?query={quote(ENDLESS)} HTTP/1.1\r\nHost: localhost\r\nAccept: text/csv\r\n\r\n"
            connection.sendall(request.encode())
            assert connection.recv(100).startswith(b"HTTP/1.1 200")
        # long before the answer is as large as it may be
        assert wait_for(lambda: "\nkg_workers_busy 0.0" in server.get("/metrics")[2].decode(), seconds=4)
    assert server.ask("ASK {}")[0] == 200


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_softly(store: Path, number: signal.Signals) -> None:
    """SIGTERM and SIGINT end the server with exit code 0, its workers too."""
    with served(store) as running:
        assert running.ask("ASK {}")[0] == 200
        children = Path(f"/proc/{running.process.pid}/task/{running.process.pid}/children")
        workers = [int(word) for word in children.read_text().split()] if children.exists() else []
        running.process.send_signal(number)
        assert running.process.wait(timeout=15) == 0
    assert wait_for(lambda: not any(Path(f"/proc/{worker}").exists() for worker in workers))


def test_a_port_that_is_taken_is_named(store: Path) -> None:
    """The error for a port in use names it and says what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(UsageError, match=rf"Port {port} .* --port"):
            serve(Settings(store=store), host="127.0.0.1", port=port, announce=lambda _: None)


def test_a_store_that_is_missing_is_an_error_at_the_start(tmp_path: Path) -> None:
    """The server does not start without a store."""
    with pytest.raises(StoreError):
        serve(Settings(store=tmp_path / "none"), host="127.0.0.1", port=0, announce=lambda _: None)


def test_a_query_without_end_is_ended_and_told(store: Path) -> None:
    """A query that would run for hours is answered with 503 at its limit; meanwhile and afterwards others have answers."""
    app = create_app(Config(store=store, limits=Limits(workers=2, seconds=1.5)))
    try:
        slow = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(8)) + "}"
        ended: list[TestResponse] = []
        asker = threading.Thread(
            target=lambda: ended.append(app.test_client().get("/sparql", query_string={"query": slow}))
        )
        asker.start()
        time.sleep(0.5)
        assert app.test_client().get("/sparql?query=ASK{}").json == {"head": {}, "boolean": True}
        assert app.test_client().get("/health").status_code == 200
        assert not ended
        asker.join()
        (answer,) = ended
        assert answer.status_code == 503
        assert "longer than the 1.5 seconds allowed" in answer.json["error"]["detail"]  # type: ignore[index]
        assert answer.headers["Retry-After"]
        assert app.test_client().get("/sparql?query=ASK{}").status_code == 200
    finally:
        close_app(app)
