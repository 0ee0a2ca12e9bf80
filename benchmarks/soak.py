"""Half an hour of everything at once, and whether the server grows.

    python benchmarks/soak.py [--store STORE] [--minutes 30]

Starts `kg serve` on a copy of a store. Four clients ask queries, small and large, and pages; one after the other the hostile requests of `abuse.py` are sent; each ten seconds a graph
is written, so that builds land and the graph is taken into memory again. Prints, ten times, what the server's processes hold: memory, open files, threads; and at the end how many
answers there were and which were wrong.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from benchmarks import abuse  # noqa: E402

TOKEN = "only-for-the-soak-benchmark"
CLIENTS = 4
WRITE_SECONDS = 10.0
GROWTH = 1.25  #: of memory and open files, between the first fifth and the end, that is not told as growth
QUERIES = (
    "SELECT ?s { ?s a <https://schema.org/NewsArticle> } LIMIT 5",
    "SELECT ?type (COUNT(*) AS ?n) { ?s a ?type } GROUP BY ?type",
    "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 20000",
    "SELECT ?a ?b { ?a ?p ?o . ?b ?q ?r } LIMIT 60000",
    "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 2000",
    "PREFIX kg: <https://w3id.org/hindi-news-kg/ontology#> SELECT ?s ?l { ?s ?p ?l FILTER(kg:textMatches(?l, 'पुतिन')) }",
)
PAGES = ("/", "/health", "/find?name=रू", "/ontology", "/.well-known/void", "/metrics", "/dump.nq", "/openapi.json")


@dataclass
class Noticed:
    """What the clients saw."""

    answers: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, status: int, allowed: Sequence[int]) -> None:
        """Count an answer."""
        with self.lock:
            self.answers[f"{what} {status}"] += 1
            if status not in allowed:
                self.wrong.append(f"{what}: {status}")


@dataclass(frozen=True, kw_only=True)
class Held:
    """What the server's processes hold."""

    mebibytes: float
    files: int
    threads: int


def held(pid: int) -> Held:
    """What a server holds now; files and threads of its main process alone."""
    return Held(
        mebibytes=abuse.memory(pid),
        files=sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir()),
        threads=sum(1 for _ in Path(f"/proc/{pid}/task").iterdir()),
    )


def soak(port: int, listener: int, *, seconds: float, tick: Callable[[], None]) -> Noticed:
    """Send everything for so long; `tick` is called ten times meanwhile."""
    noticed, stop = Noticed(), threading.Event()
    numbers = itertools.count()

    def until_the_end(step: Callable[[random.Random], None], seed: int) -> threading.Thread:
        chance = random.Random(seed)

        def run() -> None:
            while not stop.is_set():
                try:
                    step(chance)
                except (OSError, http.client.HTTPException) as error:
                    with noticed.lock:
                        noticed.wrong.append(repr(error))

        thread = threading.Thread(target=run)
        thread.start()
        return thread

    def ask(chance: random.Random) -> None:
        if chance.random() < 0.3:
            status = _send(port, "GET", quote(chance.choice(PAGES), safe="/?=."))
            noticed.note("page", status, (200, 503))  # 503: other dumps are being sent
            return
        query = quote(f"{chance.choice(QUERIES)} # {next(numbers) if chance.random() < 0.7 else 0}")
        noticed.note("query", _send(port, "GET", f"/sparql?query={query}"), (200, 503))  # 503: it made room

    def attack(chance: random.Random) -> None:
        name = chance.choice(list(abuse.ATTACKS))
        abuse.ATTACKS[name](port, listener)

    def write(chance: random.Random) -> None:
        body = f"<urn:soak> <urn:number> {next(numbers)} .".encode()
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "text/turtle"}
        noticed.note("write", _send(port, "PUT", "/rdf-graph-store?graph=urn:soak", body, headers), (201, 204))
        stop.wait(WRITE_SECONDS)

    threads = [until_the_end(ask, seed) for seed in range(CLIENTS)]
    threads += [until_the_end(attack, 97), until_the_end(write, 98)]
    for _ in range(10):
        time.sleep(seconds / 10)
        tick()
    stop.set()
    for thread in threads:
        thread.join()
    return noticed


def _send(port: int, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None) -> int:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=120)) as connection:
        connection.request(method, path, body=body, headers=headers or {})
        response = connection.getresponse()
        try:
            response.read()
        except http.client.IncompleteRead:
            return 503  # it made room when its answer had begun
        return response.status


@contextlib.contextmanager
def copied(store: Path | None) -> Iterator[Path]:
    """A copy of a store that may be written; one that is built of the seed articles where none is given."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "store"
        if store is None:
            subprocess.run([sys.executable, "-m", "kg", "build", "seeds", "--store", str(copy)], cwd=ROOT, check=True)
        else:
            shutil.copytree(store, copy)
        yield copy


def main(argv: Sequence[str] | None = None) -> int:
    """Print what was held; 1 where an answer was wrong, the server fell, grew, or made a call."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--store", type=Path, help="folder of a store (default: one that is built of the seed articles)"
    )
    parser.add_argument("--minutes", type=float, default=30.0, help="how long (default: 30)")
    arguments = parser.parse_args(argv)
    os.environ["KG_WRITE_TOKEN"] = TOKEN
    seen: list[Held] = []
    with (
        copied(arguments.store) as store,
        abuse.listening() as (listener, heard),
        abuse.server(store) as (process, port),
    ):
        print("| after | MiB | open files | threads |\n| ---: | ---: | ---: | ---: |", flush=True)

        def tick() -> None:
            seen.append(held(process.pid))
            minutes = arguments.minutes * len(seen) / 10
            print(
                f"| {minutes:.1f} min | {seen[-1].mebibytes:.0f} | {seen[-1].files} | {seen[-1].threads} |", flush=True
            )

        noticed = soak(port, listener, seconds=arguments.minutes * 60, tick=tick)
        abuse.settle(port)
        end, fell = held(process.pid), process.poll() is not None
    print(f"at rest: {end.mebibytes:.0f} MiB, {end.files} open files, {end.threads} threads")
    print(f"answers: {dict(sorted(noticed.answers.items()))}; wrong: {noticed.wrong[:5]}; calls heard: {len(heard)}")
    grew = end.mebibytes > GROWTH * max(one.mebibytes for one in seen[:2]) or end.files > GROWTH * seen[1].files + 20
    return 1 if noticed.wrong or fell or heard or grew else 0


if __name__ == "__main__":
    sys.exit(main())
