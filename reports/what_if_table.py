"""Table of what would happen if: what is supposed, what it would save, and what the switch for it brought."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from rich import box
from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from ..scenarios.wording import printable
from .document import Document
from .figures import bracket, percent
from .fitting import Fitting
from .profile_names import combination_title
from .prose import Prose
from .visible_text import short_label, shortened, wrapped
from .what_if_record import WhatIfRecord
from .what_if_words import NOTE, difference_words, supposed_words, what_ifs_by_combination

_WIDTHS = ((60, 40), (44, 30), (34, 22), (24, 22))  # of a supposition, and of a switch
_NARROWEST = (15, 12)
_TITLE_WIDTH = 60


class Intervals(Enum):
    """Where they stand."""

    BESIDE = "beside"
    BELOW = "below"
    LEFT_OUT = "left out"


class Differences(Enum):
    """Whether there is room for them."""

    SHOWN = "shown"
    LEFT_OUT = "left out"


@dataclass(frozen=True, slots=True)
class Layout:
    """In terminal cells."""

    name_width: int
    switch_width: int
    intervals: Intervals
    differences: Differences = Differences.SHOWN


def what_if_table(document: Document) -> RenderableType:
    """From nothing on, beside what switches saved alone; then from everything on. The largest first."""
    parts: list[RenderableType] = []
    for on, records in what_ifs_by_combination(document).items():
        title = f"From {shortened(combination_title(document, on), _TITLE_WIDTH)}"
        error = percent(max((record.replay_error_percent for record in records), key=abs))
        words = f"{title}, where a replay that changes nothing is off by {error}:"
        parts += [Prose(Text(words, "italic")), Fitting(list(_layouts(records))), *_remarks(records), ""]
    if not parts:
        return Text("No spans were recorded, so nothing can be replayed.", "dim")
    return Group(*parts, Prose(Text(NOTE, "dim")))


def _layouts(records: Sequence[WhatIfRecord]) -> Iterator[Table]:
    """Names are broken, then intervals stand on a line of their own, then the difference goes, then they."""
    for widths in _WIDTHS:
        yield _table(records, Layout(*widths, Intervals.BESIDE))
    for widths in (*_WIDTHS[1:], _NARROWEST):
        yield _table(records, Layout(*widths, Intervals.BELOW))
    for intervals in (Intervals.BELOW, Intervals.LEFT_OUT):
        yield _table(records, Layout(*_NARROWEST, intervals, Differences.LEFT_OUT))


def _table(records: Sequence[WhatIfRecord], layout: Layout) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    columns = {
        "if": [_wrapped(supposed_words(record), layout.name_width) for record in records],
        "saves": _figures([_predicted(record) for record in records], layout.intervals),
    }
    if any(record.optimization for record in records):
        names = [short_label(record.optimization) if record.optimization else "" for record in records]
        columns["switch"] = [_wrapped(name, layout.switch_width) for name in names]
        columns["saves alone"] = _figures([_measured(record) for record in records], layout.intervals)
        if layout.differences is Differences.SHOWN:
            columns["prediction"] = [Text(difference_words(record), "dim") for record in records]
    for head in columns:
        table.add_column(head, no_wrap=True)
    for row in zip(*columns.values(), strict=True):
        table.add_row(*row)
    return table


def _wrapped(words: str, width: int) -> Text:
    return Text("\n".join(wrapped(words, width)))


def _predicted(record: WhatIfRecord) -> tuple[str, str]:
    low, high = record.predicted_low, record.predicted_high
    return percent(record.predicted_percent), "" if low is None or high is None else bracket(low, high)


def _measured(record: WhatIfRecord) -> tuple[str, str]:
    value, low, high = record.measured_percent, record.measured_low, record.measured_high
    return ("", "") if value is None or low is None or high is None else (percent(value), bracket(low, high))


def _figures(figures: Sequence[tuple[str, str]], intervals: Intervals) -> list[Text]:
    """A column: aligned where the intervals stand beside them."""
    width = max(len(figure) for figure, _ in figures)
    match intervals:
        case Intervals.BESIDE:
            return [Text.assemble(f"{figure:>{width}} ", (interval, "dim")) for figure, interval in figures]
        case Intervals.BELOW:
            return [
                Text.assemble(figure, "\n" if interval else "", (interval, "dim"))
                for figure, interval in figures
            ]
        case Intervals.LEFT_OUT:
            return [Text(figure) for figure, _ in figures]


def _remarks(records: Sequence[WhatIfRecord]) -> Iterator[RenderableType]:
    """Why the two lie apart, where they do."""
    for record in records:
        if record.optimization and record.difference_points is not None and record.remarks:
            remarks = "; ".join(map(printable, record.remarks))
            yield Prose(Text.assemble((f"{short_label(record.optimization)}: ", "bold"), remarks))
