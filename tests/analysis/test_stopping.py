from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agentperf.analysis.analysis import Analysis, analyse
from agentperf.analysis.layout import Layout
from agentperf.analysis.stopping import Precision, blocks_needed, precision_reached
from agentperf.analysis.student import critical_t
from agentperf.scenarios.choices import Inference

UNHURRIED = settings(deadline=None)  # the first interval imports scipy, and a busy machine is no failure
NOTHING_KNOWN = Precision(None, None)


def analysed(layout: Layout, blocks: int = 10, **options: Any) -> Analysis:
    """b differs from block to block, and the other switches don't."""
    rng = np.random.default_rng(1)
    varies = np.array([0.05 * ("b" in cell) for cell in layout.cells])
    log_times = rng.normal(size=(blocks, 1)) * varies + rng.normal(0, 0.03, (blocks, len(layout.cells)))
    return analyse(layout.cells, layout.factors, log_times, **options)


def half_width(analysis: Analysis, optimization: str, question: str) -> float:
    (effect,) = (one for one in analysis.effects if one.optimization == optimization)
    width = getattr(effect, question).estimate.half_width_percent
    assert isinstance(width, float)
    return width


def test_the_widest_of_the_average_effects(factorial: Callable[[str], Layout]) -> None:
    analysis = analysed(factorial("abc"))
    assert precision_reached(analysis) == Precision(half_width(analysis, "b", "average"), "b")


def test_where_something_is_claimed_it_covers_the_effects_alone(factorial: Callable[[str], Layout]) -> None:
    layout = factorial("abc")
    free = analysed(layout)
    claimed = analysed(layout, claims={"c": (10.0, 10.0)}, claimed_sets={"c": {"c"}})
    widest = max(half_width(free, one, question) for one in "abc" for question in ("alone", "average"))
    reached, reached_freely = (precision_reached(one).widest_percent for one in (claimed, free))
    assert reached == widest
    assert reached_freely is not None and reached_freely < widest


def test_without_averages_alone_and_last_count() -> None:
    one_at_a_time = Layout.of([set(), {"a"}, {"b"}, {"c"}, {"a", "c"}, {"a", "b", "c"}], "abc")
    analysis = analysed(one_at_a_time)
    assert not any(effect.average for effect in analysis.effects)
    widest = max(half_width(analysis, one, "alone") for one in "abc")
    assert precision_reached(analysis) == Precision(max(widest, half_width(analysis, "b", "last")), "b")


def test_what_has_no_interval_is_not_precise(factorial: Callable[[str], Layout]) -> None:
    assert precision_reached(analysed(factorial("ab"), blocks=1)) == NOTHING_KNOWN
    assert precision_reached(analysed(factorial("ab"), 3, inference=Inference.ANYTIME)) == NOTHING_KNOWN
    assert precision_reached(analysed(Layout.of([set()], []))) == NOTHING_KNOWN


@UNHURRIED
@given(st.floats(0.1, 50), st.floats(1, 50), st.integers(5, 60), st.sampled_from(list(Inference)))
@example(49.0, 0.5, 31, Inference.ANYTIME)  # half a million
def test_as_many_blocks_as_needed_and_no_more(
    now: float, target: float, blocks: int, inference: Inference
) -> None:
    needed = blocks_needed(Precision(now, "a"), target, blocks, inference)
    assert needed is not None and needed >= blocks

    def expected(planned: int) -> float:
        shrinks = critical_t(planned, inference) / critical_t(blocks, inference)
        return now * shrinks * math.sqrt(blocks / planned)

    assert expected(needed) <= target * (1 + 1e-9)
    if needed > blocks:
        assert expected(needed - 1) > target * (1 - 1e-9)


@pytest.mark.parametrize(
    ("precision", "target"), [(NOTHING_KNOWN, 2.0), (Precision(5.0, "a"), 0.0), (Precision(5.0, "a"), 1e-6)]
)
def test_no_number_of_blocks_where_there_is_none(precision: Precision, target: float) -> None:
    assert blocks_needed(precision, target, 10) is None


def test_half_the_width_takes_about_four_times_the_blocks() -> None:
    assert blocks_needed(Precision(4.0, "a"), 2.0, 30) == pytest.approx(4 * 30, rel=0.1)
    assert blocks_needed(Precision(2.0, "a"), 2.0, 30) == 30
