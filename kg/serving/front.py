"""The server's side of HTTP: queries are answered here, in the event loop; all else by the Flask app, in threads.

A query takes the same way as in the app's own route (`sparql.py`), past what a page needs: that way costs a tenth.
"""

from __future__ import annotations

import asyncio
import json
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

from flask import Flask

from kg.errors import KgError
from kg.graph.store import Store
from kg.serving import errors, federation, freshness, guard, headers, negotiation, observation, protocol, reconciliation
from kg.serving.bridge import Bridge, Gone, Receive, Scope, Send, headers_of, read_body
from kg.serving.connection import cut, is_gone
from kg.serving.engine import Answer
from kg.serving.errors import HttpError
from kg.serving.failures import EngineError
from kg.serving.remembered import Kept, Key, Remembered
from kg.serving.state import EXTENSION, State
from kg.serving.writing import WRITE_BYTES

_ROUTE = "sparql.sparql"
_BODY_SECONDS = 60.0  #: for a request's body
_LONG = 0.2  #: seconds after which it is seen to whether the client is still there
_LEAST = 500  #: bytes of an answer that is worth compressing
_LEVEL = 5  #: of zlib
_PIECE = 64 << 10
_UNCHANGED = (b"etag", b"cache-control", b"last-modified")
_COMMON = [
    (name.lower().encode(), value.encode()) for name, value in (*headers.SECURITY.items(), *headers.SHARED.items())
] + [(b"vary", b"Accept, Accept-Encoding")]


