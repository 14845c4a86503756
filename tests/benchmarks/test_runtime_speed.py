"""How fast the reference runtime is, as ratios to raw asyncio and to LangGraph in the same process.

A session is timed from its start to its answer, which comes after its last commit. The runtime does more than
its peers. With all switches on it validates the request, the state it comes with and every section that a
step made, and records two monitoring events a step, which a background task writes and fsyncs. What that task
has left to do when the answer is there is waited for before the next arm starts, and shown in a column of its
own (settled). The three subscribers, in another process, are told nothing: the sessions are not interactive.
With all switches off it validates in five layers, fsyncs each event and sends five updates a step.

The figures that count are those of the interleaved rounds, in which every arm runs one session, in random
order. The single arms are there for `pytest-benchmark compare`. Nothing here fails for being slow.
"""

from __future__ import annotations

import asyncio
import gc
import random
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console
from rich.table import Table

from agentperf.agents.session import RunSession, Session, Settling
from agentperf.analysis.layout import FloatArray
from agentperf.analysis.medians import medians
from agentperf.scenarios.loader import load
from agentperf.scenarios.schema import Scenario

RAW = "raw asyncio"
ZERO_LATENCY_ARMS = (RAW, "all on", "all on but batching", "all off", "LangGraph, exit", "LangGraph, sync")
WARM_UP_ROUNDS = 5
ROUNDS = 220
SPECIALISTS = ("account", "billing", "history", "policy", "product", "risk")

OpenArm = Callable[[str, Scenario, Path], AbstractAsyncContextManager[RunSession]]


def zero_latency(section_size: str) -> Scenario:
    """Planner, six at once, summarizer, none of which waits; all else is as in supervisor-pipeline.

    One write a step, the merge's own, which is what the peers write.
    """
    return Scenario.model_validate(
        {
            "name": "zero-latency",
            "steps": [
                {"agent": "planner"},
                *({"agent": name, "needs": ["planner"]} for name in SPECIALISTS),
                {"agent": "summarizer", "needs": list(SPECIALISTS)},
            ],
            "interactive": False,
            "state": {"sections": 20, "section_size": section_size},
            "persistence": {"writes_per_step": 1, "synchronous": "full"},
            "websocket": {"subscribers": 3, "updates_per_step": 5},
            "monitoring": {"sink": "file", "fsync": True, "events_per_step": 2},
            "validation": {"layers": 5},
        }
    )


@dataclass(frozen=True)
class Goal:
    """`arm` shall take at most `ratio` of the time of `peer`; without a ratio they are only compared."""

    arm: str
    peer: str
    ratio: float | None = None


@dataclass(frozen=True)
class Race:
    """Milliseconds to the answer, and until all is settled; both of the shape (rounds, arms)."""

    arms: tuple[str, ...]
    wall_ms: FloatArray
    settled_ms: FloatArray

    def of(self, arm: str) -> FloatArray:
        """Milliseconds to the answer in each round."""
        times: FloatArray = self.wall_ms[:, self.arms.index(arm)]
        return times


async def race(
    open_arm: OpenArm, arms: tuple[str, ...], scenario: Scenario, directory: Path, rounds: int
) -> Race:
    """Every arm runs one session in each round, in random order."""
    wall_ms, settled_ms = np.empty((rounds, len(arms))), np.empty((rounds, len(arms)))
    order = random.Random("race")
    async with AsyncExitStack() as stack:
        runs = [await stack.enter_async_context(open_arm(arm, scenario, directory)) for arm in arms]
        gc.collect()
        gc.freeze()
        for turn in range(-WARM_UP_ROUNDS, rounds):
            answers = {}
            for place in order.sample(range(len(arms)), len(arms)):
                session = Session(turn + WARM_UP_ROUNDS, "race")
                gc.collect()
                started = time.perf_counter_ns()
                answers[place] = await runs[place](session)
                answered = time.perf_counter_ns()
                if isinstance(run := runs[place], Settling):
                    await run.settle()
                if turn >= 0:
                    wall_ms[turn, place] = (answered - started) / 1e6
                    settled_ms[turn, place] = (time.perf_counter_ns() - started) / 1e6
            assert all(answer == answers[0] for answer in answers.values()), "not the same work"
        gc.unfreeze()
    return Race(arms, wall_ms, settled_ms)


