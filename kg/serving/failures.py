"""How a question ends that gets no answer."""

from __future__ import annotations


class EngineError(Exception):
    """A question that got no answer; `str(error)` is fit for the client."""


class Malformed(EngineError):
    """The engine cannot read or evaluate the query."""


class Busy(EngineError):
    """All workers are taken."""


class Stopped(EngineError):
    """The query used more than it may, or brought its worker down."""

    def __init__(self, what: str, reason: str, *, limit: float | None = None, elapsed: float | None = None) -> None:
        super().__init__(what)
        self.reason = reason  #: «timeout», «memory», «size», «preempted» or «crash»
        self.limit = limit  #: seconds or bytes, as the reason has it
        self.elapsed = elapsed  #: seconds


class Unreadable(EngineError):
    """The store does not answer."""

    def __init__(self, what: str, reason: str = "") -> None:
        super().__init__(what)
        self.reason = reason  #: what the engine or the system said
