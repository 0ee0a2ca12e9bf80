"""The command line, with a pipeline that stands in for the models."""

from __future__ import annotations

import datetime
import io
import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

import pytest

from kg import cli
from kg.errors import KgError, ModelError, StoreError
from kg.graph.store import Store
from kg.pipeline import Analysis, BuildReport
from kg.records import Article, Document, Entity, EntityType, Extraction, LinkedExtraction, Problem, Sentence
from kg.settings import Settings

GRAPH = """
@prefix kg: <https://w3id.org/hindi-news-kg/ontology#> .
@prefix schema: <https://schema.org/> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix x: <https://example.org/> .
x:d { x:d a schema:NewsArticle . x:v a kg:Visit ; kg:modality kg:asserted ; kg:agent x:nepal }
x:nepal { x:nepal a kg:Country ; rdfs:label "नेपाल"@hi }
"""
WHO = "SELECT ?who ?name WHERE { ?e kg:agent ?who . ?who rdfs:label ?name }"
PREFIXES = """PREFIX kg: <https://w3id.org/hindi-news-kg/ontology#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
"""


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """The folder of a store with one event."""
    folder = tmp_path / "store"
    with Store.open(folder, create=True) as opened:
        opened.load(GRAPH.encode(), media_type="application/trig")
    return folder


@pytest.fixture
def query(tmp_path: Path) -> Path:
    """A file with a query that has one answer."""
    path = tmp_path / "who.rq"
    path.write_text(PREFIXES + WHO, encoding="utf-8")
    return path


def no_pipeline() -> cli.Pipeline:
    """Fails the test: the command must not load the models."""
    raise AssertionError("the pipeline was loaded")


def run(*arguments: object, load: cli.Load = no_pipeline) -> int:
    """The exit code of a call, whether it returns or exits."""
    try:
        return cli.main([str(argument) for argument in arguments], load=load)
    except SystemExit as end:
        return int(end.code or 0)


# ---------------------------------------------------------------------- calls


