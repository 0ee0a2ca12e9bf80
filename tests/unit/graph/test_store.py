"""The store on disk."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import kg
from kg.errors import QueryError, StoreError, StoreVersionError
from kg.graph.mapping import document_quads
from kg.graph.ontology import ontology_quads
from kg.graph.provenance import provenance_graph, provenance_quads
from kg.graph.store import Store
from kg.graph.vocabulary import ONTOLOGY_GRAPH
from tests.builders import BASE, ENTRIES, PUTIN, RUSSIA, document, entity, linked, sample

COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"
ROOT = Path(__file__).resolve().parents[3]
_KILLED = """
import os, signal, sys
from kg.graph.store import Store
from tests.unit.graph.test_store import iri, quads
store = Store.open(sys.argv[1], create=True)
store.replace_document(iri("one"), quads("one"))
if sys.argv[2] == "land": store.land()
store.replace_document(iri("two"), quads("two"))
os.kill(os.getpid(), signal.SIGKILL)
"""


def iri(id: str) -> str:
    """The IRI of a document."""
    return f"{BASE}document/{id}"


def quads(id: str, *, version: str = "1") -> Iterator[ox.Quad]:
    """The quads of a sample document with its provenance."""
    extraction, text = sample(id)
    yield from document_quads(extraction, text, base_iri=BASE, lookup=ENTRIES.get)
    yield from provenance_quads(text.article, base_iri=BASE, version=version, model_digest="ab")


def russia_alone(id: str) -> Iterator[ox.Quad]:
    """The quads of a document that names Russia and nothing else."""
    extraction = linked(entities=[entity("e", "रूस")], links={"e": RUSSIA}, id=id)
    yield from document_quads(extraction, document("रूस।", id=id), base_iri=BASE, lookup=ENTRIES.get)
    yield from provenance_quads(document("रूस।", id=id).article, base_iri=BASE, version="1", model_digest="ab")


def content(store: Store) -> set[ox.Quad]:
    """All quads of a store."""
    return set(store.quads())


def number(store: Store, query: str = COUNT, **dataset: object) -> int:
    """The number that a query counts."""
    (row,) = store.query(query, **dataset).rows()  # type: ignore[arg-type]
    return int(row["n"].value)


@pytest.fixture
def store() -> Iterator[Store]:
    """A store in memory with two documents."""
    with Store.in_memory() as made:
        made.replace_document(iri("one"), quads("one"))
        made.replace_document(iri("two"), quads("two"))
        yield made


def test_a_document_is_replaced_whole(store: Store) -> None:
    """A store that saw another text of a document equals one that never did."""
    store.replace_document(iri("two"), russia_alone("two"))
    with Store.in_memory() as fresh:
        fresh.replace_document(iri("two"), russia_alone("two"))
        fresh.replace_document(iri("one"), quads("one"))
        assert content(store) == content(fresh)
        assert store.version_digest == fresh.version_digest
        assert store.graphs() == fresh.graphs()


def test_the_same_document_changes_nothing(store: Store) -> None:
    """A document that is built again without a change is not written."""
    before = store.version_digest
    assert not store.replace_document(iri("one"), quads("one"))
    assert store.version_digest == before


def test_whether_a_document_differs_is_known_before_it_is_written(store: Store) -> None:
    """`differs` says what `replace_document` would do, and does nothing."""
    before = store.version_digest
    assert not store.differs(iri("one"), quads("one"))
    assert store.differs(iri("one"), russia_alone("one"))
    assert store.differs(iri("one"), quads("one", version="2"))
    assert store.version_digest == before


def test_what_shared_graphs_say_of_a_document_can_be_read(store: Store) -> None:
    """The provenance that hangs on the document alone is found, without what others use too."""
    found = store.shared_quads(iri("one"))
    assert found
    assert {quad.graph_name.value for quad in found} == {provenance_graph(BASE)}  # type: ignore[union-attr]
    assert found < set(store.quads(graph=provenance_graph(BASE)))


def test_entities_that_no_document_names_lose_their_graphs(store: Store) -> None:
    """When the last document that names an entity goes, its graph goes; others stay."""
    store.remove_document(iri("one"))
    store.replace_document(iri("two"), russia_alone("two"))
    assert store.graphs() == sorted([BASE + "entity/Q159", iri("two"), provenance_graph(BASE)])


def test_what_a_named_entity_points_to_keeps_its_graph() -> None:
    """A country stays as long as a person of it is named, and goes with the last one."""
    with Store.in_memory() as store:
        for id, entry in (("p", PUTIN), ("r", RUSSIA)):
            extraction = linked(entities=[entity("e", entry.label_hi)], links={"e": entry}, id=id)
            store.replace_document(
                iri(id), document_quads(extraction, document("रूस।", id=id), base_iri=BASE, lookup=ENTRIES.get)
            )
        store.remove_document(iri("r"))
        assert store.graphs() == [iri("p"), BASE + "entity/Q159", BASE + "entity/Q7747"]
        store.remove_document(iri("p"))
        assert store.graphs() == []


def test_an_empty_store_is_left_when_all_documents_go(store: Store) -> None:
    """Nothing remains of documents that were taken out."""
    store.remove_document(iri("one"))
    store.remove_document(iri("two"))
    assert (store.size(), store.graphs(), content(store)) == (0, [], set())


def test_an_old_activity_goes_with_what_only_it_used(store: Store) -> None:
    """After a build by another version, the provenance has that version's activities alone."""
    for id in ("one", "two"):
        store.replace_document(iri(id), quads(id, version="2"))
    told = {str(quad) for quad in store.quads(graph=provenance_graph(BASE))}
    assert not [line for line in told if "program/1" in line]
    assert len([line for line in told if "#Activity" in line]) == 2


