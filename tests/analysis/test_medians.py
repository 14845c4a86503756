from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats  # type: ignore[import-untyped]  # scipy ships no types

from agentperf.analysis.medians import Median, interval_rank, medians

UNHURRIED = settings(deadline=None)  # a busy machine is no failure


def test_six_blocks_are_enclosed_by_their_extremes() -> None:
    values = np.array([[6.0, 1], [1, 1], [5, 1], [2, 1], [4, 1], [3, 1]])
    assert medians(values) == (Median(3.5, 1, 6), Median(1, 1, 1))


def test_fewer_blocks_have_a_median_and_no_interval() -> None:
    assert medians(np.array([[3.0], [1], [2]])) == (Median(2, None, None),)
    assert medians(np.array([[7.0]])) == (Median(7, None, None),)


# by hand for 10: P(Binomial(10, 1/2) < 2) = 11 / 1024, < 3: 56 / 1024
@pytest.mark.parametrize(("blocks", "rank"), [(1, None), (5, None), (6, 1), (8, 1), (9, 2), (10, 2), (20, 6)])
def test_known_ranks(blocks: int, rank: int | None) -> None:
    assert interval_rank(blocks) == rank


@UNHURRIED
@given(st.integers(6, 400))
def test_the_rank_is_the_largest_that_covers(blocks: int) -> None:
    rank = interval_rank(blocks)
    assert rank is not None
    assert stats.binom.cdf(rank - 1, blocks, 0.5) <= 0.025 < stats.binom.cdf(rank, blocks, 0.5)


@UNHURRIED
@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=30))
def test_the_interval_holds_the_median(values: list[float]) -> None:
    (median,) = medians(np.array(values)[:, np.newaxis])
    if median.low is not None and median.high is not None:
        assert median.low <= median.median <= median.high


def test_covers_the_median_of_a_skewed_metric() -> None:
    runs = np.random.default_rng(3).lognormal(0, 1, (10, 4000))
    covered = np.mean(
        [m.low is not None and m.high is not None and m.low <= 1 <= m.high for m in medians(runs)]
    )
    assert covered == pytest.approx(0.979, abs=0.007)  # exact: 1 - 22 / 1024


@pytest.mark.parametrize(
    "values", [np.zeros(3), np.zeros((0, 3)), np.array([[np.nan]]), np.array([[np.inf]])]
)
def test_what_is_not_a_table_of_numbers_is_refused(
    values: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> None:
    with pytest.raises(ValueError, match="metric"):
        medians(values)
