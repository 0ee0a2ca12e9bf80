"""The SPARQL 1.1 Protocol, query operation (https://www.w3.org/TR/sparql11-protocol/#query-operation)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

from flask import Blueprint, Response, render_template, request

from kg.serving import engine, failures, guard, negotiation, observation, service_description
from kg.serving.errors import HttpError, from_engine
from kg.serving.resources import Site, is_iri
from kg.serving.state import state
from kg.settings import is_seconds

blueprint = Blueprint("sparql", __name__)

SHOWN_ROWS = 1000
SHOWN_CHARACTERS = 200_000
_BODY_BYTES = 4 * guard.MAX_QUERY_BYTES + 64_000
_MAX_GRAPHS = 500
_QUERY_PAGE = (*negotiation.RESULT_FORMATS, negotiation.HTML)
_GRAPH_PAGE = (*negotiation.GRAPH_FORMATS, negotiation.HTML)
_DESCRIPTION = (*negotiation.GRAPH_FORMATS, negotiation.HTML)


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """A query operation as the protocol gives it."""

    query: str | None  #: None: no query is given
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    seconds: float | None = None  #: less time than the server gives, where the client asks for that
    format: str | None = None  #: of the answer, for a client whose `Accept` names none


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
    operation = read_operation()
    accept = request.headers.get("Accept")
    if operation.query is None:
        return _describe(accept)
    observation.note_query(operation.query)
    try:
        guard.check(operation.query)
    except guard.Refused as refused:
        observation.note_outcome("refused")
        raise _refusal(operation.query, refused) from refused
    results, graph = negotiation.negotiate(accept, _QUERY_PAGE), negotiation.negotiate(accept, _GRAPH_PAGE)
    if operation.format is not None and negotiation.names_nothing(accept):
        results, graph = negotiation.FORMATS[operation.format]
    if results is None and graph is None:
        raise _not_acceptable((*_QUERY_PAGE, *_GRAPH_PAGE))
    page = negotiation.HTML in (results, graph)
    formats = {**negotiation.RESULT_FORMATS, negotiation.HTML: negotiation.RESULTS_JSON}
    graph_formats = {**negotiation.GRAPH_FORMATS, negotiation.HTML: negotiation.TURTLE}
    answer = _ask(operation, results=formats.get(results or ""), graph=graph_formats.get(graph or ""))
    chosen = graph if answer.kind == "graph" else results
    if chosen is None:
        answer.close()
        raise _not_acceptable(_GRAPH_PAGE if answer.kind == "graph" else _QUERY_PAGE)
    if page and chosen == negotiation.HTML:
        return _page(operation, answer)
    return sent(answer, chosen)


def sent(answer: engine.Answer, media: str) -> Response:
    """An answer as the current request has it: for HEAD without its body."""
    if request.method == "HEAD":
        answer.close()
    response = Response(answer.chunks(), content_type=negotiation.content_type(media))
    if answer.size is not None:
        response.content_length = answer.size
    response.call_on_close(answer.close)
    return response


def read_operation() -> Operation:
    """The operation in the current request.

    Raises HttpError: 400 where the request breaks the protocol, 413 where its body is too long, 415 where its media
    type is none of the protocol's.
    """
    parameters = _pairs(request.query_string, "the address")
    direct: str | None = None
    if request.method == "POST":
        media = (request.mimetype or "").lower()
        body = _body()
        if media == negotiation.FORM:
            parameters += _pairs(body, "the form")
        elif media == negotiation.SPARQL_QUERY:
            direct = _text(body)
        else:
            raise _wrong_media(media)
    if any(name in ("update", "using-graph-uri", "using-named-graph-uri") for name, _ in parameters):
        raise HttpError(status=400, detail="This endpoint answers queries only; it takes no updates.")
    queries = [value for name, value in parameters if name == "query"]
    if direct is not None:
        queries.append(direct)
    if len(queries) > 1:
        raise HttpError(status=400, detail="The request holds more than one query. Send one.")
    if request.method == "POST" and not queries:
        raise HttpError(status=400, detail="The request holds no query. Send it as the field «query».")
    return Operation(
        query=queries[0] if queries else None,
        default_graphs=_graphs(parameters, "default-graph-uri"),
        named_graphs=_graphs(parameters, "named-graph-uri"),
        seconds=_seconds(parameters),
        format=_format(parameters),
    )


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
        raise _not_acceptable(_DESCRIPTION)
    if media == negotiation.HTML:
        return _render(Operation(query=None))
    if not request.host or not is_iri(request.base_url):
        raise HttpError(status=400, detail="The Host header is no name of a host.")
    snapshot = state().snapshot
    text = service_description.query(request.base_url, triples=snapshot.size())
    body = snapshot.graph(text, negotiation.GRAPH_FORMATS[media])
    return Response(body, content_type=negotiation.content_type(media))


def _ask(operation: Operation, *, results: str | None, graph: str | None) -> engine.Answer:
    dataset = bool(operation.default_graphs or operation.named_graphs)
    question = engine.Question(
        query=operation.query or "",
        default_graphs=list(operation.default_graphs) if dataset else None,
        named_graphs=list(operation.named_graphs) if dataset else None,
        results=results,
        graph=graph,
        seconds=operation.seconds,
    )
    try:
        return state().engine.ask(question)
    except failures.EngineError as error:
        observation.note_outcome(_outcome(error))
        raise from_engine(error) from error


def _outcome(error: failures.EngineError) -> str:
    if isinstance(error, failures.Stopped):
        return error.reason
    return type(error).__name__.lower()


def _page(operation: Operation, answer: engine.Answer) -> Response:
    try:
        body = answer.whole()
    except failures.EngineError as error:
        observation.note_outcome(_outcome(error))
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


def _body() -> bytes:
    """The request's body, read no further than a query may be long."""
    if (request.content_length or 0) > _BODY_BYTES:
        raise HttpError(status=413, detail=f"The request's body is longer than the {_BODY_BYTES:,} bytes allowed.")
    body = request.stream.read(_BODY_BYTES + 1)
    if len(body) > _BODY_BYTES:
        raise HttpError(status=413, detail=f"The request's body is longer than the {_BODY_BYTES:,} bytes allowed.")
    return body


