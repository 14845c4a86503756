"""Warnings about the noise: what makes intervals wider than they need be, and estimates of single trials."""

from __future__ import annotations

import math
from collections.abc import Iterator

from .evidence import Evidence
from .figures import percent

MANY_OUTLIERS = 0.05  # normal noise has 0.3 % beyond three standard deviations
WORTH_SAYING = 0.05  # how much wider a trend makes the intervals
NOISE_OF_PLACES = 12  # a trend of 1 over evenly spread places has the variance 1/12


def drift(evidence: Evidence) -> Iterator[str]:
    """Successive blocks that resemble each other are worth fewer than they are."""
    analysis = evidence.analysis
    found = analysis.noise.lag1_autocorrelation if analysis else None
    if found is None or not evidence.is_over or found <= 2 / math.sqrt(len(evidence.rows)):
        return
    spread_s = evidence.run.spread_s
    advice = (
        f"--spread with more than {_duration(spread_s)}"
        if spread_s
        else "--spread 30m, which leaves time between them,"
    )
    yield (
        f"effects drift: successive blocks resemble each other (correlation {found:.2f}), and where it shows"
        f" the intervals are wider for it; {advice} would cover more of what changes"
    )


def trend_within_blocks(evidence: Evidence) -> Iterator[str]:
    """The order of trials is random, so that a trend favours no combination: it is noise."""
    noise = evidence.analysis.noise if evidence.analysis else None
    trend = noise.trend if noise else None
    if noise is None or not noise.trial_sd or trend is None or trend.low is None or trend.high is None:
        return
    if trend.low <= 0 <= trend.high:
        return
    surely = min(abs(trend.low), abs(trend.high))
    share = min(0.9, surely**2 / NOISE_OF_PLACES / noise.trial_sd**2)
    wider = 1 / math.sqrt(1 - share) - 1
    if wider < WORTH_SAYING:
        return
    direction = "slower" if trend.log_change > 0 else "faster"
    warm = "" if trend.log_change > 0 else "; a longer warmup (measure.warmup) may end it"
    yield (
        f"trials get {percent(abs(trend.percent))} {direction} from the first to the last of a block:"
        f" their order is random, so no estimate is wrong, but intervals are at least {wider:.0%} wider{warm}"
    )


def many_outliers(evidence: Evidence) -> Iterator[str]:
    """More than a quiet machine has."""
    share = evidence.analysis.noise.clipped_share if evidence.analysis else 0.0
    if share > MANY_OUTLIERS:
        yield (
            f"{percent(100 * share)} of the trials are outliers, and clipped: close what else is running, or"
            " compare --metric latency_p99 if single slow trials are part of the workload"
        )


def clipping_that_matters(evidence: Evidence) -> Iterator[str]:
    """Estimates that would leave their interval if the outliers were left as they were."""
    analysis = evidence.analysis
    moved = [
        f"{one.optimization} ({percent(100 * -math.expm1(effect.estimate.unclipped))} instead of"
        f" {percent(effect.estimate.improvement_percent)})"
        for one in (analysis.effects if analysis else ())
        if (effect := one.average or one.alone) and effect.estimate.clipping_matters
    ]
    if moved:
        yield (
            f"with the outliers left as they were, other savings would be found: {', '.join(moved)};"
            " count on the smaller one where single slow trials matter"
        )


def _duration(seconds: float) -> str:
    return f"{seconds / 60:g}m" if seconds >= 60 else f"{seconds:g}s"
