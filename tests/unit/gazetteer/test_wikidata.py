"""Update from a SPARQL server on the loopback address that has Wikidata's shape."""

from __future__ import annotations

import os
import threading
import urllib.parse
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from kg.errors import DataError, EndpointError
from kg.gazetteer import wikidata
from kg.gazetteer.fetched import alone
from kg.gazetteer.gazetteer import FETCHED, Gazetteer
from kg.gazetteer.lines import read_lines, to_line
from kg.gazetteer.wikidata import update
from kg.records import EntityType, GazetteerEntry, Office, Problem

GRAPH = """
@prefix wd: <http://www.wikidata.org/entity/> . @prefix wdt: <http://www.wikidata.org/prop/direct/> .
@prefix p: <http://www.wikidata.org/prop/> . @prefix ps: <http://www.wikidata.org/prop/statement/> .
@prefix pq: <http://www.wikidata.org/prop/qualifier/> . @prefix s: <http://www.wikidata.org/entity/statement/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix wikibase: <http://wikiba.se/ontology#> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
wd:Q900000001 rdfs:label "जॉन केरिन"@hi, "John Kerrin"@en ; skos:altLabel "जे. केरिन"@hi, "Kerrin"@en ; p:P39 s:a, s:b, s:c .
s:a ps:P39 wd:Q900000100 ; wikibase:rank wikibase:NormalRank ; pq:P580 "2024-05-14T00:00:00Z"^^xsd:dateTime ;
  pq:P582 "2025-01-01T00:00:00Z"^^xsd:dateTime .
s:b ps:P39 wd:Q900000100 ; wikibase:rank wikibase:DeprecatedRank .
s:c ps:P39 wd:Q900000101 ; wikibase:rank wikibase:NormalRank .
wd:Q900000100 rdfs:label "Minister of Dykes"@en ; wdt:P1001 wd:Q16 .
wd:Q900000101 rdfs:label "amt ohne Namen"@de .
wd:Q900000002 rdfs:label "अनोखापुर"@hi ; skos:altLabel "अनोखा नगर"@hi .
wd:Q900000200 rdfs:label "Minister of Bridges"@en ; wdt:P1001 wd:Q900000300 ; wdt:P279 wd:Q900000201 .
wd:Q900000201 wdt:P279 wd:Q83307 .
wd:Q900000202 rdfs:label "Mayor of Anokhapur"@en ; wdt:P1001 wd:Q900000300 ; wdt:P31 wd:Q30185 .
wd:Q900000011 rdfs:label "Mary Kerrin"@en, "मैरी केरिन"@hi ; p:P39 s:d .
wd:Q900000012 rdfs:label "Peter Kerrin"@en ; p:P39 s:e, s:h .
wd:Q900000013 rdfs:label "Paul Kerrin"@en ; p:P39 s:f .
wd:Q900000014 rdfs:label "Anna Kerrin"@en ; p:P39 s:g .
s:d ps:P39 wd:Q900000200 ; pq:P580 "2025-03-02T00:00:00Z"^^xsd:dateTime .
s:e ps:P39 wd:Q900000200 ; pq:P580 "2023-05-04T00:00:00Z"^^xsd:dateTime ; pq:P582 "2025-03-02T00:00:00Z"^^xsd:dateTime .
s:h ps:P39 wd:Q900000200 ; pq:P580 "2024-05-04T00:00:00Z"^^xsd:dateTime ; wikibase:rank wikibase:DeprecatedRank .
s:f ps:P39 wd:Q900000200 ; pq:P580 "2019-01-01T00:00:00Z"^^xsd:dateTime .
wd:Q900000015 rdfs:label "Maria Kerrin"@mul ; p:P39 s:i .
wd:Q900000016 rdfs:label "अन्ना केरिन"@hi ; p:P39 s:j .
wd:Q900000017 rdfs:label "Jane Kerrin"@en ; p:P39 s:k .
wd:Q900000203 rdfs:label "Minister of Roads"@mul ; wdt:P17 wd:Q900000301 ; wdt:P31 wd:Q83307 .
s:i ps:P39 wd:Q900000203 ; pq:P580 "2024-02-02T00:00:00Z"^^xsd:dateTime .
s:j ps:P39 wd:Q900000203 ; pq:P580 "2025-02-02T00:00:00Z"^^xsd:dateTime .
s:k ps:P39 wd:Q900000203 ; pq:P580 "2023-02-02T00:00:00Z"^^xsd:dateTime ; pq:P582 _:somewhen .
s:g ps:P39 wd:Q900000202 ; pq:P580 "2024-01-01T00:00:00Z"^^xsd:dateTime .
"""
JOHN = GazetteerEntry(
    id="Q900000001", type=EntityType.PERSON, label_hi="जॉन केर्रिन", label_en="John Kerrin", listed=False, rank=9
)
TOWN = GazetteerEntry(id="Q900000002", type=EntityType.PLACE, label_hi="अनोखापुर", rank=5)
OTHER = GazetteerEntry(id="Q900000003", type=EntityType.PLACE, label_hi="और कोई", rank=5)
LAND = GazetteerEntry(id="Q900000300", type=EntityType.COUNTRY, label_hi="अनोखा देश", rank=1)
OTHER_LAND = GazetteerEntry(id="Q900000301", type=EntityType.COUNTRY, label_hi="दूसरा देश", rank=1)
OWN = GazetteerEntry(id="local:own", type=EntityType.PLACE, label_hi="अपना", rank=1)


