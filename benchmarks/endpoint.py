"""`kg serve` beside other SPARQL servers on the same triples, in one run.

    pip install oxigraph rdflib-endpoint    # into an environment of their own
    python benchmarks/endpoint.py --peers /path/to/that/environment/bin [--triples 1000000] [--seconds 5]

Makes a graph of the project's shape, serves it with each server in turn, and asks from eight connections at a time: single entities, their partners' names (two
hops), an aggregate, a regular expression, a sorted table, 100,000 rows, 10,000 triples. No query is asked twice, but for the row that says so. Prints
requests a second of each, and the ratio. rdflib-endpoint gets as much as it can answer, 20,000 triples, and `kg serve` the same beside it.

Each server may use all cores; the client takes one of them for a part of the time, of each server alike.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import re
import selectors
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from kg.graph.store import Store  # noqa: E402

CLIENTS = 8
PATIENCE = 20.0  #: seconds for the first answers of a slow server
SMALL = 20_000
BASE = "https://w3id.org/hindi-news-kg/"
KG = f"{BASE}ontology#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
SCHEMA = "https://schema.org/"
XSD = "http://www.w3.org/2001/XMLSchema#"
PREFIXES = f"PREFIX kg: <{KG}> PREFIX rdfs: <{RDFS}> PREFIX schema: <{SCHEMA}> "
NAMES = [
    "नरेंद्र",
    "मोदी",
    "व्लादिमीर",
    "पुतिन",
    "ज़ेलेंस्की",
    "जयशंकर",
    "शी",
    "जिनपिंग",
    "डोनाल्ड",
    "ट्रंप",
    "इमैनुएल",
    "मैक्रों",
    "किम",
    "जोंग",
    "राजनाथ",
    "सिंह",
    "अमित",
    "शाह",
]
TYPES = ["Meeting", "Visit", "Denial", "Attack", "Statement", "TroopDeployment"]

Ask = Callable[[random.Random, int], str]
"""(chance, number of entities) → a query."""


def news(triples: int) -> Iterator[str]:
    """N-Quads of entities, documents and events; few entities are in the news often, many seldom."""
    chance, written = random.Random(7), 0
    entities = triples // 40

    def quad(subject: str, predicate: str, term: str, graph: str) -> str:
        nonlocal written
        written += 1
        return f"<{subject}> <{predicate}> {term} <{graph}> .\n"

    for number in range(entities):
        entity = f"{BASE}entity/Q{number}"
        yield quad(entity, f"{RDF}type", f"<{KG}{'Person' if number % 3 else 'Country'}>", entity)
        yield quad(entity, f"{RDFS}label", f'"{chance.choice(NAMES)} {chance.choice(NAMES)} {number}"@hi', entity)
        yield quad(entity, f"{RDFS}label", f'"Entity {number}"@en', entity)
        yield quad(
            entity, "http://www.w3.org/2002/07/owl#sameAs", f"<http://www.wikidata.org/entity/Q{number}>", entity
        )
    number = 0
    while written < triples:
        document = f"{BASE}document/d{number}"
        date = f'"20{20 + number % 6}-{1 + number % 12:02d}-{1 + number % 28:02d}"^^<{XSD}date>'
        yield quad(document, f"{RDF}type", f"<{SCHEMA}NewsArticle>", document)
        yield quad(document, f"{SCHEMA}headline", f'"{chance.choice(NAMES)} की बातचीत {number}"@hi', document)
        yield quad(document, f"{SCHEMA}datePublished", date, document)
        for place in range(4):
            event = f"{BASE}event/d{number}-{place}"
            one, other = (f"<{BASE}entity/Q{int(entities * chance.random() ** 3)}>" for _ in range(2))
            yield quad(event, f"{RDF}type", f"<{KG}{chance.choice(TYPES)}>", document)
            yield quad(event, f"{KG}agent", one, document)
            yield quad(event, f"{KG}target", other, document)
            yield quad(event, f"{KG}participant", one, document)
            yield quad(event, f"{KG}participant", other, document)
            yield quad(event, f"{KG}date", date, document)
            yield quad(event, f"{KG}modality", f"<{KG}asserted>", document)
            yield quad(event, f"{KG}confidence", f'"0.{chance.randrange(10, 99)}"^^<{XSD}decimal>', document)
            yield quad(event, f"{KG}mention", f"<{event}-m>", document)
            sentence = f'"{chance.choice(NAMES)} ने {chance.choice(NAMES)} से मुलाकात की {number} {place}।"@hi'
            yield quad(f"{event}-m", f"{KG}sentence", sentence, document)
        number += 1


def entity(chance: random.Random, entities: int) -> str:
    """An entity: those that are in the news often are asked for often."""
    return f"<{BASE}entity/Q{int(entities * chance.random() ** 3)}>"


SHAPES: dict[str, Ask] = {
    "an entity": lambda chance, n: f"SELECT ?p ?o {{ {entity(chance, n)} ?p ?o }}",
    "two hops": lambda chance, n: (
        PREFIXES
        + f"SELECT ?event ?other ?label {{ ?event kg:agent {entity(chance, n)} ; kg:target ?other . ?other rdfs:label ?label }}"
    ),
    "aggregate": lambda chance, n: (
        PREFIXES
        + "SELECT ?month (COUNT(*) AS ?n) { ?event a kg:Meeting ; kg:date ?date BIND(MONTH(?date) AS ?month) } GROUP BY ?month"
    ),
    "regular expression": lambda chance, n: (
        PREFIXES
        + f'SELECT ?e ?l {{ ?e rdfs:label ?l FILTER(REGEX(?l, "{chance.choice(NAMES)}.*{chance.randrange(99)}$")) }}'
    ),
    "sorted": lambda chance, n: (
        PREFIXES
        + "SELECT ?d ?h ?date { ?d schema:headline ?h ; schema:datePublished ?date } ORDER BY DESC(?date) ?h LIMIT 100"
    ),
    "100,000 rows": lambda chance, n: "SELECT ?s ?p ?o { ?s ?p ?o } LIMIT 100000",
    "10,000 triples": lambda chance, n: "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o } LIMIT 10000",
}
RUNAWAY = "SELECT (COUNT(*) AS ?n) { " + "".join(f"?a{i} ?b{i} ?c{i} . " for i in range(8)) + "}"


class Connection:
    """A connection that is kept, and the answer that is coming on it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self._head = bytearray()
        self._left: int | None = None  # bytes of the body; None: it comes in chunks, or the head is not whole
        self._chunked = False
        self._tail = b""

    def ask(self, request: bytes) -> None:
        """Send a request."""
        self._head, self._left, self._chunked, self._tail = bytearray(), None, False, b""
        self.socket.sendall(request)

    def done(self) -> bool:
        """Take what has come; whether that was the last of it."""
        data = self.socket.recv(1 << 20)
        if not data:
            raise OSError("The server hung up.")
        if self._left is not None:
            self._left -= len(data)
        elif self._chunked:
            self._tail = (self._tail + data)[-16:]
        else:
            self._head += data
            head, end, body = self._head.partition(b"\r\n\r\n")
            if not end:
                return False
            if not head.startswith(b"HTTP/1.1 200"):
                raise OSError(f"The server answers {bytes(self._head[:300])!r}.")
            length = re.search(rb"content-length:\s*(\d+)", head, re.IGNORECASE)
            if length is None:
                self._chunked, self._tail = True, bytes(body[-16:])
            else:
                self._left = int(length[1]) - len(body)
        return self._left == 0 or (self._chunked and self._tail.endswith(b"0\r\n\r\n"))


