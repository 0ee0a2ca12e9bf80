"""The Reconciliation Service API 0.2 (https://reconciliation-api.github.io/specs/0.2/).

Which entity of Wikidata a name means, as OpenRefine and other clients ask it. This module reads requests and writes
answers; what it answers comes from a `Reconciler`, which the app is given.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

from flask import Blueprint, Response, current_app, json, render_template, request

from kg.errors import KgError
from kg.records import PropertyValue, ReconciliationItem, ReconciliationQuery, ReconciliationSummary
from kg.serving import negotiation, resources
from kg.serving.errors import HttpError
from kg.serving.reconciler import Reconciler
from kg.serving.resources import is_iri
from kg.serving.state import state

blueprint = Blueprint("reconciliation", __name__, url_prefix="/reconcile")

BATCH: Final = 1000  #: queries in one request, and entities in one extension
DEFAULT_LIMIT: Final = 10
MAX_LIMIT: Final = 1000  #: candidates asked for in one query
MAX_PROPERTIES: Final = 20  #: in one query or extension
MAX_VALUES: Final = 50  #: of one property
BODY_BYTES: Final = 4_000_000
SUGGESTED: Final = 20  #: suggestions in one answer
PREVIEW: Final = (420, 300)  #: width and height in pixels
VIEW: Final = "https://www.wikidata.org/wiki/{{id}}"
IDENTIFIERS: Final = "http://www.wikidata.org/entity/"
SCHEMA: Final = "http://www.wikidata.org/prop/direct/"
DEFAULT_TYPES: Final = ("Q5", "Q6256", "Q43229", "Q2221906")
LANGUAGES: Final = {"hi": "हिंदी", "en": "English"}

_KINDS: Final = ("entity", "property", "type")
_CALLBACK: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]{0,99}(?:\.[A-Za-z_$][A-Za-z0-9_$]{0,99}){0,4}")
_STRICT: Final = ("should", "all", "any")
_MAX_FIELDS: Final = 20
_STYLE: Final = Path(__file__).resolve().parent / "templates" / "preview.css"


@blueprint.route("", methods=["GET", "POST"])
def reconcile() -> Response:
    """The manifest; candidates for `queries`; values of properties for `extend`."""
    parameters = _parameters()
    asked = [name for name in ("queries", "extend") if name in parameters]
    if len(asked) > 1:
        raise HttpError(status=400, detail="The request holds «queries» and «extend». Send one of them.")
    if "queries" in parameters:
        queries = read_queries(_parse(parameters["queries"], "queries"))
        reconciler = _reconciler()
        return _json({id: {"result": _candidates(reconciler, query)} for id, query in queries.items()})
    if "extend" in parameters:
        return _json(_extension(_parse(parameters["extend"], "extend")))
    if request.method == "POST":
        raise HttpError(status=400, detail="The form holds neither «queries» nor «extend». Send one of them.")
    return _json(_manifest())


@blueprint.get(f"/suggest/<any({', '.join(_KINDS)}):kind>")
def suggest(kind: str) -> Response:
    """Entities, types or properties whose names begin with `prefix`."""
    prefix = request.args.get("prefix")
    if prefix is None:
        raise HttpError(status=400, detail="The request lacks «prefix», the beginning of a name.")
    skip = _whole(request.args.get("cursor", "0"), "cursor", least=0)
    reconciler = _reconciler()
    if kind == "entity":
        found = reconciler.suggest_entities(prefix, skip=skip, limit=SUGGESTED)
        return _json({"result": [_suggestion(one) for one in found]})
    listed = reconciler.suggest_types(prefix) if kind == "type" else reconciler.suggest_properties(prefix)
    return _json({"result": [_suggestion(one) for one in listed[skip:]]})


@blueprint.get(f"/flyout/<any({', '.join(_KINDS)}):kind>")
def flyout(kind: str) -> Response:
    """A few lines of HTML on an entity, type or property, for a client to show beside its name."""
    id = _id()
    reconciler = _reconciler()
    summary = reconciler.entity(id) if kind == "entity" else None
    item = {"entity": lambda id: None, "type": reconciler.type, "property": reconciler.property}[kind](id)
    if summary is None and item is None:
        raise HttpError(status=404, detail=f"No {kind} has this id.")
    html = render_template("flyout.html", summary=summary, item=item, page="")
    return _json({"id": id, "html": html})


@blueprint.get("/preview")
def preview() -> Response:
    """A small page on an entity, to be shown in a frame of the client."""
    summary = _reconciler().entity(_id())
    if summary is None:
        raise HttpError(status=404, detail="The gazetteer has no entity with this Wikidata id.")
    page = render_template("preview.html", summary=summary, page=_page(summary), style=_style())
    response = Response(page, content_type=negotiation.content_type(negotiation.HTML))
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'; frame-ancestors *"
    )
    return response


@blueprint.get("/extend/propose")
def propose() -> Response:
    """The properties that entities of a type have."""
    type = request.args.get("type", "")
    found = _reconciler().propose(type)
    answer: dict[str, object] = {"type": type}
    if "limit" in request.args:
        limit = _whole(request.args["limit"], "limit", least=1)
        answer["limit"] = limit
        found = found[:limit]
    return _json(answer | {"properties": [{"id": one.id, "name": one.name} for one in found]})


@blueprint.after_request
def _preflight(response: Response) -> Response:
    """What a browser asks before it lets a page of another site send a request."""
    if request.method == "OPTIONS":
        response.headers["Access-Control-Allow-Methods"] = "GET, HEAD, POST, OPTIONS"
        response.headers["Access-Control-Allow-Headers"] = "Accept, Accept-Language, Content-Type"
    return response


# ---------------------------------------------------------------------- what is read


def read_queries(batch: object) -> dict[str, ReconciliationQuery]:
    """A query batch by its ids.

    Raises HttpError: 413 where it holds too many queries, 400 where it is no batch.
    """
    if not isinstance(batch, dict):
        raise HttpError(status=400, detail="«queries» must be an object with a query for each id.")
    if len(batch) > BATCH:
        raise HttpError(
            status=413, detail=f"The batch holds {len(batch):,} queries; {BATCH:,} are allowed. Send it in parts."
        )
    return {_text(id, "An id of «queries»"): _query(query, f"query {id!r}") for id, query in batch.items()}


def _query(found: object, where: str) -> ReconciliationQuery:
    """A query; null counts as not given, and fields that the API does not know are passed over."""
    if not isinstance(found, dict):
        raise _wrong(where, "must be an object")
    given = {name: value for name, value in found.items() if value is not None}
    properties = _list(given.get("properties", []), f"«properties» of {where}", most=MAX_PROPERTIES)
    if "query" not in given and not properties:
        raise _wrong(where, "must have a «query» or «properties»")
    strict = given.get("type_strict", "should")
    if strict not in _STRICT:
        raise _wrong(f"«type_strict» of {where}", f"must be one of {', '.join(_STRICT)}")
    types = given.get("type", [])
    listed = [types] if isinstance(types, str) else _list(types, f"«type» of {where}", most=MAX_VALUES)
    return ReconciliationQuery(
        name=_text(given.get("query", ""), f"«query» of {where}"),
        types=tuple(_text(type, f"«type» of {where}") for type in listed),
        strict=strict != "should",
        every_type=strict == "all",
        properties=tuple(_property(one, f"«properties» of {where}") for one in properties),
        limit=_limit(given.get("limit", DEFAULT_LIMIT), f"«limit» of {where}"),
    )


def _property(found: object, where: str) -> tuple[str, tuple[PropertyValue, ...]]:
    if not isinstance(found, dict) or "pid" not in found or "v" not in found:
        raise _wrong(where, "must hold objects with «pid» and «v»")
    value = found["v"]
    values = _list(value, f"«v» in {where}", most=MAX_VALUES) if isinstance(value, list) else [value]
    return _text(found["pid"], f"«pid» in {where}"), tuple(
        _value(one, f"«v» in {where}") for one in values if one is not None
    )


def _value(found: object, where: str) -> PropertyValue:
    if isinstance(found, str):
        return _text(found, where)
    if isinstance(found, bool | int | float):
        return found
    if isinstance(found, dict) and "id" in found:
        return ReconciliationItem(
            id=_text(found["id"], f"«id» of {where}"), name=_text(found.get("name", ""), f"«name» of {where}")
        )
    raise _wrong(where, "must be a text, a number, true, false, or an object with «id»")


def _limit(found: object, where: str) -> int:
    number = found if isinstance(found, int | float) and not isinstance(found, bool) else 0
    if not 1 <= number <= MAX_LIMIT or number != int(number):
        raise _wrong(where, f"must be a whole number from 1 to {MAX_LIMIT:,}")
    return int(number)


def _list(found: object, where: str, *, most: int) -> list[Any]:
    if not isinstance(found, list):
        raise _wrong(where, "must be a list")
    if len(found) > most:
        raise _wrong(where, f"may hold {most:,} entries, not {len(found):,}")
    return found


def _text(found: object, where: str) -> str:
    if not isinstance(found, str):
        raise _wrong(where, "must be a text")
    if any("\ud800" <= letter <= "\udfff" for letter in found):
        raise _wrong(where, "holds half of a surrogate pair, which is no character")
    return found


def _whole(text: str, name: str, *, least: int) -> int:
    if not re.fullmatch(r"[0-9]{1,9}", text) or int(text) < least:
        raise HttpError(status=400, detail=f"«{name}» is a whole number from {least}.")
    return int(text)


def _wrong(where: str, rule: str) -> HttpError:
    return HttpError(status=400, detail=f"{_shown(where[:1].upper() + where[1:])} {rule}.")


def _shown(text: str) -> str:
    """A part of the request as a message may show it."""
    short = text if len(text) <= 100 else text[:100] + "…"
    return short.encode("utf-8", "replace").decode()


def _parse(text: str, name: str) -> object:
    """The JSON of a parameter."""
    try:
        return json.loads(text, parse_constant=_no_number)
    except RecursionError as error:
        raise HttpError(status=400, detail=f"«{name}» is nested too deep.") from error
    except ValueError as error:
        raise HttpError(status=400, detail=f"«{name}» is no JSON: {_shown(str(error))}.") from error


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is no number of JSON")


def _parameters() -> dict[str, str]:
    """The parameters of the address and of the form."""
    pairs = _pairs(request.query_string)
    if request.method == "POST":
        if (request.mimetype or "").lower() != negotiation.FORM:
            raise HttpError(
                status=415,
                detail=f"The body's media type is {_shown(request.mimetype or 'missing')}. Send {negotiation.FORM}.",
                headers={"Accept-Post": negotiation.FORM},
            )
        pairs += _pairs(_body())
    found: dict[str, str] = {}
    for name, value in pairs:
        if found.setdefault(name, value) != value:
            raise HttpError(status=400, detail=f"The request holds «{_shown(name)}» more than once.")
    return found


def _pairs(encoded: bytes) -> list[tuple[str, str]]:
    try:
        return parse_qsl(encoded.decode("utf-8"), keep_blank_values=True, errors="strict", max_num_fields=_MAX_FIELDS)
    except UnicodeDecodeError as error:
        raise HttpError(status=400, detail="A parameter is not UTF-8.") from error
    except ValueError as error:
        raise HttpError(status=400, detail="There are too many parameters.") from error


def _body() -> bytes:
    """The request's body, read no further than a batch may be long."""
    body = b"" if (request.content_length or 0) > BODY_BYTES else request.stream.read(BODY_BYTES + 1)
    if (request.content_length or 0) > BODY_BYTES or len(body) > BODY_BYTES:
        raise HttpError(
            status=413, detail=f"The request's body is longer than the {BODY_BYTES:,} bytes allowed. Send it in parts."
        )
    return body


