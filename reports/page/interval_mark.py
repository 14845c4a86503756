"""An estimate and its interval as they are drawn: a dot on a bar."""

from __future__ import annotations

from dataclasses import dataclass

from .axis import Axis


@dataclass(frozen=True, slots=True)
class IntervalMark:
    """Places in percent of the axis; a bar that is cut goes on beyond it."""

    low: float
    at: float
    high: float
    is_cut_low: bool
    is_cut_high: bool
    tone: str
    """less, more, same or unclear: a class of the style sheet."""
    words: str
    """All of it, for who cannot see it."""


def interval_mark(axis: Axis, interval: tuple[float, float, float], tone: str, words: str) -> IntervalMark:
    """For (low, estimate, high)."""
    low, estimate, high = interval
    return IntervalMark(
        axis.at(low),
        axis.at(estimate),
        axis.at(high),
        not axis.holds(low),
        not axis.holds(high),
        tone,
        words,
    )


def tone_of(interval: tuple[float, float, float]) -> str:
    """By where the whole interval lies."""
    low, _, high = interval
    return "less" if low > 0 else "more" if high < 0 else "unclear"
