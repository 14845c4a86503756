"""Questions as rows of weights on the log times of the combinations.

A row has one weight per column of the layout and sums to zero, so that the speed of a block cancels. A cell
that a block runs several times counts by the mean of its columns.
Applied to the log times of a block it answers one question with one number: the log of a ratio of times.
None stands for a question that the layout cannot answer.
"""

from __future__ import annotations

from collections.abc import Set

from .layout import MAIN_EFFECTS, PAIRS, FloatArray, Layout

Row = FloatArray


def average(layout: Layout, factor: str) -> Row | None:
    """The main effect: on minus off, averaged over all combinations of the other switches; over those of a
    balanced fraction where the run has a fraction."""
    if not layout.is_orthogonal(MAIN_EFFECTS):
        return None
    return layout.signs(factor) * 2 / len(layout.cells) @ layout.averaging


def interaction(layout: Layout, first: str, second: str) -> Row | None:
    """What `first` does with `second` on, minus what it does with it off, averaged over the others. From
    resolution V on: below, pairs can't be told from one another, or from main effects."""
    if not layout.is_orthogonal(PAIRS):
        return None
    return layout.signs(first) * layout.signs(second) * 4 / len(layout.cells) @ layout.averaging


def alone(layout: Layout, factor: str) -> Row | None:
    """This switch against nothing."""
    return against_none(layout, {factor})


def last(layout: Layout, factor: str) -> Row | None:
    """This switch on top of all the others."""
    everything = frozenset(layout.factors)
    return _difference(layout, everything, everything - {factor})


def against_none(layout: Layout, cell: Set[str]) -> Row | None:
    """One combination of swept switches against nothing; all weights zero for nothing itself."""
    return _difference(layout, cell, frozenset())


def _difference(layout: Layout, on: Set[str], off: Set[str]) -> Row | None:
    plus, minus = layout.row(on), layout.row(off)
    return None if plus is None or minus is None else plus - minus
