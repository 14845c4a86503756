"""Ctrl-C, signals and deaths while a trial is running: what is kept, what is said, and who is left behind."""

from __future__ import annotations

import json
import os
import re
import signal
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from subprocess import Popen
from typing import Any

import pytest

Knocking = tuple[str | Path, ...]
OWN_RUNTIME = Path(__file__).parents[1] / "experiments" / "own_runtime"
AGENT = """
import sys
sys.path.append({folder!r})
import bench

async def knock(context):
    await bench.knock(frozenset(), {{"door": {door!r}}}, context.session)
    return {{}}
"""
STOPPING = "interrupted: ending after this trial; press Ctrl-C again to leave at once\n"


def until(running: Popen[str], line: str) -> None:
    """Reads standard error up to that line."""
    assert running.stderr
    for said in running.stderr:
        if said == line:
            return
    pytest.fail(f"the program ended without saying: {line}")


def rest(running: Popen[str]) -> tuple[int, str, str]:
    """Exit code, standard output and what is left of standard error."""
    assert running.stdout and running.stderr
    err = running.stderr.read()
    return running.wait(timeout=60), running.stdout.read(), err


def children(pid: int) -> set[int]:
    """Of all threads of the process."""
    tasks = Path(f"/proc/{pid}/task").glob("*/children")
    return {int(child) for task in tasks for child in task.read_text().split()}


def test_the_first_interrupt_ends_the_trial_and_the_run_can_go_on(
    program: Any, door: Any, knocking: Knocking
) -> None:
    with program.started("run", *knocking, "--blocks", "3") as running:
        for _ in range(4):
            door.knock()
            door.let_in()
        worker = door.knock()  # the first trial of the second block
        running.send_signal(signal.SIGINT)
        until(running, STOPPING)
        os.kill(worker, 0)  # it is not told of the signal
        door.let_in()
        code, out, err = rest(running)
    assert code == 130
    assert "In short" in out and "--resume" in out
    assert "Traceback" not in err
    assert err.splitlines()[-1].startswith("go on by 'agentperf run --resume ")
    assert not list((program.folder / ".agentperf").glob("trials-*"))

    door.close()
    resumed = program("run", "--resume", "latest", "--json")
    assert resumed.returncode == 0
    assert resumed.stderr.startswith("bench: 4 combinations in 2 more blocks, 8 trials.\n")
    document = json.loads(resumed.stdout)
    assert document["design"]["stop_reason"] == "blocks"
    each = Counter((trial["block"], frozenset(trial["on"])) for trial in document["trials"])
    assert len(each) == 12 and set(each.values()) == {1}


def test_an_interrupt_while_the_next_block_waits_ends_at_once_and_the_rest_is_spread_anew(
    program: Any, bench: Path
) -> None:
    with program.started("run", bench, "--blocks", "2", "--spread", "2h") as running:
        waiting = next(line for line in running.stderr if line.startswith("block 2"))
        assert re.fullmatch(r"block 2 of 2 begins in (0:59:\d\d|1:00:00)\n", waiting)
        running.send_signal(signal.SIGINT)
        until(running, "interrupted\n")
        code, out, err = rest(running)
    assert code == 130
    assert "In short" in out and "Traceback" not in err

    resumed = program("run", "--resume", "latest", "--spread", "1s", "--json")
    assert resumed.returncode == 0
    assert "The blocks are spread over 0:00:01.\n" in resumed.stderr
    document = json.loads(resumed.stdout)
    assert document["design"]["stop_reason"] == "blocks"
    assert sorted({trial["block"] for trial in document["trials"]}) == [0, 1]


def test_a_second_signal_ends_the_program_at_once(
    program: Any, door: Any, knocking: Knocking, ended: Callable[[int], bool]
) -> None:
    """SIGTERM here, and the terminal's own SIGINT in test_terminal.py."""
    with program.started("run", *knocking) as running:
        worker = door.knock()
        running.send_signal(signal.SIGTERM)
        until(running, STOPPING)
        running.send_signal(signal.SIGTERM)
        assert rest(running) == (130, "", "")
    assert ended(worker)


def test_a_program_that_is_killed_leaves_no_process_behind(
    program: Any, door: Any, tmp_path: Path, ended: Callable[[int], bool]
) -> None:
    """Neither the worker nor the subscribers; the folder of its trials goes with the next run."""
    (tmp_path / "agent.py").write_text(AGENT.format(folder=str(OWN_RUNTIME), door=str(tmp_path / "door")))
    (tmp_path / "reference.yaml").write_text("name: reference\nsteps: [{agent: one, uses: agent:knock}]\n")
    with program.started("run", "reference.yaml", "--flags", "pooling", "--blocks", "1") as running:
        worker = door.knock()
        (subscribers,) = children(worker)
        assert children(running.pid) == {worker}
        assert b"agentperf.agents.subscribers" in Path(f"/proc/{subscribers}/cmdline").read_bytes()
        running.kill()
        assert running.wait(timeout=60) == -signal.SIGKILL
    assert ended(worker) and ended(subscribers)
    assert list((program.folder / ".agentperf").glob("trials-*"))

    door.close()
    assert program("run", "--resume", "latest").returncode == 0
    assert not list((program.folder / ".agentperf").glob("trials-*"))
