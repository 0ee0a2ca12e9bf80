"""Names and offices from a SPARQL endpoint that has Wikidata's shape: the only client of the network in this program.

It asks for what the gazetteer knows already, a batch of items at a time, then for those who took an office of state since some year
and are not known yet, a few countries at a time; in a fixed order, with a pause between requests, as the operators of Wikidata's own
endpoint ask (https://meta.wikimedia.org/wiki/User-Agent_policy, and their query limits). Answers are kept in the folder for a week: a
run that was stopped asks only for what it has not asked yet.
"""

from __future__ import annotations

import contextlib
import email.utils
import hashlib
import http.client
import json
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from importlib.metadata import version
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from kg.errors import DataError, EndpointError
from kg.gazetteer.fetched import alone
from kg.gazetteer.gazetteer import FETCHED, Gazetteer
from kg.gazetteer.lines import to_line
from kg.gazetteer.normal import normal_form
from kg.gazetteer.officeclass import united
from kg.gazetteer.transliteration import devanagari
from kg.records import EntityType, GazetteerEntry, Office, Problem

ENDPOINT: Final = "https://query.wikidata.org/sparql"
CACHE: Final = "update-cache"

SINCE: Final = 2023  #: the year to which the package's own list of office-holders goes

_BATCH: Final = 150  #: items a request
_COUNTRIES: Final = 5  #: countries a request
_UNIONS: Final = frozenset(
    {"Q458", "Q1065", "Q7159", "Q7184"}
)  #: that have offices as states do: EU, UN, African Union, NATO
_KEPT: Final = 7 * 86400.0  #: seconds for which an answer is not asked for again
_PAUSE: Final = 1.0  #: seconds between requests
_RANK: Final = 9  #: of people whom nobody wrote down
_TRIES: Final = 6
_LONGEST_WAIT: Final = 120.0  #: seconds
_TIMEOUT: Final = 90.0  #: seconds
_LARGEST: Final = 50_000_000  #: bytes of an answer
_AGAIN: Final = frozenset({429, 500, 502, 503, 504})  #: statuses after which the same request may succeed
_HEAVY: Final = frozenset({500, 504})  #: those with which a query ends that is too much for an endpoint
_ITEM: Final = re.compile(r"http://www\.wikidata\.org/entity/(Q[1-9][0-9]*)")
_DAY: Final = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_PRECISIONS: Final = MappingProxyType(
    {"11": 3, "10": 2, "9": 1}
)  #: Wikidata's precision → parts of the date that are known
_DEVANAGARI: Final = re.compile("[\u0900-\u097f]")

_PREFIXES: Final = """PREFIX wd: <http://www.wikidata.org/entity/>
PREFIX wdt: <http://www.wikidata.org/prop/direct/>
PREFIX p: <http://www.wikidata.org/prop/>
PREFIX ps: <http://www.wikidata.org/prop/statement/>
PREFIX pq: <http://www.wikidata.org/prop/qualifier/>
PREFIX pqv: <http://www.wikidata.org/prop/qualifier/value/>
PREFIX wikibase: <http://wikiba.se/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX xsd: <http://www.w3.org/2001/XMLSchema#>
"""
_NAMES: Final = """SELECT DISTINCT ?item ?what ?text WHERE {
  VALUES ?item { %s }
  { ?item rdfs:label ?text . FILTER(LANG(?text) = "hi") BIND("label" AS ?what) }
  UNION { ?item skos:altLabel ?text . FILTER(LANG(?text) = "hi") BIND("alias" AS ?what) }
} ORDER BY ?item ?what ?text"""
_OFFICES: Final = """SELECT DISTINCT ?item ?office ?of ?begin ?end ?begin_precision ?end_precision WHERE {
  VALUES ?item { %s }
  ?item p:P39 ?statement .
  ?statement ps:P39 ?position .
  FILTER NOT EXISTS { ?statement wikibase:rank wikibase:DeprecatedRank }
  ?position rdfs:label ?office . FILTER(LANG(?office) IN ("en", "mul"))
  OPTIONAL { ?position wdt:P1001 ?jurisdiction }
  OPTIONAL { ?position wdt:P17 ?country }
  BIND(COALESCE(?jurisdiction, ?country) AS ?of)
  OPTIONAL { ?statement pq:P580 ?begin OPTIONAL { ?statement pqv:P580/wikibase:timePrecision ?begin_precision } }
  OPTIONAL { ?statement pq:P582 ?end OPTIONAL { ?statement pqv:P582/wikibase:timePrecision ?end_precision } }
} ORDER BY ?item ?office ?begin ?end ?of"""

