"""The document of simulated trials."""

import math
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import combinations as subsets
from statistics import fmean

from agentperf.experiments.run import StopReason
from agentperf.reports.advice_record import PriceRecord
from agentperf.reports.design_record import DesignRecord, NoiseRecord
from agentperf.reports.document import Document
from agentperf.reports.enumerations import Status
from agentperf.reports.run_record import EnvironmentRecord, ScenarioRecord
from agentperf.scenarios.choices import DesignKind, Metric

from .simulated_advice import claimed_order, claims, plan, shares, sufficient
from .simulated_findings import THRESHOLD_PERCENT, combination, interaction, optimization
from .simulated_ledgers import ledgers, what_if
from .simulated_trials import BLOCKS, SEED, everything_of, simulated_trials

REALISTIC = {"parallelism": -0.45, "pooling": -0.30, "lazy_validation": -0.004}
SIX = {
    "parallelism": -0.45,
    "websocket_suppression": -0.11,
    "batched_persistence": -0.35,
    "lazy_validation": -0.03,
    "pooling": -0.30,
    "async_monitoring": 0.05,
}


def simulated(
    gains: Mapping[str, float],
    *,
    metric: Metric = Metric.WALL,
    time_scale: float = 0.01,
    slowdown: float = 1.0,
) -> Document:
    """A complete full factorial, ten blocks, 3 % noise; pooling wins little beside batched writes."""
    factors = tuple(gains)
    cells = everything_of(factors)
    trials = list(simulated_trials(gains, cells, slowdown))
    measured = {
        cell: [
            trial.metrics.analysed_s(metric) or math.nan for trial in trials if frozenset(trial.on) == cell
        ]
        for cell in cells
    }
    logs = {cell: [math.log(value) for value in values] for cell, values in measured.items()}
    seconds = {cell: math.exp(fmean(values)) for cell, values in logs.items()}
    effects = tuple(optimization(factor, factors, logs) for factor in factors)
    return Document(
        run_id="20261122-154621-7f3a",
        created_at=datetime(2026, 11, 22, 15, 46, 21, tzinfo=UTC),
        agentperf_version="0.1.0",
        status=Status.COMPLETE,
        scenario=ScenarioRecord(
            name="support-triage",
            digest="d" * 64,
            workload_digest="w" * 64,
            document={"name": "support-triage"},
        ),
        environment=EnvironmentRecord(
            hostname="bench-1", system="Linux", cpu_model="Example CPU", cpu_count=2, python_version="3.12.3"
        ),
        seed=SEED,
        design=DesignRecord(
            kind=DesignKind.FULL,
            factors=factors,
            held=(),
            combinations=len(cells),
            blocks=BLOCKS,
            stop_reason=StopReason.PRECISION,
            trials_per_block=len(cells),
            precision_percent=5.0,
            precision_reached_percent=1.9,
        ),
        metric=metric,
        threshold_percent=THRESHOLD_PERCENT,
        time_scale=time_scale,
        noise=NoiseRecord(
            trial_sd_percent=3.1,
            clipped_share=0.0125,
            lag1_autocorrelation=0.08,
            trend_percent=0.4,
            trend_low=-0.3,
            trend_high=1.1,
        ),
        effects=effects,
        interactions=tuple(interaction(pair, logs, seconds) for pair in subsets(factors, 2)),
        combinations=tuple(combination(cell, factors, logs, trials) for cell in cells),
        plan=tuple(plan(factors, logs)),
        sufficient_sets=sufficient(factors, logs),
        shares=shares(factors, logs),
        claims=claims(factors, logs, time_scale),
        claimed_order=claimed_order(factors, logs),
        ledgers=tuple(ledgers(factors, cells, trials)),
        what_if=tuple(what_if(factors, effects)),
        price=(
            PriceRecord(optimization=factors[-1], steps_lost_on_crash=7.5, note="steps since the last save"),
        ),
        trials=tuple(trials),
        warnings=("the CPU governor is powersave: set it to performance",),
    )
