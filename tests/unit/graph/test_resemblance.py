"""Which events of different documents may be one."""

from __future__ import annotations

import datetime
import random
from dataclasses import replace

import pyoxigraph as ox
import pyshacl
import pytest
from rdflib import Graph

from kg.graph import vocabulary as v
from kg.graph.resemblance import LEAST, Span, Telling, resemblance_graph, resemblance_quads, resemblances
from kg.graph.store import Store
from kg.graph.vocabulary import kg
from kg.settings import resource
from tests.builders import BASE
from tests.gold import fill

UNNAMED = BASE + "entity/in/"
HOMES = {"putin": frozenset({"russia"}), "kim": frozenset({"north-korea"}), "sochi": frozenset({"russia"})}
DAY = datetime.date(2023, 9, 13)


def on(day: datetime.date, *, last: datetime.date | None = None, grain: float = 1.0) -> Span:
    """A day, or the days up to another."""
    return Span(first=day, last=last or day, grain=grain)


def within(days: int = 7, *, until: datetime.date = DAY) -> Span:
    """The span of an undated event of an article that appeared on a day."""
    return Span(first=until - datetime.timedelta(days=days), last=until, grain=0.35)


MEETING = Telling(
    iri="event/1",
    type="Meeting",
    documents=frozenset({"document/1"}),
    agents=frozenset({"putin", "kim"}),
    modalities=frozenset({"asserted"}),
    span=on(DAY),
)
ATTACK = replace(MEETING, type="Attack", agents=frozenset({"russia"}), targets=frozenset({"ukraine"}))


def score(one: Telling, **other: object) -> float:
    """The score of an event and another of a second document; 0 where they are not linked."""
    second = replace(one, **({"iri": "event/2", "documents": frozenset({"document/2"})} | other))  # type: ignore[arg-type]
    found = resemblances([one, second], homes=HOMES, unnamed=UNNAMED)
    return found[0].score if found else 0.0


def test_what_agrees_in_all_is_linked_with_the_score_one() -> None:
    """Same type, participants, day and modality."""
    assert score(MEETING) == 1.0


@pytest.mark.parametrize(
    "other",
    [
        {"agents": frozenset({"russia", "north-korea"})},
        {"agents": frozenset({"putin", "kim", "xi"})},
        {"span": within()},
        {"span": on(datetime.date(2023, 9, 1), last=datetime.date(2023, 9, 30), grain=0.6)},
        {"modalities": frozenset({"planned"})},
    ],
    ids=["countries", "a third", "undated", "month", "planned"],
)
def test_what_differs_a_little_is_linked_with_less(other: dict[str, object]) -> None:
    """A person and the country, a participant more, a coarser time and another modality each cost something."""
    assert LEAST <= score(MEETING, **other) < 1


@pytest.mark.parametrize(
    "other",
    [
        {"documents": MEETING.documents},
        {"type": "Visit"},
        {"negated": True},
        {"agents": frozenset({"putin", "trump"})},
        {"agents": frozenset({"modi", "trump"})},
        {"span": on(DAY + datetime.timedelta(days=1))},
        {"span": on(DAY + datetime.timedelta(days=2))},
        {"span": within(until=DAY + datetime.timedelta(days=20))},
        {"span": None},
    ],
    ids=[
        "one document",
        "type",
        "negated",
        "one shared",
        "none shared",
        "next day",
        "two days",
        "later news",
        "no time",
    ],
)
def test_what_differs_more_is_not_linked(other: dict[str, object]) -> None:
    """Events of one document, of two types, of other days, and those that share one participant of two."""
    assert score(MEETING, **other) == 0


def test_roles_are_compared_apart() -> None:
    """Who attacks whom is not who is attacked by whom; in a meeting nobody is the target."""
    assert score(ATTACK, agents=ATTACK.targets, targets=ATTACK.agents) == 0
    assert score(MEETING, agents=frozenset({"putin"}), targets=frozenset({"kim"})) == 1.0


