"""From log times to everything that is said about a run."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from ..scenarios.choices import Inference
from .claimed_order import OrderClaim, judge_order
from .claims import ClaimOutcome, claim_outcomes
from .combinations import CombinationEffect, combination_effects
from .effects import Effect, InteractionEffect, OptimizationEffect, interaction_effects, optimization_effects
from .layout import FloatArray, IntArray, Layout
from .noise import Noise
from .plan import PlanStep, plan
from .shapley import Share, shares
from .sufficiency import sufficient_sets
from .trend import trend
from .winsorize import Winsorized, winsorize


@dataclass(frozen=True, slots=True)
class Analysis:
    """The answers of one run on one metric. Every number is finite; None where the design cannot say.

    `blocks` counts rows of the log times: blocks, or rotations of a rotating design.
    """

    factors: tuple[str, ...]
    held: frozenset[str]
    blocks: int
    effects: tuple[OptimizationEffect, ...]
    interactions: tuple[InteractionEffect, ...]
    combinations: tuple[CombinationEffect, ...]
    plan: tuple[PlanStep, ...]
    sufficient: tuple[frozenset[str], ...]
    shares: tuple[Share, ...]
    claims: tuple[ClaimOutcome, ...]
    claimed_order: OrderClaim | None
    noise: Noise
    inference: Inference


def analyse(
    columns: Iterable[Set[str]],
    factors: Sequence[str],
    log_times: FloatArray,
    *,
    strata: Sequence[int] | None = None,
    places: IntArray | None = None,
    threshold_percent: float = 1.0,
    inference: Inference = Inference.FIXED,
    claims: Mapping[str, tuple[float, float]] | None = None,
    claimed_sets: Mapping[str, Set[str]] | None = None,
    claimed_order: Sequence[str] = (),
) -> Analysis:
    """Analyse the natural logs of a metric of which less is better.

    `log_times` has the shape (blocks, columns): its columns in the order of `columns`, in which a combination
    that a block runs several times occurs as often; its rows in the order they were measured. `factors` are
    the switches swept, in the order to report them; what a combination holds beyond them is held on.
    `strata` numbers the part of a rotating design that each column belongs to. `places`, of the shape of
    `log_times`, is each trial's place in its block, from 0; without it there is no trend.
    `claims` gives the low and high percent of each claim, `claimed_sets` its switches.
    Raises ValueError when these do not fit together, and for values that are not finite; KeyError for a claim
    without its set.
    """
    layout = Layout.of(columns, factors, strata)
    if log_times.shape[1:] != (len(layout.columns),):
        raise ValueError(f"{len(layout.columns)} columns, but log times of shape {log_times.shape}")
    data = winsorize(log_times, layout.strata, inference)
    effects = optimization_effects(layout, data, threshold_percent)
    return Analysis(
        factors=layout.factors,
        held=layout.held,
        blocks=len(log_times),
        effects=effects,
        interactions=interaction_effects(layout, data, threshold_percent),
        combinations=combination_effects(layout, data, threshold_percent),
        plan=plan(layout, data),
        sufficient=sufficient_sets(layout, data),
        shares=shares(layout, data),
        claims=claim_outcomes(layout, data, claims or {}, claimed_sets or {}),
        claimed_order=judge_order(layout, data, claimed_order),
        noise=_noise(layout, data, effects, places),
        inference=inference,
    )


def _noise(
    layout: Layout, data: Winsorized, effects: Sequence[OptimizationEffect], places: IntArray | None
) -> Noise:
    autocorrelations = [
        effect.estimate.autocorrelation
        for one in effects
        if (effect := _main(one)) and effect.estimate.autocorrelation is not None
    ]
    return replace(
        data.noise,
        lag1_autocorrelation=math.fsum(autocorrelations) / len(autocorrelations)
        if autocorrelations
        else None,
        trend=None if places is None else trend(data.values, layout.strata, places, data.noise.clipped_share),
    )


def _main(effect: OptimizationEffect) -> Effect | None:
    """What a design knows best of a switch."""
    return effect.average or effect.alone or effect.last
