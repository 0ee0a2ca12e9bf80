"""The store on disk: the only importer of pyoxigraph's `Store` and of oxrdflib.

A store is a folder:

    format        which format this is; written first
    lock          held (flock) by the one writer
    data/         the writer's database; each document goes in whole, by one transaction
    writing       stands here while data/ holds what has not landed
    landed.json   digest and number of quads of the last build that landed
    snapshot-…/   that build, never written again: what readers open, whatever the writer does meanwhile
    text-….sqlite the words of that build: see `text_search.py`
    partitions.json  how much of what that build has: see `partitions.py`
    readings.sqlite  what was read in each document, for `kg link`: see `readings.py`

A build lands when its writer closes (or calls `land`). A writer that was killed leaves `writing` behind; the next one who
opens the store lands what went in whole.
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Final, Protocol, Self

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from rdflib import Dataset, URIRef
from rdflib.query import Result

from kg.errors import QueryError, StoreError, StoreVersionError
from kg.graph import partitions, text_search
from kg.graph.dataset_clause import names_dataset
from kg.graph.vocabulary import ENTITY_CLASSES, NEWS_ARTICLE, PREFIXES, TYPE

FORMAT: Final = "hindi-news-kg store, format 1\n"
_CLASSES: Final = frozenset(ENTITY_CLASSES.values())
_DIGEST_BYTES: Final = 16
_WRAP: Final = 1 << (8 * _DIGEST_BYTES)
_OPENING_TRIES: Final = 3
_QUADS_AN_OPERATION: Final = 2000

Node = ox.NamedNode | ox.BlankNode
Quad = ox.Quad
"""What a store holds, for callers that do not look into it."""


class Sink(Protocol):
    """What results are written to: a binary file, or anything with its `write`."""

    def write(self, data: bytes, /) -> Any:
        """Take the next bytes."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """The answer to a query, computed as it is read. It must be read in the thread that asked."""

    kind: str  #: «solutions» (SELECT), «boolean» (ASK) or «graph» (CONSTRUCT, DESCRIBE)
    raw: ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples

    def rows(self) -> Iterator[dict[str, Any]]:
        """The solutions of a SELECT query as terms by variable, unbound variables left out.

        Raises QueryError for a query of another form.
        """
        if not isinstance(self.raw, ox.QuerySolutions):
            raise QueryError("This query has no rows.", cure="Ask a SELECT query.")
        names = [variable.value for variable in self.raw.variables]
        for solution in self.raw:
            yield {name: term for name, term in zip(names, solution, strict=True) if term is not None}

    def triples(self) -> Iterator[tuple[Any, Any, Any]]:
        """The triples of a CONSTRUCT or DESCRIBE query as terms.

        Raises QueryError for a query of another form.
        """
        if not isinstance(self.raw, ox.QueryTriples):
            raise QueryError("This query has no triples.", cure="Ask a CONSTRUCT query.")
        for triple in self.raw:
            yield triple.subject, triple.predicate, triple.object

    def write(self, out: Sink, media_type: str) -> None:
        """Stream the answer in a format, given by its media type («text/csv», «text/turtle» …).

        Raises QueryError where the format does not fit the query's form.
        """
        kinds: Any = ox.RdfFormat if self.kind == "graph" else ox.QueryResultsFormat
        chosen = kinds.from_media_type(media_type)
        if chosen is None:
            raise QueryError(f"A {self.kind} answer has no format {media_type!r}.", cure="Choose another format.")
        target: Any = out
        if isinstance(self.raw, ox.QueryTriples):
            ox.serialize(self.raw, target, format=chosen, prefixes=dict(PREFIXES))
        else:
            self.raw.serialize(target, format=chosen)


class Store:
    """A set of quads on disk or in memory. Use it as a context manager, or close it.

    One writer at a time; any number of readers, each of which sees the store as it was when it was opened.
    """

    def __init__(self, inner: ox.Store, *, path: Path | None, lock: IO[bytes] | None, state: _State) -> None:
        self._inner: ox.Store | None = inner
        self._path = path
        self._lock = lock
        self._state = state
        self._dirty = False
        self._texts: text_search.TextIndex | None = None
        self._texts_path = None if path is None else text_search.index_path(path, state.digest)

    # ------------------------------------------------------------------ opening and closing

    @classmethod
    def open(cls, path: Path | str, *, read_only: bool = False, create: bool = False) -> Self:
        """The store in a folder; with `create`, a new one where there is none.

        Raises StoreVersionError for a store of another version; StoreError where there is no store, where it cannot be
        read or written, where another process writes to it, and where it is damaged.
        """
        folder = Path(path)
        return cls._reader(folder) if read_only else cls._writer(folder, create=create)

    @classmethod
    def in_memory(cls) -> Self:
        """An empty store that is gone when it is closed."""
        return cls(ox.Store(), path=None, lock=None, state=_EMPTY)

    def copy_in_memory(self) -> Store:
        """The same quads in memory, as they are now; for reading. About 500 bytes and 8 µs a quad."""
        inner = ox.Store()
        inner.bulk_extend(self._engine.quads_for_pattern(None, None, None, None))
        for graph in self._engine.named_graphs():
            inner.add_graph(graph)  # those that are empty
        copy = Store(inner, path=None, lock=None, state=self._state)
        copy._texts_path = self._texts_path
        return copy

    @classmethod
    def _reader(cls, path: Path) -> Self:
        _check_format(path)
        if (path / "writing").exists() or not (path / "landed.json").exists():
            with suppress(StoreError):  # somebody writes just now, or this folder is read-only
                cls._writer(path, create=False).close()
        for _ in range(_OPENING_TRIES):  # a build that lands meanwhile replaces the snapshot
            state = _landed(path)
            if state is None:
                raise StoreError(
                    "No build has landed in this store yet.",
                    where=str(path),
                    cure="Wait for it, or run kg build again.",
                )
            with suppress(FileNotFoundError):
                return cls(_opened(path, path / state.snapshot, read_only=True), path=path, lock=None, state=state)
        raise StoreError("The store's data are missing.", where=str(path), cure="Delete this folder and build again.")

    @classmethod
    def _writer(cls, path: Path, *, create: bool) -> Self:
        if create:
            _create(path)
        _check_format(path)
        lock = _locked(path)
        try:
            inner = _opened(path, path / "data", read_only=False)
        except BaseException:
            lock.close()
            raise
        state = None if (path / "writing").exists() else _landed(path)
        store = cls(inner, path=path, lock=lock, state=state or _state_of(inner))
        store._dirty = state is None
        return store

    def land(self) -> None:
        """Show readers what has been written. Nothing happens where nothing changed.

        Raises StoreError where the disk is full or the folder cannot be written.
        """
        if not self._dirty or self._path is None:
            return
        try:
            _land(self._path, self._engine, self._state)
        except (OSError, RuntimeError) as error:
            raise _store_error(error, self._path) from error
        self._dirty = False
        self._texts, self._texts_path = None, text_search.index_path(self._path, self._state.digest)

    def close(self) -> None:
        """Land what has been written, and let go of the store. A second call does nothing.

        Raises StoreError where the build cannot land.
        """
        if self._inner is None:
            return
        try:
            self.land()
        finally:
            self._inner = None
            if self._texts is not None:
                self._texts.close()
            if self._lock is not None:
                self._lock.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def _engine(self) -> ox.Store:
        if self._inner is None:
            raise StoreError("This store is closed.", where=str(self._path or "memory"), cure="Open it again.")
        return self._inner

    # ------------------------------------------------------------------ what is in it

    @staticmethod
    def landed(path: Path) -> tuple[str, int] | None:
        """Digest and number of quads of the last build that landed in a folder; None where there is none. Takes microseconds.

        Raises StoreError where that cannot be read.
        """
        state = _landed(path)
        return None if state is None else (state.digest, state.count)

    def generation(self) -> str:
        """A name for what the last build left in the folder: it changes when a build that changes something lands."""
        state = _landed(self._path) if self._path is not None else self._state
        return (state or self._state).digest

    @property
    def version_digest(self) -> str:
        """A digest of the quads that this store holds: equal for equal content, whatever the order of writing."""
        return self._state.digest

    def partitions(self) -> partitions.Partitions:
        """How much of what this store holds: as the build counted that left it, else counted now."""
        found = partitions.read(self._path) if self._path is not None else None
        if found is not None and found.digest == self.version_digest:
            return found
        return partitions.count(self._engine, self.version_digest)

    def stale(self) -> bool:
        """Whether a build has landed since this reader was opened."""
        return self._lock is None and self.generation() != self.version_digest

    def size(self) -> int:
        """Number of quads: a triple counts once a graph. Takes no time."""
        return self._state.count

    def graphs(self) -> list[str]:
        """IRIs of the named graphs, sorted."""
        return sorted(graph.value for graph in self._engine.named_graphs())

    def has_graph(self, graph: str) -> bool:
        """Whether there is a named graph of this IRI, an absolute one."""
        return self._engine.contains_named_graph(ox.NamedNode(graph))

    def quads(self, *, graph: str | None = None) -> Iterator[ox.Quad]:
        """The quads of a graph or of all, in no order."""
        return self._engine.quads_for_pattern(None, None, None, None if graph is None else ox.NamedNode(graph))

    def unnamed_quads(self) -> Iterator[ox.Quad]:
        """The quads of the graph that has no name, in no order: a build puts none there, a write over HTTP may."""
        return self._engine.quads_for_pattern(None, None, None, ox.DefaultGraph())

    def quads_about(self, subject: ox.NamedNode | ox.BlankNode | ox.Triple) -> Iterator[ox.Quad]:
        """The quads of all graphs with this subject, in no order."""
        return self._engine.quads_for_pattern(subject, None, None, None)

    def classes(self, node: ox.NamedNode) -> set[Any]:
        """What all graphs say that a node is."""
        return {quad.object for quad in self._engine.quads_for_pattern(node, TYPE, None, None)}

    def query(
        self,
        text: str,
        *,
        default_graphs: Sequence[str] | None = None,
        named_graphs: Sequence[str] | None = None,
        base_iri: str | None = None,
    ) -> Answer:
        """The answer to a SPARQL 1.1 query; relative IRIs in it are read against `base_iri`, and are wrong without one.

        A query that names no dataset (no FROM, both arguments None) has the union of all graphs as its default graph. An
        argument names the dataset, as the SPARQL 1.1 Protocol has it (section 2.1.4): then FROM does not count, and
        what is not named is not there.

        Raises QueryError with the parser's message and position.
        """
        more: dict[str, Any] = {} if base_iri is None else {"base_iri": base_iri}
        if text_search.is_used(text):
            text = text_search.expand(text, self._find_texts)
            more["custom_functions"] = text_search.FUNCTIONS
        try:
            found = self._engine.query(text, **_dataset(text, default_graphs, named_graphs), **more)
        except SyntaxError as error:
            raise QueryError(f"This query cannot be read: {_parser_message(error)}.", cure="Mend it there.") from error
        except ValueError as error:
            raise QueryError(f"This query cannot be answered: {error}.", cure="Mend it.") from error
        except (OSError, RuntimeError) as error:
            raise _store_error(error, self._path) from error
        return Answer(kind=_kind(found), raw=found)

    def _find_texts(self, needle: str) -> Sequence[ox.Literal] | None:
        """The literals that match; None where they are too many, or no index knows them all."""
        if self._dirty or self._texts_path is None:
            return None
        if self._texts is None:
            try:
                self._texts = text_search.TextIndex(self._texts_path)
            except OSError:
                self._texts_path = None
                return None
        return self._texts.find(needle)

    def rdflib_graph(self) -> Dataset:
        """An RDFLib Dataset over this store; a query that names no dataset has the union of all graphs."""
        dataset = Dataset(store=_RdflibStore(self), default_union=True)
        for prefix, namespace in PREFIXES.items():
            dataset.bind(prefix, URIRef(namespace), replace=True)
        return dataset

    # ------------------------------------------------------------------ writing

    def replace_document(self, document_iri: str, quads: Iterable[ox.Quad]) -> bool:
        """Put a document in place of what the store has of it, in one transaction; whether that changed anything.

        `quads` are those of the document's graph, of the graphs of the entities it names (an entity's graph has the
        entity's own IRI) and of shared graphs (provenance). The document's and the entities' graphs are replaced whole;
        of shared graphs, what hung on the old document alone goes. Entities that no document and no other entity names
        any more lose their graphs.

        Raises StoreError where the disk is full or the store is read-only.
        """
        return self._apply(*self._difference(ox.NamedNode(document_iri), set(quads)))

    def differs(self, document_iri: str, quads: Iterable[ox.Quad]) -> bool:
        """Whether `replace_document` would change anything."""
        return any(self._difference(ox.NamedNode(document_iri), set(quads)))

    def shared_quads(self, document_iri: str) -> set[ox.Quad]:
        """What shared graphs (provenance, linking) say of a document, and of the nodes that only this leads to."""
        return self._hanging(ox.NamedNode(document_iri))

    def _difference(self, document: ox.NamedNode, wanted: set[ox.Quad]) -> tuple[set[ox.Quad], set[ox.Quad]]:
        """What goes and what comes when a document is replaced."""
        old = self._graph(document)
        removed = old - wanted
        graphs = {quad.graph_name for quad in wanted} - {document}
        entities = {graph for graph in graphs if _names_entity(graph, wanted)}
        for graph in entities:
            removed |= self._graph(graph) - wanted
        kept = _nodes({quad for quad in wanted if quad.graph_name == document or quad.graph_name in entities})
        for graph in self._orphans(_nodes(old | removed) - kept, removed):
            removed |= self._graph(graph)
        removed |= self._hanging(document) - wanted
        return removed, {quad for quad in wanted if quad not in self._engine}

    def remove_document(self, document_iri: str) -> bool:
        """Take a document out, with the entities that only it names; whether it was there."""
        return self.replace_document(document_iri, ())

    def replace_graph(self, graph_iri: str, quads: Iterable[ox.Quad]) -> bool:
        """Put quads in place of a graph's, in one transaction; whether that changed anything. For the ontology."""
        wanted, old = set(quads), self._graph(ox.NamedNode(graph_iri))
        return self._apply(old - wanted, wanted - old)

    def update(self, text: str, *, base_iri: str | None = None) -> bool:
        """Carry out a SPARQL 1.1 update, whole or not at all; whether it changed anything. Reads all quads twice.

        Its default graph is the one without a name; relative IRIs are read against `base_iri`. Raises QueryError where it cannot be read or carried out.
        """
        self._writable()
        try:
            self._begin()
            self._engine.update(text, base_iri=base_iri)
        except SyntaxError as error:
            raise QueryError(f"This update cannot be read: {_parser_message(error)}.", cure="Mend it there.") from error
        except ValueError as error:
            raise QueryError(f"This update cannot be carried out: {error}.", cure="Mend it.") from error
        except (OSError, RuntimeError) as error:
            if "graph" in str(error).lower():  # CREATE of one that is there, DROP of one that is not
                raise QueryError(f"This update cannot be carried out: {error}.", cure="Mend it.") from error
            raise _store_error(error, self._path) from error
        before, self._state = self._state, _state_of(self._engine)
        return before != self._state

    def write_graph(
        self, graph_iri: str | None, parts: Iterable[tuple[str, bytes]], *, base_iri: str, replace: bool
    ) -> int:
        """Put the triples of documents into a graph, or with `replace` in place of it; how many quads that changed.

        A document is its media type («text/turtle» …) and its bytes. None is the graph without a name. A graph is there afterwards, if empty.
        Raises QueryError where a document cannot be read.
        """
        triples = [line for media, data in parts for line in _triples(data, media, base_iri)]
        name = "DEFAULT" if graph_iri is None else f"GRAPH <{graph_iri}>"
        steps = [f"CLEAR SILENT {name}"] if replace else []
        if graph_iri is not None:
            steps.append(f"CREATE SILENT {name}")
        body = " .\n".join(triples)
        steps.append(f"INSERT DATA {{ {body if graph_iri is None else f'{name} {{ {body} }}'} }}")
        return self._change_graph(graph_iri, " ;\n".join(steps))

    def drop_graph(self, graph_iri: str | None) -> int:
        """Take out a graph, of the one without a name what is in it; how many quads that were."""
        return self._change_graph(
            graph_iri, "CLEAR DEFAULT" if graph_iri is None else f"DROP SILENT GRAPH <{graph_iri}>"
        )

    def _change_graph(self, graph_iri: str | None, text: str) -> int:
        """Carry out an update that concerns one graph alone, in one transaction; how many quads that changed."""
        self._writable()
        graph = ox.DefaultGraph() if graph_iri is None else ox.NamedNode(graph_iri)
        old = self._graph(graph)
        try:
            self._begin()
            self._engine.update(text)
        except (OSError, RuntimeError) as error:
            raise _store_error(error, self._path) from error
        new = self._graph(graph)
        self._state = self._state.after(old - new, new - old)
        return len(old ^ new)

    def add(self, quads: Iterable[ox.Quad]) -> None:
        """Add quads, in one transaction."""
        self._apply(set(), {quad for quad in quads if quad not in self._engine})

    def _writable(self) -> None:
        if self._path is not None and self._lock is None:
            raise StoreError("The store is read-only.", where=str(self._path), cure="Open it for writing.")

    def load(self, data: bytes, *, media_type: str) -> None:
        """Add the quads of an RDF document («application/n-quads», «application/trig» …).

        Raises StoreError where it cannot be read.
        """
        try:
            quads = set(ox.parse(data, format=ox.RdfFormat.from_media_type(media_type)))
        except (SyntaxError, ValueError) as error:
            raise StoreError(f"This {media_type} cannot be read: {error}.", cure="Give a whole dump.") from error
        self._apply(set(), {quad for quad in quads if quad not in self._engine})

    def _apply(self, removed: set[ox.Quad], added: set[ox.Quad]) -> bool:
        if not removed and not added:
            return False
        try:
            self._begin()
            _write(self._engine, removed, added)
        except (OSError, RuntimeError) as error:
            raise _store_error(error, self._path) from error
        self._state = self._state.after(removed, added)
        return True

    def _begin(self) -> None:
        """Say on disk that the data run ahead of what has landed, before they do."""
        if self._path is not None and not self._dirty:
            if self._lock is None:
                raise OSError("Read-only: this store was opened for reading")
            _write_durably(self._path / "writing", "")
        self._dirty = True

    def _graph(self, graph: Any) -> set[ox.Quad]:
        return set(self._engine.quads_for_pattern(None, None, None, graph))

    def _hanging(self, document: ox.NamedNode) -> set[ox.Quad]:
        """What other graphs say of a document, and of the nodes that only this leads to."""
        hanging = {
            quad
            for quad in self._engine.quads_for_pattern(document, None, None, None)
            if quad.graph_name != document and not self._is_entity(quad.graph_name)
        }
        waiting = sorted(hanging, key=str)
        while waiting:
            quad = waiting.pop()
            if not isinstance(quad.object, ox.NamedNode) or quad.object == document:
                continue
            if all(one in hanging for one in self._engine.quads_for_pattern(None, None, quad.object, quad.graph_name)):
                own = set(self._engine.quads_for_pattern(quad.object, None, None, quad.graph_name)) - hanging
                hanging |= own
                waiting += sorted(own, key=str)
        return hanging

    def _orphans(self, nodes: Iterable[Node], removed: set[ox.Quad]) -> set[Node]:
        """The entities among the nodes, and among those that they point to, that nothing names but what is removed."""
        gone: set[Node] = set()
        waiting = list(nodes)
        while waiting:
            node = waiting.pop()
            if node not in gone and self._is_entity(node) and not self._named(node, removed, gone):
                gone.add(node)
                waiting += _nodes(self._graph(node))
        return gone

    def _named(self, entity: Node, removed: set[ox.Quad], gone: set[Node]) -> bool:
        """Whether the graph of a document or an entity that stays speaks of the entity, its own apart.

        What shared graphs say does not count: they tell of what documents name, and of what was named once.
        """
        patterns = ((None, entity), (entity, None))
        return any(
            quad.graph_name != entity
            and quad.graph_name not in gone
            and quad not in removed
            and (self._is_document(quad.graph_name) or self._is_entity(quad.graph_name))
            for subject, object_ in patterns
            for quad in self._engine.quads_for_pattern(subject, None, object_, None)
        )

    def _is_document(self, graph: Any) -> bool:
        """Whether this is a graph of a document: one that says of its own name that it is an article."""
        return isinstance(graph, ox.NamedNode) and ox.Quad(graph, TYPE, NEWS_ARTICLE, graph) in self._engine

    def _is_entity(self, graph: Any) -> bool:
        """Whether this is a graph of an entity: one that gives its own name a class of entities."""
        found = self._engine.quads_for_pattern(graph, TYPE, None, graph) if isinstance(graph, ox.NamedNode) else ()
        return any(quad.object in _CLASSES for quad in found)