_HOLDERS: Final = """SELECT DISTINCT
  ?item ?name ?language ?hindi ?office ?of ?begin ?end ?begin_precision ?end_precision WHERE {
  VALUES ?of { %s }
  VALUES ?class { wd:Q48352 wd:Q2285706 wd:Q30461 wd:Q14212 wd:Q83307 wd:Q121998 }
  { ?position wdt:P1001 ?of } UNION { ?position wdt:P17 ?of . FILTER NOT EXISTS { ?position wdt:P1001 ?other } }
  ?position (wdt:P31|wdt:P279)/wdt:P279* ?class ; rdfs:label ?office .
  FILTER(LANG(?office) IN ("en", "mul"))
  ?statement ps:P39 ?position ; pq:P580 ?begin .
  FILTER(?begin >= "%d-01-01T00:00:00Z"^^xsd:dateTime)
  FILTER NOT EXISTS { ?statement wikibase:rank wikibase:DeprecatedRank }
  ?item p:P39 ?statement ; rdfs:label ?name . BIND(LANG(?name) AS ?language) FILTER(?language IN ("en", "mul", "hi"))
  OPTIONAL { ?item rdfs:label ?hindi . FILTER(LANG(?hindi) = "hi") }
  OPTIONAL { ?statement pqv:P580/wikibase:timePrecision ?begin_precision }
  OPTIONAL { ?statement pq:P582 ?end OPTIONAL { ?statement pqv:P582/wikibase:timePrecision ?end_precision } }
} ORDER BY ?item ?language ?office ?begin ?end ?of"""
"""Heads of state and of government, presidents, prime ministers, ministers and ambassadors, or kinds of these."""

Row = Mapping[str, str]
Opener = Callable[..., Any]


@dataclass(frozen=True, kw_only=True, slots=True)
class Updated:
    """What an update did."""

    asked: int  #: items
    kept: int  #: items of which something new is in the table
    new: int  #: people who are in the table now and were not known
    failed: int  #: rows that could not be used


def update(
    gazetteer: Gazetteer,
    folder: Path,
    *,
    endpoint: str = ENDPOINT,
    listed: bool = False,
    fresh: bool = False,
    since: int | None = SINCE,
    opener: Opener | None = None,
    sleep: Callable[[float], None] = time.sleep,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    on_problem: Callable[[Problem], None] = lambda problem: None,
) -> Updated:
    """Put what an endpoint has of the gazetteer's items, Hindi names and dated offices, into the folder's table of fetched entities,
    and the people who took an office of state in the year `since` or later.

    With `listed`, items are only those whose Hindi names are listed; with `since` None, nobody new is looked for; `fresh` asks again
    what was asked before. `on_progress` is told (items and countries asked, all of them). A row that cannot be used is told to
    `on_problem`. Raises EndpointError where the endpoint gives no usable answer, DataError where the folder cannot be written or
    another process writes there; what was found until then is kept.
    """
    entries = list(gazetteer.entries(unlisted=True))
    everything = sorted((entry for entry in entries if entry.qid is not None), key=lambda entry: int(entry.id[1:]))
    by_id, local = {entry.id: entry for entry in everything}, _without_qid(entries)
    client = _Client(endpoint=endpoint, cache=folder / CACHE, fresh=fresh, opener=opener or _opener(), sleep=sleep)
    run = _Run(known=[entry for entry in everything if entry.listed or not listed])
    states = [entry for entry in everything if entry.type is EntityType.COUNTRY or entry.id in _UNIONS]
    countries = states if since is not None else []
    total = len(run.known) + len(countries)

    def noted(done: int, wrong: Sequence[Problem]) -> None:
        for problem in wrong:
            on_problem(problem)
        run.failed += len(wrong)
        on_progress(done, total)

    try:
        with alone(folder):
            try:
                for at in range(0, len(run.known), _BATCH):
                    batch = run.known[at : at + _BATCH]
                    noted(at + len(batch), _ask_names(batch, client, run))
                for at in range(0, len(countries), _COUNTRIES):
                    some = countries[at : at + _COUNTRIES]
                    wrong = _ask_holders(some, since or SINCE, by_id, local, client, run)
                    noted(len(run.known) + at + len(some), wrong)
            finally:
                _keep(folder, (*run.found, *run.people.values()))
    except OSError as error:
        raise DataError(
            f"It cannot be written: {error.strerror or error}.",
            where=str(folder),
            cure="See to the disk and the rights.",
        ) from error
    return Updated(asked=len(run.known), kept=len(run.found), new=len(run.people), failed=run.failed)


