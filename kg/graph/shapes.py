"""Whether a store's graphs have the shapes of `ontology/shapes.ttl` (SHACL), a few documents at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import pyoxigraph as ox
import pyshacl
from rdflib import Graph, URIRef
from rdflib.namespace import RDF, SH
from rdflib.term import BNode, Literal, Node

from kg.graph.store import Store
from kg.graph.vocabulary import ENTITY_CLASSES, PREFIX_LINES, SCHEMA, XSD
from kg.settings import resource

_STRING: Final = XSD + "string"


@dataclass(frozen=True, kw_only=True, slots=True, order=True)
class Violation:
    """One thing that a shape forbids."""

    document: str  #: IRI of the document in whose graph it stands
    node: str  #: the node that is wrong
    path: str  #: the property that is wrong, empty where the node as such is
    value: str  #: the value that is wrong, empty where one is missing
    message: str


@dataclass(frozen=True, kw_only=True, slots=True)
class ShapesReport:
    """The outcome of a validation."""

    documents: int  #: number of documents looked at
    violations: tuple[Violation, ...]  #: sorted

    @property
    def conforms(self) -> bool:
        """Whether nothing is wrong."""
        return not self.violations


def validate(store: Store) -> ShapesReport:
    """Check each document's graph together with the graphs of the entities that it names and the record of their linking.

    Documents are checked one by one, since what two of them say of one event need not agree.
    """
    shapes = Graph().parse(resource("ontology") / "shapes.ttl", format="turtle")
    names = [f"<{node.value}>" for node in ENTITY_CLASSES.values()]
    found: list[Violation] = []
    documents = _documents(store)
    for document in documents:
        found += _violations(document, _checked_graph(store, document, " ".join(names)), shapes)
    return ShapesReport(documents=len(documents), violations=tuple(sorted(found)))


def _documents(store: Store) -> list[str]:
    rows = store.query(f"SELECT DISTINCT ?d {{ GRAPH ?d {{ ?d a <{SCHEMA}NewsArticle> }} }}").rows()
    return sorted(row["d"].value for row in rows)


def _checked_graph(store: Store, document: str, classes: str) -> Graph:
    """The document's graph and those of its entities, in RDFLib's own memory, which pyshacl reads fastest."""
    entities = store.query(
        f"{PREFIX_LINES}SELECT DISTINCT ?e {{ {{ GRAPH <{document}> {{ {{ ?e ?p ?o }} UNION {{ ?s ?q ?e }} }} }} UNION"
        f" {{ {{ SELECT DISTINCT ?x {{ GRAPH <{document}> {{ ?x ?p ?o }} }} }}"
        " ?x (kg:country|kg:holdsRole/kg:roleOf|kg:standsFor|kg:hasMembership/kg:inOrganization)+ ?e }"
        f" VALUES ?c {{ {classes} }} GRAPH ?e {{ ?e a ?c }} }}"
    )
    graph = Graph()
    for name in [document, *(row["e"].value for row in entities.rows())]:
        for quad in store.quads(graph=name):
            graph.add((_term(quad.subject), _term(quad.predicate), _term(quad.object)))
    record = store.query(
        f"{PREFIX_LINES}CONSTRUCT {{ ?s ?p ?o }} {{ GRAPH ?g {{ <{document}> kg:linking ?l"
        f" {{ VALUES ?s {{ <{document}> }} ?s kg:linking ?l BIND(kg:linking AS ?p) BIND(?l AS ?o) }} UNION"
        " { ?l ?p ?o BIND(?l AS ?s) } UNION { ?l kg:candidate ?s . ?s ?p ?o } } }"
    )
    for triple in record.triples():
        graph.add((_term(triple[0]), _term(triple[1]), _term(triple[2])))
    return graph


def _violations(document: str, data: Graph, shapes: Graph) -> Iterator[Violation]:
    conforms, report, _ = pyshacl.validate(data, shacl_graph=shapes, inplace=True)
    if conforms or not isinstance(report, Graph):
        return
    for result in report.subjects(RDF.type, SH.ValidationResult):
        yield Violation(
            document=document,
            node=_said(report, result, SH.focusNode),
            path=_said(report, result, SH.resultPath),
            value=_said(report, result, SH.value),
            message=" ".join(sorted(str(message) for message in report.objects(result, SH.resultMessage))),
        )


def _said(report: Graph, result: Node, predicate: URIRef) -> str:
    value = report.value(result, predicate)
    return "" if value is None else str(value)


def _term(term: object) -> Node:
    if isinstance(term, ox.NamedNode):
        return URIRef(term.value)
    if not isinstance(term, ox.Literal):
        return BNode(str(term).removeprefix("_:"))
    datatype = term.datatype.value
    plain = term.language is not None or datatype == _STRING
    return Literal(term.value, lang=term.language, datatype=None if plain else URIRef(datatype))
