"""The table of what would happen if: what is supposed, what it would save, and what a switch brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ...scenarios.wording import listed
from ..combination_names import combination_words
from ..document import Document
from ..figures import bracket, percent, points
from ..fragments import Fragment
from ..what_if_record import Supposition, WhatIfRecord


@dataclass(frozen=True, slots=True)
class WhatIfRow:
    """A supposition in words; `switch` is empty where there is none to compare with."""

    supposed: str
    predicted: str
    predicted_interval: str
    value: float
    switch: str
    measured: str
    measured_interval: str
    measured_value: float | None
    difference: str
    remarks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class WhatIfTable:
    """The suppositions about sessions that were recorded under one combination."""

    words: tuple[Fragment, ...]
    rows: tuple[WhatIfRow, ...]
    replay_error: str

    @property
    def has_switches(self) -> bool:
        """Whether there is anything to compare a prediction with."""
        return any(row.switch for row in self.rows)


def what_if_tables(document: Document) -> Sequence[WhatIfTable]:
    """One for each combination, the suppositions that save most first; empty where nothing was recorded."""
    by_on: dict[tuple[str, ...], list[WhatIfRecord]] = {}
    for record in document.what_if:
        by_on.setdefault(record.on, []).append(record)
    return [
        WhatIfTable(
            combination_words(document, on),
            tuple(_row(one) for one in sorted(records, key=lambda one: -one.predicted_percent)),
            percent(max(abs(one.replay_error_percent) for one in records)),
        )
        for on, records in by_on.items()
    ]


def supposed_words(record: WhatIfRecord) -> str:
    """persistence took no time"""
    what = listed([concern.value for concern in record.concerns], "and") if record.concerns else ""
    match record.supposition:
        case Supposition.NO_TIME:
            return f"{what} took no time"
        case Supposition.ONE_COMMIT:
            return f"{what} took the time of one commit"
        case Supposition.BY_NEEDS:
            return "each step started as soon as those it needs had ended"


def _row(record: WhatIfRecord) -> WhatIfRow:
    low, high = record.predicted_low, record.predicted_high
    measured_low, measured_high = record.measured_low, record.measured_high
    measured, difference = record.measured_percent, record.difference_points
    return WhatIfRow(
        supposed_words(record),
        percent(record.predicted_percent),
        "" if low is None or high is None else bracket(low, high),
        record.predicted_percent,
        record.optimization or "",
        "" if measured is None else percent(measured),
        "" if measured_low is None or measured_high is None else bracket(measured_low, measured_high),
        measured,
        "" if difference is None else _difference(difference),
        tuple(one.replace("->", "\N{RIGHTWARDS ARROW}") for one in record.remarks),
    )


def _difference(by_points: float) -> str:
    """How the prediction lies beside the measurement."""
    return f"{points(abs(by_points))} {'more' if by_points > 0 else 'less'} than measured"