@pytest.mark.parametrize(
    "call",
    [
        [],
        ["read"],
        ["build"],
        ["link", "seeds"],
        ["build", "x.txt", "--workers", "0"],
        ["build", "x.txt", "--workers", "many"],
        ["build", "x.txt", "--models", "other"],
        ["build", "x.txt", "--min-confidence", "2"],
        ["build", "x.txt", "--min-confidence", "sure"],
        ["serve", "--port", "70000"],
        ["explain", "x", "--date", "yesterday"],
        ["dump", "--format", "csv"],
    ],
)
def test_a_wrong_call_is_refused(call: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """A wrong call ends with exit code 2 and the usage on standard error."""
    assert run(*call) == 2
    assert "usage: kg" in capsys.readouterr().err


COMMANDS = (
    *("build", "link", "serve", "query", "dump", "explain", "validate", "evaluate", "stats"),
    *("gazetteer stats", "gazetteer lookup", "gazetteer add", "gazetteer import", "gazetteer update"),
)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_with_examples(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """The help of a command shows examples that call it, and the option --store."""
    assert run(*name.split(), "--help") == 0
    shown = capsys.readouterr().out
    assert f"\n  kg {name}" in shown.partition("examples:")[2] or f"| kg {name}" in shown
    assert "--store DIR" in shown


def test_every_example_of_the_help_can_be_parsed(capsys: pytest.CaptureFixture[str]) -> None:
    """The commands that the help shows as examples are right calls."""
    import shlex

    for name in (*COMMANDS, "gazetteer"):
        assert run(*name.split(), "--help") == 0
        for line in capsys.readouterr().out.partition("examples:")[2].strip().splitlines():
            words = shlex.split(line)
            call = words[words.index("kg") + 1 :]
            end = next((at for at, word in enumerate(call) if word in (">", "|")), len(call))
            cli.parser().parse_args(call[:end])


def test_a_wrong_setting_is_a_wrong_call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """A setting that cannot be used ends with exit code 2 and one line."""
    monkeypatch.setenv("KG_BASE_IRI", "nonsense")
    assert run("stats") == 2
    assert capsys.readouterr().err.startswith("kg: KG_BASE_IRI is 'nonsense'.")


def test_the_store_of_the_environment_is_used(
    store: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """KG_STORE names the store where --store does not."""
    monkeypatch.setenv("KG_STORE", str(store))
    assert run("stats") == 0
    assert "1 document, " in capsys.readouterr().out


def test_a_store_that_is_not_there_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a store a command says where it looked and what to run, without a traceback."""
    assert run("stats", "--store", tmp_path / "none") == 1
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert str(tmp_path / "none") in error
    assert "kg build" in error


# ---------------------------------------------------------------------- query


def test_a_query_prints_a_table(store: Path, query: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The default format is a table with names, rows and their number."""
    assert run("query", query, "--store", store) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split() == ["who", "name"]
    assert lines[2].split() == ["<https://example.org/nepal>", "नेपाल"]
    assert lines[-1] == "(1 row)"


def test_a_table_stands_below_its_question(store: Path, query: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The questions of a query's header stand above its table in both languages, and in no format for programs."""
    asked = "#+ summary: Who acts?\n#+ summary-hi: कौन करता है?\n"
    query.write_text(asked + query.read_text(encoding="utf-8"), encoding="utf-8")
    assert run("query", query, "--store", store) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["कौन करता है?", "Who acts?", ""]
    assert lines[3].split() == ["who", "name"]
    assert run("query", query, "--store", store, "--format", "csv") == 0
    assert capsys.readouterr().out.splitlines()[0] == "who,name"


@pytest.mark.parametrize(
    "form", ["ASK { SERVICE <http://[::1]:9/> { ?s ?p ?o } }", "SELECT * { SERVICE <http://[::1]:9/> { ?s ?p ?o } }"]
)
def test_an_endpoint_that_is_not_there_is_told_in_a_line(
    store: Path, tmp_path: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where SERVICE names an endpoint that does not answer, the exit code is 2, and the store is not blamed."""
    path = tmp_path / "federated.rq"
    path.write_text(form, encoding="utf-8")
    assert run("query", path, "--store", store) == 2
    error = capsys.readouterr().err
    assert error.count("\n") == 1
    assert "another endpoint" in error
    assert "build again" not in error


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("csv", "https://example.org/nepal,नेपाल"),
        ("tsv", '<https://example.org/nepal>\t"नेपाल"@hi'),
        ("json", '"value":"https://example.org/nepal"'),
        ("xml", "<uri>https://example.org/nepal</uri>"),
    ],
)
def test_a_query_writes_every_result_format(
    store: Path, query: Path, name: str, part: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """SELECT answers are written in the format asked for, as UTF-8."""
    assert run("query", query, "--store", store, "--format", name) == 0
    assert part in capsysbinary.readouterr().out.decode("utf-8")


@pytest.mark.parametrize("name", ["table", "turtle", "ntriples", "jsonld", "rdfxml"])
def test_a_construct_query_writes_every_graph_format(
    store: Path, tmp_path: Path, name: str, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    """CONSTRUCT answers are written in the format asked for; Turtle where a table is."""
    path = tmp_path / "graph.rq"
    path.write_text("CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", encoding="utf-8")
    assert run("query", path, "--store", store, "--format", name) == 0
    assert "नेपाल" in capsysbinary.readouterr().out.decode("utf-8")


def test_an_ask_query_prints_true(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """ASK answers with one word."""
    path = tmp_path / "ask.rq"
    path.write_text("ASK { ?s ?p ?o }", encoding="utf-8")
    assert run("query", path, "--store", store) == 0
    assert capsys.readouterr().out == "true\n"


@pytest.mark.parametrize(("text", "name"), [("ASK {}", "turtle"), ("CONSTRUCT WHERE { ?s ?p ?o }", "csv")])
def test_a_format_that_does_not_fit_is_a_wrong_call(
    store: Path, tmp_path: Path, text: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A format of the other sort of answer ends with exit code 2 and names those that fit."""
    path = tmp_path / "q.rq"
    path.write_text(text, encoding="utf-8")
    assert run("query", path, "--store", store, "--format", name) == 2
    assert "Choose one of:" in capsys.readouterr().err


def test_a_malformed_query_shows_the_position(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A query that cannot be parsed ends with exit code 2 and the parser's position."""
    path = tmp_path / "bad.rq"
    path.write_text("SELECT ?x WHERE {", encoding="utf-8")
    assert run("query", path, "--store", store) == 2
    assert "1:1" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("name", "words"), [("no.rq", "No such file"), ("latin.rq", "not UTF-8"), ("folder.rq", "Is a directory")]
)
def test_a_query_file_that_cannot_be_read_is_a_wrong_call(
    store: Path, tmp_path: Path, name: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A query file that is missing, not UTF-8 or a folder ends with exit code 2 and its name."""
    (tmp_path / "latin.rq").write_bytes(b"\xff\xfe\x00")
    (tmp_path / "folder.rq").mkdir()
    assert run("query", tmp_path / name, "--store", store) == 2
    error = capsys.readouterr().err
    assert error.startswith(f"kg: {tmp_path / name}: ")
    assert words in error


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "The query is empty."),
        ("# SELECT nothing\n", "The query is empty."),
        ("INSERT DATA { <x:a> <x:b> <x:c> }", "INSERT is an update, and updates are refused"),
        ("PREFIX x: <http://x/> DELETE WHERE { ?s ?p ?o }", "DELETE is an update, and updates are refused"),
    ],
)
def test_what_is_no_query_is_refused_in_words(
    store: Path, tmp_path: Path, text: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """An empty query and an update end with exit code 2 and say what is wrong."""
    path = tmp_path / "none.rq"
    path.write_text(text, encoding="utf-8")
    assert run("query", path, "--store", store) == 2
    assert capsys.readouterr().err.startswith(f"kg: {words}")


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (1" + "+1" * 50_000 + " AS ?x) {}",
        "SELECT * " + "{" * 5_000 + "}" * 5_000,
        "SELECT (" + "(" * 20_000 + "1" + ")" * 20_000 + " AS ?x) {}",
        "SELECT * { ?s ?p ?o " + "".join(f"FILTER(?o != {number}) " for number in range(20_000)) + "}",
    ],
    ids=["operators", "braces", "brackets", "filters"],
)
def test_a_query_that_overflows_the_stack_is_told_in_a_line(
    store: Path, tmp_path: Path, text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """A query that is too deep for the engine ends with exit code 2 and one line; the program does not crash."""
    path = tmp_path / "deep.rq"
    path.write_text(text, encoding="utf-8")
    assert run("query", path, "--store", store) == 2
    assert capsys.readouterr().err.splitlines() == [
        "kg: The query needs more memory or depth than it may have. Make it simpler or add a LIMIT."
    ]


def test_a_long_query_is_answered(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A query of a megabyte that is not deep is answered: the limits of the endpoint are not those of `kg query`."""
    things = " ".join(f"<https://example.org/{number:06}>" for number in range(30_000))
    path = tmp_path / "long.rq"
    path.write_text(f"SELECT DISTINCT ?s {{ VALUES ?s {{ {things} <https://example.org/nepal> }} ?s ?p ?o }}")
    assert run("query", path, "--store", store, "--format", "csv") == 0
    assert capsys.readouterr().out.split() == ["s", "https://example.org/nepal"]


def test_a_query_is_read_from_standard_input_and_a_closed_pipe_is_no_error(store: Path, root: Path) -> None:
    """`kg query - | head` ends quietly when its reader has gone."""
    command = f"echo 'SELECT * WHERE {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }}' | {sys.executable} -m kg query -"
    shell = ["bash", "-o", "pipefail", "-c", f"{command} --format tsv --store {store} | head -n 1"]
    done = subprocess.run(shell, capture_output=True, text=True, cwd=root, timeout=60, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("?a\t")


def test_a_query_without_end_is_stopped_by_ctrl_c(store: Path, tmp_path: Path, root: Path) -> None:
    """SIGINT ends a query at which the engine would be for hours, with exit code 130 and one line."""
    path = tmp_path / "slow.rq"
    everything = " . ".join(f"?a{number} ?b{number} ?c{number}" for number in range(24))
    path.write_text(f"SELECT (COUNT(*) AS ?n) {{ {everything} }}", encoding="utf-8")
    call = [sys.executable, "-m", "kg", "query", path, "--store", store]
    query = subprocess.Popen(
        call,
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(
            signal.SIGINT, signal.SIG_DFL
        ),  # ignored where the tests run in the background
    )
    with pytest.raises(subprocess.TimeoutExpired):
        query.communicate(timeout=3)
    query.send_signal(signal.SIGINT)
    out, error = query.communicate(timeout=60)
    assert (query.returncode, out) == (130, "")
    assert error.startswith("kg: Stopped.")


# ---------------------------------------------------------------------- stats


def test_stats_are_written_as_json(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The counts can be read by a program."""
    assert run("stats", "--store", store, "--format", "json") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["documents"] == 1
    assert found["events"] == {"Visit": {"asserted": 1}}


# ---------------------------------------------------------------------- dump, validate


def test_a_dump_goes_to_standard_output(store: Path, capsysbinary: pytest.CaptureFixture[bytes]) -> None:
    """Without -o a dump is written to standard output as N-Quads."""
    assert run("dump", "--store", store) == 0
    lines = capsysbinary.readouterr().out.decode("utf-8").splitlines()
    assert len(lines) == 6
    assert all(line.endswith(" .") for line in lines)


def test_a_dump_takes_its_name_when_it_is_whole(store: Path, tmp_path: Path) -> None:
    """A dump to a file leaves that file and no other beside it."""
    folder = tmp_path / "out"
    folder.mkdir()
    assert run("dump", "--store", store, "--format", "trig", "-o", folder / "graph.trig") == 0
    assert [path.name for path in folder.iterdir()] == ["graph.trig"]
    assert "नेपाल" in (folder / "graph.trig").read_text(encoding="utf-8")


def test_a_dump_that_fails_leaves_the_old_file(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """When the disk is full, the file of the last dump stays as it was."""
    path = tmp_path / "graph.nq"
    path.write_text("old", encoding="utf-8")

    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("kg.graph.export.write", fail)
    assert run("dump", "--store", store, "-o", path) == 1
    assert "No space left on device" in capsys.readouterr().err
    assert path.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir() if "unfinished" in one.name] == []


def test_a_dump_into_a_folder_that_is_not_there_is_said(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file that cannot be written ends with exit code 1 and its name."""
    assert run("dump", "--store", store, "-o", tmp_path / "none" / "graph.nq") == 1
    assert capsys.readouterr().err.startswith(f"kg: {tmp_path / 'none' / 'graph.nq'}: The dump cannot be written")


def test_a_full_disk_under_standard_output_is_said(store: Path, query: Path, root: Path) -> None:
    """A command whose output cannot be written ends with exit code 1 and one line, without a traceback."""
    for call in (["dump"], ["stats"], ["validate"], ["query", str(query), "--format", "csv"], ["query", str(query)]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-m", "kg", *call, "--store", store],
                cwd=root,
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 1
        assert done.stderr == "kg: standard output: No space left on device. See to the disk and the rights.\n"


def test_a_dump_to_a_disk_that_takes_nothing_is_said(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where not even the unfinished file can be removed, as on a read-only disk, one line says what is wrong."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "unlink", refuse)
    monkeypatch.setattr("kg.graph.export.write", refuse)
    assert run("dump", "--store", store, "-o", tmp_path / "graph.nq") == 1
    assert capsys.readouterr().err == (
        f"kg: {tmp_path / 'graph.nq'}: The dump cannot be written: Read-only file system. Name another file with -o.\n"
    )


def test_a_graph_that_does_not_conform_is_said(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A graph that breaks the shapes ends with exit code 1 and a line for each violation."""
    assert run("validate", "--store", store) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[-1] == f"1 document does not conform: {len(lines) - 1} violations."
    assert all(line.startswith("https://example.org/d: ") for line in lines[:-1])


def test_an_empty_graph_conforms(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A store without documents has nothing that breaks the shapes."""
    with Store.open(tmp_path / "empty", create=True):
        pass
    assert run("validate", "--store", tmp_path / "empty") == 0
    assert capsys.readouterr().out == "0 documents conform.\n"


# ---------------------------------------------------------------------- evaluate


@pytest.fixture
def gold(tmp_path: Path) -> Path:
    """A gold file with one document that the store does not have."""
    path = tmp_path / "gold.jsonl"
    event = {"type": "Visit", "agents": ["n"], "targets": [], "modality": "asserted", "mentions": [{"sentence": "…"}]}
    entities = {"n": {"type": "Country", "name": "नेपाल", "qid": "Q837"}}
    document = {"id": "elsewhere", "text": "…", "entities": entities, "events": [event]}
    path.write_text(json.dumps(document, ensure_ascii=False) + "\n", encoding="utf-8")
    return path


def test_an_evaluation_prints_precision_recall_and_f1(
    store: Path, gold: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report names the figures and the documents that the graph does not have; --errors what was missed."""
    assert run("evaluate", gold, "--store", store, "--errors") == 0
    shown = capsys.readouterr().out
    assert "events         P 0.000  R 0.000  F1 0.000  (0 of 0 system, 1 gold)" in shown
    assert "elsewhere" in shown.splitlines()[0]
    assert shown.splitlines()[-1] == "documents without a graph: elsewhere"


def test_an_evaluation_is_written_as_json(store: Path, gold: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The figures can be read by a program, the errors where they are asked for."""
    assert run("evaluate", gold, "--store", store, "--json") == 0
    assert "errors" not in json.loads(capsys.readouterr().out)
    assert run("evaluate", gold, "--store", store, "--json", "--errors") == 0
    found = json.loads(capsys.readouterr().out)
    assert found["events"]["gold"] == 1
    assert len(found["errors"]) == 1


def test_a_gold_file_that_is_not_there_is_said(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A missing gold file ends with exit code 1 and its name."""
    assert run("evaluate", tmp_path / "none.jsonl", "--store", store) == 1
    assert str(tmp_path / "none.jsonl") in capsys.readouterr().err


# ---------------------------------------------------------------------- build


class Fake:
    """A pipeline without models: it keeps what it was given, tells of problems, and reads one entity in an article."""

    def __init__(self, *, problems: Sequence[Problem] = (), error: BaseException | None = None) -> None:
        self.problems = problems
        self.error = error
        self.settings: Settings | None = None
        self.inputs: Sequence[str] = ()
        self.workers = 0
        self.stdin: BinaryIO | None = None
        self.today: datetime.date | None = None
        self.articles: list[Article] = []

    def build(
        self,
        inputs: Sequence[str],
        *,
        settings: Settings,
        workers: int,
        stdin: BinaryIO | None,
        today: datetime.date | None,
        on_progress: Callable[[int, int], None],
        on_problem: Callable[[Problem], None],
    ) -> BuildReport:
        """Tell of the problems, or fail."""
        self.inputs, self.settings, self.workers = inputs, settings, workers
        self.stdin, self.today = stdin, today
        if self.error is not None:
            raise self.error
        for problem in self.problems:
            on_problem(problem)
        on_progress(1, 1)
        failed = sum(problem.fatal for problem in self.problems)
        return BuildReport(documents=1, failed=failed, events=2, triples=30)

    def analyse(self, articles: Sequence[Article], *, settings: Settings) -> Iterator[Analysis]:
        """One sentence and one entity an article."""
        self.settings = settings
        for article in articles:
            self.articles.append(article)
            sentence = Sentence(index=0, tokens=(), begin=0, end=len(article.text))
            entity = Entity(key="e1", type=EntityType.COUNTRY, name="नेपाल", offsets=((0, 5),))
            extraction = Extraction(document_id=article.id, entities=(entity,))
            yield Analysis(
                document=Document(article=article, sentences=(sentence,)),
                linked=LinkedExtraction(extraction=extraction, links={}),
            )


BROKEN = Problem(where="news.jsonl:2", what="This line is not JSON.", cure="Mend it.")
ODD = Problem(where="a.txt", what="The day lies ahead.", cure="Check it.", fatal=False)


def test_a_build_gives_the_pipeline_what_the_call_says(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Inputs, store, models and workers reach the pipeline; the report goes to standard output."""
    fake = Fake()
    call = ("build", "a.txt", "-", "--store", tmp_path / "s", "--models", "stanza", "--workers", 3)
    assert run(*call, load=lambda: fake) == 0
    assert (list(fake.inputs), fake.workers) == (["a.txt", "-"], 3)
    assert fake.settings == Settings(store=tmp_path / "s", models="stanza")
    assert fake.stdin is sys.stdin.buffer
    assert fake.today is not None
    captured = capsys.readouterr()
    assert captured.out.count("\n") == 1
    assert str(tmp_path / "s") in captured.out
    assert captured.err == ""


def test_a_least_confidence_reaches_the_pipeline() -> None:
    """--min-confidence is a setting of the build; without it the environment's holds."""
    fake = Fake()
    assert run("build", "a.txt", "--min-confidence", "0.8", load=lambda: fake) == 0
    assert fake.settings.min_confidence == 0.8


def test_why_not_shows_what_was_held_back_alone(capsys: pytest.CaptureFixture[str]) -> None:
    """With --why-not nothing is shown of what was read."""
    assert run("explain", "नेपाल।", "--why-not", load=Fake) == 0
    assert capsys.readouterr().out == "Nothing was held back.\n"


def test_a_document_that_failed_makes_exit_code_1(capsys: pytest.CaptureFixture[str]) -> None:
    """A refused document is told in one line on standard error, and the exit code says so."""
    assert run("build", "news.jsonl", load=lambda: Fake(problems=[BROKEN])) == 1
    assert capsys.readouterr().err == "kg: news.jsonl:2: This line is not JSON. Mend it.\n"


def test_a_warning_is_told_and_fails_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """A problem that is not fatal is called a warning, and the exit code is 0."""
    assert run("build", "a.txt", load=lambda: Fake(problems=[ODD])) == 0
    assert capsys.readouterr().err == "kg: warning: a.txt: The day lies ahead. Check it.\n"


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StoreError("The disk is full.", where="s", cure="Make room."), 1),
        (ModelError("The models are missing.", cure="Install again."), 1),
        (KeyboardInterrupt(), 130),
    ],
)
def test_what_stops_a_build_is_said_in_one_line(
    error: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """An error of the program or Ctrl-C ends with its exit code and one line, without a traceback."""
    assert run("build", "a.txt", load=lambda: Fake(error=error)) == code
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert (str(error) if isinstance(error, KgError) else "The store is sound") in said


class Finalized:
    """Gets SIGINT while it is finalized, where Python drops whatever is raised."""

    def __del__(self) -> None:
        signal.raise_signal(signal.SIGINT)


class Late(Fake):
    """A pipeline that is interrupted in a finalizer, and goes on."""

    def build(self, *arguments: Any, **options: Any) -> BuildReport:
        Finalized()
        return super().build(*arguments, **options)


def test_an_interrupt_that_python_drops_stops_a_build(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C in a finalizer stops the build at the next document; SIGINT is handled as before then."""
    dropped: list[object] = []
    monkeypatch.setattr(sys, "unraisablehook", lambda one: dropped.append(one.exc_type))
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert run("build", "a.txt", load=Late) == 130
        assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    finally:
        signal.signal(signal.SIGINT, before)
    assert dropped == [KeyboardInterrupt]
    assert capsys.readouterr().err.startswith("kg: Stopped.")


def test_progress_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """On a terminal a bar counts documents; elsewhere nothing is written."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    shown, silent = Terminal(), io.StringIO()
    for stream in (shown, silent):
        monkeypatch.setattr(sys, "stderr", stream)
        assert run("build", "a.txt", load=Fake) == 0
    assert "1/1" in shown.getvalue()
    assert silent.getvalue() == ""


# ---------------------------------------------------------------------- explain


def test_a_text_is_explained(capsys: pytest.CaptureFixture[str]) -> None:
    """A text on the command line is read as an article of the day that --date gives."""
    fake = Fake()
    assert run("explain", "नेपाल में बैठक हुई।", "--date", "2024-05-02", load=lambda: fake) == 0
    assert [(one.text, one.date) for one in fake.articles] == [("नेपाल में बैठक हुई।", datetime.date(2024, 5, 2))]
    assert capsys.readouterr().out.startswith("[1] नेपाल में बैठक हुई।\n")


@pytest.mark.parametrize(
    ("text", "words"), [("", "is empty"), ("Modi met Putin.", "is not Hindi"), ("क" * 1_000_001, "is longer than")]
)
def test_a_text_that_cannot_be_read_is_said(text: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A text on the command line that is no Hindi article ends with exit code 1 and one line."""
    fake = Fake()
    assert run("explain", text, load=lambda: fake) == 1
    captured = capsys.readouterr()
    assert captured.err.startswith("kg: the text: ")
    assert words in captured.err
    assert captured.err.count("\n") == 1
    assert (fake.articles, captured.out) == ([], "")


def test_an_article_that_stands_in_two_files_is_explained_once(tmp_path: Path) -> None:
    """A folder that holds one article as text and as a line of JSON gives it once, as it does in a build."""
    (tmp_path / "one.txt").write_text("नेपाल में बैठक हुई।", encoding="utf-8")
    line = json.dumps({"id": "one", "text": "नेपाल में बैठक हुई।"}, ensure_ascii=False)
    (tmp_path / "all.jsonl").write_text(line + "\n", encoding="utf-8")
    fake = Fake()
    assert run("explain", tmp_path, load=lambda: fake) == 0
    assert [article.id for article in fake.articles] == ["one"]


def test_a_file_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The name of a file means the articles in it, each under its id."""
    path = tmp_path / "news.jsonl"
    lines = [{"id": "a", "text": "नेपाल में बैठक हुई।", "date": "2024-01-01"}, {"id": "b", "text": "नेपाल में चुनाव हुए।"}]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    fake = Fake()
    assert run("explain", path, load=lambda: fake) == 0
    assert [one.date for one in fake.articles] == [datetime.date(2024, 1, 1), None]
    shown = capsys.readouterr().out
    assert "== a\n" in shown
    assert "== b\n" in shown


def test_an_explanation_is_written_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    """With --json the explanation is a list of documents with their sentences."""
    assert run("explain", "नेपाल में बैठक हुई।", "--json", load=Fake) == 0
    (document,) = json.loads(capsys.readouterr().out)
    assert document["sentences"][0]["entities"][0]["name"] == "नेपाल"


def test_a_file_that_is_not_there_is_not_taken_for_a_text(capsys: pytest.CaptureFixture[str]) -> None:
    """A word that looks like the name of a file, where there is none, ends with exit code 1."""
    assert run("explain", "article.txt", load=Fake) == 1
    assert capsys.readouterr().err.startswith("kg: article.txt: There is no such file.")


def test_a_bad_file_is_not_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file that the reader refuses ends with exit code 1 and its problem."""
    path = tmp_path / "empty.txt"
    path.write_bytes(b"")
    assert run("explain", path, load=Fake) == 1
    assert str(path) in capsys.readouterr().err


# ---------------------------------------------------------------------- the gazetteer


def test_what_is_added_is_found(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`gazetteer add` puts an entity beside the store, where `lookup` and `stats` see it."""
    store = ("--store", tmp_path / "store")
    call = ("gazetteer", "add", "नयानगर खास", "--type", "Place", "--en", "Nayanagar", "--alias", "न्यूनगर खास", *store)
    assert run(*call, "--country", "Q668", "--lat", "25.1", "--lon", "82.3") == 0
    assert "local:nayanagar is in" in capsys.readouterr().out
    assert run("gazetteer", "lookup", "न्यूनगर खास", "--json", *store) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert (found["id"], found["label_hi"], found["country_qid"], found["lat"]) == (
        "local:nayanagar",
        "नयानगर खास",
        "Q668",
        25.1,
    )
    assert run("gazetteer", "stats", *store) == 0
    assert "store.gazetteer/own.tsv" in capsys.readouterr().out


def test_a_spelling_never_seen_is_looked_up(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`gazetteer lookup` shows what sounds like a name, with how alike the two are."""
    assert run("gazetteer", "lookup", "आंद्रेई बेलूसोव", "--store", tmp_path / "store") == 0
    assert "Q4082839" in capsys.readouterr().out


def test_a_name_that_nothing_bears_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`gazetteer lookup` of an unknown name has exit code 1, and says how to add it."""
    assert run("gazetteer", "lookup", "अबसदग", "--store", tmp_path / "store") == 1
    assert "kg gazetteer add" in capsys.readouterr().err


def test_wrong_rows_of_the_users_table_are_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`gazetteer stats` names file and line of each wrong row each time, and its exit code is 1."""
    (tmp_path / "store.gazetteer").mkdir()
    table = tmp_path / "store.gazetteer" / "own.tsv"
    table.write_text("id\ttype\thi\nQ1\tPlanet\tपृथ्वी\nlocal:a\tPlace\tनयानगर\n", encoding="utf-8")
    for _ in range(2):
        assert run("gazetteer", "stats", "--json", "--store", tmp_path / "store") == 1
        told = capsys.readouterr()
        assert f"{table}:2" in told.err and json.loads(told.out)["Place"] > 0


@pytest.mark.parametrize(
    "wrong", [("--qid", "P5"), ("--lat", "100", "--lon", "0"), ("--office", "Minister [May–]", "--country", "Q668"), ()]
)
def test_a_wrong_entity_is_a_wrong_call(
    wrong: Sequence[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """`gazetteer add` refuses a wrong id, coordinate or date, and what has neither QID nor English name."""
    english = ("--en", "X") if wrong else ()
    call = ("gazetteer", "add", "नयानगर", "--type", "Place", *english, *wrong, "--store", tmp_path / "store")
    assert run(*call) == 2
    assert capsys.readouterr().err.startswith("kg: ")
    assert not (tmp_path / "store.gazetteer" / "own.tsv").exists()


def test_a_dump_is_imported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`gazetteer import` takes what it wants, tells of broken lines with exit code 1, and the names are known at once."""
    town = {"id": "Q900000002", "labels": {"hi": {"value": "अनोखापुर"}}}
    town["claims"] = {"P31": [{"mainsnak": {"snaktype": "value", "datavalue": {"value": {"id": "Q515"}}}}]}
    dump = tmp_path / "dump.json"
    dump.write_text("[\n" + json.dumps(town, ensure_ascii=False) + ',\n"hi" broken\n]\n', encoding="utf-8")
    store = ("--store", tmp_path / "store")
    assert run("gazetteer", "import", dump, *store) == 1
    told = capsys.readouterr()
    assert f"{dump}:3" in told.err and "entities taken: 1" in told.out
    assert run("gazetteer", "lookup", "अनोखापुर", *store) == 0
    assert "Q900000002" in capsys.readouterr().out


def test_a_dump_that_is_not_there_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`gazetteer import` of a missing file names it."""
    assert run("gazetteer", "import", tmp_path / "none.json", "--store", tmp_path / "store") == 1
    assert "none.json" in capsys.readouterr().err


@pytest.mark.parametrize(
    "endpoint",
    [
        "file:///etc/passwd",
        "nonsense",
        "http://[::1/sparql",
        "http://127.0.0.1:abc/",
        "http:///x",
        "http://u:p@host/",
        "http://a/क",
    ],
)
def test_a_wrong_endpoint_is_told(endpoint: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`gazetteer update` asks http(s) addresses alone."""
    assert run("gazetteer", "update", "--endpoint", endpoint, "--store", tmp_path / "store") == 2
    assert "is not the address" in capsys.readouterr().err
