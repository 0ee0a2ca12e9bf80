"""A process that carries out one write: `python -m kg.serving.writer STORE SECONDS BYTES BASE_IRI VERSION EPOCH`.

It reads the operation from standard input, a line of JSON (`verb`, `graph`, `base`, and `parts`: media type and length of each document) and then the words of it, and writes a line of JSON: what it
did, or why it could not. The write is whole or not at all; with it goes its provenance, and readers see both at once. Like a query's process,
the kernel ends this one where it takes longer than SECONDS or more memory than BYTES; not while the write lands.
"""

from __future__ import annotations

import contextlib
import json
import resource
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kg.errors import KgError, QueryError, StoreError
from kg.graph.store import Store
from kg.graph.writes import write_quads


def write(store: Store, told: dict[str, Any], text: bytes, *, base_iri: str, version: str, epoch: int | None) -> bool:
    """Carry out a write with its provenance; whether it changed anything, a graph that came or went without a triple included.

    Raises QueryError where the words of it are wrong, StoreError where the store takes nothing.
    """
    before, graph, verb = store.version_digest, told["graph"], told["verb"]
    had = graph is not None and store.has_graph(graph)
    if verb == "update":
        changed = store.update(text.decode("utf-8"), base_iri=told["base"] or None)
    elif verb == "delete":
        changed = bool(store.drop_graph(graph)) or had
    else:
        size = store.write_graph(graph, _parts(told["parts"], text), base_iri=told["base"], replace=verb == "put")
        changed = bool(size) or (graph is not None and not had)
    signal.setitimer(signal.ITIMER_REAL, 0)
    if changed:
        store.add(write_quads(verb, text, graph=graph, before=before, base_iri=base_iri, version=version, epoch=epoch))
    return changed


def _parts(told: list[list[Any]], text: bytes) -> Iterator[tuple[str, bytes]]:
    at = 0
    for media, size in told:
        yield media, text[at : at + size]
        at += size


def main(arguments: list[str]) -> None:
    """Carry out the write on standard input."""
    path, seconds, memory, base_iri, version, epoch = arguments
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_DATA, (int(memory), int(memory)))
    told = json.loads(sys.stdin.buffer.readline())
    text = sys.stdin.buffer.read()
    signal.setitimer(signal.ITIMER_REAL, float(seconds))
    answer: dict[str, Any]
    try:
        with Store.open(Path(path)) as store:
            before = store.version_digest
            changed = write(store, told, text, base_iri=base_iri, version=version, epoch=int(epoch) if epoch else None)
            after = store.version_digest
        answer = {"changed": changed, "before": before, "after": after}
    except QueryError as error:
        answer = {"failed": "words", "what": str(error)}
    except (StoreError, OSError) as error:
        answer = {"failed": "store", "what": str(error)}
    except KgError as error:
        answer = {"failed": "words", "what": str(error)}
    sys.stdout.write(json.dumps(answer) + "\n")


if __name__ == "__main__":
    main(sys.argv[1:])