class _RdflibStore(OxigraphStore):
    """oxrdflib over an open store, with this program's rule for queries that name a dataset."""

    def __init__(self, store: Store) -> None:
        super().__init__(store=store._engine)

    def query(self, query: Any, initNs: Any, initBindings: Any, queryGraph: str, **kwargs: object) -> Result:
        """As oxrdflib's; a query with FROM gets exactly that dataset, not the union."""
        graph = "" if isinstance(query, str) and names_dataset(query) else queryGraph
        return super().query(query, initNs, initBindings, graph, **kwargs)


# ---------------------------------------------------------------------- the state of a store


@dataclass(frozen=True, kw_only=True, slots=True)
class _State:
    """What a set of quads amounts to. The sum of their hashes does not depend on their order and can be kept up to date
    (AdHash; Bellare and Micciancio, «A new paradigm for collision-free hashing», EUROCRYPT 1997)."""

    total: int
    count: int

    @property
    def digest(self) -> str:
        return f"{self.total:0{2 * _DIGEST_BYTES}x}"

    @property
    def snapshot(self) -> str:
        return f"snapshot-{self.digest}"

    def after(self, removed: Iterable[ox.Quad], added: Iterable[ox.Quad]) -> _State:
        less, more = _sum(removed), _sum(added)
        return _State(total=(self.total + more.total - less.total) % _WRAP, count=self.count + more.count - less.count)


