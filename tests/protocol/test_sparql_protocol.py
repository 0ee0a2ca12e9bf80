"""The SPARQL 1.1 Protocol: requests and the statuses and types that must come back.

Names that begin with `query_` or `bad_query_` are those of the W3C test suite (data-sparql11/protocol).
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest
from flask.testing import FlaskClient

from kg.serving.app import close_app, create_app
from kg.serving.engine import Limits
from kg.serving.state import Config

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
ONE = "https://w3id.org/hindi-news-kg/document/one"
TWO = "https://w3id.org/hindi-news-kg/document/%E0%A4%A6%E0%A5%8B"
RESULTS = ("application/sparql-results+json", "application/sparql-results+xml", "text/csv", "text/tab-separated-values")
GRAPHS = ("text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml")
IN_ONE = "ASK { <https://w3id.org/hindi-news-kg/document/one> a <https://schema.org/NewsArticle> }"
BOTH_DEFAULT = f"ASK {{ <{ONE}> ?p ?o . <{TWO}> ?q ?r }}"
BOTH_NAMED = f"ASK {{ GRAPH ?a {{ <{ONE}> ?p ?o }} GRAPH ?b {{ <{TWO}> ?q ?r }} }}"
FOUR = f"ASK {{ <{ONE}> ?p ?o . GRAPH ?b {{ <{TWO}> ?q ?r }} FILTER NOT EXISTS {{ <{TWO}> ?q ?r }} }}"


@dataclass(frozen=True, kw_only=True)
class Case:
    """A request and what must come back."""

    name: str
    status: int
    method: str = "GET"
    parameters: list[tuple[str, str]] = field(default_factory=list)
    raw: str = ""  #: query string as it is sent, after the parameters
    body: bytes | None = None
    media: str | None = None
    accept: str | None = None
    returns: str | None = None  #: media type of the answer
    answer: bool | None = None  #: of an ASK query


def form(*pairs: tuple[str, str]) -> bytes:
    """The body of a form."""
    return urlencode(pairs).encode()


CASES = [
    Case(name="query_get", status=200, parameters=[("query", "ASK {}")], answer=True),
    Case(
        name="a relative IRI",
        status=200,
        parameters=[("query", 'ASK { FILTER(STR(<test>) = "http://localhost/test") }')],
        answer=True,
    ),
    Case(name="query_post_form", status=200, method="POST", body=form(("query", "ASK {}")), media=FORM, answer=True),
    Case(name="query_post_direct", status=200, method="POST", body=b"ASK {}", media=DIRECT, answer=True),
    Case(
        name="query_dataset_default_graph",
        status=200,
        parameters=[("query", IN_ONE), ("default-graph-uri", ONE)],
        answer=True,
    ),
    Case(
        name="query_dataset_default_graph, another graph",
        status=200,
        parameters=[("query", IN_ONE), ("default-graph-uri", TWO)],
        answer=False,
    ),
    Case(
        name="query_dataset_default_graphs_get",
        status=200,
        parameters=[("query", BOTH_DEFAULT), ("default-graph-uri", ONE), ("default-graph-uri", TWO)],
        answer=True,
    ),
    Case(
        name="query_dataset_default_graphs_post",
        status=200,
        method="POST",
        body=form(("query", BOTH_DEFAULT), ("default-graph-uri", ONE), ("default-graph-uri", TWO)),
        media=FORM,
        answer=True,
    ),
    Case(
        name="query_dataset_default_graphs_post, direct",
        status=200,
        method="POST",
        parameters=[("default-graph-uri", ONE), ("default-graph-uri", TWO)],
        body=BOTH_DEFAULT.encode(),
        media=DIRECT,
        answer=True,
    ),
    Case(
        name="query_dataset_named_graphs_get",
        status=200,
        parameters=[("query", BOTH_NAMED), ("named-graph-uri", ONE), ("named-graph-uri", TWO)],
        answer=True,
    ),
    Case(
        name="query_dataset_named_graphs_post",
        status=200,
        method="POST",
        parameters=[("named-graph-uri", ONE), ("named-graph-uri", TWO)],
        body=BOTH_NAMED.encode(),
        media=DIRECT,
        answer=True,
    ),
    Case(
        name="named graphs only: the default graph is empty",
        status=200,
        parameters=[("query", "ASK { ?s ?p ?o }"), ("named-graph-uri", ONE)],
        answer=False,
    ),
    Case(
        name="default graphs only: there are no named graphs",
        status=200,
        parameters=[("query", "ASK { GRAPH ?g { ?s ?p ?o } }"), ("default-graph-uri", ONE)],
        answer=False,
    ),
    Case(
        name="query_dataset_full",
        status=200,
        parameters=[("query", FOUR), ("default-graph-uri", ONE), ("named-graph-uri", TWO)],
        answer=True,
    ),
    Case(
        name="query_multiple_dataset",
        status=200,
        parameters=[("query", f"ASK FROM <{TWO}> {{ <{ONE}> ?p ?o }}"), ("default-graph-uri", ONE)],
        answer=True,
    ),
    Case(
        name="FROM is exact", status=200, parameters=[("query", f"ASK FROM <{TWO}> {{ <{ONE}> ?p ?o }}")], answer=False
    ),
    Case(name="no dataset: the union", status=200, parameters=[("query", BOTH_DEFAULT)], answer=True),
    Case(
        name="query_content_type_select",
        status=200,
        parameters=[("query", "SELECT (1 AS ?value) {}")],
        returns="application/sparql-results+json",
    ),
    Case(
        name="query_content_type_ask",
        status=200,
        parameters=[("query", "ASK {}")],
        returns="application/sparql-results+json",
    ),
    Case(
        name="query_content_type_describe",
        status=200,
        parameters=[("query", f"DESCRIBE <{ONE}>")],
        returns="text/turtle",
    ),
    Case(
        name="query_content_type_construct",
        status=200,
        parameters=[("query", "CONSTRUCT { <a:a> <a:b> 1 } {}")],
        returns="text/turtle",
    ),
    Case(name="bad_query_method", status=405, method="PUT", parameters=[("query", "ASK {}")]),
    Case(name="bad_query_method, DELETE", status=405, method="DELETE", parameters=[("query", "ASK {}")]),
    Case(name="bad_multiple_queries", status=400, parameters=[("query", "ASK {}"), ("query", "SELECT * {}")]),
    Case(
        name="bad_multiple_queries, form and address",
        status=400,
        method="POST",
        parameters=[("query", "ASK {}")],
        body=form(("query", "ASK {}")),
        media=FORM,
    ),
    Case(name="bad_query_wrong_media_type", status=415, method="POST", body=b"ASK {}", media="text/plain"),
    Case(name="bad_query_missing_form_type", status=415, method="POST", body=form(("query", "ASK {}"))),
    Case(name="bad_query_missing_direct_type", status=415, method="POST", body=b"ASK {}"),
    Case(name="bad_query_non_utf8", status=400, method="POST", body="ASK {}".encode("utf-16"), media=DIRECT),
    Case(
        name="bad_query_non_utf8, by charset",
        status=415,
        method="POST",
        body="ASK {}".encode("utf-16"),
        media=DIRECT + "; charset=UTF-16",
    ),
    Case(name="bad_query_non_utf8, GET", status=400, raw="query=ASK%20%7B%20%22%E0%A4%22%20%7D"),
    Case(name="bad_query_syntax", status=400, parameters=[("query", "ASK {")]),
    Case(name="a form without a query", status=400, method="POST", body=form(("other", "1")), media=FORM),
    Case(name="an update in a form", status=400, method="POST", body=form(("update", "DROP ALL")), media=FORM),
    Case(name="an update", status=415, method="POST", body=b"DROP ALL", media="application/sparql-update"),
    Case(name="an update as a query", status=400, parameters=[("query", "DROP ALL")]),
    Case(name="an empty query", status=400, parameters=[("query", "")]),
    Case(name="a graph that is no IRI", status=400, parameters=[("query", "ASK {}"), ("default-graph-uri", "a b")]),
    Case(name="a relative graph", status=400, parameters=[("query", "ASK {}"), ("named-graph-uri", "one")]),
    Case(name="too many graphs", status=400, parameters=[("query", "ASK {}")] + [("default-graph-uri", "a:")] * 501),
    Case(name="too long", status=413, parameters=[("query", "ASK {} #" + "x" * 10_000)]),
    Case(name="far too long", status=413, method="POST", body=b"x" * 1_000_000, media=DIRECT),
    Case(name="nothing acceptable", status=406, parameters=[("query", "ASK {}")], accept="image/png"),
    Case(
        name="results asked for, a graph found", status=406, parameters=[("query", "DESCRIBE <a:>")], accept="text/csv"
    ),
    Case(name="a graph asked for, results found", status=406, parameters=[("query", "ASK {}")], accept="text/turtle"),
    Case(name="nothing asked, a page", status=200, accept="text/html", returns="text/html"),
    Case(name="nothing asked, RDF", status=200, accept="text/turtle", returns="text/turtle"),
    Case(name="nothing asked, no preference", status=200, returns="text/turtle"),
    Case(name="nothing asked, nothing acceptable", status=406, accept="image/png"),
    Case(name="HEAD", status=200, method="HEAD", parameters=[("query", "ASK {}")]),
    Case(
        name="a form with its charset",
        status=200,
        method="POST",
        body=form(("query", "ASK {}")),
        media=f"{FORM}; charset=UTF-8",
    ),
    *(
        Case(
            name=f"SELECT as {media}",
            status=200,
            parameters=[("query", "SELECT * { ?s ?p ?o } LIMIT 2")],
            accept=media,
            returns=media,
        )
        for media in RESULTS
    ),
    *(
        Case(name=f"ASK as {media}", status=200, parameters=[("query", "ASK {}")], accept=media, returns=media)
        for media in RESULTS
    ),
    *(
        Case(
            name=f"CONSTRUCT as {media}",
            status=200,
            parameters=[("query", "CONSTRUCT WHERE { ?s ?p ?o }")],
            accept=media,
            returns=media,
        )
        for media in GRAPHS
    ),
]


def send(client: FlaskClient, case: Case):  # type: ignore[no-untyped-def]
    """The answer to a case's request."""
    address = "/sparql?" + (urlencode(case.parameters) or case.raw)
    headers = {"Accept": case.accept} if case.accept else {}
    return client.open(address, method=case.method, data=case.body, content_type=case.media, headers=headers)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_requests_get_their_status(client: FlaskClient, case: Case) -> None:
    """A request of the table gets the status, media type and answer of the table."""
    response = send(client, case)
    assert response.status_code == case.status, response.text
    if case.returns:
        assert response.mimetype == case.returns
    if case.answer is not None:
        assert json.loads(response.data)["boolean"] is case.answer
    if case.status >= 400 and case.method != "HEAD":
        assert response.json["error"]["status"] == case.status