def show(title: str, result: Race, goals: tuple[Goal, ...]) -> dict[str, list[float]]:
    """Prints both tables; returns the ratios as [median, low, high, ratio of the minima] by pair."""
    rounds = len(result.wall_ms)
    arms = Table("arm", *("min ms", "median ms", "settled ms", "÷ raw asyncio"), title=title)
    for place, arm in enumerate(result.arms):
        ratio = ratios(result, arm, RAW)
        arms.add_row(
            arm,
            *(f"{time_ms:.2f}" for time_ms in (result.of(arm).min(), np.median(result.of(arm)))),
            f"{np.median(result.settled_ms[:, place]):.2f}",
            shown(ratio),
        )
    pairs = Table("ratio", "median [95 %]", "of minima", "goal", caption=f"{rounds} interleaved rounds")
    found = {}
    for goal in goals:
        name = f"{goal.arm} ÷ {goal.peer}"
        ratio = found[name] = ratios(result, goal.arm, goal.peer)
        pairs.add_row(name, shown(ratio), f"{ratio[3]:.2f}", f"≤ {goal.ratio:.2f}" if goal.ratio else "")
    for table in (arms, pairs):
        Console(width=100).print(table)
    return found


def ratios(result: Race, arm: str, peer: str) -> list[float]:
    """The median of the ratios within rounds, its interval (order statistics), and the ratio of minima."""
    times, peer_times = result.of(arm), result.of(peer)
    (ratio,) = medians((times / peer_times)[:, np.newaxis])
    assert ratio.low is not None and ratio.high is not None, "too few rounds"
    return [ratio.median, ratio.low, ratio.high, float(times.min() / peer_times.min())]


def shown(ratio: list[float]) -> str:
    return f"{ratio[0]:.2f} [{ratio[1]:.2f}, {ratio[2]:.2f}]"


@pytest.mark.parametrize("section_size", ["200B", "4KB"])
def test_overhead_without_latency(
    section_size: str,
    benchmark: Any,
    runner: asyncio.Runner,
    open_arm: OpenArm,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The runtime alone: its agents answer at once. 20 sections are a state of 4 KB and of 80 KB."""
    scenario = zero_latency(section_size)
    goals = (
        Goal("all on", RAW, 2.0),
        Goal("all on but batching", "LangGraph, sync", 0.5),
        Goal("all on", "LangGraph, exit", 0.5),
        Goal("all off", "LangGraph, sync"),
    )
    result = benchmark.pedantic(
        lambda: runner.run(race(open_arm, ZERO_LATENCY_ARMS, scenario, tmp_path, ROUNDS)), rounds=1
    )
    with capsys.disabled():
        benchmark.extra_info.update(show(f"{scenario.name}, 20 sections of {section_size}", result, goals))


def test_overhead_with_latency(
    benchmark: Any,
    runner: asyncio.Runner,
    open_arm: OpenArm,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The runtime around agents that wait: the bundled supervisor-pipeline, at its time scale."""
    scenario = load("supervisor-pipeline").scenario
    result = benchmark.pedantic(
        lambda: runner.run(race(open_arm, (RAW, "all on"), scenario, tmp_path, ROUNDS)), rounds=1
    )
    with capsys.disabled():
        benchmark.extra_info.update(show(scenario.name, result, (Goal("all on", RAW, 1.10),)))


@pytest.mark.parametrize("arm", ZERO_LATENCY_ARMS)
def test_one_session(
    arm: str, benchmark: Any, runner: asyncio.Runner, open_arm: OpenArm, tmp_path: Path
) -> None:
    """One arm alone, with sections of 4 KB."""
    index = count()

    async def one_session() -> Any:
        return await run(Session(next(index), "alone"))

    opened = open_arm(arm, zero_latency("4KB"), tmp_path)
    run = runner.run(opened.__aenter__())
    try:
        assert benchmark.pedantic(lambda: runner.run(one_session()), rounds=30, warmup_rounds=3)
    finally:
        runner.run(opened.__aexit__(None, None, None))
