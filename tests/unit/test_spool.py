"""Bytes that are read while they are written."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from kg.serving.spool import CHUNK_BYTES, Spool


@pytest.fixture
def spool() -> Iterator[Spool]:
    made = Spool()
    yield made
    made.close()


def test_a_reader_gets_everything_however_it_comes(spool: Spool) -> None:
    """The bytes are read in order, whole, while another thread writes them."""
    parts = [bytes([number % 251]) * (number * 37 % (3 * CHUNK_BYTES)) for number in range(200)]

    def write() -> None:
        for part in parts:
            assert spool.write(part)
        spool.end()

    writer = threading.Thread(target=write)
    writer.start()
    assert b"".join(spool.pieces()) == b"".join(parts)
    writer.join()
    assert spool.written == sum(map(len, parts))


def test_an_error_comes_behind_the_bytes(spool: Spool) -> None:
    """What was written before is read first."""
    spool.write(b"begin")
    spool.end(ValueError("cut"))
    pieces = spool.pieces()
    assert next(pieces) == b"begin"
    with pytest.raises(ValueError, match="cut"):
        next(pieces)


def test_a_writer_learns_that_nobody_reads(spool: Spool) -> None:
    """After `close` nothing is taken, and a reader that waits is let go."""
    done: list[bytes] = []
    reader = threading.Thread(target=lambda: done.extend(spool.pieces()))
    reader.start()
    spool.close()
    reader.join(timeout=5)
    assert not reader.is_alive() and done == []
    assert not spool.write(b"more")