def test_wrong_methods_are_told_the_right_ones(client: FlaskClient) -> None:
    """A 405 names the methods that are allowed."""
    allowed = client.put("/sparql").headers["Allow"]
    assert {"GET", "POST", "HEAD", "OPTIONS"} == {name.strip() for name in allowed.split(",")}


@pytest.mark.parametrize("address", ["/sparql", "/entity/Q7747", "/dump.nq", "/"])
def test_a_page_of_another_site_may_ask_first(client: FlaskClient, address: str) -> None:
    """The answer to a preflight request names methods and headers that may be sent (Fetch, section 3.2)."""
    asked = {"Origin": "https://example.org", "Access-Control-Request-Method": "GET"}
    response = client.options(address, headers=asked | {"Access-Control-Request-Headers": "accept,content-type"})
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "GET" in response.headers["Access-Control-Allow-Methods"]
    assert {"Accept", "Content-Type"} <= set(response.headers["Access-Control-Allow-Headers"].split(", "))


@pytest.mark.parametrize(
    ("query", "format", "accept", "media"),
    [
        ("ASK {}", "xml", None, "application/sparql-results+xml"),
        ("ASK {}", "CSV", "*/*", "text/csv"),
        ("ASK {}", "csv", "application/sparql-results+json", "application/sparql-results+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "json", None, "application/ld+json"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "ntriples", None, "application/n-triples"),
        ("ASK {}", "html", None, "text/html"),
    ],
)
def test_the_format_may_stand_in_the_address(
    client: FlaskClient, query: str, format: str, accept: str | None, media: str
) -> None:
    """`format` counts where `Accept` names nothing; where it names something, that counts."""
    headers = {"Accept": accept} if accept else {}
    response = client.get("/sparql", query_string={"query": query, "format": format}, headers=headers)
    assert (response.status_code, response.mimetype) == (200, media)


@pytest.mark.parametrize(
    ("query", "parameter", "status"),
    [
        ("ASK {}", {"format": "pdf"}, 400),
        ("CONSTRUCT WHERE { ?s ?p ?o }", {"format": "csv"}, 406),
        ("ASK {}", {"timeout": "soon"}, 400),
        ("ASK {}", {"timeout": "0"}, 400),
        ("ASK {}", {"timeout": "-1"}, 400),
        ("ASK {}", {"timeout": "1e3"}, 400),
        ("ASK {}", {"timeout": "86401"}, 400),
        ("ASK {}", {"timeout": "600"}, 200),
        ("ASK {}", {"timeout": "2.5"}, 200),
    ],
)
def test_parameters_of_our_own_are_checked(
    client: FlaskClient, query: str, parameter: dict[str, str], status: int
) -> None:
    """A format or a time that is none is refused; more time than the server gives is no mistake."""
    assert client.get("/sparql", query_string={"query": query, **parameter}).status_code == status


def test_a_client_may_ask_for_less_time(client: FlaskClient) -> None:
    """The error says what ran out, after how long and how much there was."""
    slow = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(8)) + "}"
    response = client.get("/sparql", query_string={"query": slow, "timeout": "0.5"})
    error = response.json["error"]
    assert response.status_code == 503
    assert (error["reason"], error["limit"]) == ("timeout", 0.5)
    assert 0.5 <= error["elapsed"] < 15
    assert client.get("/sparql?query=ASK+%7B%7D").status_code == 200


