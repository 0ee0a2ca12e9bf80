"""The command line: reads arguments, calls the stages, prints, and returns the exit code. Nothing else prints.

Exit codes: 0 done; 1 a document failed while the others are in, the graph does not conform, or the store refused; 2 a
wrong call, or a query that cannot be answered; 130 stopped by Ctrl-C.
"""

from __future__ import annotations

import argparse
import datetime
import io
import json
import logging
import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from shutil import get_terminal_size
from types import FrameType
from typing import TYPE_CHECKING, BinaryIO, Final, Protocol, TextIO
from urllib.parse import urlsplit

from tqdm import tqdm

from kg import terminal
from kg.errors import InputError, KgError, QueryError, StoreError, UsageError
from kg.graph import export
from kg.graph.examples import needs_network, titles
from kg.graph.statistics import statistics
from kg.graph.store import Sink, Store
from kg.graph.vocabulary import PREFIXES
from kg.records import Article, EntityType, GazetteerEntry, Problem
from kg.serving import engine, failures, guard, negotiation
from kg.serving.source import HOLD
from kg.settings import Settings, checked_base, is_confidence

if TYPE_CHECKING:
    from kg.linking.reconciliation import Reconciler
    from kg.pipeline import Analysis, BuildReport, LinkReport

# What loads the models, the server or the validator is imported by the command that needs it.

DONE: Final = 0
FAILED: Final = 1
MISUSED: Final = 2
STOPPED: Final = 130

RESULT_FORMATS: Final = {
    "csv": negotiation.CSV,
    "tsv": negotiation.TSV,
    "json": negotiation.RESULTS_JSON,
    "xml": negotiation.RESULTS_XML,
}
"""`--format` for the answer of a SELECT or ASK query → media type."""

GRAPH_FORMATS: Final = {
    "turtle": negotiation.TURTLE,
    "ntriples": negotiation.N_TRIPLES,
    "jsonld": negotiation.JSON_LD,
    "rdfxml": negotiation.RDF_XML,
}
"""`--format` for the answer of a CONSTRUCT or DESCRIBE query → media type."""


class Pipeline(Protocol):
    """What the command line needs of `kg.pipeline`."""

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
        """Read inputs into the store."""

    def analyse(self, articles: Sequence[Article], *, settings: Settings) -> Iterator[Analysis]:
        """Read articles, and keep nothing."""

    def link(
        self,
        *,
        settings: Settings,
        dry_run: bool,
        on_progress: Callable[[int, int], None],
        on_problem: Callable[[Problem], None],
    ) -> LinkReport:
        """Link the store's entities again, without the models."""


Load = Callable[[], Pipeline]
Command = Callable[[argparse.Namespace, Settings, Load], int]


def _load_pipeline() -> Pipeline:
    from kg import pipeline

    return pipeline


def main(argv: Sequence[str] | None = None, *, load: Load = _load_pipeline) -> int:
    """Run one command; the exit code.

    `load` gives the pipeline to a command that needs it. A wrong call ends in SystemExit, as argparse has it.
    """
    _write_utf8()
    arguments = parser().parse_args(argv)
    command: Command = arguments.command
    try:
        code = command(arguments, _settings(arguments), load)
        sys.stdout.flush()
    except KgError as error:
        _say(str(error))
        return MISUSED if isinstance(error, UsageError | QueryError) else FAILED
    except BrokenPipeError:  # `kg query … | head`: the reader has enough
        _drop_output()
        return DONE
    except OSError as error:  # `kg dump > FILE`: the disk is full
        _drop_output()
        _say(f"{error.filename or 'standard output'}: {error.strerror or error}. See to the disk and the rights.")
        return FAILED
    except KeyboardInterrupt:
        _say("Stopped. The store is sound: a document is in it whole or not at all.")
        return STOPPED
    return code


# ---------------------------------------------------------------------- arguments


def parser() -> argparse.ArgumentParser:
    """The parser of the whole command line."""
    top = argparse.ArgumentParser(
        prog="kg",
        description="Reads Hindi news and keeps who did what to whom as an RDF graph that answers SPARQL.",
        epilog="kg COMMAND --help shows examples. Settings come from KG_STORE, KG_BASE_IRI, KG_MODELS, KG_MODELS_DIR, "
        "KG_GAZETTEER and KG_MIN_CONFIDENCE.",
    )
    commands = top.add_subparsers(metavar="COMMAND", required=True)
    for add in (
        *(_add_build, _add_link, _add_serve, _add_query, _add_dump, _add_explain),
        *(_add_validate, _add_evaluate, _add_stats, _add_gazetteer),
    ):
        add(commands)
    return top


