"""Strangers do their worst, and a normal client gets its answers."""

from __future__ import annotations

from pathlib import Path

from benchmarks import abuse


def test_a_normal_client_gets_every_answer_while_the_server_is_attacked(store: Path) -> None:
    """All hostile requests of the benchmark, eight at a time: no wrong answer, no call to elsewhere, no crash, no worker lost."""
    assert len(abuse.ATTACKS) >= 60
    with abuse.listening() as (listener, heard), abuse.server(store) as (process, port):
        with abuse.normal_client(port) as noticed:
            came = abuse.attack(port, listener)
        assert sum(came.values()) == len(abuse.ATTACKS)
        assert set(came) <= {"200", "303", "400", "404", "406", "413", "415", "431", "503", "closed", "cut off", "left"}
        assert noticed.wrong == [] and len(noticed.waits) > 3
        assert heard == []
        assert process.poll() is None
