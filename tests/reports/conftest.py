"""Documents of every kind, simulated with a fixed seed: the same numbers on every machine."""

import io
import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from itertools import combinations as subsets
from random import Random
from statistics import NormalDist, fmean, median, median_low, stdev

import pytest
from rich.console import Console, RenderableType

from agentperf.analysis.verdicts import Verdict
from agentperf.experiments.run import StopReason
from agentperf.reports.advice_record import ClaimRecord, PlanStep, PriceRecord
from agentperf.reports.combination_record import CombinationMetrics, CombinationRecord
from agentperf.reports.document import Document
from agentperf.reports.effect_record import EffectRecord, InteractionRecord, OptimizationRecord
from agentperf.reports.enumerations import ClaimVerdict, Status
from agentperf.reports.record import Interval
from agentperf.reports.run_record import DesignRecord, EnvironmentRecord, NoiseRecord, ScenarioRecord
from agentperf.reports.trial_record import Counters, TrialMetrics, TrialRecord
from agentperf.scenarios.choices import DesignKind, Metric

BLOCKS = 10
SEED = 7
STUDENT_T = 2.2622  # 97.5 % quantile, 9 degrees of freedom
THRESHOLD_PERCENT = 1.0

Combination = frozenset[str]
Logs = Mapping[Combination, Sequence[float]]

REALISTIC = {"parallelism": -0.45, "pooling": -0.30, "lazy_validation": -0.004}
SIX = {
    "parallelism": -0.45,
    "websocket_suppression": -0.11,
    "batched_persistence": -0.35,
    "lazy_validation": -0.03,
    "pooling": -0.30,
    "async_monitoring": 0.05,
}
HOSTILE_NAMES = (
    "<script>alert(1)</script>",
    "[bold red]not bold[/]",
    '=cmd("calc")|\'`quoted`',
    "two\nlines \x1b[31mred\x1b[0m \x9b2J \u202erorrim",
    "very_long_" + 30 * "and_longer_" + "end",
)


def everything_of(factors: Sequence[str]) -> list[Combination]:
    return [frozenset(on) for size in range(len(factors) + 1) for on in subsets(factors, size)]


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
            precision_percent=5.0,
        ),
        metric=metric,
        threshold_percent=THRESHOLD_PERCENT,
        time_scale=time_scale,
        noise=NoiseRecord(trial_sd_percent=3.1, clipped_share=0.0125, lag1_autocorrelation=0.08),
        effects=tuple(optimization(factor, factors, logs) for factor in factors),
        interactions=tuple(
            InteractionRecord(optimizations=pair, ratio=1.02, ratio_low=0.98, ratio_high=1.06, p_adjusted=0.6)
            for pair in subsets(factors, 2)
        ),
        combinations=tuple(combination(cell, factors, logs, trials) for cell in cells),
        plan=tuple(plan(factors, logs)),
        claims=(
            ClaimRecord(
                claim=factors[0],
                claimed_low=50,
                claimed_high=50,
                measured_percent=36.1,
                low=34.0,
                high=38.0,
                time_scale=time_scale,
                verdict=ClaimVerdict.OVERSTATED,
            ),
        ),
        price=(
            PriceRecord(optimization=factors[-1], steps_lost_on_crash=7.5, note="steps since the last save"),
        ),
        trials=tuple(trials),
        warnings=("the CPU governor is powersave: set it to performance",),
    )


def simulated_trials(
    gains: Mapping[str, float], cells: Sequence[Combination], slowdown: float
) -> Sequence[TrialRecord]:
    random = Random(SEED)
    trials = []
    for block in range(BLOCKS):
        speed = random.gauss(0, 0.07)
        order = random.sample(range(len(cells)), len(cells))
        for cell, place in zip(cells, order, strict=True):
            log = speed + sum(gains[switch] for switch in cell) + random.gauss(0, 0.03)
            if {"pooling", "batched_persistence"} <= cell:
                log -= 0.9 * gains["pooling"]
            trials.append(trial(cell, tuple(gains), block, place, 0.412 * slowdown * math.exp(log)))
    return trials


def trial(cell: Combination, factors: Sequence[str], block: int, place: int, wall_s: float) -> TrialRecord:
    writes = 8 if "batched_persistence" in cell else 24
    return TrialRecord(
        block=block,
        order=place,
        on=tuple(factor for factor in factors if factor in cell),
        metrics=TrialMetrics(
            wall_s=wall_s,
            settled_s=wall_s * 1.04,
            cpu_s=wall_s * 0.31,
            latency_p50_s=wall_s,
            latency_p95_s=wall_s * 1.2,
            latency_p99_s=wall_s * 1.3,
            throughput_per_s=1 / wall_s,
            peak_memory_bytes=52_000_000 + block,
            loop_lag_max_s=0.0021,
        ),
        counters=Counters(
            commits=writes // 8 if "batched_persistence" in cell else writes,
            rows_written=192,
            bytes_written=1_204_992,
            connections_opened=1 if "pooling" in cell else writes,
            frames_sent=0 if "websocket_suppression" in cell else 120,
            bytes_sent=0 if "websocket_suppression" in cell else 61_440,
            validations=9 if "lazy_validation" in cell else 40,
            monitoring_records=16,
            fsyncs=16 + writes,
        ),
        worker="pid 4711",
    )


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