def test_a_malformed_query_is_told_where(client: FlaskClient) -> None:
    """The error of a malformed query has the parser's message, line and column."""
    response = client.get("/sparql", query_string={"query": "SELECT *\n{ ?s ?p }"})
    error = response.json["error"]
    assert (response.status_code, error["line"], error["column"]) == (400, 2, 10)
    assert "expected" in error["detail"]


@pytest.mark.parametrize("method", ["get", "form", "direct"])
def test_percent_encoded_iris_and_plus_signs_survive(client: FlaskClient, method: str) -> None:
    """A query is decoded once: «%E0%A4%A6» in an IRI and «+» in a literal arrive as they were written."""
    query = f'SELECT ("1+1 = 2 %2B &amp; =" AS ?text) ?id {{ <{TWO}> <http://purl.org/dc/terms/identifier> ?id }}'
    if method == "get":
        response = client.get(f"/sparql?query={quote(query, safe='')}")
    elif method == "form":
        response = client.post("/sparql", data=form(("query", query)), content_type=FORM)
    else:
        response = client.post("/sparql", data=query.encode(), content_type=DIRECT)
    (row,) = (
        response.json["results"]["bindings"] if response.is_json else json.loads(response.data)["results"]["bindings"]
    )
    assert row["text"]["value"] == "1+1 = 2 %2B &amp; ="
    assert row["id"]["value"] == "दो"


