from __future__ import annotations

import math
from collections.abc import Callable
from itertools import permutations

import numpy as np
import pytest

from agentperf.analysis.contrasts import against_none, average
from agentperf.analysis.estimates import block_t
from agentperf.analysis.layout import FloatArray, Layout
from agentperf.analysis.shapley import shapley, shares
from agentperf.analysis.winsorize import winsorize


def by_permutations(layout: Layout, cell_times: FloatArray, factor: str) -> float:
    """The definition: what `factor` adds to those before it, over all orders."""
    time = dict(zip(layout.cells, cell_times.tolist(), strict=True))
    added = []
    for order in permutations(layout.factors):
        before = frozenset(order[: order.index(factor)])
        added.append(time[before | {factor}] - time[before])
    return math.fsum(added) / len(added)


@pytest.mark.parametrize("factors", ["a", "ab", "abc", "abcde"])
def test_shapley_is_the_average_over_all_orders(factors: str, factorial: Callable[[str], Layout]) -> None:
    layout = factorial(factors)
    cell_times = np.random.default_rng(len(factors)).normal(size=len(layout.cells))
    for factor in factors:
        row = shapley(layout, factor)
        assert row is not None
        assert row @ cell_times == pytest.approx(by_permutations(layout, cell_times, factor))


def test_the_shares_add_up_to_everything_against_nothing(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abcdef")
    data = winsorize(np.random.default_rng(3).normal(-1, 0.3, (8, 64)) - np.arange(64) / 32)
    total_row = against_none(layout, set("abcdef"))
    assert total_row is not None
    (total,) = block_t(data, [total_row])
    found = shares(layout, data)
    assert [share.optimization for share in found] == list("abcdef")
    assert sum(share.effect.log_ratio for share in found) == pytest.approx(total.log_ratio)
    assert sum(share.share_percent or math.nan for share in found) == pytest.approx(100)


def test_without_interactions_a_share_is_the_main_effect(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abcd")
    additive = sum(layout.signs(factor) * size for factor, size in zip("abcd", (1, -2, 0.5, 0), strict=True))
    for factor in "abcd":
        share, main = shapley(layout, factor), average(layout, factor)
        assert share is not None and main is not None
        assert share @ additive == pytest.approx(main @ additive)


def test_two_switches_share_what_they_save_together_evenly(factorial: Callable[[str], Layout]) -> None:
    # b is worth 0.4 alone and nothing once a is on
    layout = factorial("ab")
    log_times = np.array([[0.0, -0.9, -0.4, -0.9]] * 4) + np.random.default_rng(1).normal(0, 0.01, (4, 1))
    a, b = shares(layout, winsorize(log_times))
    assert (a.effect.log_ratio, b.effect.log_ratio) == pytest.approx((-0.7, -0.2))
    assert (a.share_percent, b.share_percent) == pytest.approx((100 * 7 / 9, 100 * 2 / 9))


def test_intervals_are_narrower_than_those_of_alone(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abcdef")
    share, nothing = shapley(layout, "a"), against_none(layout, {"a"})
    assert share is not None and nothing is not None
    assert np.linalg.norm(share) < 0.3 * np.linalg.norm(nothing)


def test_nothing_is_shared_out_where_nothing_is_shown_to_be_saved(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abc")
    found = shares(layout, winsorize(np.random.default_rng(6).normal(0, 0.1, (6, 8))))
    assert [share.share_percent for share in found] == [None] * 3
    assert all(share.effect.low is not None for share in found)
    (only,) = shares(factorial("a"), winsorize(np.array([[0.0, -1.0]])))
    assert (only.effect.log_ratio, only.share_percent) == (-1, None)


def test_a_fraction_has_no_shares() -> None:
    half = Layout.of([set(), {"a", "b"}, {"a", "c"}, {"b", "c"}], "abc")
    assert shapley(half, "a") is None
    assert shares(half, winsorize(np.zeros((3, 4)))) == ()
    assert shares(Layout.of([set()], ""), winsorize(np.zeros((3, 1)))) == ()


def test_repeats_of_a_combination_count_by_their_mean(factorial: Callable[[str], Layout]) -> None:
    once = factorial("ab")
    twice = Layout.of([*once.cells, *once.cells], "ab")
    for factor in "ab":
        single, double = shapley(once, factor), shapley(twice, factor)
        assert single is not None and double is not None
        assert np.allclose(double, np.tile(single / 2, 2))
