"""Where a document's graph comes from, in PROV-O and in a graph of its own: one activity a document.

An activity is named by what it depends on: the text, the program's version and the models. Without `SOURCE_DATE_EPOCH`
nothing here knows the time, the place or the machine.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
from collections.abc import Iterator
from urllib.parse import quote

import pyoxigraph as ox

from kg.graph import vocabulary
from kg.graph.iris import document_iri
from kg.graph.terms import decimal, plain
from kg.graph.vocabulary import LABEL, TYPE, kg
from kg.records import Article

Statement = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]


def provenance_graph(base_iri: str) -> str:
    """The IRI of the graph that holds the provenance of all documents."""
    return f"{base_iri}provenance"


def provenance_quads(
    article: Article, *, base_iri: str, version: str, model_digest: str, epoch: int | None = None, least: float = 0.0
) -> Iterator[ox.Quad]:
    """The provenance of a document's graph.

    `version` is the program's, `model_digest` a SHA-256 of the models in hexadecimal digits, `epoch` the time to state in
    seconds since 1970, `least` the confidence below which events were left out.
    """
    graph = ox.NamedNode(provenance_graph(base_iri))
    for subject, predicate, object_ in _statements(article, base_iri, version, model_digest, epoch, least):
        yield ox.Quad(subject, predicate, object_, graph)


def _statements(
    article: Article, base_iri: str, version: str, model_digest: str, epoch: int | None, least: float
) -> Iterator[Statement]:
    document = ox.NamedNode(document_iri(base_iri, article.id))
    text_digest = hashlib.sha256(article.text.encode("utf-8", "surrogatepass")).digest()
    made = f"{text_digest.hex()}\n{version}\n{model_digest}" + (f"\n{least}" if least else "")
    depends = hashlib.sha256(made.encode()).hexdigest()
    activity = ox.NamedNode(f"{base_iri}activity/{quote(article.id, safe='', errors='replace')}/{depends[:32]}")
    text, models = digest_iri(text_digest), ox.NamedNode(f"{base_iri}models/{quote(model_digest, safe='')}")
    yield document, vocabulary.WAS_GENERATED_BY, activity
    yield activity, TYPE, vocabulary.ACTIVITY
    yield activity, vocabulary.USED, text
    yield activity, vocabulary.USED, models
    if least:
        yield activity, kg("minConfidence"), decimal(least, places=4)
    yield text, TYPE, vocabulary.PROV_ENTITY
    yield text, kg("textDigest"), plain(text_digest.hex())
    yield models, TYPE, vocabulary.PROV_ENTITY
    yield models, kg("modelDigest"), plain(model_digest)
    yield from program_statements(activity, base_iri=base_iri, version=version)
    yield from ended(activity, epoch)


def program_statements(activity: ox.NamedNode, *, base_iri: str, version: str) -> Iterator[Statement]:
    """That this program, of this version, did it."""
    agent = ox.NamedNode(f"{base_iri}program/{quote(version, safe='')}")
    yield activity, vocabulary.WAS_ASSOCIATED_WITH, agent
    yield agent, TYPE, vocabulary.SOFTWARE_AGENT
    yield agent, LABEL, ox.Literal("hindi-news-kg", language="en")
    yield agent, vocabulary.SOFTWARE_VERSION, plain(version)


def gazetteer_statements(activity: ox.NamedNode, *, base_iri: str, digest: str) -> Iterator[Statement]:
    """That an activity used the gazetteer of this digest, a SHA-256 in hexadecimal digits."""
    gazetteer = ox.NamedNode(f"{base_iri}gazetteer/{quote(digest, safe='')}")
    yield activity, vocabulary.USED, gazetteer
    yield gazetteer, TYPE, vocabulary.PROV_ENTITY
    yield gazetteer, kg("gazetteerDigest"), plain(digest)


def ended(activity: ox.NamedNode, epoch: int | None) -> Iterator[Statement]:
    """When it ended, in seconds since 1970, where that is to be told."""
    if epoch is not None:
        time = datetime.datetime.fromtimestamp(epoch, tz=datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        yield activity, vocabulary.ENDED_AT_TIME, ox.Literal(time, datatype=vocabulary.DATE_TIME)


def digest_iri(digest: bytes) -> ox.NamedNode:
    """The name of bytes by their SHA-256 (RFC 6920, section 3)."""
    return ox.NamedNode(f"ni:///sha-256;{base64.urlsafe_b64encode(digest).decode().rstrip('=')}")
