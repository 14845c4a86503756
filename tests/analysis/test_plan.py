from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import combinations

import numpy as np
import pytest

from agentperf.analysis.layout import FloatArray, Layout
from agentperf.analysis.plan import plan
from agentperf.analysis.winsorize import winsorize


def log_times(
    layout: Layout, effects: Mapping[str, float], blocks: int = 6, noise: float = 0.0
) -> FloatArray:
    """Log times that add up from `effects`: of one switch ("a") or on top of that for a pair ("ab")."""
    level = np.array(
        [sum(e for names, e in effects.items() if cell.issuperset(names)) for cell in layout.cells]
    )
    return (
        level
        + np.random.default_rng(11).normal(0, 1, (blocks, 1))
        + noise * np.random.default_rng(12).normal(size=(blocks, len(level)))
    )


def order(layout: Layout, data: FloatArray) -> str:
    return "".join(step.add for step in plan(layout, winsorize(data)))


def test_the_largest_saving_comes_first(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abcd")
    effects = {"a": -0.1, "b": -0.7, "c": 0.2, "d": -0.3}
    steps = plan(layout, winsorize(log_times(layout, effects, noise=0.01)))
    assert [step.add for step in steps] == ["b", "d", "a", "c"]
    assert [step.cumulative.log_ratio for step in steps] == pytest.approx([-0.7, -1.0, -1.1, -0.9], abs=0.03)
    assert [step.enough for step in steps] == [False, False, True, False]
    for step in steps:
        assert step.cumulative.low is not None and step.cumulative.high is not None
        assert step.cumulative.low < step.cumulative.log_ratio < step.cumulative.high


def test_a_switch_that_another_makes_worthless_comes_late(factorial: Callable[[str], Layout]) -> None:
    # pooling alone saves more than the third, and nothing once writes are batched
    layout = factorial("bpx")
    effects = {"b": -0.9, "p": -0.4, "bp": 0.4, "x": -0.2}
    data = log_times(layout, effects)
    assert order(layout, data) == "bxp"
    assert [step.enough for step in plan(layout, winsorize(data))] == [False, True, False]


def test_enough_is_the_first_step_that_keeps_95_percent_of_the_log_gain(
    factorial: Callable[[str], Layout],
) -> None:
    layout = factorial("ab")
    enough = {
        small: [step.enough for step in plan(layout, winsorize(log_times(layout, {"a": -1, "b": small})))]
        for small in (-0.04, -0.06)
    }
    assert enough == {-0.04: [True, False], -0.06: [False, True]}


def test_nothing_is_enough_where_nothing_helps(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("ab")
    steps = plan(layout, winsorize(log_times(layout, {"a": 0.5, "b": 0.1})))
    assert [step.add for step in steps] == ["b", "a"]
    assert not any(step.enough for step in steps)


def test_nothing_on_the_path_is_enough_where_the_path_misses_the_best(
    factorial: Callable[[str], Layout],
) -> None:
    # a is the best first step, and spoils b with c
    layout = factorial("abc")
    steps = plan(layout, winsorize(log_times(layout, {"a": -0.3, "bc": -1.0, "ab": 0.5, "ac": 0.5})))
    assert [step.add for step in steps] == ["a", "b", "c"]
    assert not any(step.enough for step in steps)


def test_what_three_switches_do_together_is_smoothed_away(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abc")
    data = log_times(layout, {"a": -0.5, "b": -0.3, "c": -0.1})
    triple = 0.2 * layout.signs("a") * layout.signs("b") * layout.signs("c")
    steps = plan(layout, winsorize(data + triple))
    assert [step.add for step in steps] == ["a", "b", "c"]
    assert [step.cumulative.log_ratio for step in steps] == pytest.approx([-0.5, -0.8, -0.9])


def test_ties_are_broken_by_the_order_of_the_switches(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abc")
    assert order(layout, log_times(layout, {"a": -0.2, "b": -0.2, "c": -0.2})) == "abc"


def test_one_block_has_a_plan_without_intervals(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("ab")
    steps = plan(layout, winsorize(log_times(layout, {"a": -0.2, "b": -0.3}, blocks=1)))
    assert [step.add for step in steps] == ["b", "a"]
    assert all(step.cumulative.low is None for step in steps)


def test_the_path_ends_where_the_measurements_end() -> None:
    one_at_a_time = Layout.of([set(), {"a"}, {"b"}], ["a", "b"])
    assert order(one_at_a_time, log_times(one_at_a_time, {"a": -0.2, "b": -0.3})) == "b"
    without_none = Layout.of([{"a"}, {"b"}], ["a", "b"])
    assert order(without_none, log_times(without_none, {"a": -0.2, "b": -0.3})) == ""


def test_what_cannot_be_told_from_the_chosen_switch_is_a_tie(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abcd")
    data = log_times(layout, {"a": -0.6, "b": -0.602, "c": -0.3, "d": -0.3}, blocks=10, noise=0.03)
    first, second, *_, last = plan(layout, winsorize(data))
    assert {first.add, *first.ties} == {"a", "b"}
    assert second.ties == ()
    assert last.ties == ()


def test_ties_keep_the_order_of_the_switches(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abc")
    first, second, third = plan(layout, winsorize(log_times(layout, {})))
    assert (first.ties, second.ties, third.ties) == (("b", "c"), ("c",), ())


def test_one_block_tells_nothing_apart(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abc")
    steps = plan(layout, winsorize(log_times(layout, {"a": -0.2, "b": -0.5}, blocks=1)))
    assert [step.ties for step in steps] == [("a", "c"), ("c",), ()]
    assert not any(step.enough for step in steps)


def test_what_the_combinations_contradict_is_a_tie(factorial: Callable[[str], Layout]) -> None:
    # with a on, c saves more than b; what b does with a and d, smoothed, makes b look better
    layout = factorial("abcd")
    data = log_times(layout, {"a": -1.0, "b": -0.3, "c": -0.35, "abd": -0.4})
    _, second, *_ = plan(layout, winsorize(data))
    assert (second.add, second.ties) == ("b", ("c",))


def test_enough_is_shown_and_not_only_estimated(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("ab")
    effects = {"a": -1.0, "b": -0.04}
    quiet = [step.enough for step in plan(layout, winsorize(log_times(layout, effects, noise=0.002)))]
    noisy = [step.enough for step in plan(layout, winsorize(log_times(layout, effects, noise=0.05)))]
    assert quiet == [True, False]
    assert noisy == [False, True]


def test_a_fraction_that_tells_pairs_apart_has_the_whole_path() -> None:
    factors = "abcde"
    chosen = [set(cell) for size in (1, 3, 5) for cell in combinations(factors, size)]  # resolution V
    half = Layout.of(chosen, factors)
    effects = {"a": -0.05, "b": -0.2, "c": -0.3, "d": -0.4, "e": -0.5, "de": 0.3}
    steps = plan(half, winsorize(log_times(half, effects, noise=0.001)))
    assert "".join(step.add for step in steps) == "ecbda"
    assert [step.cumulative.log_ratio for step in steps] == pytest.approx(
        [-0.5, -0.8, -1.0, -1.1, -1.15], abs=0.01
    )


def test_the_path_names_the_better_switch_as_a_tie_where_it_errs(
    factorial: Callable[[str], Layout], noise: Callable[[np.random.Generator, Layout, int], FloatArray]
) -> None:
    layout, rng, runs, wrong = factorial("abcde"), np.random.default_rng(71), 150, 0
    on = np.array([(layout.signs(factor) + 1) / 2 for factor in layout.factors])
    for _ in range(runs):
        truth = -rng.exponential(0.3, 5) @ on
        for first, second, third in combinations(on, 3):
            truth += rng.normal(0, 0.15) * (rng.random() < 0.15) * first * second
            truth += rng.normal(0, 0.08) * (rng.random() < 0.2) * first * second * third
        time = dict(zip(layout.cells, truth.tolist(), strict=True))
        reached = frozenset[str]()
        is_wrong = False
        for step in plan(layout, winsorize(truth + noise(rng, layout, 10))):
            rest = [factor for factor in layout.factors if factor not in reached]
            best = min(rest, key=lambda factor: time[reached | {factor}])
            is_wrong |= best not in (step.add, *step.ties)
            reached |= {step.add}
        wrong += is_wrong
    assert wrong / runs <= 0.05  # 3 to 4 % in thousands
