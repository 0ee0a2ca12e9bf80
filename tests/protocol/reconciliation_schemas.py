"""JSON schemas of the Reconciliation Service API 0.2, written from its text; at least as strict as the schemas it gives.

They say what this server sends, so that a field beside those of the specification is an error too. What the
specification leaves out (`match`, `type`) and this server always sends is demanded.
"""

from __future__ import annotations

from typing import Any

Schema = dict[str, Any]

TEXT: Schema = {"type": "string"}
FILLED: Schema = {"type": "string", "minLength": 1}
URL: Schema = {"type": "string", "pattern": "^https?://[^/\\s]+"}
TEMPLATE: Schema = {"type": "string", "pattern": "^https?://[^\\s{}]+\\{\\{id\\}\\}[^\\s{}]*$"}


def record(needed: dict[str, Schema], optional: dict[str, Schema] | None = None) -> Schema:
    """An object with these fields and no others."""
    return {
        "type": "object",
        "properties": {**needed, **(optional or {})},
        "required": sorted(needed),
        "additionalProperties": False,
    }


def listed(items: Schema, **more: object) -> Schema:
    """A list of such items."""
    return {"type": "array", "items": items, **more}


def by_id(values: Schema) -> Schema:
    """An object whose values are all such."""
    return {"type": "object", "additionalProperties": values}


NAMED = record({"id": FILLED, "name": FILLED})
TYPE = record({"id": FILLED, "name": FILLED}, {"description": TEXT, "broader": listed(NAMED)})

_SERVICE = record({"service_url": URL, "service_path": {"type": "string", "pattern": "^/"}})
_SUGGEST = record(
    {"service_url": URL, "service_path": {"type": "string", "pattern": "^/"}},
    {"flyout_service_url": URL, "flyout_service_path": {"type": "string", "pattern": "^/[^{}]*\\$\\{id\\}[^{}]*$"}},
)
_SETTING = record(
    {
        "type": {"const": "select"},
        "name": FILLED,
        "label": FILLED,
        "choices": listed(record({"value": TEXT, "name": FILLED}), minItems=1),
    },
    {"default": TEXT, "help_text": TEXT},
)
MANIFEST = record(
    {
        "versions": listed(FILLED, contains={"const": "0.2"}),
        "name": FILLED,
        "identifierSpace": URL,
        "schemaSpace": URL,
        "defaultTypes": listed(TYPE, uniqueItems=True, minItems=1),
        "view": record({"url": TEMPLATE}),
    },
    {
        "documentation": URL,
        "logo": URL,
        "serviceVersion": FILLED,
        "feature_view": record({"url": TEMPLATE}),
        "preview": record(
            {
                "url": TEMPLATE,
                "width": {"type": "integer", "minimum": 1},
                "height": {"type": "integer", "minimum": 1},
            }
        ),
        "suggest": record({}, {"entity": _SUGGEST, "property": _SUGGEST, "type": _SUGGEST}),
        "extend": record({}, {"propose_properties": _SERVICE, "property_settings": listed(_SETTING)}),
        "batchSize": {"type": "integer", "minimum": 1},
    },
)
"""It has no field for authentication: this server asks for none."""

_VALUE: Schema = {
    "anyOf": [
        {"type": ["string", "number", "boolean"]},
        {"type": "object", "properties": {"id": TEXT, "name": TEXT}, "required": ["id"]},
    ]
}
_QUERY: Schema = {
    **record(
        {},
        {
            "query": TEXT,
            "type": {"anyOf": [TEXT, listed(TEXT)]},
            "limit": {"type": "integer", "minimum": 1},
            "properties": listed(
                {
                    "type": "object",
                    "properties": {"pid": TEXT, "v": {"anyOf": [_VALUE, listed(_VALUE)]}},
                    "required": ["pid", "v"],
                }
            ),
            "type_strict": {"enum": ["any", "should", "all"]},
        },
    ),
    "anyOf": [{"required": ["query"]}, {"required": ["properties"], "properties": {"properties": {"minItems": 1}}}],
}
QUERIES = by_id(_QUERY)

_CANDIDATE = record(
    {
        "id": FILLED,
        "name": FILLED,
        "score": {"type": "number", "minimum": 0, "maximum": 100},
        "match": {"type": "boolean"},
        "type": listed(NAMED, minItems=1),
    },
    {"description": TEXT, "features": listed(record({"id": FILLED, "value": {"type": ["number", "boolean"]}}))},
)
RESULTS = by_id(record({"result": listed(_CANDIDATE)}))

SUGGESTED = {
    "entity": record(
        {"result": listed(record({"id": FILLED, "name": FILLED}, {"description": TEXT, "notable": listed(NAMED)}))}
    ),
    "type": record({"result": listed(TYPE)}),
    "property": record({"result": listed(record({"id": FILLED, "name": FILLED}, {"description": TEXT}))}),
}
FLYOUT = record({"id": FILLED, "html": FILLED})

PROPOSAL = record({"properties": listed(NAMED), "type": TEXT}, {"limit": {"type": "integer", "minimum": 1}})

EXTEND: Schema = {
    "type": "object",
    "properties": {
        "ids": listed(TEXT),
        "properties": listed(
            {"type": "object", "properties": {"id": TEXT, "settings": {"type": "object"}}, "required": ["id"]}
        ),
    },
    "required": ["ids", "properties"],
}
_CELL: Schema = {
    "oneOf": [
        record({}),
        record({"id": FILLED, "name": FILLED}, {"description": TEXT}),
        record({"str": TEXT}),
        record({"int": {"type": "integer"}}),
        record({"float": {"type": "number"}}),
    ]
}
EXTENSION = record(
    {
        "meta": listed(record({"id": FILLED, "name": FILLED}, {"type": NAMED, "service": URL})),
        "rows": by_id(by_id(listed(_CELL))),
    }
)

ERROR = record(
    {
        "error": record(
            {"status": {"type": "integer", "minimum": 400, "maximum": 599}, "title": FILLED, "detail": FILLED},
            {"line": {"type": "integer"}, "column": {"type": "integer"}},
        )
    }
)
"""The project's one shape of errors; the specification leaves it open."""
