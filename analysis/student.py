"""Student's t. From scipy.special and on first use: it takes half a second to import, scipy.stats two."""

from __future__ import annotations

from functools import cache

from .layout import FloatArray

CONFIDENCE = 0.95


@cache
def critical_t(blocks: int) -> float:
    """The factor on the standard error of a mean over `blocks` (two or more) that makes a 95 % interval."""
    from scipy.special import stdtrit  # type: ignore[import-untyped]  # scipy ships no types

    return float(stdtrit(blocks - 1, (1 + CONFIDENCE) / 2))


def two_sided_p(t: FloatArray, blocks: int) -> FloatArray:
    """The probability of a t at least as far from zero, for means over `blocks` (two or more)."""
    from scipy.special import stdtr

    p: FloatArray = 2 * stdtr(blocks - 1, -abs(t))
    return p
