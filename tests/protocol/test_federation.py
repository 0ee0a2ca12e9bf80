"""SERVICE for chosen hosts, and for nothing else."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from flask.testing import FlaskClient

from kg.serving.app import close_app, create_app
from kg.serving.engine import Limits
from kg.serving.federation import Federation, is_public
from kg.serving.guard import Refused
from kg.serving.state import Config
from tests.protocol.support import served

ANSWER = {"head": {"vars": ["x"]}, "results": {"bindings": [{"x": {"type": "literal", "value": "दूर से"}}]}}


class Endpoint:
    """An endpoint on this machine that counts its calls."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.location = ""
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            """Answers each query alike."""

            def do_POST(self) -> None:
                """Answer, or lead elsewhere."""
                endpoint.calls.append(self.rfile.read(int(self.headers["Content-Length"])).decode())
                body = json.dumps(ANSWER).encode()
                self.send_response(302 if endpoint.location else 200)
                if endpoint.location:
                    self.send_header("Location", endpoint.location)
                self.send_header("Content-Type", "application/sparql-results+json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            do_GET = do_POST

            def log_message(self, format: str, *arguments: Any) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An endpoint on this machine."""
    found = Endpoint()
    yield found
    found.server.shutdown()
    found.server.server_close()


def client_of(store: Path, federation: Federation) -> Iterator[FlaskClient]:
    """A client of an app with this federation."""
    app = create_app(Config(store=store, limits=Limits(workers=1, seconds=20), federation=federation))
    yield app.test_client()
    close_app(app)


@pytest.fixture
def open_client(store: Path, endpoint: Endpoint) -> Iterator[FlaskClient]:
    """A client whose queries may call the endpoint, on a machine on which every address is public."""
    yield from client_of(store, Federation([endpoint.host], allowed=lambda _: True))


@pytest.fixture
def strict_client(store: Path, endpoint: Endpoint) -> Iterator[FlaskClient]:
    """A client whose queries may call the endpoint, if its address were public."""
    yield from client_of(store, Federation([endpoint.host]))


def ask(client: FlaskClient, query: str) -> Any:
    """The answer to a query."""
    return client.get("/sparql", query_string={"query": query})


def test_a_host_that_is_allowed_is_called(open_client: FlaskClient, endpoint: Endpoint) -> None:
    """Its answer is joined with the graph's; such an answer has no tag."""
    answer = ask(open_client, f"SELECT ?x {{ SERVICE <http://{endpoint.host}/sparql> {{ ?s <a:p> ?x }} }}")
    assert answer.status_code == 200, answer.text
    assert answer.json == ANSWER
    assert len(endpoint.calls) == 1 and "<a:p>" in endpoint.calls[0]
    assert "ETag" not in answer.headers


@pytest.mark.parametrize(
    "clause",
    [
        "SERVICE <http://example.org/sparql>",
        "SERVICE SILENT <http://example.org/sparql>",
        "SERVICE <http://127.0.0.1:1/>",
        "SERVICE ?where",
        "SERVICE ex:endpoint",
        "SERVICE <ftp://{host}/>",
        "SERVICE <http://user@{host}/>",
        "SERVICE <http://{host}@example.org/>",
        "SERVICE <http://{host}.example.org/>",
        "SERVICE <file:///etc/passwd>",
        "sErViCe#\n<http://example.org/>",
    ],
)
def test_other_hosts_are_refused(open_client: FlaskClient, endpoint: Endpoint, clause: str) -> None:
    """Whatever the clause looks like; nothing is called."""
    clause = clause.replace("{host}", endpoint.host)
    answer = ask(open_client, f"PREFIX ex: <http://{endpoint.host}/> SELECT * {{ {clause} {{ ?s ?p ?x }} }}")
    assert answer.status_code == 400
    assert endpoint.calls == []


def test_an_address_that_is_not_public_is_never_called(strict_client: FlaskClient, endpoint: Endpoint) -> None:
    """Though its host is allowed."""
    answer = ask(strict_client, f"SELECT * {{ SERVICE <http://{endpoint.host}/> {{ ?s ?p ?x }} }}")
    assert answer.status_code == 502
    assert endpoint.calls == []


def test_redirects_are_not_followed(open_client: FlaskClient, endpoint: Endpoint) -> None:
    """A host that leads elsewhere has given no answer; the secret of the listener is not told."""
    other = Endpoint()
    endpoint.location = f"http://{other.host}/"
    answer = ask(open_client, f"SELECT * {{ SERVICE <http://{endpoint.host}/> {{ ?s ?p ?x }} }}")
    assert answer.status_code == 502
    assert "127.0.0.1" not in answer.text
    assert other.calls == []
    silent = ask(open_client, f"SELECT * {{ SERVICE SILENT <http://{endpoint.host}/> {{ ?s ?p ?x }} }}")
    assert silent.status_code == 200
    other.server.shutdown()
    other.server.server_close()


def test_the_listener_calls_for_who_knows_its_secret_alone(endpoint: Endpoint) -> None:
    """Others on this machine are told that there is nothing."""
    import http.client

    federation = Federation([endpoint.host], allowed=lambda _: True)
    query = federation.rewrite(f"SELECT * {{ SERVICE <http://{endpoint.host}/> {{ ?s ?p ?x }} }}")
    port = int(query.split("127.0.0.1:")[1].split("/")[0])
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    connection.request("POST", f"/guess/{quote(f'http://{endpoint.host}/', safe='')}", body=b"ASK {}")
    assert connection.getresponse().status == 404
    connection.close()
    federation.close()
    assert endpoint.calls == []


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("192.168.0.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.0", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1%eth0", False),
        ("fd00::1", False),
        ("::ffff:127.0.0.1", False),
        ("::ffff:8.8.8.8", True),
    ],
)
def test_public_addresses(address: str, public: bool) -> None:
    """Loopback, private, link-local, shared and multicast ones are not."""
    assert is_public(address) is public


def test_a_query_without_service_is_left_as_it_is() -> None:
    """The word in a string or a comment is no clause."""
    query = 'SELECT * { ?s ?p "SERVICE <http://a/>" # SERVICE <http://a/>\n }'
    assert Federation(["a"]).rewrite(query) == query
    with pytest.raises(Refused):
        Federation(["a"]).rewrite("SELECT * { SERVICE <http://b/> {} }")


def test_a_server_without_hosts_calls_nobody(store: Path, endpoint: Endpoint) -> None:
    """SERVICE is refused by default."""
    with served(store) as running:
        assert running.ask(f"SELECT * {{ SERVICE <http://{endpoint.host}/> {{ ?s ?p ?x }} }}")[0] == 400
    assert endpoint.calls == []
