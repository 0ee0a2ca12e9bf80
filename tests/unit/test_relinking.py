"""Linking a store again, over what the stored parses of the seed articles give; no models."""

from __future__ import annotations

import functools
import json
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg import cli, pipeline
from kg.errors import StoreError
from kg.gazetteer.gazetteer import OWN, Gazetteer
from kg.gazetteer.tables import ENTRY_COLUMNS
from kg.graph.linking_record import linking_graph
from kg.graph.provenance import provenance_graph
from kg.graph.readings import FILE
from kg.graph.relinking import replacement_graph
from kg.graph.resemblance import resemblance_graph
from kg.graph.shapes import validate
from kg.graph.store import Quad, Store
from kg.graph.vocabulary import PREFIX_LINES, kg
from kg.linking.linker import Linker
from kg.pipeline import Analysis, LinkReport, build, link
from kg.records import (
    Article,
    Document,
    Event,
    EventMention,
    EventType,
    Extraction,
    LinkedExtraction,
    Problem,
    Sentence,
)
from kg.settings import Settings, resource
from tests import stored
from tests.builders import BASE, entity
from tests.builders import linked as told

PARSES = Path(__file__).resolve().parents[1] / "golden" / "seeds.conllu"
RISHQ = ("Q90000001", "Person", "इज्जत अल-रिश्क")
KNOWN = (RISHQ, ("Q90000002", "Person", "रॉबर्ट त्साओ"), ("Q90000003", "Person", "अनुराधा सहाय"))


Use = Callable[[Gazetteer], None]


@functools.cache
def documents() -> dict[str, Document]:
    """The stored parses of the seeds."""
    return stored.load(PARSES)


@functools.cache
def extraction(id: str) -> Extraction:
    """What is read in a seed article."""
    return stored.extractor().extract(documents()[id])


class StoredStages:
    """Stages that take parses from a file, and the gazetteer of the moment for links alone."""

    def __init__(self, settings: Settings) -> None:
        self._linker = Linker(gazetteer=pipeline._gazetteer(settings.gazetteer_dir))

    def analyse(self, article: Article) -> Analysis:
        """What is read in a seed article."""
        document = replace(documents()[article.id], article=article)
        linked = self._linker.link(extraction(article.id), document)
        return Analysis(document=document, linked=linked, model_digest="ab")


@functools.cache
def known(*rows: tuple[str, str, str]) -> Gazetteer:
    """The gazetteer of the package with some entries more."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / OWN
        lines = [ENTRY_COLUMNS]
        for id, kind, name in rows:
            cells = {"id": id, "type": kind, "hi": name, "en": f"{kind} {id}", "country": "Q34", "rank": "5"}
            lines.append(tuple(cells.get(column, "") for column in ENTRY_COLUMNS))
        path.write_text("\n".join("\t".join(line) for line in lines) + "\n", encoding="utf-8")
        return Gazetteer.load(Path(folder))


@pytest.fixture
def use(monkeypatch: pytest.MonkeyPatch) -> Iterator[Use]:
    """A function that makes a gazetteer the present one; at first that is the package's."""

    def chosen(gazetteer: Gazetteer) -> None:
        monkeypatch.setattr(pipeline, "_gazetteer", lambda folder: gazetteer)

    monkeypatch.setattr(pipeline, "_stages", StoredStages)
    chosen(known())
    return chosen


