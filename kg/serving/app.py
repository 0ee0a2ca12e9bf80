"""The app (`create_app`) and the server that runs it (`serve`)."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import errno
import resource as resource_limits
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

import uvicorn
from flask import Flask, Response, request
from flask_compress import Compress

from kg.errors import KgError, UsageError
from kg.serving import (
    errors,
    freshness,
    graph_store,
    headers,
    negotiation,
    observation,
    openapi,
    pages,
    reconciliation,
    sparql,
    void,
)
from kg.serving.connection import Connection
from kg.serving.engine import Engine, Limits
from kg.serving.federation import Federation
from kg.serving.forks import free_bytes
from kg.serving.front import Front
from kg.serving.reconciler import MakeReconciler
from kg.serving.state import EXTENSION, Config, State, open_state
from kg.serving.writing import Writing
from kg.settings import LEAST_MEMORY, Settings, resource

THREADS = 16
WORKERS = Limits().workers
KEEP_SECONDS = 30  #: that a connection is kept open after an answer
DRAIN_SECONDS = 3  #: for those who are being answered when the server ends
_DESCRIPTORS = 8192
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
    if config.writing is not None:
        app.register_blueprint(graph_store.writable)
    app.register_blueprint(void.blueprint)
    app.register_blueprint(openapi.blueprint)
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
    if state.config.federation is not None:
        state.config.federation.close()


def serve(
    settings: Settings,
    *,
    host: str,
    port: int,
    announce: Callable[[str], None],
    workers: int = WORKERS,
    threads: int = THREADS,
    memory: str = "auto",
    read_only: bool = False,
    federation: Sequence[str] = (),
    reconciler: MakeReconciler | None = None,
) -> int:
    """Serve the store of `settings` until SIGINT or SIGTERM; 0 when it ended so.

    As many as `workers` queries run at one time, and `threads` pages are made. `memory` is one of `source.HOLD`. With a token in the settings, who has it may write, but for `read_only`. Queries may call the hosts in `federation`. `announce` is told once, as soon as requests are answered, with the address in a sentence. Port 0 takes a free one.
    `reconciler` makes what answers `/reconcile`, when it is first asked for.
    Raises UsageError where the address cannot be used, StoreError where there is no store.
    """
    limits = Limits(
        workers=workers,
        waiting=max(1, threads - workers),
        seconds=settings.query_timeout,
        memory_bytes=min(settings.query_memory, max(LEAST_MEMORY, int(free_bytes() / 4))),
        rows=settings.query_rows,
        hold=memory,
    )
    config = Config(
        store=settings.store,
        base_iri=settings.base_iri,
        queries=_queries(),
        limits=limits,
        writing=None if read_only else _writing(settings),
        federation=Federation(federation) if federation else None,
        reconciler=reconciler,
    )
    _share_memory()
    app = create_app(config)
    app.extensions[EXTENSION].snapshot.store()
    listener = _listen(host, port)
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{listener.getsockname()[1]}/"
    front = Front(app, threads=threads)
    server = _Server(
        _server_config(front),
        engine=app.extensions[EXTENSION].engine,
        begun=lambda: announce(f"The graph is served at {address} (Ctrl+C ends it)."),
    )
    try:
        with _signals_end_the_server_alone():
            server.run(sockets=[listener])
    finally:
        listener.close()
        front.close()
        close_app(app)
    return 0


def _writing(settings: Settings) -> Writing | None:
    if settings.write_token is None:
        return None
    return Writing(
        store=settings.store,
        token=settings.write_token,
        base_iri=settings.base_iri,
        seconds=settings.query_timeout,
        memory_bytes=settings.query_memory,
        epoch=settings.source_date_epoch,
    )


class _Server(uvicorn.Server):
    """The server, with the engine in its event loop."""

    def __init__(self, config: uvicorn.Config, *, engine: Engine, begun: Callable[[], None]) -> None:
        super().__init__(config)
        self._engine = engine
        self._begun = begun

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer."""
        self._engine.attach(asyncio.get_running_loop())
        await self._engine.warm()
        await super().startup(sockets)
        self._begun()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Let those who are being answered have their answers, for a while."""
        await super().shutdown(sockets)
        self._engine.close()


def _server_config(front: Front) -> uvicorn.Config:
    return uvicorn.Config(
        front,
        http=Connection,
        loop="uvloop",
        ws="none",
        interface="asgi3",
        lifespan="off",
        log_config=None,
        log_level="error",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        limit_concurrency=_descriptors() // 2,
        timeout_keep_alive=KEEP_SECONDS,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )


def _descriptors() -> int:
    """As many files and connections as this process may have open, once it has asked for as many as it can get."""
    soft, hard = resource_limits.getrlimit(resource_limits.RLIMIT_NOFILE)
    most = min(hard, _DESCRIPTORS) if hard != resource_limits.RLIM_INFINITY else _DESCRIPTORS
    if soft < most:
        with contextlib.suppress(ValueError, OSError):
            resource_limits.setrlimit(resource_limits.RLIMIT_NOFILE, (most, hard))
            return most
    return soft


def _headers(response: Response) -> Response:
    """Headers that every answer carries."""
    for name, value in headers.SECURITY.items():
        response.headers.setdefault(name, value)
    if not request.path.startswith("/static/"):
        response.headers.update(headers.SHARED)
        response.vary.add("Accept")
        if request.method == "OPTIONS" and response.status_code == 200:
            response.headers.setdefault("Access-Control-Allow-Methods", response.headers.get("Allow", ""))
            response.headers.update(headers.PREFLIGHT)
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
def _signals_end_the_server_alone() -> Iterator[None]:
    """SIGTERM and SIGINT end the server, which raises them again when it has ended; then there is nothing left to end.

    That holds where a shell that started it in the background had SIGINT ignored, too. Only the main thread may change it, others leave
    it as it is.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    previous = {number: signal.signal(number, _nothing) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _nothing(number: int, frame: FrameType | None) -> None:
    """Go on."""
