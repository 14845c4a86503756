"""How a run gets on: a live bar with the effects so far in a terminal, a line for each block elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from enum import Enum

from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn
from rich.text import Text

from ..experiments.observer import Outlook
from ..experiments.run import Run
from ..experiments.trial import Trial
from ..scenarios.units import clock
from ..scenarios.wording import printable
from .meter import Clock, Meter
from .terminal import Terminal, Verbosity

WORTH_TELLING_S = 1.0  # of a wait
Interim = Callable[[Sequence[Trial]], RenderableType | None]


class Display(Enum):
    """Whether progress is shown."""

    SHOWN = "shown"
    HIDDEN = "hidden"


def meter(run: Run, terminal: Terminal, display: Display, interim: Interim) -> Meter:
    """The one that suits the terminal; `interim` makes a table of the trials so far."""
    if display is Display.HIDDEN or terminal.verbosity is Verbosity.QUIET:
        return Meter(run, terminal)
    return LiveProgress(run, terminal, interim) if terminal.animated else LineProgress(run, terminal)


def bar(terminal: Terminal) -> Progress:
    """Not yet shown, and gone again afterwards; its tasks have the fields `place` and `left`."""
    return Progress(
        TextColumn("{task.fields[place]}"),
        BarColumn(bar_width=None),
        TextColumn("{task.fields[left]}"),
        console=terminal.err,
        expand=True,
        transient=True,
    )


class LineProgress(Meter):
    """For pipes and logs: plain lines."""

    def block_waits(self, block: int, wait_s: float) -> None:
        if wait_s >= WORTH_TELLING_S:
            self._terminal.say(f"{self.block_of(block)} begins in {clock(wait_s)}")

    def block_ended(self, block: int, trials: Sequence[Trial], outlook: Outlook) -> None:
        super().block_ended(block, trials, outlook)
        told = (f"{len(trials)} trials", f"{self.elapsed_s:.0f} s so far", self.precision(), self.left())
        self._terminal.say(f"{self.block_of(block)}: {', '.join(filter(None, told))}")


class LiveProgress(Meter):
    """For a terminal: block, trial, a bar, the time left and, as soon as there are any, effects so far."""

    def __init__(
        self, run: Run, terminal: Terminal, interim: Interim, now_s: Clock = time.perf_counter
    ) -> None:
        super().__init__(run, terminal, now_s)
        self._interim = interim
        self._trials: list[Trial] = []
        self._table: RenderableType | None = None
        self._bar = bar(terminal)
        self._task = self._bar.add_task("", total=None, place="", left="")
        self._block = 0
        self._block_due_s: float | None = None

    @contextmanager
    def showing(self) -> Iterator[None]:
        """The live display, gone again afterwards."""
        with Live(
            get_renderable=self.renderable, console=self._terminal.err, transient=True, refresh_per_second=4
        ):
            yield

    def block_waits(self, block: int, wait_s: float) -> None:
        self._block, self._block_due_s = block, self._now_s() + wait_s

    def block_started(self, block: int) -> None:
        super().block_started(block)
        self._block, self._block_due_s = block, None

    def block_ended(self, block: int, trials: Sequence[Trial], outlook: Outlook) -> None:
        is_new = outlook.rows != self._outlook.rows
        super().block_ended(block, trials, outlook)
        self._trials += trials
        if is_new:
            self._table = self._interim(self._trials)

    def renderable(self) -> RenderableType:
        """What is shown at this moment."""
        self._bar.update(
            self._task,
            total=None if (blocks := self.blocks_expected) is None else blocks * self._block_trials,
            completed=self._block * self._block_trials + self._ended_in_block,
            place=self._place(),
            left=self.left(),
        )
        # A terminal's own ^C after a full line would begin another, and the old bar not be drawn over.
        narrow = Constrain(self._bar, self._terminal.err.width - len("^C") - 1)
        lines: list[RenderableType] = [narrow]
        if known := self.precision():
            lines.append(Text(printable(known), "dim"))
        if self._table:
            lines += ["", self._table]
        return Group(*lines)

    def _place(self) -> str:
        block = self.block_of(self._block)
        if self._block_due_s is not None:
            return f"{block} begins in {clock(max(0.0, self._block_due_s - self._now_s()))}"
        of = f" of {round(self._block_trials)}"
        trial = f"trial {self._ended_in_block}{of}" if self._ended_in_block else "warming up"
        width = len(f"trial {round(self._block_trials)}{of}")  # the bar shall not jump
        return f"{block}, {trial:{width}}"
