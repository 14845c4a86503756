from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agentperf.analysis.analysis import Analysis, analyse
from agentperf.analysis.claims import ClaimVerdict
from agentperf.analysis.conditional import Conditional
from agentperf.analysis.estimates import Estimate
from agentperf.analysis.layout import Cells, FloatArray
from agentperf.analysis.verdicts import Verdict
from agentperf.scenarios.choices import Inference

UNHURRIED = settings(deadline=None)  # the first interval imports scipy, and a busy machine is no failure


@dataclasses.dataclass(frozen=True)
class Run:
    cells: Cells
    factors: str
    log_times: FloatArray


@st.composite
def runs(draw: st.DrawFn, *, full: bool = False, min_blocks: int = 1) -> Run:
    """Up to three switches, some of their combinations (all, where full), up to seven blocks."""
    factors = "abc"[: draw(st.integers(0, 3))]
    sizes = range(len(factors) + 1)
    cells = [frozenset(cell) for size in sizes for cell in combinations(factors, size)]
    if not full:
        cells = draw(st.permutations(cells))[: draw(st.integers(1, len(cells)))]
    blocks = draw(st.integers(min_blocks, 7))
    # thousandths, so that two values are the same or clearly not
    value = st.integers(-3000, 3000)
    values = draw(st.lists(value, min_size=blocks * len(cells), max_size=blocks * len(cells)))
    return Run(tuple(cells), factors, np.array(values).reshape(blocks, len(cells)) / 1000)


def analysed(run: Run, log_times: FloatArray | None = None) -> Analysis:
    return analyse(run.cells, run.factors, run.log_times if log_times is None else log_times)


def found(record: Any, kind: type) -> Iterator[Any]:
    """Everything of one type in a record, however deep."""
    if isinstance(record, kind):
        yield record
    if dataclasses.is_dataclass(record):
        for field in dataclasses.fields(record):
            yield from found(getattr(record, field.name), kind)
    elif isinstance(record, tuple):
        for item in record:
            yield from found(item, kind)


def numbers(analysis: Analysis) -> list[float]:
    return list(found(analysis, float))


def ratios(analysis: Analysis) -> list[float]:
    """All numbers without the seconds that a switch saves: a faster machine saves fewer."""

    def timeless(conditional: Conditional) -> Conditional:
        return dataclasses.replace(conditional, saved_without_s=0.0, saved_with_s=0.0)

    interactions = tuple(
        dataclasses.replace(effect, conditionals=(timeless(first), timeless(second)))
        for effect in analysis.interactions
        for first, second in [effect.conditionals]
    )
    return numbers(dataclasses.replace(analysis, interactions=interactions))


@UNHURRIED
@given(runs())
def test_low_estimate_high_and_every_number_finite(run: Run) -> None:
    analysis = analysed(run)
    assert all(math.isfinite(number) for number in numbers(analysis))
    for estimate in found(analysis, Estimate):
        assert math.isfinite(estimate.ratio)
        if estimate.low is None:
            assert (estimate.high, estimate.p) == (None, None)
            continue
        assert estimate.low <= estimate.log_ratio <= estimate.high
        assert estimate.ratio_low <= estimate.ratio <= estimate.ratio_high
        assert estimate.improvement_low <= estimate.improvement_percent <= estimate.improvement_high
        assert 0 <= estimate.p <= 1


@UNHURRIED
@given(runs(), st.lists(st.floats(-10, 10), min_size=7, max_size=7))
def test_the_speed_of_a_block_does_not_matter(run: Run, levels: list[float]) -> None:
    moved = run.log_times + np.array(levels)[: len(run.log_times), np.newaxis]
    assert ratios(analysed(run, moved)) == pytest.approx(ratios(analysed(run)), rel=1e-6, abs=1e-6)


@UNHURRIED
@given(runs(), st.randoms(use_true_random=False))
def test_the_order_of_columns_does_not_matter(run: Run, random: Any) -> None:
    columns = random.sample(range(len(run.cells)), len(run.cells))
    cells = [run.cells[column] for column in columns]
    shuffled = analyse(cells, run.factors, run.log_times[:, columns])
    analysis = analysed(run)
    restored = tuple(shuffled.combinations[columns.index(column)] for column in range(len(columns)))
    assert numbers(dataclasses.replace(shuffled, combinations=restored)) == pytest.approx(
        numbers(analysis), rel=1e-6, abs=1e-6
    )


