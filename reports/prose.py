"""Sentences on a terminal, in which no line ends within a figure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rich.cells import cell_len, chop_cells
from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

# A blank before a unit, a bracket or an arrow, after an arrow, and between the ends of an interval.
_WITHIN_A_FIGURE = re.compile(
    r"(?<=[\d)%]) (?=[%\[]|->|(?:s|ms|us|ns|points)\b)|(?<=->) |(?<=\[)[-\d.,]+, (?=[-\d.,]+\])"
)
_GLUE = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Prose:
    """Wrapped at blanks, but for those in [36.0, 39.2], 12.0 ms and 24 -> 1."""

    text: Text

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        starts = [0]
        for start, end in _words(self.text.plain):
            starts += _breaks(self.text.plain, starts[-1], start, end, max(1, options.max_width))
        for line in self.text.divide(starts[1:]):
            line.rstrip()
            line.no_wrap, line.overflow = True, "fold"
            yield line

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        plain = self.text.plain
        longest = max((cell_len(plain[start:end]) for start, end in _words(plain)), default=0)
        return Measurement(min(longest, options.max_width), min(cell_len(plain), options.max_width))


def glued(plain: str) -> str:
    """The same with no blank within a figure at which a line could be broken."""
    return _WITHIN_A_FIGURE.sub(lambda found: found.group().replace(" ", _GLUE), plain)


def _words(plain: str) -> Iterator[tuple[int, int]]:
    """Where each word, or figure of several, begins and ends."""
    for found in re.finditer(r"[^ ]+", glued(plain)):
        yield found.span()


def _breaks(plain: str, line_start: int, start: int, end: int, width: int) -> list[int]:
    """Where new lines begin so that the word from `start` to `end` has room; one that never has is cut."""
    if cell_len(plain[line_start:end]) <= width:
        return []
    breaks = [start] if start > line_start else []
    pieces = chop_cells(plain[start:end], width)
    for piece in pieces[:-1]:
        start += len(piece)
        breaks.append(start)
    return breaks
