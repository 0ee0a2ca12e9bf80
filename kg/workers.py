"""Calls in processes of their own, their results in the order of the tasks.

A process that dies takes one task with it and no other: the caller is told which, and another process takes its place. A
process ends when its caller does, however that ends, since its end of the pipe closes then. Ctrl-C, which a terminal
sends to all of them, is the caller's affair alone.
"""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from multiprocessing import connection, resource_tracker
from typing import Final, Generic, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

_AHEAD: Final = 256  #: results that may wait for an earlier one
_PATIENCE: Final = 10.0  #: seconds for an idle process to end by itself


def in_order(
    function: Callable[[Task], Result], tasks: Iterable[Task], *, workers: int, lost: Callable[[Task, int], Result]
) -> Generator[Result, None, None]:
    """What `function` returns for each task, in the order of the tasks, computed by `workers` processes.

    Function, tasks and results must be fit for pickle. Where a process dies over a task, `lost` is asked with the task and
    the process's exit code (below 0: minus the signal) for the result to give instead. What `function` raises is raised
    here. Closing the generator ends the processes, those that are at work too.
    """
    numbered = enumerate(tasks)
    crew: list[_Worker[Task, Result]] = []
    ready: dict[int, Result] = {}
    wanted = 0
    try:
        for _ in range(workers):
            crew.append(_Worker(function, lost))
        while True:
            for worker in crew:
                if worker.idle and len(ready) < _AHEAD and (given := next(numbered, None)) is not None:
                    worker.begin(*given)
            busy = [worker for worker in crew if not worker.idle]
            if not busy:
                return
            for worker in _finished(busy):
                number, result = worker.finish()
                ready[number] = result
            while wanted in ready:
                yield ready.pop(wanted)
                wanted += 1
    finally:
        _end(crew)


class _Worker(Generic[Task, Result]):
    """One process with the task that it is at."""

    def __init__(self, function: Callable[[Task], Result], lost: Callable[[Task, int], Result]) -> None:
        self._function = function
        self._lost = lost
        self._task: tuple[int, Task] | None = None
        self._start()

    def _start(self) -> None:
        self.pipe, theirs = multiprocessing.Pipe()
        self.process = multiprocessing.get_context("spawn").Process(
            target=_serve, args=(self._function, theirs), daemon=True
        )
        with _interrupts_held():
            self.process.start()
        theirs.close()

    @property
    def idle(self) -> bool:
        return self._task is None

    def begin(self, number: int, task: Task) -> None:
        """Give the process a task; it must be idle."""
        self._task = (number, task)
        with suppress(OSError):  # it died while it was idle: `finish` finds out
            self.pipe.send(task)

    def finish(self) -> tuple[int, Result]:
        """(number, result) of the task, waiting for it; the process is idle then."""
        if self._task is None:
            raise ValueError("this process has no task")
        number, task = self._task
        self._task = None
        try:
            result, error = self.pipe.recv()
        except (EOFError, OSError):
            return number, self._replaced(task)
        if error is not None:
            raise error
        return number, result

    def _replaced(self, task: Task) -> Result:
        self.pipe.close()
        self.process.join()
        code = self.process.exitcode
        self._start()
        return self._lost(task, code if code is not None else 0)


def _finished(busy: Sequence[_Worker[Task, Result]]) -> list[_Worker[Task, Result]]:
    """Those of the workers that have a result or are dead, at least one."""
    ready = connection.wait([worker.pipe for worker in busy])
    return [worker for worker in busy if worker.pipe in ready]


def _end(crew: Sequence[_Worker[Task, Result]]) -> None:
    for worker in crew:
        worker.pipe.close()
        if not worker.idle:
            worker.process.terminate()
    for worker in crew:
        worker.process.join(_PATIENCE)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """A process that starts meanwhile never sees SIGINT; this one sees it afterwards."""
    resource_tracker.ensure_running()  # it would let SIGINT through again when it starts
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


# ---------------------------------------------------------------------- in the process


def _serve(function: Callable[[Task], Result], pipe: connection.Connection) -> None:
    """Answer tasks until the caller has gone."""
    with suppress(EOFError, OSError):
        while True:
            pipe.send(_outcome(function, pipe.recv()))


def _outcome(function: Callable[[Task], Result], task: Task) -> tuple[Result | None, Exception | None]:
    try:
        return function(task), None
    except Exception as error:  # noqa: BLE001  # the caller raises it
        return None, error
