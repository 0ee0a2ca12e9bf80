"""Connections that do not wait for ever: what uvicorn leaves to a proxy in front of it is seen to here.

A client has a time for a request's headers and for taking each piece of an answer; headers have a length.
"""

from __future__ import annotations

import asyncio
import json
from typing import Any, Final

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from kg.serving import errors
from kg.serving.errors import HttpError

HEADER_BYTES: Final = (
    256 << 10
)  #: a query in an address may be as long as in a body, each byte of it written with three
HEADERS: Final = 100  #: that a request may have
HEADER_SECONDS: Final = 20.0
STALLED_SECONDS: Final = 60.0  #: that a client may take nothing of what is there for it
STATE: Final = "connection"  #: where a request finds its connection, in `scope["state"]`


class Connection(HttpToolsProtocol):
    """One connection, as uvicorn has it."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Begin."""
        super().connection_made(transport)
        self._unread = 0  # bytes of headers that are not whole yet
        self._whole = True
        self._late: asyncio.TimerHandle | None = self.loop.call_later(HEADER_SECONDS, self._hang_up)
        self._stalled: asyncio.TimerHandle | None = None

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        self._unset_late()
        self._unset_stalled()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on."""
        self._unread += len(data)
        super().data_received(data)
        if self._whole:
            self._unset_late()
            self._unread = 0
        elif self._unread > HEADER_BYTES:
            self._refuse(
                HttpError(status=431, detail=f"The headers are longer than the {HEADER_BYTES:,} bytes allowed.")
            )
        elif self._late is None:
            self._late = self.loop.call_later(HEADER_SECONDS, self._hang_up)

    def on_message_begin(self) -> None:
        """A request begins."""
        super().on_message_begin()
        self._whole = False
        self.scope["state"][STATE] = self

    def on_headers_complete(self) -> None:
        """Its headers are there."""
        self._whole = True
        if len(self.headers) > HEADERS:
            self._refuse(HttpError(status=431, detail=f"There are more than the {HEADERS} headers allowed."))
            raise ValueError("too many headers")  # the parser reads no further
        super().on_headers_complete()

    def pause_writing(self) -> None:
        """The client takes nothing."""
        super().pause_writing()
        if self._stalled is None:
            self._stalled = self.loop.call_later(STALLED_SECONDS, self._hang_up)

    def resume_writing(self) -> None:
        """The client takes what was there."""
        self._unset_stalled()
        super().resume_writing()

    def send_400_response(self, msg: str) -> None:
        """Refuse what is no HTTP."""
        self._refuse(HttpError(status=400, detail="This is no request of HTTP/1.1."))

    def cut(self) -> None:
        """Hang up in the midst of an answer, so that nobody takes it for whole."""
        self._hang_up()

    def _refuse(self, error: HttpError) -> None:
        if self.transport.is_closing():
            return
        body = (json.dumps(errors.body(error)) + "\n").encode()
        head = [f"HTTP/1.1 {error.status} {error.title}", "content-type: application/json", "connection: close"]
        head += [f"content-length: {len(body)}", "x-content-type-options: nosniff", "", ""]
        self.transport.write("\r\n".join(head).encode() + body)
        self.transport.close()

    def _hang_up(self) -> None:
        self.transport.abort()

    def _unset_late(self) -> None:
        if self._late is not None:
            self._late.cancel()
            self._late = None

    def _unset_stalled(self) -> None:
        if self._stalled is not None:
            self._stalled.cancel()
            self._stalled = None


def is_gone(scope: Any) -> bool:
    """Whether the client of a request has gone: what is sent to it then goes nowhere, and nobody says so."""
    connection = scope["state"].get(STATE)
    return connection is not None and connection.transport.is_closing()


async def cut(scope: Any) -> None:
    """Hang up on the client of a request whose answer has begun and cannot be ended."""
    scope["state"][STATE].cut()
    await asyncio.sleep(0)  # the connection learns of it
