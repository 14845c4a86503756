"""Table of shares of a profile: a figure and a bar, whose it is, and what it is for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from rich import box
from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.table import Table
from rich.text import Text

from ..scenarios.concerns import Concern
from ..scenarios.wording import printable
from .combinations_table import Detail
from .figures import percent
from .fitting import Fitting
from .saving_bar import SavingBar
from .visible_text import shortened

ROWS = {Detail.TOP: 10, Detail.ALL: 40}
_BAR_WIDTH = 16
_WIDTHS = ((44, 40), (34, 30), (26, 22))  # of a name, and of a file
_NARROW_NAME = 20
_HARDLY_ANY = 0.0005  # 0.0 % says nothing


@dataclass(frozen=True, slots=True)
class Share:
    """A row. `parts` are shares of the whole, 0 to 1, the first of which is drawn; `names` say whose."""

    parts: tuple[float, ...]
    names: tuple[str, ...]
    concern: Concern
    file: str


@dataclass(frozen=True, slots=True)
class SharesTable:
    """The first rows of a list, in the width it is printed in. `parts` and `names` are the headings of
    theirs, `things` what the rows are of. `concerns` are called otherwise than by their values."""

    shares: Sequence[Share]
    parts: tuple[str, ...]
    names: tuple[str, ...]
    things: str
    detail: Detail = Detail.TOP
    concerns: Mapping[Concern, str] = field(default_factory=dict)

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        shown = [one for one in self.shares if one.parts[0] >= _HARDLY_ANY][: ROWS[self.detail]]
        yield Fitting([self._table(shown, *layout) for layout in _layouts()])
        rest = 1.0 - sum(one.parts[0] for one in shown)
        if rest >= _HARDLY_ANY and (hidden := len(self.shares) - len(shown)):
            yield Text(f"{percent(100 * rest)} is spread over {hidden} other {self.things}.", "dim")

    def _table(self, shown: Sequence[Share], name_width: int, file_width: int, bar_width: int) -> Table:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
        first, *others = self.parts
        table.add_column(first, justify="right", no_wrap=True)
        if bar_width:
            table.add_column("", no_wrap=True)
        for heading in others:
            table.add_column(heading, justify="right", no_wrap=True)
        for heading in (*self.names, "concern"):
            table.add_column(heading, no_wrap=True)
        if file_width:
            table.add_column("file", no_wrap=True, style="dim")
        longest = max((one.parts[0] for one in shown), default=0.0)
        for one in shown:
            share = one.parts[0]
            cells: list[RenderableType] = [Text(percent(100 * share))]
            if bar_width:
                cells.append(SavingBar(share, share, share, longest, bar_width))
            cells += [Text(percent(100 * part), "dim") for part in one.parts[1:]]
            cells += [
                Text(one_line(name, name_width), "" if number else "bold")
                for number, name in enumerate(one.names)
            ]
            cells.append(Text(self.concerns.get(one.concern, one.concern.value)))
            if file_width:
                cells.append(Text(one_line(one.file, file_width)))
            table.add_row(*cells)
        return table


def one_line(name: str, width: int) -> str:
    """A name from a user's code, nothing in it left to be interpreted; its middle goes where it is long."""
    return shortened(printable(name), width)


def _layouts() -> Iterator[tuple[int, int, int]]:
    """From the widest to the narrowest: bars become shorter, then names; the file goes, then the bars."""
    for name_width, file_width in _WIDTHS:
        for bar_width in (_BAR_WIDTH, _BAR_WIDTH // 2):
            yield name_width, file_width, bar_width
    for name_width, _ in _WIDTHS:
        for bar_width in (_BAR_WIDTH, _BAR_WIDTH // 2):
            yield name_width, 0, bar_width
    yield _WIDTHS[-1][0], 0, 0
    yield _NARROW_NAME, 0, 0
