"""The errors that this program raises on purpose.

    KgError
    ├── InputError        a document or file that cannot be used
    ├── DataError         a data file of the package or the user that is wrong (file, line)
    ├── ModelError        models that are missing or cannot be downloaded
    ├── StoreError        a store that cannot be opened, written or read
    │   └── StoreVersionError   a store made by another version
    ├── EndpointError     somebody else's SPARQL endpoint that gives no usable answer
    ├── QueryError        a SPARQL query that cannot be answered
    └── UsageError        a wrong call of the command line or the Python API

Every message says what is wrong, where, and how to mend it.
"""

from __future__ import annotations


class KgError(Exception):
    """Base of all errors of this program. `str(error)` is fit for a user to read."""

    def __init__(self, what: str, *, where: str = "", cure: str = "") -> None:
        self.what = what
        self.where = where
        self.cure = cure
        message = f"{where}: {what}" if where else what
        super().__init__(f"{message} {cure}".rstrip())


class InputError(KgError):
    """A document or file that cannot be used."""


class DataError(KgError):
    """A data file that is wrong; `where` is file and line."""


class ModelError(KgError):
    """Language models that are missing or cannot be downloaded."""


class StoreError(KgError):
    """A store that cannot be opened, written or read."""


class StoreVersionError(StoreError):
    """A store that was made by another version of the program."""


class EndpointError(KgError):
    """Somebody else's SPARQL endpoint that cannot be reached or gives no usable answer; `where` is its address."""


class QueryError(KgError):
    """A SPARQL query that cannot be answered."""


class UsageError(KgError):
    """A wrong call."""