def test_what_a_text_does_not_name_speaks_neither_way() -> None:
    """No doer, and a group known from its own text alone, are half a match; with the day that is enough, without not."""
    for agents in (frozenset[str](), frozenset({UNNAMED + "2/Group/soldiers"})):
        assert score(ATTACK, agents=agents) >= LEAST
        assert score(ATTACK, agents=agents, span=within()) == 0


def test_place_number_and_claim_count_where_both_tell_them() -> None:
    """Another place or number speaks against, a city agrees with its country; another claim forbids the link."""
    near = replace(ATTACK, places=frozenset({"russia"}), span=within())
    assert score(near, places=frozenset({"sochi"})) > score(near, places=frozenset({"delhi"}))
    many = replace(ATTACK, quantity=10_000)
    assert score(many, quantity=10_500) > score(many, quantity=3_000)
    denial = replace(ATTACK, type="Denial", claims=frozenset({"Attack"}))
    assert score(denial) == 1.0
    assert score(denial, claims=frozenset({"ArmsTransfer"})) == 0


def test_statements_are_never_linked() -> None:
    """A speaker says many things in a day."""
    assert score(replace(ATTACK, type="Statement")) == 0


def test_the_order_of_the_events_does_not_matter() -> None:
    """The same pairs with the same scores come from any order."""
    events = [
        replace(
            MEETING, iri=f"event/{n}", documents=frozenset({f"document/{n % 4}"}), span=on(DAY) if n % 3 else within()
        )
        for n in range(12)
    ]
    found = resemblances(events, homes=HOMES, unnamed=UNNAMED)
    shuffled = random.Random(1).sample(events, len(events))
    assert found == resemblances(shuffled, homes=HOMES, unnamed=UNNAMED)
    assert len(found) > 20


def test_the_graph_links_both_ways_and_gives_a_score() -> None:
    """On the annotated seed articles, every link has its reverse, and its pair a node with both ends and a score."""
    with Store.in_memory() as store:
        fill(store)
        quads = list(resemblance_quads(store, base_iri=BASE))
        assert set(quads) == set(store.quads(graph=resemblance_graph(BASE)))
        links = {(q.subject, q.object) for q in quads if q.predicate == kg("sameEventAs")}
        assert links
        assert {(b, a) for a, b in links} == links
        nodes = {q.subject for q in quads if (q.predicate, q.object) == (v.TYPE, kg("Resemblance"))}
        ends = {
            node: frozenset(q.object for q in quads if (q.subject, q.predicate) == (node, kg("between")))
            for node in nodes
        }
        assert {frozenset(link) for link in links} == set(ends.values())
        scores = [q.object for q in quads if q.predicate == kg("score")]
        assert len(scores) == len(nodes)
        assert all(isinstance(s, ox.Literal) and LEAST <= float(s.value) <= 1 for s in scores)
        for one, other in links:
            graphs = [
                {q.graph_name for q in store.quads_about(node)} - {ox.NamedNode(resemblance_graph(BASE))}
                for node in (one, other)
            ]  # type: ignore[arg-type]
            assert not graphs[0] & graphs[1]


def test_the_graph_has_the_shape_of_resemblances() -> None:
    """SHACL finds nothing wrong in the graph, and finds a pair without its second end."""
    shapes = Graph().parse(resource("ontology") / "shapes.ttl", format="turtle")
    with Store.in_memory() as store:
        fill(store)
        lines = [f"{q.subject} {q.predicate} {q.object} ." for q in store.quads(graph=resemblance_graph(BASE))]
    pairs = sorted(line for line in lines if "sameEventAs" not in line)
    conforms, _, report = pyshacl.validate(Graph().parse(data="\n".join(pairs), format="nt"), shacl_graph=shapes)
    assert conforms, report
    broken = [line for line in pairs if line != next(one for one in pairs if "#between" in one)]
    conforms, _, _ = pyshacl.validate(Graph().parse(data="\n".join(broken), format="nt"), shacl_graph=shapes)
    assert not conforms