def rate(port: int, path: str, shape: Ask, *, entities: int, seconds: float, again: bool = False) -> float:
    """Requests a second from eight connections; with `again`, of a few queries that have been asked before."""
    chance = random.Random(11)
    accept = "text/turtle" if shape(chance, entities).startswith("CONSTRUCT") else "application/sparql-results+json"
    numbers = iter(range(10**9))

    def request() -> bytes:
        text = shape(chance, entities) + f" # {next(numbers) % 50 if again else next(numbers)}"
        if again:
            chance.seed(next(numbers) % 50)
        return f"GET {path}?query={quote(text)} HTTP/1.1\r\nHost: localhost\r\nAccept: {accept}\r\n\r\n".encode()

    answered, selector = 0, selectors.DefaultSelector()
    with contextlib.ExitStack() as stack, selector:
        for _ in range(CLIENTS):
            connection = Connection(port)
            stack.callback(connection.socket.close)
            selector.register(connection.socket, selectors.EVENT_READ, connection)
            connection.ask(request())
        begin = time.perf_counter()
        end = begin + seconds
        while (now := time.perf_counter()) < end or (answered < CLIENTS and now < end + PATIENCE):
            for key, _ in selector.select(timeout=1):
                if key.data.done():
                    answered += 1
                    key.data.ask(request())
        return answered / (now - begin)


@contextmanager
def running(command: Sequence[str], port: int, path: str, *, ready: bytes | None = None) -> Iterator[None]:
    """A server on a port, from when it answers; with `ready`, from when its metrics say so."""
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(1200):
            time.sleep(0.1)
            with contextlib.suppress(OSError):
                if _get(port, f"{path}?query=ASK%7B%7D") and (ready is None or ready in _get(port, "/metrics")):
                    break
            if process.poll() is not None:
                raise OSError(f"{command[0]} has ended.")
        yield
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()  # a runaway query keeps some from ending
            process.wait()