def plan(factors: Sequence[str], logs: Logs) -> Sequence[PlanStep]:
    """The greedy path over the cells as measured."""
    chosen: list[str] = []
    steps: list[PlanStep] = []
    best = min(fmean(difference(logs, cell, frozenset())) for cell in logs)
    while len(chosen) < len(factors):
        rest = [factor for factor in factors if factor not in chosen]
        chosen.append(min(rest, key=lambda factor: fmean(logs[frozenset({*chosen, factor})])))
        gain = effect(difference(logs, frozenset(chosen), frozenset()))
        enough = math.log(gain.ratio) <= 0.95 * best and not any(step.enough for step in steps)
        steps.append(
            PlanStep(
                add=chosen[-1],
                cumulative_improvement_percent=gain.improvement_percent,
                low=gain.improvement_low,
                high=gain.improvement_high,
                enough=enough,
            )
        )
    return steps


def changed(document: Document, **changes: object) -> Document:
    """A copy with other fields, validated again."""
    return Document.model_validate(document.model_dump() | changes)


def renamed(document: Document, names: Sequence[str]) -> Document:
    """The same run with other names of switches, of the scenario, and of all else a user can name."""
    new = dict(zip(document.design.factors, names, strict=True))

    def rename(value: object) -> object:
        if isinstance(value, dict):
            return {key: rename(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [rename(item) for item in value]
        return new.get(value, value) if isinstance(value, str) else value

    renamed_document = rename(document.model_dump())
    assert isinstance(renamed_document, dict)
    everything = " ".join(names)
    renamed_document["scenario"] |= {"name": everything, "document": {"name": everything}}
    renamed_document |= {"warnings": [everything]}
    renamed_document["trials"][0] |= {"worker": names[2]}
    renamed_document["trials"][1] |= {"error": everything}
    return Document.model_validate(renamed_document)


def hostile() -> Document:
    """A user's own runtime that counts nothing, every name of which wants to be something else."""
    document = simulated(dict(zip(("a", "b", "c", "d", "e"), SIX.values(), strict=False)), time_scale=1)
    nothing_counted = [{**trial.model_dump(), "counters": {}} for trial in document.trials]
    nothing_counted_in = [{**record.model_dump(), "counters": {}} for record in document.combinations]
    return renamed(changed(document, trials=nothing_counted, combinations=nothing_counted_in), HOSTILE_NAMES)


def unfinished() -> Document:
    """Interrupted within the first block."""
    document = simulated(REALISTIC)
    design = {**document.design.model_dump(), "blocks": 0, "stop_reason": StopReason.INTERRUPTED}
    return changed(
        document,
        status=Status.INTERRUPTED,
        design=design,
        noise={},
        effects=[],
        interactions=[],
        combinations=[],
        plan=[],
        claims=[],
        price=[],
        trials=document.trials[:5],
    )


def empty() -> Document:
    """Interrupted before the first trial ended."""
    return changed(unfinished(), trials=[])


def failed() -> Document:
    """Trials that failed, --on-error continue."""
    document = simulated(REALISTIC)
    broken = TrialRecord(
        block=3,
        order=2,
        on=(),
        metrics=TrialMetrics(),
        counters=Counters(),
        worker="pid 1",
        error="ValueError: no",
    )
    return changed(document, status=Status.FAILED, trials=[*document.trials, broken])


def screening() -> Document:
    """One at a time: no average, no last, no plan."""
    document = simulated(REALISTIC)
    effects = [{**record.model_dump(), "average": None, "last": None} for record in document.effects]
    listed = [record for record in document.combinations if len(record.on) < 2]
    design = {**document.design.model_dump(), "kind": "one-at-a-time", "combinations": len(listed)}
    trials = [trial for trial in document.trials if len(trial.on) < 2]
    return changed(document, effects=effects, combinations=listed, design=design, plan=[], trials=trials)


def running() -> Document:
    document = simulated(SIX)
    return changed(
        document, status=Status.RUNNING, design={**document.design.model_dump(), "stop_reason": None}
    )


def one_value() -> Document:
    """One block: values, but nothing to estimate an interval from."""
    document = simulated(REALISTIC)
    unknown = {"improvement_percent": None, "improvement_low": None, "improvement_high": None}
    return changed(
        document,
        design={**document.design.model_dump(), "blocks": 1},
        noise={},
        effects=[
            {"optimization": factor, "alone": None, "average": None, "last": None}
            for factor in document.design.factors
        ],
        combinations=[record.model_dump() | unknown for record in document.combinations],
        plan=[],
        trials=[trial for trial in document.trials if trial.block == 0],
    )


DOCUMENTS: Mapping[str, Callable[[], Document]] = {
    "realistic": lambda: simulated(REALISTIC),
    "slower": lambda: simulated({name: gain / 8 for name, gain in REALISTIC.items()}, slowdown=2.0),
    "one_switch": lambda: simulated({"pooling": -0.3}),
    "six_switches": lambda: simulated(SIX),
    "throughput": lambda: simulated(REALISTIC, metric=Metric.THROUGHPUT),
    "hostile": hostile,
    "failed": failed,
    "screening": screening,
    "running": running,
    "one_value": one_value,
    "unfinished": unfinished,
    "empty": empty,
}


Documents = Callable[[str], Document]
Printed = Callable[[RenderableType, int], str]


@cache
def document_of(kind: str) -> Document:
    return DOCUMENTS[kind]()


@pytest.fixture(params=DOCUMENTS)
def any_document(request: pytest.FixtureRequest) -> Document:
    """Every kind of document there is, one after the other."""
    return document_of(request.param)


@pytest.fixture
def documents() -> Documents:
    """A document by its kind."""
    return document_of


@pytest.fixture
def printed() -> Printed:
    """What a terminal without colours shows, at a width."""

    def text(renderable: RenderableType, width: int) -> str:
        console = Console(width=width, file=io.StringIO(), color_system=None)
        with console.capture() as capture:
            console.print(renderable)
        return capture.get()

    return text