@UNHURRIED
@given(runs(), st.randoms(use_true_random=False))
def test_the_order_of_blocks_matters_to_the_width_only(run: Run, random: Any) -> None:
    blocks = random.sample(range(len(run.log_times)), len(run.log_times))
    estimates, shuffled = (
        [(estimate.log_ratio, estimate.unclipped) for estimate in found(analysed(run, log_times), Estimate)]
        for log_times in (run.log_times, run.log_times[blocks])
    )
    assert np.allclose(np.array(shuffled), np.array(estimates), rtol=1e-6, atol=1e-6)


@UNHURRIED
@given(runs(min_blocks=2), st.floats(0.1, 10))
def test_estimates_scale_with_the_log_times(run: Run, factor: float) -> None:
    before = [(e.log_ratio, e.low, e.high) for e in found(analysed(run), Estimate)]
    after = [(e.log_ratio, e.low, e.high) for e in found(analysed(run, factor * run.log_times), Estimate)]
    assert np.allclose(np.array(after), factor * np.array(before), rtol=1e-6, atol=1e-6)


@UNHURRIED
@given(runs(full=True))
def test_a_full_factorial_answers_everything(run: Run) -> None:
    analysis = analysed(run)
    pairs = math.comb(len(run.factors), 2)
    assert [effect.optimization for effect in analysis.effects] == list(run.factors)
    assert all(effect.alone and effect.average and effect.last for effect in analysis.effects)
    assert len(analysis.interactions) == pairs
    assert [combination.on for combination in analysis.combinations] == list(run.cells)
    assert sorted(step.add for step in analysis.plan) == list(run.factors)
    assert sum(step.enough for step in analysis.plan) <= 1


def test_one_switch() -> None:
    log_times = np.log([[1.0, 0.5], [1.1, 0.56], [0.9, 0.44]])
    analysis = analyse([set(), {"a"}], ["a"], log_times)
    (effect,) = analysis.effects
    assert effect.alone == effect.average == effect.last
    assert effect.alone is not None and effect.alone.verdict is Verdict.FASTER
    assert effect.alone.p_adjusted == effect.alone.estimate.p
    assert analysis.interactions == ()
    assert [(step.add, step.enough) for step in analysis.plan] == [("a", True)]


def test_no_switch() -> None:
    analysis = analyse([set()], [], np.array([[0.1], [0.2]]))
    assert (analysis.effects, analysis.interactions, analysis.plan) == ((), (), ())
    (only,) = analysis.combinations
    assert only.effect is not None and only.effect.estimate.ratio == 1
    assert analysis.noise.trial_sd is None


def test_two_blocks_have_an_interval() -> None:
    analysis = analyse([set(), {"a"}], ["a"], np.log([[1.0, 0.5], [1.1, 0.55]]))
    assert analysis.blocks == 2
    assert analysis.effects[0].average is not None
    assert analysis.effects[0].average.estimate.low is not None


def test_one_block_has_estimates_only() -> None:
    analysis = analyse([set(), {"a"}], ["a"], np.log([[1.0, 0.5]]))
    (effect,) = analysis.effects
    assert effect.average is not None
    assert effect.average.estimate.improvement_percent == pytest.approx(50)
    assert (effect.average.estimate.low, effect.average.p_adjusted) == (None, None)
    assert effect.average.verdict is Verdict.INCONCLUSIVE


def test_identical_times_are_equivalent() -> None:
    cells = [set(), {"a"}, {"b"}, {"a", "b"}]
    analysis = analyse(cells, ["a", "b"], np.log([[0.1] * 4, [0.3] * 4, [0.7] * 4]))
    for estimate in found(analysis, Estimate):
        assert estimate == Estimate(0, 0, 0, 1, 0)
    assert {effect.average.verdict for effect in analysis.effects if effect.average} == {Verdict.EQUIVALENT}
    assert not any(step.enough for step in analysis.plan)
    assert analysis.noise.trial_sd == 0


def test_held_switches_are_reported_and_change_nothing() -> None:
    log_times = np.random.default_rng(5).normal(0, 0.1, (6, 4))
    cells = [set(), {"a"}, {"b"}, {"a", "b"}]
    free = analyse(cells, ["a", "b"], log_times)
    held = analyse([cell | {"h"} for cell in cells], ["a", "b"], log_times)
    assert held.held == {"h"}
    assert held.effects == free.effects
    assert held.plan == free.plan
    assert [c.on - {"h"} for c in held.combinations] == [c.on for c in free.combinations]


def test_without_nothing_there_is_no_alone_and_without_all_no_last() -> None:
    log_times = np.random.default_rng(6).normal(0, 0.1, (6, 3))
    without_none = analyse([{"a"}, {"b"}, {"a", "b"}], ["a", "b"], log_times)
    assert all(e.alone is None and e.average is None and e.last for e in without_none.effects)
    assert all(combination.effect is None for combination in without_none.combinations)
    assert (without_none.plan, without_none.interactions) == ((), ())

    without_all = analyse([set(), {"a"}, {"b"}], ["a", "b"], log_times)
    assert all(e.alone and e.average is None and e.last is None for e in without_all.effects)
    assert len(without_all.plan) == 1


