"""Calls in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kg.errors import ModelError
from kg.workers import in_order

ROOT = Path(__file__).resolve().parents[2]


def act(task: str) -> str:
    """What a task says: wait, die, fail, or tell of itself."""
    verb, _, rest = task.partition(" ")
    if verb == "sleep":
        time.sleep(float(rest))
    if verb == "die":
        os.kill(os.getpid(), signal.SIGKILL)
    if verb == "exit":
        os._exit(int(rest))
    if verb == "fail":
        raise ModelError("The models are missing.", where="here", cure="Install again.")
    return f"{task} done"


def lost(task: str, code: int) -> str:
    """What stands in the place of a result that never came."""
    return f"{task} lost {code}"


def test_results_come_in_the_order_of_the_tasks() -> None:
    """A slow first task does not change the order."""
    tasks = ["sleep 0.3", *(f"task {n}" for n in range(20))]
    assert list(in_order(act, tasks, workers=2, lost=lost)) == [f"{task} done" for task in tasks]


def test_no_task_gives_no_result() -> None:
    """Without tasks the processes end at once."""
    assert list(in_order(act, [], workers=2, lost=lost)) == []


@pytest.mark.parametrize(("task", "code"), [("die", -signal.SIGKILL), ("exit 3", 3)])
def test_a_process_that_dies_takes_one_task_with_it(task: str, code: int) -> None:
    """The task over which a process died is told with the exit code; all others have their results."""
    tasks = ["a", task, "b", "c", task]
    found = list(in_order(act, tasks, workers=2, lost=lost))
    gone = f"{task} lost {code}"
    assert found == ["a done", gone, "b done", "c done", gone]


def test_an_error_is_raised_with_its_words_and_ends_the_processes() -> None:
    """What the function raises reaches the caller whole, and no process is left."""
    with pytest.raises(ModelError) as found:
        list(in_order(act, ["a", "fail", "sleep 60"], workers=3, lost=lost))
    assert str(found.value) == "here: The models are missing. Install again."
    assert (found.value.where, found.value.cure) == ("here", "Install again.")
    assert multiprocessing.active_children() == []


def test_closing_ends_the_processes_that_are_at_work() -> None:
    """A caller that has enough does not wait for tasks that run."""
    results = in_order(act, ["a", "sleep 60", "sleep 60"], workers=2, lost=lost)
    assert next(results) == "a done"
    begin = time.monotonic()
    results.close()
    assert time.monotonic() - begin < 50  # the tasks sleep for a minute
    assert multiprocessing.active_children() == []


_CALLER = """
import multiprocessing, sys
from kg.workers import in_order
from tests.unit.test_workers import act, lost
if __name__ == "__main__":
    for result in in_order(act, ["a", "b", "sleep 3", "sleep 3"], workers=2, lost=lost):
        print(result, *[child.pid for child in multiprocessing.active_children()], flush=True)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_processes_end_with_their_caller(tmp_path: Path, number: signal.Signals) -> None:
    """When the caller is killed, its processes end, at the latest with the task that they are at."""
    script = tmp_path / "caller.py"
    script.write_text(_CALLER, encoding="utf-8")
    caller = subprocess.Popen(
        [sys.executable, script],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert caller.stdout is not None
    with caller.stdout as said:
        said.readline()
        children = [int(word) for word in said.readline().split()[2:]]
    caller.send_signal(number)
    assert caller.wait(timeout=10) == -number
    end = time.monotonic() + 10
    while any(_runs(child) for child in children) and time.monotonic() < end:
        time.sleep(0.05)
    assert len(children) == 2
    assert not [child for child in children if _runs(child)]


def _runs(process: int) -> bool:
    """Whether a process is there and not merely waiting to be asked for its exit code."""
    try:
        return Path(f"/proc/{process}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def test_an_interrupt_is_the_callers_affair() -> None:
    """SIGINT, which a terminal sends to the processes too, ends none of them and interrupts no task."""
    tasks = ["a", "sleep 0.5", "sleep 0.5", "b"]
    results = in_order(act, tasks, workers=2, lost=lost)
    found = [next(results)]
    for child in multiprocessing.active_children():
        assert child.pid is not None
        os.kill(child.pid, signal.SIGINT)
    assert [*found, *results] == [f"{task} done" for task in tasks]
