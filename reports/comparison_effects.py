"""What the analysis says of two runs, as records."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from ..analysis.comparison import Change, Comparison
from ..analysis.contrasts import Row
from ..analysis.effects import Effect, OptimizationEffect, optimization_effects
from ..analysis.layout import FloatArray, Layout
from ..analysis.medians import medians
from ..analysis.two_runs import LogTimes, TwoRuns
from ..analysis.winsorize import winsorize
from ..experiments.combination import Combination, ordered, standard_order
from .comparison_record import (
    ChangeRecord,
    CombinationChangeRecord,
    EffectChangeRecord,
    OptimizationChangeRecord,
    SavingRecord,
)
from .record import Interval

Arm = tuple[Row, Row]  # weights of the combinations with the switch on, and with it off


def change_record(change: Change) -> ChangeRecord:
    """A change of a time or of an effect."""
    estimate = change.estimate
    low, high = estimate.ratio_low, estimate.ratio_high
    return ChangeRecord(
        ratio=estimate.ratio,
        ratio_low=low,
        ratio_high=high,
        change_percent=100 * (estimate.ratio - 1),
        change_low=None if low is None else 100 * (low - 1),
        change_high=None if high is None else 100 * (high - 1),
        p_adjusted=change.p_adjusted,
        verdict=change.verdict,
    )


def combination_records(
    comparison: Comparison, base: LogTimes, new: LogTimes
) -> tuple[CombinationChangeRecord, ...]:
    """One for each combination that both measured, nothing on first."""
    before, after = _medians(base), _medians(new)
    changes = {one.on: one.change for one in comparison.combinations}
    return tuple(
        CombinationChangeRecord(
            on=ordered(on, base.layout.factors),
            base_s=before[on],
            new_s=after[on],
            change=change_record(changes[on]),
        )
        for on in standard_order(changes, base.layout.factors)
    )


def effect_records(
    comparison: Comparison, base: LogTimes, new: LogTimes, arms: TwoRuns | None, widen_by: float
) -> tuple[OptimizationChangeRecord, ...]:
    """One for each switch. `arms`, where times are compared, tells how its two sides changed."""
    before, after = _effects(base), _effects(new)

    def record(name: str, question: str, change: Change | None) -> EffectChangeRecord | None:
        first, second = getattr(before[name], question), getattr(after[name], question)
        if first is None or second is None or change is None:
            return None
        with_it, without_it = _arms(arms, base.layout, new.layout, name, question, widen_by)
        return EffectChangeRecord(
            base=_saving(first),
            new=_saving(second),
            change=change_record(change),
            with_it=with_it,
            without_it=without_it,
        )

    return tuple(
        OptimizationChangeRecord(
            optimization=one.optimization,
            alone=record(one.optimization, "alone", one.alone),
            average=record(one.optimization, "average", one.average),
            last=record(one.optimization, "last", one.last),
        )
        for one in comparison.effects
    )


def _arms(
    runs: TwoRuns | None, base: Layout, new: Layout, name: str, question: str, widen_by: float
) -> tuple[ChangeRecord | None, ChangeRecord | None]:
    """The change of the mean time with the switch on, and with it off."""
    if runs is None:
        return None, None
    sides = [_ARMS[question](layout, name) for layout in (base, new)]
    (on_base, off_base), (on_new, off_new) = sides
    with_it, without_it = runs.family([(on_base, on_new), (off_base, off_new)], widen_by)
    return change_record(with_it), change_record(without_it)


def _average_arms(layout: Layout, name: str) -> Arm:
    on = layout.signs(name) > 0
    return layout.averaging[on].mean(axis=0), layout.averaging[~on].mean(axis=0)


def _alone_arms(layout: Layout, name: str) -> Arm:
    return _cell(layout, {name}), _cell(layout, set())


def _last_arms(layout: Layout, name: str) -> Arm:
    everything = set(layout.factors)
    return _cell(layout, everything), _cell(layout, everything - {name})


def _cell(layout: Layout, cell: set[str]) -> Row:
    row = layout.row(cell)
    assert row is not None, "a question was answered without its combination"
    return row


_ARMS: Mapping[str, Callable[[Layout, str], Arm]] = {
    "alone": _alone_arms,
    "average": _average_arms,
    "last": _last_arms,
}


def _effects(run: LogTimes) -> Mapping[str, OptimizationEffect]:
    data = winsorize(run.values, run.layout.strata)
    return {effect.optimization: effect for effect in optimization_effects(run.layout, data, 0.0)}


def _saving(effect: Effect) -> SavingRecord:
    estimate = effect.estimate
    return SavingRecord(
        improvement_percent=estimate.improvement_percent,
        improvement_low=estimate.improvement_low,
        improvement_high=estimate.improvement_high,
    )


def _medians(run: LogTimes) -> Mapping[Combination, Interval]:
    """Of each combination, in seconds; one that a block runs several times counts by their mean there."""
    values: FloatArray = np.exp(run.values @ run.layout.averaging.T)
    return {
        cell | run.layout.held: Interval(median=one.median, low=one.low, high=one.high)
        for cell, one in zip(run.layout.cells, medians(values), strict=True)
    }
