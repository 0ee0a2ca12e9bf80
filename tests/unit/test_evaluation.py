"""Evaluation: by hand on a small gold file, and against the reference scorer where it is at hand."""

from __future__ import annotations

import importlib.util
import json
import random
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from kg.errors import InputError
from kg.evaluation import Report, evaluate, format_report
from kg.graph.mapping import document_quads
from kg.graph.store import Store
from tests.builders import BASE, ENTRIES, TEXT, sample

SENTENCES = [sentence + "।" for sentence in TEXT.split("। ")]
ENTITIES = {
    "p": {"type": "Person", "qid": "Q7747", "name": "व्लादिमीर पुतिन", "en": "Vladimir Putin", "aliases": ["पुतिन"]},
    "k": {"type": "Person", "qid": "Q56226", "name": "किम जोंग उन", "aliases": ["किम"]},
    "r": {"type": "Country", "qid": "Q159", "name": "रूस"},
    "s": {"type": "Country", "qid": "Q884", "name": "दक्षिण कोरिया"},
    "c": {"type": "Place", "qid": "Q8684", "name": "सियोल"},
    "g": {"type": "Group", "qid": None, "name": "विदेशी विशेषज्ञ"},
}


def gold_event(type: str, agents: list[Any], targets: list[Any] | None = None, **facts: Any) -> dict[str, Any]:
    """An annotated event."""
    sentence = facts.pop("sentence", SENTENCES[0])
    plain = {"id": "v", "place": [], "date": None, "modality": "asserted", "negated": False, "source": []}
    mentions = [{"trigger": "", "sentence": sentence}]
    return {**plain, "type": type, "agents": agents, "targets": targets or [], "mentions": mentions, **facts}


RIGHT = [
    gold_event("Meeting", ["p", "k", "g"], date="2023-09-13", place=[{"e": "s", "alt": ["c"]}]),
    gold_event("ArmsTransfer", ["r"], ["k"], modality="alleged", quantity=40, source=["c"], sentence=SENTENCES[1]),
    gold_event("Denial", ["r"], [{"e": "s", "alt": ["c"]}], sentence=SENTENCES[2]),
]


def score(tmp_path: Path, events: list[dict[str, Any]], *, id: str = "one") -> Report:
    """The report on the sample document, told to be as `events` say."""
    gold = tmp_path / "gold.jsonl"
    gold.write_text(json.dumps({"id": id, "entities": ENTITIES, "events": events}), "utf-8")
    with Store.in_memory() as store:
        extraction, text = sample()
        quads = document_quads(extraction, text, base_iri=BASE, lookup=ENTRIES.get)
        store.replace_document(BASE + "document/one", quads)
        return evaluate(store, gold)


def changed(number: int, **facts: Any) -> list[dict[str, Any]]:
    """The right events, one of them changed."""
    return [event | facts if i == number else event for i, event in enumerate(RIGHT)]


def test_what_the_gold_says_scores_one(tmp_path: Path) -> None:
    """A graph that agrees with the gold has full marks and no errors."""
    report = score(tmp_path, RIGHT)
    assert report.events.f1 == report.events_strict.f1 == report.core_events.f1 == report.arguments.f1 == 1
    assert set(report.facets) == {"date", "date_absent", "modality", "place", "quantity", "source"}
    assert set(report.facets.values()) == {1.0}
    assert (report.linking_precision, report.linking_recall) == (1.0, 0.75)  # the claimant is an unlinked city
    assert report.errors == ()


def test_a_statement_is_no_event_of_the_gold(tmp_path: Path) -> None:
    """The sample's kg:Statement counts neither as found nor as spurious."""
    assert score(tmp_path, RIGHT).events.system == 3


def test_a_missed_event_lowers_recall(tmp_path: Path) -> None:
    """An event that the graph does not have is missed, and its arguments too."""
    report = score(tmp_path, [*RIGHT, gold_event("Visit", ["p"], ["s"])])
    assert (report.events.recall, report.events.precision) == (0.75, 1.0)
    assert report.arguments.gold == 9
    assert report.errors == (f"one missed: Visit ['व्लादिमीर पुतिन']→['दक्षिण कोरिया'] «{SENTENCES[0]}»",)


def test_a_spurious_event_lowers_precision(tmp_path: Path) -> None:
    """An event that the gold does not have is spurious."""
    report = score(tmp_path, RIGHT[:2])
    assert (report.events.recall, report.events.precision) == (1.0, 2 / 3)
    assert report.errors == ("one spurious: Denial ['रूस']→['सियोल']",)


def test_an_optional_event_counts_neither_way(tmp_path: Path) -> None:
    """What is optional is neither missed nor spurious."""
    report = score(tmp_path, [*changed(2, optional=True), gold_event("Visit", ["p"], optional=True)])
    assert (report.events.hit, report.events.system, report.events.gold) == (2, 2, 2)


def test_swapped_roles_are_no_match(tmp_path: Path) -> None:
    """An event whose participants have each other's roles is missed and spurious."""
    report = score(tmp_path, changed(1, agents=["k"], targets=["r"]))
    assert report.by_type["ArmsTransfer"].hit == 0


