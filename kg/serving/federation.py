"""SERVICE for chosen hosts: queries may call these and nothing else, and never an address that is not public.

The engine calls whatever a query names, follows redirects, and looks names up itself. So it is given other names: each SERVICE clause of a query is
pointed at a listener of this server on the loopback address, under a secret, and the listener makes the call. It looks the host up once, calls the address that
it has seen, and follows no redirect.
"""

from __future__ import annotations

import http.client
import ipaddress
import secrets
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import quote, unquote, urlsplit

from kg.graph.lexer import tokens
from kg.serving import failures, guard, negotiation
from kg.serving.errors import HttpError
from kg.serving.guard import Refused

ANSWER_BYTES: Final = 16 << 20  #: of another endpoint
SECONDS: Final = 20.0  #: for it to answer
_REQUEST_BYTES = 1 << 20


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped is not None:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast


class Federation:
    """The hosts that queries may call, and the listener that calls them."""

    def __init__(self, hosts: Iterable[str], *, allowed: Callable[[str], bool] = is_public) -> None:
        """`hosts` as in addresses, «query.wikidata.org» or «example.org:8080»; `allowed` says whether an IP address may be called."""
        self.hosts = frozenset(host.lower() for host in hosts)
        self._allowed = allowed
        self._secret = secrets.token_urlsafe(24)
        self._server: ThreadingHTTPServer | None = None
        self._lock = threading.Lock()

    def rewrite(self, query: str) -> str:
        """The query with its SERVICE clauses pointed at the listener. Raises Refused for one that may not be called."""
        found = tokens(query)
        changes: list[tuple[int, int, str]] = []
        for place, token in enumerate(found):
            if token.kind != "word" or token.text.upper() != "SERVICE":
                continue
            after = [other for other in found[place + 1 : place + 3] if other.text.upper() != "SILENT"]
            named = after[0] if after else token
            if named.kind != "iri":
                raise Refused(
                    reason="SERVICE is answered for an endpoint that is written out: SERVICE <https://…>.",
                    offset=named.offset,
                )
            iri = named.text[1:-1]
            self._check(iri, named.offset)
            changes.append((named.offset, named.offset + len(named.text), f"<{self._address(iri)}>"))
        for begin, end, text in reversed(changes):
            query = query[:begin] + text + query[end:]
        return query

    def close(self) -> None:
        """Call nobody any more."""
        with self._lock:
            server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            server.server_close()

    def call(self, iri: str, body: bytes, headers: dict[str, str]) -> tuple[str, bytes]:
        """Media type and bytes of an endpoint's answer. Raises OSError where there is none that may be had."""
        parts = urlsplit(iri)
        if parts.netloc.lower() not in self.hosts or parts.scheme not in ("http", "https"):
            raise OSError("This host may not be called.")
        address = self._look_up(parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80))
        connection = _Pinned(parts.hostname or "", address, secure=parts.scheme == "https")
        try:
            connection.request(
                "POST", f"{parts.path or '/'}{'?' + parts.query if parts.query else ''}", body=body, headers=headers
            )
            response = connection.getresponse()
            answer = response.read(ANSWER_BYTES + 1)
            if response.status != 200:
                raise OSError(f"It answers with status {response.status}.")
            if len(answer) > ANSWER_BYTES:
                raise OSError(f"Its answer is larger than the {ANSWER_BYTES >> 20} MiB allowed.")
            return response.headers.get("Content-Type", ""), answer
        except http.client.HTTPException as error:
            raise OSError(f"It does not answer in HTTP: {error}.") from error
        finally:
            connection.close()

    def _check(self, iri: str, offset: int) -> None:
        parts = urlsplit(iri)
        if (
            parts.scheme not in ("http", "https")
            or parts.username is not None
            or parts.netloc.lower() not in self.hosts
        ):
            hosts = ", ".join(sorted(self.hosts))
            raise Refused(
                reason=f"SERVICE is refused for {parts.netloc or iri}: this endpoint calls {hosts} alone.",
                offset=offset,
            )

    def _look_up(self, host: str, port: int) -> tuple[str, int]:
        """An address of a host. Raises OSError where there is none, or one of them is not to be called."""
        found = {entry[4][0] for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
        if not found or not all(self._allowed(str(address)) for address in found):
            raise OSError("The host has an address that may not be called.")
        return str(sorted(map(str, found))[0]), port

    def _address(self, iri: str) -> str:
        with self._lock:
            if self._server is None:
                self._server = self._listen()
            port = self._server.server_address[1]
        return f"http://127.0.0.1:{port}/{self._secret}/{quote(iri, safe='')}"

    def _listen(self) -> ThreadingHTTPServer:
        federation, prefix = self, f"/{self._secret}/"

        class Handler(BaseHTTPRequestHandler):
            """Passes a query on."""

            timeout = SECONDS

            def do_POST(self) -> None:
                """Answer with what the endpoint answers."""
                size = int(self.headers.get("Content-Length") or 0)
                if not secrets.compare_digest(self.path[: len(prefix)], prefix) or not 0 < size <= _REQUEST_BYTES:
                    self.send_error(404)
                    return
                sent = {
                    "Content-Type": self.headers.get("Content-Type", negotiation.SPARQL_QUERY),
                    "Accept": self.headers.get("Accept", negotiation.RESULTS_JSON),
                    "User-Agent": "hindi-news-kg",
                }
                try:
                    media, body = federation.call(unquote(self.path[len(prefix) :]), self.rfile.read(size), sent)
                except OSError as error:
                    self.send_error(502, explain=str(error))
                    return
                self.send_response(200)
                self.send_header("Content-Type", media)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *arguments: Any) -> None:
                """Say nothing."""

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


def admit(query: str, federation: Federation | None) -> str:
    """The query as the engine is to have it. Raises Refused for one that it is not to have."""
    guard.check(query, federation=federation is not None)
    return query if federation is None else federation.rewrite(query)


def failure(error: failures.EngineError, *, calls: bool) -> HttpError | None:
    """What a client is told of a query that called another endpoint in vain; None where it failed otherwise."""
    if not calls or not isinstance(error, failures.Unreadable):
        return None
    return HttpError(status=502, detail="The other endpoint gives no answer that can be read.")


class _Pinned(http.client.HTTPConnection):
    """A connection to an address that has been looked at; the certificate is checked for the host."""

    def __init__(self, host: str, address: tuple[str, int], *, secure: bool) -> None:
        super().__init__(host, address[1], timeout=SECONDS)
        self._address = address
        self._context = ssl.create_default_context() if secure else None

    def connect(self) -> None:
        """Connect to the address."""
        self.sock = socket.create_connection(self._address, timeout=SECONDS)
        if self._context is not None:
            self.sock = self._context.wrap_socket(self.sock, server_hostname=self.host)
