"""What one switch of a pair does without the other, and with it."""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass

import numpy as np

from .contrasts import Row
from .estimates import LARGEST_LOG, Estimate, block_t
from .layout import PAIRS, Layout
from .winsorize import Winsorized


@dataclass(frozen=True, slots=True)
class Conditional:
    """The average effect of `optimization` over the combinations without `given`, and over those with it.

    Beside it the same in seconds, from the geometric means of the times; negative where time is lost. Savings
    that are the same in seconds differ as ratios, and the other way round.
    """

    optimization: str
    given: str
    without: Estimate
    with_: Estimate
    saved_without_s: float
    saved_with_s: float


def conditionals(
    layout: Layout, data: Winsorized, first: str, second: str
) -> tuple[Conditional, Conditional] | None:
    """`first` given `second`, and `second` given `first`.

    None where the run cannot tell pairs of switches from one another.
    """
    if not layout.is_orthogonal(PAIRS):
        return None
    neither, only_first, only_second, both = (
        _mean(layout, on, {first, second} - on) for on in (set[str](), {first}, {second}, {first, second})
    )
    rows = [only_first - neither, both - only_second, only_second - neither, both - only_first]
    first_without, first_with, second_without, second_with = block_t(data, rows)
    level = float(data.levels.mean())

    def saved_s(off: Row, on: Row) -> float:
        return _seconds(data, off, level) - _seconds(data, on, level)

    return (
        Conditional(
            optimization=first,
            given=second,
            without=first_without,
            with_=first_with,
            saved_without_s=saved_s(neither, only_first),
            saved_with_s=saved_s(only_second, both),
        ),
        Conditional(
            optimization=second,
            given=first,
            without=second_without,
            with_=second_with,
            saved_without_s=saved_s(neither, only_second),
            saved_with_s=saved_s(only_first, both),
        ),
    )


def _mean(layout: Layout, on: Set[str], off: Set[str]) -> Row:
    """The weights of the mean log time of the combinations with all of `on` and none of `off`."""
    chosen = np.array([on <= cell and not off & cell for cell in layout.cells], dtype=float)
    row: Row = chosen / chosen.sum() @ layout.averaging
    return row


def _seconds(data: Winsorized, row: Row, level: float) -> float:
    return math.exp(min(float((data.values @ row).mean()) + level, LARGEST_LOG))
