"""Warnings say what, how much, and what to do that is not done already."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from agentperf.experiments.run import Run, StopReason
from agentperf.experiments.trial import Trial
from agentperf.reports.assembly import assemble

from .planted_runs import FACTORS, a_run, planted

STEPS = [{"agent": "one"}, {"agent": "two", "needs": ["one"]}]


def warned(run: Run, trials: list[Trial]) -> str:
    """The one warning that the trials give rise to; empty for none."""
    warnings = assemble(run, trials).warnings
    assert len(warnings) <= 1, warnings
    assert all("\n" not in warning for warning in warnings)
    return "".join(warnings)


def surrounded(trials: list[Trial], change: Callable[[Trial], dict[str, float]]) -> list[Trial]:
    """The trials in other surroundings."""
    return [
        replace(trial, surroundings=replace(trial.surroundings, **change(trial)))  # type: ignore[type-var]
        for trial in trials
    ]


def test_a_quiet_run_gives_no_warning() -> None:
    run = a_run()
    assert warned(run, planted(run)) == ""


def test_outcomes_that_differ() -> None:
    run = a_run()
    changed = [replace(one, outcome_digest="x" * 64) if "pooled" in one.on else one for one in planted(run)]
    assert warned(run, changed).startswith("the outcome of sessions depends on pooled: ")
    (part,) = run.design.parts
    twice = replace(run, design=replace(run.design, parts=((*part, *part),)))
    at_random = [replace(one, outcome_digest=str(number)) for number, one in enumerate(planted(twice))]
    assert "draw all that is random from session.rng" in warned(twice, at_random)


def test_switches_that_cannot_act() -> None:
    run = a_run(document={"name": "chain", "steps": STEPS, "optimizations": ["parallelism", "pooling"]})
    swept = replace(
        run, design=replace(run.design, factors=("parallelism", "pooling"), parts=run.design.parts)
    )
    trials = [one for one in planted(run) if not one.on]
    only = replace(swept, design=replace(swept.design, parts=((frozenset(),),)))
    assert warned(only, trials).startswith("parallelism can't act in this scenario: every step needs")


@pytest.mark.parametrize(
    ("blocks", "reason", "words"),
    [
        (0, StopReason.INTERRUPTED, "no complete block: nothing can be said; go on by --resume 2026"),
        (1, StopReason.BLOCKS, "1 complete block gives no interval, so that nothing is shown; --blocks 10"),
        (3, StopReason.BUDGET, "3 complete blocks are few, and their intervals wide; raise --budget"),
        (4, StopReason.MAX_BLOCKS, "4 complete blocks are few, and their intervals wide; raise --max-blocks"),
        (5, StopReason.BLOCKS, ""),
        (3, None, ""),
    ],
)
def test_few_blocks(blocks: int, reason: StopReason | None, words: str) -> None:
    run = a_run(stop_reason=reason)
    assert warned(run, [one for one in planted(run) if one.block < blocks]).startswith(words)
    if not words:
        assert warned(run, [one for one in planted(run) if one.block < blocks]) == ""


@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        (StopReason.BUDGET, "raise --budget to 270s"),
        (StopReason.BLOCKS, "raise --blocks to 36"),
        (StopReason.MAX_BLOCKS, "raise --max-blocks to 36"),
        (StopReason.INTERRUPTED, "go on by --resume 20260101-000000-abcd"),
    ],
)
def test_a_precision_that_was_not_reached(reason: StopReason, advice: str) -> None:
    run = a_run(precision_percent=0.3, stop_reason=reason, budget_s=60.0, elapsed_s=60.0)
    words = warned(run, planted(run))
    assert words.startswith("the asked precision of 0.3 points was not reached: ")
    assert "by 8 blocks; about 36 blocks would do, " in words and words.endswith(advice)
    assert warned(replace(run, precision_percent=5.0), planted(run)) == ""
    assert warned(replace(run, stop_reason=None), planted(run)) == ""


def test_a_machine_that_is_busy() -> None:
    run = a_run()
    busy = replace(run, environment=run.environment | {"load_average_1min": 1.8})
    assert warned(busy, planted(run)).startswith(
        "the machine was busy when the run began (load average 1.8 on 2 CPUs)"
    )
    calm = replace(run, environment=run.environment | {"load_average_1min": 0.4})
    assert warned(calm, planted(run)) == ""
    during = surrounded(planted(run), lambda trial: {"load_average_1min": 3.0})
    assert warned(run, during).startswith("the machine was busy during the run (load average 3.0 on 2 CPUs)")


def test_a_machine_that_changes_its_speed() -> None:
    run = a_run()
    slower = surrounded(planted(run), lambda trial: {"spin_s": 0.001 * (1 + trial.block // 4 / 5)})
    assert "a fixed computation varied by 20% between blocks" in warned(run, slower)
    clock = surrounded(planted(run), lambda trial: {"cpu_mhz": 2400.0 + 360 * (trial.block // 4)})
    assert "the CPU's clock rate varied by 15% between blocks" in warned(run, clock)


def test_one_odd_trial_in_a_block_and_one_odd_block_in_ten_are_chance() -> None:
    run = a_run(blocks=20)
    odd = surrounded(
        planted(run), lambda trial: {"spin_s": 0.005 if trial.block == 3 or trial.order == 0 else 0.001}
    )
    assert warned(run, odd) == ""


def test_effects_that_drift() -> None:
    run = a_run(blocks=20)
    drifting = [
        replace(
            trial,
            metrics=replace(
                trial.metrics,  # type: ignore[type-var]
                wall_s=trial.metrics.wall_s * math.exp(0.03 * trial.block * sum(map(len, trial.on)) / 100),  # type: ignore[union-attr]
            ),
        )
        for trial in planted(run, noise=0.001)
    ]
    assert "resemble each other" in warned(run, drifting) and "--spread 30m" in warned(run, drifting)
    spread = warned(replace(run, spread_s=1800.0), drifting)
    assert "--spread with more than 30m" in spread and "--spread 30m," not in spread
    assert warned(replace(run, stop_reason=None), drifting) == ""


def test_a_trend_within_blocks() -> None:
    run = a_run(blocks=20)
    words = warned(run, planted(run, more=lambda block, place: 0.03 * place))
    assert words.startswith("trials get 9.") and "slower from the first to the last of a block" in words
    assert "no estimate is wrong, but intervals are at least" in words and "warmup" not in words
    faster = warned(run, planted(run, more=lambda block, place: -0.03 * place))
    assert "faster from the first" in faster and faster.endswith(
        "a longer warmup (measure.warmup) may end it"
    )


def test_many_outliers() -> None:
    run = a_run(blocks=30)
    chance = random.Random(5)
    trials = planted(run, more=lambda block, place: 0.7 if chance.random() < 0.08 else 0.0)
    (words, *_) = [one for one in assemble(run, trials).warnings if "outliers, and clipped" in one]
    assert words.endswith("if single slow trials are part of the workload")


def test_estimates_that_rest_on_clipping() -> None:
    run = a_run(blocks=30)
    trials = planted(run)
    slow = [
        replace(one, metrics=replace(one.metrics, wall_s=20 * one.metrics.wall_s))  # type: ignore[type-var, union-attr]
        if one.block == 4 and one.on == {"pooled"}
        else one
        for one in trials
    ]
    words = warned(run, slow)
    assert words.startswith("with the outliers left as they were, other savings would be found: ")
    assert all(name in words for name in FACTORS) and "instead of 50." in words


def test_what_the_runtime_said_is_counted() -> None:
    run = a_run()
    trials = [replace(one, warnings=("queue was full",)) for one in planted(run)]
    assert warned(run, trials) == "queue was full (32 times)"