class Few:
    """A gazetteer of some entries."""

    def __init__(self, *entries: GazetteerEntry) -> None:
        self._entries = entries

    def entries(self, *, unlisted: bool = False) -> Iterator[GazetteerEntry]:
        return (entry for entry in self._entries if unlisted or entry.listed)


class Endpoint(ThreadingHTTPServer):
    """A SPARQL endpoint that may misbehave first."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.store = ox.Store()
        self.store.load(GRAPH.encode(), format=ox.RdfFormat.TURTLE)
        self.moods: list[str] = []  # what to do with the next requests, instead of answering
        self.asked: list[tuple[str, str]] = []  # (query, user agent)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/sparql"


class Handler(BaseHTTPRequestHandler):
    server: Endpoint

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        query = urllib.parse.parse_qs(body.decode())["query"][0]
        self.server.asked.append((query, self.headers["User-Agent"]))
        mood = self.server.moods.pop(0) if self.server.moods else ""
        if mood == "cut":
            self.connection.close()
        elif mood == "html":
            self._send(200, "text/html", b"<h1>Hello</h1>")
        elif mood == "nonsense":
            self._send(200, "application/sparql-results+json", b'{"results": []}')
        elif mood == "broken":
            self._send(200, "application/sparql-results+json", b'{"results": {"bindings": [\n java.lang.Exception')
        elif mood == "heavy" and query.count("wd:Q9000003") > 1:
            self.server.moods.insert(0, "heavy")
            self._send(500, "text/plain", b"")
        elif mood == "heavy":
            self.server.moods.insert(0, "heavy")
            found = self.server.store.query(query)
            self._send(200, "application/sparql-results+json", found.serialize(format=ox.QueryResultsFormat.JSON))
        elif mood == "short":
            self._send(200, "application/sparql-results+json", b"{}", length=100)
        elif mood == "odd":
            row = b'{"item": {"type": "literal", "value": "x"}}'
            self._send(200, "application/sparql-results+json", b'{"results": {"bindings": [%s]}}' % row)
        elif mood == "elsewhere":
            self.send_response(302)
            self.send_header("Location", "http://127.0.0.1:9/other")
            self.send_header("Content-Length", "0")
            self.end_headers()
        elif mood:
            waits = {"429": "7", "503": "", "420": "86400"}
            self._send(429 if mood == "420" else int(mood), "text/plain", b"", wait=waits.get(mood, ""))
        else:
            found = self.server.store.query(query)
            self._send(200, "application/sparql-results+json", found.serialize(format=ox.QueryResultsFormat.JSON))

    def _send(self, status: int, kind: str, data: bytes, *, wait: str = "", length: int | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(data) if length is None else length))
        if wait:
            self.send_header("Retry-After", wait)
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *arguments: Any) -> None:
        """Say nothing."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    with Endpoint() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def entries(folder: Path) -> list[GazetteerEntry]:
    return [one for one in read_lines(folder / FETCHED) if isinstance(one, GazetteerEntry)]


