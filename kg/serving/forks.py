"""Worker processes as those see them who ask: a fork server, and the workers that it forks."""

from __future__ import annotations

import contextlib
import json
import signal
import socket
import subprocess
import sys
import threading
import time
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from kg.serving.failures import EngineError, Malformed, Stopped, Unreadable
from kg.serving.forkserver import COMMAND, FORK, KILL, NICE
from kg.serving.worker import END, FAILED, HEADER, LENGTH
from kg.settings import PACKAGE, environment

_BYTES_A_QUAD = 600  #: of memory, sentences and names included
_SHARE = 0.3  #: of the free memory that a graph may take: when a build lands, there are two for a while
_PATIENCE = 5.0  #: seconds for the fork server to say how a worker ended
_PACKED = {"GLIBC_TUNABLES": "glibc.malloc.hugetlb=1"}  # large pages: a sixth less time a query on a large graph
_REMEMBERED = 1000  #: ended workers of which it is known how
_CHUNK = 64 << 10


def fits(quads: int) -> bool:
    """Whether a graph of so many quads can be held in memory beside all else that this machine does."""
    return quads * _BYTES_A_QUAD < _SHARE * free_bytes()


def free_bytes() -> float:
    """Memory that may still be taken, by the machine's account and by the process's own group's (cgroup v2)."""
    free = 0.0
    with contextlib.suppress(OSError, StopIteration, ValueError):
        lines = Path("/proc/meminfo").read_text("ascii").splitlines()
        free = 1024.0 * int(next(line for line in lines if line.startswith("MemAvailable")).split()[1])
    with contextlib.suppress(OSError, ValueError):
        most = int(Path("/sys/fs/cgroup/memory.max").read_text("ascii"))  # «max» where there is no limit
        free = min(free, most - int(Path("/sys/fs/cgroup/memory.current").read_text("ascii")))
    return free


class ForkServer:
    """A process that forks workers over one store. Safe for use by many threads."""

    def __init__(self, store: Path, *, seconds: float, memory: int, hold: bool = False) -> None:
        """Start it. `seconds` and `memory` (bytes) are what a question may use; with `hold` it takes the graph into memory.

        Raises OSError where the system starts no more processes.
        """
        command = [sys.executable, "-m", "kg.serving.forkserver", str(store.resolve())]
        command += [str(seconds), str(memory), "1" if hold else "0"]
        self._control, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                command,
                stdin=theirs.fileno(),
                stdout=subprocess.DEVNULL,
                cwd=PACKAGE.parent,
                env=environment(**_PACKED) if hold else None,
                process_group=0,  # Ctrl-C is the asker's affair alone
            )
        self.seconds = seconds
        self.memory = memory
        self.digest: str | None = None  #: of the graph that it holds; None: its workers read the store's last build
        self._told = threading.Condition()
        self._began = False
        self._ended = False
        self._born: list[int | str] = []
        self._exits: OrderedDict[int, int] = OrderedDict()
        self._living: set[int] = set()
        self._retired = False
        self._order = threading.Lock()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def ready(self) -> bool:
        """Wait until it forks; False where it ended instead."""
        with self._told:
            self._told.wait_for(lambda: self._began or self._ended)
            return self._began and not self._ended

    def alive(self) -> bool:
        """Whether it goes on."""
        return not self._ended

    def worker(self) -> Worker:
        """A new worker. Raises Stopped where none can be forked."""
        ours, theirs = socket.socketpair()
        try:
            with theirs:
                number = self._fork(theirs)
        except BaseException:
            ours.close()
            raise
        return Worker(ours, number, self)

    def exit_code(self, number: int) -> int | None:
        """How a worker ended that has ended, negative for a signal; None where nobody knows."""
        with self._told:
            self._told.wait_for(lambda: number not in self._living or self._ended, timeout=_PATIENCE)
            return self._exits.get(number)

    def kill(self, number: int) -> None:
        """End a worker now."""
        self._command(KILL, number)

    def step_back(self, number: int) -> None:
        """Let others have the processor before a worker."""
        self._command(NICE, number)

    def retire(self) -> None:
        """End when the last worker has ended."""
        with self._told:
            self._retired = True
            done = not self._living
        if done:
            with contextlib.suppress(OSError):
                self._control.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End it, and its workers with it."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._process.kill()
        self._listener.join()

    def _fork(self, theirs: socket.socket) -> int:
        with self._order:
            try:
                socket.send_fds(self._control, [COMMAND.pack(FORK, 0)], [theirs.fileno()])
            except OSError as error:
                raise _lost() from error
            with self._told:
                self._told.wait_for(lambda: self._born or self._ended)
                if not self._born:
                    raise _lost()
                number = self._born.pop()
        if isinstance(number, str):
            raise Stopped(f"No process can be started for the query: {number}.", "crash")
        return number

    def _command(self, verb: bytes, number: int) -> None:
        with contextlib.suppress(OSError):
            self._control.sendall(COMMAND.pack(verb, number))

    def _listen(self) -> None:
        with self._control.makefile("rb") as lines, contextlib.suppress(OSError):
            for line in lines:
                told = json.loads(line)
                with self._told:
                    self._note(told)
                    self._told.notify_all()
                    done = self._retired and not self._living
                if done:
                    break
        with self._told:
            self._ended = True
            self._told.notify_all()
        self._control.close()
        self._process.wait()

    def _note(self, told: Mapping[str, Any]) -> None:
        if "ready" in told:
            self._began, self.digest = True, told["digest"]
        elif "born" in told:
            self._living.add(told["born"])
            self._born.append(told["born"])
        elif "gone" in told:
            self._living.discard(told["gone"])
            self._exits[told["gone"]] = told["code"]
            if len(self._exits) > _REMEMBERED:
                self._exits.popitem(last=False)
        elif "failed" in told:
            self._born.append(told["failed"])


