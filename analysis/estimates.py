"""The one estimator: winsorized block-t. A contrast per block, Student's t over blocks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .contrasts import Row
from .student import critical_t, two_sided_p
from .winsorize import Winsorized

ROUNDING = 1e-12  # a smaller standard error of log times is rounding, and its t would be chance
LARGEST_LOG = 700.0  # exp of more overflows


@dataclass(frozen=True, slots=True)
class Estimate:
    """The log of a ratio of times (on / off), its 95 % interval, and the two-sided p that the ratio is 1.

    `low`, `high` and `p` are None where there is one block only: an estimate, and nothing to judge it by.
    `unclipped` is the same estimate with the outliers left as they were measured.
    """

    log_ratio: float
    low: float | None
    high: float | None
    p: float | None
    unclipped: float

    @property
    def ratio(self) -> float:
        return _exp(self.log_ratio)

    @property
    def ratio_low(self) -> float | None:
        return None if self.low is None else _exp(self.low)

    @property
    def ratio_high(self) -> float | None:
        return None if self.high is None else _exp(self.high)

    @property
    def improvement_percent(self) -> float:
        return 100 * (1 - self.ratio)

    @property
    def improvement_low(self) -> float | None:
        return None if self.high is None else 100 * (1 - _exp(self.high))

    @property
    def improvement_high(self) -> float | None:
        return None if self.low is None else 100 * (1 - _exp(self.low))

    @property
    def half_width_percent(self) -> float | None:
        """Half the width of the interval of the improvement, in percentage points."""
        if self.low is None or self.high is None:
            return None
        return 50 * (_exp(self.high) - _exp(self.low))

    @property
    def clipping_matters(self) -> bool:
        """Whether the unclipped estimate lies outside the interval, so that both must be shown."""
        if self.low is None or self.high is None:
            return False
        return not self.low - ROUNDING <= self.unclipped <= self.high + ROUNDING


def block_t(data: Winsorized, rows: Sequence[Row]) -> tuple[Estimate, ...]:
    """One estimate per row of weights, each of shape (cells,).

    The mean over blocks of (row · clipped log times), with a t interval whose standard error is divided by
    (1 - share clipped) for what the clipping took from the spread (Tukey and McLaughlin, 1963).
    """
    if not rows:
        return ()
    weights = np.array(rows).T
    blocks = len(data.values)
    contrasts = data.values @ weights
    means = contrasts.mean(axis=0)
    unclipped = (data.unclipped @ weights).mean(axis=0)
    if blocks < 2:
        return tuple(
            Estimate(mean, None, None, None, raw)
            for mean, raw in zip(means.tolist(), unclipped.tolist(), strict=True)
        )
    errors = contrasts.std(axis=0, ddof=1) / math.sqrt(blocks) / (1 - data.noise.clipped_share)
    half_widths = critical_t(blocks) * errors
    p_values = two_sided_p(means / np.maximum(errors, ROUNDING), blocks)
    columns = (means, means - half_widths, means + half_widths, p_values, unclipped)
    return tuple(Estimate(*numbers) for numbers in zip(*(c.tolist() for c in columns), strict=True))


def _exp(log_ratio: float) -> float:
    return math.exp(min(log_ratio, LARGEST_LOG))
