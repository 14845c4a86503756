"""What there is to tell of a run that goes on: how far it is, how precise, and how long it will take."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext

from ..experiments.executor import WorkerLost
from ..experiments.observer import Outlook
from ..experiments.run import Run
from ..experiments.trial import Trial
from ..reports.figures import percent
from ..scenarios.units import clock
from .terminal import Terminal

NOTHING_KNOWN_PERCENT = 100.0
Clock = Callable[[], float]


class Meter:
    """Counts trials and windows; an observer that shows nothing."""

    def __init__(self, run: Run, terminal: Terminal, now_s: Clock = time.perf_counter) -> None:
        self.run = run
        self.window_s = 0.0
        self._terminal = terminal
        self._now_s = now_s
        self._started_s = now_s()
        self._block_started_s: float | None = None
        self._blocks_s = 0.0
        self._ended_trials = 0
        self._ended_in_block = 0
        self._outlook = Outlook(0, run.blocks, None, None)
        self._parts = len(run.design.parts)
        self._block_trials = len(run.design.columns) / self._parts

    def showing(self) -> AbstractContextManager[None]:
        """Inside, progress may be shown."""
        return nullcontext()

    def begun(self, outlook: Outlook) -> None:
        self._outlook = outlook

    def block_waits(self, block: int, wait_s: float) -> None:
        """See Observer."""

    def block_started(self, block: int) -> None:
        self._block_started_s = self._now_s()

    def trial_ended(self, trial: Trial, traceback: str | None) -> None:
        self._ended_trials += 1
        self._ended_in_block += trial.order >= 0
        if trial.metrics:
            self.window_s += trial.metrics.settled_s
        if traceback and self._terminal.verbose:
            for line in traceback.splitlines():
                self._terminal.say(line)

    def block_ended(self, block: int, trials: Sequence[Trial], outlook: Outlook) -> None:
        self._end_block()
        self._outlook = outlook

    def worker_lost(self, error: WorkerLost) -> None:
        self._end_block()
        self._terminal.warn(str(error))

    def output(self, line: str) -> None:
        self._terminal.say(line)

    @property
    def elapsed_s(self) -> float:
        """Since the run began, or was resumed."""
        return self._now_s() - self._started_s

    @property
    def blocks_expected(self) -> int | None:
        """How many blocks there will have been in the end, where that is known."""
        rows = self._outlook.rows_expected
        return None if rows is None else rows * self._parts

    def block_of(self, block: int) -> str:
        """`block 3 of 20`, and of a rotating design the rotation."""
        text = f"block {block + 1}{self._of(self._parts)}"
        return text if self._parts == 1 else f"{text} (rotation {block // self._parts + 1}{self._of(1)})"

    def precision(self) -> str:
        """`known to ±3.2 % (pooling), ±2.0 % asked`; empty where nothing is known or asked."""
        reached, asked = self._outlook.precision, self.run.precision_percent
        words = []
        if reached and reached.widest_percent is not None and reached.widest_percent < NOTHING_KNOWN_PERCENT:
            words.append(f"known to ±{percent(reached.widest_percent)} ({reached.optimization})")
        if asked is not None:
            words.append(f"±{percent(asked)} asked")
        return ", ".join(words)

    def left(self) -> str:
        """Time left, from the pace so far; empty as long as there is none."""
        left_s = self._left_s()
        return "" if left_s is None else f"{clock(left_s)} left"

    def _left_s(self) -> float | None:
        if not self._ended_trials or self._outlook.blocks_left is None:
            return None
        trials_left = max(0.0, self._outlook.blocks_left * self._block_trials - self._ended_in_block)
        left_s = trials_left * self._busy_s() / self._ended_trials
        spent_s = self.run.elapsed_s + self.elapsed_s
        if self.run.spread_s is not None and trials_left:
            left_s = max(left_s, self.run.spread_s - spent_s)
        if self.run.budget_s is not None:
            left_s = min(left_s, max(0.0, self.run.budget_s - spent_s))
        return left_s

    def _busy_s(self) -> float:
        """Seconds in which blocks ran."""
        running_s = 0.0 if self._block_started_s is None else self._now_s() - self._block_started_s
        return self._blocks_s + running_s

    def _end_block(self) -> None:
        self._blocks_s = self._busy_s()
        self._block_started_s = None
        self._ended_in_block = 0

    def _of(self, each: int) -> str:
        """How many there will be of what a row has so many of."""
        run, rows = self.run, self._outlook.rows_expected
        is_settled = run.blocks is not None or (run.precision_percent is None and run.budget_s is None)
        if rows is not None:
            return f" of {'' if is_settled else 'about '}{rows * each}"
        return "" if run.max_blocks is None else f" of at most {run.max_blocks * each}"
