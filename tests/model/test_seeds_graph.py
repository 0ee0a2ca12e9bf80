"""The graph of the seeds, as a user builds it: it conforms, its dumps agree, and it depends on its input alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pyoxigraph
import pytest
import rdflib

from kg.graph import export
from tests.model.support import SEEDS, dump, kg

pytestmark = [
    pytest.mark.model,
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated:DeprecationWarning"),  # RDFLib's own JSON-LD
    pytest.mark.filterwarnings(
        r"ignore:Dataset\.\w+ is deprecated:DeprecationWarning"
    ),  # RDFLib's own, of RDFLib's own
]
RDFLIB = {"nquads": "nquads", "trig": "trig", "turtle": "turtle", "rdfxml": "xml", "jsonld": "json-ld"}
NAMED = {"nquads", "trig", "jsonld"}
DENIED = SEEDS / "02-missiles-before-summit.txt"


@pytest.fixture(scope="session")
def dumps(seed_store: Path) -> dict[str, bytes]:
    """The five dumps of the seeds' graph."""
    return {name: dump(seed_store, name) for name in export.FORMATS}


def test_the_graph_conforms(seed_store: Path) -> None:
    """`kg validate` finds nothing to complain of in the seeds' graph."""
    done = kg("validate", "--store", seed_store)
    documents = len(list(SEEDS.glob("*.txt")))
    assert (done.returncode, done.stdout, done.stderr) == (0, f"{documents} documents conform.\n", "")


def test_there_are_five_dumps(dumps: dict[str, bytes]) -> None:
    """The formats of the dumps are the five of the contract, and each of them holds something."""
    assert set(dumps) == set(RDFLIB)
    assert all(len(data) > 100_000 for data in dumps.values())


@pytest.mark.parametrize("name", RDFLIB)
def test_rdflib_and_pyoxigraph_read_the_same(dumps: dict[str, bytes], name: str) -> None:
    """Both libraries load the dump and agree with each other, and with the N-Quads, on every triple of every graph."""
    form = pyoxigraph.RdfFormat.from_media_type(export.FORMATS[name])
    by_pyoxigraph = set(pyoxigraph.parse(dumps[name], format=form))
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(data=dumps[name], format=RDFLIB[name])
    told = dataset.serialize(format="nquads", encoding="utf-8")
    by_rdflib = set(pyoxigraph.parse(told, format=pyoxigraph.RdfFormat.N_QUADS))
    whole = set(pyoxigraph.parse(dumps["nquads"], format=pyoxigraph.RdfFormat.N_QUADS))
    assert {quad.triple for quad in by_pyoxigraph} == {quad.triple for quad in by_rdflib}
    assert {quad.triple for quad in by_pyoxigraph} == {quad.triple for quad in whole}
    if name in NAMED:
        assert by_pyoxigraph == by_rdflib == whole
    else:
        assert len(by_pyoxigraph) == len(by_rdflib) == len({quad.triple for quad in whole})


def test_no_node_is_blank(dumps: dict[str, bytes]) -> None:
    """Every node of the graph has a name."""
    assert b"_:" not in b"".join(line.partition(b'"')[0] for line in dumps["nquads"].splitlines())


def test_order_workers_and_place_change_no_byte(dumps: dict[str, bytes], tmp_path: Path) -> None:
    """The same documents in another order, from a file of another kind and with two workers give the same five dumps."""
    lines = (SEEDS / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    kept = ("id", "text", "title", "date", "publisher", "url")
    rows = [{key: value for key, value in json.loads(line).items() if key in kept} for line in lines]
    news = tmp_path / "news.jsonl"
    news.write_text("".join(json.dumps(row) + "\n" for row in reversed(rows)), encoding="utf-8")
    files = sorted(SEEDS.glob("*.txt"), reverse=True)
    done = kg("build", news, *files, "--workers", 2, "--store", tmp_path / "store")
    assert done.returncode == 0, done.stderr
    assert {name: dump(tmp_path / "store", name) for name in dumps} == dumps


def test_a_document_that_is_built_again_is_replaced_whole(
    seed_store: Path, dumps: dict[str, bytes], tmp_path: Path
) -> None:
    """A changed document leaves nothing of its old text behind, and the old text brings back the old bytes."""
    store, changed = tmp_path / "store", tmp_path / DENIED.name
    shutil.copytree(seed_store, store)
    head, _, text = DENIED.read_text(encoding="utf-8").rpartition("---\n")
    changed.write_text(f"{head}---\n{text.partition('।')[0]}।\n", encoding="utf-8")
    others = [path for path in sorted(SEEDS.glob("*.txt")) if path != DENIED]
    assert kg("build", changed, "--store", store).returncode == 0
    fresh = tmp_path / "fresh"
    kg("build", *others, changed, "--store", fresh)
    assert dump(store) == dump(fresh) != dumps["nquads"]
    assert kg("validate", "--store", store).returncode == 0
    assert kg("build", DENIED, "--store", store).returncode == 0
    assert dump(store) == dumps["nquads"]