_EMPTY: Final = _State(total=0, count=0)


def _sum(quads: Iterable[ox.Quad]) -> _State:
    total = count = 0
    for quad in quads:
        total += int.from_bytes(hashlib.blake2b(str(quad).encode(), digest_size=_DIGEST_BYTES).digest(), "big")
        count += 1
    return _State(total=total % _WRAP, count=count)


def _state_of(inner: ox.Store) -> _State:
    return _sum(inner.quads_for_pattern(None, None, None, None))


def _landed(path: Path) -> _State | None:
    try:
        found = os.stat(f"{path}/landed.json")  # noqa: PTH116  (asked at every query)
        return _landed_as(path, found.st_ino, found.st_mtime_ns, found.st_size)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(
            "landed.json cannot be read.", where=str(path), cure="Delete that file and run kg build again."
        ) from error


@lru_cache(maxsize=16)
def _landed_as(path: Path, *_: int) -> _State:
    """What a file of this number, time and length says: it is never written again, another takes its place."""
    told = json.loads((path / "landed.json").read_text("utf-8"))
    return _State(total=int(told["digest"], 16), count=int(told["quads"]))


def _land(path: Path, inner: ox.Store, state: _State) -> None:
    if not (path / state.snapshot).exists():
        unfinished = path / "snapshot.tmp"
        shutil.rmtree(unfinished, ignore_errors=True)
        inner.backup(str(unfinished))
        unfinished.rename(path / state.snapshot)
    text_search.make_index(inner, path, state.digest)
    counted = partitions.to_json(partitions.count(inner, state.digest))
    _write_durably(path / partitions.FILE, counted)  # first: a reader takes it for its own digest only
    _write_durably(path / "landed.json", json.dumps({"digest": state.digest, "quads": state.count}) + "\n")
    (path / "writing").unlink(missing_ok=True)
    for other in path.glob("snapshot-*"):
        if other.name != state.snapshot:
            shutil.rmtree(other, ignore_errors=True)  # who has it open keeps it


