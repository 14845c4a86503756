"""The estimator against the noise it was chosen for, simulated.

Sigma of 3 to 10 %, 3 % of trials twice as slow, a drift of 10 % over a run, processes that differ by 7.5 %,
and effects that are the same in each block or differ by 2 %. Targets are the measured figures of the method;
bands are three binomial standard deviations, of a difference where the target was simulated as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from agentperf.analysis.contrasts import Row, alone, average, interaction, last
from agentperf.analysis.effects import family
from agentperf.analysis.estimates import Estimate, block_t
from agentperf.analysis.layout import FloatArray, Layout
from agentperf.analysis.plan import plan
from agentperf.analysis.student import critical_t
from agentperf.analysis.winsorize import winsorize

SAVINGS = np.log([0.5, 0.6, 0.7, 0.8, 0.9, 0.95])


def simulate(
    rng: np.random.Generator,
    layout: Layout,
    effects: Sequence[float] | FloatArray,
    blocks: int,
    vary: float = 0,
) -> FloatArray:
    """Log times of one run, shape (blocks, cells)."""
    cells = len(layout.cells)
    on = np.array([(layout.signs(factor) + 1) / 2 for factor in layout.factors])
    place = (
        rng.permuted(np.tile(np.arange(cells), (blocks, 1)), axis=1)
        + cells * np.arange(blocks)[:, np.newaxis]
    )
    per_block = effects + rng.normal(0, vary, (blocks, len(on)))
    log_times: FloatArray = (
        per_block @ on
        + rng.normal(0, 0.075, (blocks, 1))
        + rng.uniform(0.03, 0.10) * rng.normal(size=(blocks, cells))
        + math.log(2) * (rng.random((blocks, cells)) < 0.03)
        + np.log1p(0.10 * place / (blocks * cells))
    )
    return log_times


def rows_of(layout: Layout, question: Callable[[Layout, str], Row | None]) -> list[Row]:
    return [row for factor in layout.factors if (row := question(layout, factor)) is not None]


def covers(estimate: Estimate, truth: float) -> bool:
    return estimate.low is not None and estimate.high is not None and estimate.low <= truth <= estimate.high


def half_width(estimate: Estimate) -> float:
    assert estimate.low is not None and estimate.high is not None
    return (estimate.high - estimate.low) / 2


def band(rate: float, trials: int) -> float:
    return 3 * math.sqrt(rate * (1 - rate) / trials)


@pytest.mark.parametrize(
    ("blocks", "vary", "coverage", "width_percent"),
    [(5, 0, 0.941, 2.3), (10, 0, 0.951, 1.4), (20, 0, 0.948, 0.9), (10, 0.02, 0.947, 2.0)],
)
def test_main_effects_are_covered(
    blocks: int, vary: float, coverage: float, width_percent: float, factorial: Callable[[str], Layout]
) -> None:
    layout, rng, runs = factorial("abcdef"), np.random.default_rng(blocks), 1200
    rows = rows_of(layout, average)
    covered, widths = [], []
    for _ in range(runs):
        estimates = block_t(winsorize(simulate(rng, layout, SAVINGS, blocks, vary)), rows)
        covered += [covers(e, truth) for e, truth in zip(estimates, SAVINGS, strict=True)]
        widths += [half_width(e) for e in estimates]
    assert np.mean(covered) == pytest.approx(coverage, abs=math.sqrt(2) * band(coverage, len(covered)))
    assert 100 * np.mean(widths) == pytest.approx(width_percent, rel=0.1)


@pytest.mark.parametrize("question", [alone, last])
def test_alone_and_last_are_covered(
    question: Callable[[Layout, str], Row | None], factorial: Callable[[str], Layout]
) -> None:
    layout, rng = factorial("abcdef"), np.random.default_rng(21)
    rows = rows_of(layout, question)
    covered = [
        covers(e, truth)
        for _ in range(500)
        for e, truth in zip(
            block_t(winsorize(simulate(rng, layout, SAVINGS, 10)), rows), SAVINGS, strict=True
        )
    ]
    assert 0.95 - band(0.95, len(covered)) <= np.mean(covered) <= 0.975


@pytest.mark.parametrize(
    ("factors", "blocks"), [("a", 3), ("a", 10), ("ab", 3), ("ab", 5), ("abc", 3), ("abc", 10)]
)
def test_small_designs_are_covered(factors: str, blocks: int, factorial: Callable[[str], Layout]) -> None:
    layout, rng = factorial(factors), np.random.default_rng(31)
    effects = SAVINGS[: len(factors)]
    rows = rows_of(layout, average)
    covered = [
        covers(e, truth)
        for _ in range(1000)
        for e, truth in zip(
            block_t(winsorize(simulate(rng, layout, effects, blocks)), rows), effects, strict=True
        )
    ]
    assert 0.94 - band(0.94, len(covered)) <= np.mean(covered) <= 0.98


def test_false_alarms_of_a_family_are_five_percent_after_holm(factorial: Callable[[str], Layout]) -> None:
    layout, rng, runs = factorial("abcdef"), np.random.default_rng(41), 1000
    pairs = [(a, b) for a in layout.factors for b in layout.factors if a < b]
    families = {
        "main effects": rows_of(layout, average),
        "alone": rows_of(layout, alone),
        "interactions": [row for pair in pairs if (row := interaction(layout, *pair)) is not None],
    }
    adjusted, unadjusted = dict.fromkeys(families, 0), dict.fromkeys(families, 0)
    for _ in range(runs):
        data = winsorize(simulate(rng, layout, np.zeros(6), 10))
        for name, rows in families.items():
            effects = [effect for effect in family(data, rows, 1.0) if effect is not None]
            adjusted[name] += any(e.p_adjusted is not None and e.p_adjusted < 0.05 for e in effects)
            unadjusted[name] += any(e.estimate.p is not None and e.estimate.p < 0.05 for e in effects)
    for name in families:
        assert adjusted[name] / runs <= 0.05 + band(0.05, runs), name
    assert 0.45 < unadjusted["interactions"] / runs < 0.6


def test_the_path_of_the_plan_is_covered(factorial: Callable[[str], Layout]) -> None:
    layout, rng = factorial("abcdef"), np.random.default_rng(51)
    saving = dict(zip(layout.factors, SAVINGS, strict=True))
    covered = []
    for _ in range(200):
        truth = 0.0
        for step in plan(layout, winsorize(simulate(rng, layout, SAVINGS, 10, vary=0.02))):
            truth += saving[step.add]
            covered.append(covers(step.cumulative, truth))
    assert np.mean(covered) == pytest.approx(0.95, abs=0.02)


def test_the_scatter_of_a_trial_tells_the_width_to_come(factorial: Callable[[str], Layout]) -> None:
    layout, rng = factorial("abcd"), np.random.default_rng(61)
    rows = rows_of(layout, average)
    weight = float(np.linalg.norm(rows[0]))
    measured, expected = [], []
    for _ in range(300):
        log_times = simulate(rng, layout, SAVINGS[:4], 20)
        measured += [half_width(e) for e in block_t(winsorize(log_times), rows)]
        trial_sd = winsorize(log_times[:10]).noise.trial_sd
        assert trial_sd is not None
        expected.append(critical_t(20) * trial_sd / math.sqrt(20) * weight)
    assert np.mean(expected) == pytest.approx(np.mean(measured), rel=0.1)
