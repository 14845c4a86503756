"""Which trials of a block keep the spans of their first session: enough to show, too few to fill a store."""

from __future__ import annotations

from collections.abc import Sequence

from .combination import Combination
from .design import Design


def kept_spans(order: Sequence[Combination], block: int, design: Design) -> frozenset[int]:
    """Places in `order`, what a block runs: each combination's first trial in the first row of blocks.

    In later rows only nothing and everything on, of which the spans of many blocks are worth comparing.
    """
    extremes = {frozenset[str](), frozenset(design.factors)}
    first: dict[Combination, int] = {}
    for place, on in enumerate(order):
        if block < len(design.parts) or on in extremes:
            first.setdefault(on, place)
    return frozenset(first.values())
