"""`agentperf run --strict`: what the data can't say has an exit code of its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

Program = Callable[..., CompletedProcess[str]]


def test_without_a_question_every_average_effect_is_one(program: Program, bench: Path) -> None:
    ended = program("run", bench, "--strict", "--no-progress")
    assert ended.returncode == 4
    assert ended.stderr.splitlines()[-1] == "error: --strict: a and b: inconclusive"
    assert "What each switch saves" in ended.stdout or "In short" in ended.stdout


def test_a_precision_that_was_not_reached(program: Program, bench: Path) -> None:
    wishes = ("--precision", "0.001%", "--max-blocks", "2", "--no-progress")
    assert program("run", bench, *wishes).returncode == 0
    ended = program("run", bench, *wishes, "--strict")
    assert ended.returncode == 4
    assert ended.stderr.splitlines()[-1].startswith(
        "error: --strict: the asked precision of 0.001 points was not"
    )


def test_where_nothing_is_swept_nothing_is_open(program: Program, bench: Path) -> None:
    assert program("run", bench, "--flags", "none", "--strict").returncode == 0
