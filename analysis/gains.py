"""What every combination gains over nothing, smoothed."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

import numpy as np

from .contrasts import Row
from .layout import PAIRS, FloatArray, Layout
from .smoothing import smoothing

Gains = Mapping[frozenset[str], Row]


def gains(layout: Layout) -> Gains:
    """For each combination of swept switches, by size: the weights of its smoothed log time against nothing.

    All combinations where the run tells every main effect and pair from one another, also those it has no
    column for. Else the measured ones, and none where nothing itself was not measured.
    """
    if layout.is_orthogonal(PAIRS):
        return _by_main_effects_and_pairs(layout)
    none = layout.cell_index(frozenset())
    if none is None:
        return {}
    weights = smoothing(layout)
    rows = (weights - weights[none]) @ layout.averaging
    return dict(sorted(zip(layout.cells, rows, strict=True), key=lambda gain: len(gain[0])))


def _by_main_effects_and_pairs(layout: Layout) -> Gains:
    """The regression on signs: its columns are orthogonal here, so that each coefficient is a mean."""
    sizes = range(len(layout.factors) + 1)
    cells = [frozenset(cell) for size in sizes for cell in combinations(layout.factors, size)]
    everywhere = Layout.of(cells, layout.factors)
    rows = _model(everywhere) @ _model(layout).T / len(layout.cells)
    return dict(zip(cells, (rows - rows[0]) @ layout.averaging, strict=True))


def _model(layout: Layout) -> FloatArray:
    signs = [layout.signs(factor) for factor in layout.factors]
    pairs = [first * second for first, second in combinations(signs, 2)]
    return np.column_stack([np.ones(len(layout.cells)), *signs, *pairs])
