"""Log times with their outliers clipped: what every estimate is made from."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..scenarios.choices import Inference
from .layout import FloatArray
from .noise import Noise

SWEEPS = 5  # of the median polish; from three on, coverage and width no longer change
CLIP_SD = 3.0
NORMAL_QUARTILE = 0.6744897501960817  # median |z| of the normal distribution
CLOCK_RESOLUTION = 1e-9  # a robust sd below this says that values are equal, not what an outlier is


@dataclass(frozen=True, slots=True, eq=False)
class Winsorized:
    """Log times, shape (blocks, columns), each block's own level removed.

    `values` have their outliers clipped, `unclipped` have not. `values + levels` are the log times as
    measured, but for their outliers. `inference` says what the intervals made from them are to hold for.
    """

    values: FloatArray
    unclipped: FloatArray
    levels: FloatArray
    noise: Noise
    inference: Inference = Inference.FIXED


@dataclass(frozen=True, slots=True, eq=False)
class Clipped:
    """As Winsorized, for many runs at once: `clipped_share` and `trial_sd` have the shape of the runs (...).

    `trial_sd` is nan where no residual is left.
    """

    values: FloatArray
    unclipped: FloatArray
    levels: FloatArray
    clipped_share: FloatArray
    trial_sd: FloatArray


def winsorize(
    log_times: FloatArray, strata: Sequence[int] | None = None, inference: Inference = Inference.FIXED
) -> Winsorized:
    """Clip the residuals of a median polish (Tukey, Exploratory Data Analysis, 1977) at 3 robust sd.

    `log_times` has the shape (blocks, columns), `strata` one number per column. Raises ValueError for another
    number of dimensions, for no block or no column, and for values that are not finite: a block counts only
    when all of its trials do.
    """
    if log_times.ndim != 2 or log_times.size == 0:
        raise ValueError(
            f"log times need the shape (blocks, columns), one or more each, not {log_times.shape}"
        )
    if not np.isfinite(log_times).all():
        raise ValueError("a log time is not finite; leave out blocks that are not complete")
    data = clip(log_times, strata)
    trial_sd = float(data.trial_sd)
    noise = Noise(None if math.isnan(trial_sd) else trial_sd, float(data.clipped_share))
    return Winsorized(data.values, data.unclipped, data.levels, noise, inference)


def clip(log_times: FloatArray, strata: Sequence[int] | None = None) -> Clipped:
    """What winsorize does, for log times of shape (..., blocks, columns): each run by itself.

    The columns of one stratum share a process, and so a level. With several strata (the parts of a rotating
    design, which together are one row) a stratum's level is its mean over its columns: what the parts differ
    in by design, the interactions that define them, is taken to be nil. Main effects and pairs sum to zero in
    each part of resolution V and do not depend on that.

    A column that repeats a cell is clipped as a column of its own, and averaged afterwards. The other order
    (averaging first) was simulated and is worse: see tests/analysis/test_repeats.py.
    """
    parts = [np.flatnonzero(np.equal(strata, part)) for part in np.unique(strata)] if strata else []
    parts = parts or [np.arange(log_times.shape[-1])]
    columns = np.empty((*log_times.shape[:-2], 1, log_times.shape[-1]))
    residuals = np.empty(log_times.shape)
    for part in parts:
        columns[..., part], residuals[..., part] = _median_polish(log_times[..., part])
    blocks, width = log_times.shape[-2:]
    freedom = (blocks - 1) * (width - len(parts))
    limit = _limit(residuals, freedom)
    clipped = residuals.clip(-limit, limit)
    values, unclipped = columns + clipped, columns + residuals
    if len(parts) > 1:
        for part in parts:
            values[..., part] -= values[..., part].mean(axis=-1, keepdims=True)
            unclipped[..., part] -= unclipped[..., part].mean(axis=-1, keepdims=True)
    share = np.mean(abs(residuals) > limit, axis=(-2, -1))
    squares = np.sum(clipped**2, axis=(-2, -1))
    trial_sd = np.sqrt(squares / freedom) / (1 - share) if freedom else np.full(share.shape, np.nan)
    return Clipped(values, unclipped, log_times - (residuals - clipped) - values, share, trial_sd)


def _median_polish(log_times: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The level of each column, shape (..., 1, columns), and the residuals, shape (..., blocks, columns)."""
    residuals = log_times - np.median(log_times, axis=-1, keepdims=True)
    columns = np.zeros((*log_times.shape[:-2], 1, log_times.shape[-1]))
    for _ in range(SWEEPS):
        shift = np.median(residuals, axis=-2, keepdims=True)
        columns += shift
        residuals -= shift
        residuals -= np.median(residuals, axis=-1, keepdims=True)
    return columns, residuals


def _limit(residuals: FloatArray, freedom: int) -> FloatArray:
    """Where to clip, shape (..., 1, 1): three robust sd, from the median of the `freedom` largest absolute
    residuals. Infinite where nothing tells an outlier.

    A median polish makes about as many residuals zero as it has parameters. With them, the median of a small
    table is far too low: 95 % intervals of 4 combinations in 3 blocks covered 81 % (simulated), without 95 %.
    MATLAB's robustfit leaves them out as well.
    """
    runs = residuals.shape[:-2]
    if not freedom:
        return np.full((*runs, 1, 1), np.inf)
    sizes = abs(residuals).reshape(*runs, -1)
    top = sizes.shape[-1] - freedom
    middle = [top + (freedom - 1) // 2, top + freedom // 2]
    robust_sd = np.partition(sizes, middle, axis=-1)[..., middle].mean(axis=-1) / NORMAL_QUARTILE
    limit = np.where(robust_sd < CLOCK_RESOLUTION, np.inf, CLIP_SD * robust_sd)
    return limit[..., np.newaxis, np.newaxis]