@pytest.fixture(scope="session")
def news(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The seed articles as one file."""
    path = tmp_path_factory.mktemp("news") / "seeds.jsonl"
    rows = (resource("seeds") / "gold.jsonl").read_text(encoding="utf-8").splitlines()
    kept = [{key: json.loads(row)[key] for key in ("id", "text", "date")} for row in rows]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in kept), encoding="utf-8")
    return str(path)


@pytest.fixture(scope="session")
def seeds(tmp_path_factory: pytest.TempPathFactory, news: str) -> Path:
    """A store of the seeds, linked with the gazetteer of the package."""
    folder = tmp_path_factory.mktemp("seeds") / "s"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "_stages", StoredStages)
        patch.setattr(pipeline, "_gazetteer", lambda folder: known())
        build([news], settings=Settings(store=folder))
    return folder


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory, news: str) -> Path:
    """A store of the seeds, built when more people were known."""
    folder = tmp_path_factory.mktemp("grown") / "s"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pipeline, "_stages", StoredStages)
        patch.setattr(pipeline, "_gazetteer", lambda folder: known(*KNOWN))
        build([news], settings=Settings(store=folder))
    return folder


@pytest.fixture
def settings(tmp_path: Path, seeds: Path, use: Use) -> Settings:
    """The settings of a copy of that store, which the test may change."""
    return Settings(store=Path(shutil.copytree(seeds, tmp_path / "s")))


def content(folder: Path) -> set[Quad]:
    """All that a store says but where it comes from."""
    aside = {ox.NamedNode(graph(BASE)) for graph in (provenance_graph, replacement_graph)}
    with Store.open(folder, read_only=True) as store:
        return {quad for quad in store.quads() if quad.graph_name not in aside}


def values(folder: Path, query: str) -> list[tuple[str, ...]]:
    """The rows of a query, as texts, sorted."""
    with Store.open(folder, read_only=True) as store:
        return sorted(tuple(term.value for term in row.values()) for row in store.query(PREFIX_LINES + query).rows())


# ---------------------------------------------------------------------- what comes out


def test_linking_again_gives_what_a_build_gives(settings: Settings, seeds: Path, grown: Path, use: Use) -> None:
    """After the gazetteer grew, and after it shrank again, the store equals one built anew, provenance apart."""
    assert content(seeds) != content(grown)
    use(known(*KNOWN))
    assert {one.new for one in link(settings=settings).changes} == {id for id, _, _ in KNOWN}
    assert content(settings.store) == content(grown)
    use(known())
    assert {one.old for one in link(settings=settings).changes} == {id for id, _, _ in KNOWN}
    assert content(settings.store) == content(seeds)
    with Store.open(settings.store, read_only=True) as store:
        assert validate(store).violations == ()


def test_linking_again_without_a_change_writes_nothing(settings: Settings) -> None:
    """Where the gazetteer is what it was, no document changes, and the store is the same, provenance and all."""
    with Store.open(settings.store, read_only=True) as store:
        before = store.version_digest
    report = link(settings=settings)
    assert (report.changed, report.changes, report.failed) == ((), (), 0)
    with Store.open(settings.store, read_only=True) as store:
        assert store.version_digest == before


def test_a_dry_run_tells_the_same_and_writes_nothing(settings: Settings, use: Use) -> None:
    """What --dry-run reports is what linking then does."""
    before = content(settings.store)
    use(known(*KNOWN))
    dry = link(settings=settings, dry_run=True)
    assert content(settings.store) == before
    done = link(settings=settings)
    assert (dry.changed, dry.changes) == (done.changed, done.changes)
    assert len(done.changes) == len(KNOWN)


def test_the_order_of_the_documents_does_not_matter(tmp_path: Path, settings: Settings, news: str, use: Use) -> None:
    """Two stores that were built in other orders are one after linking, with all that is said of the linking."""
    turned = tmp_path / "turned.jsonl"
    turned.write_text("\n".join(reversed(Path(news).read_text("utf-8").splitlines())), encoding="utf-8")
    other = Settings(store=tmp_path / "other")
    build([str(turned)], settings=other)
    use(known(*KNOWN))
    digests = set()
    for one in (settings, other):
        link(settings=one)
        with Store.open(one.store, read_only=True) as store:
            digests.add(store.version_digest)
    assert len(digests) == 1


# ---------------------------------------------------------------------- what is said of it


def test_moves_are_told_with_the_activity(settings: Settings, use: Use) -> None:
    """A changed document has a re-linking, informed by its reading, with the gazetteer and each move."""
    use(known(RISHQ))
    report = link(settings=settings)
    rows = values(
        settings.store,
        """SELECT ?id ?digest ?new ?reading { ?d prov:wasInfluencedBy ?a ; prov:wasGeneratedBy ?reading ; dct:identifier ?id .
        ?a a kg:Relinking ; prov:wasInformedBy ?reading ; prov:used/kg:gazetteerDigest ?digest ; kg:move ?m .
        ?m kg:movedFrom ?old ; kg:movedTo ?new FILTER(CONTAINS(STR(?new), "/entity/")) }""",
    )
    (change,) = report.changes
    assert [(row[0], row[1], row[2]) for row in rows] == [
        (change.document, known(RISHQ).digest, BASE + "entity/Q90000001")
    ]
    assert (change.name, change.old, change.new) == ("इज्जत अल-रिश्क", None, "Q90000001")


REPLACED = "SELECT ?old ?new { ?old dct:isReplacedBy ?new FILTER(CONTAINS(STR(?old), '/entity/')) }"


def test_a_name_that_is_gone_leads_to_the_one_that_is_there(settings: Settings, use: Use) -> None:
    """After two moves both old names lead to the last; after the way back the first name stands again."""
    name = "SELECT DISTINCT ?e { ?e a kg:Person ; skos:altLabel 'इज्जत अल-रिश्क'@hi }"
    ((first,),) = values(settings.store, name)
    use(known(RISHQ))
    link(settings=settings)
    second, third = BASE + "entity/Q90000001", BASE + "entity/Q90000009"
    assert values(settings.store, REPLACED) == [(first, second)]
    use(known(("Q90000009", *RISHQ[1:])))
    link(settings=settings)
    assert values(settings.store, REPLACED) == sorted([(first, third), (second, third)])
    use(known())
    link(settings=settings)
    assert values(settings.store, REPLACED) == sorted([(second, first), (third, first)])
    assert values(settings.store, name) == [(first,)]


def test_a_build_ends_what_was_said_of_linking_again(settings: Settings, grown: Path, news: str, use: Use) -> None:
    """Documents that are built again are as if they had never been linked again, with their provenance."""
    use(known(*KNOWN))
    link(settings=settings)
    build([news], settings=settings)
    with Store.open(settings.store, read_only=True) as one, Store.open(grown, read_only=True) as other:
        assert set(one.quads()) == set(other.quads())


def test_the_time_is_told_only_where_it_is_given(settings: Settings, use: Use) -> None:
    """A re-linking has an end where SOURCE_DATE_EPOCH is set."""
    ends = "SELECT ?t { ?a a kg:Relinking ; prov:endedAtTime ?t }"
    use(known(RISHQ))
    link(settings=settings)
    assert values(settings.store, ends) == []
    use(known(*KNOWN))
    link(settings=replace(settings, source_date_epoch=86400))
    assert set(values(settings.store, ends)) == {("1970-01-02T00:00:00Z",)}


# ---------------------------------------------------------------------- events


class MeetingStages:
    """Stages that read in every article that two named people met on a day."""

    def __init__(self, settings: Settings) -> None:
        self._linker = Linker(gazetteer=pipeline._gazetteer(settings.gazetteer_dir))

    def analyse(self, article: Article) -> Analysis:
        """One meeting."""
        sentence = Sentence(index=0, tokens=(), begin=0, end=len(article.text))
        document = Document(article=article, sentences=(sentence,))
        mention = EventMention(sentence=0, begin=0, end=3, trigger=article.text[:3], rule="test.rule")
        meeting = Event(key="v1", type=EventType.MEETING, agents=("a", "b"), date="2024-05-01", mentions=(mention,))
        people = [entity("a", "इज्जत अल-रिश्क"), entity("b", "रॉबर्ट त्साओ")]
        found = told(entities=people, events=[meeting], id=article.id).extraction
        return Analysis(document=document, linked=self._linker.link(found, document), model_digest="ab")


def test_events_become_one_when_their_people_are_known_and_part_again(
    tmp_path: Path,
    use: Use,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Two meetings of two documents are one node once both people are linked; each old name leads there and back."""
    monkeypatch.setattr(pipeline, "_stages", MeetingStages)
    path = tmp_path / "news.jsonl"
    rows = [{"id": f"m{n}", "text": f"बैठक हुई {n}।", "date": "2024-05-02"} for n in (1, 2)]
    path.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    settings = Settings(store=tmp_path / "s")
    build([str(path)], settings=settings)
    events = "SELECT DISTINCT ?v { ?v a kg:Meeting }"
    apart = values(settings.store, events)
    assert len(apart) == 2
    use(known(*KNOWN))
    link(settings=settings)
    one = (BASE + "event/Meeting_2024-05-01_Q90000001_Q90000002",)
    assert values(settings.store, events) == [one]
    replaced = "SELECT ?old ?new { ?old dct:isReplacedBy ?new FILTER(CONTAINS(STR(?old), '/event/')) }"
    assert values(settings.store, replaced) == [(*old, *one) for old in apart]
    use(known())
    link(settings=settings)
    assert values(settings.store, events) == apart
    assert values(settings.store, replaced) == [(*one, *old) for old in apart]


# ---------------------------------------------------------------------- what is missing or breaks


def test_a_document_without_a_fitting_reading_is_told_and_the_others_go_on(settings: Settings, use: Use) -> None:
    """Where the store has another title than the reading, that document stays, and its name is told."""
    use(known(RISHQ))
    (change,) = link(settings=settings, dry_run=True).changes
    other = next(id for id in documents() if id != change.document)
    with Store.open(settings.store) as store:
        iri = BASE + f"document/{other}"
        more = ox.Quad(
            ox.NamedNode(iri),
            ox.NamedNode("https://schema.org/headline"),
            ox.Literal("दूसरा", language="hi"),
            ox.NamedNode(iri),
        )
        store.replace_graph(iri, [*store.quads(graph=iri), more])
    problems: list[Problem] = []
    report = link(settings=settings, on_problem=problems.append)
    assert [problem.where for problem in problems] == [other]
    assert "kg build" in problems[0].cure
    assert (report.failed, report.changed) == (1, (change.document,))


def test_a_store_without_readings_says_what_to_do(settings: Settings, news: str) -> None:
    """An old store cannot be linked again until it is built; everything else works."""
    (settings.store / FILE).unlink()
    with pytest.raises(StoreError, match="kg build"):
        link(settings=settings)
    build([news], settings=settings)
    assert link(settings=settings).failed == 0


def test_another_base_iri_is_told(settings: Settings) -> None:
    """Documents below another base IRI are not written a second time below this one."""
    before = content(settings.store)
    problems: list[Problem] = []
    report = link(settings=replace(settings, base_iri="https://example.org/"), on_problem=problems.append)
    assert report.failed == report.documents == len(problems)
    assert "KG_BASE_IRI" in problems[0].cure
    assert content(settings.store) == before


def test_a_fault_of_the_program_stops_no_other_document(
    settings: Settings, use: Use, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A document whose triples cannot be made is told, and the others are linked."""
    use(known(*KNOWN))
    whole = pipeline._linked_quads
    broken = link(settings=settings, dry_run=True).changed[0]

    def failing(linked: LinkedExtraction, document: Document, settings: Settings) -> list[Quad]:
        if document.article.id == broken:
            raise ValueError("Invalid IRI")
        return whole(linked, document, settings)

    monkeypatch.setattr(pipeline, "_linked_quads", failing)
    problems: list[Problem] = []
    report = link(settings=settings, on_problem=problems.append)
    assert [problem.where for problem in problems] == [broken]
    assert broken not in report.changed
    assert report.changed


def test_ctrl_c_leaves_a_sound_store_and_the_next_call_goes_on(settings: Settings, grown: Path, use: Use) -> None:
    """What is linked when Ctrl-C comes is in the store whole; linking again does the rest."""
    use(known(*KNOWN))
    first = link(settings=settings, dry_run=True).changed[0]
    at = sorted(documents()).index(first) + 1

    def stop(done: int, total: int) -> None:
        if done == at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        link(settings=settings, on_progress=stop)
    with Store.open(settings.store, read_only=True) as store:
        assert validate(store).violations == ()
    assert content(settings.store) != content(grown)
    assert first not in link(settings=settings).changed
    assert content(settings.store) == content(grown)


def test_links_between_events_come_back_after_a_killed_call(settings: Settings) -> None:
    """Where a call was killed when all documents were in, the next one makes what is derived from them."""
    graph = resemblance_graph(BASE)
    with Store.open(settings.store) as store:
        before = set(store.quads(graph=graph))
        store.replace_graph(graph, ())
    assert link(settings=settings).changed == ()
    with Store.open(settings.store, read_only=True) as store:
        assert set(store.quads(graph=graph)) == before
        assert before


_KILLED = """
import os, signal, sys
from pathlib import Path
from kg import pipeline
from kg.graph.store import Store
from kg.settings import Settings
from tests.unit.test_relinking import StoredStages
pipeline._stages = StoredStages
whole, seen = Store.replace_document, []
def replace_document(self, iri, quads):
    seen.append(iri)
    if len(seen) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return whole(self, iri, quads)
Store.replace_document = replace_document
pipeline.build([sys.argv[1]], settings=Settings(store=Path(sys.argv[2])))
"""


def test_a_build_that_is_killed_between_reading_and_store_can_be_linked(
    tmp_path: Path, settings: Settings, news: str, use: Use, root: Path
) -> None:
    """A second build, of other titles, is killed after a reading and before its document: all documents have a reading."""
    titled = tmp_path / "titled.jsonl"
    rows = [json.loads(row) | {"title": "दूसरा"} for row in Path(news).read_text("utf-8").splitlines()]
    titled.write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), encoding="utf-8")
    command = [sys.executable, "-c", _KILLED, str(titled), str(settings.store)]
    assert subprocess.run(command, cwd=root, check=False).returncode == -signal.SIGKILL
    use(known(*KNOWN))
    report = link(settings=settings)
    assert report.failed == 0
    assert len(report.changes) == len(KNOWN)
    titles = values(settings.store, "SELECT ?d { ?d schema:headline ?t }")
    assert len(titles) == 2


# ---------------------------------------------------------------------- the command


def test_no_model_is_loaded(settings: Settings, root: Path) -> None:
    """`kg link` imports neither torch nor stanza."""
    script = (
        "import sys\nfrom kg.cli import main\ncode = main(['link', '--store', sys.argv[1]])\n"
        "print(code, [name for name in ('torch', 'stanza') if name in sys.modules])"
    )
    command = [sys.executable, "-c", script, str(settings.store)]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "0 []"


def run(settings: Settings, *options: str) -> int:
    """The exit code of `kg link`."""
    return cli.main(["link", "--store", str(settings.store), *options])


def test_the_command_shows_each_change(settings: Settings, use: Use, capsys: pytest.CaptureFixture[str]) -> None:
    """The table has document, name, before and now; --dry-run says that nothing was written; --json is the same as JSON."""
    use(known(RISHQ))
    assert run(settings, "--dry-run") == 0
    shown = capsys.readouterr().out
    assert "इज्जत अल-रिश्क" in shown
    assert "not linked" in shown
    assert "1 to change" in shown
    assert shown.endswith("Nothing was written.\n")
    assert run(settings, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    (one,) = told["entities"]
    assert (one["name"], one["before"], one["now"]) == ("इज्जत अल-रिश्क", None, "Q90000001")
    assert told["changed"] == [one["document"]]
    assert run(settings) == 0
    assert "0 changed; entities linked otherwise: 0" in capsys.readouterr().out


def test_the_command_fails_where_a_document_has_no_reading(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    """The exit code is 1 where a document could not be linked again, and where there are no readings at all."""
    (settings.store / FILE).unlink()
    assert run(settings) == 1
    assert "kg build" in capsys.readouterr().err


def test_a_report_that_nothing_changed_is_one_line() -> None:
    """Without changes there is no table."""
    from kg import terminal

    report = LinkReport(documents=2, changed=(), failed=1, changes=(), triples=9)
    (line,) = terminal.relinking(report, dry_run=False)
    assert line.startswith("Documents: 2, 0 changed, 1 without a reading; entities linked otherwise: 0;")


def test_the_record_of_linking_is_in_the_store(settings: Settings) -> None:
    """A build keeps for every linked entity of a document its decision."""
    with Store.open(settings.store, read_only=True) as store:
        record = list(store.quads(graph=linking_graph(BASE)))
        entities = {quad.object for quad in record if quad.predicate == kg("entity")}
        linked = {
            ox.NamedNode(row["e"].value)
            for row in store.query(f"{PREFIX_LINES}SELECT ?e {{ ?d schema:mentions ?e . ?e owl:sameAs ?q }}").rows()
        }
    assert linked
    assert linked <= entities
