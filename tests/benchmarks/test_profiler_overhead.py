"""How much each profiler slows a program that keeps the CPU busy, at its default rate. Gates nothing."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from rich.console import Console
from rich.table import Table

from agentperf.experiments.profile_choices import PY_SPY_RATE_HZ
from agentperf.profilers.py_spy import Native, record_command, refusal

PROGRAM = Path(__file__).with_name("profiled_program.py")
NOTHING = "nothing"
ROUNDS = 9

Arms = dict[str, tuple[list[str], str]]


def arms(file: Path) -> Arms:
    """By name: what comes before the command line, and what the program is told."""
    return {
        NOTHING: ([], "nothing"),
        "py-spy": (record_command(file, rate_hz=PY_SPY_RATE_HZ), "py-spy"),
        "py-spy, native": (record_command(file, rate_hz=PY_SPY_RATE_HZ, native=Native.ON), "py-spy"),
        "pyinstrument": ([], "pyinstrument"),
        "await sampler": ([], "await"),
    }


def test_overhead(benchmark: Any, tmp_path: Path, do_without: Callable[[str, str], NoReturn]) -> None:
    """Every round runs every arm once. The medians of the ratios to the same round's plain run."""
    wall: dict[str, list[float]] = {}
    cpu: dict[str, list[float]] = {}

    def rounds() -> None:
        for number in range(ROUNDS):
            taken = {}
            order = list(arms(tmp_path / "profile.json").items())
            for name, (before, told) in order[number % len(order) :] + order[: number % len(order)]:
                run = subprocess.run(
                    [*before, sys.executable, str(PROGRAM), told], capture_output=True, text=True
                )
                if reason := refusal(run.stderr):
                    do_without("ptrace", reason)
                assert run.returncode == 0, run.stderr
                taken[name] = json.loads(
                    next(line for line in run.stdout.splitlines() if line.startswith("{"))
                )
            for name, seconds in taken.items():
                wall.setdefault(name, []).append(seconds["wall_s"] / taken[NOTHING]["wall_s"])
                cpu.setdefault(name, []).append(seconds["cpu_s"] / taken[NOTHING]["cpu_s"])

    benchmark.pedantic(rounds, rounds=1, iterations=1)
    table = Table(title="with the profiler ÷ without, medians of rounds (least to most)")
    for heading in ("profiler", "wall time", "CPU time of the program"):
        table.add_column(heading)
    for name in wall:
        table.add_row(name, *(spread(ratios[name]) for ratios in (wall, cpu)))
    Console(width=100).print(table)
    benchmark.extra_info["wall"] = {name: statistics.median(ratios) for name, ratios in wall.items()}


def spread(ratios: list[float]) -> str:
    return f"{statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f})"
