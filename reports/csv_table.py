"""Tidy CSV for spreadsheets, pandas and R: one row for each trial.

Columns, in this order: `run_id`, `scenario`, `block`, `order`, `worker`, `combination`; `on.SWITCH` for every
swept switch (1 or 0); the metrics and the counters by their names in the JSON document; `error`; the
surroundings by their names. What was not measured is empty.
"""

import csv
import io
from collections.abc import Sequence

from ..scenarios.wording import printable
from .combination_names import combination_names, swept_part
from .document import Document
from .trial_record import Counters, SurroundingsRecord, TrialMetrics, TrialRecord

# Spreadsheets run a cell that begins with one of these as a formula:
# https://owasp.org/www-community/attacks/CSV_Injection
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def export_csv(document: Document) -> str:
    """Header and one row for each trial, in the order they ran in their block; lines end in LF."""
    factors = document.design.factors
    names = combination_names(document)
    output = io.StringIO()
    writer = csv.writer(output, lineterminator="\n")
    writer.writerow(
        [
            *("run_id", "scenario", "block", "order", "worker", "combination"),
            *(f"on.{printable(factor)}" for factor in factors),
            *TrialMetrics.model_fields,
            *Counters.model_fields,
            "error",
            *SurroundingsRecord.model_fields,
        ]
    )
    for trial in sorted(document.trials, key=lambda trial: (trial.block, trial.order)):
        on = frozenset(swept_part(document, trial.on))
        writer.writerow(
            [
                *(_text(document.run_id), _text(document.scenario.name), trial.block, trial.order),
                *(_text(trial.worker), _text(names[on])),
                *(int(factor in on) for factor in factors),
                *trial.metrics.model_dump().values(),
                *trial.counters.model_dump().values(),
                _text(trial.error or ""),
                *_surroundings(trial),
            ]
        )
    return output.getvalue()


def _surroundings(trial: TrialRecord) -> Sequence[float | None]:
    if trial.surroundings is None:
        return [None] * len(SurroundingsRecord.model_fields)
    return list(trial.surroundings.model_dump().values())


def _text(text: str) -> str:
    guarded = f"'{text}" if text.startswith(_FORMULA_STARTS) else text
    return printable(guarded)
