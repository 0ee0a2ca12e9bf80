"""A worker as an event loop sees it: nothing here waits, and the answer comes by callbacks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from typing import Any

from kg.serving.failures import EngineError, Stopped
from kg.serving.forks import Worker, failure
from kg.serving.spool import Spool
from kg.serving.worker import END, FAILED, HEADER, KIND

_CHUNK = 256 << 10


class Asked:
    """A question that a worker is at, and of its answer what is there."""

    def __init__(self, *, held: int, most: int, begun: asyncio.Future[None]) -> None:
        self.begun = begun  #: done when the answer is whole or longer than what is held back; it has the error of one that failed
        self.head: dict[str, Any] = {}
        self.body = bytearray()
        self.spool: Spool | None = None  #: of an answer that is longer: it takes the rest
        self._held = held
        self._most = most
        self._size = 0

    def take(self, data: bytes) -> bool:
        """The next bytes of the body; False where nobody wants them any more. Raises Stopped where they are too many."""
        self._size += len(data)
        if self._size > self._most:
            raise Stopped(
                f"The answer is larger than the {self._most >> 20} MiB allowed. Add a LIMIT.", "size", limit=self._most
            )
        if self.spool is not None:
            return self._spooled(self.spool, data)
        self.body += data
        if self._size > self._held:
            try:
                self.spool = Spool()
            except OSError as error:
                raise Stopped("The answer cannot be kept.", "crash") from error
            self._spooled(self.spool, bytes(self.body))
            self._done(None)
        return True

    def end(self, error: EngineError | None = None) -> None:
        """There is no more; with `error`, there should be."""
        if self.spool is not None:
            self.spool.end(error)
        self._done(error)

    @staticmethod
    def _spooled(spool: Spool, data: bytes) -> bool:
        try:
            return spool.write(data)
        except (OSError, ValueError) as error:
            raise Stopped("The answer cannot be kept.", "crash") from error

    def _done(self, error: EngineError | None) -> None:
        if self.begun.done():
            return
        if error is None:
            self.begun.set_result(None)
        else:
            self.begun.set_exception(error)


class Seat:
    """A worker in an event loop, which alone may call this but for `abort`."""

    def __init__(self, worker: Worker, loop: asyncio.AbstractEventLoop) -> None:
        self.worker = worker
        self._loop = loop
        self._buffer = bytearray()
        self._asked: Asked | None = None
        self._done: Callable[[Seat, bool], None] | None = None
        self._open = True
        worker.unblock()
        loop.add_reader(worker.fileno(), self._readable)

    @property
    def usable(self) -> bool:
        """Whether it can be asked."""
        return self._open and self._asked is None

    def ask(self, question: bytes, asked: Asked, *, seconds: float | None, done: Callable[[Seat, bool], None]) -> None:
        """Put a question (JSON), and have its answer go to `asked`.

        `done` is called at its end, with whether the worker may be asked again.
        """
        self._asked, self._done = asked, done
        try:
            self.worker.send(question, seconds)
        except OSError:
            self._lost()

    def abort(self, *, preempted: bool = False) -> None:
        """End the process; the answer ends with the cause. Any thread may call this."""
        self.worker.abort(preempted=preempted)

    def abandon(self) -> None:
        """End the process: nobody wants the answer."""
        self._end(None, keep=False)

    def close(self) -> None:
        """End the process and forget the question."""
        self._asked = None
        if self._open:
            self._open = False
            self._loop.remove_reader(self.worker.fileno())
            self.worker.kill()

    def _readable(self) -> None:
        try:
            data = self.worker.receive(_CHUNK)
        except BlockingIOError:
            return
        if not data:
            self._lost()
            return
        buffer = self._buffer
        buffer += data
        size, at = len(buffer), 0
        while size - at >= HEADER.size:
            tag, length = HEADER.unpack_from(buffer, at)
            end = at + HEADER.size + length
            if end > size:
                break
            payload = bytes(memoryview(buffer)[at + HEADER.size : end])
            at = end
            if not self._take(tag, payload):
                return
        del buffer[:at]

    def _take(self, tag: bytes, payload: bytes) -> bool:
        """Take a frame; False where nothing more is to be taken."""
        asked = self._asked
        if asked is None:
            return False
        if tag == KIND:
            asked.head = json.loads(payload)
            return True
        if tag == END:
            self._end(None, keep=not payload)
            return not payload
        if tag == FAILED:
            self._end(failure(payload), keep=True)
            return True
        try:
            wanted = asked.take(payload)
        except Stopped as error:
            self._end(error, keep=False)
            return False
        if not wanted:
            self._end(None, keep=False)
        return wanted

    def _lost(self) -> None:
        """The process has ended; find out why."""
        self._loop.remove_reader(self.worker.fileno())
        if self._asked is None:
            self.close()
            return

        def tell(found: asyncio.Future[Stopped]) -> None:
            self._end(found.result(), keep=False)

        self._loop.run_in_executor(None, self.worker.cause).add_done_callback(tell)

    def _end(self, error: EngineError | None, *, keep: bool) -> None:
        asked, done = self._asked, self._done
        self._asked = self._done = None
        if not keep:
            self.close()
        if asked is not None:
            asked.end(error)
        if done is not None:
            done(self, keep)
