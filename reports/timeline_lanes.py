"""Lanes in which spans nest: where two overlap and neither holds the other, each gets a lane of its own."""

from __future__ import annotations

from collections.abc import Sequence

Interval = tuple[int, int]
"""Start and end, in any whole unit."""


def lanes(intervals: Sequence[Interval]) -> Sequence[int]:
    """The lane of each interval, from 0: the first one in which all that is still going on holds it."""
    open_ends: list[list[int]] = []
    found = [0] * len(intervals)
    for index in sorted(range(len(intervals)), key=lambda one: (intervals[one][0], -intervals[one][1], one)):
        start, end = intervals[index]
        for ends in open_ends:
            while ends and ends[-1] <= start:
                ends.pop()
        fitting = (lane for lane, ends in enumerate(open_ends) if not ends or end <= ends[-1])
        found[index] = lane = next(fitting, len(open_ends))
        if lane == len(open_ends):
            open_ends.append([])
        open_ends[lane].append(end)
    return found