def test_size_and_digest_are_kept_up_to_date(store: Store) -> None:
    """Size and digest after changes are those of the quads that are there."""
    store.replace_document(iri("one"), russia_alone("one"))
    with Store.in_memory() as fresh:
        fresh.load("\n".join(f"{quad} ." for quad in store.quads()).encode(), media_type="application/n-quads")
        assert (store.size(), store.version_digest) == (len(content(store)), fresh.version_digest)


def test_a_large_change_is_one_transaction(tmp_path: Path) -> None:
    """A document of thousands of quads is replaced by another."""
    node, graph = ox.NamedNode("https://example.org/p"), ox.NamedNode(iri("big"))
    with Store.open(tmp_path / "s", create=True) as store:
        for text in ("क", "ख"):
            store.replace_document(
                iri("big"), [ox.Quad(node, node, ox.Literal(f'{text}\n"{i}\\'), graph) for i in range(5000)]
            )
        assert store.size() == len(content(store)) == 5000
        assert {quad.object.value[0] for quad in store.quads()} == {"ख"}  # type: ignore[union-attr]


def test_without_a_dataset_all_graphs_are_the_default_graph(store: Store) -> None:
    """A query that names no dataset sees the union; GRAPH works as ever."""
    assert number(store) == store.size()
    assert number(store, "SELECT (COUNT(DISTINCT ?g) AS ?n) { GRAPH ?g { ?s ?p ?o } }") == len(store.graphs())


def test_a_dataset_clause_is_obeyed(store: Store) -> None:
    """FROM gives that graph alone; FROM NAMED alone leaves the default graph empty."""
    size = len(list(store.quads(graph=iri("one"))))
    assert number(store, f"SELECT (COUNT(*) AS ?n) FROM <{iri('one')}> {{ ?s ?p ?o }}") == size
    assert number(store, f"SELECT (COUNT(*) AS ?n) FROM NAMED <{iri('one')}> {{ ?s ?p ?o }}") == 0
    named = f"SELECT (COUNT(*) AS ?n) FROM NAMED <{iri('one')}> {{ GRAPH ?g {{ ?s ?p ?o }} }}"
    assert number(store, named) == size


def test_dataset_arguments_win_over_the_query(store: Store) -> None:
    """Protocol parameters name the dataset, whatever FROM says; what they do not name is not there."""
    one = len(list(store.quads(graph=iri("one"))))
    clause = "SELECT (COUNT(*) AS ?n) FROM <https://example.org/none> { ?s ?p ?o }"
    inside = "SELECT (COUNT(*) AS ?n) { GRAPH ?g { ?s ?p ?o } }"
    assert number(store, clause, default_graphs=[iri("one")]) == one
    assert number(store, inside, default_graphs=[iri("one")]) == 0
    assert number(store, inside, named_graphs=[iri("one")]) == one
    assert number(store, COUNT, named_graphs=[iri("one")]) == 0
    assert number(store, COUNT, default_graphs=[]) == 0


def test_a_malformed_query_is_refused_with_its_position(store: Store) -> None:
    """The error has the parser's line and column."""
    with pytest.raises(QueryError, match="2:8") as found:
        store.query("SELECT *\n{ ?s ?p")
    assert "[" not in str(found.value).replace('"["', "")


def test_answers_are_written_by_media_type(store: Store) -> None:
    """Rows, truth values and graphs are written in the formats that fit them, and refused in others."""
    out = io.BytesIO()
    store.query("ASK { ?s ?p ?o }").write(out, "application/sparql-results+json")
    assert b'"boolean":true' in out.getvalue()
    graph = store.query("CONSTRUCT { ?s a ?c } { ?s a ?c }")
    assert graph.kind == "graph"
    graph.write(out, "text/turtle")
    assert b"@prefix kg:" in out.getvalue()
    with pytest.raises(QueryError, match="no format"):
        store.query("SELECT * { ?s ?p ?o }").write(out, "text/turtle")
    with pytest.raises(QueryError, match="SELECT"):
        list(store.query("ASK { }").rows())


