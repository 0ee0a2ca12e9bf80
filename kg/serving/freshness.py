"""What a client may keep of an answer (RFC 9110, sections 8.8 and 13; RFC 9111): it is as good as new until a build lands.

The tag of an answer is made of the digest of the graph and of what was asked, before the answer is: an answer may be newer than its
tag, never older. A query that may give something else each time, or asks another endpoint, has none.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from importlib.metadata import version

from flask import Response, request
from werkzeug.http import http_date, parse_etags

from kg.errors import KgError
from kg.serving.state import state

_KEPT = frozenset({"sparql", "graph_store", "pages", "void"})  #: blueprints whose answers follow the graph
_NEVER = frozenset({"pages.health"})
_VERSION = version("hindi-news-kg")
CACHE = "public, no-cache"  #: kept by anybody, and asked for each time
_FICKLE = re.compile(r"\b(?:(?:NOW|RAND|UUID|STRUUID|BNODE)\s*\(|SERVICE\b)", re.IGNORECASE)


def tag() -> str | None:
    """The tag of the answer to the current request; None where it may differ from one time to the next, or nothing can be read."""
    if request.method not in ("GET", "HEAD") or request.blueprint not in _KEPT or request.endpoint in _NEVER:
        return None
    if any(is_fickle(query) for query in request.args.getlist("query")):
        return None
    try:
        graph = state().snapshot.version()
    except KgError:
        return None
    return tag_of(graph, request.host, request.full_path, request.headers.get("Accept", ""))


def tag_of(graph: str, host: str, path: str, accept: str) -> str:
    """The tag of what is asked of a graph, given by its digest."""
    asked = (graph, _VERSION, host, path, accept)
    return hashlib.sha256("\n".join(asked).encode("utf-8", "surrogatepass")).hexdigest()[:32]


def is_fickle(query: str) -> bool:
    """Whether a query may give something else each time."""
    return _FICKLE.search(query) is not None


def matches(header: str | None, tag: str) -> bool:
    """Whether an `If-None-Match` header names a tag."""
    return header is not None and parse_etags(header).contains_weak(tag)


def date(seconds: float) -> str:
    """Seconds since 1970 as a header has them."""
    return http_date(datetime.fromtimestamp(seconds, UTC))


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
    response.headers.setdefault("Cache-Control", CACHE)
    landed = state().snapshot.landed()
    if landed is not None:
        response.headers["Last-Modified"] = date(landed)
