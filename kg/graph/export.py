"""Dumps of a store: the same bytes for the same content, one graph or one subject in memory at a time.

Quads are sorted by graph, subject, predicate and object as N-Triples writes them. The formats that have no graphs
(Turtle, RDF/XML) hold the union of all graphs, each triple once.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import groupby
from types import MappingProxyType
from typing import Any, Final
from xml.sax.saxutils import escape, quoteattr

import pyoxigraph as ox

from kg.errors import UsageError
from kg.graph.store import Sink, Store
from kg.graph.vocabulary import PREFIXES, RDF, XSD
from kg.settings import resource

NQUADS: Final = "application/n-quads"
TRIG: Final = "application/trig"
TURTLE: Final = "text/turtle"
RDFXML: Final = "application/rdf+xml"
JSONLD: Final = "application/ld+json"
FORMATS: Final[Mapping[str, str]] = MappingProxyType(
    {"nquads": NQUADS, "trig": TRIG, "turtle": TURTLE, "rdfxml": RDFXML, "jsonld": JSONLD}
)
"""Name of a format on the command line → its media type."""

Triple = tuple[Any, Any, Any]

_TYPE: Final = RDF + "type"
_STRING: Final = XSD + "string"
_LOCAL: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_SPLIT: Final = re.compile(r"(.*[^A-Za-z0-9_.\-])([A-Za-z_][A-Za-z0-9_.\-]*)", re.DOTALL)
_BATCH: Final = 1 << 16


def write(store: Store, format: str, out: Sink) -> None:
    """Write all of a store in a format, given by its name or media type.

    Raises UsageError for a format that there is not.
    """
    writer = _WRITERS.get(FORMATS.get(format, format))
    if writer is None:
        raise UsageError(f"There is no dump format {format!r}.", cure=f"Choose one of {', '.join(FORMATS)}.")
    batch: list[str] = []
    size = 0
    for piece in writer(store):
        batch.append(piece)
        size += len(piece)
        if size > _BATCH:
            out.write("".join(batch).encode())
            batch, size = [], 0
    out.write("".join(batch).encode())


# ---------------------------------------------------------------------- reading in order


def _graphs(store: Store) -> Iterator[tuple[str, list[Triple]]]:
    """Each graph that is not empty with its sorted triples, in the order of their names; the one without a name («») first."""
    for graph in ("", *store.graphs()):
        found = store.quads(graph=graph) if graph else store.unnamed_quads()
        triples = _sorted((quad.subject, quad.predicate, quad.object) for quad in found)
        if triples:
            yield graph, triples


def _subjects(store: Store) -> Iterator[tuple[Any, list[Triple]]]:
    """Each subject with its sorted triples from all graphs."""
    subjects = {quad.subject for quad in store.quads()}
    for subject in sorted(subjects, key=str):
        found = {(quad.subject, quad.predicate, quad.object) for quad in store.quads_about(subject)}
        yield subject, _sorted(found)


def _sorted(triples: Iterable[Triple]) -> list[Triple]:
    return sorted(triples, key=lambda triple: (str(triple[0]), str(triple[1]), str(triple[2])))


def _by_subject(triples: Iterable[Triple]) -> Iterator[tuple[Any, list[Triple]]]:
    for subject, group in groupby(triples, key=lambda triple: triple[0]):
        yield subject, list(group)


def _by_predicate(triples: Iterable[Triple]) -> Iterator[tuple[str, list[Any]]]:
    for predicate, group in groupby(triples, key=lambda triple: triple[1]):
        yield predicate.value, [object_ for _, _, object_ in group]


# ---------------------------------------------------------------------- N-Quads, TriG, Turtle


def _nquads(store: Store) -> Iterator[str]:
    for graph, triples in _graphs(store):
        for subject, predicate, object_ in triples:
            yield f"{subject} {predicate} {object_} <{graph}> .\n" if graph else f"{subject} {predicate} {object_} .\n"


def _trig(store: Store) -> Iterator[str]:
    yield _prefix_lines()
    for graph, triples in _graphs(store):
        yield f"\n{_name(graph)} {{\n" if graph else "\n{\n"
        for subject, group in _by_subject(triples):
            yield _turtle_block(subject, group, indent="  ")
        yield "}\n"


def _turtle(store: Store) -> Iterator[str]:
    yield _prefix_lines()
    for subject, triples in _subjects(store):
        yield "\n" + _turtle_block(subject, triples, indent="")


def _prefix_lines() -> str:
    return "".join(f"@prefix {prefix}: <{namespace}> .\n" for prefix, namespace in PREFIXES.items())


def _turtle_block(subject: Any, triples: Iterable[Triple], *, indent: str) -> str:
    lines = [
        f"{indent}    {'a' if predicate == _TYPE else _name(predicate)} {', '.join(map(_turtle_term, objects))}"
        for predicate, objects in _by_predicate(triples)
    ]
    return f"{indent}{_turtle_term(subject)}\n" + " ;\n".join(lines) + " .\n"


def _turtle_term(term: Any) -> str:
    if isinstance(term, ox.NamedNode):
        return _name(term.value)
    if isinstance(term, ox.Literal) and term.language is None and term.datatype.value != _STRING:
        return f"{ox.Literal(term.value)}^^{_name(term.datatype.value)}"
    return str(term)


def _name(iri: str) -> str:
    """An IRI for Turtle: with a prefix where its rest is a plain word."""
    short = _compact(iri)
    return f"<{iri}>" if short == iri else short


def _compact(iri: str) -> str:
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
            return f"{prefix}:{iri[len(namespace) :]}"
    return iri


# ---------------------------------------------------------------------- RDF/XML


def _rdfxml(store: Store) -> Iterator[str]:
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF'
    for prefix, namespace in PREFIXES.items():
        yield f"\n    xmlns:{prefix}={quoteattr(namespace)}"
    yield ">\n"
    for subject, triples in _subjects(store):
        yield f"  <rdf:Description {_xml_subject(subject)}>\n"
        for _, predicate, object_ in triples:
            yield f"    {_xml_property(predicate.value, object_)}\n"
        yield "  </rdf:Description>\n"
    yield "</rdf:RDF>\n"


def _xml_subject(subject: Any) -> str:
    kind = "rdf:about" if isinstance(subject, ox.NamedNode) else "rdf:nodeID"
    return f"{kind}={quoteattr(subject.value)}"


def _xml_property(predicate: str, object_: Any) -> str:
    tag, declared = _xml_tag(predicate)
    if isinstance(object_, ox.Literal):
        text = escape(object_.value, {"\r": "&#13;"})
        return f"<{tag}{declared}{_xml_kind(object_)}>{text}</{tag}>"
    kind = "rdf:resource" if isinstance(object_, ox.NamedNode) else "rdf:nodeID"
    return f"<{tag}{declared} {kind}={quoteattr(object_.value)}/>"


def _xml_kind(literal: ox.Literal) -> str:
    if literal.language is not None:
        return f" xml:lang={quoteattr(literal.language)}"
    return "" if literal.datatype.value == _STRING else f" rdf:datatype={quoteattr(literal.datatype.value)}"


def _xml_tag(predicate: str) -> tuple[str, str]:
    """(element name, namespace declaration) of a property. Raises UsageError for one that XML cannot name."""
    short = _compact(predicate)
    if short != predicate:
        return short, ""
    parts = _SPLIT.fullmatch(predicate)
    if parts is None:
        raise UsageError(f"RDF/XML cannot name the property <{predicate}>.", cure="Choose another format.")
    return f"p:{parts[2]}", f" xmlns:p={quoteattr(parts[1])}"


# ---------------------------------------------------------------------- JSON-LD


def jsonld(triples: Iterable[Triple]) -> str:
    """Triples of this program's graph as one JSON-LD document with the context of the ontology, in the order of a dump."""
    context = _context()
    terms = _Terms(context)
    nodes = ",\n  ".join(_json(terms.node(subject, group)) for subject, group in _by_subject(_sorted(set(triples))))
    return f'{{"@context": {_json(context)},\n"@graph": [\n  {nodes}\n]}}\n'


