"""The Reconciliation Service API 0.2 over HTTP."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, ValidationError, validate
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

from kg.errors import DataError
from kg.gazetteer.gazetteer import Gazetteer
from kg.linking.reconciliation import Reconciler
from kg.serving.app import close_app, create_app
from kg.serving.engine import Limits
from kg.serving.reconciliation import BATCH, BODY_BYTES, MAX_LIMIT, SUGGESTED
from kg.serving.state import Config
from tests.protocol import reconciliation_schemas as schemas
from tests.protocol.support import ROOT, Server

PUTIN, RUSSIA, DELHI = "Q7747", "Q159", "Q1353"
KINDS = ("entity", "property", "type")
NAME = {"query": "व्लादिमीर पुतिन"}
GOOD: Mapping[str, Any] = {
    "a name": NAME,
    "a type": {"query": "Vladimir Putin", "type": "Q5"},
    "types": {"query": "पेरिस", "type": ["Q515", "Q6256"], "type_strict": "any"},
    "a limit": {"query": "पेरिस", "limit": 3},
    "properties alone": {"properties": [{"pid": "P17", "v": "भारत"}, {"pid": "P625", "v": "28.6,77.2"}]},
    "every sort of value": {
        "query": "नरेंद्र मोदी",
        "properties": [
            {"pid": "P27", "v": {"id": "Q668", "name": "भारत"}},
            {"pid": "P39", "v": ["भारत के प्रधानमंत्री", "Prime Minister of India"]},
            {"pid": "P585", "v": 2019},
            {"pid": "P9", "v": True},
            {"pid": "P10", "v": 1.5},
        ],
    },
    "a name that nothing bears": {"query": "qxzqxzqxz"},
    "punctuation": {"query": "«…»"},
    "an empty name": {"query": ""},
    "a very long name": {"query": "दिल्ली " * 5000},
    "a strange property": {"query": "दिल्ली", "properties": [{"pid": "", "v": ""}, {"pid": "P625", "v": "x,y"}]},
    "a huge number": {"query": "मोदी", "properties": [{"pid": "P585", "v": 10**300}, {"pid": "P585", "v": 1e300}]},
    "an unknown type": {"query": "दिल्ली", "type": "Q0"},
}
BAD: Mapping[str, Any] = {
    "a limit alone": {"limit": 1},
    "nothing": {},
    "a text": "पुतिन",
    "no text": {"query": 5},
    "a type that is no text": {"query": "पुतिन", "type": [5]},
    "a type that is an object": {"query": "पुतिन", "type": {"id": "Q5"}},
    "no properties": {"properties": []},
    "properties that are no list": {"query": "पुतिन", "properties": {}},
    "a property without a value": {"query": "पुतिन", "properties": [{"pid": "P17"}]},
    "a value in lists": {"query": "पुतिन", "properties": [{"pid": "P17", "v": [["भारत"]]}]},
    "a value without an id": {"query": "पुतिन", "properties": [{"pid": "P17", "v": {"name": "भारत"}}]},
    "limit 0": {"query": "पुतिन", "limit": 0},
    "a limit below 0": {"query": "पुतिन", "limit": -1},
    "a half limit": {"query": "पुतिन", "limit": 2.5},
    "a limit in words": {"query": "पुतिन", "limit": "3"},
    "a strictness that there is not": {"query": "पुतिन", "type_strict": "maybe"},
}
UNREADABLE = {
    "no JSON": "{",
    "a list": "[]",
    "deep lists": "[" * 100_000,
    "deep objects": '{"a":' * 100_000,
    "a number that is none": '{"q0": {"query": "a", "limit": NaN}}',
    "endless": '{"q0": {"query": "a", "limit": 1e400}}',
    "a limit of 5,000 digits": '{"q0": {"query": "a", "limit": ' + "9" * 5000 + "}}",
    "half a character": '{"q0": {"query": "\\ud800"}}',
    "half a character as an id": '{"\\udfff": {"query": "a"}}',
    "too high a limit": json.dumps({"q0": {"query": "a", "limit": MAX_LIMIT + 1}}),
    "too many properties": json.dumps({"q0": {"query": "a", "properties": [{"pid": "P17", "v": "x"}] * 21}}),
    "too many values": json.dumps({"q0": {"query": "a", "properties": [{"pid": "P17", "v": ["x"] * 51}]}}),
}


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
SOMETHING = JSON | st.sampled_from(["पुतिन", "Q5", "P17", "any", 3, [{"pid": "P17", "v": "भारत"}]])
QUERY = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("query", "type", "limit", "properties", "type_strict"), SOMETHING)
)
EXTEND = st.fixed_dictionaries({}, optional=dict.fromkeys(("ids", "properties"), SOMETHING))


def _make() -> Reconciler:
    return Reconciler(Gazetteer.load())


@pytest.fixture(scope="module")
def app(store: Path) -> Iterator[Flask]:
    """An app over the store of the test graph that reconciles."""
    made = create_app(Config(store=store, limits=Limits(workers=1, seconds=20), reconciler=_make))
    yield made
    close_app(made)


@pytest.fixture(scope="module")
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def post(client: FlaskClient, batch: object) -> TestResponse:
    return client.post("/reconcile", data={"queries": json.dumps(batch)})


def extend(client: FlaskClient, asked: object) -> Any:
    response = client.post("/reconcile", data={"extend": json.dumps(asked)})
    assert response.status_code == 200
    return response.get_json()


def refused(response: TestResponse, *statuses: int) -> None:
    """The answer is one of these errors, in the one shape."""
    assert response.status_code in statuses
    assert response.mimetype == "application/json"
    validate(response.get_json(), schemas.ERROR)
    assert response.get_json()["error"]["status"] == response.status_code


# ---------------------------------------------------------------------- manifest


def test_the_manifest_says_what_is_offered(client: FlaskClient) -> None:
    """Without parameters the endpoint gives a manifest of version 0.2 for identifiers of Wikidata."""
    response = client.get("/reconcile")
    manifest = response.get_json()
    validate(manifest, schemas.MANIFEST)
    assert (response.status_code, response.mimetype) == (200, "application/json")
    assert manifest["identifierSpace"] == "http://www.wikidata.org/entity/"
    assert manifest["batchSize"] == BATCH
    assert {type["id"] for type in manifest["defaultTypes"]} == {"Q5", "Q6256", "Q43229", "Q2221906"}


def test_what_the_manifest_names_is_there(client: FlaskClient) -> None:
    """Every address in the manifest, filled in, is answered by this server."""
    manifest = client.get("/reconcile").get_json()
    addresses = [manifest["documentation"], manifest["logo"], manifest["preview"]["url"].replace("{{id}}", PUTIN)]
    for kind, service in manifest["suggest"].items():
        id = {"entity": PUTIN, "property": "P27", "type": "Q5"}[kind]
        addresses.append(service["service_url"] + service["service_path"] + "?prefix=a")
        addresses.append(service["flyout_service_url"] + service["flyout_service_path"].replace("${id}", id))
    proposal = manifest["extend"]["propose_properties"]
    addresses.append(proposal["service_url"] + proposal["service_path"] + "?type=Q5")
    for address in addresses:
        with client.get(address) as response:
            assert response.status_code == 200, address


def test_the_manifest_names_the_server_as_the_client_does(client: FlaskClient) -> None:
    """Addresses have the scheme, host and path under which the request came."""
    manifest = client.get("/reconcile", base_url="https://kg.example/news/").get_json()
    assert manifest["suggest"]["entity"]["service_url"] == "https://kg.example/news/reconcile"
    assert manifest["preview"]["url"] == "https://kg.example/news/reconcile/preview?id={{id}}"


def test_a_host_that_is_no_name_gets_no_manifest(client: FlaskClient) -> None:
    """A Host header with quotes in it is refused, not repeated."""
    refused(client.get("/reconcile", headers={"Host": 'kg"<b>'}), 400)


# ---------------------------------------------------------------------- queries


@pytest.mark.parametrize("name", GOOD)
def test_a_query_is_answered(client: FlaskClient, name: str) -> None:
    """A query that the specification allows gets a result by the schema, best candidates first."""
    batch = {"q0": GOOD[name]}
    validate(batch, schemas.QUERIES)
    response = post(client, batch)
    assert response.status_code == 200
    found = response.get_json()
    validate(found, schemas.RESULTS)
    scores = [candidate["score"] for candidate in found["q0"]["result"]]
    assert scores == sorted(scores, reverse=True)
    assert sum(candidate["match"] for candidate in found["q0"]["result"]) <= 1


@pytest.mark.parametrize("name", BAD)
def test_a_query_that_is_none_is_refused(client: FlaskClient, name: str) -> None:
    """What the schema of queries forbids is answered with 400 and with what is wrong."""
    batch = {"q0": NAME, "q1": BAD[name]}
    with pytest.raises(ValidationError):
        validate(batch, schemas.QUERIES)
    response = post(client, batch)
    refused(response, 400)
    assert "q1" in response.get_json()["error"]["detail"]


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_batch_that_cannot_be_read_is_refused(client: FlaskClient, name: str) -> None:
    """A batch that is malformed, nested too deep or absurd gets 400, posted or in the address."""
    refused(client.post("/reconcile", data={"queries": UNREADABLE[name]}), 400)
    if len(UNREADABLE[name]) < 5000:
        refused(client.get(f"/reconcile?queries={quote(UNREADABLE[name])}"), 400)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    field=st.sampled_from(["queries", "extend"]), value=st.dictionaries(st.text(), QUERY | JSON, max_size=2) | EXTEND
)
def test_whatever_is_sent_is_answered(client: FlaskClient, field: str, value: object) -> None:
    """Any JSON gets an answer by the schema or an error that says what is wrong, and never a fault of the server."""
    response = client.post("/reconcile", data={field: json.dumps(value)})
    if response.status_code == 200:
        validate(response.get_json(), schemas.RESULTS if field == "queries" else schemas.EXTENSION)
    else:
        refused(response, 400)


def test_a_posted_batch_is_answered_as_one_in_the_address(client: FlaskClient) -> None:
    """GET and POST give the same bytes."""
    batch = {"q0": NAME, "q1": GOOD["types"]}
    posted, got = post(client, batch), client.get(f"/reconcile?queries={quote(json.dumps(batch))}")
    assert posted.data == got.data
    assert list(posted.get_json()) == ["q0", "q1"]


def test_the_entity_of_a_name_is_found(client: FlaskClient) -> None:
    """A full name in Hindi or English, or a QID, finds its entity as a match, named in the script of the query."""
    batch = {"hi": NAME, "en": {"query": "Vladimir Putin"}, "id": {"query": PUTIN}}
    found = post(client, batch).get_json()
    best = {key: value["result"][0] for key, value in found.items()}
    assert {key: (one["id"], one["match"]) for key, one in best.items()} == dict.fromkeys(batch, (PUTIN, True))
    assert (best["hi"]["name"], best["en"]["name"]) == ("व्लादिमीर पुतिन", "Vladimir Putin")
    assert best["hi"]["type"] == [{"id": "Q5", "name": "human"}]


def test_queries_do_not_depend_on_their_batch(client: FlaskClient) -> None:
    """A query gets the same candidates alone and among others."""
    together = post(client, {f"q{number}": query for number, query in enumerate(GOOD.values())}).get_json()
    for number, query in enumerate(GOOD.values()):
        assert post(client, {"x": query}).get_json()["x"] == together[f"q{number}"]


def test_no_more_candidates_are_given_than_asked_for(client: FlaskClient) -> None:
    """`limit` bounds the candidates; those given are the best."""
    many, one = (
        post(client, {"many": {"query": "हैदराबाद"}, "one": {"query": "हैदराबाद", "limit": 1}}).get_json().values()
    )
    assert len(many["result"]) > 1
    assert one["result"] == many["result"][:1]


def test_a_thousand_names_are_answered(client: FlaskClient) -> None:
    """A batch of a thousand names is answered whole; one more gets 413."""
    names = [entry.label_hi for entry in Gazetteer.load().entries()][:BATCH]
    response = post(client, {f"q{number}": {"query": name} for number, name in enumerate(names)})
    assert response.status_code == 200
    assert len(response.get_json()) == BATCH
    refused(post(client, {f"q{number}": NAME for number in range(BATCH + 1)}), 413)


def test_a_long_body_is_refused(client: FlaskClient) -> None:
    """A form of ten megabytes gets 413, with and without a length in its header."""
    refused(client.post("/reconcile", data={"queries": "x" * 10_000_000}), 413)
    body = b"queries=" + b"x" * BODY_BYTES
    chunked = client.post(
        "/reconcile",
        input_stream=io.BytesIO(body),
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"wsgi.input_terminated": True},
    )
    refused(chunked, 413)


def test_a_request_that_asks_nothing_or_two_things_is_refused(client: FlaskClient) -> None:
    """A POST holds one of `queries` and `extend`, in a form, once."""
    refused(client.post("/reconcile", data={"query": "पुतिन"}), 400)
    refused(client.post("/reconcile", data={"queries": "{}", "extend": "{}"}), 400)
    refused(client.get("/reconcile?queries={}&queries=[]"), 400)
    refused(client.get("/reconcile?queries=%ff"), 400)
    refused(client.post("/reconcile", json={"queries": {}}), 415)
    refused(client.put("/reconcile"), 405)


# ---------------------------------------------------------------------- JSONP and CORS


@pytest.mark.parametrize(
    "path", ["/reconcile?", "/reconcile?queries={}&", "/reconcile/suggest/type?prefix=a&", "/reconcile/extend/propose?"]
)
def test_a_callback_gets_a_script(client: FlaskClient, path: str) -> None:
    """With `callback` the answer is a call of that function with what it would be without."""
    plain = client.get(path.rstrip("?&")).data.decode()
    response = client.get(f"{path}callback=jQuery1_2.done")
    assert response.mimetype == "text/javascript"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.data.decode() == f"/**/jQuery1_2.done({plain});"


def test_a_script_has_no_line_separators(client: FlaskClient) -> None:
    """Characters that end a line in old JavaScript are escaped."""
    queries = quote(json.dumps({"\u2028": {"query": "x"}, "\u2029": {"query": "x"}}))
    script = client.get(f"/reconcile?queries={queries}&callback=f").data.decode()
    assert not re.search("[\u2028\u2029]", script)
    assert "\\u2028" in script


@pytest.mark.parametrize(
    "callback", ["", "alert(1)", "a;b", "a b", "1a", "a.", ".a", "a..b", "a[0]", "</script>", "अ", "a" * 200, "a\n"]
)
def test_a_callback_that_is_no_name_is_refused(client: FlaskClient, callback: str) -> None:
    """Only names of JavaScript, with dots between, are taken."""
    refused(client.get(f"/reconcile?callback={quote(callback)}"), 400)


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/reconcile", 200),
        ("/reconcile?queries={", 400),
        ("/reconcile/suggest/entity?prefix=दि", 200),
        ("/reconcile/flyout/type?id=Q5", 200),
        (f"/reconcile/preview?id={PUTIN}", 200),
        ("/reconcile/preview?id=Q0", 404),
        ("/reconcile/extend/propose?type=Q5", 200),
    ],
)
def test_pages_of_other_sites_may_read(client: FlaskClient, path: str, status: int) -> None:
    """Every answer allows any origin, errors too, and carries the headers that other pages carry."""
    response = client.get(path, headers={"Origin": "https://example.org"})
    assert (response.status_code, response.headers["Access-Control-Allow-Origin"]) == (status, "*")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_browser_may_ask_first(client: FlaskClient) -> None:
    """A preflight request is told the methods and headers that may be sent."""
    response = client.options("/reconcile", headers={"Origin": "https://example.org"})
    assert response.status_code == 200
    assert "POST" in response.headers["Access-Control-Allow-Methods"]
    assert "Content-Type" in response.headers["Access-Control-Allow-Headers"]


# ---------------------------------------------------------------------- suggestions and flyouts


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("prefix", ["", "p", "दे", "Q", "(", "व्ला", "x" * 10_000])
def test_suggestions_fit_the_schema(client: FlaskClient, kind: str, prefix: str) -> None:
    """Whatever the prefix, the answer is a list of suggestions."""
    response = client.get(f"/reconcile/suggest/{kind}", query_string={"prefix": prefix})
    assert response.status_code == 200
    validate(response.get_json(), schemas.SUGGESTED[kind])


@pytest.mark.parametrize(
    ("kind", "prefix", "id"),
    [
        ("entity", "व्लादिमीर पु", PUTIN),
        ("entity", "पुति", PUTIN),
        ("entity", "vladimir pu", PUTIN),
        ("entity", PUTIN, PUTIN),
        ("entity", "दिल्", DELHI),
        ("type", "hum", "Q5"),
        ("type", "व्य", "Q5"),
        ("type", "Q5", "Q5"),
        ("property", "citiz", "P27"),
        ("property", "नाग", "P27"),
        ("property", "P27", "P27"),
    ],
)
def test_the_beginning_of_a_name_is_enough(client: FlaskClient, kind: str, prefix: str, id: str) -> None:
    """A thing is suggested for the beginning of its name in Hindi or English, and for its id."""
    found = client.get(f"/reconcile/suggest/{kind}", query_string={"prefix": prefix}).get_json()["result"]
    assert id in [one["id"] for one in found]


def test_a_cursor_goes_on(client: FlaskClient) -> None:
    """`cursor` skips as many suggestions as it says."""

    def ids(cursor: int) -> list[str]:
        answer = client.get("/reconcile/suggest/entity", query_string={"prefix": "म", "cursor": cursor})
        return [one["id"] for one in answer.get_json()["result"]]

    first, second = ids(0), ids(SUGGESTED)
    assert len(first) == len(second) == SUGGESTED
    assert not set(first) & set(second)
    assert ids(5) == [*first[5:], *second[:5]]
    assert ids(999_999_999) == []


@pytest.mark.parametrize("query", ["", "prefix=a&cursor=-1", "prefix=a&cursor=x", "prefix=a&cursor=1e3"])
def test_a_suggestion_needs_a_prefix_and_a_whole_cursor(client: FlaskClient, query: str) -> None:
    """Without a prefix, or with a cursor that is no whole number, there is no answer."""
    refused(client.get(f"/reconcile/suggest/entity?{query}"), 400)


@pytest.mark.parametrize(("kind", "id"), [("entity", PUTIN), ("type", "Q5"), ("property", "P39")])
def test_a_flyout_tells_of_a_suggestion(client: FlaskClient, kind: str, id: str) -> None:
    """A flyout holds the id that was asked for and some HTML that has it."""
    found = client.get(f"/reconcile/flyout/{kind}?id={id}").get_json()
    validate(found, schemas.FLYOUT)
    assert found["id"] == id
    assert id in found["html"]
    assert "<script" not in found["html"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_flyout_of_nothing_is_refused(client: FlaskClient, kind: str) -> None:
    """An id that is unknown gets 404; none at all gets 400."""
    refused(client.get(f"/reconcile/flyout/{kind}?id=<b>"), 404)
    refused(client.get(f"/reconcile/flyout/{kind}"), 400)


# ---------------------------------------------------------------------- preview


class _Page(HTMLParser):
    """What a test needs of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.tags: set[str] = set()
        self.hindi = ""
        self._lang: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        facts = dict(attrs)
        self._lang.append(facts.get("lang") or "")
        if tag == "a":
            self.links.append(facts["href"] or "")

    def handle_endtag(self, tag: str) -> None:
        if self._lang:
            self._lang.pop()

    def handle_data(self, data: str) -> None:
        if self._lang and self._lang[-1] == "hi":
            self.hindi += data


