"""What is refused before the engine sees it."""

from __future__ import annotations

import pytest

from kg.serving import guard

U = "<http://127.0.0.1:9/>"
SERVICE = [
    f"SELECT * {{ SERVICE {U} {{ ?s ?p ?o }} }}",
    f"select * {{ sErViCe {U} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ SERVICE#comment\n{U} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ SERVICE SILENT {U} {{ ?s ?p ?o }} }}",
    "PREFIX x: <http://127.0.0.1/> SELECT * { SERVICE x:y { ?s ?p ?o } }",
    "PREFIX : <http://127.0.0.1/> SELECT * { SERVICE:y { ?s ?p ?o } }",
    "SELECT * { VALUES ?u { <http://127.0.0.1/> } SERVICE?u { ?s ?p ?o } }",
    f"SELECT * {{ ?a ?b trueSERVICE{U} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?a ?b 1SERVICE{U} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?a ?b 'x'@en.SERVICE{U} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p ?o FILTER EXISTS {{ FILTER(?s<?o)SERVICE#>\n{U}{{ ?a ?b ?c }} }} }}",
    f"SELECT * {{ FILTER EXISTS {{ SERVICE {U} {{ ?s ?p ?o }} }} }}",
    f"SELECT * {{ ?s ?p 'it\\'s' . SERVICE {U} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p '''a'b''' . SERVICE {U} {{ ?s ?p ?o }} }}",
    f"SELECT * {{ ?s ?p ' . SERVICE {U} {{ ?s ?p ?o }} }}",
    f'SELECT * {{ ?s ?p \\ "service" {U} }}',
]
HARMLESS = [
    'SELECT * { ?s ?p "SERVICE" }',
    "SELECT * { ?s ?p 'the secret service' }",
    'SELECT * { ?s ?p """a "SERVICE" <x>""" }',
    "SELECT * { ?s <http://example.org/SERVICE#a> ?o }",
    "SELECT * { ?s ?p ?o } # SERVICE <http://127.0.0.1/> {}",
    "SELECT ?service ?load { ?service ?p ?load }",
    "PREFIX ex: <http://example.org/service#> SELECT * { ?s ex:service ?o }",
    "SELECT * { ?s ?p 'x'@service }",
    "SELECT * { _:service ?p ?o }",
    "SELECT * { ?s ?p ?o FILTER(?o<5 && ?o>2) }",
    "SELECT * { ?s ?p 'भारत' FILTER(?s != <http://example.org/भारत>) }",
    "PREFIX load: <http://example.org/> SELECT * { ?s load:delete ?o }",
]


@pytest.mark.parametrize("query", SERVICE)
def test_service_is_refused(query: str) -> None:
    """A query that could call another endpoint is refused, however it is spelled."""
    with pytest.raises(guard.Refused, match=r"SERVICE|begins no token"):
        guard.check(query)


@pytest.mark.parametrize("query", HARMLESS)
def test_words_in_literals_names_and_comments_are_harmless(query: str) -> None:
    """A word that is no keyword where it stands is let through."""
    guard.check(query)


@pytest.mark.parametrize(
    "query",
    [
        "LOAD <http://127.0.0.1/>",
        "load silent <http://127.0.0.1/> into graph <http://x/>",
        "PREFIX a: <http://a/> INSERT DATA { a:b a:c a:d }",
        "DELETE WHERE { ?s ?p ?o }",
        "# SELECT\nDROP ALL",
    ],
)
def test_updates_are_refused(query: str) -> None:
    """An update is refused by name."""
    with pytest.raises(guard.Refused, match="is an update"):
        guard.check(query)


@pytest.mark.parametrize("query", ["", " \n", "# a comment"])
def test_an_empty_query_is_refused(query: str) -> None:
    """A text without a word of SPARQL is refused as empty."""
    with pytest.raises(guard.Refused, match="is empty"):
        guard.check(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { FILTER(" + "(" * 65 + "1" + ")" * 65 + ") }",
        "SELECT * " + "{" * 65 + "}" * 65,
        "SELECT * " + "{ FILTER EXISTS " * 65 + "}" * 65,
        "SELECT * { ?s ?p " + "[ ?q " * 65 + "1" + "]" * 65 + " }",
    ],
)
def test_deep_nesting_is_refused(query: str) -> None:
    """More than 64 brackets inside each other are refused."""
    with pytest.raises(guard.Refused, match="brackets"):
        guard.check(query)


