"""The SPARQL 1.1 Graph Store HTTP Protocol (https://www.w3.org/TR/sparql11-http-rdf-update/); writing where there is a token for it.

A graph is named by `?graph=IRI`, or is named like its address below `/rdf-graph-store/` (section 4.1). `?default` is, for reading, all
graphs together; for writing, the graph without a name, which is one of them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from flask import Blueprint, Response, request

from kg.serving import engine, failures, negotiation
from kg.serving import writing as writes
from kg.serving.errors import HttpError, from_engine
from kg.serving.resources import is_iri
from kg.serving.sparql import read_body, sent
from kg.serving.state import state
from kg.serving.writing import Write, Writing

blueprint = Blueprint("graph_store", __name__)
writable = Blueprint("graph_store_writes", __name__)

_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_FORMATS = tuple(negotiation.GRAPH_FORMATS)
_MULTIPART = "multipart/form-data"
_SMALL_BYTES = 100_000  #: of the body of one who may not write


@blueprint.get("/rdf-graph-store")
@blueprint.get("/rdf-graph-store/<path:name>")
def graph_store(name: str = "") -> Response:
    """A graph, or all of them together."""
    graph = _wanted(name)
    media = negotiation.negotiate(request.headers.get("Accept"), _FORMATS)
    if media is None:
        raise HttpError(status=406, detail=f"Accept names no media type of a graph: {', '.join(_FORMATS)}.")
    if graph is not None and not state().snapshot.has_graph(graph):
        raise _missing()
    question = engine.Question(
        query=_EVERYTHING,
        default_graphs=None if graph is None else [graph],
        named_graphs=None if graph is None else [],
        graph=negotiation.GRAPH_FORMATS[media],
    )
    try:
        answer = state().engine.ask(question)
    except failures.EngineError as error:
        raise from_engine(error) from error
    return sent(answer, media)


@writable.put("/rdf-graph-store")
@writable.put("/rdf-graph-store/<path:name>")
def put(name: str = "") -> Response:
    """Put a document in place of a graph: 201 where that is new, else 204."""
    writing = _authorized("put")
    return _write(writing, "put", _wanted(name))


@writable.post("/rdf-graph-store")
@writable.post("/rdf-graph-store/<path:name>")
def post(name: str = "") -> Response:
    """Put documents into a graph; into a new one, which is named in `Location`, where none is named."""
    writing = _authorized("post")
    if not name and not request.args:
        return _write(writing, "post", None, make_name=True)
    return _write(writing, "post", _wanted(name))


@writable.delete("/rdf-graph-store")
@writable.delete("/rdf-graph-store/<path:name>")
def delete(name: str = "") -> Response:
    """Take a graph out; 404 where there is none of its name."""
    writing = _authorized("delete")
    graph = _wanted(name)
    if graph is not None and not state().snapshot.has_graph(graph):
        raise _missing()
    writes.carry_out(writing, Write(verb="delete", graph=graph))
    return Response(status=204)


def _authorized(verb: str) -> Writing:
    writing = state().config.writing
    assert writing is not None, "these routes are there where writing is"
    writes.authorize(writing, verb)
    return writing


def _write(writing: Writing, verb: str, graph: str | None, *, make_name: bool = False) -> Response:
    parts = list(_documents())
    text = b"".join(data for _, data in parts)
    if make_name:
        graph = f"{request.base_url.rstrip('/')}/{hashlib.sha256(text).hexdigest()[:32]}"
    new = graph is not None and not state().snapshot.has_graph(graph)
    sizes = [(media, len(data)) for media, data in parts]
    base = graph if graph is not None else request.base_url
    writes.carry_out(writing, Write(verb=verb, text=text, graph=graph, parts=sizes, base=base))
    response = Response(status=201 if new else 204)
    if new and graph is not None:
        response.headers["Location"] = graph
    return response


def _documents() -> Iterator[tuple[str, bytes]]:
    """Format and bytes of each document in the request. Raises HttpError: 400 for none, 413, 415."""
    if request.mimetype == _MULTIPART:
        read_body_limit = request.content_length or 0
        if read_body_limit > writes.WRITE_BYTES:
            raise HttpError(status=413, detail=f"The body is longer than the {writes.WRITE_BYTES:,} bytes allowed.")
        files = list(request.files.values())
        if not files:
            raise HttpError(status=400, detail="The form holds no file.")
        for file in files:
            yield _format(file.mimetype), file.stream.read()
        return
    yield _format(request.mimetype), read_body(_SMALL_BYTES)


def _format(media: str) -> str:
    found = negotiation.GRAPH_FORMATS.get(media) if media != negotiation.JSON else negotiation.JSON_LD
    if found is None:
        offered = ", ".join(dict.fromkeys(negotiation.GRAPH_FORMATS.values()))
        raise HttpError(status=415, detail=f"The document's media type is {media or 'missing'}. Send one of {offered}.")
    return found


def _missing() -> HttpError:
    return HttpError(status=404, detail="There is no graph of this name.")


def _wanted(name: str) -> str | None:
    """The IRI of the graph that is asked for; None for the default graph. Raises HttpError (400) for none, and for more than one."""
    graphs, default = request.args.getlist("graph"), request.args.getlist("default")
    if name and not graphs and not default:
        graphs = [request.base_url]
    elif name or len(graphs) + len(default) != 1 or any(default):
        raise HttpError(status=400, detail="Name one graph, ?graph=IRI, or the default graph, ?default.")
    if not graphs:
        return None
    if not is_iri(graphs[0]):
        raise HttpError(status=400, detail=f"graph is no absolute IRI: {graphs[0][:200]!r}.")
    return graphs[0]
