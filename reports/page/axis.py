"""A horizontal axis: where a value stands on it, in percent of its width, and what is written under it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_ROOM = 0.75  # of the range of the estimates, which an interval may reach beyond it at most
_LEAST_ROOM = 4.0
_STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, slots=True)
class Axis:
    """From `low` to `high`, which differ."""

    low: float
    high: float

    def at(self, value: float) -> float:
        """0 to 100, to a hundredth; what lies outside stands at the edge."""
        share = (value - self.low) / (self.high - self.low)
        return round(100 * min(max(share, 0.0), 1.0), 2)

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    def ticks(self, at_most: int = 8) -> Sequence[float]:
        """Round numbers on the axis: multiples of 1, 2 or 5 times a power of ten."""
        rough = (self.high - self.low) / at_most
        power = 10.0 ** math.floor(math.log10(rough))
        step = next(factor * power for factor in _STEPS if factor * power >= rough * (1 - 1e-9))
        first, last = math.ceil(self.low / step - 1e-9), math.floor(self.high / step + 1e-9)
        return [number * step + 0.0 for number in range(first, last + 1)]


def axis_of(intervals: Iterable[tuple[float, float, float]]) -> Axis:
    """For (low, estimate, high): with zero, every estimate, and the intervals as far as they leave room
    to see anything else."""
    every = list(intervals)
    lowest = min([0.0, *(estimate for _, estimate, _ in every)])
    highest = max([0.0, *(estimate for _, estimate, _ in every)])
    room = max(_ROOM * (highest - lowest), _LEAST_ROOM)
    low = max(min([lowest, *(low for low, _, _ in every)]), lowest - room)
    high = min(max([highest, *(high for _, _, high in every)]), highest + room)
    margin = 0.03 * (high - low) or 1.0
    return Axis(low - margin, high + margin)
