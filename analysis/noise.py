"""The noise of a trial, and what is wrong with it."""

from __future__ import annotations

from dataclasses import dataclass

from .trend import Trend


@dataclass(frozen=True, slots=True)
class Noise:
    """What remains of the log times when combinations and blocks are accounted for.

    `trial_sd` is the standard deviation of one trial (0.1 is about 10 %) as the intervals see it: that of
    the clipped residuals, divided by (1 - share clipped). None where one block or one combination leaves no
    residual. `clipped_share` is the share of trials treated as outliers.

    `lag1_autocorrelation` is that of the effects from one block to the next, the mean over the switches;
    `trend` is the change within a block. Both are None where the run can't tell.
    """

    trial_sd: float | None
    clipped_share: float
    lag1_autocorrelation: float | None = None
    trend: Trend | None = None
