from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentperf.analysis.holm import holm

UNHURRIED = settings(deadline=None)  # a busy machine is no failure
P_VALUES = st.lists(st.floats(0, 1), max_size=12)


def test_a_family_of_four_by_hand() -> None:
    # sorted 0.005, 0.01, 0.03, 0.04, times 4, 3, 2, 1, never decreasing
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx((0.03, 0.06, 0.06, 0.02))


def test_alone_nothing_is_adjusted_and_an_empty_family_is_empty() -> None:
    assert holm([0.03]) == (0.03,)
    assert holm([]) == ()


@UNHURRIED
@given(P_VALUES)
def test_adjusted_values_grow_keep_their_order_and_stay_probabilities(p_values: list[float]) -> None:
    adjusted = holm(p_values)
    assert all(p <= q <= 1 for p, q in zip(p_values, adjusted, strict=True))
    pairs = sorted(zip(p_values, adjusted, strict=True))
    assert [q for _, q in pairs] == sorted(adjusted)


@UNHURRIED
@given(P_VALUES)
def test_rejects_between_bonferroni_and_nothing_adjusted(p_values: list[float]) -> None:
    for p, q in zip(p_values, holm(p_values), strict=True):
        assert q <= min(1, len(p_values) * p)
