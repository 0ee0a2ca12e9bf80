"""The app (`create_app`) and the server that runs it (`serve`)."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import FrameType

from flask import Flask, Response, request
from flask_compress import Compress
from waitress import create_server, wasyncore  # type: ignore[import-untyped]  # ships no types
from waitress.server import TcpWSGIServer  # type: ignore[import-untyped]

from kg.errors import KgError, UsageError
from kg.serving import errors, freshness, graph_store, negotiation, observation, pages, reconciliation, sparql, void
from kg.serving.engine import Limits
from kg.serving.reconciler import MakeReconciler
from kg.serving.state import EXTENSION, Config, State, open_state
from kg.settings import Settings, resource

THREADS = 16
WORKERS = Limits().workers
DRAIN_SECONDS = 2.0
_ARENAS = -8  #: M_ARENA_MAX of malloc.h
_COMPRESSED = {  #: media types that are text
    *negotiation.RESULT_FORMATS,
    *negotiation.GRAPH_FORMATS,
    *negotiation.DUMP_NAMES.values(),
    negotiation.HTML,
    "text/css",
    "text/javascript",
    "image/svg+xml",
}
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


def create_app(config: Config) -> Flask:
    """A new app over the store that `config` names; it holds no state outside itself.

    The store need not exist yet: until it does, what reads it is answered with 503.
    """
    app = Flask("kg.serving")
    app.config.from_mapping(COMPRESS_MIMETYPES=sorted(_COMPRESSED), COMPRESS_EVALUATE_CONDITIONAL_REQUEST=False)
    app.extensions[EXTENSION] = open_state(config)
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False
    app.register_blueprint(sparql.blueprint)
    app.register_blueprint(graph_store.blueprint)
    app.register_blueprint(void.blueprint)
    app.register_blueprint(pages.blueprint)
    app.register_blueprint(reconciliation.blueprint)
    app.context_processor(lambda: {"root": request.script_root})
    observation.register(app)
    app.before_request(freshness.unchanged)
    app.after_request(freshness.mark)
    app.after_request(_headers)
    Compress(app)  # before the others: they have the last word on headers
    errors.register(app)
    return app


def close_app(app: Flask) -> None:
    """End the processes that the app started."""
    state: State = app.extensions[EXTENSION]
    state.engine.close()


def serve(
    settings: Settings,
    *,
    host: str,
    port: int,
    announce: Callable[[str], None],
    workers: int = WORKERS,
    threads: int = THREADS,
    reconciler: MakeReconciler | None = None,
) -> int:
    """Serve the store of `settings` until SIGINT or SIGTERM; 0 when it ended so.

    As many as `workers` queries run at one time, and `threads` requests are read and answered. `announce` is told once, as soon as requests are answered, with the address in a sentence. Port 0 takes a free one.
    `reconciler` makes what answers `/reconcile`, when it is first asked for.
    Raises UsageError where the address cannot be used, StoreError where there is no store.
    """
    limits = Limits(
        workers=workers,
        waiting=max(1, threads - workers),
        seconds=settings.query_timeout,
        memory_bytes=settings.query_memory,
    )
    config = Config(
        store=settings.store, base_iri=settings.base_iri, queries=_queries(), limits=limits, reconciler=reconciler
    )
    _share_memory()
    app = create_app(config)
    app.extensions[EXTENSION].snapshot.store()
    listener = _listen(host, port)
    server = create_server(app, sockets=[listener], threads=threads, ident=None, clear_untrusted_proxy_headers=True)
    bound = listener.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    try:
        with _ended_by_signals():
            app.extensions[EXTENSION].engine.warm()
            announce(f"The graph is served at http://{shown}:{bound}/ (Ctrl+C ends it).")
            server.run()
            _drain(server)
    finally:
        server.close()
        close_app(app)
    return 0


def _headers(response: Response) -> Response:
    """Headers that every answer carries."""
    for name, value in _SECURITY.items():
        response.headers.setdefault(name, value)
    if not request.path.startswith("/static/"):
        response.headers["Access-Control-Allow-Origin"] = "*"
        response.headers["Access-Control-Expose-Headers"] = "ETag, Link, Retry-After"
        response.vary.add("Accept")
        if request.method == "OPTIONS" and response.status_code == 200:
            response.headers.setdefault("Access-Control-Allow-Methods", response.headers.get("Allow", ""))
            response.headers["Access-Control-Allow-Headers"] = "Accept, Content-Type, If-None-Match"
            response.headers["Access-Control-Max-Age"] = "86400"
    return response


def _share_memory() -> None:
    """Have glibc keep one arena for all threads: with one for each, what large answers took and gave back stays with the process."""
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENAS, 1)


def _listen(host: str, port: int) -> socket.socket:
    """A bound socket, not yet listening."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except (OSError, OverflowError) as error:
        raise UsageError(
            f"The address {host}:{port} cannot be used: {error}.", cure="Give another --host or --port."
        ) from error
    listener = socket.socket(family, kind, protocol)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind(address)
        listener.listen(128)
    except OSError as error:
        listener.close()
        raise _address_error(host, port, error) from error
    return listener


def _address_error(host: str, port: int, error: OSError) -> UsageError:
    if error.errno == errno.EADDRINUSE:
        return UsageError(f"Port {port} on {host} is taken by another program.", cure="Give another with --port.")
    if error.errno == errno.EACCES:
        return UsageError(f"Port {port} needs more rights.", cure="Give one above 1023 with --port.")
    return UsageError(f"The address {host}:{port} cannot be used: {error}.", cure="Give another --host or --port.")


def _queries() -> Path | None:
    """The folder of example queries; None where it is not installed."""
    try:
        return resource("queries")
    except KgError:
        return None


@contextlib.contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGINT end the server, also where a shell that started it in the background had SIGINT ignored.

    Only the main thread may change that, others leave it as it is.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = {number: signal.signal(number, _stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _stop(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)


def _drain(server: TcpWSGIServer) -> None:
    """Send what finished requests have left to send; the loop that does so otherwise has ended."""
    server.accepting = False
    end = time.monotonic() + DRAIN_SECONDS
    while time.monotonic() < end and any(one.total_outbufs_len for one in server.active_channels.values()):
        wasyncore.loop(timeout=0.05, map=server._map, count=1)
