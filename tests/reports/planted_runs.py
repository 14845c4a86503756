"""Runs whose trials hold effects that were planted, as a store would give them back."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from agentperf.experiments.combination import Combination
from agentperf.experiments.design import full_factorial
from agentperf.experiments.run import Run, StopReason
from agentperf.experiments.surroundings import Surroundings
from agentperf.experiments.trial import Metrics, Trial
from agentperf.scenarios.choices import Isolation, Metric

FACTORS = ("batched", "pooled")
RATIOS: Mapping[str, float] = {"batched": 0.5, "pooled": 0.9}
SCENARIO = {
    "name": "planted",
    "runtime": {"uses": "planted:open_runtime", "optimizations": list(FACTORS)},
}


def a_run(**changes: object) -> Run:
    """Eight blocks of a full factorial of two switches, complete."""
    run = Run(
        id="20260101-000000-abcd",
        created_at="2026-01-01T00:00:00+00:00",
        agentperf_version="0",
        scenario_name="planted",
        scenario_digest="d" * 64,
        workload_digest="w" * 64,
        document=dict(SCENARIO),
        modules=None,
        environment={"hostname": "here", "cpu_count": 2, "packages": {"numpy": "2"}},
        seed=7,
        design=full_factorial(FACTORS),
        blocks=8,
        warmup=2,
        isolation=Isolation.BLOCK,
        metric=Metric.WALL,
        threshold_percent=1.0,
        time_scale=0.01,
        stop_reason=StopReason.BLOCKS,
    )
    return replace(run, **changes)  # type: ignore[arg-type]  # the caller names fields of a run


def a_trial(block: int, order: int, on: Combination, wall_s: float) -> Trial:
    return Trial(
        block=block,
        order=order,
        on=on,
        worker="here/1",
        metrics=Metrics(
            wall_s=wall_s,
            settled_s=2 * wall_s,
            cpu_s=wall_s / 2,
            latency_p50_s=wall_s,
            latency_p95_s=wall_s,
            latency_p99_s=wall_s,
            throughput_per_s=1 / wall_s,
            peak_memory_bytes=None,
            loop_lag_max_s=0.0,
        ),
        counters={"commits": 1 if "batched" in on else 10},
        outcome_digest="o" * 64,
        surroundings=Surroundings(
            started_at=1_767_225_600.0 + 60 * block + order,
            load_average_1min=0.3,
            cpu_mhz=2400.0,
            spin_s=0.001,
        ),
    )


def planted(
    run: Run, noise: float = 0.01, more: Callable[[int, int], float] = lambda block, place: 0.0
) -> list[Trial]:
    """Trials with effects that multiply, a little seeded noise, and what `more` adds to the log of the time
    by block and place. Each block runs its part of the design in random order."""
    chance = random.Random(3)
    parts = run.design.parts
    trials = []
    for block in range((run.blocks or 0) * len(parts)):
        part = parts[block % len(parts)]
        places = chance.sample(range(len(part)), len(part))
        for place, on in zip(places, part, strict=True):
            log = chance.gauss(0, noise) + more(block, place)
            ratio = math.prod(RATIOS.get(name, 1.0) for name in on)
            trials.append(a_trial(block, place, on, 0.1 * ratio * math.exp(log)))
    return trials
