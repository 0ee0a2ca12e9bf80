"""A process that forks workers: `python -m kg.serving.forkserver STORE SECONDS BYTES HOLD`.

What a worker needs is there before it begins: the modules, and, where HOLD is 1, the whole graph in memory, whose pages all workers
share as long as nobody writes to them (fork(2), copy-on-write). So a worker that is killed is replaced in milliseconds. It runs one thread, as
a process that forks should.

Standard input is a socket on which it is told what to do, in commands of eight bytes (`COMMAND`): fork a worker, whose end of a
socket comes with the command (unix(7), SCM_RIGHTS); kill one; let one have less of the processor. It answers with lines of JSON: `ready` (with
the digest of the graph that it holds), `born` with the process's number, `gone` with its exit code, `failed` with the reason.
When the socket ends, so do this process and all its workers.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import resource
import selectors
import signal
import socket
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kg.errors import KgError
from kg.graph.store import Store
from kg.serving import worker
from kg.serving.snapshot import Snapshot

COMMAND = struct.Struct(">c3xi")
FORK, KILL, NICE = b"F", b"K", b"N"
NICENESS = 10  #: by how much less of the processor a worker gets that has made room
_PR_SET_PDEATHSIG = 1  #: prctl(2)


class ForkServer:
    """The process: its socket, its workers, and what they answer from."""

    def __init__(self, control: socket.socket, *, store: Callable[[], Store], seconds: float, memory: int) -> None:
        self._control = control
        self._store = store
        self._seconds = seconds
        self._memory = memory
        self._children: set[int] = set()

    def run(self) -> None:
        """Do as told until the socket ends."""
        woken, wakes = socket.socketpair()
        for end in (woken, wakes):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(wakes.fileno(), warn_on_full_buffer=False)
        with selectors.DefaultSelector() as selector:
            selector.register(self._control, selectors.EVENT_READ)
            selector.register(woken, selectors.EVENT_READ)
            while True:
                ready = {key.fileobj for key, _ in selector.select()}
                if woken in ready:
                    with contextlib.suppress(BlockingIOError):
                        woken.recv(4096)
                    self._reap()
                if self._control in ready and not self._obey():
                    return

    def tell(self, **facts: Any) -> None:
        """Send a line."""
        with contextlib.suppress(BrokenPipeError):
            self._control.sendall(json.dumps(facts).encode() + b"\n")

    def _obey(self) -> bool:
        """Do the next command; False where there are no more."""
        message, descriptors, _, _ = socket.recv_fds(self._control, COMMAND.size, 1)
        if len(message) < COMMAND.size:
            return False
        verb, number = COMMAND.unpack(message)
        if verb == FORK:
            self._fork(descriptors[0])
        elif number in self._children:  # a number that is not ours may be another's by now
            with contextlib.suppress(OSError):
                if verb == KILL:
                    os.kill(number, signal.SIGKILL)
                else:
                    os.setpriority(os.PRIO_PROCESS, number, NICENESS)
        return True

    def _fork(self, descriptor: int) -> None:
        parent = os.getpid()
        try:
            child = os.fork()
        except OSError as error:
            os.close(descriptor)
            self.tell(failed=str(error))
            return
        if child == 0:
            try:
                self._begin(parent, descriptor)
            finally:
                os._exit(1)
        os.close(descriptor)
        self._children.add(child)
        self.tell(born=child)

    def _begin(self, parent: int, descriptor: int) -> None:
        """Be a worker, to the end of the process."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        self._control.close()
        _end_with(parent)
        _limit(self._memory)
        worker.work(socket.socket(fileno=descriptor), self._store, self._seconds)
        os._exit(0)

    def _reap(self) -> None:
        for child in list(self._children):
            number, status = os.waitpid(child, os.WNOHANG)
            if number:
                self._children.remove(child)
                self.tell(gone=child, code=os.waitstatus_to_exitcode(status))


def _end_with(parent: int) -> None:
    """Have the kernel end this process when its parent ends, in the midst of a query too."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(0)


def _limit(memory: int) -> None:
    """Let this process take as many bytes as `memory` beyond what it has; -1 for no limit."""
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        most = memory if memory < 0 else memory + worker.held_bytes()
        resource.setrlimit(resource.RLIMIT_DATA, (most, most))


def main(arguments: list[str]) -> None:
    """Fork workers until standard input ends."""
    path, seconds, memory, hold = Path(arguments[0]), float(arguments[1]), int(arguments[2]), arguments[3] == "1"
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    control = socket.socket(fileno=os.dup(0))
    opened: Callable[[], Store] = Snapshot(path).store
    digest = None
    if hold:
        try:
            held = Store.open(path, read_only=True).copy_in_memory()
        except KgError as error:
            sys.exit(str(error))
        digest = held.version_digest

        def opened() -> Store:
            return held

    server = ForkServer(control, store=opened, seconds=seconds, memory=memory)
    gc.collect()
    gc.freeze()  # else the next collection would write to every page
    server.tell(ready=True, digest=digest)
    server.run()


if __name__ == "__main__":
    main(sys.argv[1:])
