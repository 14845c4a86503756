"""The one estimator: winsorized block-t. A contrast per block, Student's t over blocks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .autocorrelation import ROUNDING, lag1_autocorrelation, widening
from .contrasts import Row
from .layout import FloatArray
from .student import critical_t, two_sided_p
from .winsorize import Winsorized

LARGEST_LOG = 700.0  # exp of more overflows


@dataclass(frozen=True, slots=True)
class Estimate:
    """The log of a ratio of times (on / off), its 95 % interval, and the two-sided p that the ratio is 1.

    `low`, `high` and `p` are None where there is one block only (for ANYTIME, very few): an estimate, and
    nothing to judge it by. `unclipped` is the same estimate with the outliers left as they were measured.
    `autocorrelation` is that of neighbouring blocks; the interval is wider for it where it is large.
    """

    log_ratio: float
    low: float | None
    high: float | None
    p: float | None
    unclipped: float
    autocorrelation: float | None = None

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


@dataclass(frozen=True, slots=True, eq=False)
class Contrasts:
    """Answers in numbers, one per row of weights: the mean over blocks, its standard error, and the lag-1
    autocorrelation over blocks (nan where it can't be told). Shape (questions,), or (runs, questions)."""

    means: FloatArray
    errors: FloatArray
    autocorrelations: FloatArray


def contrasts_of(data: Winsorized, rows: Sequence[Row]) -> Contrasts:
    """The contrasts of one run, for rows of weights of shape (columns,); two blocks or more."""
    return mean_and_error(data.values @ np.array(rows).T, np.array(data.noise.clipped_share))


def mean_and_error(contrasts: FloatArray, clipped_share: FloatArray) -> Contrasts:
    """From contrasts of shape (..., blocks, questions) and the shares clipped, shape (...).

    The standard error is divided by (1 - share clipped) for what the clipping took from the spread (Tukey and
    McLaughlin, 1963), and widened where successive blocks resemble one another.
    """
    blocks = contrasts.shape[-2]
    spread = contrasts.std(axis=-2, ddof=1) / (1 - clipped_share[..., np.newaxis])
    autocorrelations = lag1_autocorrelation(contrasts)
    errors = spread / math.sqrt(blocks) * widening(autocorrelations, blocks)
    return Contrasts(contrasts.mean(axis=-2), errors, autocorrelations)


def block_t(data: Winsorized, rows: Sequence[Row]) -> tuple[Estimate, ...]:
    """One estimate per row of weights, each of shape (columns,): the mean over blocks of row · clipped log
    times, with the interval and p that `data.inference` asks for."""
    if not rows:
        return ()
    unclipped = (data.unclipped @ np.array(rows).T).mean(axis=0)
    blocks = len(data.values)
    factor = critical_t(blocks, data.inference) if blocks > 1 else math.inf
    if math.isinf(factor):
        means = (data.values @ np.array(rows).T).mean(axis=0)
        return tuple(
            Estimate(mean, None, None, None, raw)
            for mean, raw in zip(means.tolist(), unclipped.tolist(), strict=True)
        )
    measured = contrasts_of(data, rows)
    half_widths = factor * measured.errors
    p_values = two_sided_p(measured.means / np.maximum(measured.errors, ROUNDING), blocks, data.inference)
    lows, highs = measured.means - half_widths, measured.means + half_widths
    columns = (measured.means, lows, highs, p_values, unclipped)
    autocorrelations = (None if math.isnan(one) else one for one in measured.autocorrelations.tolist())
    return tuple(
        Estimate(*numbers)
        for numbers in zip(*(column.tolist() for column in columns), autocorrelations, strict=True)
    )


def _exp(log_ratio: float) -> float:
    return math.exp(min(log_ratio, LARGEST_LOG))
