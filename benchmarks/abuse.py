"""What a normal client notices while strangers do their worst to the server.

    python benchmarks/abuse.py [--store STORE] [--rounds N]

Starts `kg serve` on a store and asks it a small query each 100 ms, first alone, then while sixty hostile requests are sent, eight at a
time: runaway joins and aggregates, regular expressions that explode, deep nesting, huge and broken bodies, slow readers and writers,
calls to a listener on this machine, injected headers, paths outside. Prints how long the normal client waited in both, what the server
answered, how much memory its processes had before and after, and whether the listener heard anything.
"""

from __future__ import annotations

import argparse
import contextlib
import http.client
import json
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from urllib.parse import quote, urlencode

ROOT = Path(__file__).resolve().parent.parent
ASK = "SELECT ?s { ?s a <https://schema.org/NewsArticle> } LIMIT 1"
PAUSE = 0.1  #: seconds between two queries of the normal client
AT_ONCE = 8
FORM = {"Content-Type": "application/x-www-form-urlencoded"}

Attack = Callable[[int, int], str]
"""(port of the server, port of the listener) → what came of it, in a word."""


def query(text: str, **more: str) -> Attack:
    """A query by GET."""
    return lambda port, listener: _get(
        port, f"/sparql?{urlencode({'query': text.replace('LISTENER', str(listener)), **more})}"
    )


def raw(data: bytes, *, wait: float = 5.0) -> Attack:
    """Bytes on the wire, whatever they are."""

    def attack(port: int, listener: int) -> str:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=wait) as connection:
            connection.sendall(data)
            answer = connection.recv(100)
            found = re.match(rb"HTTP/1\.[01] (\d+)", answer)
            return found[1].decode() if found else "closed"
        return "closed"

    return attack


