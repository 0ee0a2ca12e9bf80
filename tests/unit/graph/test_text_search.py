"""Search in the words of literals: what matches, what the index finds, and that a query's answer is the same with it as without."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.graph import text_search
from kg.graph.store import Store
from kg.graph.vocabulary import KG, RDFS

PREFIXES = f"PREFIX kg: <{KG}> PREFIX rdfs: <{RDFS}> "
NAMES = [
    ("वोलोदिमीर ज़ेलेंस्की", "hi"),
    ("Volodymyr Zelensky", "en"),
    ("व्लादिमीर पुतिन", "hi"),
    ("रूस", "hi"),
    ("रूसी संघ", "hi"),
    ("विदेश मंत्री एस. जयशंकर", "hi"),
    ("भारत-पाकिस्तान वार्ता", "hi"),
    ("plain", ""),
    ("北京", "zh"),
    ("लंबा " * 1000 + "रूसी", "hi"),
]


@pytest.mark.parametrize(
    ("text", "needle", "found"),
    [
        ("वोलोदिमीर ज़ेलेंस्की", "जेलेंस्की", True),
        ("वोलोदिमीर ज़ेलेंस्की", "जेलेन्स्की", True),
        ("वोलोदिमीर ज़ेलेंस्की", "Zelensky", True),
        ("Volodymyr Zelensky", "ज़ेलेंस्की", True),
        ("व्लादिमीर पुतिन", "पुतीन", True),
        ("व्लादिमीर पुतिन", "पुतिन व्लादिमीर", True),
        ("व्लादिमीर पुतिन", "पुतिन मोदी", False),
        ("रूसी संघ", "रूस", False),
        ("रूसी संघ", "रूस*", True),
        ("रूसी संघ", "रूस* संघ", True),
        ("भारत-पाकिस्तान वार्ता", "पाकिस्तान", True),
        ("विदेश मंत्री एस. जयशंकर", "एस जयशंकर", True),
        ("२०२४ का चुनाव", "2024", True),
        ("कुछ भी", "", False),
        ("कुछ भी", "*", False),
        ("", "कुछ", False),
    ],
)
def test_what_matches(text: str, needle: str, found: bool) -> None:
    """Words that sound alike are equal, in either script; every word counts, their order does not."""
    assert text_search.matches(text, needle) is found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A store of labels."""
    path = tmp_path / "store"
    with Store.open(path, create=True) as store:
        store.load(labels(NAMES), media_type="application/n-quads")
    return path


def labels(names: list[tuple[str, str]]) -> bytes:
    """A graph in which each name is the label of a thing of its own."""
    lines = []
    for number, (value, language) in enumerate(names):
        term = ox.Literal(value, language=language) if language else ox.Literal(value)
        lines.append(f"<a:{number}> <{RDFS}label> {term} <a:g> .\n")
    return "".join(lines).encode()


def found_labels(store: Store, query: str) -> list[str]:
    """The values of ?l."""
    return sorted(row["l"].value for row in store.query(PREFIXES + query).rows())


def test_a_query_finds_what_the_function_finds(folder: Path) -> None:
    """From the disk, from memory, and where there is no index."""
    query = 'SELECT ?l { ?x rdfs:label ?l FILTER(kg:textMatches(?l, "जेलेंस्की")) }'
    expected = ["Volodymyr Zelensky", "वोलोदिमीर ज़ेलेंस्की"]
    with Store.open(folder, read_only=True) as store:
        assert found_labels(store, query) == expected
        assert found_labels(store.copy_in_memory(), query) == expected
    for index in folder.glob("text-*.sqlite"):
        index.unlink()
    with Store.open(folder, read_only=True) as store:
        assert found_labels(store, query) == expected


def test_the_index_follows_the_builds(folder: Path) -> None:
    """What goes is not found, what comes is; there is one index."""
    with Store.open(folder) as store:
        store.update("DELETE WHERE { GRAPH ?g { <a:0> ?p ?o } }")
        store.update(f'INSERT DATA {{ GRAPH <a:g> {{ <a:9> <{RDFS}label> "ज़ेलेंस्का"@hi }} }}')
    with Store.open(folder, read_only=True) as store:
        query = 'SELECT ?l { ?x rdfs:label ?l FILTER(kg:textMatches(?l, "जेलेंस्क*")) }'
        assert found_labels(store, query) == ["Volodymyr Zelensky", "ज़ेलेंस्का"]
        (index,) = folder.glob("text-*.sqlite")
        opened = text_search.TextIndex(index)
        assert opened.find("वोलोदिमीर") == [ox.Literal("Volodymyr Zelensky", language="en")]
        opened.close()


