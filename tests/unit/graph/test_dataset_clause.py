"""Whether a query names its dataset."""

from __future__ import annotations

import pytest

from kg.graph.dataset_clause import names_dataset


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * FROM <http://x/g> { ?s ?p ?o }",
        "select * from<http://x/g>{?s ?p ?o}",
        "CONSTRUCT { ?s ?p ?o } FROM NAMED <http://x/g> { GRAPH ?g { ?s ?p ?o } }",
        "PREFIX from: <http://x/> ASK # comment\nFrom from:g { }",
        "DESCRIBE <http://x/a#b> FROM <http://x/g>",
    ],
)
def test_a_dataset_clause_is_found(query: str) -> None:
    """FROM is found in any case, without spaces and after other clauses."""
    assert names_dataset(query)


@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?from { ?from <http://x/FROM> $FROM }",
        'SELECT * { ?s ?p "it\'s FROM <x>", \'a "FROM" b\', "\\" FROM " }',
        'SELECT * { ?s ?p """a "quoted" FROM <x> \\""" FROM""" }',
        "SELECT * { ?s ?p '''FROM ' '' FROM''' } # FROM <http://x/g>",
        "PREFIX from: <http://x/> SELECT * { from:FROM kg:from from:a.FROM, _:FROM }",
        'SELECT * { ?s ?p "x"@from FILTER(?from<3) } # FROM',
        "",
    ],
)
def test_the_word_elsewhere_is_no_dataset_clause(query: str) -> None:
    """FROM in strings, IRIs, comments, variables, prefixed names and language tags names nothing."""
    assert not names_dataset(query)
