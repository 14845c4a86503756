"""What an analysis found, as records of the document."""

from __future__ import annotations

import math

from ..analysis.analysis import Analysis
from ..analysis.conditional import Conditional
from ..analysis.effects import Effect, InteractionEffect, OptimizationEffect
from ..analysis.estimates import Estimate
from .advice_record import PlanStep, ShareRecord
from .design_record import NoiseRecord
from .effect_record import ConditionalRecord, EffectRecord, InteractionRecord, OptimizationRecord


def noise_record(analysis: Analysis | None) -> NoiseRecord:
    """Nothing where nothing was analysed."""
    if analysis is None:
        return NoiseRecord()
    noise = analysis.noise
    trend = noise.trend if noise.trend and noise.trend.low is not None else None
    return NoiseRecord(
        trial_sd_percent=None if noise.trial_sd is None else 100 * math.expm1(noise.trial_sd),
        clipped_share=noise.clipped_share,
        lag1_autocorrelation=noise.lag1_autocorrelation,
        trend_percent=trend.percent if trend else None,
        trend_low=trend.percent_low if trend else None,
        trend_high=trend.percent_high if trend else None,
    )


def effect_records(analysis: Analysis | None) -> tuple[OptimizationRecord, ...]:
    """One for each swept switch."""
    return tuple(map(_optimization, analysis.effects)) if analysis else ()


def effect_record(effect: Effect | None) -> EffectRecord | None:
    """None also for an estimate without an interval, which has nothing to be judged by."""
    if effect is None or effect.p_adjusted is None:
        return None
    return EffectRecord.model_validate(
        _ratio_and_improvement(effect.estimate)
        | {
            "p_adjusted": effect.p_adjusted,
            "verdict": effect.verdict,
            "unclipped_improvement_percent": 100 * -math.expm1(effect.estimate.unclipped),
        }
    )


def interaction_records(analysis: Analysis | None) -> tuple[InteractionRecord, ...]:
    """One for each pair of switches that the design tells from the others."""
    if analysis is None:
        return ()
    records = map(_interaction, analysis.interactions)
    return tuple(record for record in records if record is not None)


def plan_steps(analysis: Analysis | None) -> tuple[PlanStep, ...]:
    """Nothing before there are intervals."""
    if analysis is None:
        return ()
    return tuple(
        PlanStep.model_validate(
            {
                "add": step.add,
                "cumulative_improvement_percent": step.cumulative.improvement_percent,
                "low": step.cumulative.improvement_low,
                "high": step.cumulative.improvement_high,
                "enough": step.enough,
                "ties": step.ties,
            }
        )
        for step in analysis.plan
        if step.cumulative.low is not None
    )


def sufficient_sets(analysis: Analysis | None) -> tuple[tuple[str, ...], ...]:
    """Each in the order of the design."""
    if analysis is None:
        return ()
    return tuple(tuple(name for name in analysis.factors if name in one) for one in analysis.sufficient)


def share_records(analysis: Analysis | None) -> tuple[ShareRecord, ...]:
    """One for each swept switch of a full factorial."""
    if analysis is None:
        return ()
    return tuple(
        ShareRecord.model_validate(
            {"optimization": share.optimization, "share_percent": share.share_percent}
            | _ratio_and_improvement(share.effect)
        )
        for share in analysis.shares
        if share.effect.low is not None
    )


def _optimization(effect: OptimizationEffect) -> OptimizationRecord:
    return OptimizationRecord(
        optimization=effect.optimization,
        alone=effect_record(effect.alone),
        average=effect_record(effect.average),
        last=effect_record(effect.last),
    )


def _interaction(interaction: InteractionEffect) -> InteractionRecord | None:
    record = effect_record(interaction.effect)
    if record is None:
        return None
    return InteractionRecord(
        optimizations=interaction.optimizations,
        ratio=record.ratio,
        ratio_low=record.ratio_low,
        ratio_high=record.ratio_high,
        p_adjusted=record.p_adjusted,
        conditionals=tuple(map(_conditional, interaction.conditionals)),
    )


def _conditional(one: Conditional) -> ConditionalRecord:
    return ConditionalRecord.model_validate(
        {
            "optimization": one.optimization,
            "given": one.given,
            "without_percent": one.without.improvement_percent,
            "without_low": one.without.improvement_low,
            "without_high": one.without.improvement_high,
            "with_percent": one.with_.improvement_percent,
            "with_low": one.with_.improvement_low,
            "with_high": one.with_.improvement_high,
            "saved_without_s": one.saved_without_s,
            "saved_with_s": one.saved_with_s,
        }
    )


def _ratio_and_improvement(estimate: Estimate) -> dict[str, object]:
    return {
        "ratio": estimate.ratio,
        "ratio_low": estimate.ratio_low,
        "ratio_high": estimate.ratio_high,
        "improvement_percent": estimate.improvement_percent,
        "improvement_low": estimate.improvement_low,
        "improvement_high": estimate.improvement_high,
    }
