"""The program is killed at random moments and told to resume, until its run is whole.

AGENTPERF_TESTS_KILLS says how often (5 times, unless told otherwise), AGENTPERF_TESTS_SEED at which moments.
"""

from __future__ import annotations

import json
import os
import random
import re
import select
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from subprocess import PIPE, Popen

import pytest

KILLS = int(os.environ.get("AGENTPERF_TESTS_KILLS", "5"))
SEED = int(os.environ.get("AGENTPERF_TESTS_SEED", "1"))
COMMAND = str(Path(sys.executable).with_name("agentperf"))
PATIENCE_S = 120.0
SCENARIO = """
name: killed
steps:
  - {agent: planner, llm: {latency: 1ms}}
  - {agent: writer, needs: [planner], tool: {latency: 1ms}}
state: {sections: 2, section_size: 100B}
websocket: {subscribers: 1, updates_per_step: 1}
optimizations: [batched_persistence, async_monitoring]
"""

pytestmark = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="needs Linux's process table")


class Victim:
    """The program in one folder, known to us by a variable that everything it starts inherits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._variables = os.environ | {"AGENTPERF_TESTS_VICTIM": str(folder)}

    def start(self, *arguments: str) -> Popen[str]:
        return Popen(
            [COMMAND, "run", *arguments],
            cwd=self._folder,
            env=self._variables,
            stdout=PIPE,
            stderr=PIPE,
            text=True,
        )

    def finish(self, *arguments: str) -> str:
        """Standard output of the program, which must end well."""
        with self.start(*arguments) as running:
            out, err = running.communicate(timeout=PATIENCE_S)
        assert running.returncode == 0, err
        return out

    def blocks(self) -> dict[int, int]:
        """How many trials of each block are in the store, as somebody else sees it."""
        with closing(sqlite3.connect(self._folder / ".agentperf" / "results.db")) as store:
            return dict(store.execute("SELECT block, count(*) FROM trials GROUP BY block"))

    def elapsed_s(self) -> float:
        """How long the run has taken so far, as the store has it."""
        with closing(sqlite3.connect(self._folder / ".agentperf" / "results.db")) as store:
            ((elapsed_s,),) = store.execute("SELECT elapsed_s FROM runs")
        return float(elapsed_s)

    def trial_folders(self) -> int:
        return len(list((self._folder / ".agentperf").glob("trials-*")))

    def processes(self) -> list[int]:
        """All that live, whoever is their parent by now."""
        mark = f"AGENTPERF_TESTS_VICTIM={self._folder}".encode()
        return [
            int(entry.name)
            for entry in Path("/proc").glob("[0-9]*")
            if mark in _environment(entry).split(b"\0")
        ]

    def gone(self) -> bool:
        """Waits until nothing lives that the program started."""
        deadline = time.monotonic() + PATIENCE_S
        while alive := self.processes():
            if time.monotonic() > deadline:
                return False
            _wait_for(alive[0])
        return True


def _environment(entry: Path) -> bytes:
    try:
        return (entry / "environ").read_bytes()
    except OSError:  # another user's, or just gone
        return b""


def _wait_for(pid: int) -> None:
    try:
        process = os.pidfd_open(pid)
    except ProcessLookupError:
        return
    select.select([process], [], [], PATIENCE_S)
    os.close(process)


def test_a_run_that_is_killed_again_and_again_has_every_block_once(tmp_path: Path) -> None:
    (tmp_path / "killed.yaml").write_text(SCENARIO)
    victim = Victim(tmp_path)
    began = time.monotonic()
    victim.finish("killed.yaml", "--blocks", "1", "--seed", "1")
    lifetime_s = time.monotonic() - began
    moments = random.Random(SEED)
    orphans = folders = 0

    for _ in range(KILLS):
        before, elapsed_s = victim.blocks(), victim.elapsed_s()
        with victim.start("--resume", "latest", "--blocks", str(len(before) + 2)) as running:
            try:
                running.wait(timeout=moments.uniform(0.1, 1.7) * lifetime_s)
            except subprocess.TimeoutExpired:
                running.kill()
            assert running.stderr
            said = {int(block) - 1 for block in re.findall(r"^block (\d+) of", running.stderr.read(), re.M)}
        orphans += len(victim.processes())
        assert victim.gone()
        folders += victim.trial_folders()
        after = victim.blocks()
        assert before.keys() | said <= after.keys() == set(range(len(after)))
        assert set(after.values()) == {4}
        assert (
            victim.elapsed_s() > elapsed_s or len(after) - len(before) <= 1
        )  # that of the last may be missing

    whole = len(victim.blocks()) + 1
    document = json.loads(victim.finish("--resume", "latest", "--blocks", str(whole), "--json"))
    each = Counter((trial["block"], frozenset(trial["on"])) for trial in document["trials"])
    assert len(each) == 4 * whole and set(each.values()) == {1}
    assert victim.trial_folders() == 0
    assert victim.gone()
    print(f"{KILLS} kills, {whole} blocks; {orphans} processes and {folders} folders outlived the program")