def test_readers_see_what_landed(tmp_path: Path) -> None:
    """A reader has the last build whole while the next one is written, and learns that it is stale."""
    with Store.open(tmp_path / "s", create=True) as writer:
        writer.replace_document(iri("one"), quads("one"))
        writer.land()
        reader = Store.open(tmp_path / "s", read_only=True)
        before = reader.generation()
        writer.replace_document(iri("two"), quads("two"))
        assert (reader.size(), reader.stale()) == (len(content(reader)), False)
    assert reader.stale()
    assert reader.generation() != before == reader.version_digest
    later = Store.open(tmp_path / "s", read_only=True)
    assert later.size() > reader.size() == len(content(reader))


def test_a_build_without_change_leaves_the_generation(tmp_path: Path) -> None:
    """Servers have no reason to open a store again that was built again from the same input."""
    generations = []
    for _ in range(2):
        with Store.open(tmp_path / "s", create=True) as store:
            store.replace_document(iri("one"), quads("one"))
        generations.append(Store.open(tmp_path / "s", read_only=True).generation())
    assert generations[0] == generations[1]


def test_only_one_writes(tmp_path: Path) -> None:
    """A second writer is told that there is one; readers are not hindered."""
    with Store.open(tmp_path / "s", create=True) as writer:
        writer.replace_document(iri("one"), quads("one"))
        writer.land()
        with pytest.raises(StoreError, match="Another process writes"):
            Store.open(tmp_path / "s")
        assert Store.open(tmp_path / "s", read_only=True).size() == writer.size()


def test_a_reader_does_not_write(tmp_path: Path) -> None:
    """Writing to a store that was opened for reading is refused."""
    with Store.open(tmp_path / "s", create=True) as writer:
        writer.replace_document(iri("one"), quads("one"))
    with pytest.raises(StoreError, match="read-only"):
        Store.open(tmp_path / "s", read_only=True).replace_document(iri("two"), quads("two"))


@pytest.mark.parametrize("landed", ["land", "no"])
def test_a_killed_build_leaves_whole_documents(tmp_path: Path, landed: str) -> None:
    """After SIGKILL a reader finds every document that had gone in, whole."""
    killed = subprocess.run(
        [sys.executable, "-c", _KILLED, str(tmp_path / "s"), landed], cwd=ROOT, check=False, timeout=60
    )
    assert killed.returncode == -signal.SIGKILL
    with Store.in_memory() as whole:
        for id in ("one", "two"):
            whole.replace_document(iri(id), quads(id))
        found = Store.open(tmp_path / "s", read_only=True)
        assert (content(found), found.version_digest) == (content(whole), whole.version_digest)


def test_a_failed_build_lands_what_is_in(tmp_path: Path) -> None:
    """An exception while a store is open lets in what went in before it."""
    with pytest.raises(KeyboardInterrupt), Store.open(tmp_path / "s", create=True) as store:
        store.replace_document(iri("one"), quads("one"))
        raise KeyboardInterrupt
    assert Store.open(tmp_path / "s", read_only=True).size() == store.size()


def test_there_is_no_store(tmp_path: Path) -> None:
    """A folder that is missing, empty or something else is no store."""
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file.txt").write_text("x")
    for name in ("missing", "other", "other/file.txt"):
        for read_only in (True, False):
            with pytest.raises(StoreError, match="There is no store here"):
                Store.open(tmp_path / name, read_only=read_only)
    with pytest.raises(StoreError, match="not empty"):
        Store.open(tmp_path / "other", create=True)


def test_a_file_is_no_store(tmp_path: Path) -> None:
    """Where a file stands in the place of the folder, the message says so and gives no advice to delete it."""
    (tmp_path / "file.nq").write_text("x")
    for name in ("file.nq", "file.nq/store"):
        with pytest.raises(StoreError, match="no folder") as found:
            Store.open(tmp_path / name, create=True)
        assert "elete" not in str(found.value)
    assert (tmp_path / "file.nq").read_text() == "x"


def test_another_version_is_refused(tmp_path: Path) -> None:
    """A store of another format is left alone."""
    Store.open(tmp_path, create=True).close()
    (tmp_path / "format").write_text("hindi-news-kg store, format 0\n")
    for read_only in (True, False):
        with pytest.raises(StoreVersionError, match="another version"):
            Store.open(tmp_path, read_only=read_only)


