"""What linking a document again changes in a store: its quads, where they differ, with the provenance of the change.

The old names are made from the same extraction and the links that the store's record tells of (`linking_record`), so that
each entity and each event is known by its old and its new name. Both stand in a `kg:Move` of the activity. Of a name that
stands for nothing any more, another graph says what replaced it; that is made from the moves whenever documents change.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from kg.graph import vocabulary
from kg.graph.iris import document_iri, entity_iris, entry_of, event_iris
from kg.graph.linking_record import decided, linking_graph
from kg.graph.provenance import ended, gazetteer_statements, program_statements, provenance_graph
from kg.graph.store import Store
from kg.graph.vocabulary import IDENTIFIER, IS_REPLACED_BY, NEWS_ARTICLE, PREFIX_LINES, TYPE, kg
from kg.records import EntityType, Extraction, Link, LinkedExtraction

Statement = tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode | ox.Literal]
Move = tuple[str, str]  # the IRI before, and since


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """An entity of a document whose link changed."""

    document: str  #: id of the document
    name: str  #: as the document has it
    type: EntityType
    old: str | None  #: gazetteer id; None: it was not linked
    new: str | None
    score: float = 0.0  #: of the new link


@dataclass(frozen=True, kw_only=True, slots=True)
class Revision:
    """What a document becomes by being linked again."""

    quads: tuple[ox.Quad, ...]  #: all of the document's, for `Store.replace_document`
    changes: tuple[Change, ...]
    own: bool  #: whether its graph or its record changes, not only what the gazetteer tells of its entities


def documents(store: Store) -> dict[str, str]:
    """The documents of a store by their IRI, each with its id; sorted. Raises StoreError."""
    rows = store.query(
        f"SELECT DISTINCT ?d ?id {{ GRAPH ?d {{ ?d a {NEWS_ARTICLE} OPTIONAL {{ ?d {IDENTIFIER} ?id }} }} }}"
    ).rows()
    return dict(sorted((row["d"].value, row["id"].value if "id" in row else row["d"].value) for row in rows))


def revision(
    store: Store,
    linked: LinkedExtraction,
    quads: Iterable[ox.Quad],
    *,
    base_iri: str,
    version: str,
    gazetteer_digest: str,
    epoch: int | None = None,
) -> Revision | None:
    """What linking a document again makes of it; None where the store holds that already.

    `quads` are those of its graph, its entities' graphs and the record of linking; the provenance that the store has of it
    stays. Where the document itself or its record changes, the activity that did it is added: named by the document's
    reading, the gazetteer (`gazetteer_digest`: a SHA-256 in hexadecimal digits) and the program's `version`, at `epoch`
    seconds since 1970 if that is to be told. Raises StoreError where the store cannot be read.
    """
    extraction = linked.extraction
    iri = document_iri(base_iri, extraction.document_id)
    record, provenance = (ox.NamedNode(graph(base_iri)) for graph in (linking_graph, provenance_graph))
    shared = store.shared_quads(iri)
    made = {quad for quad in shared if quad.graph_name == provenance}
    wanted = set(quads) | made
    own = (ox.NamedNode(iri), record)
    had = {*store.quads(graph=iri), *(quad for quad in shared if quad.graph_name == record)}
    before = _with_links(extraction, store, iri, base_iri)
    changed = {quad for quad in wanted if quad.graph_name in own} != had
    if changed:
        moves = _moves(before, linked, base_iri)
        wanted |= set(_activity(iri, made, moves, base_iri, version, gazetteer_digest, epoch))
    if not store.differs(iri, wanted):
        return None
    return Revision(quads=tuple(wanted), changes=tuple(_changes(before, linked)), own=changed)


def _with_links(extraction: Extraction, store: Store, document: str, base_iri: str) -> LinkedExtraction:
    """The extraction with the links that the store tells of."""
    entries = decided(store, document, base_iri=base_iri)
    links = {one.key: Link(entity=one.key, entry=entries.get(one.key)) for one in extraction.entities}
    return LinkedExtraction(extraction=extraction, links=links)


def _changes(before: LinkedExtraction, after: LinkedExtraction) -> Iterator[Change]:
    for entity in after.extraction.entities:
        old, new = entry_of(before, entity.key), entry_of(after, entity.key)
        old_id, new_id = (entry.id if entry is not None else None for entry in (old, new))
        if old_id != new_id:
            yield Change(
                document=after.extraction.document_id,
                name=entity.name,
                type=entity.type,
                old=old_id,
                new=new_id,
                score=after.links[entity.key].score,
            )


def _moves(before: LinkedExtraction, after: LinkedExtraction, base_iri: str) -> list[Move]:
    """The entities and events whose IRI changes, sorted."""
    pairs = zip(_names(before, base_iri), _names(after, base_iri), strict=True)
    return sorted({(old[key], new[key]) for old, new in pairs for key in old if old[key] != new[key]})


def _names(linked: LinkedExtraction, base_iri: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    entities = entity_iris(linked, base_iri=base_iri)
    return entities, event_iris(linked, base_iri=base_iri, entities=entities)


def _activity(
    document: str,
    provenance: Iterable[ox.Quad],
    moves: Iterable[Move],
    base_iri: str,
    version: str,
    gazetteer_digest: str,
    epoch: int | None,
) -> Iterator[ox.Quad]:
    graph, node = ox.NamedNode(provenance_graph(base_iri)), ox.NamedNode(document)
    readings = sorted(
        quad.object.value
        for quad in provenance
        if isinstance(quad.object, ox.NamedNode)
        and (quad.subject, quad.predicate) == (node, vocabulary.WAS_GENERATED_BY)
    )
    depends = hashlib.sha256("\n".join([*readings, version, gazetteer_digest]).encode()).hexdigest()
    name = document.removeprefix(f"{base_iri}document/")
    activity = ox.NamedNode(f"{base_iri}activity/{name}/linking-{depends[:32]}")
    statements: list[Statement] = [
        (node, vocabulary.WAS_INFLUENCED_BY, activity),
        (activity, TYPE, vocabulary.ACTIVITY),
        (activity, TYPE, kg("Relinking")),
        *((activity, vocabulary.WAS_INFORMED_BY, ox.NamedNode(reading)) for reading in readings),
        *program_statements(activity, base_iri=base_iri, version=version),
        *gazetteer_statements(activity, base_iri=base_iri, digest=gazetteer_digest),
        *ended(activity, epoch),
    ]
    for old, new in moves:
        digest = hashlib.sha256("\n".join((old, new)).encode()).hexdigest()
        move = ox.NamedNode(f"{activity.value}#{digest[:32]}")
        statements += [
            (activity, kg("move"), move),
            (move, TYPE, kg("Move")),
            (move, kg("movedFrom"), ox.NamedNode(old)),
            (move, kg("movedTo"), ox.NamedNode(new)),
        ]
    for statement in statements:
        yield ox.Quad(*statement, graph)


# ---------------------------------------------------------------------- what replaced names that are gone


def replacement_graph(base_iri: str) -> str:
    """The IRI of the graph that says of names that stand for nothing any more what replaced them."""
    return f"{base_iri}replacements"


def replacement_quads(store: Store, *, base_iri: str) -> Iterator[ox.Quad]:
    """`dct:isReplacedBy` from each name that was moved and is gone to the names that are there now, over all moves.

    Raises StoreError where the store cannot be read.
    """
    graph = ox.NamedNode(replacement_graph(base_iri))
    rows = store.query(f"{PREFIX_LINES}SELECT ?old ?new {{ ?move kg:movedFrom ?old ; kg:movedTo ?new }}").rows()
    moves: defaultdict[ox.NamedNode, set[ox.NamedNode]] = defaultdict(set)
    for row in rows:
        moves[row["old"]].add(row["new"])
    there = {node for node in {*moves, *(new for found in moves.values() for new in found)} if store.classes(node)}
    for old in moves.keys() - there:
        for new in _followed(old, moves) & there:
            yield ox.Quad(old, IS_REPLACED_BY, new, graph)


def _followed(old: ox.NamedNode, moves: Mapping[ox.NamedNode, set[ox.NamedNode]]) -> set[ox.NamedNode]:
    """All that a name became, by one move or several."""
    found: set[ox.NamedNode] = set()
    waiting = [old]
    while waiting:
        new = moves.get(waiting.pop(), set()) - found
        found |= new
        waiting += new
    return found
