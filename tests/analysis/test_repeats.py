"""Combinations that a block runs several times: clip each trial, or average first?

A block's repeats share what its process does to their combination, which is why the block stays the unit.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from agentperf.analysis.contrasts import alone, average
from agentperf.analysis.estimates import block_t, mean_and_error
from agentperf.analysis.layout import FloatArray, Layout
from agentperf.analysis.student import critical_t
from agentperf.analysis.winsorize import clip, winsorize

REPEATS = 4


@pytest.fixture
def anchored(factorial: Callable[[str], Layout]) -> Layout:
    cells, every = factorial("abcde").cells, frozenset("abcde")
    anchors = [cell for cell in cells if len(cell) in (0, 1, 4, 5)]
    return Layout.of([*cells, *anchors * (REPEATS - 1)], sorted(every))


def simulated(layout: Layout, runs: int, blocks: int, process_sd: float) -> FloatArray:
    rng = np.random.default_rng(1)
    shape = (runs, blocks, len(layout.columns))
    shared = rng.normal(0, process_sd, (*shape[:2], len(layout.cells)))
    return (
        shared[..., [layout.cells.index(column) for column in layout.columns]]
        + 0.06 * rng.standard_t(4, shape) / math.sqrt(2)
        + math.log(2) * (rng.random(shape) < 0.03)
    )


@pytest.mark.parametrize(("process_sd", "narrower"), [(0.0, 0.75), (0.05, 0.9)])
def test_trials_clipped_one_by_one_cover_and_are_narrower_than_averages_clipped(
    process_sd: float, narrower: float, anchored: Layout
) -> None:
    """With 1600 runs of six switches, 10 blocks: alone within ±6.7 % against ±8.6 %, covered in 95.0 against
    95.5 %; where processes do not differ in ratios, ±3.4 against ±5.7 %, and 95.7 against 96.8 %. An outlier
    among four, averaged, is no outlier any more, and pulls its mean by a fifth."""
    blocks = 10
    log_times = simulated(anchored, 800, blocks, process_sd)
    plain = Layout.of(anchored.cells, anchored.factors)
    each, means = clip(log_times), clip(log_times @ anchored.averaging.T)
    found = []
    for layout, data in ((anchored, each), (plain, means)):
        rows = np.array([row for one in layout.factors if (row := alone(layout, one)) is not None])
        contrasts = mean_and_error(data.values @ rows.T, data.clipped_share)
        half_widths = critical_t(blocks) * contrasts.errors
        found.append((np.mean(abs(contrasts.means) <= half_widths), np.mean(half_widths)))
    (covered, width), (_, width_of_means) = found
    assert covered == pytest.approx(0.95, abs=0.015)
    assert width < narrower * width_of_means


def test_one_slow_repeat_of_four_is_clipped(anchored: Layout) -> None:
    log_times = 0.02 * np.random.default_rng(2).normal(size=(10, len(anchored.columns)))
    log_times[3, 0] += math.log(2)
    data = winsorize(log_times)
    row = alone(anchored, "a")
    assert row is not None
    (estimate,) = block_t(data, [row])
    assert data.unclipped[3, 0] - data.values[3, 0] > 0.5
    assert abs(estimate.log_ratio) < abs(estimate.unclipped)


def test_repeats_do_not_weigh_in_a_main_effect(anchored: Layout) -> None:
    row = average(anchored, "a")
    assert row is not None
    for cell in anchored.cells:
        of_cell = [w for w, column in zip(row, anchored.columns, strict=True) if column == cell]
        assert sum(of_cell) == pytest.approx(1 / 16 if "a" in cell else -1 / 16)
