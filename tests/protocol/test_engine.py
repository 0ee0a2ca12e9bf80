"""Workers that are killed, and what their clients are told."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg.graph.store import Store
from kg.serving import engine, failures
from kg.serving.engine import Engine, Limits, Question
from kg.serving.negotiation import RESULTS_JSON, TURTLE
from tests.protocol.support import ROOT, make_store, remove_document, wait_for

RUNAWAY = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(8)) + "}"


def question(query: str) -> Question:
    """A question whose asker takes JSON and Turtle."""
    return Question(query=query, results=RESULTS_JSON, graph=TURTLE)


def works(opened: Engine) -> bool:
    """Whether a simple query gets its answer."""
    return b"".join(opened.ask(question("ASK {}")).chunks()) == b'{"head":{},"boolean":true}'


@pytest.fixture
def quick(store: Path) -> Iterator[Engine]:
    """An engine of one worker and little patience."""
    with Engine(store, Limits(workers=1, seconds=1.5, wait_seconds=0.5, waiting=1, answer_bytes=2 << 20)) as opened:
        yield opened


def test_a_runaway_query_is_stopped_and_the_next_one_answered(quick: Engine) -> None:
    """A query that would take hours is told so when its time is over, and the engine goes on."""
    begin = time.monotonic()
    with pytest.raises(failures.Stopped, match=r"1\.5 seconds"):
        quick.ask(question(RUNAWAY))
    assert time.monotonic() - begin < 60
    assert works(quick)


def test_a_crash_takes_nothing_with_it(quick: Engine) -> None:
    """A query that overflows the engine's stack ends its worker only."""
    with pytest.raises(failures.Stopped, match="memory or depth"):
        quick.ask(question("ASK { FILTER(" + "!" * 200_000 + "true) }"))
    assert works(quick)


HUGE = 'SELECT ("' + "x" * 5000 + '" AS ?x) { ?a ?b ?c . ?d ?e ?f } LIMIT 1000'


def test_an_answer_that_is_too_large_is_not_sent_whole(quick: Engine) -> None:
    """An answer past its size is told as an error, or, where it has begun, ends with one."""
    answer = quick.ask(question(HUGE))
    assert answer.size is None
    with pytest.raises(failures.Stopped, match="2 MiB") as found:
        answer.whole()
    assert (found.value.reason, found.value.limit) == ("size", 2 << 20)
    assert wait_for(lambda: quick.busy() == 0)
    assert works(quick)


def test_a_small_limit_is_told_before_anything_is_sent(store: Path) -> None:
    """Where no more is held back than may be sent, nothing is."""
    with Engine(store, Limits(workers=1, answer_bytes=1 << 20)) as opened:
        with pytest.raises(failures.Stopped, match="1 MiB"):
            opened.ask(question(HUGE))
        assert works(opened)


def test_a_large_answer_begins_before_it_is_computed(store: Path) -> None:
    """The first bytes are there while the worker is at the query; the whole is what a small answer would be."""
    long = "SELECT ?a ?b { ?a ?p ?o . ?b ?q ?r } LIMIT 60000"
    with Engine(store, Limits(workers=1)) as opened:
        answer = opened.ask(question(long))
        assert answer.size is None
        pieces = answer.chunks()
        begin = next(pieces)
        rows = json.loads(begin + b"".join(pieces))["results"]["bindings"]
        assert len(rows) == 60000
        assert wait_for(lambda: opened.busy() == 0)
        assert works(opened)


def test_a_slow_reader_holds_no_worker(store: Path) -> None:
    """A worker whose answer nobody reads on takes the next question when it is done."""
    long = "SELECT ?a ?b { ?a ?p ?o . ?b ?q ?r } LIMIT 60000"
    with Engine(store, Limits(workers=1)) as opened:
        answer = opened.ask(question(long))
        pieces = answer.chunks()
        next(pieces)
        assert wait_for(lambda: opened.busy() == 0)
        assert works(opened)
        assert len(b"".join(pieces)) > 1 << 20


def test_an_answer_that_nobody_wants_any_more_is_ended(store: Path) -> None:
    """Closing an answer that has begun ends its query, and the worker is replaced."""
    endless = "SELECT * { " + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(8)) + "}"
    with Engine(store, Limits(workers=1, seconds=60)) as opened:
        for _ in range(2):
            answer = opened.ask(question(endless))
            next(answer.chunks())
            answer.close()
            assert wait_for(lambda: opened.busy() == 0, seconds=10)
        assert works(opened)