@pytest.mark.parametrize(
    "query",
    [
        "ASK { FILTER(" + "!" * 600 + "true) }",
        "ASK { FILTER(" + "!(true) || " * 300 + "true) }",
        "SELECT (1" + "+1" * 600 + " AS ?n) {}",
        "SELECT (1" + "-1" * 600 + " AS ?n) {}",
        "SELECT * { {}" + " UNION {}" * 600 + " }",
        "SELECT * { ?a " + "/".join(["<a:>"] * 600) + " ?b }",
    ],
)
def test_long_chains_of_operators_are_refused(query: str) -> None:
    """More than 500 operators are refused."""
    with pytest.raises(guard.Refused, match="operators"):
        guard.check(query)


def test_brackets_in_strings_do_not_count() -> None:
    """A literal may hold any number of brackets and operators."""
    guard.check('ASK { ?s ?p "' + "({[!&&" * 200 + '" }')


def test_the_length_counts_in_bytes() -> None:
    """A query of 10,000 bytes passes, one of a byte more does not, and a Hindi letter counts for three."""
    guard.check("ASK {}".ljust(guard.MAX_QUERY_BYTES))
    with pytest.raises(guard.Refused) as caught:
        guard.check("ASK {} #" + "क" * 3331)
    assert caught.value.too_long


def test_the_place_is_told_in_characters() -> None:
    """Line and column count from 1, a Hindi letter as one character."""
    query = "SELECT *\n{ ?s ?p 'भारत' . SERVICE <a:> {} }"
    with pytest.raises(guard.Refused) as caught:
        guard.check(query)
    assert caught.value.offset is not None
    assert guard.position(query, caught.value.offset) == (2, 18)


@pytest.mark.parametrize(
    ("query", "limited"),
    [
        ("SELECT * { ?s ?p ?o }", "SELECT * { ?s ?p ?o }\nLIMIT 9"),
        ("SELECT * { ?s ?p ?o } LIMIT 8", "SELECT * { ?s ?p ?o } LIMIT 8"),
        ("SELECT * { ?s ?p ?o } limit 10 OFFSET 3", "SELECT * { ?s ?p ?o } limit 9 OFFSET 3"),
        ("SELECT * { ?s ?p ?o } OFFSET 3", "SELECT * { ?s ?p ?o } OFFSET 3\nLIMIT 9"),
        ("SELECT * { { SELECT * { ?s ?p ?o } LIMIT 99 } }", "SELECT * { { SELECT * { ?s ?p ?o } LIMIT 99 } }\nLIMIT 9"),
        ("SELECT * { } VALUES ?x { 1 }", "SELECT * { } LIMIT 9 VALUES ?x { 1 }"),
        ("SELECT * { } LIMIT 20 VALUES ?x { 1 }", "SELECT * { } LIMIT 9 VALUES ?x { 1 }"),
        ("SELECT * { VALUES ?x { 1 } } # LIMIT 3", "SELECT * { VALUES ?x { 1 } } # LIMIT 3\nLIMIT 9"),
        ("SELECT * { ?s ?p 'LIMIT 3' }", "SELECT * { ?s ?p 'LIMIT 3' }\nLIMIT 9"),
        ("ASK { ?s ?p ?o }", "ASK { ?s ?p ?o }"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"),
        ("ASK { { SELECT * { ?s ?p ?o } } }", "ASK { { SELECT * { ?s ?p ?o } } }"),
        ("SELECT * {", "SELECT * {"),
    ],
)
def test_rows_are_limited(query: str, limited: str) -> None:
    """A table has no more rows than may be sent; fewer where the query says so; other forms and what is no query are left as they are."""
    assert guard.limit_rows(query, 9) == limited
