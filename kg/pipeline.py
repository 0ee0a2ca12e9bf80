"""Composes the stages, from articles to the store. Knows no linguistics and no RDF."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import BinaryIO

from kg.documents.clean import clean
from kg.documents.distinct import distinct
from kg.documents.reader import read_articles
from kg.errors import KgError, StoreError
from kg.extraction.confidence import confident
from kg.extraction.extractor import Extractor
from kg.extraction.lexicon import Lexicon
from kg.gazetteer.gazetteer import Gazetteer
from kg.gazetteer.members import Members
from kg.gazetteer.members import load as load_members
from kg.graph import readings, relinking
from kg.graph.executables import executable_quads, queries_graph
from kg.graph.iris import document_iri
from kg.graph.linking_record import linking_quads
from kg.graph.mapping import document_quads
from kg.graph.offices import EntryLookup
from kg.graph.ontology import ontology_quads
from kg.graph.provenance import provenance_quads
from kg.graph.readings import Readings
from kg.graph.relinking import Change, Revision, replacement_graph, replacement_quads
from kg.graph.resemblance import resemblance_graph, resemblance_quads
from kg.graph.store import Quad, Store
from kg.graph.vocabulary import ONTOLOGY_GRAPH
from kg.language.parser import Parser
from kg.language.selection import everything, selector
from kg.linking.linker import Linker
from kg.linking.offices import hindi_titles
from kg.linking.scoring import Weights
from kg.records import Article, Document, LinkedExtraction, Problem
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


@dataclass(frozen=True, kw_only=True, slots=True)
class LinkReport:
    """What linking a store again did, or would do."""

    documents: int  #: in the store
    changed: tuple[str, ...]  #: ids of the documents whose graph changed
    failed: int  #: documents without a reading that fits
    changes: tuple[Change, ...]  #: the entities whose link changed
    triples: int  #: in the whole store, each graph's counted


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
        yield replace(analysis, labels=_labels(analysis.linked, settings))


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
        closing(Readings.open(settings.store)) as kept,
        closing(_results(articles, settings, workers)) as results,
    ):
        store.replace_graph(ONTOLOGY_GRAPH, ontology_quads())
        store.replace_graph(queries_graph(settings.base_iri), executable_quads(settings.base_iri))
        with _derived_graphs(store, settings):
            for number, result in enumerate(results, start=1):
                problem = result if isinstance(result, Problem) else _write(store, kept, result, settings)
                if problem is not None:
                    failed += 1
                    on_problem(problem)
                elif isinstance(result, Analysis):
                    events += len(result.linked.extraction.events)
                    done += 1
                on_progress(number, len(articles))
        store.land()
        return BuildReport(documents=done, failed=failed, events=events, triples=store.size())


def link(
    *,
    settings: Settings,
    dry_run: bool = False,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    on_problem: Callable[[Problem], None] = lambda problem: None,
) -> LinkReport:
    """Link the entities of every document in the store again, with the gazetteer of today and without the models.

    A document without a reading that fits what the store holds of it is told to `on_problem` and stays as it is. With
    `dry_run` nothing is written. Raises StoreError, DataError.
    """
    failed, changed, changes = 0, list[str](), list[Change]()
    with closing(Store.open(settings.store)) as store:
        documents = relinking.documents(store)
        with closing(_readings(settings.store, needed=bool(documents))) as kept, ExitStack() as stack:
            gazetteer, read = _gazetteer(settings.gazetteer_dir), False
            linker = Linker(gazetteer=gazetteer)
            for number, (iri, id) in enumerate(documents.items(), start=1):
                found = _revised(store, kept, iri, id, linker=linker, digest=gazetteer.digest, settings=settings)
                if isinstance(found, Problem):
                    failed += 1
                    on_problem(found)
                elif not read and not dry_run:  # also where nothing changes: the last call may have been killed before
                    stack.enter_context(_derived_graphs(store, settings))
                    read = True
                if isinstance(found, Revision):
                    if not dry_run:
                        store.replace_document(iri, found.quads)
                    changed += [id] if found.own else []
                    changes += found.changes
                on_progress(number, len(documents))
        store.land()
        return LinkReport(
            documents=len(documents),
            changed=tuple(changed),
            failed=failed,
            changes=tuple(changes),
            triples=store.size(),
        )


def _readings(store: Path, *, needed: bool) -> Readings:
    """The readings in a store's folder. Raises StoreError where there are none though they are `needed`."""
    if needed and not (store / readings.FILE).exists():
        raise StoreError(
            "This store keeps no readings: an earlier version built it, or they were deleted.",
            where=str(store),
            cure="Build its documents again (kg build); from then on kg link can link them.",
        )
    return Readings.open(store)


