"""What the server tells of its work: a line for each request in a log, and counts for Prometheus at `/metrics`.

Both name routes, never addresses of clients; a query stands there as the begin of its digest (SHA-256), by which its repetitions are
known and nothing else.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from datetime import UTC, datetime

from flask import Blueprint, Flask, Response, current_app, g, request
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from kg.errors import KgError
from kg.serving import failures
from kg.serving.state import state

EXTENSION = "kg.observation"
LOG = logging.getLogger("kg.access")
_METHODS = frozenset(
    {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
)  #: any other name may be a stranger's

blueprint = Blueprint("observation", __name__)


class Metrics:
    """The counts of one app, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "kg_requests", "Requests, answered or refused", ("route", "method", "status"), registry=self.registry
        )
        self.seconds = Histogram(
            "kg_request_seconds",
            "From a request's arrival to the end of its answer",
            ("route",),
            buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60),
            registry=self.registry,
        )
        self.queries = Counter("kg_queries", "Queries that came to an end", ("outcome",), registry=self.registry)
        self.workers = Gauge("kg_workers", "Processes that may answer queries at one time", registry=self.registry)
        self.busy = Gauge("kg_workers_busy", "Those that are at a query", registry=self.registry)
        self.triples = Gauge("kg_triples", "Triples in the graph, each graph's counted", registry=self.registry)
        self.held = Gauge(
            "kg_graph_in_memory", "1 where queries are answered from memory, else 0", registry=self.registry
        )

    def note(
        self, route: str, method: str, status: int, seconds: float, *, query: str | None, outcome: str | None
    ) -> None:
        """Count a request, and write its line."""
        self.count(route, method, status, outcome=outcome)
        self.log(route, method, status, seconds, query=query, outcome=outcome)

    def count(self, route: str, method: str, status: int, *, outcome: str | None) -> None:
        """Count a request."""
        self.requests.labels(route, _known(method), str(status)).inc()
        if outcome is not None:
            self.queries.labels(outcome).inc()

    def log(
        self, route: str, method: str, status: int, seconds: float, *, query: str | None, outcome: str | None
    ) -> None:
        """Write the line of a request that has come to its end."""
        self.seconds.labels(route).observe(seconds)
        if not is_logged():
            return
        line: dict[str, str | int | float] = {
            "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
            "method": _known(method),
            "route": route,
            "status": status,
        }
        if query is not None and outcome is not None:
            digest = hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:16]
            line |= {"query": digest, "outcome": outcome}
        LOG.info("%s", json.dumps(line | {"seconds": round(seconds, 4)}))


def register(app: Flask) -> None:
    """Observe every request of `app`."""
    app.extensions[EXTENSION] = Metrics()
    app.register_blueprint(blueprint)
    app.before_request(_begin)
    app.after_request(_end)


@blueprint.get("/metrics")
def metrics() -> Response:
    """The counts, in the text format of Prometheus."""
    counts: Metrics = current_app.extensions[EXTENSION]
    counts.workers.set(state().engine.workers)
    counts.busy.set(state().engine.busy())
    counts.held.set(state().engine.held())
    try:
        counts.triples.set(state().snapshot.size())
    except KgError:
        counts.triples.set(0)
    response = Response(generate_latest(counts.registry), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def note_query(query: str) -> None:
    """Say which query the current request asks."""
    g.query = query
    g.outcome = "answered"


def note_outcome(outcome: str) -> None:
    """Say how the query of the current request ended: «answered», «remembered», «refused», «malformed», «busy», «timeout» …"""
    if "query" in g:
        g.outcome = outcome


def _known(method: str) -> str:
    return method if method in _METHODS else "other"


def is_logged() -> bool:
    """Whether somebody reads the access log."""
    return LOG.isEnabledFor(logging.INFO)


def outcome(error: failures.EngineError) -> str:
    """How a query ended that had no answer, in a word."""
    return error.reason if isinstance(error, failures.Stopped) else type(error).__name__.lower()


def _begin() -> None:
    g.begin = time.monotonic()


def _end(response: Response) -> Response:
    counts: Metrics = current_app.extensions[EXTENSION]
    begin = g.get("begin", time.monotonic())
    route, method, status = request.endpoint or "none", request.method, response.status_code
    query, outcome = g.get("query"), g.get("outcome")

    counts.count(route, method, status, outcome=outcome)

    def done() -> None:
        counts.log(route, method, status, time.monotonic() - begin, query=query, outcome=outcome)

    response.call_on_close(done)
    return response
