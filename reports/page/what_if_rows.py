"""The table of what would happen if: what is supposed, what it would save, and what a switch brought."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..combination_names import combination_phrase
from ..document import Document
from ..figures import bracket, percent
from ..fragments import Fragment
from ..what_if_record import WhatIfRecord
from ..what_if_words import difference_words, supposed_words, what_ifs_by_combination


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
        """Whether there are any that are meant to bring it."""
        return any(row.switch for row in self.rows)

    @property
    def has_measured(self) -> bool:
        """Whether there is anything to compare a prediction with."""
        return any(row.measured for row in self.rows)


def what_if_tables(document: Document) -> Sequence[WhatIfTable]:
    """One for each combination, the suppositions that save most first; empty where nothing was recorded."""
    return [
        WhatIfTable(
            combination_phrase(document, on),
            tuple(map(_row, records)),
            percent(max(abs(one.replay_error_percent) for one in records)),
        )
        for on, records in what_ifs_by_combination(document).items()
    ]


def _row(record: WhatIfRecord) -> WhatIfRow:
    low, high = record.predicted_low, record.predicted_high
    measured_low, measured_high = record.measured_low, record.measured_high
    measured, difference = record.measured_percent, difference_words(record)
    return WhatIfRow(
        supposed_words(record),
        percent(record.predicted_percent),
        "" if low is None or high is None else bracket(low, high),
        record.predicted_percent,
        record.optimization or "",
        "" if measured is None else percent(measured),
        "" if measured_low is None or measured_high is None else bracket(measured_low, measured_high),
        measured,
        f"{difference} than measured" if difference else "",
        tuple(one.replace("->", "\N{RIGHTWARDS ARROW}") for one in record.remarks),
    )