def _id() -> str:
    id = request.args.get("id", "")
    if not id:
        raise HttpError(status=400, detail="The request lacks «id».")
    return id


# ---------------------------------------------------------------------- what is written


def _candidates(reconciler: Reconciler, query: ReconciliationQuery) -> list[dict[str, object]]:
    return [
        {
            "id": one.entity.id,
            "name": one.entity.name,
            "description": one.entity.description,
            "type": [_named(type) for type in one.entity.types],
            "score": one.score,
            "match": one.match,
            "features": [{"id": name, "value": value} for name, value in one.features.items()],
        }
        for one in reconciler.reconcile(query)
    ]


def _extension(asked: object) -> dict[str, object]:
    if not isinstance(asked, dict) or "ids" not in asked or "properties" not in asked:
        raise _wrong("«extend»", "must be an object with «ids» and «properties»")
    if isinstance(asked["ids"], list) and len(asked["ids"]) > BATCH:
        raise HttpError(status=413, detail=f"«ids» holds more than {BATCH:,} entries. Send them in parts.")
    ids = [_text(id, "«ids»") for id in _list(asked["ids"], "«ids»", most=BATCH)]
    properties = [_asked(one) for one in _list(asked["properties"], "«properties»", most=MAX_PROPERTIES)]
    found = _reconciler().extend(ids, properties)
    return {
        "meta": [
            {"id": one.id, "name": one.name} | ({"type": _named(one.types[0])} if one.types else {})
            for one in found.properties
        ],
        "rows": {
            id: {
                property.id: [_cell(value) for value in values]
                for property, values in zip(found.properties, row, strict=True)
            }
            for id, row in found.rows.items()
        },
    }


