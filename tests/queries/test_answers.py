"""What the queries answer on the graph of the annotated seeds, and what must not change or must vanish from an answer."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable

import pyoxigraph as ox
import pytest

from kg.evaluation import evaluate
from kg.graph.shapes import validate
from kg.graph.store import Store
from kg.graph.vocabulary import BOOLEAN, DATE_PUBLISHED, HEADLINE, KG, LABEL, PUBLISHER, RDF, kg
from tests.builders import BASE
from tests.conftest import ROOT
from tests.gold import GOLD
from tests.queries.support import LOCAL, ask, expected, text_of

EXPECTED = expected()
EVERY = pytest.mark.parametrize("name", [path.stem for path in LOCAL])
FACTS = (
    "who-met-whom",
    "meetings-and-places",
    "visits-to-countries",
    "sanctions",
    "attacks-between-two",
    "heads-of-government-meet",
    "events-near-a-place",
    "allies-and-others",
    "held-on-the-day",
    "visits-by-foreign-ministers",
    "places-of-a-country",
)
NOT_NEGATED = (*FACTS, "denials", "treaties", "plans", "country-timeline", "weapons-tests", "accusations-and-denials")
TIMES = 40
SECONDS = 5  #: of processor time; half of what the endpoint grants a query
IRAN = ox.NamedNode(f"{BASE}entity/Q794")
ISRAEL = ox.NamedNode(f"{BASE}entity/Q801")
NORTH_KOREA = ox.NamedNode(f"{BASE}entity/Q423")
RUSSIA = ox.NamedNode(f"{BASE}entity/Q159")
OPTIONAL = [
    *map(kg, ("roleOf", "date", "dateText", "target", "place", "claim", "attributedTo", "object", "quantity")),
    DATE_PUBLISHED,
    HEADLINE,
    PUBLISHER,
]
README_QUERIES = re.findall(r"```sparql\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)


def altered(gold: Store, change: Callable[[ox.Quad], Iterable[ox.Quad]]) -> Store:
    """A copy of the gold's graph with other quads in the place of each."""
    store = Store.in_memory()
    quads = (quad for old in gold.quads() for quad in change(old))
    store.load(ox.serialize(quads, format=ox.RdfFormat.N_QUADS) or b"", media_type="application/n-quads")
    return store


def event(kind: str, agent: ox.NamedNode, target: ox.NamedNode, **facts: ox.NamedNode | ox.Literal) -> list[ox.Quad]:
    """An asserted event of a further document."""
    node, graph = ox.NamedNode(f"{BASE}event/more/1"), ox.NamedNode(f"{BASE}document/more")
    values = {"agent": agent, "target": target, "modality": kg("asserted"), **facts}
    types = [ox.Quad(node, ox.NamedNode(RDF + "type"), kg(one), graph) for one in (kind, "Event")]
    return [*types, *(ox.Quad(node, kg(name), value, graph) for name, value in values.items())]


def with_more(gold: Store, more: list[ox.Quad]) -> Store:
    """A copy of the gold's graph with further quads."""
    waiting = list(more)

    def change(quad: ox.Quad) -> list[ox.Quad]:
        extra, waiting[:] = list(waiting), []
        return [quad, *extra]

    return altered(gold, change)


def test_the_graph_says_what_the_gold_says(gold: Store) -> None:
    """The graph that the queries are tried on has full marks against the gold, no spurious event, and conforms."""
    report = evaluate(gold, GOLD)
    assert (report.events_strict.f1, report.arguments.f1, report.errors, report.missing) == (1.0, 1.0, (), ())
    assert set(report.facets.values()) == {1.0}
    assert validate(gold).conforms


