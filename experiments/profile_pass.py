"""The profile pass: combinations of a run profiled one after another, each kept as soon as it is done."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from pathlib import Path

from ..profilers.profile import Profile
from ..profilers.py_spy import Native
from .combination import Combination, named
from .executor import WorkerLost
from .experiment import Ending, Failure
from .job import OnError
from .profile_choices import CpuProfiler
from .profile_job import Effort, ProfileJob
from .profile_process import ProfilerRefused, WorkloadFault, profiled
from .profiled_combinations import without_profile
from .run import Run
from .store import Store


@dataclass(frozen=True, slots=True)
class ProfileRequest:
    """What a user wishes of a pass."""

    profiler: CpuProfiler = CpuProfiler.PY_SPY
    native: Native = Native.OFF
    effort: Effort = field(default_factory=Effort)


@dataclass(frozen=True, slots=True)
class PassListener:
    """Told of each combination before it is profiled, with its number from 0; of what the workload prints, of
    the traceback of one that fails, and why another profiler takes over."""

    begins: Callable[[int, Combination], None]
    output: Callable[[str], None]
    traceback: Callable[[str], None]
    takes_over: Callable[[CpuProfiler, str], None]


class ProfilePass:
    """Never mixed with timed trials: a profiler slows what it looks at."""

    def __init__(
        self,
        run: Run,
        store: Store,
        workspace: Path,
        request: ProfileRequest,
        on_error: OnError,
        listener: PassListener,
    ) -> None:
        self._run = run
        self._store = store
        self._workspace = workspace
        self._request = request
        self._profiler = request.profiler  # of the CPU, by now
        self._on_error = on_error
        self._listener = listener
        self._there: frozenset[Combination] = frozenset()  # with what a profiler that takes over would take
        self._taking: asyncio.Task[tuple[Profile, ...]] | None = None
        self.stopped = False
        self.failures: list[Failure] = []

    def stop(self) -> Ending:
        """End without the combination that is being profiled: to finish it may take long."""
        self.stopped = True
        if self._taking is not None:
            self._taking.cancel()
        return Ending.WITHOUT_COMBINATION

    async def conduct(self, combinations: Sequence[Combination]) -> None:
        """Profiles each and keeps its profiles. Raises StoreError, and ExtensionError.

        Where py-spy is refused, pyinstrument takes over for this combination and all that follow, but for
        those that it has profiled before: a pass that goes on after an interrupt meets the same refusal.
        """
        for number, on in enumerate(combinations):
            if self.stopped or (self.failures and self._on_error is OnError.STOP):
                return
            if on in self._there:
                continue
            self._listener.begins(number, on)
            try:
                await self._profile(number, on)
            except WorkloadFault as fault:
                self._listener.traceback(fault.traceback)
                self._fail(on, str(fault), fault.warming_up)
            except WorkerLost as error:
                self._fail(on, str(error))

    async def left(self, combinations: Sequence[Combination]) -> Sequence[Combination]:
        """Those that are yet to be profiled, by the profiler that looks at the CPU by now."""
        return without_profile(combinations, await self._store.profiles(self._run.id), self._profiler)

    async def _profile(self, number: int, on: Combination) -> None:
        try:
            profiles = await self._profiled(number, on)
        except ProfilerRefused as refused:  # py-spy alone is: pyinstrument looks from inside
            await self._take_over(str(refused))
            profiles = () if on in self._there else await self._profiled(number, on)
        for profile in profiles:
            await self._store.add_profile(self._run.id, profile)

    async def _take_over(self, reason: str) -> None:
        self._profiler = CpuProfiler.PYINSTRUMENT
        self._listener.takes_over(self._profiler, reason)
        profiles = await self._store.profiles(self._run.id)
        begun = frozenset(profile.on for profile in profiles)
        self._there = begun.difference(without_profile(tuple(begun), profiles, self._profiler))

    async def _profiled(self, number: int, on: Combination) -> Sequence[Profile]:
        """None at all where the pass was stopped meanwhile."""
        if self.stopped:
            return ()
        taking = asyncio.create_task(
            profiled(self._job(number, on), self._request.native, self._listener.output)
        )
        self._taking = taking
        try:
            await asyncio.wait({taking})
        finally:  # it ends its processes, whoever is cancelled
            self._taking = None
            taking.cancel()
            await asyncio.wait({taking})
        return () if taking.cancelled() else taking.result()

    def _fail(self, on: Combination, reason: str, warming_up: Combination | None = None) -> None:
        deed = f"profiling with {named(on)} on"
        if warming_up is not None:
            deed = f"warming up with {named(warming_up)} on, before {deed}"
        self.failures.append(Failure(f"{deed}: {reason}"))

    def _job(self, number: int, on: Combination) -> ProfileJob:
        run = self._run
        everything = frozenset(run.design.factors)
        return ProfileJob(
            document=run.document,
            seed=run.seed,
            on=on,
            discarded=tuple(islice(cycle((frozenset[str](), everything)), run.warmup)),
            held=frozenset(run.design.held),
            workspace=self._workspace,
            answer=self._workspace / f"profile-{number}-{self._profiler}.json",
            modules=Path(run.modules) if run.modules else None,
            profiler=self._profiler,
            effort=self._request.effort,
            workload_digest=run.workload_digest,
        )
