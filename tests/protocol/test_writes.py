"""Writes: SPARQL 1.1 Update and the Graph Store Protocol, who may, and what is left of them.

Names that begin with `update_` or `bad_update_` are those of the W3C test suite (data-sparql11/protocol), those of the graph store are from
data-sparql11/http-rdf-update.
"""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from kg.graph.store import Store
from kg.serving.app import close_app, create_app
from kg.serving.engine import Limits
from kg.serving.state import Config
from kg.serving.writing import Writing
from tests.protocol.support import make_store, served

TOKEN = "a-token-that-is-only-for-tests"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
BASE = "https://w3id.org/hindi-news-kg/"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-update"
COUNT = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
TURTLE = '<http://example.org/रूस> <http://www.w3.org/2000/01/rdf-schema#label> "रूस"@hi .'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store that may be written."""
    return make_store(tmp_path / "store")


@pytest.fixture
def writer(folder: Path) -> Iterator[FlaskClient]:
    """A client of an app that takes writes."""
    writing = Writing(store=folder, token=TOKEN, base_iri=BASE, seconds=20, memory_bytes=1 << 30)
    app = create_app(Config(store=folder, limits=Limits(workers=1, seconds=20), writing=writing))
    yield app.test_client()
    close_app(app)


def ask(client: FlaskClient, query: str) -> bool:
    """The answer to an ASK query."""
    answer = client.get("/sparql", query_string={"query": query})
    assert answer.status_code == 200, answer.text
    return bool(json.loads(answer.text)["boolean"])


def update(client: FlaskClient, text: str) -> TestResponse:
    """Send an update."""
    return client.post("/sparql", data=text.encode(), content_type=DIRECT, headers=BEARER)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A request to write, and what must come back and be there."""

    name: str
    status: int
    method: str = "POST"
    parameters: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""
    media: str | None = DIRECT
    holds: str | None = None  #: an ASK query that must be true afterwards


G1, G2, OUT = "http://example.org/g1", "http://example.org/g2", "http://example.org/out"
DATA = f"INSERT DATA {{ GRAPH <{G1}> {{ <a:1> <a:p> 1 }} GRAPH <{G2}> {{ <a:2> <a:p> 2 }} }}"
COPY_DEFAULT = f"INSERT {{ GRAPH <{OUT}> {{ ?s ?p ?o }} }} WHERE {{ ?s ?p ?o }}"
COPY_NAMED = f"INSERT {{ GRAPH <{OUT}> {{ ?s ?p ?o }} }} WHERE {{ GRAPH ?g {{ ?s ?p ?o }} }}"
ONLY_1 = f"ASK {{ GRAPH <{OUT}> {{ <a:1> <a:p> 1 }} FILTER NOT EXISTS {{ GRAPH <{OUT}> {{ <a:2> ?p ?o }} }} }}"
BOTH = f"ASK {{ GRAPH <{OUT}> {{ <a:1> <a:p> 1 . <a:2> <a:p> 2 }} }}"
NAMED = f"INSERT {{ GRAPH <{OUT}> {{ ?s ?p ?o . ?a ?b ?c }} }} WHERE {{ ?s ?p ?o . GRAPH ?g {{ ?a ?b ?c }} }}"

