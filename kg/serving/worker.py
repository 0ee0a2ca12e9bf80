"""A process that answers queries and may be killed: `python -m kg.serving.worker STORE SECONDS BYTES`.

It reads one question a line (JSON) from standard input, ends at once when that ends, and writes frames to standard output: a tag, the length of the
payload in four bytes (big-endian), the payload. A READY frame comes first, when it has begun. An answer is one KIND frame, any number of DATA frames and an END
frame, or a FAILED frame instead of any of them. The kernel ends the process when a question takes longer than SECONDS
(SIGALRM, which works inside the engine too; 0 for no limit; a question may have `seconds` of its own) or needs more than BYTES of memory (-1 for no limit).
"""

from __future__ import annotations

import contextlib
import json
import os
import queue
import resource
import signal
import struct
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from kg.errors import KgError, QueryError
from kg.graph import export
from kg.serving.snapshot import Snapshot

READY, KIND, DATA, END, FAILED = b"R", b"K", b"D", b"E", b"F"
HEADER = struct.Struct(">cI")


class Frames:
    """A binary file whose writes become DATA frames."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out

    def send(self, tag: bytes, payload: bytes = b"") -> None:
        """Write one frame."""
        self._out.write(HEADER.pack(tag, len(payload)) + payload)

    def finish(self, tag: bytes, payload: bytes = b"") -> None:
        """Write the last frame of an answer. The time limit ends before it, so that it never cuts a whole answer."""
        signal.setitimer(signal.ITIMER_REAL, 0)
        self.send(tag, payload)
        self._out.flush()

    def write(self, data: bytes) -> int:
        """Write a DATA frame; the number of bytes written, as a file has it."""
        self.send(DATA, bytes(data))
        return len(data)

    def flush(self) -> None:
        """Pass on what is buffered."""
        self._out.flush()


def answer(question: Mapping[str, Any], snapshot: Snapshot, frames: Frames) -> None:
    """Answer one question into `frames`.

    A question has `query`, `default_graphs` and `named_graphs` (lists, or null where the request names none),
    `results` and `graph` (media types of the two sorts of answer, or null where the client accepts none); or `dump`, a
    media type.
    """
    if "dump" in question:
        store = snapshot.store()
        frames.send(KIND, json.dumps({"kind": "dump", "media": question["dump"]}).encode())
        export.write(store, question["dump"], frames)
        return
    result = snapshot.store().query(
        question["query"], default_graphs=question["default_graphs"], named_graphs=question["named_graphs"]
    )
    media = question["graph"] if result.kind == "graph" else question["results"]
    frames.send(KIND, json.dumps({"kind": result.kind, "media": media}).encode())
    if media is not None:
        result.write(frames, media)


def questions(source: BinaryIO) -> Iterator[bytes]:
    """The lines of `source`. When it ends, so does the process, even in the midst of an answer: the asker has gone."""
    lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()

    def read() -> None:
        for line in source:
            lines.put(line)
        os._exit(0)

    threading.Thread(target=read, daemon=True).start()
    while True:
        yield lines.get()


def main(arguments: list[str]) -> None:
    """Answer questions until standard input ends."""
    store, seconds, memory = Path(arguments[0]), float(arguments[1]), int(arguments[2])
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    snapshot = Snapshot(store)
    frames = Frames(sys.stdout.buffer)
    frames.finish(READY)
    for line in questions(sys.stdin.buffer):
        question = json.loads(line)
        asked = question.get("seconds")
        signal.setitimer(signal.ITIMER_REAL, 0 if "dump" in question else seconds if asked is None else asked)
        try:
            answer(question, snapshot, frames)
        except QueryError as error:
            frames.finish(FAILED, json.dumps({"sort": "query", "what": str(error)}).encode())
        except (KgError, OSError, RuntimeError) as error:
            told = {"sort": "store", "what": str(error), "reason": str(error.__cause__ or error)}
            frames.finish(FAILED, json.dumps(told).encode())
        else:
            frames.finish(END)


if __name__ == "__main__":
    main(sys.argv[1:])
