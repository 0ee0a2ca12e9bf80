"""The example queries and the prefixes as a graph of their own (SHACL Advanced Features, section 5.1; SHACL, section 5.2.1).

Who has a dump has what it can be asked, too: `{base}queries#NAME` is the query in `queries/NAME.rq`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import quote

import pyoxigraph as ox

from kg.graph.examples import Example, read_examples
from kg.graph.terms import english, plain
from kg.graph.vocabulary import LABEL, PREFIXES, RDFS, TYPE, XSD
from kg.settings import resource

SH: Final = "http://www.w3.org/ns/shacl#"
FORMS: Final = {"SELECT": "Select", "ASK": "Ask", "CONSTRUCT": "Construct", "DESCRIBE": "Describe"}


def queries_graph(base_iri: str) -> str:
    """The IRI of the graph that holds the example queries."""
    return f"{base_iri}queries"


def executable_quads(base_iri: str) -> Iterator[ox.Quad]:
    """The example queries that come with the program, and the prefixes of its vocabularies."""
    examples = read_examples(sorted(resource("queries").glob("*.rq")))
    graph = ox.NamedNode(queries_graph(base_iri))
    for subject, predicate, object_ in (*_prefixes(graph), *_queries(graph, examples)):
        yield ox.Quad(subject, predicate, object_, graph)


Statement = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def _prefixes(home: ox.NamedNode) -> Iterator[Statement]:
    for prefix, namespace in PREFIXES.items():
        declaration = ox.NamedNode(f"{home.value}#prefix-{prefix}")
        yield home, _sh("declare"), declaration
        yield declaration, _sh("prefix"), plain(prefix)
        yield declaration, _sh("namespace"), ox.Literal(namespace, datatype=ox.NamedNode(f"{XSD}anyURI"))


def _queries(home: ox.NamedNode, examples: Iterable[Example]) -> Iterator[Statement]:
    for example in examples:
        if example.form not in FORMS:
            continue
        query = ox.NamedNode(f"{home.value}#{quote(example.name, safe='')}")
        yield query, TYPE, _sh("SPARQLExecutable")
        yield query, TYPE, _sh(f"SPARQL{FORMS[example.form]}Executable")
        for language, title in example.titles:
            yield query, LABEL, ox.Literal(title, language=language)
        if example.description:
            yield query, ox.NamedNode(f"{RDFS}comment"), english(example.description)
        yield query, _sh(example.form.lower()), plain(example.text)
        yield query, _sh("prefixes"), home


def _sh(name: str) -> ox.NamedNode:
    return ox.NamedNode(SH + name)
