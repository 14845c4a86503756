"""Whether a trial's place in its block tells on its time: a process that slows down, or warms up."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .layout import FloatArray, IntArray
from .student import critical_t


@dataclass(frozen=True, slots=True)
class Trend:
    """The log change from the first to the last trial of a block, with its 95 % interval; `low` and `high`
    are None under three blocks."""

    log_change: float
    low: float | None
    high: float | None

    @property
    def percent(self) -> float:
        return 100 * math.expm1(self.log_change)

    @property
    def percent_low(self) -> float | None:
        return None if self.low is None else 100 * math.expm1(self.low)

    @property
    def percent_high(self) -> float | None:
        return None if self.high is None else 100 * math.expm1(self.high)


def trend(
    values: FloatArray, strata: Sequence[int], places: IntArray, clipped_share: float = 0.0
) -> Trend | None:
    """From clipped log times and the place of each trial in its block (0, 1, ...), both (blocks, columns).

    One slope per block: the residuals on the places, both around their mean in the block (in each part of a
    rotation). The residuals are what is left when columns and blocks are accounted for. A share of 1/blocks
    of the trend goes with the columns, and a clipped trial knows no place: both are given back. Student's t
    over blocks.

    None under two blocks, and where there is no place but one. Raises ValueError when the shapes differ.
    """
    if places.shape != values.shape:
        raise ValueError(f"log times of shape {values.shape}, but places of shape {places.shape}")
    blocks = len(values)
    residuals = values - values.mean(axis=0)
    around = places.astype(float)
    for part in np.unique(strata):
        columns = np.flatnonzero(np.equal(strata, part))
        residuals[:, columns] -= residuals[:, columns].mean(axis=1, keepdims=True)
        around[:, columns] -= around[:, columns].mean(axis=1, keepdims=True)
    squares = (around**2).sum(axis=1)
    if blocks < 2 or not squares.all():
        return None
    slopes = (around * residuals).sum(axis=1) / squares / (1 - 1 / blocks) / (1 - clipped_share)
    span = int(places.max() - places.min())
    changes = slopes * span
    change = float(changes.mean())
    if blocks < 3:
        return Trend(change, None, None)
    half_width = critical_t(blocks) * float(changes.std(ddof=1)) / math.sqrt(blocks)
    return Trend(change, change - half_width, change + half_width)