@dataclass(kw_only=True, slots=True)
class _Run:
    """What an update knows so far."""

    known: list[GazetteerEntry]  #: what is asked for
    found: list[GazetteerEntry] = field(default_factory=list)
    people: dict[str, GazetteerEntry] = field(default_factory=dict)  #: those who were not known, by QID
    failed: int = 0


def _ask_names(batch: Sequence[GazetteerEntry], client: _Client, run: _Run) -> list[Problem]:
    """Ask for names and offices of some items; the rows that cannot be used."""
    people = [entry for entry in batch if entry.type is EntityType.PERSON]
    names, wrong = _by_item(client.rows(_NAMES, batch), ("what", "text"), client.endpoint)
    offices, more = _by_item(client.rows(_OFFICES, people), ("office",), client.endpoint) if people else ({}, [])
    for entry in batch:
        new = _told(entry, names.get(entry.id, ()), offices.get(entry.id, ()))
        if new is not None:
            run.found.append(new)
    return [*wrong, *more]


def _ask_holders(
    countries: Sequence[GazetteerEntry],
    since: int,
    known: Mapping[str, GazetteerEntry],
    local: Mapping[tuple[str, str | None], str],
    client: _Client,
    run: _Run,
) -> list[Problem]:
    """Ask for people with an office of some countries who are not known; the rows that cannot be used."""
    query = _HOLDERS.replace("%d", str(since))
    people, wrong = _by_item(client.rows(query, countries), ("name", "office", "of"), client.endpoint)
    asked = {entry.id for entry in run.known}
    for id, rows in people.items():
        if id in asked:
            continue  # whose offices are known by now
        entry = known.get(id)
        if entry is not None:
            new = _told(entry, (), rows)
            if new is not None:
                run.found.append(new)
            continue
        person, before = _person(id, rows, local), run.people.get(id)
        if before is not None:  # who held an office of another country, too
            run.people[id] = replace(before, offices=united(before.offices, _offices(rows)))
        elif person is not None:
            run.people[id] = person
    return wrong


def _person(id: str, rows: Sequence[Row], local: Mapping[tuple[str, str | None], str]) -> GazetteerEntry | None:
    """A person of whom rows tell, by the id that the gazetteer has for one of that name and country where it has no QID; None where
    nothing is left of the name or the offices."""
    names = {row.get("language", "en"): " ".join(row["name"].split()) for row in rows}
    name = names.get("en") or names.get("mul") or ""
    hindi = " ".join((rows[0].get("hindi") or names.get("hi") or "").split())
    listed = bool(_DEVANAGARI.search(hindi))
    label, offices = hindi if listed else devanagari(name), _offices(rows)
    if not _DEVANAGARI.search(label) or not offices:
        return None
    country = offices[0].country_qid
    same = local.get((normal_form(label), country)) or local.get((name.casefold(), country))
    return GazetteerEntry(
        id=same or id,
        type=EntityType.PERSON,
        label_hi=label,
        label_en=name,
        country_qid=country,
        offices=offices,
        source="wikidata",
        rank=_RANK,
        listed=listed,
    )


def _without_qid(entries: Iterable[GazetteerEntry]) -> dict[tuple[str, str | None], str]:
    """(name, country) → id of the people of whom no QID is known."""
    return {
        (name, entry.country_qid): entry.id
        for entry in entries
        if entry.type is EntityType.PERSON and entry.qid is None
        for name in (normal_form(entry.label_hi), entry.label_en.casefold())
        if name
    }


