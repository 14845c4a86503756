from __future__ import annotations

import numpy as np
import pytest

from agentperf.analysis.analysis import analyse
from agentperf.analysis.layout import FloatArray, IntArray
from agentperf.analysis.trend import trend
from agentperf.analysis.winsorize import winsorize

RISE = 0.05


def orders(rng: np.random.Generator, blocks: int, columns: int) -> IntArray:
    return rng.permuted(np.tile(np.arange(columns), (blocks, 1)), axis=1)


def rising(rng: np.random.Generator, places: IntArray, sd: float) -> FloatArray:
    """Log times that rise by RISE from the first to the last place, in cells and blocks that differ."""
    blocks, columns = places.shape
    values: FloatArray = (
        rng.normal(0, 0.3, (1, columns))
        + rng.normal(0, 0.075, (blocks, 1))
        + rng.normal(0, sd, places.shape)
        + RISE * places / (columns - 1)
    )
    return values


def test_a_steady_rise_is_found() -> None:
    rng = np.random.default_rng(1)
    places = orders(rng, 200, 16)
    found = trend(rising(rng, places, 1e-9), [0] * 16, places)
    assert found is not None and found.low is not None and found.high is not None
    assert found.log_change == pytest.approx(RISE, rel=0.05)
    assert found.low <= RISE <= found.high
    assert found.percent == pytest.approx(5.13, rel=0.05)
    assert found.percent_low is not None and found.percent_high is not None
    assert found.percent_low <= found.percent <= found.percent_high


@pytest.mark.parametrize(("blocks", "columns"), [(5, 64), (10, 4), (20, 16)])
def test_its_interval_holds_the_truth(blocks: int, columns: int) -> None:
    rng, held, changes = np.random.default_rng(2), [], []
    for _ in range(1000):
        places = orders(rng, blocks, columns)
        data = winsorize(rising(rng, places, 0.05) + np.log(2) * (rng.random(places.shape) < 0.03))
        found = trend(data.values, [0] * columns, places, data.noise.clipped_share)
        assert found is not None and found.low is not None and found.high is not None
        held.append(found.low <= RISE <= found.high)
        changes.append(found.log_change)
    assert np.mean(held) == pytest.approx(0.95, abs=0.02)
    assert np.mean(changes) == pytest.approx(RISE, rel=0.12)


def test_the_parts_of_a_rotation_count_from_their_own_first_trial() -> None:
    rng = np.random.default_rng(3)
    strata = [0] * 8 + [1] * 8
    places = np.hstack([orders(rng, 100, 8), orders(rng, 100, 8)])
    jump = rng.normal(0, 0.5, (100, 1)) * np.array(strata)
    found = trend(winsorize(RISE * places / 7 + jump, strata).values, strata, places)
    assert found is not None
    assert found.log_change == pytest.approx(RISE, rel=0.1)


def test_few_blocks_tell_little() -> None:
    rng = np.random.default_rng(4)
    places = orders(rng, 3, 8)
    values = rising(rng, places, 0.01)
    assert trend(values[:1], [0] * 8, places[:1]) is None
    two = trend(values[:2], [0] * 8, places[:2])
    assert two is not None and (two.low, two.percent_low, two.high, two.percent_high) == (None,) * 4
    assert trend(values[:, :1], [0], places[:, :1]) is None


def test_a_run_has_a_trend_where_the_places_are_known() -> None:
    rng = np.random.default_rng(5)
    places = orders(rng, 12, 4)
    cells = [set(), {"a"}, {"b"}, {"a", "b"}]
    values = rising(rng, places, 0.01)
    assert analyse(cells, ["a", "b"], values).noise.trend is None
    found = analyse(cells, ["a", "b"], values, places=places).noise.trend
    assert found is not None and found.low is not None and found.low > 0
    with pytest.raises(ValueError, match="places of shape"):
        analyse(cells, ["a", "b"], values, places=places[:5])
