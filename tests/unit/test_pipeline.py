"""How the pipeline deals with documents that fail, without models."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from kg import pipeline
from kg.errors import InputError, ModelError
from kg.graph.resemblance import resemblance_graph
from kg.graph.store import Quad, Store
from kg.graph.vocabulary import kg
from kg.pipeline import Analysis, BuildReport, build
from kg.records import Article, Document, Event, EventType, Extraction, LinkedExtraction, Problem
from kg.settings import Settings
from tests import builders
from tests.builders import NORTH_KOREA, RUSSIA, TEXT


class FakeStages:
    """Stages without models, which fail as the text says."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings

    def analyse(self, article: Article) -> Analysis:
        """An analysis without events."""
        if "दोष" in article.text:
            raise IndexError("list index\nout of range")
        if "बुरा" in article.text:
            raise InputError("This is no article.", cure="Leave it out.")
        document = Document(article=article, sentences=())
        linked = LinkedExtraction(extraction=Extraction(document_id=article.id), links={})
        return Analysis(document=document, linked=linked, model_digest="ab")


@pytest.fixture
def news(tmp_path: Path) -> str:
    """Four documents: a good one, one that shows a fault of the program, one that is refused, a good one."""
    path = tmp_path / "news.jsonl"
    texts = {"one": "नेपाल शांत है।", "fault": "यहाँ दोष है।", "bad": "यह बुरा है।", "two": "भारत शांत है।"}
    lines = [json.dumps({"id": id, "text": text}, ensure_ascii=False) for id, text in texts.items()]
    path.write_text("\n".join(lines), encoding="utf-8")
    return str(path)


def test_a_fault_of_the_program_stops_no_other_document(
    tmp_path: Path, news: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document at which the program fails is told on one line with its place, and the others are in the store."""
    monkeypatch.setattr(pipeline, "_stages", FakeStages)
    problems: list[Problem] = []
    progress: list[tuple[int, int]] = []
    report = build(
        [news],
        settings=Settings(store=tmp_path / "s"),
        on_problem=problems.append,
        on_progress=lambda done, total: progress.append((done, total)),
    )
    assert (report.documents, report.failed) == (2, 2)
    assert [(one.where, one.what) for one in problems] == [
        (f"{news}:2", "The program has a fault that shows here: IndexError: list index out of range."),
        (f"{news}:3", "This is no article."),
    ]
    assert progress == [(1, 4), (2, 4), (3, 4), (4, 4)]
    with Store.open(tmp_path / "s", read_only=True) as store:
        documents = [graph.rpartition("/")[2] for graph in store.graphs() if "/document/" in graph]
    assert documents == ["one", "two"]


def test_a_fault_in_the_graph_stage_stops_no_other_document(
    tmp_path: Path, news: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document whose triples cannot be made is told like one that cannot be read, and the others are in the store."""
    whole = pipeline._quads

    def broken(analysis: Analysis, settings: Settings) -> list[Quad]:
        if analysis.document.article.id == "one":
            raise ValueError("Invalid IRI code point ' '")
        return whole(analysis, settings)

    monkeypatch.setattr(pipeline, "_stages", FakeStages)
    monkeypatch.setattr(pipeline, "_quads", broken)
    problems: list[Problem] = []
    report = build([news], settings=Settings(store=tmp_path / "s"), on_problem=problems.append)
    assert (report.documents, report.failed) == (1, 3)
    assert problems[0].where == f"{news}:1"
    assert problems[0].what.endswith("shows here: ValueError: Invalid IRI code point ' '.")


class TellingStages(FakeStages):
    """Stages that read in every article that Russia attacked Ukraine."""

    def analyse(self, article: Article) -> Analysis:
        """An undated attack by one country on another."""
        if "रुको" in article.text:
            raise KeyboardInterrupt
        names = {"r": RUSSIA, "n": NORTH_KOREA}
        attack = Event(
            key="e", type=EventType.ATTACK, agents=("r",), targets=("n",), mentions=(builders.mention("भेजे"),)
        )
        entities = [builders.entity(key, entry.label_hi, entry.type) for key, entry in names.items()]
        told = builders.linked(entities=entities, events=[attack], links=names, id=article.id)
        document = replace(builders.document(id=article.id), article=article)
        return Analysis(document=document, linked=told, model_digest="ab")


def attacks(path: Path, *texts: str, day: str = "2024-05-02") -> str:
    """A file of articles of one day."""
    rows = [{"id": f"a{n}", "text": text, "date": day} for n, text in enumerate(texts)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    return str(path)


def links(store_folder: Path) -> set[tuple[str, str]]:
    """What the store links as perhaps one event."""
    with Store.open(store_folder, read_only=True) as store:
        graph = store.quads(graph=resemblance_graph(Settings().base_iri))
        return {(str(q.subject), str(q.object)) for q in graph if q.predicate == kg("sameEventAs")}


def test_events_that_may_be_one_are_linked_and_the_links_go_with_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A build links what resembles each other in the whole store; a document of another time loses its links."""
    monkeypatch.setattr(pipeline, "_stages", TellingStages)
    settings = Settings(store=tmp_path / "s")
    build([attacks(tmp_path / "a.jsonl", TEXT, TEXT + " और।")], settings=settings)
    assert len(links(settings.store)) == 2
    build([attacks(tmp_path / "a.jsonl", TEXT, day="2021-01-01")], settings=settings)
    assert links(settings.store) == set()


def test_a_build_that_is_stopped_links_what_it_has_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C leaves the documents that went in, with the links between their events."""
    monkeypatch.setattr(pipeline, "_stages", TellingStages)
    settings = Settings(store=tmp_path / "s")
    with pytest.raises(KeyboardInterrupt):
        build([attacks(tmp_path / "a.jsonl", TEXT, TEXT + " और।", "रुको।")], settings=settings)
    assert len(links(settings.store)) == 2


def test_missing_models_end_the_build_at_once(tmp_path: Path, news: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where no document can be read, one error says why, and no document is told of."""

    def missing(settings: Settings) -> FakeStages:
        raise ModelError("There are no models in this folder.")

    monkeypatch.setattr(pipeline, "_stages", missing)
    problems: list[Problem] = []
    with pytest.raises(ModelError):
        build([news], settings=Settings(store=tmp_path / "s"), on_problem=problems.append)
    assert problems == []


def test_a_document_whose_process_died_is_told(tmp_path: Path) -> None:
    """The problem names the document's place, the signal, and what to do."""
    article = Article(id="one", text="क", origin="news.jsonl:7")
    problem = pipeline._lost((article, Settings(store=tmp_path)), -9)
    assert (problem.where, problem.fatal) == ("news.jsonl:7", True)
    assert "signal 9" in problem.what
    assert "--workers" in problem.cure


def test_the_report_says_what_its_numbers_count() -> None:
    """Events are those that the documents tell, triples those of every graph: both may be more than `kg stats` has."""
    report = BuildReport(documents=2, failed=1, events=3, triples=40)
    assert str(report) == (
        "Documents: 2, 1 failed; events told in them: 3; triples in the store, each graph's counted: 40."
    )
