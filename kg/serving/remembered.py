"""Answers that are kept until the next build lands: the same question to the same graph has the same answer."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from typing import Final

TOTAL_BYTES: Final = 32 << 20  #: of all answers that are kept
LARGEST_BYTES: Final = 128 << 10  #: of one
_OVERHEAD: Final = 1000  #: bytes of memory beside question and body

Key = tuple[object, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Kept:
    """An answer as it was sent."""

    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    tag: str | None  #: its ETag, where it has one


class Remembered:
    """The answers that were asked for last, of one graph at a time. For one thread."""

    def __init__(self, *, total: int = TOTAL_BYTES) -> None:
        self._total = total
        self._graph: str | None = None
        self._kept: OrderedDict[Key, Kept] = OrderedDict()
        self._bytes = 0

    def find(self, graph: str, key: Key) -> Kept | None:
        """The answer of a graph, given by its digest, to a question."""
        if graph != self._graph:
            self._graph = graph
            self._kept.clear()
            self._bytes = 0
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def keep(self, graph: str, key: Key, answer: Kept) -> None:
        """Keep an answer of the graph that was looked into last; those that were not asked for for longest go."""
        if graph != self._graph or len(answer.body) > LARGEST_BYTES or key in self._kept:
            return
        self._kept[key] = answer
        self._bytes += _size(key, answer)
        while self._bytes > self._total:
            self._bytes -= _size(*self._kept.popitem(last=False))

    def __len__(self) -> int:
        return len(self._kept)


def _size(key: Key, answer: Kept) -> int:
    return len(answer.body) + sum(len(part) for part in key if isinstance(part, bytes | str)) + _OVERHEAD