def _write_durably(path: Path, text: str) -> None:
    """Write a small file so that it is old or new, never in between, whenever the machine stops."""
    unfinished = path.with_name(path.name + ".tmp")
    with unfinished.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


# ---------------------------------------------------------------------- opening


def _create(path: Path) -> None:
    marker = path / "format"
    try:
        if marker.exists():
            return
        path.mkdir(parents=True, exist_ok=True)
        if any(path.iterdir()):
            raise StoreError(
                "This folder is not a store, and not empty.", where=str(path), cure="Name another folder with --store."
            )
        _write_durably(marker, FORMAT)
    except (FileExistsError, NotADirectoryError) as error:
        raise StoreError(
            "This is a file, or lies below one, and no folder.", where=str(path), cure="Name a folder with --store."
        ) from error
    except OSError as error:
        raise _store_error(error, path) from error


def _check_format(path: Path) -> None:
    try:
        found = (path / "format").read_text("utf-8")
    except (FileNotFoundError, NotADirectoryError) as error:
        raise StoreError(
            "There is no store here.", where=str(path), cure="Run kg build first, or name the folder with --store."
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(f"The store cannot be read: {error}.", where=str(path), cure="See who may read it.") from error
    if found != FORMAT:
        raise StoreVersionError(
            f"This store was made by another version ({found.strip()!r}; this one writes {FORMAT.strip()!r}).",
            where=str(path),
            cure="Delete the folder and build again.",
        )


def _locked(path: Path) -> IO[bytes]:
    try:
        lock = (path / "lock").open("ab")
    except OSError as error:
        raise _store_error(error, path) from error
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        lock.close()
        raise StoreError(
            "Another process writes to this store.", where=str(path), cure="Wait until it has ended, then try again."
        ) from error
    return lock


def _opened(path: Path, data: Path, *, read_only: bool) -> ox.Store:
    """Raises FileNotFoundError where a snapshot is gone, StoreError otherwise."""
    try:
        return ox.Store.read_only(str(data)) if read_only else ox.Store(str(data))
    except FileNotFoundError:
        raise
    except (OSError, RuntimeError) as error:
        raise _store_error(error, path) from error


_CAUSES: Final = (
    ("no space left", "The disk is full.", "Make room, then build again; what is in the store stays."),
    (
        "file too large",
        "A file of the store would be larger than this process may write.",
        "Raise the limit (ulimit -f), then build again; what is in the store stays.",
    ),
    ("quota", "The disk quota is used up.", "Make room, then build again; what is in the store stays."),
    (
        "permission denied",
        "The store cannot be written or read: permission denied.",
        "See who may write to the folder.",
    ),
    ("read-only", "The store is read-only.", "Name a folder that can be written with --store."),
    ("lock", "Another process writes to this store.", "Wait until it has ended, then try again."),
    ("corruption", "The store is damaged.", "Delete the folder and build again."),
    ("read-write instances", "The store is read-only.", "Open it for writing."),
)


def _store_error(error: Exception, path: Path | None) -> StoreError:
    """The error in words that help, by what the engine and the system say."""
    said = str(error)
    for sign, what, cure in _CAUSES:
        if sign in said.lower():
            return StoreError(what, where=str(path or "memory"), cure=cure)
    return StoreError(
        f"The store fails: {said}.",
        where=str(path or "memory"),
        cure="See to the disk and build again; where that does not help, delete the folder first.",
    )


# ---------------------------------------------------------------------- queries and changes


def _dataset(text: str, default_graphs: Sequence[str] | None, named_graphs: Sequence[str] | None) -> dict[str, Any]:
    if default_graphs is None and named_graphs is None:
        return {"use_default_graph_as_union": not names_dataset(text)}
    return {
        "default_graph": _graph_names(default_graphs or ()),
        "named_graphs": _graph_names(named_graphs or ()),
    }


def _graph_names(iris: Sequence[str]) -> list[ox.NamedNode]:
    try:
        return [ox.NamedNode(iri) for iri in iris]
    except ValueError as error:
        raise QueryError(f"A graph's name is no IRI: {error}.", cure="Give absolute IRIs.") from error


def _parser_message(error: SyntaxError) -> str:
    """The engine's message with its position, without the classes of characters («['a'..='z' | …]», «[_]»: any) that
    fill pages and say nothing."""
    return re.sub(r",?\s*\['[^]]*\]|,\s*\[_\]", "", error.msg)


def _kind(found: object) -> str:
    if isinstance(found, ox.QueryBoolean):
        return "boolean"
    return "solutions" if isinstance(found, ox.QuerySolutions) else "graph"


def _names_entity(graph: Any, quads: set[ox.Quad]) -> bool:
    return any(ox.Quad(graph, TYPE, kind, graph) in quads for kind in _CLASSES)


def _nodes(quads: Iterable[ox.Quad]) -> set[Any]:
    return {node for quad in quads for node in (quad.subject, quad.object) if isinstance(node, ox.NamedNode)}


def _write(inner: ox.Store, removed: set[ox.Quad], added: set[ox.Quad]) -> None:
    """One transaction: additions alone go in directly, a change as one update (SPARQL 1.1 Update, section 2.2)."""
    if removed:
        inner.update(" ;\n".join([*_operations("DELETE", removed), *_operations("INSERT", added)]))
    else:
        inner.extend(sorted(added, key=str))
    for graph in {quad.graph_name for quad in removed if isinstance(quad.graph_name, ox.NamedNode)}:
        if next(inner.quads_for_pattern(None, None, None, graph), None) is None:
            inner.remove_graph(graph)


def _operations(verb: str, quads: Iterable[ox.Quad]) -> Iterator[str]:
    lines = sorted(_operation(quad) for quad in quads)
    for begin in range(0, len(lines), _QUADS_AN_OPERATION):
        yield f"{verb} DATA {{ {' '.join(lines[begin : begin + _QUADS_AN_OPERATION])} }}"


def _triples(data: bytes, media: str, base_iri: str) -> Iterator[str]:
    """The triples of a document as SPARQL has them. Raises QueryError where it cannot be read."""
    try:
        for quad in ox.parse(
            data,
            format=ox.RdfFormat.from_media_type(media),
            base_iri=base_iri,
            without_named_graphs=True,
            rename_blank_nodes=True,
        ):
            yield f"{quad.subject} {quad.predicate} {quad.object}"
    except (SyntaxError, ValueError) as error:
        raise QueryError(f"This {media} cannot be read: {error}.", cure="Mend it there.") from error


def _operation(quad: ox.Quad) -> str:
    triple = f"{quad.subject} {quad.predicate} {quad.object}"
    return f"{triple} ." if isinstance(quad.graph_name, ox.DefaultGraph) else f"GRAPH {quad.graph_name} {{ {triple} }}"
