"""Trials that are looked at rather than timed: one combination again and again, phase after phase."""

from __future__ import annotations

import gc
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager, nullcontext

from ..agents.draws import Draws
from ..agents.extension import ExtensionError
from ..agents.session import Settling
from ..scenarios.schema import Scenario
from .combination import Combination
from .load import drive
from .measurement import Open
from .profile_job import ProfileJob
from .worker import opener

FIRST_BLOCK = 0  # whose latencies are drawn
Window = Callable[[], AbstractAsyncContextManager[None]]


class WarmUpFailed(Exception):
    """A discarded trial failed; `on` is what was on in it, the cause says why."""

    def __init__(self, on: Combination) -> None:
        super().__init__()
        self.on = on


class ProfileTrials:
    """Opened by `ProfileTrials.opened`. `window_s` is what all windows took so far."""

    def __init__(self, job: ProfileJob, scenario: Scenario, draws: Draws, open_runtime: Open) -> None:
        self._job = job
        self._scenario = scenario
        self._draws = draws
        self._open = open_runtime
        self.window_s = 0.0

    @classmethod
    @asynccontextmanager
    async def opened(cls, job: ProfileJob) -> AsyncIterator[ProfileTrials]:
        """After the discarded trials, so that what is seen is warm. Raises WarmUpFailed, ExtensionError."""
        scenario = Scenario.model_validate(job.document)
        draws = Draws(job.seed, FIRST_BLOCK)
        async with opener(scenario, draws, job.workspace) as open_runtime:
            trials = cls(job, scenario, draws, open_runtime)
            for on in job.discarded:
                try:
                    await trials.run_one(on, nullcontext)
                except ExtensionError:
                    raise
                except (Exception, SystemExit) as error:
                    raise WarmUpFailed(on) from error
            gc.freeze()
            trials.window_s = 0.0
            yield trials

    async def run_until(
        self,
        enough: Callable[[], bool],
        window: Window = nullcontext,
        looking: AbstractContextManager[object] | None = None,
    ) -> None:
        """Runs the job's combination, once at least, until there is enough or the phase's time is up.

        `window` is what is around each trial's window; inside it `looking` is entered.
        """
        end_s = time.perf_counter() + self._job.effort.phase_s
        while True:
            await self.run_one(self._job.on, window, looking or nullcontext())
            if enough() or time.perf_counter() >= end_s:
                return

    async def run_one(
        self, on: Combination, window: Window, looking: AbstractContextManager[object] | None = None
    ) -> None:
        """One trial, opened and closed outside of the window as timed ones are."""
        async with self._open(on | self._job.held) as run:
            gc.collect()
            async with window():
                start_s = time.perf_counter()
                with looking or nullcontext():
                    await drive(run, self._scenario.load, self._scenario.measure.time_scale, self._draws)
                    if isinstance(run, Settling):
                        await run.settle()
                self.window_s += time.perf_counter() - start_s
