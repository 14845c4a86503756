"""Effects of the switches: alone, on average, on top of all the others, and in pairs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from .conditional import Conditional, conditionals
from .contrasts import Row, alone, average, interaction, last
from .estimates import Estimate, block_t
from .holm import holm
from .layout import Layout
from .verdicts import Verdict, verdict
from .winsorize import Winsorized


@dataclass(frozen=True, slots=True)
class Effect:
    """An estimate as one of a family of questions."""

    estimate: Estimate
    p_adjusted: float | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class OptimizationEffect:
    """What one switch does; None where the combinations measured cannot say."""

    optimization: str
    alone: Effect | None
    average: Effect | None
    last: Effect | None


@dataclass(frozen=True, slots=True)
class InteractionEffect:
    """How much more (ratio above 1: less) two switches save together than their effects multiply to.

    `conditionals` say it for each of them: what it does without the other, and with it.
    """

    optimizations: tuple[str, str]
    effect: Effect
    conditionals: tuple[Conditional, Conditional]


def family(
    data: Winsorized, rows: Sequence[Row | None], threshold_percent: float
) -> tuple[Effect | None, ...]:
    """The effects of one family of questions, p adjusted for their number; None where the row is None."""
    effects = iter(judged(block_t(data, [row for row in rows if row is not None]), threshold_percent))
    return tuple(None if row is None else next(effects) for row in rows)


def judged(estimates: Sequence[Estimate], threshold_percent: float) -> tuple[Effect, ...]:
    """The estimates of one family with p adjusted for their number (Holm), and what may be said of each."""
    p_values = holm([estimate.p for estimate in estimates if estimate.p is not None])
    adjusted: Sequence[float | None] = p_values or [None] * len(estimates)
    return tuple(
        Effect(estimate, p, verdict(estimate, p, threshold_percent))
        for estimate, p in zip(estimates, adjusted, strict=True)
    )


def optimization_effects(
    layout: Layout, data: Winsorized, threshold_percent: float
) -> tuple[OptimizationEffect, ...]:
    """One record per swept switch, in their order. Alone, average and last are a family each."""
    families = (
        family(data, [question(layout, factor) for factor in layout.factors], threshold_percent)
        for question in (alone, average, last)
    )
    return tuple(
        OptimizationEffect(factor, *effects)
        for factor, *effects in zip(layout.factors, *families, strict=True)
    )


def interaction_effects(
    layout: Layout, data: Winsorized, threshold_percent: float
) -> tuple[InteractionEffect, ...]:
    """One record per pair of swept switches, as one family; empty where pairs cannot be estimated."""
    pairs = list(combinations(layout.factors, 2))
    effects = family(data, [interaction(layout, *pair) for pair in pairs], threshold_percent)
    return tuple(
        InteractionEffect(pair, effect, each_way)
        for pair, effect in zip(pairs, effects, strict=True)
        if effect is not None and (each_way := conditionals(layout, data, *pair)) is not None
    )
