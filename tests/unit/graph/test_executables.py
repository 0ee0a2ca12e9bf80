"""The example queries as a graph."""

from __future__ import annotations

import pyoxigraph as ox

from kg.graph.executables import executable_quads
from kg.graph.vocabulary import PREFIXES
from kg.settings import resource

BASE = "https://example.org/kg/"


def test_each_query_and_each_prefix_is_there() -> None:
    """A query has its title in both languages and its text as in its file; no node is blank, and the graph is the same each time."""
    inner = ox.Store()
    quads = list(executable_quads(BASE))
    inner.extend(quads)
    assert quads == list(executable_quads(BASE))
    assert not any(isinstance(term, ox.BlankNode) for quad in quads for term in (quad.subject, quad.object))
    rows = inner.query(
        """PREFIX sh: <http://www.w3.org/ns/shacl#> PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
        SELECT ?query ?text { GRAPH ?g { ?query a sh:SPARQLExecutable ; rdfs:label ?hi, ?en ; ?form ?text
        FILTER(?form IN (sh:select, sh:ask, sh:construct, sh:describe)) FILTER(LANG(?hi) = "hi" && LANG(?en) = "en") } }"""
    )
    found = {row["query"].value: row["text"].value for row in rows}  # type: ignore[union-attr]
    files = {f"{BASE}queries#{path.stem}": path.read_text("utf-8") for path in resource("queries").glob("*.rq")}
    assert found == files
    prefixes = inner.query(
        """PREFIX sh: <http://www.w3.org/ns/shacl#>
        SELECT ?prefix ?namespace { GRAPH ?g { ?home sh:declare [ sh:prefix ?prefix ; sh:namespace ?namespace ] } }"""
    )
    assert {row["prefix"].value: row["namespace"].value for row in prefixes} == dict(PREFIXES)  # type: ignore[union-attr]