def test_time_ends_an_answer_that_has_begun(store: Path) -> None:
    """The reader of an answer that would never end is told why it ends."""
    endless = "SELECT (1 AS ?x) { " + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(8)) + "}"
    with Engine(store, Limits(workers=1, seconds=1.5, answer_bytes=1 << 40)) as opened:
        with pytest.raises(failures.Stopped) as found:
            for _ in opened.ask(question(endless)).chunks():
                pass
        assert found.value.reason == "timeout"


def run_away(opened: Engine, ends: list[failures.EngineError]) -> threading.Thread:
    """A thread that asks what has no end, and notes what it is told."""

    def ask() -> None:
        try:
            opened.ask(question(RUNAWAY))
        except failures.EngineError as error:
            ends.append(error)

    thread = threading.Thread(target=ask)
    thread.start()
    return thread


def test_a_busy_engine_says_so(store: Path) -> None:
    """While its only worker is taken by one that has not had its time, a further query is turned away."""
    with Engine(store, Limits(workers=1, seconds=1.5, wait_seconds=0.5, waiting=1, patience=60)) as opened:
        slow = run_away(opened, [])
        assert wait_for(lambda: opened.busy() == 1)
        with pytest.raises(failures.Busy):
            opened.ask(question("ASK {}"))
        slow.join()


def test_a_long_query_makes_room_and_goes_on(store: Path) -> None:
    """Others are answered while it runs to its own end."""
    with Engine(store, Limits(workers=1, seconds=4, patience=0.2, aside=1)) as opened:
        ends: list[failures.EngineError] = []
        slow = run_away(opened, ends)
        assert wait_for(lambda: opened.busy() == 1)
        for _ in range(3):
            assert works(opened)
        assert slow.is_alive()
        slow.join()
        (end,) = ends
        assert isinstance(end, failures.Stopped) and end.reason == "timeout"
        assert works(opened) and opened.busy() == 0


def test_where_too_many_are_long_the_longest_is_ended(store: Path) -> None:
    """It is told that others were waiting, and the engine keeps as many workers as it had."""
    with Engine(store, Limits(workers=1, seconds=30, patience=0.2, aside=1, waiting=9)) as opened:
        ends: list[failures.EngineError] = []
        threads = [run_away(opened, ends) for _ in range(4)]
        assert wait_for(lambda: len(ends) >= 2, seconds=20)
        first = ends[0]
        assert isinstance(first, failures.Stopped) and first.reason == "preempted"
        assert first.elapsed is not None and first.elapsed >= 0.2
        begin = time.monotonic()
        assert works(opened)
        assert time.monotonic() - begin < 5
        opened.close()
        for thread in threads:
            thread.join()


def test_a_malformed_query_costs_no_worker(quick: Engine) -> None:
    """A syntax error comes with the parser's words."""
    with pytest.raises(failures.Malformed, match="1:7"):
        quick.ask(question("ASK { "))
    assert works(quick)


def test_many_threads_share_the_engine(store: Path) -> None:
    """Forty queries from eight threads get their own answers."""
    wrong = []
    with Engine(store, Limits(workers=2, waiting=8)) as shared:

        def ask(number: int) -> None:
            for step in range(5):
                body = b"".join(shared.ask(question(f"SELECT ({number * 10 + step} AS ?n) {{}}")).chunks())
                if f'"{number * 10 + step}"'.encode() not in body:
                    wrong.append(body)

        threads = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert wrong == []


def test_a_store_that_is_missing_is_unreadable(tmp_path: Path) -> None:
    """Without a store there is an error, not an empty answer."""
    with Engine(tmp_path / "none", Limits(workers=1)) as lost, pytest.raises(failures.Unreadable):
        lost.ask(question("ASK {}"))


def test_an_answer_is_handed_on_while_it_is_computed(store: Path) -> None:
    """The first piece of an answer that would never end is there, and leaving the context ends the process."""
    everything = "SELECT * { " + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(8)) + "}"
    begin = time.monotonic()
    with engine.answering(store, question(everything)) as answer:
        assert (answer.kind, answer.media) == ("solutions", RESULTS_JSON)
        assert next(answer.pieces).startswith(b'{"head"')
    assert time.monotonic() - begin < 60


