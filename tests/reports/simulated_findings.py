"""What the simulated trials say, reckoned as simply as can be."""

import math
from collections.abc import Mapping, Sequence
from statistics import NormalDist, fmean, median, median_low, stdev

from agentperf.analysis.verdicts import Verdict
from agentperf.reports.combination_record import CombinationMetrics, CombinationRecord
from agentperf.reports.effect_record import (
    ConditionalRecord,
    EffectRecord,
    InteractionRecord,
    OptimizationRecord,
)
from agentperf.reports.record import Interval
from agentperf.reports.trial_record import Counters, TrialRecord

from .simulated_trials import Combination, Logs

STUDENT_T = 2.2622  # 97.5 % quantile, 9 degrees of freedom
THRESHOLD_PERCENT = 1.0

Seconds = Mapping[Combination, float]


def effect(contrasts: Sequence[float]) -> EffectRecord:
    """Student's t over blocks of contrasts of log times."""
    middle = fmean(contrasts)
    error = stdev(contrasts) / math.sqrt(len(contrasts))
    low, high = middle - STUDENT_T * error, middle + STUDENT_T * error
    p = 2 * NormalDist().cdf(-abs(middle) / error)
    limits = math.log1p(-THRESHOLD_PERCENT / 100), math.log1p(THRESHOLD_PERCENT / 100)
    if high < limits[0] and p < 0.05:
        verdict = Verdict.FASTER
    elif low > limits[1] and p < 0.05:
        verdict = Verdict.SLOWER
    else:
        verdict = Verdict.EQUIVALENT if limits[0] < low and high < limits[1] else Verdict.INCONCLUSIVE
    return EffectRecord(
        ratio=math.exp(middle),
        ratio_low=math.exp(low),
        ratio_high=math.exp(high),
        improvement_percent=saved(middle),
        improvement_low=saved(high),
        improvement_high=saved(low),
        p_adjusted=p,
        verdict=verdict,
    )


def saved(log_ratio: float) -> float:
    return 100 * (1 - math.exp(log_ratio))


def difference(logs: Logs, on: Combination, off: Combination) -> list[float]:
    return [a - b for a, b in zip(logs[on], logs[off], strict=True)]


def optimization(factor: str, factors: Sequence[str], logs: Logs) -> OptimizationRecord:
    everything, only = frozenset(factors), frozenset({factor})
    pairs = [difference(logs, cell, cell - only) for cell in logs if factor in cell]
    return OptimizationRecord(
        optimization=factor,
        alone=effect(difference(logs, only, frozenset())),
        average=effect([fmean(block) for block in zip(*pairs, strict=True)]),
        last=effect(difference(logs, everything, everything - only)),
    )


def combination(
    cell: Combination, factors: Sequence[str], logs: Logs, trials: Sequence[TrialRecord]
) -> CombinationRecord:
    gain = effect(difference(logs, cell, frozenset())) if cell else None
    mine = [trial for trial in trials if frozenset(trial.on) == cell]

    def interval(field: str) -> Interval:
        values = sorted(getattr(trial.metrics, field) for trial in mine)
        return Interval(median=median(values), low=values[1], high=values[-2])

    return CombinationRecord(
        on=tuple(factor for factor in factors if factor in cell),
        improvement_percent=gain.improvement_percent if gain else 0.0,
        improvement_low=gain.improvement_low if gain else 0.0,
        improvement_high=gain.improvement_high if gain else 0.0,
        metrics=CombinationMetrics(**{field: interval(field) for field in CombinationMetrics.model_fields}),
        counters=Counters(
            **{
                field: median_low(getattr(trial.counters, field) for trial in mine)
                for field in Counters.model_fields
            }
        ),
        outcome_digest="0" * 64,
    )


def interaction(pair: tuple[str, str], logs: Logs, seconds: Seconds) -> InteractionRecord:
    """How far the ratio of the first changes when the second is on; the two-sided p is left unadjusted."""
    first, second = pair
    contrast = effect(
        [
            on - off
            for on, off in zip(
                halves(logs, first, second, True), halves(logs, first, second, False), strict=True
            )
        ]
    )
    return InteractionRecord(
        optimizations=pair,
        ratio=contrast.ratio,
        ratio_low=contrast.ratio_low,
        ratio_high=contrast.ratio_high,
        p_adjusted=contrast.p_adjusted,
        conditionals=(
            conditional(first, second, logs, seconds),
            conditional(second, first, logs, seconds),
        ),
    )


def conditional(name: str, given: str, logs: Logs, seconds: Seconds) -> ConditionalRecord:
    without, with_ = (effect(halves(logs, name, given, on)) for on in (False, True))
    saved_s = [
        fmean(
            seconds[cell - {name}] - seconds[cell]
            for cell in seconds
            if name in cell and (given in cell) is on
        )
        for on in (False, True)
    ]
    return ConditionalRecord(
        optimization=name,
        given=given,
        without_percent=without.improvement_percent,
        without_low=without.improvement_low,
        without_high=without.improvement_high,
        with_percent=with_.improvement_percent,
        with_low=with_.improvement_low,
        with_high=with_.improvement_high,
        saved_without_s=saved_s[0],
        saved_with_s=saved_s[1],
    )


def halves(logs: Logs, name: str, given: str, on: bool) -> list[float]:
    """What `name` does in each block, averaged over the cells in which `given` is on, or off."""
    pairs = [difference(logs, cell, cell - {name}) for cell in logs if name in cell and (given in cell) is on]
    return [fmean(block) for block in zip(*pairs, strict=True)]
