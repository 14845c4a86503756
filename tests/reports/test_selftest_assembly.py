"""From runs of which the answer is known to the figures of a selftest."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from agentperf.analysis.analysis import analyse
from agentperf.analysis.relabelling import smallest_visible_effect_percent
from agentperf.experiments.design import full_factorial
from agentperf.experiments.observations import observations
from agentperf.experiments.run import Run, StopReason
from agentperf.experiments.trial import Trial
from agentperf.reports.selftest_assembly import RELABELLINGS, assemble_selftest
from agentperf.reports.selftest_record import Family, SelftestDocument

from .planted_runs import a_run, planted

SAME = ("same_a", "same_b", "same_c")


def identical(blocks: int = 8) -> tuple[Run, list[Trial]]:
    run = a_run(design=full_factorial(SAME), blocks=blocks, elapsed_s=30.0)
    return run, planted(run, noise=0.1)


def alarms(document: SelftestDocument) -> dict[Family, Sequence[tuple[str, ...]]]:
    return {record.family: record.false_alarms for record in document.families}


def test_where_nothing_differs_nothing_is_found() -> None:
    document = assemble_selftest(*identical(), run_id=None)
    assert [(record.family, record.questions) for record in document.families] == [
        (Family.AVERAGE, 3),
        (Family.ALONE, 3),
        (Family.LAST, 3),
        (Family.INTERACTIONS, 3),
    ]
    assert not any(alarms(document).values())
    assert document.relabelled
    assert document.relabelled.analyses == RELABELLINGS
    assert document.relabelled.rate_low <= 0.05
    assert document.is_trustworthy


def test_a_difference_is_an_alarm_and_named() -> None:
    run = a_run(design=full_factorial(("batched", "same_b")), elapsed_s=30.0)
    found = alarms(assemble_selftest(run, planted(run), run_id=None))
    for family in (Family.AVERAGE, Family.ALONE, Family.LAST):
        assert found[family] == (("batched",),)
    assert not found[Family.INTERACTIONS]


def test_what_can_be_seen_goes_by_the_blocks_of_a_minute() -> None:
    run, trials = identical()
    document = assemble_selftest(run, trials, run_id=None)
    sd_percent = document.noise.trial_sd_percent
    assert sd_percent and document.smallest_visible
    assert document.smallest_visible.blocks_per_minute == pytest.approx(16)
    sd = math.log1p(sd_percent / 100)
    assert document.smallest_visible.average_percent == smallest_visible_effect_percent(sd, 8, 16, 3)
    # alone is one column against another: a difference of sd sqrt(2), a main effect of eight sd / sqrt(2)
    average, alone = document.smallest_visible.average_percent, document.smallest_visible.alone_percent
    assert average and alone
    assert math.log1p(-alone / 100) == pytest.approx(2 * math.log1p(-average / 100))


def test_a_saving_of_that_size_is_found_in_four_runs_of_five() -> None:
    run, trials = identical(16)
    smallest = assemble_selftest(run, trials, run_id=None).smallest_visible
    assert smallest and smallest.average_percent
    assert smallest.blocks_per_minute == pytest.approx(32)
    chance = random.Random(1)
    run = a_run(design=full_factorial(SAME), blocks=32, elapsed_s=60.0)

    def another() -> Callable[[Trial], float]:
        return lambda trial: (
            chance.gauss(0, 0.1)
            + (math.log1p(-(smallest.average_percent or 0) / 100) if "same_a" in trial.on else 0)
        )

    found = sum(_finds(run, another()) for _ in range(60))
    assert 0.65 <= found / 60 <= 0.95


def _finds(run: Run, log_time: Callable[[Trial], float]) -> bool:
    trials = [
        replace(trial, metrics=replace(trial.metrics, wall_s=math.exp(log_time(trial))))
        for trial in planted(run, noise=0)
        if trial.metrics
    ]
    seen = observations(run, trials, run.metric)
    effects = analyse(run.design.columns, run.design.factors, seen.log_times).effects
    p_adjusted = effects[0].average.p_adjusted if effects[0].average else None
    return p_adjusted is not None and p_adjusted < 0.05


def test_one_block_tells_nothing() -> None:
    document = assemble_selftest(*identical(1), run_id="kept")
    assert document.run_id == "kept"
    assert document.blocks == 1
    assert document.relabelled is None
    assert document.smallest_visible is None
    assert document.is_trustworthy is None


@pytest.mark.parametrize(
    ("blocks", "reason", "warning"),
    [
        (1, StopReason.BLOCKS, "only 1 complete block: --blocks 10 would tell more"),
        (4, StopReason.BUDGET, "only 4 complete blocks: a longer --budget would tell more"),
        (4, StopReason.INTERRUPTED, ""),
        (5, StopReason.BLOCKS, ""),
    ],
)
def test_advice_names_options_that_a_selftest_has(blocks: int, reason: StopReason, warning: str) -> None:
    run, trials = identical(blocks)
    document = assemble_selftest(replace(run, stop_reason=reason), trials, run_id=None)
    assert "".join(document.warnings) == warning


def test_outliers_are_counted_and_no_other_metric_is_advised() -> None:
    run, _ = identical(20)
    chance = random.Random(5)
    slow = planted(run, more=lambda block, place: 0.7 if chance.random() < 0.08 else 0.0)
    document = assemble_selftest(run, slow, run_id=None)
    assert document.noise.clipped_share and document.noise.clipped_share > 0.05
    assert document.warnings == ()


def test_no_block_tells_nothing() -> None:
    run = a_run(design=full_factorial(SAME), stop_reason=StopReason.INTERRUPTED)
    document = assemble_selftest(run, [], run_id=None)
    assert document.blocks == 0
    assert document.trial_median_s is None
    assert document.is_trustworthy is None