def _by_item(rows: Sequence[Row], wanted: Sequence[str], endpoint: str) -> tuple[dict[str, list[Row]], list[Problem]]:
    """Rows by the QID of their item, and a warning for each that has none or lacks something."""
    found: defaultdict[str, list[Row]] = defaultdict(list)
    wrong = []
    for row in rows:
        item = _ITEM.fullmatch(row.get("item", ""))
        if item is None or any(name not in row for name in wanted):
            said = f"This row cannot be used: {json.dumps(dict(row), ensure_ascii=False)[:200]}."
            wrong.append(
                Problem(where=endpoint, what=said, cure="See whether the endpoint has Wikidata's shape.", fatal=False)
            )
        else:
            found[item[1]].append(row)
    return dict(found), wrong


def _told(known: GazetteerEntry, names: Sequence[Row], offices: Sequence[Row]) -> GazetteerEntry | None:
    """What rows tell of an entry that it does not say yet; None where that is nothing."""
    have = {known.label_hi, *known.aliases} if known.listed else set()
    spoken = [(row["what"], " ".join(row["text"].replace("|", " ").split())) for row in names]
    new = list(dict.fromkeys(text for _, text in sorted(spoken, reverse=True) if _DEVANAGARI.search(text)))
    held = [office for office in _offices(offices) if office not in known.offices]
    fresh = [text for text in new if text not in have]
    if not fresh and not held:
        return None
    listed = known.listed or bool(new)
    label = new[0] if new and not known.listed else known.label_hi
    return GazetteerEntry(
        id=known.id,
        type=known.type,
        label_hi=label,
        aliases=tuple(text for text in fresh if text != label) if listed else (),
        offices=tuple(dict.fromkeys(held)),
        source="wikidata",
        rank=known.rank,
        listed=listed,
    )


def _offices(rows: Iterable[Row]) -> tuple[Office, ...]:
    """The terms that rows tell of, each once; one of which only is known that it ended is left out."""
    return tuple(dict.fromkeys(_office(row) for row in rows if "end" not in row or _day(row, "end") is not None))


def _office(row: Row) -> Office:
    of = _ITEM.fullmatch(row.get("of", ""))
    return Office(
        label_en=" ".join(row["office"].split()),
        country_qid=of[1] if of else None,
        begin=_day(row, "begin"),
        end=_day(row, "end"),
    )


def _day(row: Row, name: str) -> str | None:
    """The date of a time, as far as it is known; None before Christ, and where it is known to the decade at best.

    Where a time comes without its precision, one on the first of January is taken for that of a year.
    """
    found = _DAY.match(row.get(name, ""))
    if found is None:
        return None
    precision = row.get(f"{name}_precision")
    if precision is None:
        return found[1] if found.groups()[1:] == ("01", "01") else found[0]
    parts = _PRECISIONS.get(precision, 0)
    return "-".join(found.groups()[:parts]) or None


def _keep(folder: Path, entries: Sequence[GazetteerEntry]) -> None:
    if not entries:
        return
    table, temporary = folder / FETCHED, folder / f"{FETCHED}.new"
    before = table.read_bytes() if table.exists() else b""
    if before and not before.endswith(b"\n"):
        before += b"\n"
    temporary.write_bytes(before + "".join(f"{to_line(entry)}\n" for entry in entries).encode())
    temporary.replace(table)


