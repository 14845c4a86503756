"""`agentperf baseline`: names for runs."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from subprocess import CompletedProcess
from typing import Any

import pytest

Program = Callable[..., CompletedProcess[str]]


@pytest.fixture
def kept(program: Any, shown: Any) -> Any:
    """The command in a folder of its own with a copy of the store."""
    shutil.copytree(shown.folder / ".agentperf", program.folder / ".agentperf")
    return program


@pytest.fixture
def run_id(shown: Any) -> str:
    found: str = json.loads((shown.folder / "run.json").read_text())["run_id"]
    return found


def test_set_list_and_delete(kept: Program, run_id: str) -> None:
    ended = kept("baseline", "set", "main")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", f"baseline main is run {run_id}\n")
    listed = kept("baseline", "list")
    heading, _, line = listed.stdout.splitlines()
    assert heading.split() == ["baseline", "run", "scenario", "set"]
    assert line.split()[:3] == ["main", run_id, "bench"]
    deleted = kept("baseline", "delete", "main")
    assert (deleted.returncode, deleted.stderr) == (0, "deleted baseline main\n")
    assert "main" not in kept("baseline", "list").stdout
    assert kept("runs", "show", run_id).returncode == 0


def test_a_baseline_is_a_name_for_a_run_everywhere(kept: Program, run_id: str) -> None:
    assert kept("baseline", "set", "release/1.0", run_id[:-1]).returncode == 0
    exported = kept("runs", "export", "release/1.0")
    assert json.loads(exported.stdout)["run_id"] == run_id
    assert kept("baseline", "set", "other", "release/1.0").stderr == f"baseline other is run {run_id}\n"


@pytest.mark.parametrize("name", ["latest", "run.json", "-x", "a b", ""])
def test_names_that_mean_something_else_are_refused(kept: Program, name: str) -> None:
    ended = kept("baseline", "set", "--", name)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("error: ") and ended.stderr.count("\n") == 1


def test_what_is_not_there_is_one_line(kept: Program, program: Any) -> None:
    ended = kept("baseline", "delete", "main")
    assert ended.returncode == 2 and ended.stderr.startswith("error: no baseline 'main'")
    ended = kept("baseline", "set", "main", "nobody")
    assert ended.returncode == 2 and ended.stderr.startswith("error: no run 'nobody'")


def test_without_a_store_none_is_made(program: Any) -> None:
    for arguments in (("list",), ("set", "main"), ("delete", "main")):
        ended = program("baseline", *arguments)
        assert ended.returncode == 2 and "there is no results store" in ended.stderr
    assert not list(program.folder.iterdir())
