"""Composes the stages, from articles to the store. Knows no linguistics and no RDF."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from kg.documents.clean import clean
from kg.documents.distinct import distinct
from kg.documents.reader import read_articles
from kg.errors import KgError
from kg.extraction.confidence import confident
from kg.extraction.extractor import Extractor
from kg.extraction.lexicon import Lexicon
from kg.gazetteer.gazetteer import Gazetteer
from kg.graph.iris import document_iri
from kg.graph.linking_record import linking_quads
from kg.graph.mapping import document_quads
from kg.graph.ontology import ontology_quads
from kg.graph.provenance import provenance_quads
from kg.graph.resemblance import resemblance_graph, resemblance_quads
from kg.graph.store import Quad, Store
from kg.graph.vocabulary import ONTOLOGY_GRAPH
from kg.language.parser import Parser
from kg.language.selection import everything, selector
from kg.linking.linker import THRESHOLD, Linker
from kg.linking.offices import hindi_titles
from kg.records import Article, Document, GazetteerEntry, LinkedExtraction, Problem
from kg.settings import Settings
from kg.workers import in_order


@dataclass(frozen=True, kw_only=True, slots=True)
class Analysis:
    """What was read in one article."""

    document: Document
    linked: LinkedExtraction
    model_digest: str = ""  #: of the models that read it
    labels: Mapping[str, str] = field(default_factory=dict)  #: of the candidates of its entities, by gazetteer id


@dataclass(frozen=True, kw_only=True, slots=True)
class BuildReport:
    """What a build did."""

    documents: int  #: in the store now, of this build
    failed: int  #: refused, or failed
    events: int  #: as the documents tell them: one that two documents tell counts twice
    triples: int  #: in the whole store, each graph's counted

    def __str__(self) -> str:
        failed = f", {self.failed} failed" if self.failed else ""
        return (
            f"Documents: {self.documents}{failed}; events told in them: {self.events}; "
            f"triples in the store, each graph's counted: {self.triples}."
        )


class Stages:
    """The stages of one process, with their models and data loaded once."""

    def __init__(self, settings: Settings) -> None:
        """Raises ModelError, DataError."""
        lexicon, gazetteer = Lexicon.load(), _gazetteer(settings.gazetteer_dir)
        self._parser = Parser(models=settings.models, models_dir=settings.models_dir)
        self._extractor = Extractor.load(lexicon=lexicon, gazetteer=gazetteer)
        self._linker = Linker(gazetteer=gazetteer)
        self._least = settings.min_confidence
        self._select = selector(tree=lexicon.may_hold_event)

    def analyse(self, article: Article, *, skip: bool = True) -> Analysis:
        """One article through all stages but the graph; without `skip`, every sentence is parsed.

        Raises KgError where it cannot be read.
        """
        document = self._parser.parse(clean(article), select=self._select if skip else everything)
        extraction = confident(self._extractor.extract(document), least=self._least)
        linked = self._linker.link(extraction, document)
        return Analysis(document=document, linked=linked, model_digest=self._parser.model_hash)


def analyse(articles: Sequence[Article], *, settings: Settings, skip: bool = True) -> Generator[Analysis, None, None]:
    """What is read in the articles, one after the other; nothing is kept.

    Sentences that can hold no event are not parsed; without `skip` they are, which takes longer and changes nothing.
    Raises ModelError, DataError.
    """
    stages = _stages(settings)
    for article in articles:
        analysis = stages.analyse(article, skip=skip)
        yield replace(analysis, labels=_labels(analysis.linked))


def build(
    inputs: Sequence[str],
    *,
    settings: Settings,
    workers: int = 1,
    stdin: BinaryIO | None = None,
    today: date | None = None,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    on_problem: Callable[[Problem], None] = lambda problem: None,
) -> BuildReport:
    """Read inputs into the store; a document that is there already is replaced whole.

    One document that fails is told to `on_problem` and stops no other. `stdin` is read for the input «-»; an article of a
    day after `today` is told of and taken in. The store is the same for any order of the inputs
    and any number of workers. Raises StoreError, ModelError, DataError.
    """
    Gazetteer.load(settings.gazetteer_dir, on_problem=on_problem)  # here, so that wrong rows are told, and told once
    failed = 0
    articles: list[Article] = []
    for one in distinct(read_articles(inputs, stdin=stdin, today=today)):
        if isinstance(one, Article):
            articles.append(one)
        else:
            failed += one.fatal
            on_problem(one)
    events = done = 0
    with (
        closing(Store.open(settings.store, create=True)) as store,
        closing(_results(articles, settings, workers)) as results,
    ):
        store.replace_graph(ONTOLOGY_GRAPH, ontology_quads())
        with _resemblances(store, settings):
            for number, result in enumerate(results, start=1):
                problem = result if isinstance(result, Problem) else _write(store, result, settings)
                if problem is not None:
                    failed += 1
                    on_problem(problem)
                elif isinstance(result, Analysis):
                    events += len(result.linked.extraction.events)
                    done += 1
                on_progress(number, len(articles))
        store.land()
        return BuildReport(documents=done, failed=failed, events=events, triples=store.size())


@contextmanager
def _resemblances(store: Store, settings: Settings) -> Iterator[None]:
    """Take the links between events out while documents change, and make them anew in the end, however that comes.

    So a build that is killed leaves no link to an event that is gone.
    """
    graph = resemblance_graph(settings.base_iri)
    store.replace_graph(graph, ())
    try:
        yield
    finally:
        store.replace_graph(graph, resemblance_quads(store, base_iri=settings.base_iri))


def _write(store: Store, analysis: Analysis, settings: Settings) -> Problem | None:
    """Put a document into the store, or say why it cannot be. Raises StoreError."""
    article = analysis.document.article
    try:
        quads = _quads(analysis, settings)
    except Exception as error:  # noqa: BLE001  # as in `_one`
        return _fault(article, error)
    store.replace_document(document_iri(settings.base_iri, article.id), quads)
    return None


def _quads(analysis: Analysis, settings: Settings) -> list[Quad]:
    return [
        *_linked_quads(analysis.linked, analysis.document, settings),
        *provenance_quads(
            analysis.document.article,
            base_iri=settings.base_iri,
            version=version("hindi-news-kg"),
            model_digest=analysis.model_digest,
            epoch=settings.source_date_epoch,
            least=settings.min_confidence,
        ),
    ]


def _linked_quads(linked: LinkedExtraction, document: Document, settings: Settings) -> list[Quad]:
    """What changes with the links of a document: all but its provenance."""
    base_iri = settings.base_iri
    return [
        *document_quads(linked, document, base_iri=base_iri, lookup=_lookup, titles=hindi_titles()),
        *linking_quads(linked, base_iri=base_iri, lookup=_lookup, threshold=THRESHOLD),
    ]


def _lookup(id: str) -> GazetteerEntry | None:
    gazetteer = _gazetteer()
    return gazetteer.entry(id) if id in gazetteer else None


def _labels(linked: LinkedExtraction) -> dict[str, str]:
    """Candidate → its English label, the Hindi one where it has none."""
    ids = {candidate.id for one in linked.links.values() for candidate in one.candidates}
    entries = (entry for entry in map(_lookup, sorted(ids)) if entry is not None)
    return {entry.id: entry.label_en or entry.label_hi for entry in entries}


@cache
def _gazetteer(folder: Path) -> Gazetteer:
    return Gazetteer.load(folder)


@cache
def _stages(settings: Settings) -> Stages:
    return Stages(settings)


_Task = tuple[Article, Settings]


def _results(
    articles: Sequence[Article], settings: Settings, workers: int
) -> Generator[Analysis | Problem, None, None]:
    """Analyses in the order of the articles, made by this process or by `workers` others."""
    tasks = [(article, settings) for article in articles]
    if workers < 2 or len(tasks) < 2:
        yield from map(_one, tasks)
    else:
        yield from in_order(_one, tasks, workers=min(workers, len(tasks)), lost=_lost)


def _one(task: _Task) -> Analysis | Problem:
    """The analysis of an article, or what is wrong with it. Raises ModelError, DataError: then none can be read."""
    article, settings = task
    stages = _stages(settings)
    try:
        return stages.analyse(article)
    except KgError as error:
        return _failed(article, error.what, error.cure)
    except Exception as error:  # noqa: BLE001  # a fault of this program, which must not stop the other documents
        return _fault(article, error)


def _lost(task: _Task, code: int) -> Problem:
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    cure = "Where memory ran out, split the document or build with fewer --workers."
    return _failed(task[0], f"The process that read the document died ({how}).", cure)


def _fault(article: Article, error: Exception) -> Problem:
    said = " ".join(f"{type(error).__name__}: {error}".split()).rstrip(".")
    return _failed(article, f"The program has a fault that shows here: {said}.", "Report it with the document.")


def _failed(article: Article, what: str, cure: str) -> Problem:
    return Problem(where=article.origin or article.id, what=what, cure=cure)
