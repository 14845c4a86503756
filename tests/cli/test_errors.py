"""How the program ends, and the one line that says why."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from agentperf.agents.extension import ExtensionError
from agentperf.cli.exit_code import ExitCode
from agentperf.cli.failures import WorkloadFailed, explain
from agentperf.experiments.preparation import RequestError
from agentperf.experiments.store import StoreError
from agentperf.scenarios.loader import parse
from agentperf.scenarios.problems import ScenarioError

Program = Callable[..., CompletedProcess[str]]


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("foo",), "No such command 'foo', see 'agentperf --help'"),
        (("run", "--block", "3"), "No such option: --block"),
        (("runs", "delete"), "Missing argument 'RUN', see 'agentperf runs delete --help'"),
        (("run", "quick"), "no file and no bundled scenario is called 'quick' (quick), did you mean"),
        (("run", "quickstart", "--store", "diary.txt"), "the store diary.txt can't be used: file is not a"),
        (("run", "quickstart", "--flags", ","), "--flags names no switch, write 'none', 'all', or switches "),
        (("run", "quickstart", "--flags", "none,pooling"), "--flags: 'none' stands beside other switches"),
        (("run", "quickstart", "--flags", "pooling,pooling"), "--flags names pooling twice"),
        (("run", "quickstart", "--hold", "all"), "--hold: 'all' leaves none to sweep"),
        (("run", "--resume", "latest"), "there is no results store at "),
    ],
)
def test_bad_usage_is_one_line_and_exit_code_2(program: Any, arguments: tuple[str, ...], line: str) -> None:
    (program.folder / "diary.txt").write_text("Dear diary, " * 100)
    ended = program(*arguments)
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr.startswith(f"error: {line}")
    assert ended.stderr.count("\n") == 1
    assert [file.name for file in program.folder.iterdir()] == ["diary.txt"]


def test_a_mistake_in_a_scenario_is_shown_at_its_place(program: Program, tmp_path: Path) -> None:
    (tmp_path / "typo.yaml").write_text("name: typo\nsteps:\n  - agent: one\n    lmm: {latency: 1ms}\n")
    ended = program("run", "typo.yaml", "-v")
    error, *traceback = ended.stderr.splitlines()
    assert ended.returncode == 2
    assert error.startswith("error: ")
    assert "'lmm' (typo.yaml:4:5), did you mean 'llm'?" in error
    assert traceback[0] == "Traceback (most recent call last):"


def test_code_that_can_not_be_imported_is_exit_code_2(program: Program, bench: Path) -> None:
    ended = program("run", bench, "--no-progress", "-q", "--set", "runtime.uses=absent:open_runtime")
    assert ended.returncode == 2
    assert ended.stderr == (
        "error: 'absent:open_runtime' can't be loaded: ModuleNotFoundError: No module named 'absent'\n"
    )


def test_a_workload_that_is_at_fault_is_exit_code_5(program: Program, bench: Path) -> None:
    ended = program("run", bench, "--set", "runtime.parameters.does=differ")
    assert ended.returncode == 5
    assert "In short" in ended.stdout  # what there is
    assert ended.stderr.endswith("error: the outcome of block 1 depends on b\n")
    assert "Traceback" not in ended.stderr
    assert "saved as run" in ended.stderr


def test_a_bug_is_exit_code_1_and_asks_to_be_reported(program: Program, shown: Any, tmp_path: Path) -> None:
    shutil.copytree(shown.folder / ".agentperf", tmp_path / ".agentperf")
    with closing(sqlite3.connect(tmp_path / ".agentperf" / "results.db")) as connection:
        connection.execute("UPDATE runs SET record = '{}'")
        connection.commit()
    ended = program("runs", "show")
    assert ended.returncode == 1
    assert ended.stderr == "error: internal error, please report it: KeyError: 'design'\n"


def invalid_scenario() -> ScenarioError:
    with pytest.raises(ScenarioError) as raised:
        parse(b"name: x", "x.yaml")
    return raised.value


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ExtensionError("x"), ExitCode.INVALID),
        (RequestError("x"), ExitCode.INVALID),
        (StoreError("x"), ExitCode.INVALID),
        (invalid_scenario(), ExitCode.INVALID),
        (PermissionError(13, "Permission denied", "run.json"), ExitCode.INVALID),
        (OSError(28, "No space left on device"), ExitCode.INVALID),
        (WorkloadFailed("x"), ExitCode.WORKLOAD_FAILED),
        (ZeroDivisionError("x"), ExitCode.BUG),
    ],
)
def test_every_failure_has_its_exit_code_and_words(error: Exception, code: ExitCode) -> None:
    found, line = explain(error)
    assert found is code
    assert line and "\n" not in line


def test_hostile_words_come_out_harmless(program: Program, bench: Path) -> None:
    """Whether they are in the scenario, in what the workload says or in what it raises."""
    name = "<script> [red]x[/red] [/] :bomb:"
    ended = program(
        *("run", bench, "-v", "--seed", "4", "--set", f"name={json.dumps(name)}"),
        *("--set", "runtime.parameters.does=say_hostile_words"),
    )
    assert ended.returncode == 5
    assert f"{name}: 4 combinations in 1 block" in ended.stderr
    assert name in ended.stdout
    assert name in program("runs", "list").stdout
    said = r"\x1b[31m[red]x[/red]\x1b[2J\u202e"
    assert f"\n{said}\n" in ended.stderr
    assert f"\nerror: block 1, nothing on: ValueError: {said}\n" in ended.stderr
    assert "\x1b" not in ended.stderr + ended.stdout
