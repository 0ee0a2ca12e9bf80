"""Queries in processes of their own, so that one that crashes, hangs or eats memory takes nothing else with it."""

from __future__ import annotations

import contextlib
import json
import queue
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from kg.serving.failures import Busy, EngineError, Malformed, Stopped, Unreadable
from kg.serving.forks import ForkServer, Worker
from kg.serving.source import Source
from kg.serving.spool import Spool
from kg.serving.worker import KIND


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What one query may use."""

    workers: int = 2  #: queries that run at one time
    seconds: float = 30.0  #: for one query, its results written
    memory_bytes: int = 2 << 30  #: data memory of a worker
    answer_bytes: int = 256 << 20  #: size of one answer
    held_bytes: int = 1 << 20  #: of an answer that are held back, so that a failure until then can still be told
    waiting: int = 14  #: queries that may wait for a worker; further ones are turned away at once
    wait_seconds: float = 10.0  #: for a worker to be free
    hold: str = "never"  #: whether the graph is held in memory: «always», «never», or «auto», where it fits
    patience: float = 0.15  #: seconds after which a query makes room where others wait
    aside: int = 2  #: queries that may go on in processes beside the workers when they have made room
    dumps: int = 2  #: dumps that are sent at one time


_BUSY = "All workers are busy with other queries. Try again in a moment."
_LOOK = 0.05  #: seconds after which one who waits looks again whether somebody can make room


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A query with its dataset and the formats that the client takes."""

    query: str
    default_graphs: list[str] | None = None  #: None: the request names no dataset
    named_graphs: list[str] | None = None
    results: str | None = None  #: media type for SELECT and ASK; None: the client takes none
    graph: str | None = None  #: media type for CONSTRUCT and DESCRIBE
    seconds: float | None = None  #: less time than the engine allows, where the client asks for that


class Answer:
    """An answer, whole where it is small; of a larger one the rest is computed while the begin is read."""

    def __init__(self, *, kind: str, media: str | None, data: bytes = b"", rest: Rest | None = None) -> None:
        self.kind = kind  #: «solutions», «boolean» or «graph»
        self.media = media  #: None: the client takes no format of this kind; the body is empty
        self._data = data
        self._rest = rest

    @property
    def size(self) -> int | None:
        """Bytes of the body; None where it is not whole yet."""
        return len(self._data) if self._rest is None else None

    def chunks(self) -> Iterator[bytes]:
        """The body in pieces; closes it at the end.

        Raises Stopped or Unreadable where an answer that has begun does not come to its end.
        """
        if self._rest is None:
            yield self._data
            return
        try:
            yield from self._rest.spool.pieces()
        finally:
            self.close()

    def whole(self) -> bytes:
        """The body at once. Raises as `chunks`."""
        return b"".join(self.chunks())

    def close(self) -> None:
        """Let go of the body; what is still computing the rest of it is ended."""
        if self._rest is not None:
            self._rest.close()


@dataclass(frozen=True, kw_only=True, slots=True)
class Rest:
    """What of an answer is not there yet, and who computes it."""

    spool: Spool
    worker: Worker

    def close(self) -> None:
        """End it."""
        if not self.spool.ended:
            self.worker.abort()
        self.spool.close()


@dataclass(frozen=True, kw_only=True, slots=True)
class Stream:
    """An answer whose body is computed while it is read."""

    kind: str  #: as in Answer
    media: str | None
    pieces: Iterator[bytes]  #: raises Malformed, Stopped or Unreadable where the answer does not come to its end


@contextlib.contextmanager
def answering(store: Path, question: Question) -> Iterator[Stream]:
    """The answer to one question, without limits, from a process that ends with the context.

    Raises Malformed, Stopped or Unreadable.
    """
    server = ForkServer(store, seconds=0, memory=-1)
    try:
        worker = server.worker()
        try:
            frames = worker.ask(asdict(question))
            head = json.loads(next(frames)[1])
            yield Stream(kind=head["kind"], media=head["media"], pieces=(payload for _, payload in frames))
        finally:
            worker.kill()
    finally:
        server.close()


