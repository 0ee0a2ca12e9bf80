"""The graph stage holds for any text."""

from __future__ import annotations

import io
import re

import pyoxigraph as ox
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.graph import export
from kg.graph.dataset_clause import names_dataset
from kg.graph.iris import document_iri, entity_iris
from kg.graph.mapping import document_quads
from kg.graph.store import Store
from kg.graph.terms import clean, decimal
from kg.records import Article, Document, EntityType, Event, EventMention, EventType, Sentence
from tests.builders import BASE, ENTRIES, entity, linked

TEXTS = st.text(
    alphabet=st.one_of(st.characters(), st.sampled_from("कखगअंिी्ज़ \"'\\\n\r\t<>&{}#%/|^`\x00\u200d")), max_size=40
)
NAMES = TEXTS.filter(bool)
FORMATS = {
    "nquads": ox.RdfFormat.N_QUADS,
    "trig": ox.RdfFormat.TRIG,
    "turtle": ox.RdfFormat.TURTLE,
    "rdfxml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
}


def any_document(id: str, name: str, text: str, type: EntityType) -> list[ox.Quad]:
    """The quads of a document of this id whose words are all `name` or `text`."""
    length = len(text)
    article = Article(id=id, text=text, title=text, publisher=name, url="https://example.org/" + name)
    document = Document(article=article, sentences=(Sentence(index=0, tokens=(), begin=0, end=length),))
    mention = EventMention(sentence=0, begin=0, end=length, trigger=text, rule=name)
    event = Event(key="v1", type=EventType.REQUEST, agents=("e1",), object=text, date_text=name, mentions=(mention,))
    extraction = linked(entities=[entity("e1", name, type)], events=[event], id=id)
    return list(document_quads(extraction, document, base_iri=BASE, lookup=ENTRIES.get))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(id=NAMES, name=NAMES, text=NAMES, type=st.sampled_from(EntityType))
def test_any_text_survives_store_and_dumps(id: str, name: str, text: str, type: EntityType) -> None:
    """Whatever ids, names and texts are: IRIs are ASCII, and every dump holds what was mapped."""
    quads = set(any_document(id, name, text, type))
    iris = {t.value for q in quads for t in (q.subject, q.object) if isinstance(t, ox.NamedNode)}
    assert all(iri.isascii() and not re.search(r'[\s<>"{}|\\^`]', iri) for iri in iris)
    with Store.in_memory() as store:
        store.replace_document(document_iri(BASE, id), quads)
        assert set(store.quads()) == quads
        assert not store.replace_document(document_iri(BASE, id), quads)
        for name_of, syntax in FORMATS.items():
            out = io.BytesIO()
            export.write(store, name_of, out)
            read = {(q.subject, q.predicate, q.object) for q in ox.parse(out.getvalue(), format=syntax)}
            assert read == {(q.subject, q.predicate, q.object) for q in quads}


@given(one=NAMES, other=NAMES)
def test_ids_do_not_collide(one: str, other: str) -> None:
    """Two documents have one IRI only where their ids are one (broken surrogates aside)."""
    same = one.encode("utf-8", "replace") == other.encode("utf-8", "replace")
    assert (document_iri(BASE, one) == document_iri(BASE, other)) == same


@given(names=st.lists(NAMES, max_size=6), type=st.sampled_from([EntityType.GROUP, EntityType.PERSON]))
def test_unnamed_entities_of_a_document_never_share_an_iri(names: list[str], type: EntityType) -> None:
    """Descriptions are as many nodes as there are entities."""
    things = [entity(f"e{i}", name, type, named=False) for i, name in enumerate(names)]
    assert len(set(entity_iris(linked(entities=things), base_iri=BASE).values())) == len(things)


@given(text=TEXTS)
def test_cleaning_keeps_length_and_settles_at_once(text: str) -> None:
    """A cleaned text is as long as before and stays as it is when cleaned again."""
    assert len(clean(text)) == len(text)
    assert clean(clean(text)) == clean(text)


@given(value=st.floats(min_value=-1000, max_value=1000))
def test_decimals_are_canonical(value: float) -> None:
    """A decimal is what the store gives back."""
    literal, store = decimal(value), ox.Store()
    store.add(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), literal))
    assert next(iter(store)).object == literal
    assert abs(float(literal.value) - value) <= 1e-6


@given(inside=st.text(alphabet=st.characters(exclude_characters='"\\\n\r', exclude_categories=["Cs"]), max_size=30))
def test_a_string_never_names_a_dataset(inside: str) -> None:
    """Whatever stands in a string, the query names no dataset; with a clause after it, it does."""
    assert not names_dataset(f'ASK {{ ?s ?p "FROM {inside} FROM" }}')
    assert names_dataset(f'PREFIX x: <http://x/> ASK FROM x:g {{ ?s ?p "{inside}" }}')
