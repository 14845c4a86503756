"""How far an estimate may be off, in standard errors: Student's t, or its anytime-valid counterpart.

From scipy.special and on first use: it takes half a second to import, scipy.stats two.
"""

from __future__ import annotations

from functools import cache

from ..scenarios.choices import Inference
from .anytime import anytime_p, anytime_t
from .layout import FloatArray

CONFIDENCE = 0.95


@cache
def critical_t(
    blocks: int, inference: Inference = Inference.FIXED, *, confidence: float = CONFIDENCE
) -> float:
    """The factor on the standard error of a mean over `blocks` (two or more) that makes a two-sided interval.

    A bound on one side that errs in 5 % has `confidence` 0.9. Infinite for ANYTIME and very few blocks.
    """
    if inference is Inference.ANYTIME:
        return anytime_t(blocks, confidence)
    from scipy.special import stdtrit  # type: ignore[import-untyped]  # scipy ships no types

    return float(stdtrit(blocks - 1, (1 + confidence) / 2))


def two_sided_p(t: FloatArray, blocks: int, inference: Inference = Inference.FIXED) -> FloatArray:
    """The probability of a t at least as far from zero, for means over `blocks` (two or more).

    For ANYTIME: at most the probability that it was ever as far at one of all looks.
    """
    if inference is Inference.ANYTIME:
        return anytime_p(t, blocks)
    from scipy.special import stdtr

    p: FloatArray = 2 * stdtr(blocks - 1, -abs(t))
    return p
