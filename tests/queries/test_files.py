"""The query files themselves: headers, form, terms, and the README that lists them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kg.graph.examples import headers
from kg.graph.store import Store
from kg.graph.vocabulary import KG, PREFIXES, KgTerms
from kg.serving import guard
from tests.queries.support import FEDERATED, FILES, FOLDER, LOCAL, expected

DEVANAGARI = re.compile(r"[\u0900-\u097f]")
EVERY = pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
EVERY_LOCAL = pytest.mark.parametrize("path", LOCAL, ids=lambda path: path.stem)
EVERY_FEDERATED = pytest.mark.parametrize("path", FEDERATED, ids=lambda path: path.stem)


def parts(path: Path) -> tuple[str, str, str]:
    """(header, prefix lines, the rest) of a query file."""
    text = path.read_text(encoding="utf-8")
    found = re.fullmatch(r"((?:#\+[^\n]*\n)+)((?:PREFIX \S+ <\S+>\n)+)(.*)", text, re.DOTALL)
    assert found, path.name
    return found.group(1), found.group(2), found.group(3)


def names(body: str) -> set[tuple[str, str]]:
    """(prefix, local name) of each prefixed name; words inside strings and IRIs are none."""
    bare = re.sub(r"<[^>]*>|\"[^\"]*\"", " ", body)
    return set(re.findall(r"(?<![\w?])([a-z]+):(\w+)", bare))


def test_there_are_queries_of_both_kinds() -> None:
    """More than twenty queries run here, and at least one asks another endpoint."""
    assert len(LOCAL) > 20
    assert FEDERATED


@EVERY
def test_a_query_says_what_it_asks(path: Path) -> None:
    """The header has the question in English and in Hindi and a description, in this order."""
    told = headers(parts(path)[0])
    assert list(told)[:3] == ["summary", "summary-hi", "description"]
    assert told["summary"].endswith("?") and not DEVANAGARI.search(told["summary"])
    assert told["summary-hi"].endswith("?") and DEVANAGARI.search(told["summary-hi"])
    assert len(told["description"]) > 40
    assert set(told) <= {"summary", "summary-hi", "description", "network"}


@EVERY
def test_a_query_says_whether_it_needs_the_network(path: Path) -> None:
    """`network: required` stands exactly where there is a SERVICE clause."""
    header, _, body = parts(path)
    assert ("SERVICE" in body) == (headers(header).get("network") == "required")


@EVERY
def test_a_query_can_be_read_and_names_terms_of_the_ontology_alone(path: Path) -> None:
    """The engine takes the query; its kg: names are in the ontology; its prefixes are the usual ones, each of them used."""
    _, prefixes, body = parts(path)
    Store.in_memory().query(prefixes + body)
    assert {name for prefix, name in names(body) if prefix == "kg"} <= {*KgTerms.__annotations__, "from"} - {"_NS"}
    declared = dict(re.findall(r"PREFIX (\w+): <(\S+)>", prefixes))
    assert declared["kg"] == KG
    assert set(declared) == {prefix for prefix, _ in names(body)}
    assert {k: v for k, v in declared.items() if k != "wdt"} == {k: PREFIXES[k] for k in declared if k != "wdt"}


@EVERY_LOCAL
def test_every_name_of_a_query_stands_in_the_graph(path: Path, gold: Store) -> None:
    """Each class, property and Wikidata id that a query names occurs in the graph of the seeds or in the ontology."""
    known = {
        getattr(term, "value", "") for quad in gold.quads() for term in (quad.subject, quad.predicate, quad.object)
    }
    body = parts(path)[2]
    elsewhere = {"xsd", "geof", "uom"}  # types, functions and units are no terms of a graph
    used = {name for name in names(body) if name[0] not in elsewhere} - {("geosparql", "wktLiteral")}
    assert [f"{prefix}:{name}" for prefix, name in sorted(used) if PREFIXES[prefix] + name not in known] == []


@EVERY
def test_a_query_counts_things_and_not_graphs(path: Path) -> None:
    """The rows are DISTINCT or grouped, and every COUNT is DISTINCT."""
    body = parts(path)[2]
    assert re.match(r"SELECT DISTINCT ", body) or "GROUP BY" in body
    assert len(re.findall(r"COUNT\(", body)) == len(re.findall(r"COUNT\(DISTINCT ", body))
    assert not re.search(r"\b(SUM|AVG|SAMPLE|GROUP_CONCAT)\(", body)  # they count or join by graphs, or choose at will


@EVERY
def test_a_query_settles_the_order_of_its_rows(path: Path) -> None:
    """Every column stands in ORDER BY, so that equal content gives equal output."""
    body = parts(path)[2]
    selected, _, _ = body.partition("WHERE")
    columns = set(re.findall(r"\?(\w+)", re.sub(r"\(COUNT\(.*?\) AS \?\w+\)", "", selected)))
    assert columns
    assert columns <= set(re.findall(r"\?(\w+)", body.rpartition("ORDER BY")[2]))


@EVERY
def test_labels_are_taken_in_one_language(path: Path) -> None:
    """Every variable that rdfs:label binds is filtered by its language."""
    body = parts(path)[2]
    bound = set(re.findall(r"rdfs:label (\?[\w\u0900-\u097f]+)", body))
    filtered = {name for name, _ in re.findall(r"LANG\((\?[\w\u0900-\u097f]+)\) = \"(hi|en)\"", body)}
    assert bound - filtered == set()


@EVERY
def test_a_query_relies_on_no_blank_node(path: Path) -> None:
    """No query writes a blank node: the graph has none."""
    assert not re.search(r"\[|_:", parts(path)[2])


@EVERY_LOCAL
def test_the_endpoint_takes_the_query(path: Path) -> None:
    """The guard of the HTTP endpoint lets the query through."""
    guard.check(path.read_text(encoding="utf-8"))


@EVERY_FEDERATED
def test_the_endpoint_refuses_a_federated_query_in_words(path: Path) -> None:
    """The guard refuses it, and says that federated queries want a client of one's own."""
    with pytest.raises(guard.Refused, match=r"SERVICE is refused.*your own client"):
        guard.check(path.read_text(encoding="utf-8"))


def test_some_queries_have_hindi_variables() -> None:
    """One or two queries show that variables may be Hindi."""
    hindi = [path for path in FILES if re.search(r"\?[\u0900-\u097f]", path.read_text(encoding="utf-8"))]
    assert 1 <= len(hindi) <= 3


def test_the_readme_lists_exactly_the_files() -> None:
    """The table has one row for each query, with its two questions, in the order of the names."""
    readme = (FOLDER / "README.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| \[`(\S+)`\]\((\S+)\) \| (.+?)( \(needs the network\))? \| (.+) \|$", readme, re.MULTILINE)
    told = [(path, headers(path.read_text(encoding="utf-8"))) for path in FILES]
    assert rows == [
        (
            path.name,
            path.name,
            header["summary"],
            " (needs the network)" if "network" in header else "",
            header["summary-hi"],
        )
        for path, header in told
    ]


def test_every_query_has_its_answer_written_down() -> None:
    """`expected.yml` has an entry for each query that needs no network, and for nothing else."""
    assert sorted(expected()) == [path.stem for path in LOCAL]
