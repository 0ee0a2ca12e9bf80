"""The folder beside the store into which entities are fetched: one process at a time writes there."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from kg.errors import DataError

_LOCK: Final = "fetching.lock"


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the folder, which is made where need be; the lock ends with the process, however it ends.

    Raises DataError where another import or update works there, OSError where the folder cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / _LOCK).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise DataError(
                "Another import or update is writing here.",
                where=str(folder),
                cure="Wait until it is done, or stop it.",
            ) from error
        try:
            yield
        finally:
            (folder / _LOCK).unlink(missing_ok=True)