def run(
    endpoint: Endpoint, folder: Path, *known: GazetteerEntry, **options: Any
) -> tuple[wikidata.Updated, list[float]]:
    waits: list[float] = []
    few: Any = Few(*(known or (TOWN, OWN, JOHN, OTHER)))
    done = update(few, folder, endpoint=endpoint.address, sleep=waits.append, **options)
    return done, waits


def test_names_and_offices_are_taken(endpoint: Endpoint, tmp_path: Path) -> None:
    """Hindi labels and aliases and dated offices that are new go into the table; what was there or is nothing new does not."""
    done, waits = run(endpoint, tmp_path)
    assert (done.asked, done.kept, done.failed) == (3, 2, 0)
    john, town = entries(tmp_path)
    assert john == GazetteerEntry(
        id="Q900000001",
        type=EntityType.PERSON,
        label_hi="जॉन केरिन",
        aliases=("जे. केरिन",),
        offices=(Office(label_en="Minister of Dykes", country_qid="Q16", begin="2024-05-14", end="2025"),),
        source="wikidata",
        rank=9,
    )
    assert (town.label_hi, town.aliases) == ("अनोखापुर", ("अनोखा नगर",))
    assert waits == [1.0, 1.0]
    assert all(agent.startswith("hindi-news-kg/") and "https://" in agent for _, agent in endpoint.asked)


def test_what_was_taken_is_known(endpoint: Endpoint, tmp_path: Path) -> None:
    """The gazetteer of the folder knows the new names."""
    run(endpoint, tmp_path)
    assert Gazetteer.load(tmp_path).lookup("जॉन केरिन")[0].id == "Q900000001"