def test_a_part_of_the_roles_is_a_match_but_not_a_strict_one(tmp_path: Path) -> None:
    """One participant is enough for a match; all are needed for a strict one."""
    report = score(tmp_path, changed(0, agents=["p", "s"]))
    assert (report.events.hit, report.events_strict.hit) == (3, 2)
    assert "roles differ: Meeting" in report.errors[0]


def test_negation_counts_strictly(tmp_path: Path) -> None:
    """An event that is negated in the gold alone is no strict match."""
    assert score(tmp_path, changed(1, negated=True)).events_strict.hit == 2


@pytest.mark.parametrize(
    ("number", "facts", "facet"),
    [
        (0, {"date": "2023-09-12"}, "date"),
        (0, {"place": ["r"]}, "place"),
        (0, {"date": None}, "date_absent"),
        (1, {"modality": "asserted"}, "modality"),
        (1, {"quantity": 41}, "quantity"),
        (1, {"source": ["r"]}, "source"),
    ],
)
def test_a_wrong_facet_is_counted(tmp_path: Path, number: int, facts: Mapping[str, Any], facet: str) -> None:
    """A facet that differs is wrong, and no other one."""
    report = score(tmp_path, changed(number, **facts))
    assert report.facets[facet] < 1
    assert {name for name, part in report.facets.items() if part < 1} == {facet}


def test_a_modality_of_two_readings_may_be_either(tmp_path: Path) -> None:
    """`modality_alt` names further right readings."""
    assert score(tmp_path, changed(1, modality="planned", modality_alt=["alleged"])).facets["modality"] == 1


def test_linked_entities_are_the_same_by_id_alone(tmp_path: Path) -> None:
    """A name does not make up for another id."""
    entities = {**ENTITIES, "r": {"type": "Country", "qid": "Q1", "name": "रूस"}}
    gold = tmp_path / "g.jsonl"
    gold.write_text(json.dumps({"id": "one", "entities": entities, "events": [RIGHT[1]]}), "utf-8")
    with Store.in_memory() as store:
        extraction, text = sample()
        store.replace_document(
            BASE + "document/one", document_quads(extraction, text, base_iri=BASE, lookup=ENTRIES.get)
        )
        report = evaluate(store, gold)
    assert report.by_type["ArmsTransfer"].hit == 1  # by its target
    assert report.events_strict.hit == 0
    assert report.linking_precision == 0.667


def test_a_document_without_a_graph_is_named(tmp_path: Path) -> None:
    """A gold document that was not built is reported, and its events are missed."""
    report = score(tmp_path, RIGHT, id="other")
    assert report.missing == ("other",)
    assert report.events.f1 == 0
    assert report.linking_precision is None
    assert format_report(report).endswith("documents without a graph: other")


@pytest.mark.parametrize(
    "line", ["{", "[]", '{"id": "x"}', '{"id": "x", "entities": {}, "events": [{"type": "Visit"}]}']
)
def test_a_bad_gold_file_is_told_with_its_line(tmp_path: Path, line: str) -> None:
    """The error names file and line."""
    gold = tmp_path / "gold.jsonl"
    gold.write_text("\n" + line + "\n", "utf-8")
    with Store.in_memory() as store, pytest.raises(InputError, match=r"gold\.jsonl:2: This is no annotated document"):
        evaluate(store, gold)
    with Store.in_memory() as store, pytest.raises(InputError, match="cannot be read"):
        evaluate(store, tmp_path / "none")


# ---------------------------------------------------------------------- beside the reference scorer


def perturbed(lines: list[str], seed: int) -> list[str]:
    """A graph with lines lost and roles swapped; of seed 0 the graph itself."""
    chance = random.Random(seed)
    kept = [line for line in lines if chance.random() >= 0.08 * seed]
    swap = ("/ontology#agent>", "/ontology#target>")
    return [line.replace(*swap) if seed and chance.random() < 0.1 else line for line in kept]


@pytest.fixture(scope="module")
def scorer(shared: Path) -> ModuleType:
    """The reference scorer as a module."""
    spec = importlib.util.spec_from_file_location("reference_scorer", shared / "tools" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # the reference scorer's
@pytest.mark.parametrize("seed", range(4))
@pytest.mark.parametrize("everything", [[], ["--all"]])
@pytest.mark.parametrize("name", ["seeds.jsonl", "news.jsonl"])
def test_the_figures_are_those_of_the_reference_scorer(
    shared: Path,
    scorer: ModuleType,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    name: str,
    everything: list[str],
    seed: int,
) -> None:
    """On graphs that say what the gold says, and on damaged ones, both print the same lines."""
    gold, graph = shared / "gold" / name, tmp_path / "graph.nq"
    subprocess.run(
        [sys.executable, str(shared / "tools" / "oracle.py"), str(gold), str(graph), *everything], check=True
    )
    lines = perturbed(sorted(graph.read_text("utf-8").splitlines()), seed)
    graph.write_text("\n".join(lines) + "\n", "utf-8")
    monkeypatch.setattr(sys, "argv", ["score.py", str(graph), str(gold)])
    scorer.main()
    with Store.in_memory() as store:
        store.load(graph.read_bytes(), media_type="application/n-quads")
        report = evaluate(store, gold)
    assert format_report(report) + "\n" == capsys.readouterr().out
    assert report.as_dict() == scorer.score(str(graph), str(gold))