CASES = [
    Case(
        name="update_post_form",
        status=200,
        body=urlencode({"update": "INSERT DATA { GRAPH <a:g> { <a:a> <a:b> 'हिन्दी + और'@hi } }"}).encode(),
        media=FORM,
        holds="ASK { GRAPH <a:g> { <a:a> <a:b> 'हिन्दी + और'@hi } }",
    ),
    Case(
        name="update_post_direct",
        status=200,
        body="INSERT DATA { GRAPH <a:g> { <a:a> <a:b> 'हिन्दी'@hi } }".encode(),
        holds="ASK { GRAPH <a:g> { <a:a> <a:b> 'हिन्दी'@hi } }",
    ),
    Case(
        name="update_dataset_default_graph",
        status=200,
        parameters=[("using-graph-uri", G1)],
        body=COPY_DEFAULT.encode(),
        holds=ONLY_1,
    ),
    Case(
        name="update_dataset_default_graphs",
        status=200,
        parameters=[("using-graph-uri", G1), ("using-graph-uri", G2)],
        body=COPY_DEFAULT.encode(),
        holds=BOTH,
    ),
    Case(
        name="update_dataset_named_graphs",
        status=200,
        parameters=[("using-named-graph-uri", G1)],
        body=COPY_NAMED.encode(),
        holds=ONLY_1,
    ),
    Case(
        name="update_dataset_full",
        status=200,
        parameters=[("using-graph-uri", G1), ("using-named-graph-uri", G2)],
        body=NAMED.encode(),
        holds=BOTH,
    ),
    Case(
        name="update_dataset_default_graph, in a form",
        status=200,
        body=urlencode({"update": COPY_DEFAULT, "using-graph-uri": G1}).encode(),
        media=FORM,
        holds=ONLY_1,
    ),
    Case(
        name="using-graph-uri with DELETE WHERE",
        status=200,
        parameters=[("using-graph-uri", G1)],
        body=b"DELETE WHERE { ?s ?p ?o } ; INSERT DATA { GRAPH <a:g> { <a:a> <a:b> 1 } }",
        holds=f"ASK {{ GRAPH <{G1}> {{ <a:1> <a:p> 1 }} GRAPH <a:g> {{ <a:a> <a:b> 1 }} }}",
    ),
    Case(
        name="update_base_uri",
        status=200,
        body=b"INSERT DATA { GRAPH <a:g> { <a:s> <a:p> <test> } }",
        holds="ASK { GRAPH <a:g> { <a:s> <a:p> <http://localhost/test> } }",
    ),
    Case(name="bad_update_get", status=405, method="GET", parameters=[("update", "CLEAR ALL")], media=None),
    Case(
        name="bad_multiple_updates",
        status=400,
        body=urlencode([("update", "CLEAR NAMED"), ("update", "CLEAR DEFAULT")]).encode(),
        media=FORM,
    ),
    Case(name="bad_update_wrong_media_type", status=415, body=b"CLEAR NAMED", media="text/plain"),
    Case(name="bad_update_missing_form_type", status=415, body=b"update=CLEAR%20NAMED", media=None),
    Case(
        name="bad_update_non_utf8", status=415, body="CLEAR NAMED".encode("utf-16"), media=f"{DIRECT}; charset=UTF-16"
    ),
    Case(name="bad_update_syntax", status=400, body=urlencode({"update": "CLEAR XYZ"}).encode(), media=FORM),
    Case(
        name="bad_update_dataset_conflict",
        status=400,
        parameters=[("using-named-graph-uri", G1)],
        body=f"INSERT {{ GRAPH <{OUT}> {{ ?s ?p ?o }} }} USING <{G1}> WHERE {{ ?s ?p ?o }}".encode(),
    ),
    Case(
        name="bad_update_dataset_conflict, WITH",
        status=400,
        parameters=[("using-graph-uri", G1)],
        body=f"WITH <{G1}> DELETE {{ ?s ?p ?o }} WHERE {{ ?s ?p ?o }}".encode(),
    ),
    Case(name="an update in the address", status=400, parameters=[("update", "CLEAR ALL")], media=FORM),
    Case(name="bytes that are no UTF-8", status=400, body=b"INSERT DATA { <a:a> <a:b> '\xff' }"),
    Case(name="LOAD", status=400, body=b"LOAD <http://127.0.0.1:9/x>"),
    Case(name="LOAD after another operation", status=400, body=b"CLEAR DEFAULT ; LoaD SILENT <http://127.0.0.1:9/x>"),
    Case(name="SERVICE", status=400, body=b"DELETE { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }"),
    Case(
        name="a query beside it",
        status=400,
        body=urlencode({"update": "CLEAR ALL", "query": "ASK {}"}).encode(),
        media=FORM,
    ),
    Case(name="a graph that is not there", status=400, body=b"DROP GRAPH <a:none>"),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_update_requests(writer: FlaskClient, case: Case) -> None:
    """An update that is right changes the graph; one that is not changes nothing."""
    assert update(writer, DATA).status_code == 200
    before = writer.get("/sparql", query_string={"query": COUNT}).text
    answer = writer.open(
        "/sparql",
        method=case.method,
        query_string=urlencode(case.parameters),
        data=case.body,
        content_type=case.media,
        headers=BEARER,
    )
    assert answer.status_code == case.status, answer.text
    if case.holds is not None:
        assert ask(writer, case.holds)
    if case.status >= 400:
        assert "error" in json.loads(answer.text)
        assert writer.get("/sparql", query_string={"query": COUNT}).text == before


@pytest.mark.parametrize(
    "authorization",
    [None, "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer", f"Bearer {TOKEN[:-1]}", "Bearer टोकन"],
)
def test_nobody_writes_without_the_token(
    writer: FlaskClient, folder: Path, authorization: str | None, caplog: pytest.LogCaptureFixture
) -> None:
    """401 for each way of writing, a line in the audit log, and nothing changes."""
    headers = {} if authorization is None else {"Authorization": authorization.encode().decode("latin-1")}
    before = Store.landed(folder)
    with caplog.at_level(logging.INFO, "kg.audit"):
        answers = [
            writer.post("/sparql", data="CLEAR ALL", content_type=DIRECT, headers=headers),
            writer.post("/sparql", data={"update": "CLEAR ALL"}, headers=headers),
            writer.put("/rdf-graph-store?default", data=TURTLE, content_type="text/turtle", headers=headers),
            writer.post("/rdf-graph-store?default", data=TURTLE, content_type="text/turtle", headers=headers),
            writer.delete("/rdf-graph-store?default", headers=headers),
        ]
    assert [answer.status_code for answer in answers] == [401] * 5
    assert all(answer.headers["WWW-Authenticate"].startswith("Bearer") for answer in answers)
    assert [json.loads(record.message)["outcome"] for record in caplog.records] == ["unauthorized"] * 5
    assert TOKEN not in caplog.text
    assert Store.landed(folder) == before


def test_writes_are_off_without_a_token(client: FlaskClient) -> None:
    """Where nobody may write, the methods are not there, and the Allow header says so."""
    for method in ("PUT", "POST", "DELETE"):
        answer = client.open("/rdf-graph-store?default", method=method, data=TURTLE, headers=BEARER)
        assert answer.status_code == 405
        assert "PUT" not in answer.headers["Allow"]
    assert client.post("/sparql", data={"update": "CLEAR ALL"}, headers=BEARER).status_code == 400


def test_a_write_is_seen_at_once_and_stands_in_the_provenance(
    writer: FlaskClient, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The next query sees it; an activity says what was done with which words; the audit log has the digests of before and after."""
    before = Store.landed(folder)
    with caplog.at_level(logging.INFO, "kg.audit"):
        assert update(writer, "INSERT DATA { GRAPH <a:g> { <a:a> <a:b> 1 } }").json == {"changed": True}
        assert update(writer, "INSERT DATA { GRAPH <a:g> { <a:a> <a:b> 1 } }").json == {"changed": False}
    assert ask(writer, "ASK { GRAPH <a:g> { <a:a> <a:b> 1 } }")
    assert ask(
        writer,
        f"""PREFIX kg: <{BASE}ontology#> PREFIX prov: <http://www.w3.org/ns/prov#>
        ASK {{ GRAPH <{BASE}provenance> {{ ?a a prov:Activity, kg:Write ; kg:verb "update" ; prov:used ?t . ?t kg:textDigest ?d }} }}""",
    )
    lines = [json.loads(record.message) for record in caplog.records]
    after = Store.landed(folder)
    assert before is not None and after is not None
    assert [line["outcome"] for line in lines] == ["written", "unchanged"]
    assert (lines[0]["before"], lines[0]["after"], lines[1]["after"]) == (before[0], after[0], after[0])


def test_the_same_writes_give_the_same_graph(tmp_path: Path) -> None:
    """Digests after writes do not depend on the clock or on who wrote, and what lands is what the store counts."""
    found = []
    for name in ("one", "two"):
        folder = make_store(tmp_path / name)
        writing = Writing(store=folder, token=TOKEN, base_iri=BASE, seconds=20, memory_bytes=1 << 30)
        app = create_app(Config(store=folder, limits=Limits(workers=1), writing=writing))
        update(app.test_client(), "DELETE WHERE { GRAPH ?g { ?s <https://schema.org/headline> ?o } }")
        close_app(app)
        found.append(Store.landed(folder))
        with Store.open(folder, read_only=True) as opened:
            assert sum(1 for _ in opened.quads()) == opened.size()
    assert found[0] == found[1]


def test_an_update_without_end_is_ended(folder: Path) -> None:
    """It changes nothing, and the next one is carried out."""
    writing = Writing(store=folder, token=TOKEN, base_iri=BASE, seconds=1.5, memory_bytes=1 << 30)
    app = create_app(Config(store=folder, limits=Limits(workers=1), writing=writing))
    endless = (
        "INSERT { <a:a> <a:b> ?n } WHERE { SELECT (COUNT(*) AS ?n) { "
        + "".join(f"GRAPH ?g{i} {{ ?a{i} ?b{i} ?c{i} }} " for i in range(8))
        + "} }"
    )
    try:
        answer = update(app.test_client(), endless)
        assert answer.status_code == 503
        assert json.loads(answer.text)["error"]["reason"] == "timeout"
        assert update(app.test_client(), "INSERT DATA { <a:a> <a:b> 1 }").json == {"changed": True}
    finally:
        close_app(app)


def test_a_build_that_goes_on_is_not_disturbed(writer: FlaskClient, folder: Path) -> None:
    """While another process writes to the store, a write is turned away."""
    with Store.open(folder):
        answer = update(writer, "INSERT DATA { <a:a> <a:b> 1 }")
    assert answer.status_code == 503
    assert "Retry-After" in answer.headers


def graph(name: str) -> str:
    """The address of a named graph."""
    return f"/rdf-graph-store?graph={quote(name, safe='')}"


def holds(client: FlaskClient, address: str) -> list[str]:
    """The sorted lines of a graph."""
    answer = client.get(address, headers={"Accept": "application/n-triples"})
    assert answer.status_code == 200, answer.text
    return sorted(line for line in answer.text.splitlines() if line)


LINE = '<http://example.org/रूस> <http://www.w3.org/2000/01/rdf-schema#label> "रूस"@hi .'
OTHER = '<http://example.org/चीन> <http://www.w3.org/2000/01/rdf-schema#label> "चीन"@hi .'


def test_put(writer: FlaskClient) -> None:
    """put__initial_state, put__graph_already_in_store, put__empty_graph, put__mismatched_payload, and the GET after each."""
    address = graph("http://example.org/लोग")
    send = {"content_type": "text/turtle", "headers": BEARER}
    first = writer.put(address, data=TURTLE, **send)  # type: ignore[arg-type]
    assert (first.status_code, holds(writer, address)) == (201, [LINE])
    assert writer.put(address, data=OTHER, **send).status_code == 204  # type: ignore[arg-type]
    assert holds(writer, address) == [OTHER]
    mismatched = writer.put(address, data=TURTLE, content_type="application/rdf+xml", headers=BEARER)
    assert mismatched.status_code == 400
    assert holds(writer, address) == [OTHER]
    assert writer.put(address, data="", **send).status_code == 204  # type: ignore[arg-type]
    assert holds(writer, address) == []


def test_the_default_graph(writer: FlaskClient) -> None:
    """put__default_graph and get_of_put__default_graph: what is put there is read there, among all that there is, and in the dumps."""
    assert (
        writer.put("/rdf-graph-store?default", data=TURTLE, content_type="text/turtle", headers=BEARER).status_code
        == 204
    )
    assert LINE in holds(writer, "/rdf-graph-store?default")
    for ending in ("nq", "trig", "ttl", "jsonld"):
        assert "रूस" in writer.get(f"/dump.{ending}").text
    assert f"{LINE}\n" in writer.get("/dump.nq").text
    assert writer.delete("/rdf-graph-store?default", headers=BEARER).status_code == 204
    assert LINE not in holds(writer, "/rdf-graph-store?default")


def test_delete(writer: FlaskClient) -> None:
    """delete__existing_graph, get_of_delete__existing_graph, delete__nonexistent_graph."""
    address = graph("http://example.org/g")
    writer.put(address, data=TURTLE, content_type="text/turtle", headers=BEARER)
    assert writer.delete(address, headers=BEARER).status_code == 204
    assert writer.get(address).status_code == 404
    assert writer.head(address).status_code == 404
    assert writer.delete(address, headers=BEARER).status_code == 404


def test_post(writer: FlaskClient) -> None:
    """post__existing_graph, post__multipart_form-data, post__create_new_graph, post__empty_graph_to_existing_graph, and the GET after each."""
    address = graph("http://example.org/g")
    writer.put(address, data=TURTLE, content_type="text/turtle", headers=BEARER)
    assert writer.post(address, data=OTHER, content_type="text/turtle", headers=BEARER).status_code == 204
    assert holds(writer, address) == sorted([LINE, OTHER])
    files = {
        "one": (io.BytesIO(b"<a:1> <a:p> 1 ."), "one.ttl", "text/turtle"),
        "two": (io.BytesIO(b'[{"@id": "a:2", "a:p": 2}]'), "two.jsonld", "application/ld+json"),
    }
    multipart = writer.post(address, data=files, content_type="multipart/form-data", headers=BEARER)
    assert multipart.status_code == 204, multipart.text
    assert len(holds(writer, address)) == 4
    assert writer.post(address, data="", content_type="text/turtle", headers=BEARER).status_code == 204
    assert len(holds(writer, address)) == 4
    created = writer.post("/rdf-graph-store", data=TURTLE, content_type="text/turtle", headers=BEARER)
    assert created.status_code == 201
    assert holds(writer, created.headers["Location"].removeprefix("http://localhost")) == [LINE]


def test_a_graph_is_named_by_its_address(writer: FlaskClient) -> None:
    """Direct identification (section 4.1): the address is the graph's IRI."""
    assert (
        writer.put("/rdf-graph-store/people/1", data=TURTLE, content_type="text/turtle", headers=BEARER).status_code
        == 201
    )
    assert holds(writer, "/rdf-graph-store/people/1") == [LINE]
    assert ask(writer, "ASK { GRAPH <http://localhost/rdf-graph-store/people/1> { ?s ?p ?o } }")
    assert writer.head("/rdf-graph-store/people/1").status_code == 200
    assert writer.get("/rdf-graph-store/people/2").status_code == 404


@pytest.mark.parametrize(
    ("media", "status"), [("text/csv", 415), (None, 415), ("application/n-quads", 415), ("multipart/form-data", 400)]
)
def test_documents_of_other_types_are_refused(writer: FlaskClient, media: str | None, status: int) -> None:
    """A document whose format is unknown changes nothing."""
    assert writer.put(graph("a:g"), data=TURTLE, content_type=media, headers=BEARER).status_code == status
    assert writer.get(graph("a:g")).status_code == 404


def test_blank_nodes_stay_together(writer: FlaskClient) -> None:
    """The two triples of a blank node have one subject; putting the document again does not double it."""
    address = graph("http://example.org/b")
    for _ in range(2):
        writer.put(address, data="[] <a:p> 1 ; <a:q> 2 .", content_type="text/turtle", headers=BEARER)
        assert ask(writer, "ASK { GRAPH <http://example.org/b> { ?x <a:p> 1 ; <a:q> 2 } }")
        assert len(holds(writer, address)) == 2


def test_a_server_takes_writes_from_who_has_the_token(folder: Path) -> None:
    """Over HTTP as over the app: 2 MB from one who may write, 401 for others, and it is in the next answer."""
    big = "".join(f'<a:{number}> <a:p> "{"क" * 200}" .\n' for number in range(3000)).encode()
    with served(folder, KG_WRITE_TOKEN=TOKEN) as running:
        put = {"Content-Type": "text/turtle", **BEARER}
        assert running.send("PUT", "/rdf-graph-store?graph=a:big", headers=put, body=big)[0] == 201
        assert b'"3000"' in running.ask("SELECT (COUNT(*) AS ?n) { GRAPH <a:big> { ?s ?p ?o } }")[1]
        assert (
            running.send("PUT", "/rdf-graph-store?graph=a:big", headers={"Content-Type": "text/turtle"}, body=b"")[0]
            == 401
        )
        sent = {"Content-Type": FORM, **BEARER}
        assert running.send("POST", "/sparql", headers=sent, body=b"update=DROP%20GRAPH%20%3Ca:big%3E")[0] == 200
        assert b'"0"' in running.ask("SELECT (COUNT(*) AS ?n) { GRAPH <a:big> { ?s ?p ?o } }")[1]


def test_the_service_describes_what_it_takes(writer: FlaskClient, client: FlaskClient) -> None:
    """One that takes updates says so; one that takes none does not."""
    update_language = "http://www.w3.org/ns/sparql-service-description#SPARQL11Update"
    turtle = {"Accept": "application/n-triples"}
    assert update_language in writer.get("/sparql", headers=turtle).text
    assert update_language not in client.get("/sparql", headers=turtle).text
