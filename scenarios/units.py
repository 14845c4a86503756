"""Quantities as people write them: `5ms`, `4KB`, `50/s`, `80-90%`.

Every parser raises `InvalidValue` (a ValueError) that says what is accepted. A bare number has no unit and is
refused, 0 excepted. Sizes follow IEC 80000-13: KB is 1000 bytes, KiB 1024.
"""

import math
import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from .invalid import InvalidValue
from .wording import quoted

# Exact, so that 9ms and 0.009s are the same number and have the same digest.
DURATION_UNITS_S = {
    "ns": Decimal("1e-9"),
    "us": Decimal("1e-6"),
    "µs": Decimal("1e-6"),  # the micro sign
    "μs": Decimal("1e-6"),  # the Greek letter, which many keyboards give
    "ms": Decimal("1e-3"),
    "s": Decimal(1),
    "m": Decimal(60),
    "min": Decimal(60),
    "h": Decimal(3600),
}
SIZE_UNITS_BYTES = {
    "B": Decimal(1),
    "kB": Decimal(1000),
    "KB": Decimal(1000),
    "MB": Decimal(1000**2),
    "GB": Decimal(1000**3),
    "KiB": Decimal(1024),
    "MiB": Decimal(1024**2),
    "GiB": Decimal(1024**3),
}
_PERCENT = {"%": Decimal(1)}
RATE_UNITS_PER_S = {"s": Decimal(1), "m": Decimal(1) / 60, "min": Decimal(1) / 60, "h": Decimal(1) / 3600}

NUMBER = r"(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"
_QUANTITY = re.compile(rf"\s*(?P<number>{NUMBER})\s*(?P<unit>[^\s\d.+-]*)\s*")
_RANGE = re.compile(rf"\s*(?P<low>{NUMBER})\s*%?\s*[-\N{{EN DASH}}]\s*(?P<high>{NUMBER})\s*%\s*")
_FRACTION = re.compile(rf"\s*(?P<over>{NUMBER})\s*/\s*(?P<under>{NUMBER})\s*")

_DURATION_REMEDY = "write a duration such as 5ms, 2s or 10m (units ns, us, ms, s, m, h)"
_SIZE_REMEDY = "write a size such as 512B, 4KB or 4KiB (units B, KB, MB, GB of 1000, KiB, MiB, GiB of 1024)"
_RATE_REMEDY = "write a rate such as 50/s, 30/m or 100/h"
_PERCENTAGE_REMEDY = "write a percentage such as 5%"
_RANGE_REMEDY = "write a percentage such as 50% or a range such as 80-90%"
_SCALE_REMEDY = "write a number such as 0.01 or a fraction such as 1/100"

LONGEST_DURATION_S = 7 * 24 * 3600.0


def parse_duration(value: object) -> float:
    """Seconds, 0 to a week."""
    seconds = float(_parsed(value, "a duration", DURATION_UNITS_S, _DURATION_REMEDY))
    if seconds > LONGEST_DURATION_S:
        raise InvalidValue(f"{quoted(value)} is longer than a week", _DURATION_REMEDY)
    return seconds


def parse_size(value: object) -> int:
    """Whole bytes."""
    size = _parsed(value, "a size", SIZE_UNITS_BYTES, _SIZE_REMEDY)
    if size != size.to_integral_value():
        raise InvalidValue(f"{quoted(value)} is not a whole number of bytes", _SIZE_REMEDY)
    return int(size)


def parse_rate(value: object) -> float:
    """Events per second."""
    units = {f"/{unit}": per_s for unit, per_s in RATE_UNITS_PER_S.items()}
    return float(_parsed(value, "a rate", units, _RATE_REMEDY))


def parse_percentage(value: object) -> float:
    """Percent: `5%` is 5.0."""
    return float(_parsed(value, "a percentage", _PERCENT, _PERCENTAGE_REMEDY))


def parse_percentage_range(value: object) -> tuple[float, float]:
    """Low and high percent: `80-90%` is (80.0, 90.0) and `50%` is (50.0, 50.0)."""
    match = _RANGE.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        percentage = float(_parsed(value, "a percentage or a range", _PERCENT, _RANGE_REMEDY))
        return percentage, percentage
    low, high = float(match["low"]), float(match["high"])
    if low > high:
        raise InvalidValue(f"{quoted(value)} runs from high to low", _RANGE_REMEDY)
    if not math.isfinite(high):
        raise InvalidValue(f"{quoted(value)} is too large", _RANGE_REMEDY)
    return low, high


def parse_scale(value: object) -> float:
    """A positive factor, as a number or a fraction: `0.01` and `1/100` are the same."""
    match value:
        case bool():
            scale = None
        case int() | float():
            scale = _finite(value)
        case str() if fraction := _FRACTION.fullmatch(value):
            under = float(fraction["under"])
            scale = float(fraction["over"]) / under if under else None
        case str() if re.fullmatch(NUMBER, value.strip()):
            scale = float(value)
        case _:
            scale = None
    if scale is None or not 0 < scale < math.inf:
        raise InvalidValue(f"{quoted(value)} is not a positive factor", _SCALE_REMEDY)
    return scale


def _finite(value: int | float) -> float | None:
    try:
        return float(value)
    except OverflowError:
        return None


def _parsed(value: object, kind: str, units: Mapping[str, Decimal], remedy: str) -> Decimal:
    if isinstance(value, int | float) and not isinstance(value, bool):
        if value == 0:
            return Decimal(0)
        raise InvalidValue(f"{quoted(value)} has no unit", remedy)
    match = _QUANTITY.fullmatch(value) if isinstance(value, str) else None
    if match is None:
        raise InvalidValue(f"{quoted(value)} is not {kind}", remedy)
    unit, magnitude = match["unit"], float(match["number"])
    if unit not in units and (unit or magnitude):
        what = f"has an unknown unit {quoted(unit)}" if unit else "has no unit"
        raise InvalidValue(f"{quoted(value)} {what}", remedy)
    if not magnitude:
        return Decimal(0)
    if math.isinf(magnitude):
        raise InvalidValue(f"{quoted(value)} is too large", remedy)
    return Decimal(match["number"]) * units[unit]


def clock(seconds: float) -> str:
    """A duration as people read it while they wait: 0:03:20."""
    return str(timedelta(seconds=round(seconds)))
