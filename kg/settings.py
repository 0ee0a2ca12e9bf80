"""Settings: the only reader of the environment and of file locations."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import UsageError

PACKAGE = Path(__file__).resolve().parent
LATEST = 253_402_300_799  #: the last second of the year 9999

_BASE = re.compile(r"https?://[^\s<>\"{}|\\^`\x00-\x20?#]+/")
_SHARE = re.compile(r"0(\.[0-9]{1,9})?|\.[0-9]{1,9}|1(\.0{1,9})?")
_SECONDS = re.compile(r"[0-9]{1,12}")
_TIMEOUT = re.compile(r"[0-9]{1,5}(\.[0-9]{1,6})?|\.[0-9]{1,6}")
_ROWS = re.compile(r"[1-9][0-9]{0,11}")
_TOKEN = re.compile(r"[A-Za-z0-9._~+/=-]{16,512}")  # RFC 6750, section 2.1
_SIZE = re.compile(r"([0-9]{1,15})([KMG]?)I?B?")
_SHIFTS = {"": 0, "K": 10, "M": 20, "G": 30}
LEAST_MEMORY = 256 << 20  #: for a query's process: with less it does not begin


def resource(name: str) -> Path:
    """The folder `ontology`, `queries` or `seeds`: beside the package in a checkout, inside it in a wheel."""
    for folder in (PACKAGE.parent / name, PACKAGE / name):
        if folder.is_dir():
            return folder
    raise UsageError(f"The folder {name!r} is not installed.", cure="Install the package again.")


def environment(**more: str) -> dict[str, str]:
    """The environment of this process with more in it, for a process that it starts."""
    return {**os.environ, **more}


def is_confidence(text: str) -> bool:
    """Whether a text is a decimal number from 0 to 1."""
    return bool(_SHARE.fullmatch(text))


def is_seconds(text: str) -> bool:
    """Whether a text is a number of seconds above 0, up to a day."""
    return bool(_TIMEOUT.fullmatch(text)) and 0 < float(text) <= 86_400


def checked_base(base: str, name: str) -> str:
    """The IRI that others are to begin with. Raises UsageError, with the name of the setting, where it cannot be that."""
    if not _BASE.fullmatch(base):
        raise UsageError(
            f"{name} is {base!r}.",
            cure="Give an http(s) IRI without ? and # that ends with a slash: https://example.org/kg/.",
        )
    return base


def _bytes(text: str) -> int | None:
    """«2G» → 2147483648; None for what is no size, or too small for a process to begin."""
    found = _SIZE.fullmatch(text.strip().upper())
    if found is None:
        return None
    size = int(found[1]) << _SHIFTS[found[2]]
    return size if LEAST_MEMORY <= size <= 1 << 50 else None


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """What a run can be told; each field has an environment variable of the name given beside it."""

    store: Path = Path(".kg/store")  #: KG_STORE: folder of the Oxigraph store
    base_iri: str = "https://w3id.org/hindi-news-kg/"  #: KG_BASE_IRI: what entity, event and document IRIs begin with
    models: str = "default"  #: KG_MODELS: `default` (shipped with the package) or `stanza` (downloaded by Stanza)
    models_dir: Path = field(
        default_factory=lambda: PACKAGE / "language" / "models"
    )  #: KG_MODELS_DIR: a Stanza resources folder
    min_confidence: float = 0.0  #: KG_MIN_CONFIDENCE: events that are less sure are left out, 0–1
    gazetteer: Path | None = (
        None  #: KG_GAZETTEER: folder of the user's own entities; None: beside the store, `gazetteer_dir`
    )
    query_timeout: float = 30.0  #: KG_QUERY_TIMEOUT: seconds that the server gives one query
    query_memory: int = 2 << 30  #: KG_QUERY_MEMORY: bytes of memory that a query's process may take
    query_rows: int = 1_000_000  #: KG_QUERY_ROWS: rows that the server sends of one table
    write_token: str | None = field(
        default=None, repr=False
    )  #: KG_WRITE_TOKEN: who sends it may write over HTTP; None: nobody may
    source_date_epoch: int | None = None  #: SOURCE_DATE_EPOCH: when set, provenance carries this time

    @property
    def gazetteer_dir(self) -> Path:
        """The folder of the user's own entities and of what was imported, which need not exist: «.kg/store.gazetteer»."""
        return self.gazetteer or self.store.with_name(f"{self.store.name}.gazetteer")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> Settings:
        """Settings from `KG_*` variables.

        Raises UsageError where a value cannot be used.
        """
        env = os.environ if environment is None else environment
        default = cls()
        base = checked_base(env.get("KG_BASE_IRI", default.base_iri), "KG_BASE_IRI")
        models = env.get("KG_MODELS", default.models)
        if models not in ("default", "stanza"):
            raise UsageError(f"KG_MODELS is {models!r}.", cure="Set it to 'default' or 'stanza'.")
        least = env.get("KG_MIN_CONFIDENCE", "0")
        if not is_confidence(least):
            raise UsageError(f"KG_MIN_CONFIDENCE is {least!r}.", cure="Give a number from 0 to 1.")
        timeout = env.get("KG_QUERY_TIMEOUT", f"{default.query_timeout:g}")
        if not is_seconds(timeout):
            raise UsageError(f"KG_QUERY_TIMEOUT is {timeout!r}.", cure="Give seconds above 0, up to 86400: 30 or 2.5.")
        memory = _bytes(env.get("KG_QUERY_MEMORY", str(default.query_memory)))
        if memory is None:
            raise UsageError(
                f"KG_QUERY_MEMORY is {env.get('KG_QUERY_MEMORY')!r}.",
                cure="Give bytes, or K, M or G of them, 256M at least: 2G.",
            )
        rows = env.get("KG_QUERY_ROWS", str(default.query_rows))
        if not _ROWS.fullmatch(rows):
            raise UsageError(f"KG_QUERY_ROWS is {rows!r}.", cure="Give a number of rows from 1: 1000000.")
        token = env.get("KG_WRITE_TOKEN") or None
        if token is not None and not _TOKEN.fullmatch(token):
            raise UsageError(
                "KG_WRITE_TOKEN is no token.",  # it is not shown: it may be a good one but for a space
                cure="Give 16 letters and digits at least, without spaces: openssl rand -hex 32 makes one.",
            )
        epoch = env.get("SOURCE_DATE_EPOCH")
        if epoch is not None and not (_SECONDS.fullmatch(epoch) and int(epoch) <= LATEST):
            raise UsageError(f"SOURCE_DATE_EPOCH is {epoch!r}.", cure="Give whole seconds since 1970.")
        return cls(
            store=Path(env.get("KG_STORE", str(default.store))),
            base_iri=base,
            models=models,
            models_dir=Path(env.get("KG_MODELS_DIR", str(default.models_dir))),
            min_confidence=float(least),
            gazetteer=Path(env["KG_GAZETTEER"]) if env.get("KG_GAZETTEER") else None,
            query_timeout=float(timeout),
            query_memory=memory,
            query_rows=int(rows),
            write_token=token,
            source_date_epoch=int(epoch) if epoch is not None else None,
        )
