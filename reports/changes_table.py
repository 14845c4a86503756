"""Table of the functions whose own share changed most between two profiles."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from ..profilers.difference import Change
from .figures import percent, points
from .fitting import Fitting
from .shares_table import one_line

CHANCE = "Chance: a change no larger than so many samples differ by chance."

_WIDEST = (44, 40)  # of a function's name, and of its file's
_NARROW = (32, 28)
_NARROWEST = (22, 18)


def changes_table(changes: Sequence[Change]) -> RenderableType:
    """In the order given; takes the width it is printed in."""
    return _ChangesTable(changes)


def change_words(change: Change) -> str:
    """3.2 points less; 12.0 points, new; 4.0 points, gone; 0.4 points more, chance"""
    size = points(100 * abs(change.change))
    if not change.sure:
        return f"{size} {_direction(change)}, chance"
    if not change.old_share:
        return f"{size}, new"
    if not change.new_share:
        return f"{size}, gone"
    return f"{size} {_direction(change)}"


def _direction(change: Change) -> str:
    return "more" if change.change > 0 else "less"


def change_style(change: Change) -> str:
    """Blue for less, red for more, purple for new; faint where chance may be all there is to it."""
    if not change.sure:
        return "dim"
    if not change.old_share:
        return "bold magenta"
    return "bold red" if change.change > 0 else "bold bright_blue"


@dataclass(frozen=True, slots=True)
class _ChangesTable:
    changes: Sequence[Change]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Fitting([self._table(*widths) for widths in _layouts()])
        if not all(change.sure for change in self.changes):
            yield Text(CHANCE, "dim")

    def _table(self, function_width: int, file_width: int) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        table.add_column("change", no_wrap=True)
        table.add_column("self share", justify="right", no_wrap=True)
        table.add_column("function", no_wrap=True)
        table.add_column("concern", no_wrap=True)
        if file_width:
            table.add_column("file", no_wrap=True, style="dim")
        for change in self.changes:
            words = change_words(change)
            figure = words.split(" ")[0]
            aligned = f"{figure:>5}{words[len(figure) :]}"
            both = f"{percent(100 * change.old_share)} -> {percent(100 * change.new_share)}"
            row = [
                Text(aligned, change_style(change)),
                Text(both),
                Text(one_line(change.function, function_width), "bold"),
                Text(change.concern.value),
            ]
            if file_width:
                row.append(Text(one_line(change.file, file_width)))
            table.add_row(*row)
        return table


def _layouts() -> Iterator[tuple[int, int]]:
    """From the widest to the narrowest: the file goes first."""
    yield from (_WIDEST, _NARROW, _NARROWEST)
    yield _NARROW[0], 0
    yield _NARROWEST[0], 0
