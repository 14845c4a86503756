"""`--resume`: what a run keeps from its beginning, and what may change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Program = Callable[..., CompletedProcess[str]]


@pytest.fixture
def kept(program: Any, shown: Any) -> Any:
    """The command in a folder of its own with a copy of the store."""
    shutil.copytree(shown.folder / ".agentperf", program.folder / ".agentperf")
    return program


def test_a_run_may_get_more_blocks(kept: Program, shown: Any, bench: Path) -> None:
    """Named again or not, and whatever the environment says of how to measure."""
    before = json.loads((shown.folder / "run.json").read_text())
    ended = kept(
        "run", bench, "--resume", before["run_id"], "--blocks", "3", "--json", AGENTPERF_METRIC="cpu"
    )
    after = json.loads(ended.stdout)
    assert ended.stderr.startswith("bench: 4 combinations in 1 more block, 4 trials.\n")
    assert after["trials"][:8] == before["trials"]
    assert [trial["block"] for trial in after["trials"][8:]] == [2] * 4
    for same in ("run_id", "seed", "metric", "scenario", "created_at"):
        assert after[same] == before[same]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("quickstart",), "quickstart is not the scenario of run "),
        (
            ("--seed", "3", "--flags", "a"),
            "--flags and --seed: settled when the run began, leave out to resume it",
        ),
        (("--set", "load.sessions=2"), "--set and --database are about a scenario: name it too, or "),
        (("--database", "sqlite+aiosqlite:///x.db"), "--set and --database are about a scenario: name it"),
    ],
)
def test_what_a_run_keeps_can_not_be_changed(kept: Program, arguments: tuple[str, ...], line: str) -> None:
    ended = kept("run", *arguments, "--resume", "latest")
    assert ended.returncode == 2
    assert ended.stderr.startswith(f"error: {line}")


def test_a_dry_run_tells_what_is_left(kept: Program) -> None:
    ended = kept("run", "--resume", "latest", "--blocks", "12", "--dry-run")
    assert ended.stdout.startswith("bench: 4 combinations in 10 more blocks, 40 trials.\n")


def test_a_run_of_exactly_so_many_blocks_may_go_on_by_a_rule(kept: Program) -> None:
    ended = kept("run", "--resume", "latest", "--max-blocks", "3", "--precision", "0.001%", "--json")
    assert ended.returncode == 0
    design = json.loads(ended.stdout)["design"]
    assert (design["blocks"], design["stop_reason"]) == (3, "max_blocks")
    (line,) = [line for line in ended.stderr.splitlines() if line.startswith("block ")]
    assert line.startswith("block 3 of about 3: 4 trials, ") and "asked" in line


def test_a_run_that_has_what_is_asked_of_it_gets_no_more(kept: Program) -> None:
    """Two blocks are more than one, and there is no time left in the budget."""
    for limit, reason in ((("--budget", "1ms"), "budget"), (("--max-blocks", "1"), "max_blocks")):
        ended = kept("run", "--resume", "latest", *limit, "--json")
        design = json.loads(ended.stdout)["design"]
        assert (design["blocks"], design["stop_reason"]) == (2, reason)