QUERIES = [
    'SELECT ?l { ?x rdfs:label ?l FILTER(kg:textMatches(?l, "रूस*")) }',
    'SELECT ?l { ?x rdfs:label ?l FILTER kg:textMatches(?l, "रूस*") }',
    'SELECT ?l { ?x rdfs:label ?l . FILTER(<https://w3id.org/hindi-news-kg/ontology#textMatches>(?l, """रूस*""")) }',
    'SELECT ?l { OPTIONAL { ?x rdfs:label ?l } FILTER(kg:textMatches(?l, "रूस*")) }',
    'SELECT ?l { { ?x rdfs:label ?l } UNION { ?l a ?c } FILTER(kg:textMatches(?l, "रूस*")) }',
    'SELECT ?l { ?x rdfs:label ?m BIND(?m AS ?l) FILTER(kg:textMatches(?l, "रूस*")) }',
    'SELECT ?l { ?x rdfs:label ?l FILTER(!kg:textMatches(?l, "रूस*")) }',
    'SELECT ?l { ?x rdfs:label ?l FILTER(kg:textMatches(?l, "रूस*") || ?l = "plain") }',
    'SELECT ?l { ?x rdfs:label ?l FILTER(kg:textMatches(STR(?l), "रूस*")) }',
    'SELECT ?l { ?x rdfs:label ?l FILTER EXISTS { ?x rdfs:label ?m FILTER(kg:textMatches(?m, "रूस*")) } }',
    'SELECT ?l { ?x rdfs:label ?l MINUS { ?x rdfs:label ?m FILTER(kg:textMatches(?m, "रूस*")) } }',
    'SELECT ?l { GRAPH ?g { ?x rdfs:label ?l FILTER(kg:textMatches(?l, "रूस*")) } }',
    "SELECT ?l { ?x rdfs:label ?l FILTER(kg:textMatches(?l, ?x)) }",
    'SELECT ?l { ?x rdfs:label ?l FILTER(kg:textMatches(?l, "कोई नहीं")) }',
    'SELECT ?l { ?x rdfs:label ?l # FILTER(kg:textMatches(?l, "रूस*"))\n }',
    'SELECT ?l { VALUES ?l { "रूस" UNDEF } FILTER(kg:textMatches(?l, "रूस*")) }',
    'SELECT (kg:textMatches("रूस", "रूस") AS ?l) {}',
]


@pytest.mark.parametrize("query", QUERIES)
def test_the_index_changes_no_answer(folder: Path, query: str) -> None:
    """A query has the same rows where the function is asked of each text."""
    with Store.open(folder, read_only=True) as store:
        with_index = found_labels(store, query)
        store._texts_path = None
        store._texts = None
        assert with_index == found_labels(store, query)


def test_a_word_of_a_long_text_is_found(folder: Path) -> None:
    """However long the text is, with the index in use."""
    with Store.open(folder, read_only=True) as store:
        query = 'SELECT ?l { ?x rdfs:label ?l FILTER(kg:textMatches(?l, "रूसी")) }'
        assert len(found_labels(store, query)) == 2


def test_the_index_is_used_where_the_group_binds_the_variable() -> None:
    """The literals that match stand before the filter; nowhere else, and not where they are too many."""
    literal = ox.Literal('क "ख"', language="hi")
    query = PREFIXES + 'SELECT * { ?x rdfs:label ?l FILTER(kg:textMatches(?l, "क")) }'
    assert f'VALUES ?l {{ {literal} }} FILTER(kg:textMatches(?l, "क"))' in text_search.expand(
        query, lambda _: [literal]
    )
    assert text_search.expand(query, lambda _: None) == query
    optional = PREFIXES + 'SELECT * { OPTIONAL { ?x rdfs:label ?l } FILTER(kg:textMatches(?l, "क")) }'
    assert text_search.expand(optional, lambda _: [literal]) == optional


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=8), st.text(max_size=10))
def test_the_index_finds_all_that_matches(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], needle: str
) -> None:
    """Whatever the texts and the needle are."""
    folder = tmp_path_factory.mktemp("index")
    inner = ox.Store()
    inner.extend(ox.Quad(ox.NamedNode("a:s"), ox.NamedNode("a:p"), ox.Literal(text)) for text in texts)
    text_search.make_index(inner, folder, "x")
    index = text_search.TextIndex(text_search.index_path(folder, "x"))
    found = index.find(needle)
    index.close()
    assert found is None or {text for text in texts if text_search.matches(text, needle)} <= {
        term.value for term in found
    }