def slow_reader(port: int, listener: int) -> str:
    """Asks for much and reads a little at a time."""
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f } LIMIT 200000"
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(f"GET /sparql?query={quote(text)} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        for _ in range(15):
            connection.recv(512)
            time.sleep(0.2)
    return "left"


def slow_writer(port: int, listener: int) -> str:
    """Sends a request a byte at a time, and never ends it."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        for byte in b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 100":
            connection.sendall(bytes([byte]))
            time.sleep(0.06)
    return "left"


def huge_body(port: int, listener: int) -> str:
    """Sends a megabyte where kilobytes are allowed."""
    return _send(port, "POST", "/sparql", b"query=" + b"x" * 1_000_000, FORM)


def _triples(count: int) -> str:
    return " ".join(f"?a{number} ?b{number} ?c{number} ." for number in range(count))


ATTACKS: dict[str, Attack] = {
    **{
        f"join of {count} patterns": query(f"SELECT (COUNT(*) AS ?n) {{ {_triples(count)} }}")
        for count in (4, 6, 8, 12)
    },
    **{f"runaway {number}": query(f"SELECT (SUM(?c{number}) AS ?n) {{ {_triples(9)} }}") for number in range(8)},
    "sorted product": query(f"SELECT * {{ {_triples(3)} }} ORDER BY ?a2 ?b1 ?c0 LIMIT 1"),
    "grouped product": query(f"SELECT ?a0 (COUNT(*) AS ?n) {{ {_triples(4)} }} GROUP BY ?a0 ?c3"),
    "distinct product": query(f"SELECT DISTINCT * {{ {_triples(3)} }}"),
    "constructed product": query(f"CONSTRUCT {{ ?a0 ?b1 ?c2 }} WHERE {{ {_triples(3)} }}"),
    "path closure": query("SELECT (COUNT(*) AS ?n) { ?a (!<x:>|^!<x:>)* ?b . ?b (!<x:>|^!<x:>)* ?c }"),
    "optional product": query(
        "SELECT * { ?a ?b ?c OPTIONAL { ?d ?e ?f } OPTIONAL { ?g ?h ?i } OPTIONAL { ?j ?k ?l } }"
    ),
    "regex": query('ASK { FILTER(REGEX("' + "a" * 2000 + '!", "^(a|aa|a?){50,90}$")) }'),
    "regex on all": query('SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f FILTER(REGEX(STR(?c), "(.*)(.*)(.*)x$")) }'),
    "doubled strings": query(
        "SELECT ?z { " + "".join(f"BIND(CONCAT(?s{n}, ?s{n}) AS ?s{n + 1}) " for n in range(40)) + "}"
    ),
    "parentheses": query("SELECT * { FILTER(" + "(" * 4500 + "1" + ")" * 4500 + ") }"),
    "groups": query("SELECT * " + "{" * 4500 + "}" * 4500),
    "negations": query("ASK { FILTER(" + "!" * 9000 + "true) }"),
    "conjunctions": query("ASK { FILTER(true" + "&&1" * 3000 + ") }"),
    "sums": query("SELECT (1" + "+1" * 4500 + " AS ?x) {}"),
    "unions": query("SELECT * {{}" + "UNION{}" * 1300 + "}"),
    "optionals": query("SELECT * {" + "OPTIONAL{" * 900 + "}" * 900 + "}"),
    "exists": query("SELECT * {" + "FILTER EXISTS{" * 600 + "}" * 600 + "}"),
    "long path": query("SELECT * {?a " + "/".join(["<a:>"] * 1800) + " ?b}"),
    "nested nodes": query("SELECT * { ?s ?p " + "[?p " * 1500 + "1" + "]" * 1500 + "}"),
    "values": query("SELECT * { VALUES ?x { " + "1 " * 4500 + "} }"),
    "service": query("SELECT * { SERVICE <http://127.0.0.1:LISTENER/> { ?s ?p ?o } }"),
    "service, silent": query("select * { sErViCe silent <http://127.0.0.1:LISTENER/> { ?s ?p ?o } }"),
    "service, prefixed": query("PREFIX h: <http://127.0.0.1:LISTENER/> SELECT * { SERVICE#x\n h:a { ?s ?p ?o } }"),
    "service, variable": query("SELECT * { BIND(<http://127.0.0.1:LISTENER/> AS ?e) SERVICE ?e { ?s ?p ?o } }"),
    "from": query("SELECT * FROM <http://127.0.0.1:LISTENER/> { ?s ?p ?o }"),
    "load": query("LOAD <http://127.0.0.1:LISTENER/>"),
    "load by form": lambda port, listener: _send(
        port, "POST", "/sparql", urlencode({"update": f"LOAD <http://127.0.0.1:{listener}/>"}).encode(), FORM
    ),
    "graphs": lambda port, listener: _send(
        port,
        "POST",
        "/sparql",
        urlencode([("query", "ASK {}"), *(("named-graph-uri", f"http://x/{n}") for n in range(10_000))]).encode(),
        FORM,
    ),
    "huge body": huge_body,
    "huge length": raw(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999999\r\n\r\nquery="),
    "negative length": raw(b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"),
    "two lengths": raw(
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    ),
    "huge header": raw(b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 1_000_000 + b"\r\n\r\n"),
    "many headers": raw(
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X%d: a\r\n" % n for n in range(20_000)) + b"\r\n"
    ),
    "long line": raw(b"GET /" + b"a" * 500_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n"),
    "nonsense": raw(bytes(range(256)) * 40 + b"\r\n\r\n"),
    "broken UTF-8": raw(b"GET /sparql?query=ASK%20%7B%7D%ff%fe HTTP/1.1\r\nHost: x\r\n\r\n"),
    "broken UTF-8 in a body": raw(
        b"POST /sparql HTTP/1.1\r\nHost: x\r\nContent-Type: application/sparql-query\r\nContent-Length: 3\r\n\r\n\xff\xfe\xfd"
    ),
    "injected header": raw(b"GET /find?name=a%0d%0aSet-Cookie:%20x=1 HTTP/1.1\r\nHost: x\r\n\r\n"),
    "forged host": raw(b"GET /sparql HTTP/1.1\r\nHost: a>b<c\r\nAccept: text/turtle\r\n\r\n"),
    "path outside": raw(b"GET /static/../../../../etc/passwd HTTP/1.1\r\nHost: x\r\n\r\n"),
    "path outside, encoded": raw(b"GET /static/%2e%2e%2f%2e%2e%2fpyproject.toml HTTP/1.1\r\nHost: x\r\n\r\n"),
    "half a request": raw(b"GET /sparql?query=ASK", wait=2),
    **{f"slow reader {number}": slow_reader for number in range(3)},
    **{f"slow writer {number}": slow_writer for number in range(3)},
}


@dataclass(kw_only=True, slots=True)
class Noticed:
    """What a normal client noticed."""

    waits: list[float] = field(default_factory=list)  #: seconds of each query
    wrong: list[str] = field(default_factory=list)  #: whatever was not the right answer

    def at(self, share: float) -> float:
        """The wait that this share of the queries did not exceed."""
        ordered = sorted(self.waits)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))]


@contextmanager
def normal_client(port: int) -> Iterator[Noticed]:
    """A client that asks each 100 ms while the context lasts, never the same: nothing that it asks for is remembered."""
    noticed, stop = Noticed(), threading.Event()
    numbers = count()

    def ask() -> None:
        while not stop.wait(PAUSE):
            begin = time.monotonic()
            try:
                with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as connection:
                    connection.request("GET", f"/sparql?query={quote(f'{ASK} # {next(numbers)}')}")
                    response = connection.getresponse()
                    body = response.read()
                if response.status != 200 or len(json.loads(body)["results"]["bindings"]) != 1:
                    noticed.wrong.append(f"{response.status} {body[:200]!r}")
            except (OSError, http.client.HTTPException, ValueError) as error:
                noticed.wrong.append(repr(error))
            noticed.waits.append(time.monotonic() - begin)

    thread = threading.Thread(target=ask)
    thread.start()
    try:
        yield noticed
    finally:
        stop.set()
        thread.join()


@contextmanager
def listening() -> Iterator[tuple[int, list[bytes]]]:
    """(port, what was heard there) of a listener that nobody has any business with."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def listen() -> None:
            with contextlib.suppress(OSError):
                while True:
                    connection, _ = listener.accept()
                    heard.append(connection.recv(1000))
                    connection.close()

        threading.Thread(target=listen, daemon=True).start()
        yield listener.getsockname()[1], heard


@contextmanager
def server(store: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """(process, port) of a server over a store."""
    command = [sys.executable, "-m", "kg", "serve", "--store", str(store), "--port", "0", *options]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        assert process.stdout is not None
        found = re.search(r":(\d+)/", process.stdout.readline())
        assert found is not None
        yield process, int(found[1])
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=30)
        if process.stdout is not None:
            process.stdout.close()


def settle(port: int, *, seconds: float = 60) -> None:
    """Wait until no query runs."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(1)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        with contextlib.closing(connection):
            connection.request("GET", "/metrics")
            if b"\nkg_workers_busy 0.0" in connection.getresponse().read():
                return


def attack(port: int, listener: int, *, names: Sequence[str] = tuple(ATTACKS)) -> Counter[str]:
    """Send the hostile requests, some at a time; how often what came of them."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return Counter(pool.map(lambda name: ATTACKS[name](port, listener), names))


def memory(pid: int) -> float:
    """MiB that a process and all those below it hold; what several share is counted once."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError, ValueError, IndexError):
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
    total = 0
    for one in parents:
        above: int | None = one
        while above is not None and above != pid:
            above = parents.get(above)
        if above == pid:
            with contextlib.suppress(OSError):
                told = Path(f"/proc/{one}/smaps_rollup").read_text()
                total += sum(int(size) for size in re.findall(r"^Pss:\s+(\d+) kB", told, re.MULTILINE))
    return total / 1024


def _get(port: int, path: str) -> str:
    return _send(port, "GET", path, None, {})


def _send(port: int, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> str:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        connection.request(method, path, body=body, headers=headers)
        response = connection.getresponse()
        response.read()
        return str(response.status)
    except http.client.IncompleteRead:
        return "cut off"
    except (OSError, http.client.HTTPException):
        return "closed"
    finally:
        connection.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Print what was noticed; 1 where the normal client got a wrong answer, the listener heard something or the server fell."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--store", type=Path, help="folder of a store (default: one that is built of the seed articles)"
    )
    parser.add_argument("--rounds", type=int, default=1, help="how often all hostile requests are sent (default: 1)")
    arguments = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder, listening() as (listener, heard):
        store = arguments.store or Path(folder) / "store"
        if arguments.store is None:
            subprocess.run([sys.executable, "-m", "kg", "build", "seeds", "--store", str(store)], cwd=ROOT, check=True)
        with server(store) as (process, port):
            with normal_client(port) as alone:
                time.sleep(5)
            before = memory(process.pid)
            came: Counter[str] = Counter()
            with normal_client(port) as under:
                for _ in range(arguments.rounds):
                    came += attack(port, listener)
            settle(port)
            after, fell = memory(process.pid), process.poll() is not None
    print(f"hostile requests: {sum(came.values())}; what came of them: {dict(sorted(came.items()))}")
    print("| normal client | queries | median ms | 99 % ms | longest ms | wrong |")
    print("| --- | ---: | ---: | ---: | ---: | ---: |")
    for title, one in (("alone", alone), ("under attack", under)):
        times = (statistics.median(one.waits), one.at(0.99), max(one.waits))
        print(
            f"| {title} | {len(one.waits)} | " + " | ".join(f"{1000 * t:.0f}" for t in times) + f" | {len(one.wrong)} |"
        )
    print(
        f"memory: {before:.0f} MiB before, {after:.0f} MiB after; the listener heard {len(heard)} times; fell: {fell}"
    )
    for wrong in under.wrong[:5]:
        print("  wrong:", wrong)
    return int(bool(alone.wrong or under.wrong or heard or fell))


if __name__ == "__main__":
    sys.exit(main())
