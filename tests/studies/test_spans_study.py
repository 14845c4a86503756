"""What it costs to record spans, which stays on while time is taken: the program asks itself.

A run of quickstart with a switch that turns recording off, with nothing and with everything switched on
besides. What the switch saves, alone, is what recording costs; the upper bound of its interval counts.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from agentperf.agents.recorder import Recorder, span
from agentperf.agents.spans import COMMIT
from agentperf.scenarios.loader import load

BLOCKS = 120
GOAL_PERCENT = 2.0
SPANS = 1000
TIMES = 200

SCENARIO = Path(__file__).parent / "recorded_quickstart" / "recorded.yaml"
Show = Callable[[str, Sequence[str], Sequence[Sequence[object]]], None]


def span_ns() -> float:
    """What a span takes here, in nanoseconds."""
    start_ns = time.perf_counter_ns()
    for _ in range(SPANS):
        with span(COMMIT):
            pass
    return (time.perf_counter_ns() - start_ns) / SPANS


def recorded_span_ns() -> float:
    with Recorder("study").session():
        return span_ns()


def test_the_scenario_is_quickstart() -> None:
    studied, quickstart = load(str(SCENARIO)).scenario, load("quickstart").scenario
    for part in ("steps", "state", "persistence", "websocket", "monitoring", "validation", "interactive"):
        assert getattr(studied, part) == getattr(quickstart, part)
    assert studied.measure.time_scale == quickstart.measure.time_scale


def test_what_recording_costs(runs: Callable[[int], int], command: Callable[..., str], show: Show) -> None:
    rows = []
    bounds = []
    blocks = str(max(2, runs(BLOCKS)))
    for on in ("nothing", "everything"):
        document = json.loads(
            command(
                "agentperf",
                "run",
                SCENARIO,
                *("--set", f"runtime.parameters.on={on}", "--blocks", blocks, "--seed", "1", "--json"),
            )
        )
        (effect,) = document["effects"]
        saved = effect["alone"]
        bounds.append(saved["improvement_high"])
        recorded = next(one for one in document["combinations"] if not one["on"])["metrics"]
        unrecorded = next(one for one in document["combinations"] if one["on"])["metrics"]
        rows.append(
            [
                on,
                f"{saved['improvement_percent']:.2f}%",
                f"[{saved['improvement_low']:.2f}%, {saved['improvement_high']:.2f}%]",
                f"{recorded['wall_s']['median'] * 100:.1f}",
                f"{(recorded['cpu_s']['median'] - unrecorded['cpu_s']['median']) * 1e5:.0f}",
            ]
        )
    show(
        f"What recording spans costs of quickstart's wall time, {blocks} blocks each",
        ["switched on", "cost", "95 % interval", "a session takes (ms)", "CPU time of recording it (µs)"],
        rows,
    )
    show(
        "One span, by the quickest of many rounds",
        ["session", "nanoseconds"],
        [
            ["recorded", round(min(recorded_span_ns() for _ in range(TIMES)))],
            ["not recorded", round(min(span_ns() for _ in range(TIMES)))],
        ],
    )
    assert max(bounds) < GOAL_PERCENT