def _asked(found: object) -> tuple[str, str]:
    """(id, language of names) of a property to fetch."""
    if not isinstance(found, dict) or "id" not in found:
        raise _wrong("«properties»", "must hold objects with «id»")
    settings = {} if found.get("settings") is None else found["settings"]
    if not isinstance(settings, dict):
        raise _wrong("«settings»", "must be an object")
    language = settings.get("language", "hi")
    if language not in tuple(LANGUAGES):
        raise _wrong("«language»", f"must be one of {', '.join(LANGUAGES)}")
    return _text(found["id"], "«id» of a property"), str(language)


def _cell(value: PropertyValue) -> dict[str, object]:
    if isinstance(value, ReconciliationItem):
        return _named(value)
    if isinstance(value, str):
        return {"str": value}
    return {"int": value} if isinstance(value, int) else {"float": value}


def _named(item: ReconciliationItem) -> dict[str, object]:
    return {"id": item.id, "name": item.name}


def _suggestion(item: ReconciliationItem) -> dict[str, object]:
    """An item with those of its fields that have a value."""
    found = _named(item) | {"description": item.description}
    if item.types:
        found["notable"] = [_named(type) for type in item.types]
    if item.broader:
        found["broader"] = [_named(type) for type in item.broader]
    return found


def _manifest() -> dict[str, object]:
    if not request.host or not is_iri(request.base_url):
        raise HttpError(status=400, detail="The Host header is no name of a host.")
    here = request.url_root.rstrip("/") + "/reconcile"
    types = {one.id: one for one in _reconciler().types()}
    return {
        "versions": ["0.2"],
        "name": "Hindi News Knowledge Graph: Wikidata by names in Hindi",
        "identifierSpace": IDENTIFIERS,
        "schemaSpace": SCHEMA,
        "defaultTypes": [_named(types[id]) for id in DEFAULT_TYPES],
        "documentation": request.url_root,
        "logo": request.url_root + "static/icon.svg",
        "serviceVersion": version("hindi-news-kg"),
        "view": {"url": VIEW},
        "preview": {"url": f"{here}/preview?id={{{{id}}}}", "width": PREVIEW[0], "height": PREVIEW[1]},
        "suggest": {
            kind: {
                "service_url": here,
                "service_path": f"/suggest/{kind}",
                "flyout_service_url": here,
                "flyout_service_path": f"/flyout/{kind}?id=${{id}}",
            }
            for kind in _KINDS
        },
        "extend": {
            "propose_properties": {"service_url": here, "service_path": "/extend/propose"},
            "property_settings": [
                {
                    "name": "language",
                    "label": "Language of names",
                    "type": "select",
                    "default": "hi",
                    "help_text": "The language in which countries and offices are named, where both names are known.",
                    "choices": [{"value": value, "name": name} for value, name in LANGUAGES.items()],
                }
            ],
        },
        "batchSize": BATCH,
    }


