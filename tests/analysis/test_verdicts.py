from __future__ import annotations

import math

import pytest

from agentperf.analysis.estimates import Estimate
from agentperf.analysis.verdicts import Verdict, verdict


def improvement(low: float, high: float) -> Estimate:
    """An estimate whose improvement has this interval, in percent."""
    log_low, log_high = (math.log(1 - percent / 100) for percent in (high, low))
    middle = (log_low + log_high) / 2
    return Estimate(middle, log_low, log_high, 0.01, middle)


@pytest.mark.parametrize(
    ("low", "high", "p_adjusted", "expected"),
    [
        (5, 10, 0.01, Verdict.FASTER),
        (5, 10, 0.05, Verdict.INCONCLUSIVE),
        (0.5, 10, 0.01, Verdict.INCONCLUSIVE),
        (-10, -5, 0.01, Verdict.SLOWER),
        (-10, -5, 0.2, Verdict.INCONCLUSIVE),
        (-10, -0.5, 0.01, Verdict.INCONCLUSIVE),
        (-0.5, 0.9, 0.3, Verdict.EQUIVALENT),
        (0.2, 0.9, 0.001, Verdict.EQUIVALENT),
        (-0.5, 1.1, 0.3, Verdict.INCONCLUSIVE),
        (-20, 20, 1.0, Verdict.INCONCLUSIVE),
    ],
)
def test_verdict_with_a_threshold_of_one_percent(
    low: float, high: float, p_adjusted: float, expected: Verdict
) -> None:
    assert verdict(improvement(low, high), p_adjusted, 1.0) is expected


def test_without_an_interval_nothing_is_concluded() -> None:
    assert verdict(Estimate(-1, None, None, None, -1), None, 1.0) is Verdict.INCONCLUSIVE


def test_certainly_equal_is_equivalent_at_any_threshold() -> None:
    assert verdict(Estimate(0, 0, 0, 1, 0), 1.0, 0.0) is Verdict.EQUIVALENT


def test_the_words_are_those_of_the_document() -> None:
    assert [str(word) for word in Verdict] == ["faster", "slower", "equivalent", "inconclusive"]
