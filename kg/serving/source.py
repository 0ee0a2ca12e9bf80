"""Where workers come from: from the disk at any time, from a copy of the graph in memory once that has been made."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from kg.errors import KgError
from kg.graph.store import Store
from kg.serving.failures import Stopped
from kg.serving.forks import ForkServer, Worker, fits

HOLD: Final = ("auto", "always", "never")
_BACK_OFF = 60.0  #: seconds after which a graph that could not be taken into memory is tried again


class Source:
    """Workers over the last build that landed in a store. Safe for use by many threads.

    When a build lands, workers read it from the disk at once, and from memory as soon as it has been taken there: no question waits for
    that, and none is answered from what a build has replaced.
    """

    def __init__(
        self, store: Path, *, seconds: float, memory: int, hold: str = "never", moved: Callable[[], None] = lambda: None
    ) -> None:
        """`seconds` and `memory` (bytes) are what a question may use; `hold` is one of HOLD.

        `moved` is called, in any thread, when workers come from memory that came from elsewhere before.
        """
        self._store = store
        self._seconds = seconds
        self._memory = memory
        self._hold = hold
        self._tell = moved
        self._disk: ForkServer | None = None
        self._held: ForkServer | None = None
        self._loading: ForkServer | None = None
        self._tried: tuple[str | None, float] = (None, 0.0)  # digest that was taken into memory, or could not be; when
        self._closed = False
        self._lock = threading.Lock()

    def worker(self) -> Worker:
        """A new worker. Raises Stopped where none can be started."""
        return self._current().worker()

    def is_current(self, server: ForkServer) -> bool:
        """Whether workers come from this fork server now. Raises Stopped where the source is closed."""
        return server is self._current()

    def held(self) -> bool:
        """Whether workers answer from memory now."""
        held, (digest, _) = self._held, self._landed()
        return held is not None and held.alive() and held.digest == digest

    def close(self) -> None:
        """End all workers."""
        with self._lock:
            self._closed = True
            servers = [self._disk, self._held, self._loading]
        for server in servers:
            if server is not None:
                server.close()

    def _current(self) -> ForkServer:
        held, (digest, size) = self._held, self._landed()
        if held is not None and held.digest == digest and held.alive():
            return held
        if self._hold != "never" and digest is not None:
            self._load(digest, size)
        return self._from_disk()

    def _from_disk(self) -> ForkServer:
        with self._lock:
            if self._closed:
                raise Stopped("The server is about to end.", "crash")
            if self._disk is None or not self._disk.alive():
                try:
                    self._disk = ForkServer(self._store, seconds=self._seconds, memory=self._memory)
                except OSError as error:
                    raise Stopped(f"No process can be started for the query: {error}.", "crash") from error
            return self._disk

    def _landed(self) -> tuple[str | None, int]:
        """Digest and size of what is to be answered from; None where there is nothing."""
        try:
            return Store.landed(self._store) or (None, 0)
        except KgError:
            return (None, 0)

    def _load(self, digest: str, size: int) -> None:
        """Begin to take the graph into memory, where it is to be there and nobody does so."""
        with self._lock:
            tried, when = self._tried
            again = tried != digest or time.monotonic() - when > _BACK_OFF
            if self._loading is not None or self._closed or not again:
                return
            self._tried = (digest, time.monotonic())
            if self._hold == "auto" and not fits(size):
                return
            try:
                self._loading = ForkServer(self._store, seconds=self._seconds, memory=self._memory, hold=True)
            except OSError:
                return
        threading.Thread(target=self._take_over, args=(self._loading,), daemon=True).start()

    def _take_over(self, server: ForkServer) -> None:
        """Have workers come from a fork server as soon as it has begun."""
        ready = server.ready()
        with self._lock:
            self._loading = None
            former = self._held if ready else server
            if ready:
                self._held = server
            closed = self._closed
        if closed:
            server.close()
        if former is not None:
            former.retire()
        if ready:
            self._tell()