def _context() -> dict[str, Any]:
    context: dict[str, Any] = json.loads((resource("ontology") / "context.jsonld").read_text("utf-8"))["@context"]
    return context


def _jsonld(store: Store) -> Iterator[str]:
    context = _context()
    terms = _Terms(context)
    yield f'{{"@context": {_json(context)},\n"@graph": ['
    before = "\n"
    for graph, triples in _graphs(store):
        nodes = ",\n    ".join(_json(terms.node(subject, group)) for subject, group in _by_subject(triples))
        yield f'{before}  {{"@id": {_json(graph)}, "@graph": [\n    {nodes}\n  ]}}' if graph else f"{before}    {nodes}"
        before = ",\n"
    yield "\n]}\n"


_json = partial(json.dumps, ensure_ascii=False)


class _Terms:
    """The terms of a JSON-LD context, to write nodes with (JSON-LD 1.1, section 4)."""

    def __init__(self, context: Mapping[str, Any]) -> None:
        self._names: dict[str, str] = {}
        self._kinds: dict[str, Mapping[str, str]] = {}
        for name, told in context.items():
            definition = {"@id": told} if isinstance(told, str) else told
            if name.startswith("@") or name in PREFIXES:
                continue
            iri = _expanded(definition["@id"])
            self._names[iri] = name
            self._kinds[iri] = definition

    def node(self, subject: Any, triples: Iterable[Triple]) -> dict[str, Any]:
        """A subject with its properties, types first."""
        found: dict[str, Any] = {"@id": _json_id(subject)}
        for predicate, objects in _by_predicate(triples):
            if predicate == _TYPE:
                found["@type"] = [self._word(object_.value) for object_ in objects]
            else:
                found[self._word(predicate)] = [self._value(predicate, object_) for object_ in objects]
        return found

    def _word(self, iri: str) -> str:
        return self._names.get(iri) or _compact(iri)

    def _value(self, predicate: str, object_: Any) -> Any:
        """A value, as a mere string where the context says what strings of this property are."""
        kind = self._kinds.get(predicate, {})
        if not isinstance(object_, ox.Literal):
            if kind.get("@type") == "@vocab":
                return self._word(object_.value)
            return _json_id(object_) if kind.get("@type") == "@id" else {"@id": _json_id(object_)}
        if object_.language is not None:
            same = kind.get("@language") == object_.language
            return object_.value if same else {"@value": object_.value, "@language": object_.language}
        datatype = object_.datatype.value
        if datatype == _STRING:
            return object_.value if not {"@type", "@language"} & kind.keys() else {"@value": object_.value}
        same = "@type" in kind and _expanded(kind["@type"]) == datatype
        return object_.value if same else {"@value": object_.value, "@type": _compact(datatype)}


def _json_id(node: Any) -> str:
    return node.value if isinstance(node, ox.NamedNode) else str(node)


def _expanded(short: str) -> str:
    prefix, colon, rest = short.partition(":")
    return PREFIXES[prefix] + rest if colon and prefix in PREFIXES else short


_WRITERS: Final[Mapping[str, Callable[[Store], Iterator[str]]]] = MappingProxyType(
    {NQUADS: _nquads, TRIG: _trig, TURTLE: _turtle, RDFXML: _rdfxml, JSONLD: _jsonld}
)
