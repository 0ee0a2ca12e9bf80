"""The HTTP side in OpenAPI 3.1 (https://spec.openapis.org/oas/v3.1.0), for programs that make clients: `/openapi.json`.

It is made of the same tables as the answers: formats from `negotiation.py`, limits from the configuration. What takes no writes describes none.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from typing import Any

from flask import Blueprint, Response, jsonify

from kg.serving import guard, negotiation
from kg.serving.state import state

blueprint = Blueprint("openapi", __name__)

Part = dict[str, Any]

_GRAPHS = tuple(dict.fromkeys(negotiation.GRAPH_FORMATS.values()))
_RESULTS = tuple(dict.fromkeys(negotiation.RESULT_FORMATS.values()))
_TEXT: Part = {"schema": {"type": "string"}}
_IRI: Part = {"type": "string", "format": "iri"}
_BEARER: list[Part] = [{"token": []}]


@blueprint.get("/openapi.json")
def openapi() -> Response:
    """The description."""
    config = state().config
    made = describe(seconds=config.limits.seconds, writable=config.writing is not None)
    return jsonify(made)


def describe(*, seconds: float, writable: bool) -> Part:
    """The description of a server that gives a query so many seconds, and that takes writes or does not."""
    made: Part = {
        "openapi": "3.1.0",
        "info": {
            "title": "hindi-news-kg",
            "summary": "A knowledge graph of Hindi news: who met, visited, armed, accused or denied whom, by whose account",
            "version": version("hindi-news-kg"),
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": {
            **_sparql(seconds, writable),
            **_graph_store(writable),
            **_resources(),
            **_reconciliation(),
            **_rest(),
        },
        "components": {"schemas": {"Error": _ERROR}, "responses": _RESPONSES},
    }
    if writable:
        made["components"]["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return made


_ERROR: Part = {
    "type": "object",
    "required": ["error"],
    "properties": {
        "error": {
            "type": "object",
            "required": ["status", "title", "detail"],
            "properties": {
                "status": {"type": "integer", "description": "that of the answer"},
                "title": {"type": "string", "description": "the status in words"},
                "detail": {"type": "string", "description": "what is wrong and how to mend it"},
                "line": {"type": "integer", "minimum": 1, "description": "where in the query"},
                "column": {"type": "integer", "minimum": 1, "description": "in Unicode characters"},
                "reason": {
                    "type": "string",
                    "description": "timeout, memory, size, preempted, busy or crash: why a query has no answer",
                },
                "limit": {"type": "number", "description": "seconds or bytes, as the reason has it"},
                "elapsed": {"type": "number", "description": "seconds"},
            },
        }
    },
}


def _failure(what: str) -> Part:
    return {"description": what, "content": {negotiation.JSON: {"schema": {"$ref": "#/components/schemas/Error"}}}}


_RESPONSES: Part = {
    "Wrong": _failure("The request breaks the protocol, or the query cannot be read or is refused"),
    "Unauthorized": _failure("The token is missing or wrong"),
    "Missing": _failure("There is nothing of this name"),
    "NotAcceptable": _failure("Accept names no format of this answer"),
    "TooLong": _failure("The query or the body is too long"),
    "WrongMedia": _failure("The body's media type is not read"),
    "Unavailable": _failure("The query took more than it may, or all workers are busy; see `reason`"),
}


def _responses(description: str, media: Iterable[str], *failures: str, status: str = "200") -> Part:
    codes = {
        "Wrong": "400",
        "Unauthorized": "401",
        "Missing": "404",
        "NotAcceptable": "406",
        "TooLong": "413",
        "WrongMedia": "415",
        "Unavailable": "503",
    }
    answer: Part = {"description": description}
    content = dict.fromkeys(media, _TEXT)
    if content:
        answer["content"] = content
    return {status: answer, **{codes[name]: {"$ref": f"#/components/responses/{name}"} for name in failures}}


def _parameter(
    name: str, what: str, *, schema: Part | None = None, required: bool = False, place: str = "query"
) -> Part:
    found: Part = {"name": name, "in": place, "description": what, "schema": schema or {"type": "string"}}
    if required or place == "path":
        found["required"] = True
    if found["schema"].get("type") == "array":
        found["explode"] = True
    return found


def _sparql(seconds: float, writable: bool) -> Part:
    dataset = [
        _parameter(name, what, schema={"type": "array", "items": _IRI})
        for name, what in (
            ("default-graph-uri", "graphs that make up the default graph"),
            ("named-graph-uri", "graphs that GRAPH may name"),
        )
    ]
    options = [
        _parameter("timeout", f"seconds, {seconds:g} at most", schema={"type": "number", "exclusiveMinimum": 0}),
        _parameter(
            "format",
            "of the answer, where Accept names none",
            schema={"type": "string", "enum": [*negotiation.FORMATS]},
        ),
    ]
    query = {"type": "string", "maxLength": guard.MAX_QUERY_BYTES, "description": "SPARQL 1.1"}
    answers = _responses(
        "The answer; without a query the description of the service, or the page",
        (*_RESULTS, *_GRAPHS, negotiation.HTML),
        "Wrong",
        "NotAcceptable",
        "TooLong",
        "WrongMedia",
        "Unavailable",
    )
    form: Part = {"type": "object", "properties": {"query": query}}
    content: Part = {negotiation.FORM: {"schema": form}, negotiation.SPARQL_QUERY: {"schema": query}}
    post: Part = {"operationId": "queryByPost", "summary": "Ask a query", "parameters": [*dataset, *options]}
    post["responses"] = answers
    if writable:
        form["properties"]["update"] = {"type": "string", "description": "SPARQL 1.1 Update, in place of a query"}
        content[negotiation.SPARQL_UPDATE] = _TEXT
        post["summary"] = "Ask a query, or carry out an update"
        post["responses"] = {**answers, "401": {"$ref": "#/components/responses/Unauthorized"}}
        post["security"] = [{}, *_BEARER]
    post["requestBody"] = {"required": True, "content": content}
    get = {
        "operationId": "query",
        "summary": "Ask a query",
        "parameters": [_parameter("query", "SPARQL 1.1", schema=query), *dataset, *options],
        "responses": answers,
    }
    return {"/sparql": {"get": get, "post": post}}


def _graph_store(writable: bool) -> Part:
    chosen = [
        _parameter("graph", "the graph's name", schema=_IRI),
        _parameter("default", "all graphs together; for writing, the one without a name"),
    ]
    name = _parameter("name", "the graph is named like the address", place="path")
    found: Part = {}
    for path, parameters, ending in (
        ("/rdf-graph-store", chosen, ""),
        ("/rdf-graph-store/{name}", [name], "ByAddress"),
    ):
        item: Part = {
            "parameters": parameters,
            "get": {
                "operationId": f"getGraph{ending}",
                "summary": "Read a graph",
                "responses": _responses("The graph", _GRAPHS, "Wrong", "Missing", "NotAcceptable", "Unavailable"),
            },
        }
        if writable:
            body = {"required": True, "content": dict.fromkeys((*_GRAPHS, "multipart/form-data"), _TEXT)}
            failures = ("Wrong", "Unauthorized", "TooLong", "WrongMedia", "Unavailable")
            for verb, summary in (
                ("put", "Put a document in place of a graph"),
                ("post", "Put documents into a graph"),
            ):
                done = _responses("Done", (), *failures, status="204") | {
                    "201": {"description": "Done: the graph is new"}
                }
                item[verb] = {
                    "operationId": f"{verb}Graph{ending}",
                    "summary": summary,
                    "security": _BEARER,
                    "requestBody": body,
                    "responses": done,
                }
            item["delete"] = {
                "operationId": f"deleteGraph{ending}",
                "summary": "Take a graph out",
                "security": _BEARER,
                "responses": _responses("Done", (), "Wrong", "Unauthorized", "Missing", "Unavailable", status="204"),
            }
        found[path] = item
    return found


def _read(name: str, summary: str, media: Iterable[str], *failures: str, parameters: Iterable[Part] = ()) -> Part:
    get: Part = {"operationId": name, "summary": summary, "responses": _responses("Here it is", media, *failures)}
    if parameters:
        get["parameters"] = list(parameters)
    return {"get": get}


def _resources() -> Part:
    resource = (negotiation.HTML, *_GRAPHS)
    found = {
        f"/{kind}/{{name}}": _read(
            f"get{kind.capitalize()}",
            f"An {kind}" if kind[0] in "e" else f"A {kind}",
            resource,
            "Missing",
            "NotAcceptable",
            parameters=[
                _parameter("name", "what follows the base in its IRI; an ending chooses a format", place="path")
            ],
        )
        for kind in ("entity", "event", "document")
    }
    found["/ontology"] = _read("getOntology", "The ontology", resource, "NotAcceptable")
    endings = {"type": "string", "enum": [*negotiation.GRAPH_ENDINGS]}
    found["/ontology.{ending}"] = _read(
        "getOntologyFile",
        "The ontology",
        _GRAPHS,
        parameters=[_parameter("ending", "of the file", schema=endings, place="path")],
    )
    dumps = {"type": "string", "enum": [*negotiation.DUMP_ENDINGS]}
    found["/dump.{ending}"] = _read(
        "getDump",
        "The whole graph",
        negotiation.DUMP_ENDINGS.values(),
        "Unavailable",
        parameters=[_parameter("ending", "of the file", schema=dumps, place="path")],
    )
    found["/.well-known/void"] = _read("getDescription", "The dataset described: VoID", _GRAPHS, "NotAcceptable")
    return found


def _reconciliation() -> Part:
    kind = _parameter(
        "kind", "of what", schema={"type": "string", "enum": ["entity", "property", "type"]}, place="path"
    )
    prefix, item = _parameter("prefix", "what a name begins with"), _parameter("id", "a QID, a property or a type")
    json, page = (negotiation.JSON,), (negotiation.HTML,)
    queries = [_parameter("queries", "names by keys, as JSON"), _parameter("extend", "items and properties, as JSON")]
    body = {"content": {negotiation.FORM: {"schema": {"type": "object"}}}}
    reconcile = _read("reconcile", "Reconciliation API 0.2", json, "Wrong", parameters=queries)
    reconcile["post"] = {
        "operationId": "reconcileByPost",
        "summary": "Reconciliation API 0.2",
        "requestBody": body,
        "responses": _responses("Candidates, or values", json, "Wrong", "TooLong"),
    }
    return {
        "/reconcile": reconcile,
        "/reconcile/suggest/{kind}": _read("suggest", "What begins so", json, "Wrong", parameters=[kind, prefix]),
        "/reconcile/flyout/{kind}": _read("flyout", "A few lines on it", json, "Missing", parameters=[kind, item]),
        "/reconcile/preview": _read("preview", "A small page on it", page, "Missing", parameters=[item]),
        "/reconcile/extend/propose": _read(
            "propose", "Properties of a type", json, "Wrong", parameters=[_parameter("type", "the type")]
        ),
    }


def _rest() -> Part:
    page = (negotiation.HTML,)
    return {
        "/": _read("start", "What is in the graph", page),
        "/find": _read(
            "find", "Entities by a part of their name", page, parameters=[_parameter("name", "a part of it, or a QID")]
        ),
        "/health": _read("health", "Whether the store answers", (negotiation.JSON,), "Unavailable"),
        "/metrics": _read("metrics", "Counts for Prometheus", ("text/plain",)),
        "/openapi.json": _read("openapi", "This description", (negotiation.JSON,)),
    }
