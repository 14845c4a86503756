from __future__ import annotations

import math

import pytest

from agentperf.analysis.estimates import Estimate
from agentperf.analysis.forecast import expected_half_width, projected_half_width
from agentperf.scenarios.choices import Inference


def test_tends_to_3_92_sd_over_the_root_of_the_trials() -> None:
    expected = expected_half_width(0.1, cells=64, blocks=1000)
    assert expected == pytest.approx(3.92 * 0.1 / math.sqrt(64_000), rel=0.002)


def test_few_blocks_are_wider_than_that() -> None:
    # t(5) = 2.570582 in place of 1.96
    assert expected_half_width(0.1, cells=64, blocks=6) == pytest.approx(2 * 2.570582 * 0.1 / math.sqrt(384))


def test_projection_narrows_with_the_root_of_the_blocks_and_with_t() -> None:
    estimate = Estimate(0, -0.03, 0.03, 0.5, 0)
    assert projected_half_width(estimate, blocks=10, planned=10) == pytest.approx(0.03)
    # t(9) = 2.262157, t(39) = 2.022691
    assert projected_half_width(estimate, blocks=10, planned=40) == pytest.approx(0.015 * 2.022691 / 2.262157)


def test_without_an_interval_there_is_nothing_to_forecast() -> None:
    assert expected_half_width(0.1, cells=64, blocks=1) is None
    assert projected_half_width(Estimate(0, None, None, None, 0), blocks=1, planned=10) is None
    assert projected_half_width(Estimate(0, -0.1, 0.1, 1, 0), blocks=10, planned=1) is None


def test_intervals_that_hold_at_every_look_are_wider_and_need_more_blocks() -> None:
    anytime = Inference.ANYTIME
    fixed, wider = (
        expected_half_width(0.1, cells=64, blocks=10, inference=inference) for inference in Inference
    )
    assert fixed is not None and wider is not None and 1.6 < wider / fixed < 1.8
    assert expected_half_width(0.1, cells=64, blocks=3, inference=anytime) is None
    estimate = Estimate(0, -0.03, 0.03, 0.5, 0)
    assert projected_half_width(estimate, blocks=10, planned=10, inference=anytime) == pytest.approx(0.03)
    assert projected_half_width(estimate, blocks=10, planned=3, inference=anytime) is None
