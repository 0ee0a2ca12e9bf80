"""Queries in processes of their own, so that one that crashes, hangs or eats memory takes nothing else with it."""

from __future__ import annotations

import asyncio
import contextlib
import json
import threading
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any

from kg.serving.failures import Busy, Stopped
from kg.serving.forks import ForkServer, Worker
from kg.serving.pool import Asked, Seat
from kg.serving.source import Source
from kg.serving.spool import Spool


@dataclass(frozen=True, kw_only=True, slots=True)
class Limits:
    """What one query may use."""

    workers: int = 2  #: queries that run at one time
    seconds: float = 30.0  #: for one query, its results written
    memory_bytes: int = 2 << 30  #: data memory of a worker
    answer_bytes: int = 256 << 20  #: size of one answer
    rows: int = 1_000_000  #: of a table
    held_bytes: int = 1 << 20  #: of an answer that are held back, so that a failure until then can still be told
    waiting: int = 14  #: queries that may wait for a worker; further ones are turned away at once
    wait_seconds: float = 10.0  #: for a worker to be free
    hold: str = "never"  #: whether the graph is held in memory: «always», «never», or «auto», where it fits
    patience: float = 0.15  #: seconds after which a query makes room where others wait
    aside: int = 8  #: queries that may go on in processes beside the workers when they have made room
    grace: float = 0.7  #: seconds after which a query may be ended where others wait and so many are beside the workers
    dumps: int = 2  #: dumps that are sent at one time


_BUSY = "All workers are busy with other queries. Try again in a moment."
_IDLE = 10.0  #: seconds after which a worker that was beside the others ends
_LOOK = 0.05  #: seconds after which one who waits looks again whether somebody can make room


@dataclass(frozen=True, kw_only=True, slots=True)
class Question:
    """A query with its dataset and the formats that the client takes."""

    query: str
    default_graphs: list[str] | None = None  #: None: the request names no dataset
    named_graphs: list[str] | None = None
    results: str | None = None  #: media type for SELECT and ASK; None: the client takes none
    graph: str | None = None  #: media type for CONSTRUCT and DESCRIBE
    base_iri: str | None = None  #: against which relative IRIs are read
    rows: int | None = None  #: of a table; None: as many as there are
    seconds: float | None = None  #: less time than the engine allows, where the client asks for that

    def told(self) -> dict[str, Any]:
        """As a worker is told."""
        return {name: getattr(self, name) for name in self.__slots__}

    def encoded(self) -> bytes:
        """As a worker is told, in JSON."""
        return json.dumps(self.told(), ensure_ascii=False).encode()


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
    seat: Seat

    def close(self) -> None:
        """End it."""
        if not self.spool.ended:
            self.seat.abort()
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
            frames = worker.ask(question.told())
            head = json.loads(next(frames)[1])
            yield Stream(kind=head["kind"], media=head["media"], pieces=(payload for _, payload in frames))
        finally:
            worker.kill()
    finally:
        server.close()


@dataclass(kw_only=True, slots=True, eq=False)
class _Run:
    """A question that a worker is at."""

    seat: Seat
    begin: float
    aside: bool = False  #: it has made room: another worker takes its place
    back: bool = False  #: others have the processor before it
    ended: bool = False  #: for others; it is gone in a moment