def _json(answer: Mapping[str, object]) -> Response:
    """The answer as JSON, or as a call of the function that a client of another site names (JSONP)."""
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"), sort_keys=False)
    callback = request.args.get("callback")
    if callback is None:
        return Response(text, content_type=negotiation.JSON)
    if not _CALLBACK.fullmatch(callback):
        raise HttpError(status=400, detail="«callback» is no name of a JavaScript function, such as «jQuery1_2».")
    escaped = text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")
    return Response(f"/**/{callback}({escaped});", content_type="text/javascript; charset=utf-8")


# ---------------------------------------------------------------------- what is asked for


def _reconciler() -> Reconciler:
    """What answers; made by the first request that needs it."""
    make = state().reconciler
    if make is None:
        raise HttpError(status=404, detail="This server reconciles no names. Start it with «kg serve».")
    try:
        return make()
    except KgError as error:
        current_app.logger.exception("The gazetteer cannot be read", exc_info=error)
        raise HttpError(status=503, detail="The gazetteer cannot be read. The server's log says why.") from error


def _page(summary: ReconciliationSummary) -> str:
    """The address of the entity's page here, empty where the graph does not have it or cannot be read."""
    site = state().site(request.script_root)
    try:
        iri = resources.find_iri(state().snapshot, site.candidates("entity", summary.entity.id))
    except KgError:
        return ""
    return site.href(iri) if iri else ""


@cache
def _style() -> str:
    return _STYLE.read_text(encoding="utf-8")
