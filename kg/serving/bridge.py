"""A WSGI application for an event loop (PEP 3333; https://asgi.readthedocs.io/en/latest/specs/www.html).

A thread is taken when a request is there whole, and for each piece of an answer: who sends or reads slowly holds none.
"""

from __future__ import annotations

import asyncio
import contextlib
import io
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import unquote_to_bytes

from flask import Flask

from kg.serving.connection import cut, is_gone

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

_PIECE = 64 << 10
_SLOW = (
    "/sparql",
    "/rdf-graph-store",
    "/dump",
    "/reconcile",
)  #: where a thread may wait for a query, or compute for long


class Gone(Exception):
    """The client went away before its request was whole."""


async def read_body(receive: Receive, most: int) -> bytes:
    """The body of a request, of a longer one its first `most` bytes and one more. Raises Gone."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        body += message.get("body", b"")
        if len(body) > most:
            return bytes(body[: most + 1])
        if not message.get("more_body"):
            return bytes(body)


class Bridge:
    """A Flask app whose requests are answered in threads."""

    def __init__(self, app: Flask, *, threads: int) -> None:
        self._app = app
        self._pool = ThreadPoolExecutor(threads, thread_name_prefix="pages")
        self._slow = asyncio.Semaphore(max(1, threads // 2))

    def close(self) -> None:
        """Take no further requests."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def answer(self, scope: Scope, body: bytes, send: Send) -> None:
        """Answer a request with this body. Of those that may take long, half of the threads are kept free."""
        loop = asyncio.get_running_loop()
        running = _Running(self._app, environment(scope, body))
        try:
            async with self._slow if scope["path"].startswith(_SLOW) else contextlib.nullcontext():
                piece, more = await loop.run_in_executor(self._pool, running.begin)
            await send({"type": "http.response.start", "status": running.status, "headers": running.headers})
            while more:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                if is_gone(scope):
                    return
                try:
                    piece, more = await loop.run_in_executor(self._pool, running.next)
                except Exception as error:  # noqa: BLE001  (whatever it is, the answer has begun)
                    self._app.logger.warning("An answer was cut off: %s", error)
                    await cut(scope)
                    return
            await send({"type": "http.response.body", "body": piece})
        finally:
            await asyncio.shield(loop.run_in_executor(self._pool, running.close))


class _Running:
    """One request at the app."""

    def __init__(self, app: Flask, environ: dict[str, Any]) -> None:
        self._app = app
        self._environ = environ
        self._made: Any = None
        self._pieces: Iterator[bytes] = iter(())
        self.status = 500
        self.headers: list[tuple[bytes, bytes]] = []

    def begin(self) -> tuple[bytes, bool]:
        """Have the app begin; the first piece of the answer, and whether there may be more."""
        self._made = self._app(self._environ, self._start)
        self._pieces = iter(self._made)
        return self.next()

    def next(self) -> tuple[bytes, bool]:
        """The next piece, and whether there may be more."""
        piece = bytearray()
        for part in self._pieces:
            piece += part
            if len(piece) >= _PIECE:
                return bytes(piece), True
        return bytes(piece), False

    def close(self) -> None:
        """Tell the app that the answer is no longer needed."""
        if hasattr(self._made, "close"):
            self._made.close()

    def _start(self, status: str, headers: list[tuple[str, str]], _: object = None) -> Callable[[bytes], None]:
        self.status = int(status.split(" ", 1)[0])
        self.headers = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers]
        return _no_write


def _no_write(_: bytes) -> None:
    raise NotImplementedError


def environment(scope: Scope, body: bytes) -> dict[str, Any]:
    """The request as WSGI has it. Headers with «_» in their names, which could pass for others, are left out."""
    host, port = scope.get("server") or ("localhost", 80)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": scope["method"],
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(scope["raw_path"]).decode("latin-1"),
        "QUERY_STRING": scope["query_string"].decode("latin-1"),
        "SERVER_NAME": str(host),
        "SERVER_PORT": str(port),
        "SERVER_PROTOCOL": f"HTTP/{scope['http_version']}",
        "REMOTE_ADDR": (scope.get("client") or ("",))[0],
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope["scheme"],
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
        "wsgi.input_terminated": True,
    }
    for name, value in headers_of(scope).items():
        if "_" not in name:
            upper = name.upper().replace("-", "_")
            environ[upper if upper in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{upper}"] = value
    return environ


def headers_of(scope: Scope) -> Mapping[str, str]:
    """The headers of a request by their names in small letters; the values of one that stands more than once, together."""
    found: dict[str, str] = {}
    for name, value in scope["headers"]:
        text, former = value.decode("latin-1"), found.get(name.decode("latin-1"))
        found[name.decode("latin-1")] = text if former is None else f"{former},{text}"
    return found