class Engine:
    """A pool of workers over one store. Workers start when first needed.

    It lives in an event loop: the one that it is attached to, else one of its own in a thread of its own. `answer` is called there, the other methods by
    any thread.

    Nobody waits long for others' long queries: where all workers are taken, the query that has run longest makes room once it has
    had its time. A few go on beside the workers, with less of the processor; a further one is ended.
    """

    def __init__(self, store: Path, limits: Limits) -> None:
        self._source = Source(
            store, seconds=limits.seconds, memory=limits.memory_bytes, hold=limits.hold, moved=self._moved
        )
        self._limits = limits
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._free: list[Seat | None] = [None] * limits.workers  # None: one is to be started
        self._line: deque[asyncio.Future[Seat | None]] = deque()  # those who wait, the first before the others
        self._looking: asyncio.TimerHandle | None = None
        self._runs: dict[Seat, _Run] = {}
        self._seats: set[Seat] = set()
        self._spare: list[tuple[float, Seat]] = []  # since when: they were beside the workers, and wait
        self._dumps = threading.BoundedSemaphore(limits.dumps)
        self._dumping: set[Worker] = set()
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

    def attach(self, loop: asyncio.AbstractEventLoop) -> None:
        """Live in this loop. To be called before the first question."""
        self._loop = loop

    def ask(self, question: Question) -> Answer:
        """As `answer`, from any thread but the loop's."""
        return asyncio.run_coroutine_threadsafe(self.answer(question), self._home()).result()

    async def answer(self, question: Question) -> Answer:
        """The answer to a question, begun. Where the caller is cancelled, the query is ended.

        Raises Malformed, Busy, Stopped or Unreadable.
        """
        loop = asyncio.get_running_loop()
        seat = await self._take(loop)
        handed_on = False
        try:
            seat = await self._fresh(seat, loop)
            self._runs[seat] = _Run(seat=seat, begin=time.monotonic())
            held, most = self._limits.held_bytes, self._limits.answer_bytes
            asked = Asked(held=held, most=most, begun=loop.create_future())
            seat.ask(question.encoded(), asked, seconds=question.seconds, done=self._finished)
            handed_on = True
            await asked.begun
        except BaseException:
            if handed_on and seat is not None and seat in self._runs:
                seat.abandon()
            raise
        finally:
            if not handed_on:
                self._give_back(seat, keep=False)
        kind, media = asked.head["kind"], asked.head["media"]
        if asked.spool is None:
            return Answer(kind=kind, media=media, data=bytes(asked.body))
        return Answer(kind=kind, media=media, rest=Rest(spool=asked.spool, seat=seat))

    def dump(self, media: str) -> Iterator[bytes]:
        """The whole graph in pieces, while a process of its own writes them.

        Raises Busy, Stopped or Unreadable before the first piece; Stopped, too, where the process dies later.
        """
        if not self._dumps.acquire(blocking=False):
            raise Busy("Other dumps are being sent. Try again later.")
        try:
            worker = self._source.worker()
        except BaseException:
            self._dumps.release()
            raise
        with self._lock:
            self._dumping.add(worker)
        frames = worker.ask({"dump": media})
        try:
            next(frames)
        except BaseException:
            self._end_dump(worker)
            raise
        return self._pieces(worker, frames)

    async def warm(self) -> None:
        """Start the workers, so that nobody need wait for one to begin. Raises Stopped where none can be started."""
        loop = asyncio.get_running_loop()
        self._free = [await self._start(loop) if seat is None else seat for seat in self._free]

    def close(self) -> None:
        """End all workers, those that are at work too."""
        self._source.close()
        with self._lock:
            dumping = list(self._dumping)
        for worker in dumping:
            worker.kill()
        loop = self._loop
        if loop is None or loop.is_closed():
            return
        if self._thread is None:
            self._clear()
            return
        asyncio.run_coroutine_threadsafe(self._cleared(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        self._thread.join()
        loop.close()

    def _home(self) -> asyncio.AbstractEventLoop:
        """The loop that this lives in."""
        with self._lock:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
                self._thread.start()
            return self._loop

    async def _cleared(self) -> None:
        """End what is in the loop, and wait until those who asked have been told."""
        while self._runs:  # their processes have ended
            await asyncio.sleep(0.01)
        self._clear()

    def _clear(self) -> None:
        for seat in list(self._seats):
            seat.close()
        self._seats.clear()

    async def _take(self, loop: asyncio.AbstractEventLoop) -> Seat | None:
        """An idle worker, or None where one is to be started; those who wait are served in the order in which they came."""
        if self._free:
            return self._free.pop()
        if len(self._line) >= self._limits.waiting:
            raise Busy(_BUSY)
        turn: asyncio.Future[Seat | None] = loop.create_future()
        self._line.append(turn)
        self._look(loop)
        late = loop.call_later(self._limits.wait_seconds, _turn_away, turn)
        try:
            return await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled() and turn.exception() is None:
                self._free_up(turn.result())  # it came too late
            raise
        finally:
            late.cancel()
            with contextlib.suppress(ValueError):
                self._line.remove(turn)

    def _free_up(self, seat: Seat | None) -> None:
        """Give a place among the workers to the first who waits, or keep it."""
        while self._line:
            turn = self._line.popleft()
            if not turn.done():
                turn.set_result(seat)
                return
        self._free.append(seat)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        """See from time to time, as long as somebody waits, whether somebody can make room."""
        if self._looking is not None:
            return

        def look() -> None:
            self._looking = None
            while self._line and self._line[0].done():  # turned away, or gone
                self._line.popleft()
            if self._line:
                self._make_room()
                self._look(loop)

        self._looking = loop.call_later(_LOOK, look)

    def _make_room(self) -> None:
        """Where every worker has been at its query for long enough, let the one that has been longest go on beside them; where too
        many do, end the one that has run longest."""
        runs = [run for run in self._runs.values() if not run.ended]
        old = [run for run in runs if time.monotonic() - run.begin > self._limits.patience]
        inside = [run for run in old if not run.aside]
        if not inside or self._free:
            return
        if sum(run.aside for run in runs) < self._limits.aside:
            longest = min(inside, key=lambda run: run.begin)
            longest.aside = True
            asyncio.get_running_loop().call_later(self._limits.grace, self._step_back, longest)
            self._free_up(None)
            return
        longest = min(old, key=lambda run: run.begin)
        if time.monotonic() - longest.begin > self._limits.grace:
            longest.ended = True
            longest.seat.abort(preempted=True)

    def _step_back(self, run: _Run) -> None:
        """Let others have the processor before a query that has been beside the workers for long."""
        if self._runs.get(run.seat) is run:
            run.back = True
            run.seat.worker.step_back()

    async def _fresh(self, seat: Seat | None, loop: asyncio.AbstractEventLoop) -> Seat:
        """A worker that may be asked. Raises Stopped where none can be started."""
        if seat is not None and seat.usable and self._source.is_current(seat.worker.server):
            return seat
        if seat is not None:
            self._discard(seat)
        while self._spare:
            _, seat = self._spare.pop()
            if seat.usable and self._source.is_current(seat.worker.server):
                return seat
            self._discard(seat)
        return await self._start(loop)

    async def _start(self, loop: asyncio.AbstractEventLoop) -> Seat:
        """Raises Stopped where no worker can be started."""
        starting = loop.run_in_executor(None, self._source.worker)
        try:
            worker = await asyncio.shield(starting)
        except asyncio.CancelledError:
            starting.add_done_callback(_end_late)
            raise
        seat = Seat(worker, loop)
        self._seats.add(seat)
        return seat

    def _finished(self, seat: Seat, keep: bool) -> None:
        """A worker has come to the end of its question."""
        self._give_back(seat, keep=keep)

    def _give_back(self, seat: Seat | None, *, keep: bool) -> None:
        run = self._runs.pop(seat, None) if seat is not None else None
        aside = run is not None and run.aside
        if seat is not None and (not keep or (run is not None and run.back)):
            self._discard(seat)
            seat = None
        if not aside:
            self._free_up(seat)
        elif seat is not None:
            self._spare.append((time.monotonic(), seat))
            asyncio.get_running_loop().call_later(_IDLE, self._thin_out)

    def _thin_out(self) -> None:
        """Let go of the workers that nobody has needed for long."""
        old = [entry for entry in self._spare if time.monotonic() - entry[0] >= _IDLE]
        self._spare = [entry for entry in self._spare if entry not in old]
        for _, seat in old:
            self._discard(seat)

    def _moved(self) -> None:
        """Better workers are to be had; called by any thread."""
        loop = self._loop
        if loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended
                loop.call_soon_threadsafe(self._renew)

    def _renew(self) -> None:
        """Let go of idle workers that are of a graph that has been replaced: as long as one is there, so is that graph in memory."""
        self._free = [self._kept(seat) for seat in self._free]
        self._spare = [(since, seat) for since, seat in self._spare if self._kept(seat) is not None]

    def _kept(self, seat: Seat | None) -> Seat | None:
        """An idle worker, where it may still be asked."""
        if seat is None:
            return None
        with contextlib.suppress(Stopped):
            if seat.usable and self._source.is_current(seat.worker.server):
                return seat
        self._discard(seat)
        return None

    def _discard(self, seat: Seat) -> None:
        self._seats.discard(seat)
        seat.close()

    def _pieces(self, worker: Worker, frames: Iterator[tuple[bytes, bytes]]) -> Iterator[bytes]:
        try:
            for _, payload in frames:
                yield payload
        finally:
            self._end_dump(worker)

    def _end_dump(self, worker: Worker) -> None:
        worker.kill()
        with self._lock:
            self._dumping.discard(worker)
        self._dumps.release()


def _turn_away(turn: asyncio.Future[Seat | None]) -> None:
    """Tell one who has waited for long that nobody had time."""
    if not turn.done():
        turn.set_exception(Busy(_BUSY))


def _end_late(starting: asyncio.Future[Worker]) -> None:
    """End a worker that nobody waits for any more."""
    if not starting.cancelled() and starting.exception() is None:
        starting.result().kill()
