"""The federated queries, with an endpoint on this machine in the place of Wikidata's."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from kg import cli
from tests.queries.support import FEDERATED

WD = "http://www.wikidata.org/entity/"
REAL = "https://query.wikidata.org/sparql"


class Endpoint(HTTPServer):
    """A SPARQL endpoint that answers every query alike and remembers what it was asked."""

    status = 200
    asked: str = ""

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/sparql"


class _Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        self.server.asked = self.rfile.read(int(self.headers["Content-Length"])).decode("utf-8")
        row = {
            "id": {"type": "uri", "value": WD + "Q7747"},
            "born": {"type": "literal", "value": "1952-10-07"},
            "birthplace": {"type": "literal", "xml:lang": "hi", "value": "सेंट पीटर्सबर्ग"},
        }
        stranger = {**row, "id": {"type": "uri", "value": WD + "Q1"}}
        body = json.dumps({"head": {"vars": [*row]}, "results": {"bindings": [row, stranger]}}).encode("utf-8")
        self.send_response(self.server.status)
        self.send_header("Content-Type", "application/sparql-results+json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *arguments: object) -> None:
        """Tests are silent."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An endpoint that runs."""
    server = Endpoint(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def query(endpoint: Endpoint, tmp_path: Path) -> Path:
    """The federated query, asking that endpoint."""
    (path,) = FEDERATED
    text = path.read_text(encoding="utf-8")
    assert text.count(f"SERVICE <{REAL}>") == 1
    local = tmp_path / "federated.rq"
    local.write_text(text.replace(REAL, endpoint.address), encoding="utf-8")
    return local


def test_the_command_line_joins_both_graphs(
    query: Path, endpoint: Endpoint, gold_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Putin's five meetings of the gold meet what the other endpoint knows of him; whom this graph lacks is left out."""
    assert cli.main(["query", str(query), "--store", str(gold_store), "--format", "csv"]) == 0
    lines = capsys.readouterr().out.split()
    assert lines[0] == "who,born,birthplace,meetings"
    assert " ".join(lines[1:]) == "व्लादिमीर पुतिन,1952-10-07,सेंट पीटर्सबर्ग,5"


def test_the_other_endpoint_is_asked_for_few(query: Path, endpoint: Endpoint, gold_store: Path) -> None:
    """What is sent names the people that it is about, so that the other endpoint need not search all of its graph."""
    assert cli.main(["query", str(query), "--store", str(gold_store)]) == 0
    assert "VALUES" in endpoint.asked
    assert f"<{WD}Q56226>" in endpoint.asked
    assert "hindi-news-kg" not in endpoint.asked


def test_an_endpoint_that_fails_is_told_in_a_line(
    query: Path, endpoint: Endpoint, gold_store: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A failure of the other endpoint ends with exit code 2 and one line that names it, not with advice about the store."""
    endpoint.status = 500
    assert cli.main(["query", str(query), "--store", str(gold_store)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert endpoint.address in told.err
    assert "another endpoint" in told.err
    assert "store" not in told.err.replace(str(gold_store), "")
