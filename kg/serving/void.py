"""The dataset in its own words: VoID (https://www.w3.org/TR/void/), with the example queries as SHACL executables.

Nothing is counted when it is asked for: the counts are those of the build that landed.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, Response, request
from rdflib import DCTERMS, FOAF, RDF, RDFS, SH, VOID, XSD, BNode, Graph, Literal, URIRef
from rdflib.namespace import SDO

from kg.graph import vocabulary
from kg.graph.examples import Example
from kg.graph.executables import FORMS
from kg.graph.partitions import Partitions
from kg.serving import negotiation
from kg.serving.errors import HttpError
from kg.serving.resources import is_iri
from kg.serving.state import state

blueprint = Blueprint("void", __name__)

_FORMATS = {
    "nq": "N-Quads",
    "trig": "TriG",
    "ttl": "Turtle",
    "jsonld": "JSON-LD",
    "rdf": "RDF_XML",
}
_SERIALIZED = {
    negotiation.TURTLE: "turtle",
    negotiation.N_TRIPLES: "nt",
    negotiation.JSON_LD: "json-ld",
    negotiation.RDF_XML: "xml",
}


@blueprint.get("/.well-known/void")
def well_known() -> Response:
    """The description of the dataset (RFC 5785 and section 6.4 of VoID)."""
    media = negotiation.negotiate(request.headers.get("Accept"), tuple(negotiation.GRAPH_FORMATS))
    if media is None:
        offered = ", ".join(negotiation.GRAPH_FORMATS)
        raise HttpError(status=406, detail=f"Accept names no media type of a graph: {offered}.")
    root = request.host_url.rstrip("/") + request.script_root
    if not request.host or not is_iri(root):
        raise HttpError(status=400, detail="The Host header is no name of a host.")
    found = state()
    made = describe(
        found.snapshot.partitions(),
        root=root,
        base_iri=found.config.base_iri,
        triples=found.snapshot.size(),
        examples=found.examples,
    )
    form = _SERIALIZED[negotiation.GRAPH_FORMATS[media]]
    return Response(made.serialize(format=form), content_type=negotiation.content_type(media))


def describe(
    partitions: Partitions, *, root: str, base_iri: str, triples: int, examples: Sequence[Example] = ()
) -> Graph:
    """The description of the dataset that is served at `root`, an absolute IRI without a slash at its end."""
    graph = Graph()
    for prefix, namespace in vocabulary.PREFIXES.items():
        graph.bind(prefix, namespace, override=True, replace=True)
    here = URIRef(f"{root}/.well-known/void")
    data, endpoint = URIRef(f"{here}#dataset"), URIRef(f"{root}/sparql")
    graph.add((here, RDF.type, VOID.DatasetDescription))
    graph.add((here, FOAF.primaryTopic, data))
    graph.add((data, RDF.type, VOID.Dataset))
    graph.add((data, DCTERMS.title, Literal("हिन्दी समाचारों का ज्ञान-ग्राफ़", lang="hi")))
    graph.add((data, DCTERMS.title, Literal("A knowledge graph of Hindi news", lang="en")))
    graph.add((data, FOAF.homepage, URIRef(f"{root}/")))
    graph.add((data, VOID.sparqlEndpoint, endpoint))
    graph.add((data, VOID.uriSpace, Literal(base_iri)))
    for vocabulary_iri in (vocabulary.KG, vocabulary.PROV, vocabulary.SKOS, vocabulary.SEM, vocabulary.NIF):
        graph.add((data, VOID.vocabulary, URIRef(vocabulary_iri)))
    for ending, name in _FORMATS.items():
        graph.add((data, VOID.dataDump, URIRef(f"{root}/dump.{ending}")))
        graph.add((data, VOID.feature, URIRef(f"http://www.w3.org/ns/formats/{name}")))
    _count(graph, data, VOID.triples, triples)
    _count(graph, data, VOID.documents, partitions.classes.get(vocabulary.NEWS_ARTICLE.value, 0))
    _count(graph, data, VOID.classes, len(partitions.classes))
    _count(graph, data, VOID.properties, len(partitions.properties))
    for name, number in partitions.classes.items():
        part = BNode()
        graph.add((data, VOID.classPartition, part))
        graph.add((part, VOID["class"], URIRef(name)))
        _count(graph, part, VOID.entities, number)
    for name, number in partitions.properties.items():
        part = BNode()
        graph.add((data, VOID.propertyPartition, part))
        graph.add((part, VOID.property, URIRef(name)))
        _count(graph, part, VOID.triples, number)
    _prefixes(graph, data)
    for place, example in enumerate(examples, start=1):
        _example(graph, URIRef(f"{here}#query-{place}"), example, data, endpoint)
    return graph


def _count(graph: Graph, of: URIRef | BNode, term: URIRef, number: int) -> None:
    graph.add((of, term, Literal(number, datatype=XSD.integer)))


def _prefixes(graph: Graph, data: URIRef) -> None:
    for prefix, namespace in vocabulary.PREFIXES.items():
        declaration = BNode()
        graph.add((data, SH.declare, declaration))
        graph.add((declaration, SH.prefix, Literal(prefix)))
        graph.add((declaration, SH.namespace, Literal(namespace, datatype=XSD.anyURI)))


def _example(graph: Graph, name: URIRef, example: Example, data: URIRef, endpoint: URIRef) -> None:
    form = example.form
    if example.network or form not in FORMS:
        return  # this endpoint would refuse it
    graph.add((name, RDF.type, SH.SPARQLExecutable))
    graph.add((name, RDF.type, SH[f"SPARQL{FORMS[form]}Executable"]))
    for language, title in example.titles:
        graph.add((name, RDFS.label, Literal(title, lang=language)))
    if example.description:
        graph.add((name, RDFS.comment, Literal(example.description, lang="en")))
    graph.add((name, SH[form.lower()], Literal(example.text)))
    graph.add((name, SH.prefixes, data))
    graph.add((name, SDO.target, endpoint))