def test_a_preview_shows_the_entity(client: FlaskClient) -> None:
    """The preview names the entity in Hindi, marked as such, and links to Wikidata and to its page here."""
    response = client.get(f"/reconcile/preview?id={PUTIN}")
    page = _Page(response.data.decode())
    assert (response.status_code, response.mimetype) == (200, "text/html")
    assert "व्लादिमीर पुतिन" in page.hindi
    assert page.links == [f"https://www.wikidata.org/wiki/{PUTIN}", f"/entity/{PUTIN}"]
    assert client.get(page.links[1]).status_code == 200


def test_a_preview_of_what_the_graph_lacks_links_to_wikidata_alone(client: FlaskClient) -> None:
    """Where the store does not have the entity, there is no link to a page of it."""
    page = _Page(client.get("/reconcile/preview?id=Q1000383").data.decode())
    assert page.links == ["https://www.wikidata.org/wiki/Q1000383"]


def test_a_preview_needs_no_store(tmp_path: Path) -> None:
    """Where there is no store, the preview is there without a link into it."""
    app = create_app(Config(store=tmp_path / "none", reconciler=_make))
    response = app.test_client().get(f"/reconcile/preview?id={PUTIN}")
    close_app(app)
    assert response.status_code == 200
    assert _Page(response.data.decode()).links == [f"https://www.wikidata.org/wiki/{PUTIN}"]


