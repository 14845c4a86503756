"""Log times with their outliers clipped: what every estimate is made from."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from .layout import FloatArray
from .noise import Noise

SWEEPS = 5  # of the median polish; from three on, coverage and width no longer change
CLIP_SD = 3.0
NORMAL_QUARTILE = 0.6744897501960817  # median |z| of the normal distribution
CLOCK_RESOLUTION = 1e-9  # a robust sd below this says that values are equal, not what an outlier is


@dataclass(frozen=True, slots=True, eq=False)
class Winsorized:
    """Log times, shape (blocks, cells), each block's own level removed.

    `values` have their outliers clipped, `unclipped` have not.
    """

    values: FloatArray
    unclipped: FloatArray
    noise: Noise


def winsorize(log_times: FloatArray) -> Winsorized:
    """Clip the residuals of a median polish (Tukey, Exploratory Data Analysis, 1977) at 3 robust sd.

    `log_times` has the shape (blocks, cells). Raises ValueError for another number of dimensions, for no
    block or no cell, and for values that are not finite: a block counts only when all of its trials do.
    """
    if log_times.ndim != 2 or log_times.size == 0:
        raise ValueError(f"log times need the shape (blocks, cells), one or more each, not {log_times.shape}")
    if not np.isfinite(log_times).all():
        raise ValueError("a log time is not finite; leave out blocks that are not complete")
    columns, residuals = _median_polish(log_times)
    blocks, cells = log_times.shape
    freedom = (blocks - 1) * (cells - 1)
    limit = CLIP_SD * _robust_sd(residuals, freedom) if freedom else math.inf
    if limit < CLIP_SD * CLOCK_RESOLUTION:
        limit = math.inf
    clipped = residuals.clip(-limit, limit)
    clipped_share = float(np.mean(abs(residuals) > limit))
    trial_sd = math.sqrt(np.sum(clipped**2) / freedom) / (1 - clipped_share) if freedom else None
    return Winsorized(columns + clipped, columns + residuals, Noise(trial_sd, clipped_share))


def _median_polish(log_times: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The level of each column, shape (cells,), and the residuals, shape (blocks, cells)."""
    residuals = log_times - np.median(log_times, axis=1, keepdims=True)
    columns = np.zeros(log_times.shape[1])
    for _ in range(SWEEPS):
        shift = np.median(residuals, axis=0)
        columns += shift
        residuals -= shift
        residuals -= np.median(residuals, axis=1, keepdims=True)
    return columns, residuals


def _robust_sd(residuals: FloatArray, freedom: int) -> float:
    """From the median of the `freedom` largest absolute residuals.

    A median polish makes about as many residuals zero as it has parameters. With them, the median of a small
    table is far too low: 95 % intervals of 4 combinations in 3 blocks covered 81 % (simulated), without 95 %.
    MATLAB's robustfit leaves them out as well.
    """
    return float(np.median(np.sort(abs(residuals), axis=None)[-freedom:])) / NORMAL_QUARTILE
