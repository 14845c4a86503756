from __future__ import annotations

import math

import numpy as np
import pytest

from agentperf.analysis.analysis import analyse
from agentperf.analysis.autocorrelation import lag1_autocorrelation, widening
from agentperf.analysis.estimates import mean_and_error
from agentperf.analysis.layout import FloatArray
from agentperf.analysis.student import critical_t


def following(rng: np.random.Generator, correlation: float, runs: int, blocks: int) -> FloatArray:
    """First-order autoregressions around 0 with an sd of 1, shape (runs, blocks, 1)."""
    values = rng.normal(size=(runs, blocks, 1))
    for block in range(1, blocks):
        fresh = math.sqrt(1 - correlation**2) * values[:, block]
        values[:, block] = correlation * values[:, block - 1] + fresh
    return values


def test_by_hand() -> None:
    # around the mean of 3: -2, -1, 0, 1, 2; products 2 + 0 + 0 + 2, squares 10
    rising, alternating = [1.0, 2, 3, 4, 5], [1.0, -1, 1, -1, 0]
    found = lag1_autocorrelation(np.array([rising, alternating]).T)
    assert found == pytest.approx([0.4, -0.75])


@pytest.mark.parametrize("values", [[1.0], [1.0, 2.0], [3.0, 3.0, 3.0, 3.0], [0.1, 0.1 + 1e-16, 0.1]])
def test_nothing_is_told_where_there_is_nothing_to_tell(values: list[float]) -> None:
    found = lag1_autocorrelation(np.array([values]).T)
    assert np.isnan(found).all()
    assert widening(found, len(values)).tolist() == [1]


def test_only_what_exceeds_chance_widens() -> None:
    found = widening(np.array([-0.9, 0.0, 0.49, 0.51, 0.8, np.nan]), blocks=16)
    assert found == pytest.approx([1, 1, 1, math.sqrt(1.51 / 0.49), 3, 1])


def test_independent_blocks_are_widened_in_one_case_of_forty_at_most() -> None:
    rng = np.random.default_rng(3)
    for blocks in (5, 10, 20, 40):
        found = widening(lag1_autocorrelation(rng.normal(size=(4000, blocks, 1))), blocks)
        assert np.mean(found > 1) < 0.025


def test_blocks_that_resemble_one_another_are_told_from_twenty_on_and_covered_better() -> None:
    """A remedy in part. Where neighbours correlate by 0.5, 40 blocks cover 79 % as they are and 86 % widened,
    20 blocks 81 and 83 %: so few can't tell. Spread a run out to do better."""
    rng, none = np.random.default_rng(4), np.zeros(4000)
    covered = {}
    for blocks in (20, 40):
        contrasts = following(rng, 0.5, 4000, blocks)
        found = mean_and_error(contrasts, none)
        plain = contrasts.std(axis=-2, ddof=1) / math.sqrt(blocks)
        covered[blocks] = [
            float(np.mean(abs(found.means) < critical_t(blocks) * errors)) for errors in (plain, found.errors)
        ]
    assert covered[20][1] > covered[20][0] + 0.01
    assert covered[40][1] > covered[40][0] + 0.05
    assert covered[40][1] > 0.83


def test_an_effect_that_drifts_is_reported_with_a_wider_interval() -> None:
    drifting = np.linspace(-0.1, 0.1, 20)
    noise = 0.01 * np.random.default_rng(5).normal(size=(20, 2))
    log_times = noise + np.column_stack([0 * drifting, drifting])
    (effect,) = analyse([set(), {"a"}], ["a"], log_times).effects
    shuffled = np.random.default_rng(6).permutation(log_times)
    (independent,) = analyse([set(), {"a"}], ["a"], shuffled).effects
    assert effect.average is not None and independent.average is not None
    wide, narrow = effect.average.estimate, independent.average.estimate
    assert wide.autocorrelation is not None and wide.autocorrelation > 0.8
    assert narrow.autocorrelation is not None and abs(narrow.autocorrelation) < 2 / math.sqrt(20)
    assert wide.half_width_percent is not None and narrow.half_width_percent is not None
    assert wide.half_width_percent > 3 * narrow.half_width_percent
    assert wide.log_ratio == pytest.approx(narrow.log_ratio)


def test_the_noise_of_a_run_tells_the_mean_over_its_switches() -> None:
    cells = [set(), {"a"}, {"b"}, {"a", "b"}]
    analysis = analyse(cells, ["a", "b"], np.random.default_rng(7).normal(0, 0.1, (9, 4)))
    each = [one.average.estimate.autocorrelation for one in analysis.effects if one.average]
    assert None not in each
    assert analysis.noise.lag1_autocorrelation == pytest.approx(np.mean([one or 0 for one in each]))
    few = analyse(cells, ["a", "b"], np.random.default_rng(7).normal(0, 0.1, (2, 4)))
    assert few.noise.lag1_autocorrelation is None