# ---------------------------------------------------------------------- asking


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A query that is sent on elsewhere would arrive without its text."""

    def redirect_request(self, req: Any, fp: Any, code: int, msg: str, headers: Any, newurl: str) -> None:
        """Raises EndpointError."""
        raise EndpointError(
            f"It sends questions on to {newurl[:300]}.",
            where=req.full_url,
            cure="Give that as --endpoint, if you trust it.",
        )


def _opener() -> Opener:
    return urllib.request.build_opener(_NoRedirects).open


class _TooMuchError(EndpointError):
    """An endpoint that may answer if it is asked for less at a time."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Client:
    """Asks an endpoint, gently, and remembers its answers."""

    endpoint: str
    cache: Path
    fresh: bool
    opener: Opener
    sleep: Callable[[float], None]

    def rows(self, query: str, entries: Sequence[GazetteerEntry]) -> list[Row]:
        """The rows of a query about some items, unbound variables left out. Raises EndpointError; OSError where the cache fails."""
        text = _PREFIXES + query % " ".join(f"wd:{entry.id}" for entry in entries)
        path = self.cache / f"{hashlib.sha256(f'{self.endpoint} {text}'.encode()).hexdigest()}.json"
        if not self.fresh and path.exists() and time.time() - path.stat().st_mtime < _KEPT:
            with contextlib.suppress(EndpointError):  # damaged: asked for again
                return self._parsed(path.read_bytes())
        try:
            answer = self._asked(text)
        except _TooMuchError:
            if len(entries) == 1:
                raise
            half = len(entries) // 2
            return [*self.rows(query, entries[:half]), *self.rows(query, entries[half:])]
        rows = self._parsed(answer)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f"{path.name}.{os.getpid()}.new")
        temporary.write_bytes(answer)
        temporary.replace(path)
        self.sleep(_PAUSE)
        return rows

    def _asked(self, query: str) -> bytes:
        """The answer, after as many tries as are polite. Raises EndpointError."""
        reason, heavy = "", False
        for number in range(_TRIES):
            try:
                answer = self._once(query)
                if answer.rstrip().endswith(b"}"):
                    return answer
                reason, wait = "its answer breaks off", None  # an endpoint may fail when it has begun
            except urllib.error.HTTPError as error:
                if error.code not in _AGAIN:
                    raise EndpointError(
                        f"It answers {error.code} {error.reason}.", where=self.endpoint, cure="Give another --endpoint."
                    ) from error
                reason, wait = f"it answers {error.code} {error.reason}", _retry_after(error.headers.get("Retry-After"))
                if wait is not None and wait > _LONGEST_WAIT:
                    raise EndpointError(
                        f"It asks to be left alone for {wait:.0f} seconds.",
                        where=self.endpoint,
                        cure="Call it again then: what was answered is kept.",
                    ) from error
                heavy = error.code in _HEAVY
            except (OSError, http.client.HTTPException) as error:
                reason, wait = f"{getattr(error, 'reason', error) or type(error).__name__}", None
            if number + 1 < _TRIES:
                self.sleep(min(_LONGEST_WAIT, 2.0**number if wait is None else wait))
        raise (_TooMuchError if heavy else EndpointError)(
            f"It gives no answer after {_TRIES} tries: {reason}.",
            where=self.endpoint,
            cure="Call it again later: what was answered is kept.",
        )

    def _once(self, query: str) -> bytes:
        request = urllib.request.Request(
            self.endpoint,
            data=urllib.parse.urlencode({"query": query}).encode(),
            headers={
                "Accept": "application/sparql-results+json",
                "User-Agent": f"hindi-news-kg/{version('hindi-news-kg')} (https://w3id.org/hindi-news-kg/) python-urllib",
            },
        )
        with self.opener(request, timeout=_TIMEOUT) as response:
            kind = response.headers.get_content_type()
            if "json" not in kind:
                raise EndpointError(
                    f"It answers {kind}, not SPARQL results.",
                    where=self.endpoint,
                    cure="Give the address of a SPARQL endpoint.",
                )
            data: bytes = response.read(_LARGEST + 1)
            promised = response.headers.get("Content-Length", "")
        if promised.isdecimal() and len(data) < min(int(promised), _LARGEST):
            raise http.client.IncompleteRead(data, int(promised) - len(data))
        if len(data) > _LARGEST:
            raise EndpointError(
                f"Its answer is longer than {_LARGEST:,} bytes.", where=self.endpoint, cure="Give another one."
            )
        return data

    def _parsed(self, answer: bytes) -> list[Row]:
        """Raises EndpointError where the answer is not of the SPARQL 1.1 Query Results JSON Format."""
        try:
            bindings = json.loads(answer)["results"]["bindings"]
            return [{name: _text(term["value"]) for name, term in row.items()} for row in bindings]
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EndpointError(
                "Its answer is not of the SPARQL JSON results format.",
                where=self.endpoint,
                cure="Give another --endpoint.",
            ) from error


def _text(value: object) -> str:
    """A value without half characters, which no file takes."""
    return str(value).encode("utf-8", "replace").decode()


def _retry_after(text: str | None) -> float | None:
    """Seconds to wait (RFC 9110, section 10.2.3); None where that is not told."""
    if text is None:
        return None
    if text.strip().isdecimal():
        return float(text)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None