def test_a_damaged_store_is_told(tmp_path: Path) -> None:
    """Broken data give an error that says so."""
    with Store.open(tmp_path, create=True) as store:
        store.replace_document(iri("one"), quads("one"))
    for current in tmp_path.glob("*/CURRENT"):
        current.write_text("junk")
    for read_only in (True, False):
        with pytest.raises(StoreError, match="damaged"):
            Store.open(tmp_path, read_only=read_only)
    (tmp_path / "landed.json").write_text("{")
    with pytest.raises(StoreError, match=r"landed\.json"):
        Store.open(tmp_path, read_only=True)


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk is full, the message says so and how to mend it, and the store can be written later."""
    store = Store.open(tmp_path / "s", create=True)
    store.replace_document(iri("one"), quads("one"))

    def full(_: int) -> None:
        raise OSError(28, os.strerror(28))

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(StoreError, match=r"The disk is full\. Make room"):
            store.land()
    store.close()
    assert Store.open(tmp_path / "s", read_only=True).size() == store.size()


_LIMITED = """
import resource, sys
from kg.errors import StoreError
from kg.graph.store import Store
from tests.unit.graph.test_store import iri, quads
store = Store.open(sys.argv[1], create=True)
store.replace_document(iri("one"), quads("one"))
store.land()
resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, resource.RLIM_INFINITY))
try:
    for number in range(1000): store.replace_document(iri("two"), quads("two", version=str(number)))
except StoreError as error: print(error)
"""


def test_a_write_that_the_system_refuses_leaves_a_sound_store(tmp_path: Path) -> None:
    """When a file may not grow, which is real and like a full disk, the message says so and every document is whole."""
    said = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(tmp_path / "s")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "larger than this process may write. Raise the limit" in said.stdout
    with Store.open(tmp_path / "s", read_only=True) as store:
        assert store.size() == len(content(store))
        one = store_quads(tmp_path / "s", iri("one"))
    with Store.in_memory() as fresh:
        fresh.replace_document(iri("one"), quads("one"))
        assert set(one) == set(fresh.quads(graph=iri("one")))
    with Store.open(tmp_path / "s") as store:
        store.replace_document(iri("two"), quads("two"))


@pytest.mark.skipif(os.geteuid() != 0, reason="changes its user id, so only root can run it")
def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """Who may not write gets one clear message, and may read."""
    with Store.open(tmp_path / "s", create=True) as store:
        store.replace_document(iri("one"), quads("one"))
    for folder in [tmp_path, *tmp_path.parents]:
        if folder.owner() == "root" and folder != Path("/tmp") and folder != Path("/"):
            folder.chmod(0o755)
    program = (
        "import os, sys\nfrom kg.graph.store import Store\nfrom kg.errors import StoreError\n"
        "os.setuid(65534)\nprint(Store.open(sys.argv[1], read_only=True).size())\n"
        "try: Store.open(sys.argv[1])\nexcept StoreError as error: print(error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "s")], cwd=ROOT, capture_output=True, text=True, check=False
    ).stdout.splitlines()
    assert said[0] == str(store.size())
    assert "permission denied" in said[1]


def test_a_closed_store_says_so(tmp_path: Path) -> None:
    """A closed store can be closed again and not read."""
    store = Store.open(tmp_path / "s", create=True)
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        list(store.quads())


def test_bad_data_are_not_loaded() -> None:
    """A dump that cannot be parsed adds nothing."""
    with Store.in_memory() as store:
        with pytest.raises(StoreError, match="cannot be read"):
            store.load(b"<a:a> <a:b> <a:c> <a:d> .\nnonsense", media_type="application/n-quads")
        assert store.size() == 0


@pytest.mark.filterwarnings("ignore:Dataset.default_context:DeprecationWarning")  # RDFLib's own, of RDFLib's own
def test_rdflib_users_have_the_same_rule(tmp_path: Path) -> None:
    """Through kg.open_graph a query without a dataset sees the union, one with FROM that graph alone."""
    with Store.open(tmp_path, create=True) as store:
        store.replace_document(iri("one"), quads("one"))
        store.replace_graph(ONTOLOGY_GRAPH, ontology_quads())
    graph = kg.open_graph(tmp_path)
    assert int(next(iter(graph.query(COUNT)))[0]) == store.size()  # type: ignore[index, call-overload]
    one = set(graph.query(f"SELECT * FROM <{iri('one')}> {{ ?s ?p ?o }}"))
    assert len(one) == len(list(store_quads(tmp_path, iri("one"))))
    assert graph.query("ASK { ?c rdfs:subClassOf kg:Event . ?m a ?c ; kg:agent ?a . ?a owl:sameAs wd:Q7747 }").askAnswer
    with pytest.raises(StoreError):
        kg.open_graph(tmp_path / "none")


def store_quads(path: Path, graph: str) -> list[ox.Quad]:
    """The quads of a graph of a store on disk."""
    return list(Store.open(path, read_only=True).quads(graph=graph))
