"""One shape for every error over HTTP: JSON for programs, the same facts as a page for a browser."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus

from flask import Flask, Response, current_app, json, render_template, request
from werkzeug.exceptions import HTTPException

from kg.errors import KgError, StoreError
from kg.serving import failures, negotiation
from kg.serving.guard import MAX_QUERY_BYTES

POSITION = re.compile(r"\bat (\d+):(\d+)\b")
MISTAKE = "The server made a mistake; it is in its log."
_UNREADABLE = "The graph cannot be read at the moment. Try again later."


@dataclass(kw_only=True)
class HttpError(Exception):
    """An answer that is not the one asked for; raised anywhere below a route."""

    status: int
    detail: str  #: what is wrong and how to mend it, for a person to read
    line: int | None = None  #: where in the query, counted from 1
    column: int | None = None  #: in Unicode characters, counted from 1
    headers: Mapping[str, str] = field(default_factory=dict)
    facts: Mapping[str, str | float] = field(default_factory=dict)  #: more about it, for a program

    def __str__(self) -> str:
        return self.detail

    @property
    def title(self) -> str:
        """The status in words: «Bad Request»."""
        return HTTPStatus(self.status).phrase


def body(error: HttpError) -> dict[str, dict[str, str | float]]:
    """The JSON of an error: `{"error": {"status", "title", "detail"[, "line", "column"][, "reason", "limit", "elapsed"]}}`."""
    facts: dict[str, str | float] = {"status": error.status, "title": error.title, "detail": error.detail}
    if error.line is not None:
        facts["line"] = error.line
    if error.column is not None:
        facts["column"] = error.column
    facts.update(error.facts)
    return {"error": facts}


def respond(error: HttpError) -> Response:
    """The error as the client would have it."""
    if negotiation.prefers_html(request.headers.get("Accept")):
        page = render_template("error.html", error=error, query=request.args.get("query", "")[:MAX_QUERY_BYTES])
        media, text = negotiation.HTML, page
    else:
        media, text = negotiation.JSON, json.dumps(body(error), ensure_ascii=False) + "\n"
    response = Response(text, status=error.status, content_type=negotiation.content_type(media))
    response.headers.update(error.headers)
    response.headers["Cache-Control"] = "no-store"
    return response


def from_engine(error: failures.EngineError, log: logging.Logger | None = None) -> HttpError:
    """What a client is told of a question that got no answer. A store's place is for the log (the app's, if none is given), not for a
    stranger."""
    if isinstance(error, failures.Malformed):
        found = POSITION.search(str(error))
        line, column = (int(found.group(1)), int(found.group(2))) if found else (None, None)
        return HttpError(status=400, detail=str(error), line=line, column=column)
    if isinstance(error, failures.Unreadable):
        (log or current_app.logger).error("%s", error)
        return HttpError(status=503, detail=_UNREADABLE)
    facts: dict[str, str | float] = {"reason": "busy"}
    if isinstance(error, failures.Stopped):
        told = {"reason": error.reason, "limit": error.limit, "elapsed": error.elapsed}
        facts = {name: value for name, value in told.items() if value is not None}
    return HttpError(status=503, detail=str(error), headers={"Retry-After": "5"}, facts=facts)


def register(app: Flask) -> None:
    """Make every error of `app` take the one shape."""
    app.register_error_handler(HttpError, respond)
    app.register_error_handler(HTTPException, _from_werkzeug)
    app.register_error_handler(StoreError, _from_store)
    app.register_error_handler(KgError, _unexpected)
    app.register_error_handler(Exception, _unexpected)


def _from_werkzeug(error: HTTPException) -> Response:
    headers = {name: value for name, value in error.get_headers() if name in ("Allow", "Retry-After", "Location")}
    return respond(
        HttpError(status=error.code or 500, detail=error.description or "The request failed.", headers=headers)
    )


def _from_store(error: StoreError) -> Response:
    return respond(from_engine(failures.Unreadable(str(error))))


def _unexpected(error: Exception) -> Response:
    current_app.logger.exception("A request failed", exc_info=error)
    return respond(HttpError(status=500, detail=MISTAKE))