def _text(body: bytes) -> str:
    charset = request.mimetype_params.get("charset", "utf-8").lower()
    if charset not in ("utf-8", "utf8"):
        raise HttpError(status=415, detail=f"The charset {charset!r} is not read. Send UTF-8.")
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as error:
        raise HttpError(status=400, detail=f"The query is not UTF-8: byte {error.start} is wrong.") from error


def _pairs(encoded: bytes, place: str) -> list[tuple[str, str]]:
    """The pairs of a form, decoded once."""
    try:
        text = encoded.decode("utf-8")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=2 * _MAX_GRAPHS)
    except UnicodeDecodeError as error:
        raise HttpError(status=400, detail=f"A parameter in {place} is not UTF-8.") from error
    except ValueError as error:
        raise HttpError(status=400, detail=f"There are too many parameters in {place}.") from error


def _graphs(parameters: list[tuple[str, str]], wanted: str) -> tuple[str, ...]:
    graphs = tuple(value for name, value in parameters if name == wanted)
    if len(graphs) > _MAX_GRAPHS:
        raise HttpError(status=400, detail=f"More than {_MAX_GRAPHS} graphs are named in {wanted}.")
    for graph in graphs:
        if not is_iri(graph):
            raise HttpError(status=400, detail=f"{wanted} is no absolute IRI: {graph[:200]!r}.")
    return graphs


def _seconds(parameters: list[tuple[str, str]]) -> float | None:
    told = [value for name, value in parameters if name == "timeout"]
    if not told:
        return None
    if len(told) > 1 or not is_seconds(told[0]):
        raise HttpError(status=400, detail="timeout is no number of seconds above 0, like 5 or 0.5.")
    return float(told[0])


def _format(parameters: list[tuple[str, str]]) -> str | None:
    told = [value.lower() for name, value in parameters if name == "format"]
    if not told:
        return None
    if len(told) > 1 or told[0] not in negotiation.FORMATS:
        raise HttpError(status=400, detail=f"format is none of {', '.join(negotiation.FORMATS)}.")
    return told[0]


def _wrong_media(media: str) -> HttpError:
    if media == negotiation.SPARQL_UPDATE:
        return HttpError(status=415, detail="This endpoint answers queries only; it takes no updates.")
    wanted = f"{negotiation.FORM} or {negotiation.SPARQL_QUERY}"
    return HttpError(
        status=415,
        detail=f"The body's media type is {media or 'missing'}. Send {wanted}.",
        headers={"Accept-Post": f"{negotiation.FORM}, {negotiation.SPARQL_QUERY}"},
    )


def _not_acceptable(offers: tuple[str, ...]) -> HttpError:
    return HttpError(
        status=406, detail=f"Accept names no media type of this answer: {', '.join(dict.fromkeys(offers))}."
    )


def _refusal(query: str, refused: guard.Refused) -> HttpError:
    if refused.too_long:
        return HttpError(status=413, detail=refused.reason)
    if refused.offset is None:
        return HttpError(status=400, detail=refused.reason)
    line, column = guard.position(query, refused.offset)
    return HttpError(status=400, detail=refused.reason, line=line, column=column)
