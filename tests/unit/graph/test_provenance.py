"""Where a document's graph comes from."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph as ox

from kg.graph import vocabulary as v
from kg.graph.provenance import provenance_graph, provenance_quads
from kg.graph.vocabulary import kg
from kg.records import Article
from tests.builders import BASE

ARTICLE = Article(id="one", text="किम आए।", origin="here.txt")


def activity(article: Article = ARTICLE, *, version: str = "1", models: str = "ab", epoch: int | None = None) -> str:
    """The IRI of a document's activity."""
    quads = list(provenance_quads(article, base_iri=BASE, version=version, model_digest=models, epoch=epoch))
    assert {quad.graph_name for quad in quads} == {ox.NamedNode(provenance_graph(BASE))}
    (found,) = {quad.subject.value for quad in quads if quad.object == v.ACTIVITY}  # type: ignore[union-attr]
    return found


def test_an_activity_is_named_by_text_version_and_models() -> None:
    """Another text, version, model or document makes another activity; another place of the file does not."""
    assert activity(replace(ARTICLE, origin="there.txt")) == activity()
    others = [
        activity(replace(ARTICLE, text="किम गए।")),
        activity(version="2"),
        activity(models="cd"),
        activity(replace(ARTICLE, id="two")),
    ]
    assert len({activity(), *others}) == 5


def test_what_was_left_out_is_stated_and_names_another_activity() -> None:
    """A least confidence is stated and is part of the activity's name; none is stated where nothing was left out."""
    least = kg("minConfidence")
    quads = list(provenance_quads(ARTICLE, base_iri=BASE, version="1", model_digest="ab", least=0.8))
    (stated,) = [quad.object for quad in quads if quad.predicate == least]
    assert stated == ox.Literal("0.8", datatype=v.DECIMAL)
    assert [quad.subject.value for quad in quads if quad.object == v.ACTIVITY] != [activity()]
    plain = provenance_quads(ARTICLE, base_iri=BASE, version="1", model_digest="ab")
    assert not [quad for quad in plain if quad.predicate == least]


def test_time_is_stated_only_where_it_is_given() -> None:
    """Without SOURCE_DATE_EPOCH nothing tells the time; with it, the activity carries that time in UTC."""
    plain = provenance_quads(ARTICLE, base_iri=BASE, version="1", model_digest="ab")
    assert not [quad for quad in plain if quad.predicate == v.ENDED_AT_TIME]
    timed = provenance_quads(ARTICLE, base_iri=BASE, version="1", model_digest="ab", epoch=1_700_000_000)
    (time,) = [quad.object for quad in timed if quad.predicate == v.ENDED_AT_TIME]
    assert time == ox.Literal("2023-11-14T22:13:20Z", datatype=v.DATE_TIME)