@EVERY
def test_a_query_answers_what_the_gold_says(name: str, gold: Store) -> None:
    """The rows are those written down beside the gold: all of them, or their number and some by name."""
    wanted = EXPECTED[name]
    found = ask(gold, text_of(name))
    rows = [tuple(row) for row in wanted.get("rows", wanted.get("some"))]
    assert len(found.rows) == int(wanted["count"])
    assert set(rows) - found.only(wanted["columns"]) == set()
    if "rows" in wanted:
        assert found.only(wanted["columns"]) - set(rows) == set()
        assert len(rows) == len(set(rows))


@EVERY
def test_a_triple_in_two_graphs_changes_no_answer(name: str, gold: Store) -> None:
    """With every triple in a second graph too, a query gives the same rows in the same order."""
    copy = ox.NamedNode("https://example.org/copy")
    twice = altered(gold, lambda quad: [quad, ox.Quad(quad.subject, quad.predicate, quad.object, copy)])
    assert ask(twice, text_of(name)) == ask(gold, text_of(name))


@pytest.fixture(scope="module", params=OPTIONAL)
def without(request: pytest.FixtureRequest, gold: Store) -> Store:
    """The gold's graph without a property that a thing may lack."""
    return altered(gold, lambda quad: [] if quad.predicate == request.param else [quad])


@pytest.mark.parametrize("name", [path.stem for path in LOCAL if path.stem != "undated-events"])
def test_what_a_thing_lacks_joins_nothing_with_everything(name: str, without: Store, gold: Store) -> None:
    """Without a property that things may lack, no query gives more rows than with it."""
    assert len(ask(without, text_of(name)).rows) <= len(ask(gold, text_of(name)).rows)


@pytest.mark.parametrize("name", NOT_NEGATED)
def test_what_is_negated_is_no_fact(name: str, gold: Store) -> None:
    """When the texts negate every event, a query for what happened or is planned has no row."""
    true = ox.Literal("true", datatype=BOOLEAN)
    denied = altered(
        gold,
        lambda quad: (
            [quad, ox.Quad(quad.subject, kg("negated"), true, quad.graph_name)]
            if quad.predicate == kg("modality")
            else [quad]
        ),
    )
    assert ask(gold, text_of(name)).rows
    assert ask(denied, text_of(name)).rows == []


@pytest.mark.parametrize("name", FACTS)
def test_what_is_alleged_is_no_fact(name: str, gold: Store) -> None:
    """When every event is merely alleged, a query for facts has no row."""
    doubted = altered(
        gold,
        lambda quad: [
            ox.Quad(quad.subject, quad.predicate, kg("alleged"), quad.graph_name)
            if quad.predicate == kg("modality")
            else quad
        ],
    )
    assert ask(gold, text_of(name)).rows
    assert ask(doubted, text_of(name)).rows == []


def test_an_alleged_attack_is_in_no_list_of_facts(gold: Store) -> None:
    """The gold has Iran's attack on Israel as a claim; the query for facts has Israel's on Iran alone."""
    parties = ask(gold, text_of("attacks-between-two")).only(["attacker", "attacked"])
    assert ("Israel", "Iran") in parties
    assert ("Iran", "Israel") not in parties


def test_a_claim_that_an_article_tells_as_a_fact_is_confirmed(gold: Store) -> None:
    """One asserted event of the same kind between the same two takes the claim off the list; a negated one does not."""
    claim = ("arms transfer", "उत्तर कोरिया", "रूस")
    columns = ["claimed", "who", "whom"]
    confirmed = with_more(gold, event("ArmsTransfer", NORTH_KOREA, RUSSIA))
    negated = with_more(gold, event("ArmsTransfer", NORTH_KOREA, RUSSIA, negated=ox.Literal("true", datatype=BOOLEAN)))
    other_way = with_more(gold, event("ArmsTransfer", RUSSIA, NORTH_KOREA))
    query = text_of("unconfirmed-claims")
    assert claim in ask(gold, query).only(columns)
    assert claim not in ask(confirmed, query).only(columns)
    assert claim in ask(negated, query).only(columns)
    assert claim in ask(other_way, query).only(columns)


