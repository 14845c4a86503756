"""Table of the combinations, the best first, with the counts that explain their times."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum

from rich import box
from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType, RenderResult
from rich.measure import Measurement
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from .combination_columns import (
    Column,
    constant_counters,
    counter_columns,
    gain_column,
    memory_column,
    ranked,
    time_columns,
)
from .combination_names import combination_words, swept_part
from .combination_record import CombinationRecord
from .document import Document
from .figures import count
from .fragments import plain_sentence
from .visible_text import wrapped

_HEADING = "combination"
_TOP = 10
_NAME_WIDTH = 28
_NARROW_NAME_WIDTH = len(_HEADING)
_BAR_WIDTH = 12
_COUNTERS_BEFORE_BAR = 5


class Detail(Enum):
    """How much of a long table is shown."""

    TOP = "top"
    ALL = "all"


def combinations_table(document: Document, detail: Detail = Detail.TOP) -> RenderableType:
    """The best ten with nothing on and everything on among them, or all; takes the width it is printed in."""
    every = ranked(document)
    shown = every if detail is Detail.ALL else top(document, every)
    notes = []
    if len(shown) < len(every):
        notes.append(f"-v shows the other {len(every) - len(shown)}.")
    constant = constant_counters(document)
    if constant:
        listed = ", ".join(f"{heading} {count(value)}" for heading, value in constant)
        notes.append(f"The same under every combination: {listed}.")
    return Group(_CombinationsTable(document, shown), *(Text(note, "dim") for note in notes))


def top(document: Document, every: Sequence[CombinationRecord]) -> Sequence[CombinationRecord]:
    """The best, and always the two ends of the scale: nothing on and everything on."""

    def is_end(record: CombinationRecord) -> bool:
        return len(swept_part(document, record.on)) in (0, len(document.design.factors))

    ends = [record for record in every if is_end(record)]
    best = [record for record in every if not is_end(record)][: _TOP - len(ends)]
    return [record for record in every if record in ends or record in best]


@dataclass(frozen=True, slots=True)
class _CombinationsTable:
    document: Document
    shown: Sequence[CombinationRecord]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        unbounded = options.update(width=10_000)
        longest = max(map(cell_len, [_HEADING, *self._words()]))
        name_width = min(longest, _NAME_WIDTH)

        def slack(layout: "_Layout") -> int:
            table = self._table(layout, name_width)
            return options.max_width - Measurement.get(console, unbounded, table).maximum

        *rich_layouts, plainest = self._layouts()
        layout = next((layout for layout in rich_layouts if slack(layout) >= 0), plainest)
        yield self._table(layout, max(min(longest, name_width + slack(layout)), _NARROW_NAME_WIDTH))

    def _layouts(self) -> Iterator["_Layout"]:
        """From everything down to the gain alone. The bar gives way before the first counters do."""
        gain, counters = gain_column(self.document, self.shown), counter_columns(self.document, self.shown)
        median, with_interval = time_columns(self.document, self.shown)
        extras = [*counters, *memory_column(self.shown)]
        enough = min(_COUNTERS_BEFORE_BAR, len(counters))
        for time in (with_interval, median):
            for number in range(len(extras), enough - 1, -1):
                yield _Layout((gain, time, *extras[:number]), _BAR_WIDTH)
        for number in range(enough, -1, -1):
            yield _Layout((gain, median, *extras[:number]), 0)
        yield _Layout((gain,), 0)

    def _table(self, layout: "_Layout", name_width: int) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column(_HEADING, no_wrap=True, width=name_width)
        for number, column in enumerate(layout.columns):
            table.add_column(column.heading, justify="left" if number == 0 else "right", no_wrap=True)
            if number == 1 and layout.bar_width:
                table.add_column("", width=layout.bar_width)
        slowest_s = max((time_s for record in self.shown if (time_s := self._time_s(record))), default=1.0)
        for number, (record, words) in enumerate(zip(self.shown, self._words(), strict=True)):
            cells: list[RenderableType] = [Text("\n".join(wrapped(words, name_width)))]
            cells += [Text(column.cells[number]) for column in layout.columns]
            if layout.bar_width:
                cells.insert(3, self._bar(record, slowest_s, layout.bar_width))
            table.add_row(*cells)
        return table

    def _words(self) -> Sequence[str]:
        return [plain_sentence(combination_words(self.document, record.on)) for record in self.shown]

    def _time_s(self, record: CombinationRecord) -> float | None:
        interval = record.metrics.analysed_s(self.document.metric)
        return interval.median if interval else None

    def _bar(self, record: CombinationRecord, slowest_s: float, width: int) -> RenderableType:
        """The time as a length: the shorter, the better."""
        slower = record.improvement_high is not None and record.improvement_high < 0
        style = "red" if slower else "bright_blue"
        return ProgressBar(
            total=slowest_s,
            completed=self._time_s(record) or 0.0,
            width=width,
            complete_style=style,
            finished_style=style,
            style="bright_black",
        )


@dataclass(frozen=True, slots=True)
class _Layout:
    columns: tuple[Column, ...]
    bar_width: int
