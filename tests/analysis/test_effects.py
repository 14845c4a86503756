from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from agentperf.analysis.combinations import combination_effects
from agentperf.analysis.contrasts import average
from agentperf.analysis.effects import Effect, family, interaction_effects, optimization_effects
from agentperf.analysis.holm import holm
from agentperf.analysis.layout import Layout
from agentperf.analysis.verdicts import Verdict
from agentperf.analysis.winsorize import Winsorized, winsorize


def measured(layout: Layout, a: float, b: float, pair: float, *, blocks: int = 10) -> Winsorized:
    """Ten blocks of 2 % noise in which `a`, `b` and both together change the log time by so much."""
    on = {factor: (layout.signs(factor) + 1) / 2 for factor in layout.factors}
    level = a * on["a"] + b * on["b"] + pair * on["a"] * on["b"]
    return winsorize(level + np.random.default_rng(4).normal(0, 0.02, (blocks, len(level))))


def improvement(effect: Effect | None) -> float:
    assert effect is not None
    return effect.estimate.improvement_percent


def test_alone_average_and_last_differ_where_switches_interact(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abc")
    data = measured(layout, a=np.log(0.5), b=np.log(0.8), pair=np.log(2.0))
    a, b, c = optimization_effects(layout, data, 1.0)
    assert [a.optimization, b.optimization, c.optimization] == ["a", "b", "c"]
    assert improvement(a.alone) == pytest.approx(50, abs=2)
    assert improvement(a.average) == pytest.approx(100 * (1 - np.sqrt(0.5)), abs=2)
    assert improvement(a.last) == pytest.approx(0, abs=4)
    assert improvement(b.last) == pytest.approx(-60, abs=4)
    assert a.alone and a.average and b.last and c.average
    assert [a.alone.verdict, a.average.verdict, b.last.verdict] == [
        Verdict.FASTER,
        Verdict.FASTER,
        Verdict.SLOWER,
    ]
    assert c.average.verdict in (Verdict.EQUIVALENT, Verdict.INCONCLUSIVE)


def test_each_family_is_adjusted_by_itself(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abc")
    effects = optimization_effects(layout, measured(layout, 0, 0, 0), 1.0)
    for question in ("alone", "average", "last"):
        members = [getattr(effect, question) for effect in effects]
        p_values = [member.estimate.p for member in members]
        assert [member.p_adjusted for member in members] == list(holm(p_values))
        assert any(member.p_adjusted > member.estimate.p for member in members)


def test_a_question_without_answer_takes_no_part_in_its_family(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("ab")
    data = measured(layout, a=-0.01, b=0, pair=0)
    row = average(layout, "a")
    (missing, only) = family(data, [None, row], 1.0)
    assert missing is None
    assert only is not None and only.p_adjusted == only.estimate.p


def test_interactions_are_one_per_pair(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abc")
    data = measured(layout, a=-0.5, b=-0.5, pair=0.4)
    interactions = interaction_effects(layout, data, 1.0)
    assert [each.optimizations for each in interactions] == [("a", "b"), ("a", "c"), ("b", "c")]
    assert interactions[0].effect.estimate.log_ratio == pytest.approx(0.4, abs=0.03)
    assert interactions[0].effect.p_adjusted is not None and interactions[0].effect.p_adjusted < 1e-6


def test_interactions_are_twice_as_wide_as_main_effects(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abcdef")
    data = winsorize(np.random.default_rng(8).normal(0, 0.05, (1000, 64)))  # the ratio has an sd of 1 %
    main = [
        e.average.estimate.half_width_percent for e in optimization_effects(layout, data, 1.0) if e.average
    ]
    pairs = [e.effect.estimate.half_width_percent for e in interaction_effects(layout, data, 1.0)]
    ratio = np.mean([h for h in pairs if h is not None]) / np.mean([h for h in main if h is not None])
    assert ratio == pytest.approx(2, rel=0.1)


def test_combinations_stand_against_nothing() -> None:
    layout = Layout.of([{"h"}, {"h", "a"}, {"h", "a", "b"}], ["a", "b"])
    data = measured(layout, a=-0.5, b=-0.2, pair=0)
    none, first, both = combination_effects(layout, data, 1.0)
    assert none.on == {"h"}
    assert none.effect is not None and none.effect.estimate.ratio == 1
    assert none.effect.verdict is Verdict.EQUIVALENT
    assert (none.effect.estimate.ratio_low, none.effect.estimate.ratio_high) == (1, 1)
    assert both.on == {"h", "a", "b"}
    assert improvement(first.effect) == pytest.approx(100 * (1 - np.exp(-0.5)), abs=2)
    assert improvement(both.effect) == pytest.approx(100 * (1 - np.exp(-0.7)), abs=2)


def test_the_reference_does_not_count_in_the_family_of_combinations() -> None:
    layout = Layout.of([set(), {"a"}], ["a"])
    data = winsorize(np.random.default_rng(2).normal(0, 0.1, (5, 2)))
    _, only = combination_effects(layout, data, 1.0)
    assert only.effect is not None and only.effect.p_adjusted == only.effect.estimate.p
