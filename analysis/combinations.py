"""What each combination gains over nothing."""

from __future__ import annotations

from dataclasses import dataclass

from .contrasts import against_none
from .effects import Effect, family
from .estimates import Estimate
from .layout import Layout
from .verdicts import Verdict
from .winsorize import Winsorized

REFERENCE = Effect(Estimate(0.0, 0.0, 0.0, 1.0, 0.0), 1.0, Verdict.EQUIVALENT)


@dataclass(frozen=True, slots=True)
class CombinationEffect:
    """A combination (`on` includes what is held on) against nothing swept; None where that is not there."""

    on: frozenset[str]
    effect: Effect | None


def combination_effects(
    layout: Layout, data: Winsorized, threshold_percent: float
) -> tuple[CombinationEffect, ...]:
    """One record per cell, in order. Nothing itself is the reference: 1 by definition, in no family."""
    rows = [against_none(layout, cell) if cell else None for cell in layout.cells]
    effects = family(data, rows, threshold_percent)
    return tuple(
        CombinationEffect(cell | layout.held, effect if cell else REFERENCE)
        for cell, effect in zip(layout.cells, effects, strict=True)
    )
