"""Whether blocks that follow one another resemble one another."""

from __future__ import annotations

import numpy as np

from .layout import FloatArray

ROUNDING = 1e-12  # a smaller spread of log times is rounding


def lag1_autocorrelation(contrasts: FloatArray) -> FloatArray:
    """Of contrasts of shape (..., blocks, questions), in the order they were measured; (..., questions).

    The sum of products of neighbours over the sum of squares, both around the mean (Box and Jenkins, 1970).
    nan under three blocks, and where nothing varies.
    """
    around = contrasts - contrasts.mean(axis=-2, keepdims=True)
    squares = (around**2).sum(axis=-2)
    products = (around[..., 1:, :] * around[..., :-1, :]).sum(axis=-2)
    told = (contrasts.shape[-2] > 2) & (squares > ROUNDING**2)
    return np.where(told, products / np.where(told, squares, 1), np.nan)


def widening(autocorrelation: FloatArray, blocks: int) -> FloatArray:
    """The factor on a standard error that took the blocks for independent.

    √((1 + r) / (1 - r)), the limit for a first-order autoregression (Bartlett, 1946), where the
    autocorrelation r exceeds 2 / √blocks, which that of independent blocks does in one of forty cases; else
    1. Never narrower than independent.
    """
    seen = np.where(autocorrelation > 2 / np.sqrt(blocks), autocorrelation, 0)
    factor: FloatArray = np.sqrt((1 + seen) / (1 - seen))
    return factor