def test_items_are_asked_in_batches_in_one_order(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However the entries lie, the same requests are made, one batch after the other; `listed` leaves others out."""
    monkeypatch.setattr(wikidata, "_BATCH", 1)
    run(endpoint, tmp_path / "a", OTHER, TOWN, JOHN)
    first, endpoint.asked = endpoint.asked, []
    run(endpoint, tmp_path / "b", JOHN, OTHER, TOWN)
    assert first == endpoint.asked and len(first) == 4
    endpoint.asked = []
    run(endpoint, tmp_path / "c", JOHN, TOWN, listed=True)
    assert len(endpoint.asked) == 1 and "wd:Q900000002" in endpoint.asked[0][0]


@pytest.mark.parametrize(
    ("moods", "expected"),
    [
        (["429"], [7.0, 1.0, 1.0]),
        (["500", "503"], [1.0, 2.0, 1.0, 1.0]),
        (["cut"], [1.0, 1.0, 1.0]),
        (["short", "cut"], [1.0, 2.0, 1.0, 1.0]),
        (["broken"], [1.0, 1.0, 1.0]),
    ],
)
def test_a_failure_that_may_pass_is_waited_for(
    endpoint: Endpoint, tmp_path: Path, moods: list[str], expected: list[float]
) -> None:
    """The request is repeated after the time that the endpoint names, else after twice the last wait."""
    endpoint.moods = list(moods)
    done, waits = run(endpoint, tmp_path)
    assert done.kept == 2 and waits == expected


@pytest.mark.parametrize(
    ("moods", "words"),
    [
        (["429"] * 6, "6 tries: it answers 429"),
        (["404"], "404"),
        (["elsewhere"], "sends questions on to http://127.0.0.1:9/other"),
        (["420"], "left alone for 86400 seconds"),
        (["html"], "text/html"),
        (["nonsense"], "SPARQL JSON results"),
    ],
)
def test_an_endpoint_that_does_not_answer_is_told(
    endpoint: Endpoint, tmp_path: Path, moods: list[str], words: str
) -> None:
    """EndpointError says what came instead of an answer, and nothing is written to the table."""
    endpoint.moods = list(moods)
    with pytest.raises(EndpointError, match=words):
        run(endpoint, tmp_path)
    assert not (tmp_path / FETCHED).exists()


def test_an_endpoint_that_is_not_there_is_told(tmp_path: Path) -> None:
    """Nothing listens on port 1 of the loopback address."""
    few: Any = Few(TOWN)
    with pytest.raises(EndpointError, match="6 tries"):
        update(few, tmp_path, endpoint="http://127.0.0.1:1/sparql", sleep=lambda seconds: None)


def test_a_row_that_cannot_be_used_is_told(endpoint: Endpoint, tmp_path: Path) -> None:
    """A row without an item is a warning, and the others go in."""
    endpoint.moods = ["odd"]
    problems: list[Problem] = []
    done, _ = run(endpoint, tmp_path, on_problem=problems.append)
    assert done.failed == 1 and done.kept == 1
    assert problems[0].where == endpoint.address and not problems[0].fatal


def test_a_run_that_was_stopped_asks_only_for_the_rest(
    endpoint: Endpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was found before a failure in the midst is kept, and so are answers: the next call begins there; `fresh` asks for
    everything."""
    monkeypatch.setattr(wikidata, "_BATCH", 1)
    endpoint.moods = ["", "", "404"]
    with pytest.raises(EndpointError):
        run(endpoint, tmp_path)
    assert [entry.id for entry in entries(tmp_path)] == ["Q900000001"]
    endpoint.asked = []
    done, _ = run(endpoint, tmp_path)
    assert (done.kept, len(endpoint.asked)) == (2, 2)
    endpoint.asked = []
    run(endpoint, tmp_path, fresh=True)
    assert len(endpoint.asked) == 4


def test_who_took_office_lately_is_found(endpoint: Endpoint, tmp_path: Path) -> None:
    """Ministers of a known country since a year go into the table, by their Hindi name or how the English one is written; not
    those before it, nor those of other offices, nor whom the gazetteer knows."""
    done, _ = run(endpoint, tmp_path / "a", LAND)
    assert (done.asked, done.kept, done.new) == (1, 0, 2)
    mary, peter = entries(tmp_path / "a")
    assert (mary.label_hi, mary.label_en, mary.listed, mary.country_qid) == (
        "मैरी केरिन",
        "Mary Kerrin",
        True,
        "Q900000300",
    )
    assert mary.offices == (Office(label_en="Minister of Bridges", country_qid="Q900000300", begin="2025-03-02"),)
    assert not peter.listed and peter.label_hi.startswith("पी")
    assert [(one.begin, one.end) for one in peter.offices] == [("2023-05-04", "2025-03-02")]
    assert run(endpoint, tmp_path / "b", LAND, since=2024)[0].new == 1
    assert run(endpoint, tmp_path / "c", LAND, since=None)[0].new == 0
    known = GazetteerEntry(id="Q900000011", type=EntityType.PERSON, label_hi="मैरी केरिन", rank=3)
    assert run(endpoint, tmp_path / "d", LAND, known)[0].new == 1


def test_an_old_answer_is_asked_for_again(endpoint: Endpoint, tmp_path: Path) -> None:
    """After a week the endpoint may know more."""
    run(endpoint, tmp_path, TOWN)
    for answer in (tmp_path / wikidata.CACHE).iterdir():
        os.utime(answer, (0, 0))
    endpoint.asked = []
    run(endpoint, tmp_path, TOWN)
    assert len(endpoint.asked) == 1


def test_two_updates_of_one_folder_are_refused(endpoint: Endpoint, tmp_path: Path) -> None:
    """The second is told that another one is writing."""
    with alone(tmp_path), pytest.raises(DataError, match="Another import or update"):
        run(endpoint, tmp_path, TOWN)


def test_holders_are_found_by_any_of_their_labels(endpoint: Endpoint, tmp_path: Path) -> None:
    """A label for all languages, or a Hindi one alone; an office of which only P17 tells the country. Who is known to have left, no
    matter when, holds nothing."""
    assert run(endpoint, tmp_path, OTHER_LAND)[0].new == 2
    maria, anna = entries(tmp_path)
    assert (maria.label_en, maria.listed, maria.offices[0].label_en) == ("Maria Kerrin", False, "Minister of Roads")
    assert (anna.label_hi, anna.label_en, anna.listed) == ("अन्ना केरिन", "", True)
    assert {one.country_qid for entry in (maria, anna) for one in entry.offices} == {"Q900000301"}


def test_a_holder_who_has_no_qid_here_stays_one_person(endpoint: Endpoint, tmp_path: Path) -> None:
    """Somebody of one name and country is who the gazetteer has, without a QID."""
    own = GazetteerEntry(
        id="local:mary-kerrin", type=EntityType.PERSON, label_hi="मैरी केरिन", country_qid="Q900000300", rank=3
    )
    run(endpoint, tmp_path, LAND, own)
    assert [entry.id for entry in entries(tmp_path)] == ["local:mary-kerrin", "Q900000012"]


def test_who_is_known_but_not_asked_for_gets_the_new_office(endpoint: Endpoint, tmp_path: Path) -> None:
    """With `listed`, too, an office taken lately is noted of somebody known by an English name."""
    peter = GazetteerEntry(
        id="Q900000012", type=EntityType.PERSON, label_hi="पीटर केरिन", label_en="Peter Kerrin", listed=False, rank=9
    )
    done, _ = run(endpoint, tmp_path, LAND, peter, listed=True)
    assert (done.kept, done.new) == (1, 1)
    assert {entry.id: len(entry.offices) for entry in entries(tmp_path)} == {"Q900000012": 1, "Q900000011": 1}


def test_what_is_too_much_at_once_is_asked_in_parts(endpoint: Endpoint, tmp_path: Path) -> None:
    """An endpoint that cannot answer for two countries is asked for one after the other."""
    endpoint.moods = ["heavy"]
    done, _ = run(endpoint, tmp_path, LAND, OTHER_LAND)
    assert done.new == 4


def test_a_table_without_a_last_line_end_loses_nothing(endpoint: Endpoint, tmp_path: Path) -> None:
    """As an editor may leave it."""
    (tmp_path / FETCHED).write_text('{"id":"Q900000009","type":"Place","label_hi":"वहाँ"}', encoding="utf-8")
    run(endpoint, tmp_path, TOWN)
    assert [entry.id for entry in entries(tmp_path)] == ["Q900000009", "Q900000002"]


@pytest.mark.parametrize(
    ("row", "day"),
    [
        ({"begin": "2024-05-01T00:00:00Z", "begin_precision": "10"}, "2024-05"),
        ({"begin": "2023-01-01T00:00:00Z", "begin_precision": "11"}, "2023-01-01"),
        ({"begin": "2023-01-01T00:00:00Z", "begin_precision": "9"}, "2023"),
        ({"begin": "2023-01-01T00:00:00Z"}, "2023"),
        ({"begin": "2023-05-14T00:00:00Z"}, "2023-05-14"),
        ({"begin": "1900-01-01T00:00:00Z", "begin_precision": "7"}, None),
        ({"begin": "-0043-01-01T00:00:00Z", "begin_precision": "9"}, None),
        ({"begin": "http://www.wikidata.org/.well-known/genid/x"}, None),
        ({}, None),
    ],
)
def test_a_time_is_as_precise_as_it_is_told(row: dict[str, str], day: str | None) -> None:
    """Day, month or year by Wikidata's precision; without one, the first of January is a year."""
    assert wikidata._day(row, "begin") == day


def test_the_precision_of_a_time_is_asked_for(endpoint: Endpoint, tmp_path: Path) -> None:
    """A value that has its precision beside it is read by it."""
    endpoint.store.load(
        b"""@prefix s: <http://www.wikidata.org/entity/statement/> . @prefix wikibase: <http://wikiba.se/ontology#> .
        @prefix pqv: <http://www.wikidata.org/prop/qualifier/value/> . @prefix v: <http://www.wikidata.org/value/> .
        s:a pqv:P582 v:x . v:x wikibase:timePrecision 11 .""",
        format=ox.RdfFormat.TURTLE,
    )
    run(endpoint, tmp_path, JOHN)
    assert [(one.begin, one.end) for one in entries(tmp_path)[0].offices] == [("2024-05-14", "2025-01-01")]


def test_an_office_that_ended_is_ended(tmp_path: Path) -> None:
    """The end that was fetched closes the term that the package has open, and is told once."""
    holder = GazetteerEntry(
        id="Q1655453",
        type=EntityType.PERSON,
        label_hi="तोशिमित्सु मोतेगी",
        offices=(
            Office(
                label_en="Minister of Foreign Affairs of Japan", country_qid="Q17", begin="2025-10-21", end="2026-10-01"
            ),
        ),
        source="wikidata",
        rank=9,
    )
    (tmp_path / FETCHED).write_text(to_line(holder) + "\n", encoding="utf-8")
    before = Gazetteer.load().entry("Q1655453").offices
    after = Gazetteer.load(tmp_path).entry("Q1655453").offices
    open_terms = [one for one in before if one.end is None and one.begin == "2025-10-21"]
    assert len(after) == len(before) and open_terms
    assert not [one for one in after if one.end is None and one.begin == "2025-10-21"]
