"""Workers that are killed, and what their clients are told."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path

import pytest

from kg.serving import engine
from kg.serving.engine import Engine, Limits, Question
from kg.serving.negotiation import RESULTS_JSON, TURTLE

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
    with pytest.raises(engine.Stopped, match=r"1\.5 seconds"):
        quick.ask(question(RUNAWAY))
    assert time.monotonic() - begin < 60
    assert works(quick)


def test_a_crash_takes_nothing_with_it(quick: Engine) -> None:
    """A query that overflows the engine's stack ends its worker only."""
    with pytest.raises(engine.Stopped, match="memory or depth"):
        quick.ask(question("ASK { FILTER(" + "!" * 200_000 + "true) }"))
    assert works(quick)


def test_an_answer_that_is_too_large_is_not_sent(quick: Engine) -> None:
    """An answer past its size is stopped, not cut."""
    huge = 'SELECT ("' + "x" * 5000 + '" AS ?x) { ?a ?b ?c . ?d ?e ?f } LIMIT 1000'
    with pytest.raises(engine.Stopped, match="2 MiB"):
        quick.ask(question(huge))
    assert works(quick)


def test_a_busy_engine_says_so(quick: Engine) -> None:
    """While its only worker is taken, a further query is turned away in time."""

    def run_away() -> None:
        with contextlib.suppress(engine.Stopped):
            quick.ask(question(RUNAWAY))

    slow = threading.Thread(target=run_away)
    slow.start()
    time.sleep(0.4)
    with pytest.raises(engine.Busy):
        quick.ask(question("ASK {}"))
    slow.join()


def test_a_malformed_query_costs_no_worker(quick: Engine) -> None:
    """A syntax error comes with the parser's words."""
    with pytest.raises(engine.Malformed, match="1:7"):
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
    with Engine(tmp_path / "none", Limits(workers=1)) as lost, pytest.raises(engine.Unreadable):
        lost.ask(question("ASK {}"))


def test_an_answer_is_handed_on_while_it_is_computed(store: Path) -> None:
    """The first piece of an answer that would never end is there, and leaving the context ends the process."""
    everything = "SELECT * { " + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(8)) + "}"
    begin = time.monotonic()
    with engine.answering(store, question(everything)) as answer:
        assert (answer.kind, answer.media) == ("solutions", RESULTS_JSON)
        assert next(answer.pieces).startswith(b'{"head"')
    assert time.monotonic() - begin < 60


def test_a_worker_ends_with_its_asker(store: Path) -> None:
    """A worker that is at a query without end is gone soon after its standard input has ended."""
    command = [sys.executable, "-m", "kg.serving.worker", str(store), "0", "-1"]
    worker = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    worker.communicate(json.dumps(asdict(question(RUNAWAY))).encode() + b"\n", timeout=20)
    assert worker.returncode == 0


def test_a_dump_that_nobody_reads_on_is_ended(store: Path) -> None:
    """Closing a dump halfway frees its place."""
    with Engine(store, Limits(dumps=1)) as opened:
        for _ in range(3):
            pieces = opened.dump("application/n-quads")
            next(pieces)
            with pytest.raises(engine.Busy):
                opened.dump("text/turtle")
            pieces.close()
        assert sum(len(piece) for piece in opened.dump("application/n-quads")) > 1000