class Front:
    """The application that the server runs."""

    def __init__(self, app: Flask, *, threads: int) -> None:
        self._app = app
        self._state: State = app.extensions[EXTENSION]
        self._metrics: observation.Metrics = app.extensions[observation.EXTENSION]
        self._bridge = Bridge(app, threads=threads)
        limits = self._state.config.limits
        streams = limits.workers + limits.aside  # so many answers may be computed at one time, and waited for
        self._readers = ThreadPoolExecutor(threads + streams, thread_name_prefix="answers")
        self._remembered = Remembered()
        name, value = protocol.row_limit(limits.rows)
        self._row_limit = (name.lower().encode(), value.encode())
        self._modified: tuple[str, bytes] = ("", b"")

    def close(self) -> None:
        """Take no further requests."""
        self._bridge.close()
        self._readers.shutdown(wait=False, cancel_futures=True)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        try:
            body = b""
            if scope["method"] not in ("GET", "HEAD", "OPTIONS"):
                body = await asyncio.wait_for(read_body(receive, self._most_bytes(scope)), _BODY_SECONDS)
        except Gone:
            return
        except TimeoutError:
            await _send_error(send, HttpError(status=408, detail="The request's body did not come in time."))
            return
        try:
            if not await self._query(scope, body, receive, send):
                await self._bridge.answer(scope, body, send)
        except Exception as error:  # whatever it is, one request fails
            self._app.logger.exception("A request failed", exc_info=error)
            try:
                await _send_error(send, HttpError(status=500, detail=errors.MISTAKE))
            except RuntimeError:  # its answer has begun
                await cut(scope)

    def _most_bytes(self, scope: Scope) -> int:
        """How long a request's body may be: of a longer one, the app is given so much and one byte more, and refuses it."""
        writing = self._state.config.writing
        if writing is not None and writing.allows(headers_of(scope).get("authorization")):
            return WRITE_BYTES
        return reconciliation.BODY_BYTES if scope["path"].startswith("/reconcile") else protocol.BODY_BYTES

    async def _query(self, scope: Scope, body: bytes, receive: Receive, send: Send) -> bool:
        """Answer a query; False for what is none, and for what is answered by a page."""
        if scope["path"] != "/sparql" or scope["method"] not in ("GET", "POST") or len(body) > protocol.BODY_BYTES:
            return False
        begin = time.monotonic()
        request = _Request.of(scope, body)
        if "html" in request.accept:
            return False
        graph = self._graph()
        kept = self._remembered.find(graph, request.key)
        if kept is not None:
            status = await _send_kept(send, kept, request.known)
            self._note(request, status, begin, "remembered")
            return True
        try:
            operation = protocol.read_operation(request.message)
            if operation.query is None or operation.format == "html":
                return False
        except HttpError:
            return False  # the app tells it
        status, outcome = 200, "answered"
        try:
            status = await self._answered(operation, request, graph, scope, receive, send)
        except guard.Refused as refused:
            outcome = "refused"
            status = await _send_error(send, protocol.refusal(operation.query, refused))
        except EngineError as error:
            outcome = observation.outcome(error)
            status = await _send_error(send, errors.from_engine(error, self._app.logger))
        except HttpError as error:
            status = await _send_error(send, error)
        finally:
            self._note(request, status, begin, outcome, query=operation.query)
        return True

    def _note(self, request: _Request, status: int, begin: float, outcome: str, *, query: str | None = None) -> None:
        if query is None and observation.is_logged():
            query = protocol.read_operation(request.message).query
        seconds = time.monotonic() - begin
        self._metrics.note(_ROUTE, request.message.method, status, seconds, query=query, outcome=outcome)

    async def _answered(
        self, operation: protocol.Operation, request: _Request, graph: str, scope: Scope, receive: Receive, send: Send
    ) -> int:
        """The status of the answer that was sent. Raises Refused, HttpError, EngineError where none was begun."""
        query = operation.query or ""
        lasting = graph != "" and not freshness.is_fickle(query)
        tag, sent = self._freshness(graph, request) if lasting else (None, [])
        if tag is not None and freshness.matches(request.known, tag):
            return await _send_unchanged(send, sent)
        admitted = federation.admit(query, self._state.config.federation)
        choice = protocol.choose(operation, request.accept or None)
        asked = operation if admitted is query else replace(operation, query=admitted)
        address = f"{scope['scheme']}://{request.host}/sparql"
        question = protocol.question(asked, choice, address=address, rows=self._state.config.limits.rows)
        try:
            answer = await self._while_there(receive, question)
        except EngineError as error:
            told = federation.failure(error, calls=admitted is not query)
            if told is None:
                raise
            raise told from error
        if answer is None:
            return 499  # the client has gone
        try:
            sent.append(self._row_limit)
            sent.append((b"content-type", negotiation.content_type(choice.of(answer.kind)).encode()))
            if answer.size is None:
                await self._stream(answer, sent, packed=request.packed, scope=scope, send=send)
                return 200
            whole = await self._whole(answer, sent, packed=request.packed)
        finally:
            answer.close()
        kept = Kept(headers=(*_COMMON, *whole[0]), body=whole[1], tag=tag)
        if lasting:
            self._remembered.keep(graph, request.key, kept)
        return await _send_kept(send, kept, None)

    def _graph(self) -> str:
        """Digest of the graph that is asked; empty where there is none."""
        try:
            landed = Store.landed(self._state.config.store)
        except KgError:
            return ""
        return "" if landed is None else landed[0]

    def _freshness(self, graph: str, request: _Request) -> tuple[str | None, list[tuple[bytes, bytes]]]:
        """The tag of an answer, and the headers that say how long it is good."""
        if request.message.method != "GET":
            return None, []
        path = f"/sparql?{request.message.query_string.decode('latin-1')}"
        tag = freshness.tag_of(graph, request.host, path, request.accept)
        if self._modified[0] != graph:
            when = self._state.snapshot.landed()
            self._modified = (graph, b"" if when is None else freshness.date(when).encode())
        return tag, [
            (b"etag", b'W/"' + tag.encode() + b'"'),
            (b"cache-control", freshness.CACHE.encode()),
            (b"last-modified", self._modified[1]),
        ]

    async def _while_there(self, receive: Receive, question: Any) -> Answer | None:
        """The answer to a question, begun; None where the client goes away before: then the query is ended."""
        loop = asyncio.get_running_loop()
        me = asyncio.current_task()
        gone = False
        watcher: asyncio.Task[None] | None = None

        async def watch() -> None:
            nonlocal gone
            while (await receive())["type"] != "http.disconnect":
                pass
            gone = True
            if me is not None:
                me.cancel()

        def look() -> None:
            nonlocal watcher
            watcher = loop.create_task(watch())

        timer = loop.call_later(_LONG, look)
        try:
            return await self._state.engine.answer(question)
        except asyncio.CancelledError:
            if not gone:
                raise
            return None
        finally:
            timer.cancel()
            if watcher is not None:
                watcher.cancel()

    async def _whole(
        self, answer: Answer, sent: list[tuple[bytes, bytes]], *, packed: bool
    ) -> tuple[list[tuple[bytes, bytes]], bytes]:
        """Headers and body of a small answer."""
        body = answer.whole()
        if packed and len(body) >= _LEAST:
            body = await self._in_thread(_gzip, body) if len(body) > _PIECE else _gzip(body)
            sent.append((b"content-encoding", b"gzip"))
        return [*sent, (b"content-length", str(len(body)).encode())], body

    async def _stream(
        self, answer: Answer, sent: list[tuple[bytes, bytes]], *, packed: bool, scope: Scope, send: Send
    ) -> None:
        """Send a large answer while it is computed."""
        packer = zlib.compressobj(_LEVEL, wbits=31) if packed else None
        if packer is not None:
            sent.append((b"content-encoding", b"gzip"))
        await send({"type": "http.response.start", "status": 200, "headers": [*_COMMON, *sent]})
        pieces = answer.chunks()

        def next_piece() -> bytes | None:
            for piece in pieces:
                packed_piece = piece if packer is None else packer.compress(piece)
                if packed_piece:
                    return packed_piece
            return None

        try:
            while (piece := await self._in_thread(next_piece)) is not None:
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                if is_gone(scope):
                    return
        except EngineError:
            await cut(scope)
            return
        await send({"type": "http.response.body", "body": b"" if packer is None else packer.flush()})

    async def _in_thread(self, function: Any, *arguments: Any) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._readers, function, *arguments)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Request:
    """What of a request an answer depends on."""

    message: protocol.Message
    accept: str  #: empty where there is none
    host: str
    known: str | None  #: tags that the client has already
    packed: bool  #: whether the client takes gzip
    key: Key

    @classmethod
    def of(cls, scope: Scope, body: bytes) -> _Request:
        found = headers_of(scope)
        message = protocol.Message(
            method=scope["method"],
            query_string=scope["query_string"],
            content_type=found.get("content-type") if body else None,
            body=body,
        )
        accept, host = found.get("accept", ""), found.get("host", "")
        packed = _takes_gzip(found.get("accept-encoding"))
        key = (message.method, message.query_string, message.content_type, body, accept, host, packed)
        return cls(message=message, accept=accept, host=host, known=found.get("if-none-match"), packed=packed, key=key)


