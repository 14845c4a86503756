"""A line for each switch, a column for each question asked of it, in the width it is printed in."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich import box
from rich.table import Table
from rich.text import Text

from .fitting import Fitting
from .visible_text import short_label, wrapped

_NAME_WIDTH = 40
_NARROW_NAME_WIDTH = 12
_LEAST_IMPORTANT_FIRST = ("alone", "last")


@dataclass(frozen=True, slots=True)
class Answers:
    """What is known of each switch, in cells as they are best, and in others that are narrow and high."""

    title: str
    meaning: str
    wide: Sequence[Text]
    narrow: Sequence[Text]


NO_ANSWER = Text("n/a", "dim")


def switch_table(switches: Sequence[str], columns: Sequence[Answers]) -> Fitting:
    """The cells of a column are in the order of the switches."""
    return Fitting(list(_layouts(switches, columns)))


def _layouts(switches: Sequence[str], columns: Sequence[Answers]) -> Iterator[Table]:
    """From the widest to the narrowest: wide cells, narrow ones, then without the columns that can go."""
    yield _table(switches, columns, [column.wide for column in columns], _NAME_WIDTH)
    shown = list(columns)
    yield from _narrow(switches, columns, shown)
    for title in _LEAST_IMPORTANT_FIRST:
        left = [column for column in shown if column.title != title]
        if left and left != shown:
            shown = left
            yield from _narrow(switches, columns, shown)


def _narrow(switches: Sequence[str], columns: Sequence[Answers], shown: Sequence[Answers]) -> Iterator[Table]:
    hidden = [column.title for column in columns if column not in shown]
    for name_width in (_NAME_WIDTH, _NARROW_NAME_WIDTH):
        table = _table(switches, shown, [column.narrow for column in shown], name_width)
        if hidden:
            words = f"A wider terminal shows {' and '.join(hidden)} too."
            table.caption, table.caption_justify = Text(words, "not italic dim"), "left"
        yield table


def _table(
    switches: Sequence[str], columns: Sequence[Answers], cells: Sequence[Sequence[Text]], name_width: int
) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("switch", no_wrap=True)
    for column in columns:
        heading = Text.assemble((column.title, "bold"), "\n", (column.meaning, "not bold dim"))
        table.add_column(heading, no_wrap=True)
    for name, *row in zip(switches, *cells, strict=True):
        lines = wrapped(short_label(name), name_width)
        table.add_row(Text("\n".join(lines), "bold"), *row)
    return table
