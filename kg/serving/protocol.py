"""The SPARQL 1.1 Protocol, query operation (https://www.w3.org/TR/sparql11-protocol/#query-operation), without a web framework."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl

from werkzeug.http import parse_options_header

from kg.serving import engine, guard, negotiation
from kg.serving.errors import POSITION, HttpError
from kg.serving.resources import is_iri
from kg.settings import is_seconds

BODY_BYTES = 4 * guard.MAX_QUERY_BYTES + 64_000
QUERY_PAGE = (*negotiation.RESULT_FORMATS, negotiation.HTML)
GRAPH_PAGE = (*negotiation.GRAPH_FORMATS, negotiation.HTML)
_MAX_GRAPHS = 500
_ENGINE_RESULTS = {**negotiation.RESULT_FORMATS, negotiation.HTML: negotiation.RESULTS_JSON}
_ENGINE_GRAPHS = {**negotiation.GRAPH_FORMATS, negotiation.HTML: negotiation.TURTLE}


@dataclass(frozen=True, kw_only=True, slots=True)
class Message:
    """A request as it came."""

    method: str
    query_string: bytes  #: percent-encoded
    content_type: str | None = None
    body: bytes = b""


@dataclass(frozen=True, kw_only=True, slots=True)
class Operation:
    """A query operation as the protocol gives it."""

    query: str | None  #: None: no query is given
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    seconds: float | None = None  #: less time than the server gives, where the client asks for that
    format: str | None = None  #: of the answer, for a client whose `Accept` names none


@dataclass(frozen=True, kw_only=True, slots=True)
class Choice:
    """The media types that a client would have; None where it takes none."""

    results: str | None  #: of SELECT and ASK
    graph: str | None  #: of CONSTRUCT and DESCRIBE

    @property
    def page(self) -> bool:
        """Whether one of them is a page."""
        return negotiation.HTML in (self.results, self.graph)

    def of(self, kind: str) -> str:
        """The media type for an answer of this kind, «graph» or another. Raises HttpError (406) where there is none."""
        chosen = self.graph if kind == "graph" else self.results
        if chosen is None:
            raise not_acceptable(GRAPH_PAGE if kind == "graph" else QUERY_PAGE)
        return chosen


def choose(operation: Operation, accept: str | None) -> Choice:
    """The formats of an answer. Raises HttpError (406) where the client takes none that there is."""
    results, graph = _negotiated(accept)
    if operation.format is not None and negotiation.names_nothing(accept):
        results, graph = negotiation.FORMATS[operation.format]
    if results is None and graph is None:
        raise not_acceptable((*QUERY_PAGE, *GRAPH_PAGE))
    return Choice(results=results, graph=graph)


@lru_cache(maxsize=256)
def _negotiated(accept: str | None) -> tuple[str | None, str | None]:
    return negotiation.negotiate(accept, QUERY_PAGE), negotiation.negotiate(accept, GRAPH_PAGE)


def question(operation: Operation, choice: Choice, *, address: str, rows: int) -> engine.Question:
    """The operation as the engine is asked at an address, for so many rows at most.

    Relative IRIs are read against the address (SPARQL 1.1 Protocol, section 2.1.2; RFC 3986, section 5.1.3).
    """
    dataset = bool(operation.default_graphs or operation.named_graphs)
    return engine.Question(
        query=operation.query or "",
        base_iri=address if is_iri(address) else None,
        rows=rows,
        default_graphs=list(operation.default_graphs) if dataset else None,
        named_graphs=list(operation.named_graphs) if dataset else None,
        results=_ENGINE_RESULTS.get(choice.results or ""),
        graph=_ENGINE_GRAPHS.get(choice.graph or ""),
        seconds=operation.seconds,
    )


@dataclass(frozen=True, kw_only=True, slots=True)
class Update:
    """An update operation as the protocol gives it (section 2.2)."""

    update: str
    default_graphs: tuple[str, ...] = ()  #: `using-graph-uri`
    named_graphs: tuple[str, ...] = ()  #: `using-named-graph-uri`


def is_update(message: Message) -> bool:
    """Whether a request means to write: by its media type, or by the name of a parameter."""
    media, _ = parse_options_header(message.content_type)
    if media == negotiation.SPARQL_UPDATE:
        return True
    encoded = message.query_string + b"&" + (message.body if media == negotiation.FORM else b"")
    return any(part.startswith(b"update=") for part in encoded.split(b"&"))


def read_update(message: Message) -> Update:
    """The update in a request.

    Raises HttpError: 400 where the request breaks the protocol, 405 for a GET, 415 where its media type is none of the protocol's.
    """
    if message.method != "POST":
        raise HttpError(status=405, detail="Updates are sent with POST.", headers={"Allow": "POST"})
    parameters = _pairs(message.query_string, "the address")
    media, options = parse_options_header(message.content_type)
    if media == negotiation.FORM:
        if any(name == "update" for name, _ in parameters):
            raise HttpError(status=400, detail="The update stands in the address. Send it in the body.")
        parameters += _pairs(message.body, "the form")
        updates = [value for name, value in parameters if name == "update"]
    elif media == negotiation.SPARQL_UPDATE:
        updates = [_text(message.body, options.get("charset", "utf-8"))]
    else:
        raise _wrong_media(media)
    if len(updates) != 1 or any(name == "query" for name, _ in parameters):
        raise HttpError(status=400, detail="Send one update, and no query beside it.")
    return Update(
        update=updates[0],
        default_graphs=_graphs(parameters, "using-graph-uri"),
        named_graphs=_graphs(parameters, "using-named-graph-uri"),
    )


def malformed(what: str) -> HttpError:
    """The error for words that the engine cannot read, with the place where its message names one."""
    found = POSITION.search(what)
    line, column = (int(found.group(1)), int(found.group(2))) if found else (None, None)
    return HttpError(status=400, detail=what, line=line, column=column)


def row_limit(rows: int) -> tuple[str, str]:
    """The header that announces how many rows an answer has at most."""
    return "Row-Limit", str(rows)


def too_long(most: int) -> HttpError:
    """The error for a body that is longer than so many bytes."""
    return HttpError(status=413, detail=f"The request's body is longer than the {most:,} bytes allowed.")


def read_operation(message: Message) -> Operation:
    """The operation in a request.

    Raises HttpError: 400 where the request breaks the protocol, 415 where its media type is none of the protocol's.
    """
    parameters = _pairs(message.query_string, "the address")
    direct: str | None = None
    if message.method == "POST":
        media, options = parse_options_header(message.content_type)
        if media == negotiation.FORM:
            parameters += _pairs(message.body, "the form")
        elif media == negotiation.SPARQL_QUERY:
            direct = _text(message.body, options.get("charset", "utf-8"))
        else:
            raise _wrong_media(media)
    if any(name in ("update", "using-graph-uri", "using-named-graph-uri") for name, _ in parameters):
        raise HttpError(status=400, detail="This endpoint answers queries only; it takes no updates.")
    queries = [value for name, value in parameters if name == "query"]
    if direct is not None:
        queries.append(direct)
    if len(queries) > 1:
        raise HttpError(status=400, detail="The request holds more than one query. Send one.")
    if message.method == "POST" and not queries:
        raise HttpError(status=400, detail="The request holds no query. Send it as the field «query».")
    return Operation(
        query=queries[0] if queries else None,
        default_graphs=_graphs(parameters, "default-graph-uri"),
        named_graphs=_graphs(parameters, "named-graph-uri"),
        seconds=_seconds(parameters),
        format=_format(parameters),
    )


def refusal(query: str, refused: guard.Refused) -> HttpError:
    if refused.too_long:
        return HttpError(status=413, detail=refused.reason)
    if refused.offset is None:
        return HttpError(status=400, detail=refused.reason)
    line, column = guard.position(query, refused.offset)
    return HttpError(status=400, detail=refused.reason, line=line, column=column)


def not_acceptable(offers: tuple[str, ...]) -> HttpError:
    """The error where a client takes none of what is offered."""
    return HttpError(
        status=406, detail=f"Accept names no media type of this answer: {', '.join(dict.fromkeys(offers))}."
    )


def _text(body: bytes, charset: str) -> str:
    if charset.lower() not in ("utf-8", "utf8"):
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
