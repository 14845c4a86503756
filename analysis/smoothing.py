"""Cells smoothed onto main effects and two-way interactions."""

from __future__ import annotations

from itertools import combinations

import numpy as np

from .layout import FloatArray, Layout


def smoothing(layout: Layout) -> FloatArray:
    """Weights, shape (cells, cells): row i gives the smoothed log time of cell i; @ averaging of the
    layout spreads them on its columns.

    The least-squares projection onto the level, the main effects and the two-way interactions. Where the run
    has too few combinations to tell these apart, the cells come out smoothed less, down to not at all.
    """
    signs = [layout.signs(factor) for factor in layout.factors]
    level = np.ones(len(layout.cells))
    model = np.column_stack([level, *signs, *(a * b for a, b in combinations(signs, 2))])
    projection: FloatArray = model @ np.linalg.pinv(model)
    return projection