def test_the_page_shows_rows(client: FlaskClient) -> None:
    """A browser's query is answered with a table whose Hindi is marked as such and whose resources are links."""
    query = "SELECT ?s ?label { ?s <http://www.w3.org/2000/01/rdf-schema#label> ?label FILTER(?label = 'रूस'@hi) }"
    text = client.get("/sparql", query_string={"query": query}, headers={"Accept": "text/html"}).text
    assert '<span lang="hi">रूस</span>' in text
    assert 'href="/entity/Q159"' in text
    assert "1 row " in text


def test_the_description_describes_this_service(client: FlaskClient) -> None:
    """The service description names the endpoint, its default graph and the formats."""
    text = client.get("/sparql", headers={"Accept": "application/n-triples"}).text
    sd = "http://www.w3.org/ns/sparql-service-description#"
    assert f"<http://localhost/sparql> <{sd}endpoint> <http://localhost/sparql> ." in text
    assert f"<{sd}UnionDefaultGraph>" in text
    assert "<http://www.w3.org/ns/formats/SPARQL_Results_JSON>" in text


def test_a_forged_host_does_not_reach_a_query(client: FlaskClient) -> None:
    """A Host header with characters of SPARQL in it is refused."""
    response = client.get("/sparql", headers={"Accept": "text/turtle", "Host": "a> } #"})
    assert response.status_code == 400


def test_every_answer_carries_the_headers(client: FlaskClient) -> None:
    """Answers, errors included, forbid inline script and sniffing, allow other origins and vary by Accept."""
    for path in ("/", "/sparql", "/sparql?query=ASK%7B%7D", "/sparql?query=ASK", "/entity/Q159", "/nowhere", "/health"):
        response = client.get(path, headers={"Accept": "text/html"})
        assert "'unsafe-inline'" not in response.headers["Content-Security-Policy"]
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
        assert response.headers["X-Content-Type-Options"] == "nosniff"
        assert response.headers["Referrer-Policy"] == "no-referrer"
        assert response.headers["Access-Control-Allow-Origin"] == "*"
        assert "Accept" in response.headers["Vary"]


def test_a_row_limit_is_announced_and_kept(store: Path) -> None:
    """The header says how many rows a table has at most; it has no more."""
    app = create_app(Config(store=store, limits=Limits(workers=1, rows=3)))
    try:
        answer = app.test_client().get("/sparql", query_string={"query": "SELECT * { ?s ?p ?o }"})
        assert answer.headers["Row-Limit"] == "3"
        assert len(json.loads(answer.text)["results"]["bindings"]) == 3
    finally:
        close_app(app)
