"""The noise of a trial."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Noise:
    """What remains of the log times when combinations and blocks are accounted for.

    `trial_sd` is the standard deviation of one trial (0.1 is about 10 %) as the intervals see it: that of
    the clipped residuals, divided by (1 - share clipped). None where one block or one combination leaves no
    residual. `clipped_share` is the share of trials treated as outliers.
    """

    trial_sd: float | None
    clipped_share: float
