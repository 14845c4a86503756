"""What was measured of each combination, over all blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from statistics import median

import numpy as np

from ..analysis.analysis import Analysis
from ..analysis.effects import Effect
from ..analysis.medians import medians
from ..experiments.combination import Combination, ordered
from ..experiments.observations import TrialRow
from ..experiments.run import Run
from ..experiments.trial import Metrics, Trial
from .combination_record import CombinationMetrics, CombinationRecord
from .findings import effect_record
from .record import Interval
from .trial_record import Counters


def combination_records(
    run: Run, rows: Sequence[TrialRow], analysis: Analysis | None
) -> tuple[CombinationRecord, ...]:
    """One for each combination, in standard order; none where no row is complete."""
    if analysis is None:
        return ()
    combinations = run.design.combinations
    repeats = {on: _repeats(on, rows) for on in combinations}
    gains = {one.on: one.effect for one in analysis.combinations}
    metrics = {field.name: _medians(field.name, repeats) for field in fields(Metrics)}
    return tuple(
        _record(run, on, repeats[on], gains.get(on), {name: found.get(on) for name, found in metrics.items()})
        for on in combinations
    )


def _repeats(on: Combination, rows: Sequence[TrialRow]) -> list[list[Trial]]:
    """The trials of a combination, row by row."""
    return [[trial for trial in row if trial.on == on] for row in rows]


def _record(
    run: Run,
    on: Combination,
    repeats: Sequence[Sequence[Trial]],
    gain: Effect | None,
    metrics: Mapping[str, Interval | None],
) -> CombinationRecord:
    record = effect_record(gain)
    trials = [trial for row in repeats for trial in row]
    digests = {trial.outcome_digest for trial in trials}
    return CombinationRecord(
        on=ordered(on, run.design.factors),
        improvement_percent=record.improvement_percent if record else None,
        improvement_low=record.improvement_low if record else None,
        improvement_high=record.improvement_high if record else None,
        metrics=CombinationMetrics.model_validate(metrics),
        counters=_typical_counters(trials),
        outcome_digest=digests.pop() if len(digests) == 1 else None,
    )


def _medians(field: str, repeats: Mapping[Combination, list[list[Trial]]]) -> Mapping[Combination, Interval]:
    """Over rows; where a combination is repeated in a row, of the median of its repeats. Empty where a trial
    lacks the metric."""
    columns = [
        [[getattr(trial.metrics, field) for trial in row] for row in rows] for rows in repeats.values()
    ]
    if any(value is None for rows in columns for row in rows for value in row):
        return {}
    values = np.array([[median(row) for row in rows] for rows in columns], dtype=float).T
    return {
        on: Interval(median=one.median, low=one.low, high=one.high)
        for on, one in zip(repeats, medians(values), strict=True)
    }


def _typical_counters(trials: Sequence[Trial]) -> Counters:
    """The lower median of each counter, a count that was really seen."""
    counted = [trial.counters for trial in trials if trial.counters is not None]
    if len(counted) < len(trials):
        return Counters()
    return Counters(
        **{name: sorted(one[name] for one in counted)[(len(counted) - 1) // 2] for name in counted[0]}
    )