def test_a_denial_answers_an_accuser_only_in_his_own_article(gold: Store) -> None:
    """Without a common claim, a denial in another article is no answer to an accusation."""
    query = text_of("accusations-and-denials")
    denial = event("Denial", IRAN, ISRAEL, mention=ox.NamedNode(f"{BASE}document/more#1"))
    sentence = ox.Quad(
        ox.NamedNode(f"{BASE}document/more#1"),
        kg("sentence"),
        ox.Literal("ईरान ने आरोप ठुकराया।", language="hi"),
        ox.NamedNode(f"{BASE}document/more"),
    )
    assert ask(with_more(gold, [*denial, sentence]), query) == ask(gold, query)


def test_an_event_in_one_article_is_not_told_by_several(gold: Store) -> None:
    """Only events that stand in the graphs of two articles are listed, each as one node."""
    found = ask(gold, text_of("told-by-several"))
    assert {event.removeprefix(BASE) for (event,) in found.only(["event"])} == {
        "event/Meeting_2023-09-13_Q56226_Q7747",
        "event/Visit_2023-09-12_Q56226_to_Q159",
    }


def test_the_offices_of_the_gazetteer_are_left_out(gold: Store) -> None:
    """Blinken's offices of the gazetteer are in the graph, but the query has the one that the article names alone."""
    every = ask(
        gold,
        f"SELECT DISTINCT ?o {{ <{BASE}entity/Q7821917> <{KG}holdsRole> ?o }}",
    )
    named = {row for row in ask(gold, text_of("offices")).only(["person", "office"]) if row[0] == "एंटनी ब्लिंकन"}
    assert len(every.rows) > 1
    assert named == {("एंटनी ब्लिंकन", "विदेश मंत्री")}


def test_an_office_of_nothing_is_one_row(gold: Store) -> None:
    """An office that the article gives to no country or organization has one row, with the column «of» empty."""
    document, role = ox.NamedNode(f"{BASE}document/05-modi-xi-kazan"), ox.NamedNode(f"{BASE}entity/Q159/role/x")
    office = [
        ox.Quad(RUSSIA, kg("holdsRole"), role, document),
        ox.Quad(role, LABEL, ox.Literal("समकक्ष", language="hi"), document),
    ]
    before, after = (ask(store, text_of("offices")).rows for store in (gold, with_more(gold, office)))
    assert set(after) - set(before) == {("रूस", "समकक्ष", "", "05-modi-xi-kazan")}
    assert len(after) == len(before) + 1


@pytest.mark.parametrize("query", README_QUERIES)
def test_a_query_of_the_readme_has_answers(query: str, gold: Store) -> None:
    """The query has rows on the gold's graph, each once, and none that calls an event a mere kg:Event."""
    found = ask(gold, query)
    assert found.rows
    assert [row for row in found.rows if KG + "Event" in row] == []


@pytest.fixture(scope="module")
def many(gold: Store) -> Store:
    """The gold's documents forty times over, each time with events of their own."""

    def again(term: object, number: int) -> object:
        value = getattr(term, "value", "")
        for kind in ("document/", "event/"):
            if value.startswith(BASE + kind):
                return ox.NamedNode(f"{BASE}{kind}{number}-{value.removeprefix(BASE + kind)}")
        return term

    def change(quad: ox.Quad) -> Iterable[ox.Quad]:
        parts = (quad.subject, quad.predicate, quad.object, quad.graph_name)
        return (ox.Quad(*(again(part, number) for part in parts)) for number in range(TIMES))  # type: ignore[arg-type]

    return altered(gold, change)


@EVERY
def test_a_query_is_answered_in_time_on_many_documents(name: str, many: Store) -> None:
    """With forty times as many documents a query takes seconds at most: it joins nothing with everything."""
    begin = time.process_time()
    assert ask(many, text_of(name)).rows
    assert time.process_time() - begin < SECONDS
