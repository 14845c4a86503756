"""Medians of a metric over blocks, with an interval that assumes no distribution."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from math import comb

import numpy as np

from .layout import FloatArray


@dataclass(frozen=True, slots=True)
class Median:
    """In the unit of the metric. `low` and `high` are None under six blocks: no two values of so few enclose
    the median with 95 % confidence."""

    median: float
    low: float | None
    high: float | None


def medians(values: FloatArray) -> tuple[Median, ...]:
    """The median of each column of `values`, shape (blocks, cells), with its 95 % interval.

    Raises ValueError for another number of dimensions, for no block, and for values that are not finite.
    """
    if values.ndim != 2 or len(values) == 0:
        raise ValueError(f"a metric needs the shape (blocks, cells), at least one block, not {values.shape}")
    if not np.isfinite(values).all():
        raise ValueError("a value of the metric is not finite")
    ordered = np.sort(values, axis=0)
    middle = np.median(ordered, axis=0).tolist()
    rank = interval_rank(len(values))
    if rank is None:
        return tuple(Median(median, None, None) for median in middle)
    lows, highs = ordered[rank - 1].tolist(), ordered[-rank].tolist()
    return tuple(map(Median, middle, lows, highs))


@cache
def interval_rank(blocks: int) -> int | None:
    """The largest k such that the k-th smallest and k-th largest of `blocks` values enclose the median of
    their distribution in 95 % of cases or more, None where there is none: the sign test, inverted,
    P(Binomial(blocks, 1/2) < k) ≤ 2.5 %."""
    rank, tail = 0, 0
    while 40 * (tail := tail + comb(blocks, rank)) <= 2**blocks:
        rank += 1
    return rank or None
