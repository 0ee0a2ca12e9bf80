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
    try:
        counts.triples.set(state().snapshot.size())
    except KgError:
        counts.triples.set(0)
    response = Response(generate_latest(counts.registry), content_type=CONTENT_TYPE_LATEST)
    response.headers["Cache-Control"] = "no-store"
    return response


def note_query(query: str) -> None:
    """Say which query the current request asks."""
    g.query = hashlib.sha256(query.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    g.outcome = "answered"


def note_outcome(outcome: str) -> None:
    """Say how the query of the current request ended: «answered», «refused», «malformed», «busy», «timeout» …"""
    if "query" in g:
        g.outcome = outcome


def _begin() -> None:
    g.begin = time.monotonic()


def _end(response: Response) -> Response:
    counts: Metrics = current_app.extensions[EXTENSION]
    begin = g.get("begin", time.monotonic())
    route = request.endpoint or "none"
    method = request.method if request.method in _METHODS else "other"
    query, outcome = g.get("query"), g.get("outcome")
    counts.requests.labels(route, method, str(response.status_code)).inc()
    if outcome is not None:
        counts.queries.labels(outcome).inc()
    line = {
        "time": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "method": method,
        "route": route,
        "status": response.status_code,
    }
    line |= {} if query is None else {"query": query, "outcome": outcome}

    def done() -> None:
        seconds = time.monotonic() - begin
        counts.seconds.labels(route).observe(seconds)
        if LOG.isEnabledFor(logging.INFO):
            LOG.info("%s", json.dumps(line | {"seconds": round(seconds, 4)}))

    response.call_on_close(done)
    return response
