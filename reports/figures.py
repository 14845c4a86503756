"""Numbers as people read them. Every table takes its figures from here, so that none disagree."""

from collections.abc import Iterable
from dataclasses import dataclass

from .effect_record import EffectRecord


def percent(value: float) -> str:
    """36.1 % (never -0.0 %)."""
    return f"{_tenths(value)} %"


def whole_percent(value: float) -> str:
    """36 %"""
    return f"{round(value)} %"


def points(value: float) -> str:
    """1.9 points: a difference of two percentages."""
    return f"{_tenths(value)} points"


def bracket(low: float, high: float) -> str:
    """[34.0, 38.0]"""
    return f"[{_tenths(low)}, {_tenths(high)}]"


def saving(value: float, low: float, high: float) -> str:
    """saves 36.1 % [34.0, 38.0]; where the whole interval is a loss: costs 3.0 % [1.0, 5.0]."""
    if high < 0:
        return f"costs {percent(-value)} {bracket(-high, -low)}"
    return f"saves {percent(value)} {bracket(low, high)}"


def effect_saving(effect: EffectRecord) -> str:
    return saving(effect.improvement_percent, effect.improvement_low, effect.improvement_high)


def count(value: float) -> str:
    """1,234"""
    return f"{value:,}"


def _tenths(value: float) -> str:
    return f"{round(value, 1) + 0.0:.1f}"


@dataclass(frozen=True, slots=True)
class Scale:
    """One unit for a whole column, so that its numbers can be compared at a glance."""

    unit: str
    per_unit: float
    """How many seconds, or bytes, the unit has."""
    decimals: int

    def __call__(self, value: float) -> str:
        return f"{value / self.per_unit:,.{self.decimals}f}"


_TIME_UNITS = (("s", 1.0), ("ms", 1e-3), ("us", 1e-6), ("ns", 1e-9))
_SIZE_UNITS = (("GB", 1e9), ("MB", 1e6), ("kB", 1e3), ("B", 1.0))


def time_scale_of(seconds: Iterable[float]) -> Scale:
    """The unit of the largest time, with three significant digits for the smallest."""
    return _scale(seconds, _TIME_UNITS)


def size_scale_of(sizes: Iterable[float]) -> Scale:
    """The unit of the largest size (kB = 1000 bytes), with three significant digits for the smallest."""
    return _scale(sizes, _SIZE_UNITS)


def _scale(values: Iterable[float], units: tuple[tuple[str, float], ...]) -> Scale:
    sizes = [abs(value) for value in values if value]
    largest, smallest = max(sizes, default=1.0), min(sizes, default=1.0)
    unit, per_unit = next((entry for entry in units if largest >= entry[1]), units[-1])
    in_unit = smallest / per_unit
    return Scale(unit, per_unit, decimals=1 if in_unit >= 10 else 2 if in_unit >= 1 else 3)
