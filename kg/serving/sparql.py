"""The route of the SPARQL endpoint: queries (see `protocol.py`), the description of the service, the query page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import Blueprint, Response, jsonify, render_template, request

from kg.serving import engine, failures, federation, guard, negotiation, observation, protocol, service_description
from kg.serving import writing as writes
from kg.serving.errors import HttpError, from_engine
from kg.serving.protocol import Message, Operation
from kg.serving.resources import Site, is_iri
from kg.serving.state import state

blueprint = Blueprint("sparql", __name__)

SHOWN_ROWS = 1000
SHOWN_CHARACTERS = 200_000
_DESCRIPTION = (*negotiation.GRAPH_FORMATS, negotiation.HTML)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cell:
    """One value of a table of results."""

    value: str
    short: str
    href: str = ""
    language: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Table:
    """An answer as the page shows it."""

    variables: tuple[str, ...] = ()
    rows: tuple[tuple[Cell | None, ...], ...] = ()
    total: int = 0
    boolean: bool | None = None


@blueprint.route("/sparql", methods=["GET", "POST"])
def sparql() -> Response:
    """Answer a query, or say what this endpoint is."""
    message = _message()
    writing = state().config.writing
    if writing is not None and protocol.is_update(message):
        changed = writes.update(writing, message, address=request.base_url)
        return jsonify({"changed": changed})
    operation = protocol.read_operation(message)
    accept = request.headers.get("Accept")
    if operation.query is None:
        return _describe(accept)
    observation.note_query(operation.query)
    try:
        admitted = federation.admit(operation.query, state().config.federation)
    except guard.Refused as refused:
        observation.note_outcome("refused")
        raise protocol.refusal(operation.query, refused) from refused
    choice = protocol.choose(operation, accept)
    rows = state().config.limits.rows
    question = protocol.question(replace(operation, query=admitted), choice, address=request.base_url, rows=rows)
    answer = _ask(question, calls=admitted != operation.query)
    try:
        media = choice.of(answer.kind)
    except BaseException:
        answer.close()
        raise
    response = _page(operation, answer) if media == negotiation.HTML else sent(answer, media)
    response.headers.add(*protocol.row_limit(rows))
    return response


def _message() -> Message:
    """The current request; its body is read no further than it may be long. Raises HttpError (413)."""
    body = b""
    if request.method == "POST":
        body = read_body(protocol.BODY_BYTES)
    return Message(
        method=request.method,
        query_string=request.query_string,
        content_type=request.headers.get("Content-Type"),
        body=body,
    )


def read_body(most: int) -> bytes:
    """The body of the current request; for one that may write, as much as a write may have. Raises HttpError (413)."""
    writing = state().config.writing
    if writing is not None and writing.allows(request.headers.get("Authorization")):
        most = writes.WRITE_BYTES
    if (request.content_length or 0) > most:
        raise protocol.too_long(most)
    body = request.stream.read(most + 1)
    if len(body) > most:
        raise protocol.too_long(most)
    return body


def sent(answer: engine.Answer, media: str) -> Response:
    """An answer as the current request has it: for HEAD without its body."""
    if request.method == "HEAD":
        answer.close()
    response = Response(answer.chunks(), content_type=negotiation.content_type(media))
    if answer.size is not None:
        response.content_length = answer.size
    response.call_on_close(answer.close)
    return response


def table_of(results: Mapping[str, Any], site: Site) -> Table:
    """A table from SPARQL results in JSON, its first rows only."""
    if "boolean" in results:
        return Table(boolean=bool(results["boolean"]))
    variables = tuple(results["head"]["vars"])
    bindings = results["results"]["bindings"]
    rows = tuple(tuple(_cell(row.get(name), site) for name in variables) for row in bindings[:SHOWN_ROWS])
    return Table(variables=variables, rows=rows, total=len(bindings))


def _describe(accept: str | None) -> Response:
    media = negotiation.negotiate(accept, _DESCRIPTION)
    if media is None:
        raise protocol.not_acceptable(_DESCRIPTION)
    if media == negotiation.HTML:
        return _render(Operation(query=None))
    if not request.host or not is_iri(request.base_url):
        raise HttpError(status=400, detail="The Host header is no name of a host.")
    snapshot = state().snapshot
    config = state().config
    text = service_description.query(
        request.base_url,
        triples=snapshot.size(),
        updates=config.writing is not None,
        calls=config.federation is not None,
    )
    body = snapshot.graph(text, negotiation.GRAPH_FORMATS[media])
    return Response(body, content_type=negotiation.content_type(media))


def _ask(question: engine.Question, *, calls: bool) -> engine.Answer:
    try:
        return state().engine.ask(question)
    except failures.EngineError as error:
        observation.note_outcome(observation.outcome(error))
        raise federation.failure(error, calls=calls) or from_engine(error) from error


def _page(operation: Operation, answer: engine.Answer) -> Response:
    try:
        body = answer.whole()
    except failures.EngineError as error:
        observation.note_outcome(observation.outcome(error))
        raise from_engine(error) from error
    if answer.kind == "graph":
        return _render(operation, turtle=body.decode())
    return _render(operation, table=table_of(json.loads(body), state().site(request.script_root)))


def _render(operation: Operation, *, table: Table | None = None, turtle: str | None = None) -> Response:
    names = negotiation.GRAPH_NAMES if turtle is not None else negotiation.RESULT_NAMES
    examples = state().examples
    page = render_template(
        "query.html",
        query=operation.query if operation.query is not None else (examples[0].text if examples else ""),
        default_graphs=operation.default_graphs,
        named_graphs=operation.named_graphs,
        table=table,
        turtle=turtle[:SHOWN_CHARACTERS] if turtle is not None else None,
        turtle_cut=turtle is not None and len(turtle) > SHOWN_CHARACTERS,
        answered=table is not None or turtle is not None,
        downloads=[f"{name}={media}" for name, media in names.items()],
        endpoint=request.base_url,
        examples=examples,
    )
    return Response(page, content_type=negotiation.content_type(negotiation.HTML))


def _cell(term: Mapping[str, Any] | None, site: Site) -> Cell | None:
    if term is None:
        return None
    if term["type"] == "triple":
        text = json.dumps(term["value"], ensure_ascii=False)
        return Cell(value=text, short=text)
    value = str(term["value"])
    if term["type"] != "uri":
        return Cell(value=value, short=value, language=str(term.get("xml:lang", "")))
    href = site.href(value)
    safe = href if href.startswith(("/", "http://", "https://")) else ""
    return Cell(value=value, short=site.short(value), href=safe)
