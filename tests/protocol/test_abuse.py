"""Strangers do their worst, and a normal client gets its answers."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from benchmarks import abuse, soak


def test_a_normal_client_gets_every_answer_while_the_server_is_attacked(
    store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All hostile requests of the benchmark, eight at a time: no wrong answer, no call to elsewhere, no crash, no worker lost."""
    monkeypatch.setenv("KG_QUERY_TIMEOUT", "5")
    assert len(abuse.ATTACKS) >= 60
    with abuse.listening() as (listener, heard), abuse.server(store) as (process, port):
        with abuse.normal_client(port) as noticed:
            came = abuse.attack(port, listener)
        assert sum(came.values()) == len(abuse.ATTACKS)
        assert set(came) <= {"200", "303", "400", "404", "406", "413", "415", "431", "503", "closed", "cut off", "left"}
        assert noticed.wrong == [] and len(noticed.waits) > 3
        assert heard == []
        assert process.poll() is None


def test_a_server_does_not_grow_under_a_mixed_load(
    store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A shortened run of `benchmarks/soak.py`: queries, pages, attacks and writes at once; every answer is right, and files and threads are given back."""
    monkeypatch.setenv("KG_WRITE_TOKEN", soak.TOKEN)
    monkeypatch.setenv("KG_QUERY_TIMEOUT", "5")
    monkeypatch.setattr(soak, "WRITE_SECONDS", 2.0)
    copy = shutil.copytree(store, tmp_path / "store")
    seen: list[soak.Held] = []
    with abuse.listening() as (listener, heard), abuse.server(copy) as (process, port):
        noticed = soak.soak(port, listener, seconds=12, tick=lambda: seen.append(soak.held(process.pid)))
        abuse.settle(port)
        end = soak.held(process.pid)
        assert process.poll() is None
    assert noticed.wrong == [] and heard == []
    assert noticed.answers["write 204"] >= 1 and noticed.answers["query 200"] > 10
    assert end.files <= max(one.files for one in seen)
    assert end.threads <= max(one.threads for one in seen)
