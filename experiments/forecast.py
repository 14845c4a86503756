"""How long a run will take and what it will know, as far as can be told before it begins."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..agents.graph import StepGraph
from ..analysis.contrasts import Row, alone, average, last
from ..analysis.layout import Layout
from ..analysis.stopping import Precision, blocks_needed
from ..analysis.student import critical_t
from ..scenarios.choices import Isolation
from ..scenarios.optimizations import Optimization
from ..scenarios.schema import Latency, Scenario, Step
from .run import Run

# Of the log time of a trial, as long as none is measured: a quiet machine's is 3 %, a busy one's 25 %.
ASSUMED_SD = 0.1
# Measured on a slow two-core machine; only a first guess, and replaced by the first block's own time.
WORKER_START_S = 1.5
TRIAL_SETUP_S = 0.01
OVERHEAD_PER_WRITE_S = 0.001
QUANTILES = tuple((part + 0.5) / 20 for part in range(20))


@dataclass(frozen=True, slots=True)
class Forecast:
    """`trials` include the discarded ones. `duration_s` is None for a user's own runtime."""

    trials: int
    duration_s: float | None


@dataclass(frozen=True, slots=True)
class ExpectedPrecision:
    """Log half-widths to expect of 95 % intervals, of the switch that is known worst; None where the design
    can't tell. `alone_or_last` is of the wider of the two."""

    average: float | None
    alone_or_last: float | None


def forecast(run: Run, scenario: Scenario, blocks: int) -> Forecast:
    """What so many blocks of the run come to: physical blocks, of which a rotation has several."""
    in_block = len(run.design.columns) / len(run.design.parts)
    workers = blocks * (1 if run.isolation is Isolation.BLOCK else in_block)
    trials = round(blocks * in_block + workers * run.warmup)
    if scenario.runtime:
        return Forecast(trials, None)
    waits = [_wait_s(step) * run.time_scale + step.cpu for step in scenario.steps]
    one_by_one, at_once = sum(waits), _critical_path_s(scenario, waits)
    held = Optimization.PARALLELISM in run.design.held
    columns = run.design.columns
    share = sum(Optimization.PARALLELISM in on for on in columns) / len(columns)
    session = at_once if held else share * at_once + (1 - share) * one_by_one
    session += len(scenario.steps) * scenario.persistence.writes_per_step * OVERHEAD_PER_WRITE_S / 2
    rounds = scenario.load.sessions / scenario.load.concurrency
    if scenario.load.arrival_rate:
        rounds = max(1.0, scenario.load.sessions / scenario.load.arrival_rate * run.time_scale / session)
    return Forecast(trials, workers * WORKER_START_S + trials * (TRIAL_SETUP_S + rounds * session))


def expected_precision(run: Run, rows: int) -> ExpectedPrecision | None:
    """What intervals made from `rows` (two or more) will be like if trials scatter by ASSUMED_SD, and effects
    are the same in all blocks. None where the design answers none of the questions.

    A question is a row of weights w on the log times of a block, so its standard error is sd √(Σw² / rows).
    """
    factors, layout = run.design.factors, Layout.of(run.design.columns, run.design.factors, run.design.strata)
    error = critical_t(rows, run.inference) * ASSUMED_SD / math.sqrt(rows)
    averages = _widest([average(layout, factor) for factor in factors])
    others = _widest([question(layout, factor) for factor in factors for question in (alone, last)])
    if averages is None and others is None:
        return None
    return ExpectedPrecision(
        None if averages is None else averages * error, None if others is None else others * error
    )


def expected_rows(run: Run, fewest: int, *, alone_too: bool) -> int | None:
    """How many rows it will take to reach the precision asked for, if trials scatter by ASSUMED_SD.

    At least `fewest`. None where none is asked for, and where no number of rows would do.
    """
    expected = expected_precision(run, fewest) if run.precision_percent is not None else None
    if expected is None or run.precision_percent is None:
        return None
    asked = [expected.average, expected.alone_or_last if alone_too or expected.average is None else None]
    widest = max((width for width in asked if width is not None), default=None)
    if widest is None or not math.isfinite(widest):
        return None
    return blocks_needed(Precision(100 * widest, None), run.precision_percent, fewest, run.inference)


def _widest(questions: Sequence[Row | None]) -> float | None:
    """The largest √Σw² of those that can be asked."""
    norms = [float(np.linalg.norm(row)) for row in questions if row is not None]
    return max(norms, default=None)


def _wait_s(step: Step) -> float:
    return sum(_mean_s(wait.latency) for wait in (step.llm, step.tool) if wait)


def _mean_s(latency: Latency) -> float:
    return sum(map(latency.quantile, QUANTILES)) / len(QUANTILES)


def _critical_path_s(scenario: Scenario, waits: Sequence[float]) -> float:
    """The longest chain of steps; `waits` in the order of the scenario's steps."""
    by_name = {step.agent: wait for step, wait in zip(scenario.steps, waits, strict=True)}
    graph = StepGraph.of(scenario.steps, 0)
    ends: list[float] = []
    for step, needs in zip(graph.steps, graph.needs, strict=True):
        ends.append(by_name[step.agent] + max((ends[need] for need in needs), default=0.0))
    return max(ends, default=0.0)
