from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import integrate, stats  # type: ignore[import-untyped]  # scipy ships no types

from agentperf.analysis.anytime import PRIOR_BLOCKS, anytime_p, anytime_t
from agentperf.analysis.estimates import block_t
from agentperf.analysis.student import critical_t, two_sided_p
from agentperf.analysis.winsorize import winsorize
from agentperf.scenarios.choices import Inference

UNHURRIED = settings(deadline=None)  # the first interval imports scipy, and a busy machine is no failure


@pytest.mark.parametrize(("blocks", "t"), [(5, 0.0), (5, 3.0), (12, 2.5), (30, 4.0)])
def test_the_p_is_one_over_the_bayes_factor_of_the_mixture(blocks: int, t: float) -> None:
    """The densities of t: noncentral, mixed over normal standardised means, over central."""
    spread = 1 / math.sqrt(PRIOR_BLOCKS)

    def mixed(mean: float) -> float:
        return float(stats.nct.pdf(t, blocks - 1, mean * math.sqrt(blocks)) * stats.norm.pdf(mean, 0, spread))

    factor = integrate.quad(mixed, -8, 8, points=[0, t / math.sqrt(blocks)])[0] / stats.t.pdf(t, blocks - 1)
    assert anytime_p(np.array([t]), blocks)[0] == pytest.approx(min(1, 1 / factor), rel=1e-5)


@UNHURRIED
@given(st.integers(5, 500), st.floats(0.5, 0.99))
def test_at_the_end_of_the_interval_p_is_the_error(blocks: int, confidence: float) -> None:
    factor = anytime_t(blocks, confidence)
    if factor < 100:  # beyond, p hardly changes with t
        assert anytime_p(np.array([factor, -factor]), blocks) == pytest.approx(1 - confidence)
        assert anytime_p(np.array([factor + 0.01]), blocks)[0] < 1 - confidence


@UNHURRIED
@given(st.integers(2, 500), st.floats(0, 50))
def test_it_never_says_more_than_a_single_look(blocks: int, t: float) -> None:
    assert critical_t(blocks, Inference.ANYTIME) > critical_t(blocks)
    p = two_sided_p(np.array([t]), blocks, Inference.ANYTIME)[0]
    assert two_sided_p(np.array([t]), blocks)[0] <= p <= 1


def test_it_is_two_thirds_wider_at_the_usual_numbers_of_blocks() -> None:
    for blocks in range(10, 61):
        assert 1.6 < critical_t(blocks, Inference.ANYTIME) / critical_t(blocks) < 1.75


def test_very_few_blocks_have_an_estimate_and_no_interval() -> None:
    log_times = np.random.default_rng(1).normal(0, 0.1, (5, 2))
    for blocks in (2, 3, 4):
        (estimate,) = block_t(
            winsorize(log_times[:blocks], inference=Inference.ANYTIME), [np.array([-1.0, 1.0])]
        )
        assert (estimate.low, estimate.high, estimate.p) == (None, None, None)
    (estimate,) = block_t(winsorize(log_times, inference=Inference.ANYTIME), [np.array([-1.0, 1.0])])
    assert estimate.low is not None and estimate.high is not None and estimate.p is not None


def test_only_the_interval_and_p_differ() -> None:
    log_times = np.random.default_rng(2).normal(0, 0.1, (12, 4))
    rows = [np.array([-1.0, 1.0, -1.0, 1.0]) / 2]
    (fixed,) = block_t(winsorize(log_times), rows)
    (anytime,) = block_t(winsorize(log_times, inference=Inference.ANYTIME), rows)
    assert fixed.low is not None and anytime.low is not None
    assert (anytime.log_ratio, anytime.unclipped) == (fixed.log_ratio, fixed.unclipped)
    assert anytime.log_ratio - anytime.low == pytest.approx(
        (fixed.log_ratio - fixed.low) * critical_t(12, Inference.ANYTIME) / critical_t(12)
    )
