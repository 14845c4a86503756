"""Option, then AGENTPERF_* variable, then scenario, then [tool.agentperf], then default."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

Program = Callable[..., CompletedProcess[str]]

PROJECT = """
[tool.agentperf]
blocks = 2
isolate = "trial"
metric = "cpu"
seed = 3
store = "kept/here.db"
threshold = "3%"
"""
SCENARIO = "{blocks: 3, isolate: block, metric: settled, seed: 4, threshold: 4%, warmup: 0}"
VARIABLES = {
    "AGENTPERF_BLOCKS": "1",
    "AGENTPERF_COLOR": "always",
    "AGENTPERF_DATABASE": "sqlite+aiosqlite:///five.db",
    "AGENTPERF_DESIGN": "full",
    "AGENTPERF_FLAGS": "a",
    "AGENTPERF_HOLD": "b",
    "AGENTPERF_ISOLATE": "trial",
    "AGENTPERF_METRIC": "throughput",
    "AGENTPERF_ON_ERROR": "continue",
    "AGENTPERF_SEED": "5",
    "AGENTPERF_STORE": "five.db",
    "AGENTPERF_THRESHOLD": "5%",
}
OPTIONS = (
    *("--blocks", "2", "--color", "never", "--database", "sqlite+aiosqlite:///six.db", "--design", "full"),
    *("--flags", "b", "--hold", "none", "--isolate", "block", "--metric", "latency_p50"),
    *("--on-error", "stop", "--seed", "6", "--store", "six.db", "--threshold", "6%"),
)


@pytest.fixture
def scenario(tmp_path: Path, bench: Path) -> Callable[[str], Path]:
    """The bench, with a `measure` of its own."""

    def scenario(measure: str) -> Path:
        (tmp_path / "bench.py").write_text((bench.parent / "bench.py").read_text())
        text = bench.read_text().partition("measure:")[0] + f"measure: {measure}\n"
        file = tmp_path / "bench.yaml"
        file.write_text(text)
        return file

    return scenario


def settings(document: dict[str, Any]) -> tuple[Any, ...]:
    """Blocks, processes, metric, seed and threshold."""
    workers = len({trial["worker"] for trial in document["trials"]})
    blocks = document["design"]["blocks"]
    return blocks, workers, document["metric"], document["seed"], document["threshold_percent"]


def test_the_scenario_comes_before_the_project(
    program: Program, scenario: Callable[[str], Path], tmp_path: Path
) -> None:
    """Which settles what the scenario leaves open."""
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    wishes = ("--flags", "a", "--json", "--quiet")
    ended = program("run", scenario("{metric: settled, threshold: 4%, warmup: 0}"), *wishes)
    assert settings(json.loads(ended.stdout)) == (2, 4, "settled", 3, 4.0)
    assert (tmp_path / "kept" / "here.db").exists()
    assert {line.split()[0] for line in ended.stderr.splitlines()} == {"warning:"}  # quiet, but for these


def test_variables_come_before_the_scenario(
    program: Program, scenario: Callable[[str], Path], tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    failing = ("--set", "runtime.parameters={does: fail, when: a}")
    ended = program("run", scenario(SCENARIO), "--json", *failing, **VARIABLES)
    document = json.loads(ended.stdout)
    assert settings(document) == (0, 2, "throughput", 5, 5.0)
    assert (document["design"]["factors"], document["design"]["held"]) == (["a"], ["b"])
    assert document["scenario"]["document"]["persistence"]["database"].endswith("five.db")
    assert (tmp_path / "five.db").exists()
    assert "\x1b[33mwarning" in ended.stderr
    assert "block 1 of 1: 2 trials" in ended.stderr  # it went on when one of them had failed


def test_options_come_before_variables(
    program: Program, scenario: Callable[[str], Path], tmp_path: Path
) -> None:
    ended = program("run", scenario(SCENARIO), "--json", *OPTIONS, **VARIABLES)
    document = json.loads(ended.stdout)
    assert settings(document) == (2, 2, "latency_p50", 6, 6.0)
    assert (document["design"]["factors"], document["design"]["held"]) == (["b"], [])
    assert document["scenario"]["document"]["persistence"]["database"].endswith("six.db")
    assert (tmp_path / "six.db").exists() and not (tmp_path / "five.db").exists()
    assert "\x1b" not in ended.stderr


def test_the_default_comes_last_and_an_empty_variable_is_none(
    program: Program, scenario: Callable[[str], Path]
) -> None:
    others = ("ANYTIME", "BUDGET", "COMBINATIONS", "MAX_BLOCKS", "PRECISION", "SPREAD")
    empty = dict.fromkeys((*VARIABLES, *(f"AGENTPERF_{name}" for name in others)), "")
    ended = program("run", scenario("{warmup: 0}"), "--dry-run", **empty)
    assert ended.stdout.startswith("bench: 4 combinations in 10 blocks, 40 trials.")
