from __future__ import annotations

from collections.abc import Callable
from itertools import combinations

import numpy as np
import pytest

from agentperf.analysis.conditional import conditionals
from agentperf.analysis.contrasts import average, interaction
from agentperf.analysis.effects import interaction_effects
from agentperf.analysis.estimates import block_t
from agentperf.analysis.layout import Layout
from agentperf.analysis.winsorize import winsorize


def test_what_a_switch_saves_without_and_with_another(factorial: Callable[[str], Layout]) -> None:
    # pooling (p) saves 40 % alone and nothing once writes are batched (b), which save 60 % in any case
    layout = factorial("bp")
    seconds = {frozenset(): 1.0, frozenset("b"): 0.4, frozenset("p"): 0.6, frozenset("bp"): 0.4}
    level = np.log([seconds[cell] for cell in layout.cells])
    speeds = np.array([[0.1], [-0.1], [0.0], [0.05], [-0.05]])
    found = conditionals(layout, winsorize(level + speeds), "b", "p")
    assert found is not None
    batching, pooling = found
    assert (batching.optimization, batching.given) == ("b", "p")
    assert (pooling.optimization, pooling.given) == ("p", "b")
    assert pooling.without.improvement_percent == pytest.approx(40)
    assert pooling.with_.improvement_percent == pytest.approx(0)
    assert batching.without.improvement_percent == pytest.approx(60)
    assert batching.with_.improvement_percent == pytest.approx(100 / 3)
    assert (pooling.saved_without_s, pooling.saved_with_s) == pytest.approx((0.4, 0))
    assert (batching.saved_without_s, batching.saved_with_s) == pytest.approx((0.6, 0.2))


def test_savings_that_add_up_in_seconds(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("ab")
    level = np.log([1.0, 0.7, 0.8, 0.5])
    found = conditionals(layout, winsorize(np.tile(level, (4, 1))), "a", "b")
    assert found is not None
    a, b = found
    assert (a.saved_without_s, a.saved_with_s, b.saved_without_s, b.saved_with_s) == pytest.approx(
        (0.3, 0.3, 0.2, 0.2)
    )
    assert a.without.improvement_percent == pytest.approx(30)
    assert a.with_.improvement_percent == pytest.approx(37.5)


def test_they_differ_by_the_interaction_and_average_to_the_main_effect(
    factorial: Callable[[str], Layout],
) -> None:
    layout = factorial("abcd")
    data = winsorize(np.random.default_rng(5).normal(0, 0.3, (7, 16)))
    for pair in combinations("abcd", 2):
        main, both = average(layout, pair[0]), interaction(layout, *pair)
        assert main is not None and both is not None
        effect, difference = block_t(data, [main, both])
        found = conditionals(layout, data, *pair)
        assert found is not None
        without, with_ = found[0].without.log_ratio, found[0].with_.log_ratio
        assert (without + with_) / 2 == pytest.approx(effect.log_ratio)
        assert with_ - without == pytest.approx(difference.log_ratio)


def test_seconds_are_those_of_the_clipped_times(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("ab")
    log_times = np.log([1.0, 0.5, 0.8, 0.4]) + np.random.default_rng(2).normal(0, 0.01, (9, 4))
    log_times[3, 0] += np.log(50)
    found = conditionals(layout, winsorize(log_times), "a", "b")
    assert found is not None
    assert found[0].saved_without_s == pytest.approx(0.5, abs=0.03)


def test_every_interaction_comes_with_both_of_its_conditionals(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abc")
    data = winsorize(np.random.default_rng(1).normal(0, 0.1, (5, 8)))
    for effect in interaction_effects(layout, data, 1.0):
        first, second = effect.optimizations
        named = [(each.optimization, each.given) for each in effect.conditionals]
        assert named == [(first, second), (second, first)]


def test_where_pairs_cannot_be_told_there_are_none() -> None:
    half = Layout.of([set(), {"a", "b"}, {"a", "c"}, {"b", "c"}], "abc")
    assert conditionals(half, winsorize(np.zeros((3, 4))), "a", "b") is None


def test_one_block_has_no_intervals(factorial: Callable[[str], Layout]) -> None:
    found = conditionals(factorial("ab"), winsorize(np.log([[1.0, 0.5, 0.8, 0.4]])), "a", "b")
    assert found is not None
    assert found[0].without.low is None
    assert found[0].saved_without_s == pytest.approx(0.5)