def test_a_preview_stands_alone_in_a_frame(client: FlaskClient) -> None:
    """Other sites may frame it; it loads nothing, and the only style allowed is the one that it holds."""
    response = client.get(f"/reconcile/preview?id={PUTIN}")
    text, policy = response.data.decode(), response.headers["Content-Security-Policy"]
    style = re.search("<style>(.*?)</style>", text, re.DOTALL)
    assert style
    digest = base64.b64encode(hashlib.sha256(style.group(1).encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in policy
    assert "frame-ancestors *" in policy
    assert "X-Frame-Options" not in response.headers
    assert not _Page(text).tags & {"script", "link", "img", "iframe", "form"}


@pytest.mark.parametrize(("query", "status"), [("", 400), ("?id=Q0", 404), ("?id=<script>", 404), ("?id=local:x", 404)])
def test_a_preview_of_nothing_is_refused(client: FlaskClient, query: str, status: int) -> None:
    """An id that is missing or unknown is an error."""
    refused(client.get(f"/reconcile/preview{query}"), status)


# ---------------------------------------------------------------------- extension


def test_values_of_properties_are_given(client: FlaskClient) -> None:
    """An extension has a row for each id with the values of each property, in order."""
    asked = {"ids": [PUTIN, DELHI, "Q0"], "properties": [{"id": "P27"}, {"id": "P17"}, {"id": "P31"}, {"id": "Len"}]}
    validate(asked, schemas.EXTEND)
    found = extend(client, asked)
    validate(found, schemas.EXTENSION)
    assert [one["id"] for one in found["meta"]] == ["P27", "P17", "P31", "Len"]
    assert found["meta"][0]["type"] == {"id": "Q6256", "name": "country"}
    assert found["rows"] == {
        PUTIN: {
            "P27": [{"id": RUSSIA, "name": "रूस"}],
            "P17": [],
            "P31": [{"id": "Q5", "name": "human"}],
            "Len": [{"str": "Vladimir Putin"}],
        },
        DELHI: {
            "P27": [],
            "P17": [{"id": "Q668", "name": "भारत"}],
            "P31": [{"id": "Q515", "name": "city"}],
            "Len": [{"str": "Delhi"}],
        },
        "Q0": {"P27": [], "P17": [], "P31": [], "Len": []},
    }


def test_an_extension_in_the_address_is_the_same(client: FlaskClient) -> None:
    """GET and POST give the same values."""
    asked = {"ids": [PUTIN], "properties": [{"id": "P39"}]}
    got = client.get("/reconcile", query_string={"extend": json.dumps(asked)}).get_json()
    assert got == extend(client, asked)
    assert got["rows"][PUTIN]["P39"]


def test_the_language_of_names_may_be_set(client: FlaskClient) -> None:
    """The setting `language` of a property says how countries are named."""
    asked = {"ids": [PUTIN], "properties": [{"id": "P27", "settings": {"language": "en"}}]}
    assert extend(client, asked)["rows"][PUTIN]["P27"] == [{"id": RUSSIA, "name": "Russia"}]


def test_what_is_proposed_can_be_fetched(client: FlaskClient) -> None:
    """The properties proposed for a type are known, and each has a value for one of its entities."""
    for type, ids in {"Q5": [PUTIN, "Q1058"], "Q515": ["Q649", "Q100"], "Q6256": [RUSSIA], "Q43229": ["Q7184"]}.items():
        answer = client.get(f"/reconcile/extend/propose?type={type}").get_json()
        validate(answer, schemas.PROPOSAL)
        assert answer["type"] == type
        found = extend(client, {"ids": ids, "properties": [{"id": one["id"]} for one in answer["properties"]]})
        validate(found, schemas.EXTENSION)
        needed = {one["id"] for one in answer["properties"]} & {"P17", "P27", "P39", "P31", "Lhi", "Len"}
        assert {"P31", "Lhi", "Len"} < needed
        filled = {id for row in found["rows"].values() for id, values in row.items() if values}
        assert needed - filled <= ({"P17"} if type == "Q43229" else set())


def test_a_proposal_may_be_cut(client: FlaskClient) -> None:
    """`limit` bounds the properties proposed, and is told in the answer; an unknown type has none."""
    answer = client.get("/reconcile/extend/propose?type=Q5&limit=2").get_json()
    validate(answer, schemas.PROPOSAL)
    assert (len(answer["properties"]), answer["limit"]) == (2, 2)
    assert client.get("/reconcile/extend/propose?type=Q0").get_json()["properties"] == []
    refused(client.get("/reconcile/extend/propose?type=Q5&limit=0"), 400)


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ([], 400),
        ({}, 400),
        ({"ids": [PUTIN]}, 400),
        ({"ids": PUTIN, "properties": []}, 400),
        ({"ids": [5], "properties": []}, 400),
        ({"ids": [PUTIN], "properties": ["P17"]}, 400),
        ({"ids": [PUTIN], "properties": [{"id": 5}]}, 400),
        ({"ids": [PUTIN], "properties": [{"id": "P17", "settings": []}]}, 400),
        ({"ids": [PUTIN], "properties": [{"id": "P17", "settings": {"language": "fr"}}]}, 400),
        ({"ids": [PUTIN], "properties": [{"id": "P17", "settings": {"language": []}}]}, 400),
        ({"ids": [PUTIN], "properties": [{"id": "P17"}] * 21}, 400),
        ({"ids": [PUTIN] * (BATCH + 1), "properties": []}, 413),
    ],
)
def test_an_extension_that_is_none_is_refused(client: FlaskClient, asked: object, status: int) -> None:
    """What is no extension query gets an error that says so."""
    refused(client.post("/reconcile", data={"extend": json.dumps(asked)}), status)