def _lost() -> Stopped:
    return Stopped("The query's process cannot be started. Try again in a moment.", "crash")


def failure(payload: bytes) -> EngineError:
    """The error that a FAILED frame tells."""
    told = json.loads(payload)
    if told["sort"] == "query":
        return Malformed(told["what"])
    return Unreadable(told["what"], told["reason"])


class Worker:
    """One worker process and the frames that it sends. For one thread at a time, `abort` and `step_back` aside."""

    def __init__(self, asker: socket.socket, number: int, server: ForkServer) -> None:
        self._socket = asker
        self._number = number
        self._buffer = bytearray()
        self._seconds = server.seconds  #: of the question that is asked
        self._begin = time.monotonic()
        self._preempted = False
        self._closed = threading.Lock()
        self.server = server

    def ask(self, question: Mapping[str, Any]) -> Iterator[tuple[bytes, bytes]]:
        """The frames of the answer, END left out.

        Raises Malformed or Unreadable as the worker says, Stopped where it dies.
        """
        try:
            self.send(json.dumps(question, ensure_ascii=False).encode(), question.get("seconds"))
        except OSError as error:
            raise self.cause() from error
        while True:
            tag, payload = self._frame()
            if tag == END:
                return
            if tag == FAILED:
                raise failure(payload)
            yield tag, payload

    def send(self, question: bytes, seconds: float | None) -> None:
        """Put a question, as JSON; `seconds` are those that it has of its own. Raises OSError where that cannot be."""
        most = self.server.seconds
        self._seconds = min(seconds, most) if seconds and most else most
        self._begin = time.monotonic()
        self._socket.sendall(LENGTH.pack(len(question)) + question)

    def receive(self, size: int) -> bytes:
        """The next bytes that it has sent; none where it has ended. Raises BlockingIOError where it neither waits nor has any."""
        try:
            return self._socket.recv(size)
        except BlockingIOError:
            raise
        except OSError:
            return b""

    def unblock(self) -> None:
        """Have `receive` never wait."""
        self._socket.setblocking(False)

    def fileno(self) -> int:
        """Descriptor of its socket."""
        return self._socket.fileno()

    def abort(self, *, preempted: bool = False) -> None:
        """End the process, while another thread may be reading from it; that one cleans up."""
        self._preempted = preempted
        self.server.kill(self._number)

    def step_back(self) -> None:
        """Let others have the processor first."""
        self.server.step_back(self._number)

    def kill(self) -> None:
        """End the process now. A second call does nothing."""
        if not self._closed.acquire(blocking=False):
            return
        self.server.kill(self._number)
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _frame(self) -> tuple[bytes, bytes]:
        buffer = self._buffer
        while len(buffer) < HEADER.size:
            self._receive()
        tag, length = HEADER.unpack_from(buffer)
        end = HEADER.size + length
        while len(buffer) < end:
            self._receive()
        payload = bytes(memoryview(buffer)[HEADER.size : end])
        del buffer[:end]
        return tag, payload

    def _receive(self) -> None:
        data = self.receive(_CHUNK)
        if not data:
            raise self.cause()
        self._buffer += data

    def cause(self) -> Stopped:
        """Why it has ended; waits until that is known."""
        elapsed = round(time.monotonic() - self._begin, 3)
        if self._preempted:
            what = (
                f"Others were waiting, and the query had run for {elapsed:.1f} seconds. Narrow it, or try again later."
            )
            return Stopped(what, "preempted", elapsed=elapsed)
        if self.server.exit_code(self._number) == -signal.SIGALRM:
            return Stopped(
                f"The query took longer than the {self._seconds:g} seconds allowed. Narrow it or add a LIMIT.",
                "timeout",
                limit=self._seconds,
                elapsed=elapsed,
            )
        return Stopped(
            "The query needs more memory or depth than it may have. Make it simpler or add a LIMIT.",
            "memory",
            limit=self.server.memory,
            elapsed=elapsed,
        )