def _revised(
    store: Store, kept: Readings, iri: str, id: str, *, linker: Linker, digest: str, settings: Settings
) -> Revision | Problem | None:
    """What linking a document again makes of it; None where nothing changes. Raises StoreError."""
    reading = kept.fitting(store, iri)
    if reading is None:
        return Problem(
            where=id,
            what="No reading of this document is kept that fits what the store holds of it.",
            cure="Build it again (kg build); it is linked by that.",
        )
    if document_iri(settings.base_iri, reading.document.article.id) != iri:
        return Problem(
            where=id, what=f"This document is <{iri}>, below another base IRI.", cure="Set KG_BASE_IRI as it was then."
        )
    try:
        linked = linker.link(reading.extraction, reading.document)
        return relinking.revision(
            store,
            linked,
            _linked_quads(linked, reading.document, settings),
            base_iri=settings.base_iri,
            version=version("hindi-news-kg"),
            gazetteer_digest=digest,
            epoch=settings.source_date_epoch,
        )
    except KgError:
        raise
    except Exception as error:  # noqa: BLE001  # as in `_one`
        return _fault(reading.document.article, error)


@contextmanager
def _derived_graphs(store: Store, settings: Settings) -> Iterator[None]:
    """Take the links between events out while documents change, and make them anew in the end, however that comes.

    So a build that is killed leaves no link to an event that is gone. What replaced names that are gone is made anew, too.
    """
    graph, base_iri = resemblance_graph(settings.base_iri), settings.base_iri
    store.replace_graph(graph, ())
    try:
        yield
    finally:
        store.replace_graph(graph, resemblance_quads(store, base_iri=base_iri))
        store.replace_graph(replacement_graph(base_iri), replacement_quads(store, base_iri=base_iri))


def _write(store: Store, kept: Readings, analysis: Analysis, settings: Settings) -> Problem | None:
    """Put a document into the store, or say why it cannot be. Raises StoreError."""
    article, extraction = analysis.document.article, analysis.linked.extraction
    iri = document_iri(settings.base_iri, article.id)
    try:
        quads = _quads(analysis, settings)
        reading, mark = readings.reading(extraction, analysis.document), readings.fingerprint(iri, quads)
    except Exception as error:  # noqa: BLE001  # as in `_one`
        return _fault(article, error)
    kept.put(iri, mark, reading)
    store.replace_document(iri, quads)
    kept.settle(iri, mark)
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
    base_iri, lookup = settings.base_iri, _lookup(settings)
    return [
        *document_quads(linked, document, base_iri=base_iri, lookup=lookup, titles=hindi_titles(), members=_members()),
        *linking_quads(linked, base_iri=base_iri, lookup=lookup, threshold=Weights.load().threshold),
    ]


def _lookup(settings: Settings) -> EntryLookup:
    gazetteer = _gazetteer(settings.gazetteer_dir)
    return lambda id: gazetteer.entry(id) if id in gazetteer else None


def _labels(linked: LinkedExtraction, settings: Settings) -> dict[str, str]:
    """Candidate → its English label, the Hindi one where it has none."""
    ids = {candidate.id for one in linked.links.values() for candidate in one.candidates}
    entries = (entry for entry in map(_lookup(settings), sorted(ids)) if entry is not None)
    return {entry.id: entry.label_en or entry.label_hi for entry in entries}


@cache
def _gazetteer(folder: Path) -> Gazetteer:
    return Gazetteer.load(folder)


@cache
def _members() -> Members:
    return load_members()


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
