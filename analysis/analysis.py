"""From log times to everything that is said about a run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass

from .combinations import CombinationEffect, combination_effects
from .effects import InteractionEffect, OptimizationEffect, interaction_effects, optimization_effects
from .layout import FloatArray, Layout
from .noise import Noise
from .plan import PlanStep, plan
from .winsorize import winsorize


@dataclass(frozen=True, slots=True)
class Analysis:
    """The answers of one run on one metric. Every number is finite; None where the design cannot say."""

    factors: tuple[str, ...]
    held: frozenset[str]
    blocks: int
    effects: tuple[OptimizationEffect, ...]
    interactions: tuple[InteractionEffect, ...]
    combinations: tuple[CombinationEffect, ...]
    plan: tuple[PlanStep, ...]
    noise: Noise


def analyse(
    combinations: Iterable[Set[str]],
    factors: Sequence[str],
    log_times: FloatArray,
    *,
    threshold_percent: float = 1.0,
) -> Analysis:
    """Analyse the natural logs of a metric of which less is better.

    `log_times` has the shape (blocks, combinations), its columns in the order of `combinations`. `factors`
    are the switches swept, in the order to report them; what a combination holds beyond them is held on.
    Raises ValueError when these do not fit together, and for values that are not finite.
    """
    layout = Layout.of(combinations, factors)
    if log_times.shape[1:] != (len(layout.cells),):
        raise ValueError(f"{len(layout.cells)} combinations, but log times of shape {log_times.shape}")
    data = winsorize(log_times)
    return Analysis(
        factors=layout.factors,
        held=layout.held,
        blocks=len(log_times),
        effects=optimization_effects(layout, data, threshold_percent),
        interactions=interaction_effects(layout, data, threshold_percent),
        combinations=combination_effects(layout, data, threshold_percent),
        plan=plan(layout, data),
        noise=data.noise,
    )
