"""Counts, the access log and compressed answers."""

from __future__ import annotations

import gzip
import json
import logging
import re
import subprocess
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from kg.serving.app import close_app, create_app
from kg.serving.engine import Limits
from kg.serving.observation import LOG
from kg.serving.state import Config
from tests.protocol.support import ROOT

SLOW = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(8)) + "}"


@pytest.fixture
def own(store: Path) -> Iterator[FlaskClient]:
    """A client of an app that nobody else has asked anything."""
    app = create_app(Config(store=store, limits=Limits(workers=1, seconds=20)))
    yield app.test_client()
    close_app(app)


@pytest.fixture
def lines() -> Iterator[list[dict[str, object]]]:
    """The lines of the access log."""
    found: list[dict[str, object]] = []

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            found.append(json.loads(record.getMessage()))

    handler, level = Keep(), LOG.level
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    yield found
    LOG.removeHandler(handler)
    LOG.setLevel(level)


def count(client: FlaskClient, sample: str) -> float:
    """The value of a sample, 0 where it is not there."""
    found = re.search(rf"^{re.escape(sample)} (\S+)$", client.get("/metrics").text, re.MULTILINE)
    return float(found[1]) if found else 0.0


def test_requests_and_queries_are_counted(own: FlaskClient) -> None:
    """By route, method and status, and by how a query ended; a strange method or path makes no series of its own."""
    service = "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }"
    for asked in ({"query": "ASK {}"}, {"query": "SELECT"}, {"query": service}, {"query": SLOW, "timeout": "0.3"}):
        own.get("/sparql", query_string=asked).close()
    for path in ("/no/such/place", "/nor/this"):
        own.open(path, method="BREW")
    assert count(own, 'kg_requests_total{method="GET",route="sparql.sparql",status="200"}') == 1
    assert count(own, 'kg_requests_total{method="GET",route="sparql.sparql",status="400"}') == 2
    assert count(own, 'kg_requests_total{method="other",route="none",status="404"}') == 2
    for outcome in ("answered", "malformed", "refused", "timeout"):
        assert count(own, f'kg_queries_total{{outcome="{outcome}"}}') == 1
    assert count(own, "kg_workers") == 1 and count(own, "kg_workers_busy") == 0
    assert count(own, "kg_triples") == own.get("/health").json["triples"]  # type: ignore[index]
    assert count(own, 'kg_request_seconds_count{route="sparql.sparql"}') == 4


def test_apps_count_apart(own: FlaskClient, client: FlaskClient) -> None:
    """What one app is asked, another does not count."""
    client.get("/health")
    assert count(own, 'kg_requests_total{method="GET",route="pages.health",status="200"}') == 0


def test_every_request_is_a_line_of_json(own: FlaskClient, lines: list[dict[str, object]]) -> None:
    """A line says what was done and how long it took; of a query its digest and its end, of the client nothing."""
    query = "SELECT * { ?secret ?p ?o } LIMIT 1"
    for _ in range(2):
        own.get("/sparql", query_string={"query": query}, headers={"User-Agent": "somebody"}).close()
    own.get("/entity/none").close()
    first, second, third = lines
    assert first["query"] == second["query"] and re.fullmatch("[0-9a-f]{16}", str(first["query"]))
    assert (first["route"], first["status"], first["outcome"]) == ("sparql.sparql", 200, "answered")
    assert (third["route"], third["status"], "query" in third) == ("pages.resource", 404, False)
    assert all(0 <= float(str(line["seconds"])) < 20 for line in lines)
    assert not any(word in json.dumps(lines) for word in ("secret", "somebody", "127.0.0.1"))


def test_the_log_goes_where_it_is_sent(tmp_path: Path) -> None:
    """A log that cannot be written is a wrong call, before anything is served."""
    command = [sys.executable, "-m", "kg", "serve", "--access-log", str(tmp_path / "none" / "log"), "--port", "0"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "access log cannot be written" in done.stderr


@pytest.mark.parametrize("address", ["/", "/dump.nq", "/sparql?query=CONSTRUCT+WHERE+%7B+%3Fs+%3Fp+%3Fo+%7D"])
def test_text_is_sent_compressed_to_who_takes_it(client: FlaskClient, address: str) -> None:
    """A compressed answer is the same answer, with the same tag; caches are told what it depends on."""
    plain = client.get(address)
    for coding, undo in (
        ("deflate", lambda data: zlib.decompress(data, -15 if data[0] != 0x78 else 15)),
        ("gzip", gzip.decompress),
    ):
        packed = client.get(address, headers={"Accept-Encoding": coding})
        assert {"Accept", "Accept-Encoding"} <= {name.strip() for name in packed.headers["Vary"].split(",")}
        assert packed.headers["ETag"] == plain.headers["ETag"]
        if packed.headers.get("Content-Encoding") == coding:
            assert len(packed.data) < len(plain.data)
            assert sorted(undo(packed.data).splitlines()) == sorted(plain.data.splitlines())
        else:
            assert packed.data and coding == "gzip"  # what is sent while it is computed is not gzipped
    head = client.head(address, headers={"Accept-Encoding": "deflate"})
    assert (head.status_code, head.data) == (200, b"")
