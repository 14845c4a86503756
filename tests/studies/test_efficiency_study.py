"""Machine time until each of six switches is known to within ±2 points, trials being equally long and noisy.

agentperf runs a full factorial until `--precision 2%` is reached. hyperfine runs one command after the other,
here: nothing on, and each switch by itself. Its commands take as long as the trials, their start included, so
that it pays neither for an interpreter nor for a system's warm-up: this favours it. What would take too long
is computed from the noise and the pace that were measured. A half-width of h takes n = 2 (1.96 sd / h)^2 runs
of each of two arms; for `average`, each switch has two arms of its own, balanced over all backgrounds.

AGENTPERF_TESTS_RUNS are the runs of each command; fewer than needed make all precisions coarser alike.
"""

from __future__ import annotations

import json
import math
import shutil
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from agentperf.experiments.anchors import ANCHOR_REPEATS
from agentperf.scenarios.loader import load

TARGET_POINTS = 2.0
NORMAL_95 = 1.96
SCREENING_BLOCKS = 10
DISCARDED = 2  # trials of a block
FOLDER = Path(__file__).parent / "known_times"
SCENARIO = FOLDER / "efficiency.yaml"
COMMAND = (sys.executable, "-I", "-S", str(FOLDER / "known_command.py"))
Show = Callable[[str, Sequence[str], Sequence[Sequence[object]]], None]
Command = Callable[..., str]


@dataclass(frozen=True)
class Cost:
    """What a method takes."""

    trials: float
    machine_s: float
    source: str

    @property
    def pace_s(self) -> float:
        return self.machine_s / self.trials


def runs_needed(sd: float, points: float) -> int:
    """Of each of two arms, for an interval of the ratio of ± so many points."""
    return math.ceil(2 * (NORMAL_95 * sd / (points / 100)) ** 2)


def agentperf(command: Command, *arguments: str) -> tuple[Cost, Any]:
    """A measured run: its trials, also the discarded ones, the time of the whole command, its document."""
    began = time.monotonic()
    document = json.loads(command("agentperf", "run", SCENARIO, *arguments, "--json"))
    elapsed_s = time.monotonic() - began
    design = document["design"]
    reached = design["precision_reached_percent"]
    trials = design["blocks"] * (design["trials_per_block"] + DISCARDED)
    return Cost(trials, elapsed_s, f"measured, reached ±{reached:.1f}"), document


def hyperfine(command: Command, folder: Path, runs: int) -> tuple[Cost, float]:
    """Nothing on, then each switch alone: the cost, and the standard deviation of a log time."""
    parameters = load(str(SCENARIO)).document["runtime"]["parameters"]
    exported = folder / "hyperfine.json"
    base = ("hyperfine", "-N", "--warmup", "3", "--export-json", exported)
    command(*base, "--runs", "30", " ".join((*COMMAND, "0", "0", "0")))
    start_ms = 1e3 * json.loads(exported.read_text())["results"][0]["median"]
    times_ms = [parameters["base_ms"] - saved for saved in (0, *parameters["saves_ms"].values())]
    commands = [" ".join((*COMMAND, f"{ms}", str(parameters["noise"]), f"{start_ms:.2f}")) for ms in times_ms]
    began = time.monotonic()
    command(*base, "--runs", str(runs), *commands)
    elapsed_s = time.monotonic() - began
    logs = [[math.log(one) for one in arm["times"]] for arm in json.loads(exported.read_text())["results"]]
    points = [100 * _half_width(arm, logs[0]) for arm in logs[1:]]
    sd = math.sqrt(statistics.fmean(statistics.variance(arm) for arm in logs))
    return Cost(runs * len(commands), elapsed_s, f"measured, reached ±{max(points):.1f}"), sd


def _half_width(arm: Sequence[float], base: Sequence[float]) -> float:
    """Of the ratio of the arms' geometric means."""
    error = math.sqrt(statistics.variance(arm) / len(arm) + statistics.variance(base) / len(base))
    return NORMAL_95 * error * math.exp(statistics.fmean(arm) - statistics.fmean(base))


@pytest.mark.skipif(shutil.which("hyperfine") is None, reason="needs hyperfine")
def test_efficiency(tmp_path: Path, runs: Callable[[int], int], command: Command, show: Show) -> None:
    scenario = load(str(SCENARIO)).scenario
    assert scenario.runtime
    planted_sd = float(str(scenario.runtime.parameters["noise"]))
    switches = len(scenario.factors)
    arms = runs(runs_needed(planted_sd, TARGET_POINTS))
    points = TARGET_POINTS * math.sqrt(runs_needed(planted_sd, TARGET_POINTS) / arms)

    factorial, document = agentperf(command, "--precision", f"{points:.2f}%")
    one_by_one, screened = agentperf(command, "--design", "one-at-a-time", "--blocks", str(SCREENING_BLOCKS))
    pairwise, command_sd = hyperfine(command, tmp_path, arms)
    trial_sd = math.log1p(document["noise"]["trial_sd_percent"] / 100)
    alone = runs_needed(trial_sd, points)  # blocks in which each combination runs once

    def computed(like: Cost, trials: float) -> Cost:
        return Cost(trials, trials * like.pace_s, "computed")

    whole = document["design"]["trials_per_block"]
    screening = screened["design"]["trials_per_block"]
    claimed = alone / ANCHOR_REPEATS * (whole + (ANCHOR_REPEATS - 1) * screening + DISCARDED)
    in_pairs = 2 * switches * runs_needed(command_sd, points)
    table = [
        ("average", "agentperf, full factorial, --precision", factorial),
        ("average", "hyperfine, each switch in pairs on every background", computed(pairwise, in_pairs)),
        ("alone", "hyperfine, nothing and each switch", pairwise),
        (
            "alone",
            "agentperf, one-at-a-time (tells last, too)",
            computed(one_by_one, alone * (screening + DISCARDED)),
        ),
        ("alone", "agentperf, full factorial with claims", computed(factorial, claimed)),
        ("alone", "agentperf, full factorial", computed(factorial, alone * (whole + DISCARDED))),
    ]
    best = {
        estimand: min(cost.machine_s for each, _, cost in table if each == estimand) for estimand, *_ in table
    }
    show(
        f"Six switches to within ±{points:.1f} points, trials of about 40 ms that scatter by {trial_sd:.0%}",
        ["estimand", "method", "trials", "machine time (s)", "times the best", "measured or computed"],
        [
            [
                estimand,
                method,
                round(cost.trials),
                round(cost.machine_s),
                f"{cost.machine_s / best[estimand]:.1f}",
                cost.source,
            ]
            for estimand, method, cost in table
        ],
    )
    assert document["design"]["stop_reason"] == "precision"
    if points <= TARGET_POINTS:  # the ten blocks that it takes at least are too many for coarser ones
        assert factorial.machine_s < computed(pairwise, in_pairs).machine_s
