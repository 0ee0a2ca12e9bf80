"""The program as a user calls it, for tests with real models."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SEEDS = ROOT / "seeds"
SENTENCE = "नरेंद्र मोदी ने मंगलवार को मॉस्को में व्लादिमीर पुतिन से मुलाकात की।"


def command(*arguments: object) -> list[str]:
    """The words of a call of `kg`."""
    return [sys.executable, "-m", "kg", *map(str, arguments)]


def kg(*arguments: object, environment: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    """What `kg` said to a call, and its exit code."""
    return subprocess.run(
        command(*arguments),
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def dump(store: Path, format: str = "nquads") -> bytes:
    """A dump of a store, by the command line."""
    call = command("dump", "--store", store, "--format", format)
    return subprocess.run(call, cwd=ROOT, capture_output=True, timeout=300, check=True).stdout
