"""In a lane, whatever overlaps nests."""

from hypothesis import given
from hypothesis import strategies as st

from agentperf.reports.timeline_lanes import lanes

INTERVALS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 8)).map(lambda one: (one[0], one[0] + one[1]))
)


def crosses(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two overlap and neither holds the other."""
    (start, end), (later, last) = sorted((one, other), key=lambda pair: (pair[0], -pair[1]))
    return start < later < end < last


@given(INTERVALS)
def test_what_overlaps_nests(intervals: list[tuple[int, int]]) -> None:
    found = lanes(intervals)
    assert len(found) == len(intervals)
    for index, one in enumerate(intervals):
        for other in range(index):
            assert found[other] != found[index] or not crosses(intervals[other], one)


@given(INTERVALS)
def test_one_lane_is_enough_where_nothing_crosses(intervals: list[tuple[int, int]]) -> None:
    crossing = any(crosses(one, other) for one in intervals for other in intervals)
    assert (max(lanes(intervals), default=0) > 0) == crossing


def test_examples() -> None:
    assert lanes([(0, 10), (1, 4), (4, 9), (8, 12), (2, 3)]) == [0, 0, 0, 1, 0]
    assert lanes([]) == []
