"""Pages and data of the resources, the ontology, the start page, dumps and the health check."""

from __future__ import annotations

import re
from collections.abc import Sequence

from flask import Blueprint, Response, json, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from kg.errors import KgError
from kg.graph import vocabulary
from kg.serving import failures, negotiation, resources
from kg.serving.errors import HttpError, from_engine
from kg.serving.resources import Reference, Site
from kg.serving.state import state

blueprint = Blueprint("pages", __name__)

_ENDING = re.compile(rf"\.({'|'.join(negotiation.GRAPH_ENDINGS)})$")
_NAMES = {media: name for name, media in negotiation.DUMP_NAMES.items()}
ENDINGS = tuple((ending, _NAMES[media]) for ending, media in negotiation.GRAPH_ENDINGS.items())
DUMPS = tuple((ending, _NAMES[media]) for ending, media in negotiation.DUMP_ENDINGS.items())
_ONTOLOGY_QUERY = f"""CONSTRUCT {{ ?s ?p ?o }} WHERE {{ GRAPH <{vocabulary.ONTOLOGY_GRAPH}> {{ ?s ?p ?o }} }}"""


@blueprint.get("/")
def start() -> Response:
    """What is in the graph."""
    snapshot, site = state().snapshot, _site()
    overview = snapshot.keep(f"overview {site.root}", lambda: resources.overview(snapshot, site))
    return _page("start.html", overview=overview, examples=state().examples, dumps=DUMPS)


@blueprint.get("/find")
def find() -> AnyResponse:
    """Entities by a part of their name; a Wikidata id leads to its page."""
    name = request.args.get("name", "").strip()[:100]
    snapshot, site = state().snapshot, _site()
    if re.fullmatch(r"[Qq][0-9]+", name):
        return redirect(f"{site.root}/entity/{name.upper()}", code=303)
    return _page("find.html", name=name, found=resources.find(snapshot, site, name) if name else ())


@blueprint.get("/<any(entity, event, document):kind>/<path:name>")
def resource(kind: str, name: str) -> AnyResponse:
    """A thing of the graph, as a page or as RDF; one that has another name since a re-linking leads there."""
    snapshot, site = state().snapshot, _site()
    raw = _raw_name(kind)
    named = site.candidates(kind, name, raw=raw)
    iri = resources.find_iri(snapshot, named)
    ending = _ENDING.search(name)
    media: str | None = None
    if iri is None and ending:
        media = negotiation.GRAPH_ENDINGS[ending.group(1)]
        without = site.candidates(kind, name.removesuffix(ending.group()), raw=raw.removesuffix(ending.group()))
        iri, named = resources.find_iri(snapshot, without), (*named, *without)
    if iri is None:
        return _replaced(kind, resources.replaced_by(snapshot, site, named), ending.group() if media and ending else "")
    if media is None:
        media = _negotiated()
    if media != negotiation.HTML:
        body = snapshot.graph(resources.construct(kind, iri), negotiation.RESOURCE_FORMATS[media])
        return Response(body, content_type=negotiation.content_type(media))
    return {"entity": _entity, "event": _event, "document": _document}[kind](iri, site)


@blueprint.get("/ontology")
def ontology() -> Response:
    """The ontology, as a page or as RDF."""
    media = _negotiated()
    if media != negotiation.HTML:
        return _ontology(media)
    snapshot, site = state().snapshot, _site()
    groups = snapshot.keep(f"ontology {site.root}", lambda: resources.ontology(snapshot, site))
    return _page("ontology.html", groups=groups, namespace=vocabulary.KG, endings=ENDINGS)


@blueprint.get(f"/ontology.<any({', '.join(negotiation.GRAPH_ENDINGS)}):ending>")
def ontology_file(ending: str) -> Response:
    """The ontology in the format of the ending."""
    return _ontology(negotiation.GRAPH_ENDINGS[ending])


