"""How a run gets on: a live bar with the effects so far in a terminal, a line for each block elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import timedelta

from rich.console import Group, RenderableType
from rich.constrain import Constrain
from rich.live import Live
from rich.progress import BarColumn, Progress, TextColumn

from ..experiments.executor import WorkerLost
from ..experiments.run import Run
from ..experiments.trial import Trial
from .terminal import Terminal

Interim = Callable[[Sequence[Trial]], RenderableType | None]


class Meter:
    """Counts trials and windows; an observer that shows nothing."""

    def __init__(self, run: Run, blocks_left: int, terminal: Terminal) -> None:
        self.run = run
        self.window_s = 0.0
        self._terminal = terminal
        self._started = time.perf_counter()
        self._ended_trials = 0
        self._blocks_left = blocks_left
        self._cells = len(run.design.combinations)

    def showing(self) -> AbstractContextManager[None]:
        """Inside, progress may be shown."""
        return nullcontext()

    def block_started(self, block: int) -> None:
        """See Observer."""

    def trial_ended(self, trial: Trial, traceback: str | None) -> None:
        self._ended_trials += 1
        if trial.metrics:
            self.window_s += trial.metrics.settled_s
        if traceback and self._terminal.verbose:
            for line in traceback.splitlines():
                self._terminal.say(line)

    def block_ended(self, block: int, trials: Sequence[Trial]) -> None:
        """See Observer."""

    def worker_lost(self, error: WorkerLost) -> None:
        self._terminal.warn(str(error))

    def output(self, line: str) -> None:
        self._terminal.say(line)

    @property
    def elapsed_s(self) -> float:
        return time.perf_counter() - self._started

    def left(self) -> str:
        """Time left, from the pace so far."""
        if not self._ended_trials:
            return ""
        trials_left = max(0, self._blocks_left * self._cells - self._ended_trials)
        return f"{timedelta(seconds=round(trials_left * self.elapsed_s / self._ended_trials))} left"


class LineProgress(Meter):
    """For pipes and logs: plain lines."""

    def block_ended(self, block: int, trials: Sequence[Trial]) -> None:
        self._terminal.say(
            f"block {block + 1} of {self.run.blocks}: {len(trials)} trials, {self.elapsed_s:.0f} s so far, "
            f"{self.left()}"
        )


class LiveProgress(Meter):
    """For a terminal: block, trial, a bar, the time left and, as soon as there are any, effects so far."""

    def __init__(self, run: Run, blocks_left: int, terminal: Terminal, interim: Interim) -> None:
        super().__init__(run, blocks_left, terminal)
        self._interim = interim
        self._trials: list[Trial] = []
        self._table: RenderableType | None = None
        self._bar = Progress(
            TextColumn("{task.fields[place]}"),
            BarColumn(bar_width=None),
            TextColumn("{task.fields[left]}"),
            console=terminal.err,
            expand=True,
        )
        self._task = self._bar.add_task("", total=run.blocks * self._cells, place="", left="")
        self._block = 0
        self._block_ends_at = (run.blocks - blocks_left) * self._cells

    @contextmanager
    def showing(self) -> Iterator[None]:
        """The live display, gone again afterwards."""
        with Live(
            get_renderable=self._renderable, console=self._terminal.err, transient=True, refresh_per_second=4
        ):
            yield

    def block_started(self, block: int) -> None:
        self._block = block
        self._block_ends_at += self._cells
        self._show(0)

    def trial_ended(self, trial: Trial, traceback: str | None) -> None:
        super().trial_ended(trial, traceback)
        self._show(trial.order + 1)

    def block_ended(self, block: int, trials: Sequence[Trial]) -> None:
        self._trials += trials
        self._table = self._interim(self._trials)

    def _show(self, ended: int) -> None:
        """So many trials of this block have ended; none, as long as it warms up."""
        of = f" of {self._cells}"
        trial = f"trial {ended}{of}" if ended > 0 else "warming up"
        width = len(f"trial {self._cells}{of}")  # the bar shall not jump
        self._bar.update(
            self._task,
            place=f"block {self._block + 1} of {self.run.blocks}, {trial:{width}}",
            completed=self._block_ends_at - self._cells + max(0, ended),
            left=self.left(),
        )

    def _renderable(self) -> RenderableType:
        # A terminal's own ^C after a full line would begin another, and the old bar not be drawn over.
        bar = Constrain(self._bar, self._terminal.err.width - len("^C") - 1)
        return Group(bar, "", self._table) if self._table else bar
