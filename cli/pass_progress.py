"""How a profile pass gets on: a bar in a terminal, a line for each combination elsewhere."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..experiments.combination import Combination
from ..experiments.profile_choices import CpuProfiler
from ..experiments.profile_pass import PassListener
from ..scenarios.units import clock
from ..scenarios.wording import printable
from .progress import Display, bar
from .terminal import Terminal, Verbosity

Name = Callable[[Combination], str]


class PassProgress:
    """Says which of `number` combinations is being profiled; `name` is how people call one."""

    def __init__(self, terminal: Terminal, display: Display, number: int, name: Name) -> None:
        self._terminal = terminal
        self._number = number
        self._name = name
        self._begun_s = time.perf_counter()
        self._is_shown = display is Display.SHOWN and terminal.verbosity is not Verbosity.QUIET
        self._bar = bar(terminal)
        self._task = self._bar.add_task("", total=number, place="", left="")

    @property
    def listener(self) -> PassListener:
        """What the pass is to tell."""
        return PassListener(self._begins, self._terminal.say, self._traceback, self._takes_over)

    @contextmanager
    def showing(self) -> Iterator[None]:
        """Inside, progress may be shown."""
        if not (self._is_shown and self._terminal.animated):
            yield
            return
        with self._bar:
            yield

    def _begins(self, done: int, on: Combination) -> None:
        if not self._is_shown:
            return
        place = f"profiling {done + 1} of {self._number}: {self._name(on)}"
        if self._terminal.animated:
            self._bar.update(self._task, completed=done, place=printable(place), left=self._left(done))
        else:
            self._terminal.say(place)

    def _left(self, done: int) -> str:
        """Time left, from the pace so far."""
        if not done:
            return ""
        spent_s = time.perf_counter() - self._begun_s
        return f"{clock(spent_s * (self._number - done) / done)} left"

    def _traceback(self, traceback: str) -> None:
        if self._terminal.verbose:
            for line in traceback.splitlines():
                self._terminal.say(line)

    def _takes_over(self, profiler: CpuProfiler, reason: str) -> None:
        self._terminal.warn(f"{reason}. {profiler} takes over, which sees the main thread alone")
