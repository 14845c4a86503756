"""`agentperf attach`: a running process, and the reasons not to be let in."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

BURNING = """
def burn_three(): return sum(range(300_000))
def burn_one(): return sum(range(100_000))
while True: burn_three(), burn_one()
"""


@pytest.fixture
def burning(tracing: None, tmp_path: Path) -> Iterator[Popen[bytes]]:
    """A program that does two things, one three times as long as the other."""
    (tmp_path / "burning.py").write_text(BURNING)
    with Popen([sys.executable, "burning.py"], cwd=tmp_path) as running:
        try:
            until_python_runs(running.pid)
            yield running
        finally:
            running.kill()


def until_python_runs(pid: int) -> None:
    """Its first tenth of a second of CPU time is over: the interpreter is there to be found."""
    while int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11]) < 10:
        os.sched_yield()


def until_sampling(running: Popen[str]) -> None:
    """Reads what py-spy says, which -v shows, up to where it begins; it heeds an interrupt a moment later."""
    assert running.stderr
    if not any("Sampling process" in line for line in running.stderr):
        pytest.fail("the program ended without sampling")
    (py_spy,) = Path(f"/proc/{running.pid}/task/{running.pid}/children").read_text().split()
    while not caught(py_spy) & 1 << signal.SIGINT - 1:
        os.sched_yield()


def caught(pid: str) -> int:
    """The mask of the signals that a process has handlers for."""
    (line,) = [line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if "SigCgt" in line]
    return int(line.split()[1], 16)


def test_it_says_which_functions_a_process_is_in(program: Any, burning: Popen[bytes]) -> None:
    ended = program("attach", str(burning.pid), "--duration", "2s", "--rate", "100", "--html", "page.html")
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.startswith(f"process {burning.pid}: ") and "burning.py" in ended.stdout
    assert "Shares, not times" in ended.stdout and "Thin: only" in ended.stdout
    (three,) = [line for line in ended.stdout.splitlines() if "burn_three" in line]
    (one,) = [line for line in ended.stdout.splitlines() if "burn_one" in line]
    assert float(three.split()[0]) > float(one.split()[0])
    assert "./burning.py" in three and "own code" in three
    assert "agent work" not in ended.stdout
    page = (program.folder / "page.html").read_text()
    assert '"own code"' in page and '"agent work"' not in page
    assert "burn_three" not in ended.stderr and f"process {burning.pid}" in page


def test_a_process_that_ends_while_it_is_sampled_is_told_of(program: Any, burning: Popen[bytes]) -> None:
    with program.started("attach", str(burning.pid), "--duration", "1h", "-v") as running:
        until_sampling(running)
        burning.kill()
        out, err = running.communicate(timeout=60)
    assert running.returncode == 0, err
    assert f"warning: process {burning.pid} ended while it was sampled; this is what there is" in err
    assert f"process {burning.pid}: " in out


def test_an_interrupt_ends_the_sampling_early_and_reports(program: Any, burning: Popen[bytes]) -> None:
    with program.started("attach", str(burning.pid), "--duration", "1h", "-v") as running:
        until_sampling(running)
        running.send_signal(signal.SIGINT)
        out, err = running.communicate(timeout=60)
    assert running.returncode == 130, err
    assert "interrupted: reporting what there is" in err and "Traceback" not in err
    assert "Shares, not times" in out
    assert burning.poll() is None


def test_waiting_threads_count_only_where_asked_for(program: Any, tracing: None) -> None:
    with Popen([sys.executable, "-c", "print(flush=True); input()"], stdin=-1, stdout=-1) as waiting:
        assert waiting.stdout and waiting.stdout.readline()
        ended = program("attach", str(waiting.pid), "--duration", "1s", "--idle")
        waiting.kill()
    assert ended.returncode == 0, ended.stderr
    assert "a thread that waits" not in ended.stdout
    assert "<module>" in ended.stdout


@pytest.mark.parametrize(
    ("wishes", "fault"),
    [
        (("999999999",), "error: there is no process 999999999\n"),
        (("99999999999999999999",), "error: there is no process 99999999999999999999\n"),
        (("0",), "error: Invalid value for 'PID'"),
        (("1", "--duration", "soon"), "error: --duration: 'soon' is not a duration"),
        (("1", "--duration", "0s"), "error: --duration: 0s is not between 0 and a day"),
    ],
)
def test_what_can_not_be_meant_is_one_line(program: Any, wishes: tuple[str, ...], fault: str) -> None:
    ended = program("attach", *wishes)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(fault) and ended.stderr.count("\n") == 1


def test_a_program_that_is_not_python_is_told_of(program: Any, tracing: None) -> None:
    with Popen(["sleep", "600"]) as sleeping:
        ended = program("attach", str(sleeping.pid), "--no-progress")
        sleeping.kill()
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"error: process {sleeping.pid} is not a Python program: ")
    assert ended.stderr.count("\n") == 1


def test_a_process_that_may_not_be_traced_is_told_of(
    program: Any, refusing: Path, burning: Popen[bytes]
) -> None:
    ended = program.by(refusing, "attach", str(burning.pid), "--no-progress")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith(f"error: process {burning.pid} can't be sampled: ")
    assert "ptrace" in ended.stderr and ended.stderr.count("\n") == 1
