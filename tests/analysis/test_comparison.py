from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np
import pytest

from agentperf.analysis.comparison import Change, Common, Comparison, LogTimes, Pairing, compare
from agentperf.analysis.effects import Effect
from agentperf.analysis.holm import holm
from agentperf.analysis.layout import FloatArray, Layout
from agentperf.analysis.verdicts import Verdict

Noise = Callable[[np.random.Generator, Layout, int], FloatArray]
SAVINGS = dict(zip("abcdef", np.log([0.5, 0.6, 0.7, 0.8, 0.9, 0.95]).tolist(), strict=True))
BOTH = pytest.mark.parametrize("pairing", list(Pairing))


def level(layout: Layout, **slower: float) -> FloatArray:
    """The log time of each column, with a switch's saving less by so much (a log ratio)."""
    return np.array(
        [sum(SAVINGS[name] + slower.get(name, 0) for name in column) for column in layout.columns]
    )


def quiet(layout: Layout, rows: int = 8, seed: int = 1, **slower: float) -> LogTimes:
    """Half a percent of noise in a trial, two in a row."""
    rng = np.random.default_rng(seed)
    shape = (rows, len(layout.columns))
    return LogTimes(
        layout, level(layout, **slower) + rng.normal(0, 0.005, shape) + rng.normal(0, 0.02, (rows, 1))
    )


def ratio(change: Change | None) -> float:
    assert change is not None
    return change.estimate.ratio


def families(comparison: Comparison) -> Iterator[tuple[str, list[Effect]]]:
    yield "overall", [comparison.overall]
    yield "combinations", [each.change for each in comparison.combinations]
    for question in ("alone", "average", "last"):
        changes = [getattr(effect, question) for effect in comparison.effects]
        yield question, [change for change in changes if change is not None]


@BOTH
def test_a_slowdown_of_one_switch_is_found_with_its_name(
    pairing: Pairing, factorial: Callable[[str], Layout]
) -> None:
    layout = factorial("abc")
    found = compare(quiet(layout), quiet(layout, seed=2, b=math.log(1.1)), pairing)
    a, b, c = found.effects
    assert [ratio(each.average) for each in (a, b, c)] == pytest.approx([1, 1.1, 1], abs=0.01)
    assert ratio(b.alone) == pytest.approx(1.1, abs=0.02)
    assert ratio(b.last) == pytest.approx(1.1, abs=0.02)
    assert b.average is not None and b.average.verdict is Verdict.SLOWER
    for other in (a, c):
        assert other.average is not None and other.average.verdict is not Verdict.SLOWER
    assert ratio(found.overall) == pytest.approx(math.sqrt(1.1), abs=0.04)
    changed = {each.on: each.change for each in found.combinations}
    assert list(changed) == list(layout.cells)
    assert ratio(changed[frozenset("bc")]) == pytest.approx(1.1, abs=0.05)
    assert ratio(changed[frozenset("ac")]) == pytest.approx(1, abs=0.05)


@BOTH
def test_a_slower_process_slows_times_and_no_effect(
    pairing: Pairing, factorial: Callable[[str], Layout]
) -> None:
    layout = factorial("ab")
    base, new = quiet(layout), quiet(layout, seed=2)
    found = compare(base, replace(new, values=new.values + math.log(1.3)), pairing)
    assert found.overall.verdict is Verdict.SLOWER
    assert ratio(found.overall) == pytest.approx(1.3, abs=0.05)
    assert all(each.change.verdict is Verdict.SLOWER for each in found.combinations)
    assert [ratio(effect.average) for effect in found.effects] == pytest.approx([1, 1], abs=0.02)


