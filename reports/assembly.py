"""From a stored run to the document that everything else is drawn from."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from ..analysis.analysis import Analysis, analyse
from ..analysis.stopping import precision_reached
from ..experiments.combination import ordered
from ..experiments.observations import Observations, observations
from ..experiments.run import Run, StopReason
from ..experiments.trial import Trial
from ..scenarios.choices import Metric
from ..scenarios.database_url import hide_password
from ..scenarios.schema import Scenario
from .caveats import caveats
from .design_record import DesignRecord
from .document import Document
from .enumerations import Status
from .evidence import Evidence
from .findings import (
    effect_records,
    interaction_records,
    noise_record,
    plan_steps,
    share_records,
    sufficient_sets,
)
from .judged_claims import Claimed, claim_records, claimed_order_record, scenario_of
from .ledgers import ledger_records, row_ledgers
from .measured_combinations import combination_records
from .run_record import EnvironmentRecord, ScenarioRecord
from .trial_record import Counters, SurroundingsRecord, TrialMetrics, TrialRecord
from .what_ifs import what_if_records


def assemble(run: Run, trials: Sequence[Trial]) -> Document:
    """The document of a run with the trials that the store holds; only complete blocks are analysed."""
    metric = run.metric
    seen = observations(run, trials, metric)
    scenario = scenario_of(run.document)
    analysis = _analysis(run, seen, Claimed.by(scenario, run.design))
    effects = effect_records(analysis)
    ledgers = row_ledgers(run, seen.rows)
    combinations = combination_records(run, seen.rows, analysis)
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
        design=_design(run, seen, analysis),
        subject=tuple(ordered(on, run.design.factors) for on in run.design.subject),
        metric=metric,
        threshold_percent=run.threshold_percent,
        time_scale=run.time_scale,
        noise=noise_record(analysis),
        effects=effects,
        settled_effects=effect_records(_settled(run, trials)) if metric is Metric.WALL else (),
        interactions=interaction_records(analysis),
        combinations=combinations,
        plan=plan_steps(analysis),
        sufficient_sets=sufficient_sets(analysis),
        shares=share_records(analysis),
        claims=claim_records(analysis, run.time_scale),
        claimed_order=claimed_order_record(analysis),
        ledgers=ledger_records(run, ledgers),
        what_if=what_if_records(run, seen.rows, effects, combinations, ledgers, _sessions_at_once(scenario)),
        trials=tuple(_trial(run, trial) for trial in trials),
        warnings=caveats(Evidence(run, scenario, seen.rows, trials, analysis)),
    )


def _sessions_at_once(scenario: Scenario | None) -> int:
    """In an open loop all of them, if the runtime does not keep up."""
    if scenario is None:
        return 1
    load = scenario.load
    return min(load.sessions, load.concurrency) if load.arrival_rate is None else load.sessions


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


def _settled(run: Run, trials: Sequence[Trial]) -> Analysis | None:
    return _analysis(run, observations(run, trials, Metric.SETTLED), Claimed.by(None, run.design))


def _analysis(run: Run, seen: Observations, claimed: Claimed) -> Analysis | None:
    """None where there is nothing to analyse."""
    if not seen.rows:
        return None
    return analyse(
        run.design.columns,
        run.design.factors,
        seen.log_times,
        strata=run.design.strata,
        places=seen.places,
        threshold_percent=run.threshold_percent,
        inference=run.inference,
        claims=claimed.gains,
        claimed_sets=claimed.sets,
        claimed_order=claimed.order,
    )


def _design(run: Run, seen: Observations, analysis: Analysis | None) -> DesignRecord:
    design = run.design
    return DesignRecord(
        kind=design.kind,
        factors=design.factors,
        held=design.held,
        combinations=len(design.combinations),
        blocks=len(seen.rows),
        trials_per_block=len(design.columns),
        stop_reason=run.stop_reason,
        precision_percent=run.precision_percent,
        precision_reached_percent=precision_reached(analysis).widest_percent if analysis else None,
        max_blocks=run.max_blocks,
        budget_s=run.budget_s,
        spread_s=run.spread_s,
        inference=run.inference,
        resolution=design.resolution,
        aliases=design.aliases,
    )


def _trial(run: Run, trial: Trial) -> TrialRecord:
    metrics, surroundings = trial.metrics, trial.surroundings
    return TrialRecord(
        block=trial.block,
        order=trial.order,
        on=ordered(trial.on, run.design.factors),
        metrics=TrialMetrics.model_validate(metrics, from_attributes=True) if metrics else TrialMetrics(),
        counters=Counters(**(trial.counters or {})),
        worker=trial.worker,
        surroundings=(
            SurroundingsRecord.model_validate(surroundings, from_attributes=True) if surroundings else None
        ),
        error=trial.error,
    )
