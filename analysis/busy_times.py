"""When something was busy."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from itertools import accumulate


class BusyTimes:
    """Intervals in seconds, of which those that overlap count once."""

    def __init__(self, intervals: Iterable[tuple[float, float]]) -> None:
        self._starts: list[float] = []
        self._ends: list[float] = []
        for start_s, end_s in sorted(intervals):
            if self._ends and start_s <= self._ends[-1]:
                self._ends[-1] = max(self._ends[-1], end_s)
            else:
                self._starts.append(start_s)
                self._ends.append(end_s)
        lengths = (end_s - start_s for start_s, end_s in zip(self._starts, self._ends, strict=True))
        self._lengths_before = list(accumulate(lengths, initial=0.0))

    def within_s(self, start_s: float, end_s: float) -> float:
        """How much of the time between two moments it was busy. Takes log n steps for n intervals."""
        return max(0.0, self._until_s(end_s) - self._until_s(start_s))

    def _until_s(self, moment_s: float) -> float:
        place = bisect_right(self._starts, moment_s) - 1
        if place < 0:
            return 0.0
        return self._lengths_before[place] + min(moment_s, self._ends[place]) - self._starts[place]
