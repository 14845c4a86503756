from __future__ import annotations

import math
import subprocess
import sys
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats  # type: ignore[import-untyped]  # scipy ships no types

from agentperf.analysis.contrasts import Row, alone, average
from agentperf.analysis.estimates import Estimate, block_t
from agentperf.analysis.layout import Layout
from agentperf.analysis.noise import Noise
from agentperf.analysis.student import critical_t, two_sided_p
from agentperf.analysis.winsorize import Winsorized, winsorize

SWITCH = np.array([-1.0, 1.0])


def test_three_blocks_by_hand() -> None:
    # differences of 0.1, 0.2, 0.3: mean 0.2, sd 0.1, t(2) = 4.302653; p = 1 - t / √(t² + 2), t² = 12
    (estimate,) = block_t(winsorize(np.array([[5, 5.1], [1, 1.2], [-3, -2.7]])), [SWITCH])
    assert estimate.log_ratio == pytest.approx(0.2)
    assert estimate.low == pytest.approx(0.2 - 4.302653 * 0.1 / math.sqrt(3))
    assert estimate.high == pytest.approx(0.2 + 4.302653 * 0.1 / math.sqrt(3))
    assert estimate.p == pytest.approx(1 - math.sqrt(12 / 14))
    assert estimate.unclipped == pytest.approx(0.2)


@pytest.mark.parametrize("blocks", [2, 3, 10, 40])
@pytest.mark.parametrize("question", [average, alone])
def test_agrees_with_scipy_where_nothing_is_clipped(
    blocks: int, question: Callable[[Layout, str], Row | None], factorial: Callable[[str], Layout]
) -> None:
    log_times = np.random.default_rng(blocks).normal(0, 0.1, (blocks, 8))
    row = question(factorial("abc"), "b")
    assert row is not None
    (estimate,) = block_t(Winsorized(log_times, log_times, 0 * log_times, Noise(0.1, clipped_share=0)), [row])
    reference = stats.ttest_1samp(log_times @ row, 0)
    assert estimate.log_ratio == pytest.approx(np.mean(log_times @ row))
    assert (estimate.low, estimate.high) == pytest.approx(tuple(reference.confidence_interval(0.95)))
    assert estimate.p == pytest.approx(reference.pvalue)


def test_the_share_clipped_widens_the_interval() -> None:
    log_times = np.random.default_rng(1).normal(0, 0.05, (10, 8))
    log_times[3, 5] += np.log(2)
    data = winsorize(log_times)
    share = data.noise.clipped_share
    assert share >= 1 / 80
    row = np.array([-1.0, 1, -1, 1, -1, 1, -1, 1]) / 4
    (estimate,) = block_t(data, [row])
    low, high = stats.ttest_1samp(data.values @ row, 0).confidence_interval(0.95)
    assert estimate.high is not None and estimate.low is not None
    assert estimate.high - estimate.low == pytest.approx((high - low) / (1 - share))
    assert estimate.unclipped == pytest.approx(np.mean(log_times @ row))


def test_one_block_gives_an_estimate_and_no_interval() -> None:
    (estimate,) = block_t(winsorize(np.array([[0.0, math.log(0.5)]])), [SWITCH])
    assert estimate.improvement_percent == pytest.approx(50)
    assert (estimate.low, estimate.high, estimate.p) == (None, None, None)
    assert (estimate.ratio_low, estimate.ratio_high) == (None, None)
    assert (estimate.improvement_low, estimate.improvement_high) == (None, None)
    assert estimate.half_width_percent is None
    assert not estimate.clipping_matters


def test_identical_values_are_certainly_equal() -> None:
    log_times = np.log(0.1 * np.array([[1.0], [1.1], [0.9]])) + np.zeros((3, 2))
    (estimate,) = block_t(winsorize(log_times), [SWITCH])
    assert estimate == Estimate(0, 0, 0, 1, 0)


def test_a_ratio_that_never_varies_is_certain() -> None:
    log_times = np.log(np.array([[1.0], [1.1], [0.9]]) * np.array([[0.3, 0.1]]))
    (estimate,) = block_t(winsorize(log_times), [SWITCH])
    assert estimate.ratio == pytest.approx(1 / 3)
    assert estimate.half_width_percent == pytest.approx(0, abs=1e-9)
    assert estimate.p == pytest.approx(0, abs=1e-12)


def test_ratios_and_improvements_are_ordered_and_agree() -> None:
    estimate = Estimate(math.log(0.8), math.log(0.7), math.log(0.9), 0.01, math.log(0.8))
    assert (estimate.ratio, estimate.ratio_low, estimate.ratio_high) == pytest.approx((0.8, 0.7, 0.9))
    assert estimate.improvement_percent == pytest.approx(20)
    assert (estimate.improvement_low, estimate.improvement_high) == pytest.approx((10, 30))
    assert estimate.half_width_percent == pytest.approx(10)


def test_clipping_matters_when_the_unclipped_estimate_is_outside_the_interval() -> None:
    assert Estimate(0, -0.1, 0.1, 1, 0.2).clipping_matters
    assert not Estimate(0, -0.1, 0.1, 1, 0.05).clipping_matters


def test_an_interval_too_wide_for_a_float_stays_finite() -> None:
    (estimate,) = block_t(winsorize(np.array([[0.0, 200.0], [0.0, -200.0]])), [SWITCH])
    assert estimate.ratio_high is not None and math.isfinite(estimate.ratio_high)
    assert estimate.half_width_percent is not None and math.isfinite(estimate.half_width_percent)


@pytest.mark.parametrize("blocks", [2, 3, 10, 1000])
def test_student_agrees_with_scipy_stats(blocks: int) -> None:
    assert critical_t(blocks) == pytest.approx(stats.t.ppf(0.975, blocks - 1), rel=1e-12)
    t = np.array([-3.0, 0.0, 0.1, 8.0])
    assert two_sided_p(t, blocks) == pytest.approx(2 * stats.t.sf(abs(t), blocks - 1), rel=1e-9)


def test_scipy_is_imported_by_the_first_interval_only() -> None:
    code = "import sys, agentperf.analysis.analysis; print([m for m in sys.modules if m.startswith('scipy')])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
