"""From a stored run to the document that everything else is drawn from."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, fields
from datetime import datetime

import numpy as np

from ..analysis.analysis import Analysis, analyse
from ..analysis.effects import Effect, OptimizationEffect
from ..analysis.layout import FloatArray
from ..analysis.medians import medians
from ..experiments.combination import Combination, ordered
from ..experiments.run import Run, StopReason
from ..experiments.trial import Metrics, Trial
from ..scenarios.choices import Metric
from ..scenarios.database_url import hide_password
from .advice_record import PlanStep
from .caveats import Blocks, caveats
from .combination_record import CombinationMetrics, CombinationRecord
from .document import Document
from .effect_record import EffectRecord, InteractionRecord, OptimizationRecord
from .enumerations import Status
from .record import Interval
from .run_record import DesignRecord, EnvironmentRecord, NoiseRecord, ScenarioRecord
from .trial_record import Counters, TrialMetrics, TrialRecord


def assemble(run: Run, trials: Sequence[Trial]) -> Document:
    """The document of a run with the trials that the store holds; only complete blocks are analysed."""
    blocks = complete_blocks(run, trials)
    metric = run.metric
    analysis = _analysis(run, blocks, metric)
    settled = _analysis(run, blocks, Metric.SETTLED) if metric is Metric.WALL else None
    return Document(
        run_id=run.id,
        created_at=datetime.fromisoformat(run.created_at),
        agentperf_version=run.agentperf_version,
        status=_status(run),
        scenario=ScenarioRecord(
            name=run.scenario_name,
            digest=run.scenario_digest,
            workload_digest=run.workload_digest,
            document=hide_password(run.document),
        ),
        environment=EnvironmentRecord.model_validate(run.environment),
        seed=run.seed,
        design=DesignRecord(
            kind=run.design.kind,
            factors=run.design.factors,
            held=run.design.held,
            combinations=len(run.design.combinations),
            blocks=len(blocks),
            stop_reason=run.stop_reason,
        ),
        metric=metric,
        threshold_percent=run.threshold_percent,
        time_scale=run.time_scale,
        noise=_noise(analysis),
        effects=_effects(analysis),
        settled_effects=_effects(settled),
        interactions=_interactions(analysis),
        combinations=_combinations(run, blocks, analysis),
        plan=_plan(analysis),
        trials=tuple(_trial(run, trial) for trial in trials),
        warnings=caveats(run, blocks, trials),
    )


def complete_blocks(run: Run, trials: Iterable[Trial]) -> Blocks:
    """The blocks in which every combination of the design was measured."""
    measured: dict[int, dict[Combination, Trial]] = {}
    for trial in trials:
        if trial.metrics:
            measured.setdefault(trial.block, {})[trial.on] = trial
    return [block for _, block in sorted(measured.items()) if len(block) == len(run.design.combinations)]


def _status(run: Run) -> Status:
    match run.stop_reason:
        case None:
            return Status.RUNNING
        case StopReason.INTERRUPTED:
            return Status.INTERRUPTED
        case StopReason.FAILED:
            return Status.FAILED
        case _:
            return Status.COMPLETE


def _analysis(run: Run, blocks: Blocks, metric: Metric) -> Analysis | None:
    """None where there is nothing to analyse."""
    if not blocks:
        return None
    logs = np.log(_values(run, blocks, metric.field))
    return analyse(
        run.design.combinations,
        run.design.factors,
        -logs if metric is Metric.THROUGHPUT else logs,
        threshold_percent=run.threshold_percent,
    )


def _values(run: Run, blocks: Blocks, field: str) -> FloatArray:
    """The metric of that name, of shape (blocks, combinations)."""
    return np.array(
        [[getattr(block[on].metrics, field) for on in run.design.combinations] for block in blocks],
        dtype=float,
    )


def _noise(analysis: Analysis | None) -> NoiseRecord:
    if analysis is None:
        return NoiseRecord()
    sd = analysis.noise.trial_sd
    return NoiseRecord(
        trial_sd_percent=None if sd is None else 100 * math.expm1(sd),
        clipped_share=analysis.noise.clipped_share,
    )


def _effects(analysis: Analysis | None) -> tuple[OptimizationRecord, ...]:
    return tuple(map(_optimization, analysis.effects)) if analysis else ()


def _optimization(effect: OptimizationEffect) -> OptimizationRecord:
    return OptimizationRecord(
        optimization=effect.optimization,
        alone=_effect(effect.alone),
        average=_effect(effect.average),
        last=_effect(effect.last),
    )


def _effect(effect: Effect | None) -> EffectRecord | None:
    """None also for an estimate from one block, which has nothing to be judged by."""
    if effect is None or effect.p_adjusted is None:
        return None
    estimate = effect.estimate
    return EffectRecord.model_validate(
        {
            "ratio": estimate.ratio,
            "ratio_low": estimate.ratio_low,
            "ratio_high": estimate.ratio_high,
            "improvement_percent": estimate.improvement_percent,
            "improvement_low": estimate.improvement_low,
            "improvement_high": estimate.improvement_high,
            "p_adjusted": effect.p_adjusted,
            "verdict": effect.verdict.value,
            "unclipped_improvement_percent": 100 * -math.expm1(estimate.unclipped),
        }
    )


def _interactions(analysis: Analysis | None) -> tuple[InteractionRecord, ...]:
    if analysis is None:
        return ()
    return tuple(
        InteractionRecord(
            optimizations=one.optimizations,
            ratio=record.ratio,
            ratio_low=record.ratio_low,
            ratio_high=record.ratio_high,
            p_adjusted=record.p_adjusted,
        )
        for one in analysis.interactions
        if (record := _effect(one.effect))
    )


def _combinations(run: Run, blocks: Blocks, analysis: Analysis | None) -> tuple[CombinationRecord, ...]:
    if analysis is None:
        return ()
    metrics = {field.name: _medians(run, blocks, field.name) for field in fields(Metrics)}
    return tuple(
        _combination(run, blocks, on, gain.effect, {name: column[place] for name, column in metrics.items()})
        for place, (on, gain) in enumerate(zip(run.design.combinations, analysis.combinations, strict=True))
    )


def _combination(
    run: Run, blocks: Blocks, on: Combination, gain: Effect | None, metrics: Mapping[str, Interval | None]
) -> CombinationRecord:
    record = _effect(gain)
    digests = {block[on].outcome_digest for block in blocks}
    return CombinationRecord(
        on=ordered(on, run.design.factors),
        improvement_percent=record.improvement_percent if record else None,
        improvement_low=record.improvement_low if record else None,
        improvement_high=record.improvement_high if record else None,
        metrics=CombinationMetrics.model_validate(metrics),
        counters=_typical_counters([block[on] for block in blocks]),
        outcome_digest=digests.pop() if len(digests) == 1 else None,
    )


def _medians(run: Run, blocks: Blocks, field: str) -> list[Interval | None]:
    """One for each combination."""
    if any(getattr(trial.metrics, field) is None for block in blocks for trial in block.values()):
        return [None] * len(run.design.combinations)
    return [
        Interval(median=one.median, low=one.low, high=one.high)
        for one in medians(_values(run, blocks, field))
    ]


def _typical_counters(trials: Sequence[Trial]) -> Counters:
    """The lower median of each counter, a count that was really seen."""
    counted = [trial.counters for trial in trials if trial.counters is not None]
    if len(counted) < len(trials):
        return Counters()
    return Counters(
        **{name: sorted(one[name] for one in counted)[(len(counted) - 1) // 2] for name in counted[0]}
    )


def _plan(analysis: Analysis | None) -> tuple[PlanStep, ...]:
    if analysis is None or analysis.blocks < 2:
        return ()
    return tuple(
        PlanStep.model_validate(
            {
                "add": step.add,
                "cumulative_improvement_percent": step.cumulative.improvement_percent,
                "low": step.cumulative.improvement_low,
                "high": step.cumulative.improvement_high,
                "enough": step.enough,
            }
        )
        for step in analysis.plan
    )


def _trial(run: Run, trial: Trial) -> TrialRecord:
    return TrialRecord(
        block=trial.block,
        order=trial.order,
        on=ordered(trial.on, run.design.factors),
        metrics=TrialMetrics.model_validate(asdict(trial.metrics) if trial.metrics else {}),
        counters=Counters(**(trial.counters or {})),
        worker=trial.worker,
        error=trial.error,
    )