async def _send_kept(send: Send, kept: Kept, known: str | None) -> int:
    """Send an answer, or that it is what the client has already; the status."""
    if kept.tag is not None and freshness.matches(known, kept.tag):
        return await _send_unchanged(send, [pair for pair in kept.headers if pair[0] in _UNCHANGED])
    await send({"type": "http.response.start", "status": 200, "headers": kept.headers})
    await send({"type": "http.response.body", "body": kept.body})
    return 200


async def _send_unchanged(send: Send, sent: list[tuple[bytes, bytes]]) -> int:
    await send({"type": "http.response.start", "status": 304, "headers": [*_COMMON, *sent]})
    await send({"type": "http.response.body", "body": b""})
    return 304


async def _send_error(send: Send, error: HttpError) -> int:
    body = (json.dumps(errors.body(error), ensure_ascii=False) + "\n").encode()
    sent = [
        *_COMMON,
        (b"content-type", negotiation.JSON.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        *((name.lower().encode(), value.encode()) for name, value in error.headers.items()),
    ]
    await send({"type": "http.response.start", "status": error.status, "headers": sent})
    await send({"type": "http.response.body", "body": body})
    return error.status


def _gzip(body: bytes) -> bytes:
    return zlib.compress(body, _LEVEL, wbits=31)


def _takes_gzip(accepted: str | None) -> bool:
    """Whether `Accept-Encoding` names gzip (RFC 9110, section 12.5.3)."""
    for entry in (accepted or "").lower().split(","):
        name, _, weight = entry.partition(";")
        if name.strip() in ("gzip", "x-gzip"):
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False
