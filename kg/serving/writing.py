"""Writes over HTTP: SPARQL 1.1 Update, and PUT, POST and DELETE of the Graph Store Protocol. They are off unless there is a token.

A write is carried out in a process of its own (`writer.py`), one at a time. Each is told in the audit log, those that were refused too; who has the
token may write, and what they wrote stands in the provenance of the graph.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from flask import request

from kg.serving import guard, protocol, using
from kg.serving.errors import HttpError
from kg.settings import PACKAGE

LOG = logging.getLogger("kg.audit")
WRITE_BYTES: Final = 64 << 20  #: of a request that writes
_WAIT_SECONDS = 10.0  #: for another write to end
_LANDING_SECONDS = 600.0  #: for what was written to land


@dataclass(frozen=True, kw_only=True, slots=True)
class Writing:
    """What writing needs; without it there is none."""

    store: Path
    token: str = field(repr=False)
    base_iri: str
    seconds: float
    memory_bytes: int
    epoch: int | None = None
    turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def allows(self, authorization: str | None) -> bool:
        """Whether an `Authorization` header has the token (RFC 6750). Takes as long for a wrong one as for the right one."""
        scheme, _, given = (authorization or "").partition(" ")
        right = hmac.compare_digest(
            _digest(given.strip().encode("utf-8", "surrogatepass")), _digest(self.token.encode())
        )
        return right and scheme.lower() == "bearer"


@dataclass(frozen=True, kw_only=True, slots=True)
class Write:
    """One write."""

    verb: str  #: «update», «put», «post» or «delete»
    text: bytes = b""
    graph: str | None = None  #: IRI; None for an update, and for the graph without a name
    parts: Sequence[tuple[str, int]] = ()  #: media type and length of each document in `text`
    base: str = ""  #: IRI against which relative ones are read


def authorize(writing: Writing, verb: str) -> None:
    """Let the current request through. Raises HttpError (401)."""
    if writing.allows(request.headers.get("Authorization")):
        return
    _audit({"verb": verb, "outcome": "unauthorized"})
    raise HttpError(
        status=401,
        detail="Writing needs the token of this server: Authorization: Bearer TOKEN.",
        headers={"WWW-Authenticate": 'Bearer realm="hindi-news-kg"'},
    )


def update(writing: Writing, message: protocol.Message, *, address: str) -> bool:
    """Carry out the update in a request to an address; whether it changed anything. Raises HttpError."""
    authorize(writing, "update")
    operation = protocol.read_update(message)
    try:
        guard.check_update(operation.update)
        text = using.with_dataset(operation.update, default=operation.default_graphs, named=operation.named_graphs)
    except guard.Refused as refused:
        raise protocol.refusal(operation.update, refused) from refused
    except using.Conflict as conflict:
        raise HttpError(status=400, detail=str(conflict)) from conflict
    return carry_out(writing, Write(verb="update", text=text.encode(), base=address))


def carry_out(writing: Writing, write: Write) -> bool:
    """Carry out a write that is allowed; whether it changed anything.

    Raises HttpError: 400 where its words are wrong, 503 where it takes too much, or the store is being written by another.
    """
    begin = time.monotonic()
    facts: dict[str, Any] = {"verb": write.verb, "digest": _digest(write.text).hex()[:16], "bytes": len(write.text)}
    if write.graph is not None:
        facts["graph"] = write.graph
    if not writing.turn.acquire(timeout=_WAIT_SECONDS):
        _audit(facts | {"outcome": "busy"})
        raise _unavailable("Another write is being carried out. Try again in a moment.", "busy")
    try:
        answer = _run(writing, write)
    except HttpError as error:
        _audit(facts | {"outcome": str(error.facts.get("reason", "failed"))})
        raise
    finally:
        writing.turn.release()
    facts["seconds"] = round(time.monotonic() - begin, 3)
    if "failed" in answer:
        _audit(facts | {"outcome": answer["failed"], "what": answer["what"]})
        if answer["failed"] == "words":
            raise protocol.malformed(answer["what"])
        raise _unavailable(
            "The store takes no writes at the moment: a build may be going on. Try again later.", "store"
        )
    _audit(
        facts
        | {"outcome": "written" if answer["changed"] else "unchanged"}
        | {k: answer[k] for k in ("before", "after")}
    )
    return bool(answer["changed"])


def _run(writing: Writing, write: Write) -> dict[str, Any]:
    """What the process said. Raises HttpError where it did not come to its end."""
    command = [sys.executable, "-m", "kg.serving.writer", str(writing.store.resolve())]
    command += [str(writing.seconds), str(writing.memory_bytes), writing.base_iri, version("hindi-news-kg")]
    command += ["" if writing.epoch is None else str(writing.epoch)]
    told = {"verb": write.verb, "graph": write.graph, "parts": list(write.parts), "base": write.base}
    try:
        done = subprocess.run(
            command,
            input=json.dumps(told).encode() + b"\n" + write.text,
            stdout=subprocess.PIPE,
            cwd=PACKAGE.parent,
            process_group=0,
            timeout=writing.seconds + _LANDING_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _unavailable("The write cannot be carried out.", "crash") from error
    if done.returncode == 0:
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer
    if done.returncode == -signal.SIGALRM:
        raise _unavailable(
            f"The write took longer than the {writing.seconds:g} seconds allowed. Nothing was written.", "timeout"
        )
    raise _unavailable("The write needs more memory or depth than it may have. Nothing was written.", "memory")


def _unavailable(what: str, reason: str) -> HttpError:
    return HttpError(status=503, detail=what, headers={"Retry-After": "5"}, facts={"reason": reason})


def _digest(text: bytes) -> bytes:
    return hashlib.sha256(text).digest()


def _audit(facts: dict[str, Any]) -> None:
    """Write a line to the audit log."""
    line = {"time": datetime.now(UTC).isoformat(timespec="milliseconds"), "event": "write", **facts}
    LOG.info("%s", json.dumps(line, ensure_ascii=False))