def test_the_threshold_decides_what_is_equivalent() -> None:
    log_times = np.log([[1.0, 0.97], [1.0, 0.971], [1.0, 0.969]])
    verdicts = [
        effect.average.verdict
        for threshold in (1.0, 5.0)
        for effect in analyse([set(), {"a"}], ["a"], log_times, threshold_percent=threshold).effects
        if effect.average
    ]
    assert verdicts == [Verdict.FASTER, Verdict.EQUIVALENT]


@pytest.mark.parametrize("shape", [(3, 3), (2,), (0, 2)])
def test_log_times_must_fit_the_combinations(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        analyse([set(), {"a"}], ["a"], np.zeros(shape))


def test_what_the_intervals_hold_for_reaches_every_one_of_them() -> None:
    cells = [set(), {"a"}, {"b"}, {"a", "b"}]
    log_times = np.random.default_rng(8).normal(0, 0.1, (12, 4))
    fixed = analyse(cells, ["a", "b"], log_times)
    anytime = analyse(cells, ["a", "b"], log_times, inference=Inference.ANYTIME)
    assert (fixed.inference, anytime.inference) == (Inference.FIXED, Inference.ANYTIME)
    pairs = zip(found(fixed, Estimate), found(anytime, Estimate), strict=True)
    for narrow, wide in pairs:
        if narrow.high > narrow.low:
            assert wide.high - wide.low > 1.5 * (narrow.high - narrow.low)
            assert wide.p > narrow.p


def test_a_rotation_answers_what_the_full_factorial_does() -> None:
    cells = [frozenset(cell) for size in range(6) for cell in combinations("abcde", size)]
    even, odd = ([cell for cell in cells if len(cell) % 2 == rest] for rest in (0, 1))
    saved = dict(zip("abcde", np.log([0.5, 0.6, 0.8, 0.9, 0.95]), strict=True))
    rng = np.random.default_rng(9)
    level = np.repeat(rng.normal(0, 0.5, (12, 2)), 16, axis=1)
    times = np.array([sum(saved[one] for one in cell) + 0.3 * (cell >= {"a", "b"}) for cell in even + odd])
    log_times = times + level + rng.normal(0, 0.02, (12, 32))
    analysis = analyse(even + odd, "abcde", log_times, strata=[0] * 16 + [1] * 16)
    truth = {"alone": saved["c"], "average": saved["c"], "last": saved["c"]}
    for question, expected in truth.items():
        estimate = getattr(analysis.effects[2], question).estimate
        assert estimate.low < expected < estimate.high
        assert estimate.high - estimate.low < 0.08
    (pair,) = (one for one in analysis.interactions if one.optimizations == ("a", "b"))
    assert pair.effect.estimate.log_ratio == pytest.approx(0.3, abs=0.05)
    assert analysis.combinations[0].effect is not None
    assert analysis.noise.trial_sd == pytest.approx(0.02, rel=0.15)


def test_repeats_are_averaged_and_reported_once() -> None:
    cells = [set(), {"a"}, {"b"}, {"a", "b"}, set(), {"a"}, set(), {"a"}]
    log_times = np.random.default_rng(10).normal(0, 0.1, (400, 8)) - 0.5 * np.array(["a" in c for c in cells])
    analysis = analyse(cells, ["a", "b"], log_times)
    assert [set(one.on) for one in analysis.combinations] == cells[:4]
    a = analysis.effects[0]
    assert a.alone and a.last and a.average
    alone, last = a.alone.estimate.half_width_percent, a.last.estimate.half_width_percent
    assert alone is not None and last is not None
    assert alone == pytest.approx(last / 3**0.5, rel=0.15)
    assert a.average.estimate.log_ratio == pytest.approx(-0.5, abs=0.02)


def test_claims_are_judged_and_need_their_sets() -> None:
    log_times = np.log([[1.0, 0.5], [1.1, 0.56], [0.9, 0.44]])
    claims = {"a": (50.0, 50.0)}
    analysis = analyse([set(), {"a"}], ["a"], log_times, claims=claims, claimed_sets={"a": {"a"}})
    (outcome,) = analysis.claims
    assert outcome.verdict is ClaimVerdict.CONFIRMED
    with pytest.raises(KeyError):
        analyse([set(), {"a"}], ["a"], log_times, claims=claims)