@blueprint.get(f"/dump.<any({', '.join(negotiation.DUMP_ENDINGS)}):ending>")
def dump(ending: str) -> Response:
    """The whole graph, sent while it is written."""
    media = negotiation.DUMP_ENDINGS[ending]
    if request.method == "HEAD":
        return Response(content_type=negotiation.content_type(media))
    try:
        pieces = state().engine.dump(media)
    except failures.EngineError as error:
        raise from_engine(error) from error
    return Response(pieces, content_type=negotiation.content_type(media))


@blueprint.get("/health")
def health() -> Response:
    """Whether the store answers, and how many triples it holds."""
    try:
        facts: dict[str, str | int] = {"status": "ok", "triples": state().snapshot.size()}
    except KgError as error:
        raise HttpError(status=503, detail="The store does not answer.") from error
    response = Response(json.dumps(facts) + "\n", content_type=negotiation.JSON)
    response.headers["Cache-Control"] = "no-store"
    return response


def _replaced(kind: str, things: Sequence[Reference], ending: str) -> AnyResponse:
    """The way to what replaced a thing; where it was parted, the choice. Raises HttpError where nothing did.

    A later re-linking may bring the name back, so that no client is told to forget it (301).
    """
    if not things:
        raise HttpError(status=404, detail=f"The graph has no {kind} of this name.")
    if len(things) == 1:
        return redirect(things[0].href + ending, code=303)
    lines = "".join(f"{request.host_url.rstrip('/')}{thing.href}{ending}\n" for thing in things)
    text = f"What had this name has several names now:\n{lines}"
    return Response(text, status=300, content_type="text/plain; charset=utf-8")


def _entity(iri: str, site: Site) -> Response:
    snapshot = state().snapshot
    page, events = resources.entity_events(snapshot, site, iri, number=_page_number())
    return _page("entity.html", entity=resources.entity(snapshot, site, iri), events=events, page=page, endings=ENDINGS)


def _event(iri: str, site: Site) -> Response:
    snapshot = state().snapshot
    found = resources.events(snapshot, site, [iri])
    if not found:
        raise HttpError(status=404, detail="The graph has no event of this name.")
    claims = resources.events(snapshot, site, [claim.iri for claim in found[0].claims])
    claimed_by = resources.claimed_by(snapshot, site, iri)
    resembling, scores = resources.resembling(snapshot, site, iri)
    return _page(
        "event.html",
        event=found[0],
        claims=claims,
        claimed_by=claimed_by,
        resembling=resembling,
        scores=scores,
        endings=ENDINGS,
    )


def _document(iri: str, site: Site) -> Response:
    snapshot = state().snapshot
    page, events = resources.document_events(snapshot, site, iri, number=_page_number())
    document = resources.document(snapshot, site, iri)
    return _page("document.html", document=document, events=events, page=page, endings=ENDINGS)


def _ontology(media: str) -> Response:
    body = state().snapshot.graph(_ONTOLOGY_QUERY, negotiation.RESOURCE_FORMATS[media])
    return Response(body, content_type=negotiation.content_type(media))


def _raw_name(kind: str) -> str:
    """What follows `/kind/` in the address as it was sent; empty where the server does not tell."""
    sent = str(request.environ.get("REQUEST_URI", ""))
    return sent.partition("?")[0].partition(f"/{kind}/")[2]


def _negotiated() -> str:
    """The media type for a resource; a page for a client that names none."""
    media = negotiation.negotiate(request.headers.get("Accept"), tuple(negotiation.RESOURCE_FORMATS))
    if media is None:
        offers = ", ".join(negotiation.RESOURCE_FORMATS)
        raise HttpError(status=406, detail=f"Accept names no media type of this resource: {offers}.")
    return media


def _page_number() -> int:
    text = request.args.get("page", "1")
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise HttpError(status=400, detail="«page» is a number from 1.")
    return int(text)


def _site() -> Site:
    return state().site(request.script_root)


def _page(template: str, **values: object) -> Response:
    return Response(render_template(template, **values), content_type=negotiation.content_type(negotiation.HTML))
