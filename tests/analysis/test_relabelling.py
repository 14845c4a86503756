from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from agentperf.analysis.contrasts import average
from agentperf.analysis.effects import family
from agentperf.analysis.layout import FloatArray, Layout
from agentperf.analysis.relabelling import (
    FalseAlarms,
    relabelled_false_alarms,
    smallest_visible_effect_percent,
    wilson,
)
from agentperf.analysis.verdicts import Verdict
from agentperf.analysis.winsorize import winsorize

Noise = Callable[[np.random.Generator, Layout, int], FloatArray]


@pytest.mark.parametrize("trials", [1, 3, 6, 9, 20, 1000])
def test_the_interval_of_a_rate_holds_it_also_at_its_ends(trials: int) -> None:
    for hits in (0, trials):
        low, high = wilson(hits, trials)
        assert 0 <= low <= hits / trials <= high <= 1 and low < high


def one_by_one(
    layout: Layout, log_times: FloatArray, relabellings: int, seed: int, threshold_percent: float
) -> tuple[int, int]:
    """As a run is analysed, one relabelling after the other: how many with an alarm, and with a verdict."""
    rng = np.random.default_rng(seed)
    copies = rng.permuted(np.tile(log_times, (relabellings, 1, 1)), axis=-1)
    alarms = verdicts = 0
    for copy in copies:
        rows = [average(layout, factor) for factor in layout.factors]
        effects = [each for each in family(winsorize(copy), rows, threshold_percent) if each is not None]
        alarms += any(each.p_adjusted is not None and each.p_adjusted < 0.05 for each in effects)
        verdicts += any(each.verdict in (Verdict.FASTER, Verdict.SLOWER) for each in effects)
    return alarms, verdicts


def test_each_relabelling_is_analysed_as_a_run(factorial: Callable[[str], Layout], noise: Noise) -> None:
    layout = factorial("abc")
    for seed in range(4):
        log_times = noise(np.random.default_rng(seed), layout, 5)
        found = relabelled_false_alarms(layout, log_times, 40, seed, threshold_percent=0.5)
        assert (found.with_alarm, found.with_verdict) == one_by_one(layout, log_times, 40, seed, 0.5)


def test_five_percent_of_relabelled_runs_have_an_alarm(
    factorial: Callable[[str], Layout], noise: Noise
) -> None:
    layout, rng = factorial("abcdef"), np.random.default_rng(2)
    found = [relabelled_false_alarms(layout, noise(rng, layout, 10), 150, seed) for seed in range(8)]
    rate = sum(each.with_alarm for each in found) / (8 * 150)
    assert 0.02 < rate < 0.075  # 5.2 % in 12,000
    assert all(each.with_verdict <= each.with_alarm for each in found)


def test_a_relabelling_says_how_sure_it_is(factorial: Callable[[str], Layout], noise: Noise) -> None:
    layout = factorial("ab")
    found = relabelled_false_alarms(layout, noise(np.random.default_rng(1), layout, 6), 60, 1)
    assert found == relabelled_false_alarms(layout, noise(np.random.default_rng(1), layout, 6), 60, 1)
    assert found != relabelled_false_alarms(layout, noise(np.random.default_rng(1), layout, 6), 60, 2)
    assert found.analyses == 60
    assert found.rate == found.with_alarm / 60
    assert found.low <= found.rate <= found.high


def test_columns_stay_in_their_process() -> None:
    # what differs between the parts of a rotating design is no effect of a switch
    half = [set(), {"a", "b"}, {"a", "c"}, {"b", "c"}, {"a"}, {"b"}, {"c"}, {"a", "b", "c"}]
    layout = Layout.of(half, "abc", strata=[0, 0, 0, 0, 1, 1, 1, 1])
    log_times = np.zeros((6, 8)) + np.where(np.arange(8) < 4, 0.0, 1.0)
    assert relabelled_false_alarms(layout, log_times, 50, 1) == FalseAlarms(50, 0, 0, 0.0, *wilson(0, 50))


def test_identical_times_raise_no_alarm(factorial: Callable[[str], Layout]) -> None:
    assert relabelled_false_alarms(factorial("ab"), np.zeros((3, 4)), 10, 1).with_alarm == 0


@pytest.mark.parametrize(
    ("columns", "shape", "relabellings"),
    [
        ([set(), {"a"}, {"b"}], (5, 3), 10),
        ([set(), {"a"}, {"b"}, {"a", "b"}], (1, 4), 10),
        ([set(), {"a"}, {"b"}, {"a", "b"}], (5, 3), 10),
        ([set(), {"a"}, {"b"}, {"a", "b"}], (5, 4), 0),
    ],
)
def test_what_cannot_be_analysed_is_refused(
    columns: list[set[str]], shape: tuple[int, int], relabellings: int
) -> None:
    with pytest.raises(ValueError):
        relabelled_false_alarms(Layout.of(columns, "ab"), np.zeros(shape), relabellings, 1)


def test_no_switch_is_refused() -> None:
    with pytest.raises(ValueError, match="switch"):
        relabelled_false_alarms(Layout.of([set()], ""), np.zeros((5, 1)), 10, 1)


@pytest.mark.parametrize(("factors", "blocks"), [("abcdef", 10), ("abc", 10), ("ab", 5), ("abcde", 3)])
def test_the_smallest_visible_effect_is_found_in_four_of_five_runs(
    factors: str, blocks: int, factorial: Callable[[str], Layout]
) -> None:
    layout, rng, runs, sd = factorial(factors), np.random.default_rng(blocks), 500, 0.05
    percent = smallest_visible_effect_percent(sd, len(layout.cells), blocks, len(factors))
    assert percent is not None
    effect = math.log(1 - percent / 100) * (layout.signs("a") + 1) / 2
    rows = [average(layout, factor) for factor in factors]
    found = 0
    for _ in range(runs):
        data = winsorize(effect + rng.normal(0, sd, (blocks, len(layout.cells))))
        first, *_ = family(data, rows, 1.0)
        assert first is not None and first.p_adjusted is not None
        found += first.p_adjusted < 0.05
    assert found / runs == pytest.approx(0.8, abs=3 * math.sqrt(0.8 * 0.2 / runs))


def test_more_trials_see_smaller_effects() -> None:
    visible = [smallest_visible_effect_percent(0.1, 64, blocks, 6) or math.nan for blocks in (2, 5, 10, 40)]
    assert visible == sorted(visible, reverse=True)
    assert visible[2] == pytest.approx(3.4, abs=0.1)
    assert smallest_visible_effect_percent(0.0, 64, 10, 6) == 0
    assert smallest_visible_effect_percent(0.1, 64, 1, 6) is None
    assert smallest_visible_effect_percent(0.1, 1, 10, 0) is None


def test_wilson() -> None:
    assert wilson(5, 100) == pytest.approx((0.0215, 0.1118), abs=1e-4)
    low, high = wilson(0, 20)
    assert (low, high) == pytest.approx((0, 0.1611), abs=1e-4)
    assert wilson(20, 20) == pytest.approx((1 - high, 1))
