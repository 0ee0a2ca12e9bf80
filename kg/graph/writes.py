"""What is written over HTTP, in PROV-O: an activity for each write, beside those of the builds.

It is named by what it depends on: what the graph held before, what was done, and with which words.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import pyoxigraph as ox

from kg.graph import vocabulary
from kg.graph.provenance import Statement, digest_iri, ended, program_statements, provenance_graph
from kg.graph.terms import plain
from kg.graph.vocabulary import TYPE, kg


def write_quads(
    verb: str,
    text: bytes,
    *,
    graph: str | None,
    before: str,
    base_iri: str,
    version: str,
    epoch: int | None = None,
) -> Iterator[ox.Quad]:
    """The provenance of a write.

    `verb` is «update», «put», «post» or «delete», `text` the bytes of the update or of the document, `graph` the IRI of the graph that was
    written, where it is one with a name, `before` the digest of what the store held, `epoch` the time to state in seconds since 1970.
    """
    digest = hashlib.sha256(text).digest()
    made = "\n".join((before, verb, graph or "", digest.hex(), version))
    activity = ox.NamedNode(f"{base_iri}activity/write-{hashlib.sha256(made.encode()).hexdigest()[:32]}")
    source = digest_iri(digest)
    home = ox.NamedNode(provenance_graph(base_iri))
    statements: list[Statement] = [
        (activity, TYPE, vocabulary.ACTIVITY),
        (activity, TYPE, kg("Write")),
        (activity, kg("verb"), plain(verb)),
        (activity, vocabulary.USED, source),
        (source, TYPE, vocabulary.PROV_ENTITY),
        (source, kg("textDigest"), plain(digest.hex())),
        *program_statements(activity, base_iri=base_iri, version=version),
        *ended(activity, epoch),
    ]
    if graph is not None:
        statements.append((ox.NamedNode(graph), vocabulary.WAS_INFLUENCED_BY, activity))
    for subject, predicate, object_ in statements:
        yield ox.Quad(subject, predicate, object_, home)
