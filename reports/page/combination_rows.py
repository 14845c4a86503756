"""The table of combinations: which switches are on, what that saves, and the counts that explain it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ..combination_columns import (
    COUNTERS,
    constant_counters,
    counter_columns,
    gain_column,
    memory_column,
    ranked,
    time_columns,
)
from ..combination_names import combination_words
from ..combination_record import CombinationRecord
from ..document import Document
from ..figures import count
from ..fragments import Fragment
from .axis import Axis, axis_of
from .interval_mark import IntervalMark, interval_mark, tone_of


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure as it is read, and the number it is sorted by; None is sorted last."""

    text: str
    value: float | None


@dataclass(frozen=True, slots=True)
class CombinationRow:
    """`on` says for each swept switch whether it is on."""

    words: tuple[Fragment, ...]
    on: tuple[bool, ...]
    gain: Cell
    mark: IntervalMark | None
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class CombinationTable:
    """Rows with the largest gain first."""

    switches: tuple[str, ...]
    axis: Axis
    headings: tuple[str, ...]
    rows: tuple[CombinationRow, ...]
    constant: str
    """The counts that are the same in every row, in words; empty where there are none."""


def combination_table(document: Document) -> CombinationTable | None:
    """None before the first block is complete."""
    if not document.combinations or not document.design.blocks:
        return None
    records = ranked(document)
    axis = axis_of(filter(None, map(_interval, records)))
    gain = gain_column(document, records)
    _, time = time_columns(document, records)
    counters, memory = counter_columns(document, records), memory_column(records)
    values = [_time_values(document, records)]
    values += [_counter_values(records, column.heading) for column in counters]
    values += [_memory_values(records) for _ in memory]
    columns = [time, *counters, *memory]
    rows = tuple(
        CombinationRow(
            combination_words(document, record.on),
            tuple(switch in record.on for switch in document.design.factors),
            Cell(gain.cells[number].strip(), record.improvement_percent),
            _mark(axis, record, gain.cells[number].strip()),
            tuple(
                Cell(column.cells[number].strip(), value[number])
                for column, value in zip(columns, values, strict=True)
            ),
        )
        for number, record in enumerate(records)
    )
    constant = ", ".join(f"{heading} {count(value)}" for heading, value in constant_counters(document))
    headings = tuple(column.heading for column in columns)
    return CombinationTable(document.design.factors, axis, headings, rows, constant)


def _interval(record: CombinationRecord) -> tuple[float, float, float] | None:
    low, value, high = record.improvement_low, record.improvement_percent, record.improvement_high
    return None if low is None or value is None or high is None else (low, value, high)


def _mark(axis: Axis, record: CombinationRecord, words: str) -> IntervalMark | None:
    interval = _interval(record)
    if interval is None or words == "reference":
        return None
    return interval_mark(axis, interval, tone_of(interval), f"saves {words}")


def _time_values(document: Document, records: Sequence[CombinationRecord]) -> list[float | None]:
    intervals = [record.metrics.analysed_s(document.metric) for record in records]
    return [interval.median if interval else None for interval in intervals]


def _counter_values(records: Sequence[CombinationRecord], heading: str) -> list[float | None]:
    (field,) = (field for field, words in COUNTERS.items() if words == heading)
    return [getattr(record.counters, field) for record in records]


def _memory_values(records: Sequence[CombinationRecord]) -> list[float | None]:
    peaks = [record.metrics.peak_memory_bytes for record in records]
    return [peak.median if peak else None for peak in peaks]
