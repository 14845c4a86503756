"""Where things stand in a picture."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from agentperf.reports.page.axis import Axis, axis_of
from agentperf.reports.page.heat_map import STRENGTHS, strength
from agentperf.reports.page.interval_mark import interval_mark, tone_of

PERCENT = st.floats(-1e6, 100, allow_nan=False)
INTERVALS = st.lists(st.tuples(PERCENT, PERCENT, PERCENT).map(sorted).map(tuple), max_size=12)


@given(INTERVALS)
def test_every_estimate_and_zero_are_on_the_axis(intervals: list[tuple[float, float, float]]) -> None:
    axis = axis_of(intervals)
    assert axis.holds(0)
    for low, estimate, high in intervals:
        assert axis.holds(estimate)
        mark = interval_mark(axis, (low, estimate, high), "less", "")
        assert 0 <= mark.low <= mark.at <= mark.high <= 100
        assert mark.is_cut_low is not axis.holds(low) and mark.is_cut_high is not axis.holds(high)


@given(INTERVALS, st.integers(2, 10))
def test_ticks_are_few_round_and_on_the_axis(
    intervals: list[tuple[float, float, float]], at_most: int
) -> None:
    axis = axis_of(intervals)
    ticks = axis.ticks(at_most)
    assert 1 <= len(ticks) <= at_most + 1
    assert all(axis.holds(tick) for tick in ticks)
    assert 0.0 in ticks


def test_one_wide_interval_does_not_hide_the_others() -> None:
    axis = axis_of([(-9000.0, 20.0, 99.0), (30.0, 40.0, 50.0)])
    assert axis.at(50) - axis.at(30) > 15
    assert Axis(0, 57.1).ticks() == [0, 10, 20, 30, 40, 50]


def test_tones_and_strengths() -> None:
    assert [tone_of(one) for one in ((1, 2, 3), (-3, -2, -1), (-1, 0, 1))] == ["less", "more", "unclear"]
    assert [strength(ratio) for ratio in (1.01, 1.06, 1.12, 1.3, 3.0)] == [1, 2, 3, 4, 4]
    assert strength(1 / 1.3) == strength(1.3) <= STRENGTHS
