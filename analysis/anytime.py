"""Intervals that hold however often one looks at them: the t confidence sequence.

The Bayes factor of a normal mixture over the standardised mean, with the right Haar prior on the standard
deviation, is a test martingale (Lai, Annals of Statistics 4, 1976; Wang and Ramdas, "Anytime-valid t-tests
and confidence sequences for Gaussian means with unknown variance", 2023). By Ville's inequality it ever
reaches 1/error with a probability of at most `error`.

Below, n is the number of blocks, phi the precision of the mixture in blocks, and r = phi / (phi + n).
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from .layout import FloatArray

PRIOR_BLOCKS = 1.0  # precision of the mixture, in blocks


@cache
def anytime_t(blocks: int, confidence: float) -> float:
    """The factor on the standard error of a mean over `blocks` (two or more) that makes an interval which
    holds at all looks together. Infinite where so few blocks can't exclude anything.

    t² = (n - 1) (C - 1) / (1 - r C), where C = (error² r)^(-1/n): the Bayes factor at 1/error.
    """
    freedom, shrink = blocks - 1, PRIOR_BLOCKS / (PRIOR_BLOCKS + blocks)
    needed = math.exp(-math.log((1 - confidence) ** 2 * shrink) / blocks)
    if shrink * needed >= 1:
        return math.inf
    return math.sqrt(freedom * (needed - 1) / (1 - shrink * needed))


def anytime_p(t: FloatArray, blocks: int) -> FloatArray:
    """min(1, 1 / Bayes factor), for means over `blocks` (two or more): under 0.05 where the anytime interval
    of 95 % excludes zero. The Bayes factor is √r ((1 + t²/(n - 1)) / (1 + r t²/(n - 1)))^(n/2)."""
    shrink = PRIOR_BLOCKS / (PRIOR_BLOCKS + blocks)
    squares = t**2 / (blocks - 1)
    log_factor = math.log(shrink) / 2 + blocks / 2 * (np.log1p(squares) - np.log1p(shrink * squares))
    p: FloatArray = np.minimum(1, np.exp(-log_factor))
    return p
