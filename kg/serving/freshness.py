"""What a client may keep of an answer (RFC 9110, sections 8.8 and 13; RFC 9111): it is as good as new until a build lands.

The tag of an answer is made of the digest of the graph and of what was asked, before the answer is: an answer may be newer than its
tag, never older. A query that gives something else each time has none.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from importlib.metadata import version

from flask import Response, request
from werkzeug.http import http_date

from kg.errors import KgError
from kg.serving.state import state

_KEPT = frozenset({"sparql", "graph_store", "pages", "void"})  #: blueprints whose answers follow the graph
_NEVER = frozenset({"pages.health"})
_FICKLE = re.compile(r"\b(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(", re.IGNORECASE)


def tag() -> str | None:
    """The tag of the answer to the current request; None where it may differ from one time to the next, or nothing can be read."""
    if request.method not in ("GET", "HEAD") or request.blueprint not in _KEPT or request.endpoint in _NEVER:
        return None
    if any(_FICKLE.search(query) for query in request.args.getlist("query")):
        return None
    try:
        graph = state().snapshot.version()
    except KgError:
        return None
    asked = (graph, version("hindi-news-kg"), request.host, request.full_path, request.headers.get("Accept", ""))
    return hashlib.sha256("\n".join(asked).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def unchanged() -> Response | None:
    """The answer 304 to a client that has the answer already; None for one that has not."""
    found = tag()
    if found is None or not request.if_none_match.contains_weak(found):
        return None
    response = Response(status=304)
    _mark(response, found)
    return response


def mark(response: Response) -> Response:
    """Say of a good answer how long it is good."""
    found = tag() if response.status_code == 200 and "ETag" not in response.headers else None
    if found is not None:
        _mark(response, found)
    return response


def _mark(response: Response, found: str) -> None:
    response.set_etag(found, weak=True)
    response.headers.setdefault("Cache-Control", "public, no-cache")  # kept by anybody, and asked for each time
    landed = state().snapshot.landed()
    if landed is not None:
        response.headers["Last-Modified"] = http_date(datetime.fromtimestamp(landed, UTC))
