"""A process that answers queries and may be killed. `forkserver.py` forks it.

It reads one question after the other from a socket (`LENGTH`, then JSON), ends when that ends, and writes frames: a tag, the length of the payload in
four bytes (big-endian), the payload. An answer is one KIND frame, any number of DATA frames and an END frame, or a FAILED frame
instead of any of them. The kernel ends the process when a question takes longer than it may (SIGALRM, which works inside the engine too).
"""

from __future__ import annotations

import contextlib
import json
import resource
import signal
import socket
import struct
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kg.errors import KgError, QueryError
from kg.graph import export
from kg.graph.store import Answer, Store
from kg.serving import guard

KIND, DATA, END, FAILED = b"K", b"D", b"E", b"F"
LAST = b"last"  #: an END frame has it where the worker ends with its answer
HEADER = struct.Struct(">cI")
LENGTH = struct.Struct(">I")
_BUFFER = 64 << 10
_GROWTH_BYTES = (
    64 << 20
)  #: of memory that a worker may keep after an answer; one that keeps more makes way for a new one
_TOUCHED_BYTES = 512 << 20  #: that it may have written to: of a shared page, its first write makes a copy
_LONG = 0.05  #: seconds after which a query may have grown it


class Frames:
    """Something with a file's `write` whose bytes become DATA frames."""

    def __init__(self, out: socket.socket) -> None:
        self._out = out
        self._buffer = bytearray()  # whole frames
        self._data = bytearray()  # the next DATA frame's

    def send(self, tag: bytes, payload: bytes = b"") -> None:
        """Put one frame into the buffer."""
        self._close_data()
        self._buffer += HEADER.pack(tag, len(payload))
        self._buffer += payload

    def finish(self, tag: bytes, payload: bytes = b"") -> None:
        """Send the last frame of an answer. The time limit ends before it, so that it never cuts a whole answer."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        self.send(tag, payload)
        self.flush()

    def write(self, data: bytes) -> int:
        """Put bytes into a DATA frame, and send that where it is long enough; the number of bytes written, as a file has it."""
        self._data += data
        if len(self._data) > _BUFFER:
            self.flush()
        return len(data)

    def flush(self) -> None:
        """Send what is there."""
        self._close_data()
        self._out.sendall(self._buffer)
        self._buffer.clear()

    def _close_data(self) -> None:
        if self._data:
            self._buffer += HEADER.pack(DATA, len(self._data))
            self._buffer += self._data
            self._data.clear()


def answer(question: Mapping[str, Any], store: Store, frames: Frames) -> None:
    """Answer one question into `frames`.

    A question has `query`, `default_graphs` and `named_graphs` (lists, or null where the request names none),
    `results` and `graph` (media types of the two sorts of answer, or null where the client accepts none); or `dump`, a
    media type.
    """
    if "dump" in question:
        frames.send(KIND, json.dumps({"kind": "dump", "media": question["dump"]}).encode())
        export.write(store, question["dump"], frames)
        return
    result = _result(question, store)
    media = question["graph"] if result.kind == "graph" else question["results"]
    frames.send(KIND, json.dumps({"kind": result.kind, "media": media}).encode())
    if media is not None:
        result.write(frames, media)


def _result(question: Mapping[str, Any], store: Store) -> Answer:
    dataset = {name: question[name] for name in ("default_graphs", "named_graphs", "base_iri")}
    query, rows = question["query"], question["rows"]
    if rows is not None:
        limited = guard.limit_rows(query, rows)
        with contextlib.suppress(QueryError):  # it is told of the query as it was asked
            return store.query(limited, **dataset)
    return store.query(query, **dataset)


def work(asker: socket.socket, opened: Callable[[], Store], seconds: float) -> None:
    """Answer questions until the asker ends; each has `seconds`, 0 for no limit, unless it has `seconds` of its own.

    `opened` gives the store as of the last build that landed; it raises StoreError where there is none.
    """
    frames = Frames(asker)
    first, touched = held_bytes(), _touched_bytes()
    with asker.makefile("rb") as questions:
        while header := questions.read(LENGTH.size):
            question = json.loads(questions.read(LENGTH.unpack(header)[0]))
            begin = time.monotonic()
            asked = question.get("seconds")
            allowed = min(asked, seconds) if asked and seconds else seconds
            signal.setitimer(signal.ITIMER_REAL, 0 if "dump" in question else allowed)
            try:
                answer(question, opened(), frames)
            except BrokenPipeError:
                return
            except QueryError as error:
                frames.finish(FAILED, json.dumps({"sort": "query", "what": str(error)}).encode())
            except (KgError, OSError, RuntimeError) as error:
                told = {"sort": "store", "what": str(error), "reason": str(error.__cause__ or error)}
                frames.finish(FAILED, json.dumps(told).encode())
            else:
                grown = time.monotonic() - begin > _LONG and held_bytes() - first > _GROWTH_BYTES
                last = grown or _touched_bytes() - touched > _TOUCHED_BYTES
                frames.finish(END, LAST if last else b"")
                if last:
                    return


def _touched_bytes() -> int:
    """Bytes of the pages that this process has made its own, those that it gave back too."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt * resource.getpagesize()


def held_bytes() -> int:
    """Bytes of data memory that this process has; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[5])
    except (OSError, ValueError, IndexError):
        return 0
    return pages * resource.getpagesize()
