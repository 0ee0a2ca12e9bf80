"""Bytes that one thread writes while another reads them from their beginning, kept in a file that has no name.

A writer is never held up by a slow reader: what computes an answer is free again as soon as that is done.
"""

from __future__ import annotations

import os
import tempfile
import threading
from collections.abc import Iterator
from typing import Final

CHUNK_BYTES: Final = 64 << 10


class Spool:
    """One writer, one reader; both may be told that the other has gone."""

    def __init__(self) -> None:
        """Raises OSError where no file can be made."""
        self._file = tempfile.TemporaryFile(buffering=0)  # noqa: SIM115  (closed by `close`)
        self._changed = threading.Condition()
        self._written = 0
        self._ended = False
        self._closed = False
        self._error: Exception | None = None

    @property
    def written(self) -> int:
        """Bytes so far."""
        return self._written

    @property
    def ended(self) -> bool:
        """Whether nothing more comes."""
        return self._ended

    def write(self, data: bytes) -> bool:
        """Put bytes at the end; False where nobody reads any more. Raises OSError where the disk is full."""
        with self._changed:
            if self._closed:
                return False
            at = 0
            while at < len(data):
                at += os.pwrite(self._file.fileno(), data[at:], self._written + at)
            self._written += len(data)
            self._changed.notify_all()
        return True

    def end(self, error: Exception | None = None) -> None:
        """Nothing more comes; with `error`, the bytes are not all that there should be."""
        with self._changed:
            self._ended, self._error = True, error
            self._changed.notify_all()

    def pieces(self) -> Iterator[bytes]:
        """The bytes as they come, to the end. Raises the error with which the writer ended."""
        at = 0
        while piece := self._next(at):
            at += len(piece)
            yield piece

    def close(self) -> None:
        """Let go of the bytes; the writer learns it at its next ones."""
        with self._changed:
            self._closed = True
            self._file.close()
            self._changed.notify_all()

    def _next(self, at: int) -> bytes:
        """The next bytes, empty at the end."""
        with self._changed:
            self._changed.wait_for(lambda: self._written > at or self._ended or self._closed)
            if self._closed:
                return b""
            if self._written > at:
                return os.pread(self._file.fileno(), min(CHUNK_BYTES, self._written - at), at)
            if self._error is not None:
                raise self._error
            return b""