def test_pairs_cancel_what_both_runs_met(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("ab")
    weather = np.random.default_rng(5).normal(0, 0.3, (8, 1))
    base, new = quiet(layout), quiet(layout, seed=2)
    base, new = (replace(run, values=run.values + weather) for run in (base, new))
    paired, independent = (compare(base, new, pairing).overall.estimate for pairing in Pairing)
    assert paired.log_ratio == pytest.approx(independent.log_ratio)
    assert paired.half_width_percent is not None and independent.half_width_percent is not None
    assert paired.half_width_percent < independent.half_width_percent / 5


def test_runs_of_different_length(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("ab")
    base, new = quiet(layout, rows=5), quiet(layout, rows=12, seed=2)
    shortened = replace(new, values=new.values[:5])
    long, short = (
        compare(base, run, Pairing.INDEPENDENT).overall.estimate.log_ratio for run in (new, shortened)
    )
    assert long != short
    paired, cut = (compare(base, run, Pairing.PAIRED).overall.estimate for run in (new, shortened))
    assert paired.log_ratio == pytest.approx(cut.log_ratio, abs=0.01)


def test_each_family_is_adjusted_by_itself(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abc")
    found = compare(quiet(layout), quiet(layout, seed=2, b=0.02), Pairing.INDEPENDENT)
    for name, family in families(found):
        p_values = [change.estimate.p for change in family]
        assert None not in p_values
        assert [change.p_adjusted for change in family] == list(holm([p or 0.0 for p in p_values])), name


def test_only_common_combinations_are_compared() -> None:
    base = Layout.of([{"h"}, {"h", "a"}, {"h", "b"}], "ab")
    new = Layout.of([{"h", "b"}, {"h"}, {"h", "a", "b"}], "ab")
    rng = np.random.default_rng(1)
    found = compare(
        LogTimes(base, np.log([1.0, 0.5, 0.6]) + rng.normal(0, 0.001, (4, 3))),
        LogTimes(new, np.log([0.9, 1.0, 0.3]) + rng.normal(0, 0.001, (5, 3))),
        Pairing.INDEPENDENT,
    )
    assert [sorted(each.on) for each in found.combinations] == [["h"], ["b", "h"]]
    assert [ratio(each.change) for each in found.combinations] == pytest.approx([1, 1.5], abs=0.01)
    assert ratio(found.overall) == pytest.approx(math.sqrt(1.5), abs=0.01)
    a, b = found.effects
    assert (a.alone, a.average, a.last) == (None, None, None)
    assert ratio(b.alone) == pytest.approx(1.5, abs=0.01)
    assert b.last is None


def test_effects_need_the_same_switches_swept_and_held(factorial: Callable[[str], Layout]) -> None:
    base, fewer = factorial("abc"), factorial("ab")
    found = compare(quiet(base), quiet(fewer), Pairing.INDEPENDENT)
    assert [effect.optimization for effect in found.effects] == ["a", "b"]
    assert all(effect.alone and not effect.average and not effect.last for effect in found.effects)
    assert [each.on for each in found.combinations] == list(fewer.cells)

    held = Layout.of([cell | {"c"} for cell in fewer.cells], "ab")
    found = compare(quiet(base), LogTimes(held, quiet(fewer).values), Pairing.INDEPENDENT)
    assert not any(effect.alone or effect.average or effect.last for effect in found.effects)
    assert [sorted(each.on) for each in found.combinations] == [
        ["c"],
        ["a", "c"],
        ["b", "c"],
        ["a", "b", "c"],
    ]


def test_columns_in_another_order_and_repeats_are_the_same_combinations() -> None:
    once = Layout.of([set(), {"a"}], "a")
    twice = Layout.of([{"a"}, set(), {"a"}, set()], "a")
    found = compare(quiet(once), quiet(twice, seed=2), Pairing.INDEPENDENT)
    (effect,) = found.effects
    assert ratio(effect.average) == pytest.approx(1, abs=0.01)
    assert len(found.combinations) == 2


def test_another_runtime_is_compared_at_its_ends(factorial: Callable[[str], Layout]) -> None:
    base, new = factorial("ab"), factorial("cde")
    found = compare(quiet(base), quiet(new), Pairing.INDEPENDENT, common=Common.ENDS)
    assert found.effects == ()
    assert [sorted(each.on) for each in found.combinations] == [[], ["a", "b"]]
    expected = sum(SAVINGS[name] for name in "cde") - sum(SAVINGS[name] for name in "ab")
    none, everything = (each.change.estimate.log_ratio for each in found.combinations)
    assert none == pytest.approx(0, abs=0.05)
    assert everything == pytest.approx(expected, abs=0.05)
    single = Layout.of([set()], "")
    assert len(compare(quiet(single), quiet(base), Pairing.PAIRED, common=Common.ENDS).combinations) == 2


def test_nothing_in_common_is_refused(factorial: Callable[[str], Layout]) -> None:
    only_a, only_b = Layout.of([{"a"}], "a"), Layout.of([{"b"}], "b")
    with pytest.raises(ValueError, match="in common"):
        compare(quiet(only_a), quiet(only_b), Pairing.PAIRED)
    with pytest.raises(ValueError, match="columns"):
        compare(quiet(factorial("ab")), LogTimes(factorial("ab"), np.zeros((3, 3))), Pairing.PAIRED)


@BOTH
def test_a_machine_that_changes_widens_times_only(
    pairing: Pairing, factorial: Callable[[str], Layout]
) -> None:
    layout = factorial("ab")
    base, new = quiet(layout), quiet(layout, seed=2)
    new = replace(new, values=new.values + 0.08)
    sure = compare(base, new, pairing)
    unsure = compare(base, new, pairing, widen_by=0.1)
    assert unsure.effects == sure.effects
    for before, after in (
        (sure.overall, unsure.overall),
        (sure.combinations[0].change, unsure.combinations[0].change),
    ):
        narrow, wide = before.estimate, after.estimate
        assert narrow.low is not None and narrow.high is not None
        assert (wide.low, wide.high) == pytest.approx((narrow.low - 0.1, narrow.high + 0.1))
        assert wide.log_ratio == narrow.log_ratio
        assert after.verdict is Verdict.INCONCLUSIVE
    assert sure.overall.verdict is Verdict.SLOWER
    assert (sure.overall.estimate.p or 1) < 0.01 < 0.5 < (unsure.overall.estimate.p or 0)
    beyond = compare(base, replace(new, values=new.values + 0.3), pairing, widen_by=0.1)
    assert beyond.overall.verdict is Verdict.SLOWER


@BOTH
def test_one_row_gives_estimates_only(pairing: Pairing, factorial: Callable[[str], Layout]) -> None:
    found = compare(quiet(factorial("a"), rows=1), quiet(factorial("a"), rows=4), pairing)
    for _, family in families(found):
        assert all(change.estimate.low is None and change.p_adjusted is None for change in family)
        assert all(change.verdict is Verdict.INCONCLUSIVE for change in family)


@BOTH
def test_identical_runs_are_equivalent(pairing: Pairing, factorial: Callable[[str], Layout]) -> None:
    same = LogTimes(factorial("ab"), np.tile(np.log([1.0, 0.5, 0.6, 0.3]), (4, 1)))
    for _, family in families(compare(same, same, pairing)):
        assert {change.verdict for change in family} == {Verdict.EQUIVALENT}
        assert all(change.estimate.p == 1 for change in family)


def test_the_threshold_decides_what_is_equivalent(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("ab")
    base = quiet(layout)
    new = replace(base, values=base.values + 0.02 + np.random.default_rng(3).normal(0, 0.001, (8, 4)))
    verdicts = [
        compare(base, new, Pairing.PAIRED, threshold_percent=threshold).overall.verdict
        for threshold in (1.0, 5.0)
    ]
    assert verdicts == [Verdict.SLOWER, Verdict.EQUIVALENT]


@pytest.mark.parametrize(
    ("pairing", "base_rows", "new_rows"),
    [(Pairing.PAIRED, 10, 10), (Pairing.INDEPENDENT, 10, 10), (Pairing.INDEPENDENT, 6, 20)],
)
def test_the_same_code_seldom_differs(
    pairing: Pairing, base_rows: int, new_rows: int, factorial: Callable[[str], Layout], noise: Noise
) -> None:
    layout, rng, runs = factorial("abcde"), np.random.default_rng(91), 200
    truth, alarms = level(layout), dict[str, int]()
    for _ in range(runs):
        base, new = (LogTimes(layout, truth + noise(rng, layout, rows)) for rows in (base_rows, new_rows))
        for name, family in families(compare(base, new, pairing)):
            found = any(change.p_adjusted is not None and change.p_adjusted < 0.05 for change in family)
            alarms[name] = alarms.get(name, 0) + found
    most = 0.05 + 3 * math.sqrt(0.05 * 0.95 / runs)
    assert {name: count / runs for name, count in alarms.items() if count / runs > most} == {}


@BOTH
def test_ten_percent_in_one_switch_are_found_in_noise(
    pairing: Pairing, factorial: Callable[[str], Layout], noise: Noise
) -> None:
    layout, rng, runs = factorial("abcde"), np.random.default_rng(92), 60
    named, others = 0, 0
    for _ in range(runs):
        base = LogTimes(layout, level(layout) + noise(rng, layout, 10))
        new = LogTimes(layout, level(layout, c=math.log(1.1)) + noise(rng, layout, 15))
        verdicts = {
            effect.optimization: effect.average.verdict
            for effect in compare(base, new, pairing).effects
            if effect.average is not None
        }
        named += verdicts.pop("c") is Verdict.SLOWER
        others += not {Verdict.SLOWER, Verdict.FASTER}.isdisjoint(verdicts.values())
    assert named / runs > 0.9
    assert others / runs <= 0.1


def test_overall_keeps_the_differences_between_processes(
    factorial: Callable[[str], Layout], noise: Noise
) -> None:
    # processes differ by 7.5 %: two runs of 10 by 3.4 %, which an interval from single trials would miss
    layout, rng = factorial("abc"), np.random.default_rng(93)
    widths, covered = [], []
    for _ in range(200):
        base, new = (LogTimes(layout, noise(rng, layout, 10)) for _ in range(2))
        estimate = compare(base, new, Pairing.INDEPENDENT).overall.estimate
        assert estimate.low is not None and estimate.high is not None
        widths.append((estimate.high - estimate.low) / 2)
        covered.append(estimate.low <= 0 <= estimate.high)
    assert np.mean(widths) > 2 * 0.075 * math.sqrt(2 / 10)
    assert np.mean(covered) >= 0.95 - 3 * math.sqrt(0.05 * 0.95 / 200)