# ---------------------------------------------------------------------- the server


def test_the_schemas_are_schemas() -> None:
    """Every schema of these tests is a JSON schema, and refuses what the specification calls invalid."""
    named = {name: schema for name, schema in vars(schemas).items() if name.isupper() and isinstance(schema, dict)}
    for schema in (*schemas.SUGGESTED.values(), *(schema for name, schema in named.items() if name != "SUGGESTED")):
        Draft202012Validator.check_schema(schema)
    whole = {"versions": ["0.2"], "name": "x", "identifierSpace": "http://a.b/", "schemaSpace": "http://a.b/"}
    whole |= {"defaultTypes": [{"id": "x", "name": "y"}], "view": {"url": "http://a.b/{{id}}"}}
    validate(whole, schemas.MANIFEST)
    for change in ({"documentation": 1234}, {"authentication": {"foo": "bar"}}, {"versions": ["0.1"]}):
        assert not Draft202012Validator(schemas.MANIFEST).is_valid(whole | change)
    assert not Draft202012Validator(schemas.RESULTS).is_valid({"q0": {}})
    assert not Draft202012Validator(schemas.QUERIES).is_valid({"q1": {"limit": 1}})


def test_the_gazetteer_is_read_when_it_is_first_asked_for(tmp_path: Path) -> None:
    """The app starts without the reconciler and makes it once, however many threads ask."""
    calls: list[int] = []

    def make() -> Reconciler:
        calls.append(1)
        return _make()

    app = create_app(Config(store=tmp_path, reconciler=make))
    assert calls == []
    threads = [threading.Thread(target=lambda: app.test_client().get("/reconcile")) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    close_app(app)
    assert calls == [1]


def test_a_gazetteer_that_cannot_be_read_costs_only_the_reconciliation(tmp_path: Path) -> None:
    """The answer is 503 without the place of the file, until it can be read."""
    answers: list[Any] = [DataError("The row is wrong.", where="/secret/table:1"), _make()]

    def make() -> Reconciler:
        one = answers.pop(0)
        if isinstance(one, DataError):
            raise one
        return one

    app = create_app(Config(store=tmp_path, reconciler=make))
    first, second = (app.test_client().get("/reconcile") for _ in range(2))
    close_app(app)
    refused(first, 503)
    assert b"secret" not in first.data
    assert second.status_code == 200


def test_a_server_without_a_reconciler_says_so(tmp_path: Path) -> None:
    """Where the app was given none, every route of the API is answered with 404."""
    app = create_app(Config(store=tmp_path))
    response = app.test_client().get("/reconcile")
    close_app(app)
    refused(response, 404)


def test_kg_serve_reconciles(store: Path) -> None:
    """`kg serve` answers a batch over HTTP."""
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0"]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r":(\d+)/", line)
        assert found, line
        server = Server(process, int(found.group(1)))
        status, _, body = server.send(
            "POST",
            "/reconcile",
            headers={"Content-Type": "application/x-www-form-urlencoded"},
            body=f"queries={quote(json.dumps({'q0': NAME}))}".encode(),
        )
        assert status == 200
        assert json.loads(body)["q0"]["result"][0]["id"] == PUTIN
        many = {f"q{number}": NAME | {"query": f"{NAME['query']} {'क' * 200}"} for number in range(300)} | {
            "last": NAME
        }
        sent = f"queries={quote(json.dumps(many))}".encode()
        assert len(sent) > 400_000
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, _, body = server.send("POST", "/reconcile", headers=form, body=sent)
        assert (status, json.loads(body)["last"]["result"][0]["id"]) == (200, PUTIN)
        assert server.send("POST", "/reconcile", headers=form, body=b"queries=" + b"a" * 4_000_000)[0] == 413
        status, _, body = server.get("/reconcile")
        assert urlsplit(json.loads(body)["documentation"]).port == server.port
    finally:
        os.kill(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
        if process.stdout is not None:
            process.stdout.close()


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::ResourceWarning", "ignore::FutureWarning")
def test_a_client_that_others_wrote_is_served(app: Flask) -> None:
    """The client `reconciler` reconciles a column of names by type and property."""
    reason = "needs pandas and reconciler, which are too heavy for the extra «dev»: pip install reconciler"
    pandas = pytest.importorskip("pandas", reason=reason)
    reconciler = pytest.importorskip("reconciler", reason=reason)
    table = pandas.DataFrame({"name": ["व्लादिमीर पुतिन", "नरेंद्र मोदी", "शी जिनपिंग"], "country": ["रूस", "India", "चीन"]})
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        found = reconciler.reconcile(
            table["name"],
            type_id="Q5",
            property_mapping={"P27": table["country"]},
            reconciliation_endpoint=f"http://127.0.0.1:{server.server_port}/reconcile",
        )
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
    assert list(found["id"]) == [PUTIN, "Q1058", "Q15031"]
    assert list(found["match"]) == [True, True, True]
    assert list(found["type_id"]) == ["Q5", "Q5", "Q5"]
