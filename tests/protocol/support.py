"""A small store and a server over it, for tests of serving."""

from __future__ import annotations

import http.client
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from kg.graph.store import Store

GRAPH = Path(__file__).with_name("graph.trig")
ROOT = Path(__file__).resolve().parents[2]
_SERVE = """
import sys
from dataclasses import replace
from pathlib import Path
from kg.serving.app import serve
from kg.settings import Settings
sys.exit(serve(replace(Settings.from_environment(), store=Path(sys.argv[1])), host="127.0.0.1", port=int(sys.argv[2]),
               announce=lambda text: print(text, flush=True)))
"""


class Server:
    """A server in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], port: int) -> None:
        self.process = process
        self.port = port
        self.address = f"http://127.0.0.1:{port}"

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Mapping[str, str], bytes]:
        """(status, headers, body) of a GET."""
        return self.send("GET", path, headers=headers)

    def ask(self, query: str, accept: str = "application/sparql-results+json") -> tuple[int, bytes]:
        """(status, body) of a query."""
        status, _, body = self.get(f"/sparql?query={quote(query)}", {"Accept": accept})
        return status, body

    def send(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, body: bytes | None = None
    ) -> Any:
        """(status, headers, body) of any request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=90)
        try:
            connection.request(method, path, body=body, headers=dict(headers or {}))
            response = connection.getresponse()
            return response.status, response.headers, response.read()
        finally:
            connection.close()


@contextmanager
def served(store: Path, **environment: str) -> Iterator[Server]:
    """A server over the store, on a free port, with more in its environment."""
    command = [sys.executable, "-c", _SERVE, str(store), "0"]
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | environment,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r":(\d+)/", line)
        assert found, line + process.stdout.read()
        yield Server(process, int(found.group(1)))
    finally:
        if process.poll() is None:
            os.kill(process.pid, signal.SIGTERM)
        process.wait(timeout=20)
        if process.stdout is not None:
            process.stdout.close()


def wait_for(condition: Any, *, seconds: float = 10) -> bool:
    """Whether the condition comes true in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.05)
    return False


def make_store(folder: Path) -> Path:
    """A store that holds `graph.trig`."""
    with Store.open(folder, create=True) as store:
        store.load(GRAPH.read_bytes(), media_type="application/trig")
    return folder


def remove_document(folder: Path, document: str) -> None:
    """What a build does to a store when a document is gone."""
    with Store.open(folder) as store:
        store.remove_document(document)
