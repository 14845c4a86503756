"""Tables that take the width they are printed in."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console, ConsoleOptions, RenderableType, RenderResult
from rich.measure import Measurement

UNBOUNDED_WIDTH = 10_000


@dataclass(frozen=True, slots=True)
class Fitting:
    """The first of its layouts that fits; the last where none does."""

    layouts: Sequence[RenderableType]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        unbounded = options.update(width=UNBOUNDED_WIDTH)
        *wide, narrowest = self.layouts
        yield next(
            (
                layout
                for layout in wide
                if Measurement.get(console, unbounded, layout).maximum <= options.max_width
            ),
            narrowest,
        )
