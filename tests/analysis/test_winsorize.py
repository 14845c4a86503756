from __future__ import annotations

import numpy as np
import pytest

from agentperf.analysis.layout import FloatArray
from agentperf.analysis.winsorize import clip, winsorize
from agentperf.scenarios.choices import Inference

BLOCKS = np.array([[0.0], [1.0], [-2.0], [0.5]])
CELLS = np.array([[0.0, -0.5, 0.25, 1.0]])
CHECKERBOARD = 0.01 * np.array([[1, -1, 1, -1], [-1, 1, -1, 1]] * 2)


def between_columns(values: FloatArray) -> FloatArray:
    return values - values[:, :1]


def test_without_outliers_only_the_level_of_each_block_is_removed() -> None:
    log_times = BLOCKS + CELLS + CHECKERBOARD
    data = winsorize(log_times)
    assert data.noise.clipped_share == 0
    assert np.allclose(between_columns(data.values), between_columns(log_times))
    assert np.allclose(data.values, CELLS - np.median(CELLS) + CHECKERBOARD)
    assert np.array_equal(data.values, data.unclipped)


def test_a_trial_twice_as_slow_is_clipped_to_a_few_sd_of_the_others() -> None:
    log_times = BLOCKS + CELLS + CHECKERBOARD
    log_times[2, 3] += np.log(2)
    data = winsorize(log_times)
    assert data.noise.clipped_share == 1 / 16
    clipped = data.unclipped - data.values
    assert np.argwhere(clipped > 1e-12).tolist() == [[2, 3]]
    residual = data.values[2, 3] - np.median(data.values[:, 3])
    assert 0.03 < residual < 0.06


def test_the_noise_of_a_trial_is_the_residual_sd() -> None:
    rng = np.random.default_rng(7)
    clean = rng.normal(0, 0.05, (400, 64))
    assert winsorize(clean).noise.trial_sd == pytest.approx(0.05, rel=0.03)
    disturbed = clean + np.log(2) * (rng.random(clean.shape) < 0.03)
    noise = winsorize(disturbed).noise
    # 3 % at three sd, the rest normal: √(0.97 + 0.03 * 9) / 0.97 times the sd; unclipped, 2.6 times
    assert noise.trial_sd == pytest.approx(0.05 * np.sqrt(0.97 + 0.03 * 9) / 0.97, rel=0.05)
    assert noise.clipped_share == pytest.approx(0.03, abs=0.005)


@pytest.mark.parametrize("shape", [(1, 4), (4, 1), (1, 1)])
def test_one_block_or_one_combination_leaves_no_residual(shape: tuple[int, int]) -> None:
    noise = winsorize(np.arange(4.0)[: shape[0] * shape[1]].reshape(shape)).noise
    assert noise.trial_sd is None
    assert noise.clipped_share == 0


def test_one_odd_value_among_identical_ones_is_no_outlier() -> None:
    log_times = np.zeros((5, 4))
    log_times[0, 0] = 0.1
    data = winsorize(log_times)
    assert data.noise.clipped_share == 0
    assert data.values[0, 0] == 0.1


def test_the_log_times_are_left_as_they_were() -> None:
    log_times = BLOCKS + CELLS
    before = log_times.copy()
    winsorize(log_times)
    assert np.array_equal(log_times, before)


@pytest.mark.parametrize("shape", [(4,), (0, 4), (4, 0), (2, 2, 2)])
def test_other_shapes_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        winsorize(np.zeros(shape))


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_incomplete_blocks_are_refused(value: float) -> None:
    with pytest.raises(ValueError, match="not complete"):
        winsorize(np.array([[0.0, value]]))


def test_the_levels_are_what_was_taken_from_the_log_times() -> None:
    log_times = BLOCKS + CELLS + CHECKERBOARD
    log_times[2, 3] += np.log(2)
    data = winsorize(log_times)
    measured = data.values + data.levels
    assert np.argwhere(abs(measured - log_times) > 1e-9).tolist() == [[2, 3]]
    assert measured[2, 3] < log_times[2, 3] - 0.5


def test_each_part_of_a_rotation_has_a_level_of_its_own() -> None:
    rng = np.random.default_rng(9)
    log_times = np.hstack([CELLS, CELLS]) + rng.normal(0, 0.01, (6, 8))
    strata = [0, 1, 0, 1, 1, 0, 1, 0]
    levels = rng.normal(0, 1, (6, 2))[:, strata]
    data, moved = winsorize(log_times, strata), winsorize(log_times + levels, strata)
    assert np.allclose(moved.values, data.values)
    assert np.allclose(moved.unclipped, data.unclipped)
    assert np.allclose(moved.levels - data.levels, levels)
    for part in (0, 1):
        assert np.allclose(data.values[:, np.equal(strata, part)].mean(axis=1), 0)
    assert moved.noise.clipped_share == data.noise.clipped_share
    assert moved.noise.trial_sd == pytest.approx(data.noise.trial_sd)


def test_the_parts_of_a_rotation_leave_less_to_judge_the_noise_by() -> None:
    noise = np.random.default_rng(10).normal(0, 0.05, (400, 8))
    levels = np.repeat(np.random.default_rng(11).normal(0, 1, (400, 4)), 2, axis=1)
    found = winsorize(noise + levels, [0, 0, 1, 1, 2, 2, 3, 3]).noise
    assert found.trial_sd == pytest.approx(0.05, rel=0.1)


def test_many_runs_at_once_are_each_run_by_itself() -> None:
    log_times = np.random.default_rng(12).standard_t(2, (7, 5, 6))
    for strata in (None, [0, 0, 0, 1, 1, 1]):
        together = clip(log_times, strata)
        for run, one in enumerate(log_times):
            alone = winsorize(one, strata)
            assert np.array_equal(together.values[run], alone.values)
            assert np.array_equal(together.unclipped[run], alone.unclipped)
            assert together.clipped_share[run] == alone.noise.clipped_share
            assert together.trial_sd[run] == alone.noise.trial_sd


def test_what_the_intervals_hold_for_goes_with_the_data() -> None:
    assert winsorize(CHECKERBOARD).inference is Inference.FIXED
    assert winsorize(CHECKERBOARD, inference=Inference.ANYTIME).inference is Inference.ANYTIME
