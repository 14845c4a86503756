"""The trials of a run as the analysis sees them: a row is a block or a rotation, a column one trial of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..scenarios.choices import Metric
from .combination import Combination
from .design import Part
from .run import Run
from .trial import Trial

TrialRow = tuple[Trial, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Observations:
    """Three views of the complete rows, each of shape (rows, columns), columns as in Design.columns.

    `log_times` are natural logs of a metric of which less is better; `places` the places at which the trials
    ran in their blocks, from 0; `rows` the trials themselves.
    """

    log_times: NDArray[np.float64]
    places: NDArray[np.int64]
    rows: tuple[TrialRow, ...]


def observations(run: Run, trials: Iterable[Trial], metric: Metric) -> Observations:
    """What the complete rows say of the metric; throughput as the log of seconds per session."""
    rows = complete_rows(run, trials)
    shape = (len(rows), len(run.design.columns))
    logs = np.log(np.array([_values(row, metric.field) for row in rows], dtype=float)).reshape(shape)
    places = np.array([[trial.order for trial in row] for row in rows], dtype=np.int64).reshape(shape)
    return Observations(-logs if metric is Metric.THROUGHPUT else logs, places, rows)


def complete_rows(run: Run, trials: Iterable[Trial]) -> tuple[TrialRow, ...]:
    """The trials of each row in which every column was measured; repeats in the order in which they ran."""
    measured: dict[int, dict[Combination, list[Trial]]] = {}
    for trial in sorted(trials, key=lambda trial: (trial.block, trial.order)):
        if trial.metrics:
            measured.setdefault(trial.block, {}).setdefault(trial.on, []).append(trial)
    parts = run.design.parts
    numbers = sorted({block // len(parts) for block in measured})
    rows = (
        _row(parts, [measured.get(number * len(parts) + part, {}) for part in range(len(parts))])
        for number in numbers
    )
    return tuple(row for row in rows if row is not None)


def _row(parts: tuple[Part, ...], blocks: list[dict[Combination, list[Trial]]]) -> TrialRow | None:
    """None where a trial is missing."""
    found: list[Trial] = []
    for part, block in zip(parts, blocks, strict=True):
        left = {on: iter(trials) for on, trials in block.items()}
        for on in part:
            trial = next(left.get(on, iter(())), None)
            if trial is None:
                return None
            found.append(trial)
    return tuple(found)


def _values(row: TrialRow, field: str) -> list[float]:
    return [getattr(trial.metrics, field) for trial in row]