def _get(port: int, path: str) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
        return b"".join(iter(lambda: connection.recv(1 << 16), b""))


def free_port() -> int:
    """A port that nobody uses."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def measure(
    command: Sequence[str],
    port: int,
    path: str,
    *,
    entities: int,
    seconds: float,
    rounds: int,
    ready: bytes | None = None,
    runaway: bool = True,
) -> dict[str, float]:
    """Requests a second for each shape, the median of some rounds."""
    with running(command, port, path, ready=ready):
        found = {
            name: statistics.median(rate(port, path, shape, entities=entities, seconds=seconds) for _ in range(rounds))
            for name, shape in SHAPES.items()
        }
        again = SHAPES["an entity"]
        found["an entity, asked before"] = rate(port, path, again, entities=entities, seconds=seconds, again=True)
        if runaway:
            with _runaway(port, path):
                found["an entity, beside a runaway query"] = rate(port, path, again, entities=entities, seconds=seconds)
        return found


@contextmanager
def _runaway(port: int, path: str) -> Iterator[None]:
    """A query that never ends, while the context lasts."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(f"GET {path}?query={quote(RUNAWAY)} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
        time.sleep(1)
        yield


def table(ours: dict[str, float], theirs: dict[str, float], peer: str) -> None:
    """Print the two side by side."""
    print(f"| requests a second | kg serve | {peer} | ratio |")
    print("| --- | ---: | ---: | ---: |")
    for name, own in ours.items():
        other = theirs.get(name)
        told = "–" if other is None else f"{other:,.1f}"
        ratio = "–" if not other else f"{own / other:.2f}"
        print(f"| {name} | {own:,.1f} | {told} | {ratio} |")
    print()


def made(folder: Path, triples: int) -> tuple[Path, Path]:
    """(N-Quads file, store) of a graph of so many triples."""
    file, store = folder / f"{triples}.nq", folder / f"store-{triples}"
    with file.open("w", encoding="utf-8") as out:
        out.writelines(news(triples))
    with Store.open(store, create=True) as opened:
        opened.load(file.read_bytes(), media_type="application/n-quads")
    return file, store


def main(argv: Sequence[str] | None = None) -> int:
    """Print the tables; 1 where no peer is there."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--peers", type=Path, default=Path(), help="folder with the programs oxigraph and rdflib-endpoint"
    )
    parser.add_argument("--triples", type=int, default=1_000_000, help="size of the graph (default: 1000000)")
    parser.add_argument("--seconds", type=float, default=5.0, help="for each shape and round (default: 5)")
    parser.add_argument("--rounds", type=int, default=3, help="the median is told (default: 3)")
    arguments = parser.parse_args(argv)
    oxigraph, rdflib = (
        shutil.which(name, path=str(arguments.peers)) or shutil.which(name) for name in ("oxigraph", "rdflib-endpoint")
    )
    if oxigraph is None and rdflib is None:
        print("Neither oxigraph nor rdflib-endpoint is there: see --peers.", file=sys.stderr)
        return 1
    options = {"seconds": arguments.seconds, "rounds": arguments.rounds}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for peer, triples in ((oxigraph, arguments.triples), (rdflib, SMALL)):
            if peer is None:
                continue
            file, store = made(folder, triples)
            entities, port = triples // 40, free_port()
            own = [
                sys.executable,
                "-m",
                "kg",
                "serve",
                "--store",
                str(store),
                "--port",
                str(port),
                "--memory",
                "always",
            ]
            ours = measure(own, port, "/sparql", entities=entities, ready=b"kg_graph_in_memory 1.0", **options)
            other_port = free_port()
            if peer == oxigraph:
                subprocess.run([peer, "load", "-l", folder / "oxigraph", "-f", file], check=True, capture_output=True)
                subprocess.run([peer, "optimize", "-l", folder / "oxigraph"], check=True, capture_output=True)
                theirs = [peer, "serve-read-only", "-l", str(folder / "oxigraph"), "-b", f"127.0.0.1:{other_port}"]
                theirs += ["--union-default-graph"]
                found = measure(theirs, other_port, "/query", entities=entities, **options)
            else:
                theirs = [peer, "serve", "--host", "127.0.0.1", "--port", str(other_port), str(file)]
                found = measure(theirs, other_port, "/", entities=entities, runaway=False, **options)
            print(f"{triples:,} triples, {CLIENTS} connections")
            table(ours, found, "Oxigraph's server" if peer == oxigraph else "rdflib-endpoint")
    return 0


if __name__ == "__main__":
    sys.exit(main())
