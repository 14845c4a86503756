"""The ledgers of a run's trials, by combination."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from ..analysis.ledger import Ledger, mean_ledger
from ..experiments.combination import Combination, ordered
from ..experiments.observations import TrialRow
from ..experiments.run import Run
from ..scenarios.concerns import Concern
from .ledger_record import LedgerRecord

RowLedgers = Mapping[Combination, Mapping[int, Ledger]]
"""By what was on, and by complete row: the mean where a row repeats a combination."""


def row_ledgers(run: Run, rows: Sequence[TrialRow]) -> RowLedgers:
    """Of the combinations of which sessions were recorded, in standard order."""
    kept: dict[Combination, dict[int, list[Ledger]]] = {on: {} for on in run.design.combinations}
    for number, row in enumerate(rows):
        for trial in row:
            if trial.ledger and trial.on in kept:
                kept[trial.on].setdefault(number, []).append(_by_concern(trial.ledger))
    return {
        on: {number: mean_ledger(ledgers) for number, ledgers in by_row.items()}
        for on, by_row in kept.items()
        if by_row
    }


def ledger_records(run: Run, ledgers: RowLedgers) -> tuple[LedgerRecord, ...]:
    """One for each combination that has them."""
    return tuple(
        _record(run, on, mean_ledger(list(by_row.values())), len(by_row)) for on, by_row in ledgers.items()
    )


def _record(run: Run, on: Combination, seconds: dict[Concern, float], blocks: int) -> LedgerRecord:
    sessions_s = math.fsum(seconds.values())
    return LedgerRecord(
        on=ordered(on, run.design.factors),
        blocks=blocks,
        sessions_s=sessions_s,
        seconds=seconds,
        shares={concern: part / sessions_s if sessions_s else 0.0 for concern, part in seconds.items()},
    )


def _by_concern(stored: Mapping[str, float]) -> Ledger:
    return {concern: stored.get(concern.value, 0.0) for concern in Concern}