def _spooled(begin: bytes) -> Spool:
    """Raises Stopped where the disk takes nothing."""
    try:
        spool = Spool()
        spool.write(begin)
    except OSError as error:
        raise Stopped("The answer cannot be kept.", "crash") from error
    return spool


@dataclass(kw_only=True, slots=True)
class _Run:
    """A question that a worker is at."""

    worker: Worker
    begin: float
    aside: bool = False  #: it has made room: another worker takes its place
    ended: bool = False  #: for others; it is gone in a moment


class Engine:
    """A pool of workers over one store. Safe for use by many threads. Workers start when first needed.

    Nobody waits long for others' long queries: where all workers are taken, the query that has run longest makes room once it has
    had its time. A few go on beside the workers, with less of the processor; a further one is ended.
    """

    def __init__(self, store: Path, limits: Limits) -> None:
        self._source = Source(store, seconds=limits.seconds, memory=limits.memory_bytes, hold=limits.hold)
        self._limits = limits
        self._idle: queue.LifoQueue[Worker | None] = queue.LifoQueue()
        for _ in range(limits.workers):
            self._idle.put(None)
        self._line: deque[object] = deque()  # those who wait for a worker, the first before the others
        self._turn = threading.Condition()
        self._dumps = threading.BoundedSemaphore(limits.dumps)
        self._all: set[Worker] = set()
        self._runs: dict[Worker, _Run] = {}
        self._lock = threading.Lock()

    def __enter__(self) -> Engine:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    @property
    def workers(self) -> int:
        """Queries that run at one time at most."""
        return self._limits.workers

    def held(self) -> bool:
        """Whether the graph is answered from memory."""
        return self._source.held()

    def busy(self) -> int:
        """Queries that are being answered now, those that have made room too."""
        return len(self._runs)

    def ask(self, question: Question) -> Answer:
        """The answer to a question, begun.

        Raises Malformed, Busy, Stopped or Unreadable.
        """
        worker = self._take()
        keep: Worker | None = None
        handed_on = False
        try:
            if worker is None or not self._source.fresh(worker):
                self._discard(worker)
                worker = self._start()
            with self._lock:
                self._runs[worker] = _Run(worker=worker, begin=time.monotonic())
            frames = worker.ask(asdict(question))
            head, begin, all_of_it = self._begin(frames)
            if all_of_it:
                keep = worker
                return Answer(kind=head["kind"], media=head["media"], data=begin)
            spool = _spooled(begin)
            threading.Thread(target=self._drain, args=(worker, frames, spool), daemon=True).start()
            handed_on = True
            return Answer(kind=head["kind"], media=head["media"], rest=Rest(spool=spool, worker=worker))
        except (Malformed, Unreadable):
            keep = worker
            raise
        finally:
            if not handed_on:
                self._give_back(keep, worker)

    def dump(self, media: str) -> Iterator[bytes]:
        """The whole graph in pieces, while a process of its own writes them.

        Raises Busy, Stopped or Unreadable before the first piece; Stopped, too, where the process dies later.
        """
        if not self._dumps.acquire(blocking=False):
            raise Busy("Other dumps are being sent. Try again later.")
        try:
            worker = self._start()
        except BaseException:
            self._dumps.release()
            raise
        frames = worker.ask({"dump": media})
        try:
            next(frames)
        except BaseException:
            self._end_dump(worker)
            raise
        return self._pieces(worker, frames)

    def close(self) -> None:
        """End all workers, those that are at work too."""
        self._source.close()
        with self._lock:
            workers = list(self._all)
        for worker in workers:
            self._discard(worker)

    def _take(self) -> Worker | None:
        """An idle worker, or None where one is to be started; those who wait are served in the order in which they came."""
        with self._turn:
            if not self._line:
                with contextlib.suppress(queue.Empty):
                    return self._idle.get_nowait()
            if len(self._line) >= self._limits.waiting:
                raise Busy(_BUSY)
            me = object()
            self._line.append(me)
        end = time.monotonic() + self._limits.wait_seconds
        try:
            while time.monotonic() < end:
                with self._turn:
                    if self._line[0] is not me:
                        self._turn.wait(_LOOK)
                        continue
                with contextlib.suppress(queue.Empty):
                    return self._idle.get(timeout=_LOOK)
                self._make_room()
        finally:
            with self._turn:
                self._line.remove(me)
                self._turn.notify_all()
        raise Busy(_BUSY)

    def _make_room(self) -> None:
        """Where every worker has been at its query for long enough, let the one that has been longest go on beside them; where too
        many do, end the one that has run longest."""
        with self._lock:
            runs = [run for run in self._runs.values() if not run.ended]
            old = [run for run in runs if time.monotonic() - run.begin > self._limits.patience]
            aside = sum(run.aside for run in runs)
            inside = [run for run in old if not run.aside]
            if not inside or not self._idle.empty():
                return
            if aside < self._limits.aside:
                longest = min(inside, key=lambda run: run.begin)
                longest.aside = True
                longest.worker.step_back()
            else:
                longest = min(old, key=lambda run: run.begin)
                longest.ended = True
                longest.worker.abort(preempted=True)
                return
        self._idle.put(self._started())

    def _pieces(self, worker: Worker, frames: Iterator[tuple[bytes, bytes]]) -> Iterator[bytes]:
        try:
            for _, payload in frames:
                yield payload
        finally:
            self._end_dump(worker)

    def _end_dump(self, worker: Worker) -> None:
        self._discard(worker)
        self._dumps.release()

    def _begin(self, frames: Iterator[tuple[bytes, bytes]]) -> tuple[dict[str, Any], bytes, bool]:
        """(head, begin of the body, whether that is all of it)."""
        head: dict[str, Any] = {}
        body = bytearray()
        for tag, payload in frames:
            if tag == KIND:
                head = json.loads(payload)
                continue
            body += payload
            self._check_size(len(body))
            if len(body) > self._limits.held_bytes:
                return head, bytes(body), False
        return head, bytes(body), True

    def _drain(self, worker: Worker, frames: Iterator[tuple[bytes, bytes]], spool: Spool) -> None:
        """Take the rest of an answer from its worker, however slowly it is read."""
        keep: Worker | None = None
        try:
            for _, payload in frames:
                self._check_size(spool.written + len(payload))
                if not spool.write(payload):
                    return
            keep = worker
            spool.end()
        except (EngineError, OSError, ValueError) as error:
            told = error if isinstance(error, EngineError) else Stopped("The answer cannot be kept.", "crash")
            spool.end(told)
        finally:
            self._give_back(keep, worker)

    def _check_size(self, size: int) -> None:
        if size > self._limits.answer_bytes:
            megabytes = self._limits.answer_bytes >> 20
            raise Stopped(
                f"The answer is larger than the {megabytes} MiB allowed. Add a LIMIT.",
                "size",
                limit=self._limits.answer_bytes,
            )

    def _give_back(self, keep: Worker | None, worker: Worker | None) -> None:
        with self._lock:
            run = self._runs.pop(worker, None) if worker is not None else None
        aside = run is not None and run.aside
        if keep is None or aside:
            self._discard(worker)
        if not aside:
            self._idle.put(keep or self._started())

    def warm(self) -> None:
        """Start the workers, so that nobody need wait for one to begin. Raises Stopped where none can be started."""
        for _ in range(self._limits.workers):
            with contextlib.suppress(queue.Empty):
                self._idle.put(self._idle.get_nowait() or self._start())

    def _started(self) -> Worker | None:
        """A new worker; None where none can be started now."""
        try:
            return self._start()
        except Stopped:
            return None

    def _start(self) -> Worker:
        """Raises Stopped where the engine is closed, or no worker can be started."""
        worker = self._source.worker()
        with self._lock:
            self._all.add(worker)
        return worker

    def _discard(self, worker: Worker | None) -> None:
        if worker is None:
            return
        with self._lock:
            self._all.discard(worker)
        worker.kill()
