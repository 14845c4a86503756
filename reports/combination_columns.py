"""The figures of a table of combinations: gain, time, and the counts that explain them."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from ..scenarios.choices import Metric
from .combination_names import swept_part
from .combination_record import CombinationRecord
from .document import Document
from .figures import bracket, count, percent, size_scale_of, time_scale_of
from .record import Interval

COUNTERS = {
    "commits": "commits",
    "connections_opened": "connections",
    "frames_sent": "frames",
    "validations": "validations",
    "fsyncs": "fsyncs",
    "monitoring_records": "records",
    "rows_written": "rows",
    "bytes_written": "bytes written",
    "bytes_sent": "bytes sent",
}
"""What a reader calls each count, the most telling first."""


@dataclass(frozen=True, slots=True)
class Column:
    """A heading and one cell for each combination; missing figures are empty."""

    heading: str
    cells: tuple[str, ...]


def ranked(document: Document) -> Sequence[CombinationRecord]:
    """The combinations, the largest gain first; those without one by their times, last."""

    def place(record: CombinationRecord) -> tuple[float, float]:
        gain, time = record.improvement_percent, record.metrics.analysed_s(document.metric)
        return (math.inf if gain is None else -gain), (time.median if time else math.inf)

    return sorted(document.combinations, key=place)


def gain_column(document: Document, records: Sequence[CombinationRecord]) -> Column:
    """Improvement against nothing on, with its interval, figures aligned."""
    width = max((len(percent(record.improvement_percent or 0.0)) for record in records), default=0)

    def cell(record: CombinationRecord) -> str:
        value, low, high = record.improvement_percent, record.improvement_low, record.improvement_high
        if not swept_part(document, record.on):
            return "reference"
        if value is None or low is None or high is None:
            return ""
        return f"{percent(value):>{width}} {bracket(low, high)}"

    return Column("saves", tuple(map(cell, records)))


def time_columns(document: Document, records: Sequence[CombinationRecord]) -> tuple[Column, Column]:
    """The analysed metric, in one unit for all: its median, and its median with the interval."""
    intervals = [record.metrics.analysed_s(document.metric) for record in records]
    scale = time_scale_of(interval.median for interval in intervals if interval)
    title = "per session" if document.metric is Metric.THROUGHPUT else document.metric.value.replace("_", " ")
    heading = f"{title} ({scale.unit})"

    def ends(interval: Interval | None) -> str:
        if interval is None or interval.low is None or interval.high is None:
            return ""
        return f" [{scale(interval.low)}, {scale(interval.high)}]"

    medians = tuple(scale(interval.median) if interval else "" for interval in intervals)
    width = max((len(ends(interval)) for interval in intervals), default=0)
    with_ends = (
        f"{median}{ends(interval):{width}}" for median, interval in zip(medians, intervals, strict=True)
    )
    return Column(heading, medians), Column(heading, tuple(with_ends))


def counter_columns(document: Document, records: Sequence[CombinationRecord]) -> Sequence[Column]:
    """The counters that differ between combinations: one that never does explains nothing."""
    return [
        Column(heading, tuple("" if value is None else count(value) for value in _counts(records, field)))
        for field, heading in COUNTERS.items()
        if len(set(_counts(document.combinations, field))) > 1
    ]


def constant_counters(document: Document) -> Sequence[tuple[str, int]]:
    """The counters that are the same under every combination, by heading."""
    found = []
    for field, heading in COUNTERS.items():
        values = set(_counts(document.combinations, field))
        only = values.pop() if len(values) == 1 else None
        if only is not None:
            found.append((heading, only))
    return found


def memory_column(records: Sequence[CombinationRecord]) -> Sequence[Column]:
    """Median of the peak memory, if it was measured."""
    peaks = [record.metrics.peak_memory_bytes for record in records]
    if not any(peaks):
        return ()
    scale = size_scale_of(peak.median for peak in peaks if peak)
    return (
        Column(f"peak memory ({scale.unit})", tuple(scale(peak.median) if peak else "" for peak in peaks)),
    )


def _counts(records: Sequence[CombinationRecord], field: str) -> Sequence[int | None]:
    return [getattr(record.counters, field) for record in records]
