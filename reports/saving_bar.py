"""A saving as a length, with its interval shaded."""

from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderResult
from rich.measure import Measurement
from rich.text import Text

STYLE = "bright_blue"


@dataclass(frozen=True, slots=True)
class Shades:
    """One character for each part of a bar."""

    sure: str
    """Up to the low end of the interval."""
    estimated: str
    """From there to the estimate."""
    possible: str
    """From there to the high end."""


BLOCKS = Shades("\N{FULL BLOCK}", "\N{DARK SHADE}", "\N{LIGHT SHADE}")
ASCII = Shades("#", "=", "-")  # for a terminal, or a file, whose encoding has no blocks


@dataclass(frozen=True, slots=True)
class SavingBar:
    """`longest` is the saving that fills the whole `width`. What costs time has no length."""

    estimate: float
    low: float
    high: float
    longest: float
    width: int

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        yield Text(self.drawn(ASCII if options.ascii_only else BLOCKS), STYLE, no_wrap=True, end="")

    def __rich_measure__(self, console: Console, options: ConsoleOptions) -> Measurement:
        return Measurement(self.width, self.width)

    def drawn(self, shades: Shades) -> str:
        """At least one cell is shaded wherever there is an interval above zero, however narrow."""
        low, estimate, high = map(self._cells, (self.low, self.estimate, self.high))
        if low == high and self.low < self.high and self.high > 0:
            low, high = (low - 1, high) if low else (low, high + 1)
        estimate = min(max(estimate, low), high)
        return shades.sure * low + shades.estimated * (estimate - low) + shades.possible * (high - estimate)

    def _cells(self, saving: float) -> int:
        if self.longest <= 0:
            return 0
        return round(self.width * min(1.0, max(0.0, saving / self.longest)))
