"""A bar is as long as the saving, and its interval is shaded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agentperf.reports.saving_bar import ASCII, BLOCKS, SavingBar, Shades


@pytest.mark.parametrize(
    ("low", "estimate", "high", "drawn"),
    [
        (40, 50, 60, "####=-"),
        (100, 100, 100, "##########"),
        (49.9, 50, 50.1, "####="),
        (-20, 20, 40, "==--"),
        (-20, -10, 30, "---"),
        (-30, -20, -10, ""),
        (0, 0, 0, ""),
        (0.1, 0.2, 0.3, "-"),
    ],
)
def test_what_is_sure_estimated_and_possible(low: float, estimate: float, high: float, drawn: str) -> None:
    assert SavingBar(estimate, low, high, longest=100, width=10).drawn(ASCII) == drawn


@given(
    ends=st.tuples(*[st.floats(-1e6, 100)] * 3).map(sorted),
    longest=st.floats(-10, 100),
    width=st.integers(1, 40),
    shades=st.sampled_from([ASCII, BLOCKS]),
)
def test_never_longer_than_its_width(ends: list[float], longest: float, width: int, shades: Shades) -> None:
    low, estimate, high = ends
    drawn = SavingBar(estimate, low, high, longest, width).drawn(shades)
    assert len(drawn) <= width
    assert drawn == "".join(sorted(drawn, key=[shades.sure, shades.estimated, shades.possible].index))
