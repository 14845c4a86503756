"""The document of a run says what its trials measured."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping
from dataclasses import replace

import pytest

from agentperf.analysis.verdicts import Verdict
from agentperf.experiments.combination import Combination
from agentperf.experiments.design import full_factorial
from agentperf.experiments.run import Run, StopReason
from agentperf.experiments.trial import Metrics, Trial
from agentperf.reports.assembly import assemble
from agentperf.reports.enumerations import Status
from agentperf.scenarios.choices import Isolation, Metric

FACTORS = ("batched", "pooled")
RATIOS: Mapping[str, float] = {"batched": 0.5, "pooled": 0.9}


@pytest.fixture
def run() -> Run:
    return Run(
        id="20260101-000000-abcd",
        created_at="2026-01-01T00:00:00+00:00",
        agentperf_version="0",
        scenario_name="planted",
        scenario_digest="d" * 64,
        workload_digest="w" * 64,
        document={"name": "planted"},
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


def trial(block: int, order: int, on: Combination, wall_s: float) -> Trial:
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
    )


def planted(run: Run, noise: float = 0.01) -> list[Trial]:
    """Trials with effects that multiply, and a little seeded noise."""
    random_numbers = random.Random(3)
    return [
        trial(
            block,
            order,
            on,
            0.1 * math.prod(RATIOS[name] for name in on) * math.exp(random_numbers.gauss(0, noise)),
        )
        for block in range(run.blocks)
        for order, on in enumerate(run.design.combinations)
    ]


def test_planted_effects_are_found(run: Run) -> None:
    document = assemble(run, planted(run))
    assert document.status is Status.COMPLETE
    assert document.design.blocks == run.blocks
    for record in document.effects:
        for effect in (record.alone, record.average, record.last):
            assert effect is not None
            assert effect.ratio_low <= RATIOS[record.optimization] <= effect.ratio_high
            assert effect.verdict is Verdict.FASTER
    assert [step.add for step in document.plan] == ["batched", "pooled"]


def test_counters_and_digests_stand_beside_the_combinations(run: Run) -> None:
    document = assemble(run, planted(run))
    commits = {combination.on: combination.counters.commits for combination in document.combinations}
    assert commits == {(): 10, ("batched",): 1, ("pooled",): 10, FACTORS: 1}
    assert {combination.outcome_digest for combination in document.combinations} == {"o" * 64}
    assert all(combination.metrics.peak_memory_bytes is None for combination in document.combinations)


def test_throughput_is_analysed_as_seconds_per_session(run: Run) -> None:
    trials = planted(run)
    by_wall, by_throughput = assemble(run, trials), assemble(replace(run, metric=Metric.THROUGHPUT), trials)
    for wall, throughput in zip(by_wall.effects, by_throughput.effects, strict=True):
        assert wall.average and throughput.average
        assert throughput.average.ratio == pytest.approx(wall.average.ratio)


def test_a_block_with_a_failed_trial_is_left_out_and_said_so(run: Run) -> None:
    trials = planted(run)
    trials[0] = replace(trials[0], metrics=None, counters=None, outcome_digest=None, error="no connection")
    document = assemble(run, trials)
    assert document.design.blocks == run.blocks - 1
    assert len(document.trials) == len(trials)
    assert document.trials[0].error == "no connection"
    assert any("1 trials failed" in warning and "no connection" in warning for warning in document.warnings)


def test_one_block_gives_estimates_no_interval_and_no_verdict(run: Run) -> None:
    document = assemble(run, [one for one in planted(run) if one.block == 0])
    assert document.design.blocks == 1
    assert all(record.average is None for record in document.effects)
    assert document.plan == ()


def test_no_block_is_no_result(run: Run) -> None:
    document = assemble(replace(run, stop_reason=None), [])
    assert document.status is Status.RUNNING
    assert document.effects == () and document.combinations == ()


def test_a_changed_outcome_is_named(run: Run) -> None:
    trials = [replace(one, outcome_digest="x" * 64) if "pooled" in one.on else one for one in planted(run)]
    (warning,) = assemble(run, trials).warnings
    assert "pooled" in warning and "batched" not in warning


def test_numbers_of_identical_trials_are_finite(run: Run) -> None:
    document = assemble(
        run, [trial(block, 0, on, 0.1) for block in range(8) for on in run.design.combinations]
    )
    for record in document.effects:
        assert record.average is not None
        assert record.average.verdict is Verdict.EQUIVALENT
