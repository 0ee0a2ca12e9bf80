"""The SPARQL 1.1 Graph Store HTTP Protocol, reading (https://www.w3.org/TR/sparql11-http-rdf-update/#http-get)."""

from __future__ import annotations

from flask import Blueprint, Response, request

from kg.serving import engine, failures, negotiation
from kg.serving.errors import HttpError, from_engine
from kg.serving.resources import is_iri
from kg.serving.sparql import sent
from kg.serving.state import state

blueprint = Blueprint("graph_store", __name__)

_EVERYTHING = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }"
_FORMATS = tuple(negotiation.GRAPH_FORMATS)


@blueprint.get("/rdf-graph-store")
def graph_store() -> Response:
    """A named graph (`?graph=IRI`), or the default graph, which is all of them together (`?default`)."""
    graph = _wanted()
    media = negotiation.negotiate(request.headers.get("Accept"), _FORMATS)
    if media is None:
        raise HttpError(status=406, detail=f"Accept names no media type of a graph: {', '.join(_FORMATS)}.")
    if graph is not None and not state().snapshot.has_graph(graph):
        raise HttpError(status=404, detail="There is no graph of this name.")
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


def _wanted() -> str | None:
    """The IRI of the graph that is asked for; None for the default graph. Raises HttpError (400) for neither or both."""
    graphs, default = request.args.getlist("graph"), request.args.getlist("default")
    if len(graphs) + len(default) != 1 or any(default):
        raise HttpError(status=400, detail="Name one graph, ?graph=IRI, or the default graph, ?default.")
    if not graphs:
        return None
    if not is_iri(graphs[0]):
        raise HttpError(status=400, detail=f"graph is no absolute IRI: {graphs[0][:200]!r}.")
    return graphs[0]
