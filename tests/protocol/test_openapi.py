"""The description of the HTTP side: it names every route and method that there is, and nothing else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from kg.serving.app import create_app
from kg.serving.openapi import describe
from kg.serving.state import Config
from kg.serving.writing import Writing


def operations(app: Flask) -> set[tuple[str, str]]:
    """Address and method of all that the app answers, in the form of OpenAPI."""
    found = set()
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        kinds = re.search(r"<any\(entity, event, document\):kind>", rule.rule)
        for kind in ("entity", "event", "document") if kinds else ("",):
            path = rule.rule.replace(kinds.group(), kind) if kinds else rule.rule
            path = re.sub(r"<(?:[^<>]*:)?(\w+)>", r"{\1}", path)
            found |= {(path, method.lower()) for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    return found


def described(made: dict[str, Any]) -> set[tuple[str, str]]:
    """Address and method of all that is described."""
    return {(path, verb) for path, item in made["paths"].items() for verb in item if verb != "parameters"}


@pytest.mark.parametrize("writable", [False, True])
def test_every_route_is_described(tmp_path: Path, writable: bool) -> None:
    """With writes and without."""
    writing = Writing(store=tmp_path, token="x" * 16, base_iri="https://e.org/", seconds=1, memory_bytes=1)
    app = create_app(Config(store=tmp_path, writing=writing if writable else None))
    assert described(describe(seconds=30, writable=writable)) == operations(app)
    with app.test_client() as client:
        answer = client.get("/openapi.json")
        assert answer.mimetype == "application/json"
        assert described(json.loads(answer.text)) == operations(app)
        assert ("securitySchemes" in json.loads(answer.text)["components"]) is writable


def parts(value: Any) -> Iterator[dict[str, Any]]:
    """All objects in a description."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from parts(inner)
    if isinstance(value, list):
        for inner in value:
            yield from parts(inner)


@pytest.mark.parametrize("writable", [False, True])
def test_the_description_is_whole(writable: bool) -> None:
    """References lead somewhere, parameters of an address are declared, names of operations are unique, each has an answer that is good."""
    made = json.loads(json.dumps(describe(seconds=30, writable=writable)))
    for part in parts(made):
        if "$ref" in part:
            found: Any = made
            for step in part["$ref"].removeprefix("#/").split("/"):
                found = found[step]
    names = []
    for path, item in made["paths"].items():
        shared = item.get("parameters", [])
        for verb, operation in item.items():
            if verb == "parameters":
                continue
            names.append(operation["operationId"])
            declared = {one["name"] for one in (*shared, *operation.get("parameters", [])) if one["in"] == "path"}
            assert declared == set(re.findall(r"{(\w+)}", path))
            assert any(status.startswith("2") for status in operation["responses"])
            assert all("description" in answer or "$ref" in answer for answer in operation["responses"].values())
    assert len(names) == len(set(names))