def test_workers_end_with_their_asker(store: Path) -> None:
    """A worker that is at a query without end is gone soon after the process that asked has been killed."""
    mine = str(store.resolve())
    others = set(processes(mine))
    code = "import sys, threading, time\nfrom pathlib import Path\nfrom kg.serving.engine import Engine, Limits, Question\n"
    code += "asked = Engine(Path(sys.argv[1]), Limits(workers=1, seconds=0))\n"
    code += "threading.Thread(target=asked.ask, args=(Question(query=sys.argv[2]),)).start()\nprint('asked', flush=True)\ntime.sleep(60)\n"
    asker = subprocess.Popen(
        [sys.executable, "-c", code, str(store), RUNAWAY], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert asker.stdout is not None and asker.stdout.readline() == "asked\n"
    assert wait_for(lambda: len(set(processes(mine)) - others) == 3)  # the asker, its fork server, the worker
    asker.kill()
    asker.communicate()
    assert wait_for(lambda: not set(processes(mine)) - others)


def processes(argument: str) -> list[str]:
    """Numbers of the processes that were started with an argument."""
    found = []
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            if argument.encode() in place.read_bytes().split(b"\0"):
                found.append(place.parent.name)
    return found


def test_a_graph_in_memory_gives_the_same_answers(store: Path, tmp_path: Path) -> None:
    """Once it is there, workers answer from it what they answer from the disk, a named graph's and an empty graph's too."""
    queries = [
        "SELECT * { ?s ?p ?o } ORDER BY ?s ?p ?o",
        "SELECT * { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o",
        "SELECT DISTINCT ?g { GRAPH ?g {} } ORDER BY ?g",
    ]
    with Engine(store, Limits(workers=1)) as disk, Engine(store, Limits(workers=1, hold="always")) as memory:
        expected = [disk.ask(question(query)).whole() for query in queries]
        assert works(memory) and wait_for(memory.held)
        assert [memory.ask(question(query)).whole() for query in queries] == expected
        assert not disk.held()


def test_a_build_that_lands_is_answered_from_at_once(tmp_path: Path) -> None:
    """With the graph in memory as well: first from the disk, then from memory again; and nobody is turned away meanwhile."""
    folder = make_store(tmp_path / "store")
    count = "SELECT (COUNT(DISTINCT ?d) AS ?n) { ?d a <https://schema.org/NewsArticle> }"
    with Engine(folder, Limits(workers=2, hold="always")) as opened:
        before = opened.ask(question(count)).whole()
        assert wait_for(opened.held)
        document = documents(folder)[0]
        wrong: list[BaseException] = []
        stop = threading.Event()

        def ask() -> None:
            while not stop.is_set():
                try:
                    opened.ask(question(count)).whole()
                except failures.EngineError as error:
                    wrong.append(error)

        asking = threading.Thread(target=ask)
        asking.start()
        remove_document(folder, document)
        after = opened.ask(question(count)).whole()
        assert wait_for(opened.held)
        assert opened.ask(question(count)).whole() == after != before
        stop.set()
        asking.join()
        assert wrong == []


def test_a_graph_that_was_replaced_leaves_memory(tmp_path: Path) -> None:
    """When the new graph is in memory, the process that held the old one ends, though idle workers were forked from it."""
    folder = make_store(tmp_path / "store")
    mine = str(folder.resolve())
    with Engine(folder, Limits(workers=3, hold="always")) as opened:
        assert works(opened) and wait_for(opened.held)
        for _ in range(3):
            assert works(opened)
        remove_document(folder, documents(folder)[0])
        assert works(opened) and wait_for(opened.held)
        assert wait_for(lambda: len(servers(mine)) == 2)  # one for the disk, one for memory


def servers(store: str) -> list[str]:
    """Numbers of the fork servers of a store: the processes of it whose parent is this one."""
    me = str(os.getpid())
    return [
        pid for pid in processes(store) if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1] == me
    ]


def documents(folder: Path) -> list[str]:
    """IRIs of the documents in a store."""
    with Store.open(folder, read_only=True) as opened:
        rows = opened.query("SELECT DISTINCT ?d { ?d a <https://schema.org/NewsArticle> } ORDER BY ?d").rows()
        return [row["d"].value for row in rows]


def test_a_runaway_over_memory_takes_no_other_with_it(store: Path) -> None:
    """A worker that shares the graph may take as much memory of its own as any, and its end leaves the others as they are."""
    with Engine(store, Limits(workers=2, seconds=3, hold="always", memory_bytes=256 << 20)) as opened:
        assert works(opened) and wait_for(opened.held)
        heap = "SELECT (GROUP_CONCAT(CONCAT(STR(?a), STR(?d), STR(?g))) AS ?x) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        with pytest.raises(failures.Stopped) as found:
            opened.ask(question(heap))
        assert found.value.reason in ("memory", "timeout")
        assert works(opened) and opened.held()


def test_a_dump_that_nobody_reads_on_is_ended(store: Path) -> None:
    """Closing a dump halfway frees its place."""
    with Engine(store, Limits(dumps=1)) as opened:
        for _ in range(3):
            pieces = opened.dump("application/n-quads")
            next(pieces)
            with pytest.raises(failures.Busy):
                opened.dump("text/turtle")
            pieces.close()
        assert sum(len(piece) for piece in opened.dump("application/n-quads")) > 1000
