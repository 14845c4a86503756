"""What may be said of an effect."""

from __future__ import annotations

from enum import StrEnum

from .estimates import Estimate

SIGNIFICANCE = 0.05


class Verdict(StrEnum):
    FASTER = "faster"
    SLOWER = "slower"
    EQUIVALENT = "equivalent"
    INCONCLUSIVE = "inconclusive"


def verdict(estimate: Estimate, p_adjusted: float | None, threshold_percent: float) -> Verdict:
    """Faster or slower: the whole interval beyond the threshold and the adjusted p under 0.05.
    Equivalent: the whole interval within the threshold. Without an interval: inconclusive."""
    low, high = estimate.improvement_low, estimate.improvement_high
    if low is None or high is None or p_adjusted is None:
        return Verdict.INCONCLUSIVE
    if low > threshold_percent and p_adjusted < SIGNIFICANCE:
        return Verdict.FASTER
    if high < -threshold_percent and p_adjusted < SIGNIFICANCE:
        return Verdict.SLOWER
    if -threshold_percent <= low and high <= threshold_percent:
        return Verdict.EQUIVALENT
    return Verdict.INCONCLUSIVE
