"""How long a run will take, as far as can be told before it begins."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..agents.graph import StepGraph
from ..scenarios.optimizations import Optimization
from ..scenarios.schema import Latency, Scenario, Step
from .run import Run

# Measured on a slow two-core machine; only a first guess, and replaced by the first block's own time.
WORKER_START_S = 1.5
TRIAL_SETUP_S = 0.01
OVERHEAD_PER_WRITE_S = 0.001
QUANTILES = tuple((part + 0.5) / 20 for part in range(20))


@dataclass(frozen=True, slots=True)
class Forecast:
    """`trials` include the discarded ones. `duration_s` is None for a user's own runtime."""

    trials: int
    duration_s: float | None


def forecast(run: Run, scenario: Scenario) -> Forecast:
    """What a run of so many blocks comes to."""
    combinations = len(run.design.combinations)
    trials = run.blocks * (combinations + run.warmup)
    if scenario.runtime:
        return Forecast(trials, None)
    waits = [_wait_s(step) * run.time_scale + step.cpu for step in scenario.steps]
    one_by_one, at_once = sum(waits), _critical_path_s(scenario, waits)
    held = Optimization.PARALLELISM in run.design.held
    swept = Optimization.PARALLELISM in run.design.factors
    session = at_once if held else (one_by_one + at_once) / 2 if swept else one_by_one
    session += len(scenario.steps) * scenario.persistence.writes_per_step * OVERHEAD_PER_WRITE_S / 2
    rounds = scenario.load.sessions / scenario.load.concurrency
    if scenario.load.arrival_rate:
        rounds = max(1.0, scenario.load.sessions / scenario.load.arrival_rate * run.time_scale / session)
    return Forecast(trials, run.blocks * WORKER_START_S + trials * (TRIAL_SETUP_S + rounds * session))


def _wait_s(step: Step) -> float:
    return sum(_mean_s(wait.latency) for wait in (step.llm, step.tool) if wait)


def _mean_s(latency: Latency) -> float:
    return sum(map(latency.quantile, QUANTILES)) / len(QUANTILES)


def _critical_path_s(scenario: Scenario, waits: Sequence[float]) -> float:
    """The longest chain of steps; `waits` in the order of the scenario's steps."""
    by_name = {step.agent: wait for step, wait in zip(scenario.steps, waits, strict=True)}
    graph = StepGraph.of(scenario.steps, 0)
    ends: list[float] = []
    for step, needs in zip(graph.steps, graph.needs, strict=True):
        ends.append(by_name[step.agent] + max((ends[need] for need in needs), default=0.0))
    return max(ends, default=0.0)