Commands = argparse._SubParsersAction


def _command(
    commands: Commands[argparse.ArgumentParser], name: str, command: Command, *, what: str, examples: Sequence[str]
) -> argparse.ArgumentParser:
    one = commands.add_parser(
        name,
        help=what,
        description=what,
        epilog="examples:\n" + "\n".join(f"  {example}" for example in examples),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    one.set_defaults(command=command)
    one.add_argument(
        "--store", type=Path, metavar="DIR", help="folder of the store (default: KG_STORE, else .kg/store)"
    )
    return one


def _add_build(commands: Commands[argparse.ArgumentParser]) -> None:
    one = _command(
        commands,
        "build",
        _build,
        what="Read articles into the store. A document that is there already is replaced whole.",
        examples=(
            "kg build seeds/",
            "kg build news.jsonl --workers 2",
            "kg build article.txt more/ --store /data/kg",
            "kg build news.jsonl --min-confidence 0.8",
            "zcat news.jsonl.gz | kg build -",
        ),
    )
    one.add_argument(
        "inputs", nargs="+", metavar="INPUT", help=".txt or .jsonl file, folder of them, or - (standard input)"
    )
    one.add_argument("--workers", type=_positive, default=1, metavar="N", help="processes that read (default: 1)")
    one.add_argument(
        "--min-confidence",
        type=_confidence,
        metavar="P",
        help="leave out events of which the program is less sure, 0 to 1 (default: KG_MIN_CONFIDENCE, else 0: keep all)",
    )
    _add_models(one)


def _add_link(commands: Commands[argparse.ArgumentParser]) -> None:
    one = _command(
        commands,
        "link",
        _link,
        what="Link the entities of the store to Wikidata again, with the gazetteer of today. Nothing is read again and no "
        "model is loaded.",
        examples=("kg link", "kg link --dry-run", "kg link --json --store /data/kg > changes.json"),
    )
    one.add_argument("--dry-run", action="store_true", help="show what would change, and write nothing")
    one.add_argument("--json", action="store_true", help="write JSON: what changed, entity by entity")


def _add_serve(commands: Commands[argparse.ArgumentParser]) -> None:
    one = _command(
        commands,
        "serve",
        _serve,
        what="Serve the graph over HTTP: SPARQL endpoint, pages, dumps, reconciliation. New builds are taken up as they land.",
        examples=(
            "kg serve",
            "kg serve --port 8080 --workers 4",
            "KG_QUERY_TIMEOUT=10 kg serve --host 0.0.0.0 --store /data/kg",
            "kg serve --allow-federation query.wikidata.org",
            "KG_WRITE_TOKEN=$(openssl rand -hex 32) kg serve",
        ),
    )
    one.add_argument("--host", default="127.0.0.1", metavar="HOST", help="address to listen on (default: 127.0.0.1)")
    one.add_argument("--port", type=_port, default=8000, metavar="PORT", help="port, 0 for a free one (default: 8000)")
    one.add_argument(
        "--access-log", metavar="FILE", help="write a line of JSON for each request to a file, or - (standard error)"
    )
    one.add_argument(
        "--workers", type=_positive, default=2, metavar="N", help="queries that run at one time (default: 2)"
    )
    one.add_argument(
        "--threads",
        type=_positive,
        default=16,
        metavar="N",
        help="pages and pieces of large answers that are made at one time (default: 16)",
    )
    one.add_argument(
        "--memory",
        choices=HOLD,
        default="auto",
        help="whether queries are answered from a copy of the graph in memory: auto (default), where it fits",
    )
    one.add_argument("--base", metavar="IRI", help="what the IRIs in the store begin with (default: KG_BASE_IRI)")
    one.add_argument(
        "--allow-federation",
        nargs="+",
        default=[],
        metavar="HOST",
        help="hosts that queries may call with SERVICE, at public addresses alone (default: none)",
    )
    one.add_argument("--read-only", action="store_true", help="let nobody write, whatever KG_WRITE_TOKEN says")


def _add_query(commands: Commands[argparse.ArgumentParser]) -> None:
    one = _command(
        commands,
        "query",
        _query,
        what="Answer a SPARQL query. A query that names no dataset sees all graphs together.",
        examples=(
            "kg query queries/who-met-whom.rq",
            "kg query question.rq --format csv > answer.csv",
            "echo 'ASK { ?s ?p ?o }' | kg query -",
        ),
    )
    one.add_argument("file", metavar="FILE", help="file with the query, or - (standard input)")
    one.add_argument(
        "--format",
        choices=("table", *RESULT_FORMATS, *GRAPH_FORMATS),
        default="table",
        help="table (default), csv, tsv, json or xml for SELECT and ASK; "
        "turtle (default), ntriples, jsonld or rdfxml for CONSTRUCT and DESCRIBE",
    )


def _add_dump(commands: Commands[argparse.ArgumentParser]) -> None:
    one = _command(
        commands,
        "dump",
        _dump,
        what="Write the whole graph. The same store gives the same bytes.",
        examples=("kg dump > graph.nq", "kg dump --format trig -o graph.trig", "kg dump --format jsonld | jq ."),
    )
    one.add_argument(
        "--format",
        choices=tuple(export.FORMATS),
        default="nquads",
        help="nquads (default) and trig keep the named graphs, jsonld too; turtle and rdfxml hold their union",
    )
    one.add_argument("-o", "--output", type=Path, metavar="FILE", help="file to write (default: standard output)")


def _add_explain(commands: Commands[argparse.ArgumentParser]) -> None:
    one = _command(
        commands,
        "explain",
        _explain,
        what="Show what is read in a text, sentence by sentence, by which rule, and what was held back by which gate. "
        "Nothing is written to the store.",
        examples=(
            "kg explain 'मोदी ने बुधवार को पेरिस में मैक्रों से मुलाकात की।' --date 2024-05-02",
            "kg explain article.txt",
            "kg explain article.txt --why-not",
            "kg explain article.txt --json | jq '.[].sentences[].events'",
        ),
    )
    one.add_argument("text", metavar="TEXT|FILE", help="Hindi text, a .txt or .jsonl file, or - (standard input)")
    one.add_argument(
        "--date", type=_date, metavar="YYYY-MM-DD", help="day of publication, from which «बुधवार को» is reckoned"
    )
    one.add_argument(
        "--why-not",
        action="store_true",
        help="show only what was held back: where, by which gate, why, and what the rule would have read",
    )
    one.add_argument("--json", action="store_true", help="write JSON: a list of documents with their sentences")
    _add_models(one)


def _add_validate(commands: Commands[argparse.ArgumentParser]) -> None:
    _command(
        commands,
        "validate",
        _validate,
        what="Check the graph against the SHACL shapes of the ontology; exit code 1 where it does not conform.",
        examples=("kg validate", "kg validate --store /data/kg"),
    )


def _add_evaluate(commands: Commands[argparse.ArgumentParser]) -> None:
    one = _command(
        commands,
        "evaluate",
        _evaluate,
        what="Score the graph against annotated events: precision, recall and F1.",
        examples=("kg evaluate seeds/gold.jsonl", "kg evaluate seeds/gold.jsonl --errors"),
    )
    one.add_argument("gold", metavar="GOLD.jsonl", help="annotated documents, one a line")
    one.add_argument("--errors", action="store_true", help="show what is missed and what is too much")
    one.add_argument("--json", action="store_true", help="write JSON")


def _add_stats(commands: Commands[argparse.ArgumentParser]) -> None:
    one = _command(
        commands,
        "stats",
        _stats,
        what="Count documents, events, entities and triples.",
        examples=("kg stats", "kg stats --format json"),
    )
    one.add_argument("--format", choices=("table", "json"), default="table", help="table (default) or json")


def _add_gazetteer(commands: Commands[argparse.ArgumentParser]) -> None:
    what = "Show the gazetteer, by which names are linked to Wikidata, and let it grow."
    group = commands.add_parser(
        "gazetteer",
        help=what,
        description=f"{what}\nWhat you add lies beside the store, in the folder KG_GAZETTEER (default: .kg/store.gazetteer),\n"
        "and wins over what the package knows.",
        epilog="examples:\n  kg gazetteer lookup 'जेलेन्स्की'\n  kg gazetteer add 'नयानगर' --type Place --en Nayanagar",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    ways = group.add_subparsers(metavar="COMMAND", required=True)
    for add in (
        *(_add_gazetteer_stats, _add_gazetteer_lookup, _add_gazetteer_add),
        *(_add_gazetteer_import, _add_gazetteer_update),
    ):
        add(ways)


def _add_gazetteer_stats(ways: Commands[argparse.ArgumentParser]) -> None:
    one = _command(
        ways,
        "stats",
        _gazetteer_stats,
        what="Count what the gazetteer knows, and check the table of your own; exit code 1 where a row of it is wrong.",
        examples=("kg gazetteer stats", "kg gazetteer stats --json"),
    )
    one.add_argument("--json", action="store_true", help="write JSON")


def _add_gazetteer_lookup(ways: Commands[argparse.ArgumentParser]) -> None:
    one = _command(
        ways,
        "lookup",
        _gazetteer_lookup,
        what="Show what a name may mean: entries that bear it, then those that sound like it; exit code 1 where there is none.",
        examples=(
            "kg gazetteer lookup 'व्लादिमीर पुतिन'",
            "kg gazetteer lookup बेलूसोव --json",
            "kg gazetteer lookup Q7747",
        ),
    )
    one.add_argument("name", metavar="NAME", help="a name in Hindi or English, or an id (Q7747)")
    one.add_argument("--json", action="store_true", help="write JSON: all that is known of each")


def _add_gazetteer_add(ways: Commands[argparse.ArgumentParser]) -> None:
    one = _command(
        ways,
        "add",
        _gazetteer_add,
        what="Add an entity of your own, or say more of one that is known: what you give wins, and no name is lost.",
        examples=(
            "kg gazetteer add 'नयानगर' --type Place --en Nayanagar --country Q668 --lat 25.1 --lon 82.3",
            "kg gazetteer add 'अमित कुमार' --type Person --qid Q900000001 --office 'Minister of Sport of India [2024-06-09–]' "
            "--country Q668",
            "kg gazetteer add 'व्लादिमीर पुतिन' --type Person --qid Q7747 --alias 'वी. पुतिन'",
        ),
    )
    one.add_argument("name", metavar="NAME", help="the Hindi name by which it is shown")
    one.add_argument("--type", required=True, choices=tuple(EntityType), help="what it is")
    one.add_argument("--qid", metavar="Q…", help="its Wikidata id (default: none; it is called by --en)")
    one.add_argument("--en", default="", metavar="NAME", help="its English name")
    one.add_argument("--alias", action="append", default=[], metavar="NAME", help="a further name; may be given again")
    one.add_argument("--country", metavar="Q…", help="id of the country that it belongs to")
    one.add_argument("--kind", default="", metavar="TEXT", help="what kind of thing: city, ministry, armed group")
    one.add_argument(
        "--office",
        action="append",
        default=[],
        metavar="TEXT",
        help="an office in English, with its time: «Minister of Defence of Russia [2024-05-14–]»; may be given again",
    )
    one.add_argument("--lat", type=float, metavar="DEGREES", help="latitude")
    one.add_argument("--lon", type=float, metavar="DEGREES", help="longitude")


def _add_gazetteer_import(ways: Commands[argparse.ArgumentParser]) -> None:
    one = _command(
        ways,
        "import",
        _gazetteer_import,
        what="Take entities out of a Wikidata JSON dump: what has a Hindi name, and people who hold or held an office. "
        "A call that was stopped goes on where it was.",
        examples=(
            "kg gazetteer import latest-all.json.bz2",
            "kg gazetteer import part.json.gz --store /data/kg",
            "kg gazetteer import latest-all.json.gz --restart",
        ),
    )
    one.add_argument("dump", type=Path, metavar="DUMP", help=".json, .json.gz or .json.bz2: one entity a line")
    one.add_argument("--restart", action="store_true", help="begin anew, whatever a stopped call left behind")


def _add_gazetteer_update(ways: Commands[argparse.ArgumentParser]) -> None:
    one = _command(
        ways,
        "update",
        _gazetteer_update,
        what="Ask a SPARQL endpoint of Wikidata's shape for Hindi names and dated offices of what the gazetteer knows, and for "
        "those who took an office of state lately and are not known. Answers are kept for a week: a call that was stopped asks "
        "only for the rest.",
        examples=(
            "kg gazetteer update --listed",
            "kg gazetteer update --since 2026",
            "kg gazetteer update --endpoint https://example.org/sparql",
            "kg gazetteer update --fresh",
        ),
    )
    one.add_argument("--endpoint", metavar="URL", help="address of the endpoint (default: Wikidata's own)")
    one.add_argument("--listed", action="store_true", help="only of entities whose Hindi names come from a list")
    one.add_argument(
        "--since",
        type=_year,
        default=2023,
        metavar="YEAR",
        help="look for heads of state and government, ministers and ambassadors who took office since (default: 2023; 0: for nobody)",
    )
    one.add_argument("--fresh", action="store_true", help="ask again what was asked before")


def _add_models(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--models",
        choices=("default", "stanza"),
        help="default: shipped with the package, no network; stanza: Stanza's own, downloaded once (default: KG_MODELS)",
    )


def _positive(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number above 0")
    return int(text)


def _confidence(text: str) -> float:
    if not is_confidence(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to 1")
    return float(text)


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port from 0 to 65535")
    return int(text)


def _year(text: str) -> int:
    if text != "0" and not (text.isdecimal() and len(text) == 4):
        raise argparse.ArgumentTypeError(f"{text!r} is neither a year like 2024 nor 0")
    return int(text)


def _date(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is not a day like 2024-05-02") from error


def _settings(arguments: argparse.Namespace) -> Settings:
    """The settings of the environment, with what the arguments say instead."""
    settings = Settings.from_environment()
    store: Path | None = arguments.store
    models: str | None = getattr(arguments, "models", None)
    least: float | None = getattr(arguments, "min_confidence", None)
    return replace(
        settings,
        store=store or settings.store,
        models=models or settings.models,
        min_confidence=settings.min_confidence if least is None else least,
    )


# ---------------------------------------------------------------------- commands


def _build(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    with _interruptible() as check, _progress() as show:

        def on_progress(done: int, total: int) -> None:
            show(done, total)
            check()

        report = load().build(
            arguments.inputs,
            settings=settings,
            workers=arguments.workers,
            stdin=sys.stdin.buffer,
            today=datetime.date.today(),
            on_progress=on_progress,
            on_problem=_say_problem,
        )
    print(f"{report} The store is {settings.store}.")
    return DONE if report.failed == 0 else FAILED


def _link(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    with _interruptible() as check, _progress() as show:

        def on_progress(done: int, total: int) -> None:
            show(done, total)
            check()

        report = load().link(
            settings=settings, dry_run=arguments.dry_run, on_progress=on_progress, on_problem=_say_problem
        )
    if arguments.json:
        print(json.dumps(terminal.relinked(report), ensure_ascii=False, indent=2))
    else:
        for line in terminal.relinking(report, dry_run=arguments.dry_run):
            print(line)
    return DONE if report.failed == 0 else FAILED


def _serve(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    from kg.serving.app import serve

    if arguments.access_log is not None:
        _log_accesses(arguments.access_log)
    if settings.write_token is not None and not arguments.read_only:
        _log_to(logging.getLogger("kg.audit"), logging.StreamHandler())
    return serve(
        settings if arguments.base is None else replace(settings, base_iri=checked_base(arguments.base, "--base")),
        host=arguments.host,
        port=arguments.port,
        announce=_announce,
        workers=arguments.workers,
        threads=arguments.threads,
        memory=arguments.memory,
        read_only=arguments.read_only,
        federation=arguments.allow_federation,
        reconciler=lambda: _reconciler(settings),
    )


def _log_accesses(name: str) -> None:
    """Write what the server says of each request to a file, or «-». Raises UsageError where it cannot be written."""
    try:
        handler = logging.StreamHandler() if name == "-" else logging.FileHandler(name, encoding="utf-8")
    except OSError as error:
        raise UsageError(
            f"The access log cannot be written: {error.strerror}.", where=name, cure="Give another --access-log."
        ) from error
    _log_to(logging.getLogger("kg.access"), handler)


def _log_to(log: logging.Logger, handler: logging.Handler) -> None:
    """Have lines that are JSON go to one place as they are."""
    handler.setFormatter(logging.Formatter("%(message)s"))
    log.addHandler(handler)
    log.setLevel(logging.INFO)
    log.propagate = False


def _reconciler(settings: Settings) -> Reconciler:
    """What answers the Reconciliation API; needs no models. Raises DataError."""
    from kg.gazetteer.gazetteer import Gazetteer
    from kg.linking.reconciliation import Reconciler

    return Reconciler(Gazetteer.load(settings.gazetteer_dir))


def _announce(line: str) -> None:
    print(line, flush=True)


def _query(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    """Answer in a process of its own: a query can overflow the engine's stack, and the engine hears no Ctrl-C."""
    text = _read(arguments.file)
    results = RESULT_FORMATS | {"table": negotiation.RESULTS_JSON}
    graphs = GRAPH_FORMATS | {"table": negotiation.TURTLE}
    question = engine.Question(query=text, results=results.get(arguments.format), graph=graphs.get(arguments.format))
    with _failures_in_words(text), engine.answering(settings.store, question) as answer:
        if answer.media is None:
            fitting = ", ".join(GRAPH_FORMATS if answer.kind == "graph" else RESULT_FORMATS)
            raise UsageError(
                f"A {answer.kind} answer cannot be written as {arguments.format}.", cure=f"Choose one of: {fitting}."
            )
        if arguments.format == "table" and answer.kind != "graph":
            _print_table(b"".join(answer.pieces), text)
        else:
            out = _stdout()
            for piece in answer.pieces:
                out.write(piece)
    return DONE


@contextmanager
def _failures_in_words(query: str) -> Iterator[None]:
    """Where a query asks another endpoint (SERVICE), failures are told as that endpoint's, not as the store's.

    Raises QueryError, StoreError.
    """
    try:
        guard.check_is_query(query)
        yield
    except (guard.Refused, failures.Malformed, failures.Stopped) as error:
        raise QueryError(str(error)) from error
    except failures.Unreadable as error:
        if not needs_network(query):
            raise StoreError(str(error)) from error
        raise QueryError(
            f"This query asks another endpoint, which gives no answer: {' '.join(error.reason.split())}.",
            cure="See whether the network is there, or take the SERVICE clause out.",
        ) from error


def _print_table(results: bytes, query: str) -> None:
    cells = get_terminal_size().columns if sys.stdout.isatty() else None
    for line in (
        *terminal.question(titles(query)),
        *terminal.results(json.loads(results), PREFIXES, cells=cells),
    ):
        print(line)


def _dump(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    with Store.open(settings.store, read_only=True) as store:
        if arguments.output is None:
            export.write(store, arguments.format, _stdout())
        else:
            with _whole_file(arguments.output) as out:
                export.write(store, arguments.format, out)
    return DONE


def _explain(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    articles, code = _articles(arguments.text, arguments.date)
    analyses = load().analyse(articles, settings=settings)
    found = [terminal.explained(one.document, one.linked, labels=one.labels) for one in analyses]
    if arguments.json:
        print(json.dumps(found, ensure_ascii=False, indent=2))
        return code
    for one in found:
        if len(found) > 1:
            print(f"== {one['document']}")
        for line in terminal.held_back(one) if arguments.why_not else terminal.explanation(one):
            print(line)
    return code


def _articles(text: str, date: datetime.date | None) -> tuple[list[Article], int]:
    """The articles of files or standard input, each id once, or the text as one; and the exit code that problems give."""
    from kg.documents.distinct import distinct
    from kg.documents.reader import read_articles, read_text

    given = text == "-" or _is_file(text)
    articles, code = [], DONE
    for one in distinct(read_articles([text], stdin=sys.stdin.buffer)) if given else read_text(text, where="the text"):
        if isinstance(one, Problem):
            _say_problem(one)
            code = FAILED if one.fatal else code
        else:
            articles.append(replace(one, date=date or one.date))
    return articles, code


def _is_file(text: str) -> bool:
    """Whether the text names a file or folder. What looks like a name of one must be there.

    Raises InputError for a name like «article.txt» that is not there.
    """
    try:
        if text and Path(text).exists():
            return True
    except (OSError, ValueError):  # too long for a name
        return False
    if text.endswith((".txt", ".jsonl")) and not any(sign.isspace() for sign in text):
        raise InputError("There is no such file.", where=text, cure="Check the name.")
    return False


def _validate(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    from kg.graph.shapes import validate

    with Store.open(settings.store, read_only=True) as store:
        report = validate(store)
    for one in report.violations:
        value = f" «{one.value}»" if one.value else ""
        print(f"{one.document}: {one.node} {one.path}{value}: {one.message}")
    print(terminal.conformity(report.documents, len(report.violations)))
    return DONE if report.conforms else FAILED


def _evaluate(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    from kg.evaluation import evaluate, format_report

    with Store.open(settings.store, read_only=True) as store:
        report = evaluate(store, Path(arguments.gold))
    if not arguments.json:
        print(format_report(report, errors=arguments.errors))
        return DONE
    figures = report.as_dict() | ({"errors": list(report.errors)} if arguments.errors else {})
    print(json.dumps(figures, ensure_ascii=False, indent=1))
    return DONE


def _stats(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    with Store.open(settings.store, read_only=True) as store:
        found = statistics(store)
    if arguments.format == "json":
        print(json.dumps(terminal.counted(found), ensure_ascii=False, indent=2))
        return DONE
    for line in terminal.counts(found):
        print(line)
    return DONE


def _gazetteer_stats(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    from kg.gazetteer.gazetteer import FETCHED, OWN, Gazetteer, problems

    folder = settings.gazetteer_dir
    code = DONE
    for problem in problems(folder):
        _say_problem(problem)
        code = FAILED
    counts = Gazetteer.load(folder).counts
    if arguments.json:
        print(json.dumps(counts, indent=2))
        return code
    for line in terminal.gazetteer_counts(counts):
        print(line)
    files = [str(folder / name) for name in (OWN, FETCHED) if (folder / name).exists()]
    print(f"With {' and '.join(files)}." if files else f"Nothing of your own: there is no {folder / OWN}.")
    return code


def _gazetteer_lookup(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    from kg.gazetteer.gazetteer import Gazetteer

    gazetteer = Gazetteer.load(settings.gazetteer_dir, on_problem=_say_problem)
    found = [(one, 1.0) for one in gazetteer.lookup(arguments.name)]
    if arguments.name in gazetteer:
        found.insert(0, (gazetteer.entry(arguments.name), 1.0))
    known = {one.id for one, _ in found}
    found += [(one, alike) for one, alike in gazetteer.similar(arguments.name) if one.id not in known]
    if arguments.json:
        print(json.dumps([terminal.entry_value(one, alike) for one, alike in found], ensure_ascii=False, indent=2))
    elif found:
        for line in terminal.entries(found, cells=get_terminal_size().columns if sys.stdout.isatty() else None):
            print(line)
    else:
        _say(f"Nothing is known by the name {arguments.name!r}. kg gazetteer add puts it in.")
    return DONE if found else FAILED


def _gazetteer_add(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    from kg.gazetteer.gazetteer import Gazetteer
    from kg.gazetteer.own import add, local_id
    from kg.gazetteer.tables import read_office

    entry = GazetteerEntry(
        id=arguments.qid or local_id(arguments.en),
        type=EntityType(arguments.type),
        label_hi=arguments.name.strip(),
        label_en=arguments.en.strip(),
        aliases=tuple(alias.strip() for alias in arguments.alias),
        country_qid=arguments.country,
        kind=arguments.kind.strip(),
        offices=tuple(read_office(text, arguments.country) for text in arguments.office),
        lat=arguments.lat,
        lon=arguments.lon,
        source="own",
        rank=1,
    )
    path = add(settings.gazetteer_dir, entry)
    Gazetteer.load(
        settings.gazetteer_dir, on_problem=_say_problem
    )  # compiled now, so that the next command need not wait
    print(f"{entry.id} is in {path}. kg link takes it up for the documents that are in the store.")
    return DONE


def _gazetteer_import(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    from kg.gazetteer.dump import import_dump
    from kg.gazetteer.gazetteer import Gazetteer

    folder = settings.gazetteer_dir
    with _interruptible() as check, _progress("B", scale=True) as show:

        def on_progress(done: int, total: int) -> None:
            show(done, total)
            check()

        done = import_dump(
            arguments.dump, folder, restart=arguments.restart, on_progress=on_progress, on_problem=_say_problem
        )
    Gazetteer.load(folder, on_problem=_say_problem)
    failed = f", {done.failed} of them no entities" if done.failed else ""
    print(f"Lines read: {done.lines}{failed}; entities taken: {done.kept}. They are in {folder}.")
    return DONE if done.failed == 0 else FAILED


def _is_address(text: str) -> bool:
    """Whether a text is an http(s) address with a host, no user and nothing that an address cannot hold."""
    try:
        parts = urlsplit(text)
        told = parts.port  # raises where it is no number
    except ValueError:
        return False
    return (
        parts.scheme in ("http", "https")
        and bool(parts.hostname)
        and told != 0
        and "@" not in parts.netloc
        and text.isascii()
        and text.isprintable()
        and " " not in text
    )


def _gazetteer_update(arguments: argparse.Namespace, settings: Settings, load: Load) -> int:
    from kg.gazetteer.gazetteer import Gazetteer
    from kg.gazetteer.wikidata import ENDPOINT, update

    endpoint = arguments.endpoint or ENDPOINT
    if not _is_address(endpoint):
        raise UsageError(f"{endpoint!r} is not the address of an endpoint.", cure="Give one that begins with https://.")
    folder = settings.gazetteer_dir
    with _interruptible() as check, _progress(" items") as show:

        def on_progress(done: int, total: int) -> None:
            show(done, total)
            check()

        done = update(
            Gazetteer.load(folder),
            folder,
            endpoint=endpoint,
            listed=arguments.listed,
            fresh=arguments.fresh,
            since=arguments.since or None,
            on_progress=on_progress,
            on_problem=_say_problem,
        )
    Gazetteer.load(folder, on_problem=_say_problem)
    print(
        f"Items asked for: {done.asked}; with something new: {done.kept}; "
        f"office-holders who were not known: {done.new}. They are in {folder}."
    )
    return DONE if done.failed == 0 else FAILED


# ---------------------------------------------------------------------- input and output


def _read(name: str) -> str:
    """The text of a file, or of standard input for «-».

    Raises UsageError where it cannot be read.
    """
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise UsageError(f"This file cannot be read: {error.strerror}.", where=name, cure="Check the name.") from error
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(
            f"This file is not UTF-8 (byte {error.start}).", where=name, cure="Save it as UTF-8."
        ) from error


@contextmanager
def _whole_file(path: Path) -> Iterator[Sink]:
    """A file that takes its name when all of it is written, so that a dump that fails leaves the old one.

    Raises StoreError where it cannot be written.
    """
    if path.exists() and not path.is_file():  # /dev/stdout, a pipe
        with path.open("wb") as out:
            yield out
        return
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        with unfinished.open("wb") as out:
            yield out
        unfinished.replace(path)
    except OSError as error:
        raise StoreError(
            f"The dump cannot be written: {error.strerror}.", where=str(path), cure="Name another file with -o."
        ) from error
    finally:
        with suppress(OSError):  # it is not there, or the disk is read-only
            unfinished.unlink()


def _stdout() -> Sink:
    sys.stdout.flush()
    return sys.stdout.buffer


def _drop_output() -> None:
    """What is still to be written to standard output goes nowhere, so that the end of the program does not try again."""
    with suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _write_utf8() -> None:
    """Hindi is written as UTF-8 whatever the locale says."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _say(line: str, *, to: TextIO | None = None) -> None:
    """One line on standard error, above a progress bar if there is one."""
    tqdm.write(f"kg: {line}", file=to or sys.stderr)


def _say_problem(problem: Problem) -> None:
    _say(f"{problem.where}: {problem.what} {problem.cure}" if problem.fatal else _warning(problem))


def _warning(problem: Problem) -> str:
    return f"warning: {problem.where}: {problem.what} {problem.cure}"


@contextmanager
def _interruptible() -> Iterator[Callable[[], None]]:
    """A function that raises KeyboardInterrupt where SIGINT has come and what it raised was lost.

    Python drops what is raised in a finalizer or in the callback of a weak reference, KeyboardInterrupt too.
    """
    came = False

    def remember(number: int, frame: FrameType | None) -> None:
        nonlocal came
        came = True
        signal.default_int_handler(number, frame)

    def check() -> None:
        if came:
            raise KeyboardInterrupt

    if (before := signal.getsignal(signal.SIGINT)) is not signal.default_int_handler:  # ignored, or another's affair
        yield check
        return
    signal.signal(signal.SIGINT, remember)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _progress(unit: str = " documents", *, scale: bool = False) -> Iterator[Callable[[int, int], None]]:
    """A function that is told (done, in all) and shows a bar, on a terminal only; `scale` writes 1.2M for 1,200,000."""
    tqdm.monitor_interval = 0  # its thread waits for a lock that a bar keeps when Ctrl-C comes while it is drawn
    with tqdm(unit=unit, unit_scale=scale, disable=not sys.stderr.isatty(), file=sys.stderr, dynamic_ncols=True) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        yield show
