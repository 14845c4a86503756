"""The experiment: block after block, each saved when it is whole, until there are enough."""

from __future__ import annotations

import asyncio
import math
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from itertools import cycle, islice
from pathlib import Path

from ..agents.extension import ExtensionError
from ..analysis.stopping import Precision
from .combination import Combination, named
from .design import Part
from .executor import Executor, Listener, WorkerLost
from .job import Job, OnError
from .kept_spans import kept_spans
from .observations import complete_rows
from .observer import Observer, Outlook
from .outcome import changed_by, not_repeatable
from .precision import precision_so_far
from .run import Run, StopReason
from .schedule import Clock, RealClock, Schedule
from .stopping_rule import Standing, StoppingRule, planned_rows
from .store import Store
from .trial import Trial

Look = Callable[[Run, Sequence[Trial]], Precision | None]


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the workload, rather than the measurement, is at fault."""

    reason: str


class Ending(Enum):
    """When an experiment that was asked to stop will end."""

    AFTER_TRIAL = "after the trial"
    WITHOUT_COMBINATION = "without the combination"
    AT_ONCE = "at once"


class Experiment:
    """Conducts one run, or goes on with one that was interrupted. `look` says how precise it is by now."""

    def __init__(
        self,
        run: Run,
        store: Store,
        executor: Executor,
        workspace: Path,
        on_error: OnError,
        observer: Observer,
        clock: Clock | None = None,
        look: Look = precision_so_far,
    ) -> None:
        self._run = run
        self._store = store
        self._executor = executor
        self._workspace = workspace
        self._on_error = on_error
        self._observer = observer
        self._clock = clock or RealClock()
        self._look = look
        self._rule = StoppingRule(run, self._clock.now_s)
        self._stopping = asyncio.Event()
        self._trials: list[Trial] = []
        self._blocks: set[int] = set()
        self._complete = 0
        self._precision: Precision | None = None
        self.failures: list[Failure] = []
        self._is_waiting = False

    def stop(self) -> Ending:
        """End after the running trial, while waiting at once; a block that is not whole is not kept."""
        self._stopping.set()
        self._executor.stop()
        return Ending.AT_ONCE if self._is_waiting else Ending.AFTER_TRIAL

    @property
    def stopped(self) -> bool:
        """Whether it was asked to stop, be it in the last trial."""
        return self._stopping.is_set()

    async def conduct(self) -> Run:
        """Runs the blocks that are missing. Raises StoreError, and ExtensionError."""
        reason = StopReason.INTERRUPTED
        try:
            reason = await self._conduct_rows()
        except ExtensionError:
            reason = StopReason.FAILED
            raise
        finally:
            ended = replace(self._run, stop_reason=reason, elapsed_s=self._rule.elapsed_s)
            await self._store.update_run(ended)
        return ended

    async def _conduct_rows(self) -> StopReason:
        self._trials = await self._store.trials(self._run.id)
        self._blocks = set(await self._store.blocks(self._run.id))
        if self._run.spread_s is None:  # else most of the time went by between the blocks
            self._rule.blocks_took(len(self._blocks), self._run.elapsed_s)
        schedule = self._schedule()
        standing = self._standing(0)
        self._observer.begun(self._outlook(standing))
        while (reason := self._reason_to_stop(standing, schedule)) is None:
            for block in self._missing(standing.row):
                await self._wait(schedule, block)
                if self._stopping.is_set():
                    return StopReason.INTERRUPTED
                schedule.begin()
                if failed := await self._conduct_block(block):
                    return failed
            standing = self._standing(standing.row + 1)
        return reason

    def _reason_to_stop(self, at: Standing, schedule: Schedule) -> StopReason | None:
        return self._rule.reason_to_stop(at, schedule.next_in_s(at.lacking - 1))

    async def _wait(self, schedule: Schedule, block: int) -> None:
        """Until the block is to begin, or somebody asks to stop."""
        if (wait_s := schedule.next_in_s()) and not self._stopping.is_set():
            self._observer.block_waits(block, wait_s)
            self._is_waiting = True
            await self._clock.wait(self._stopping, wait_s)
            self._is_waiting = False

    async def _conduct_block(self, block: int) -> StopReason | None:
        """Why the experiment must end with this block, if it must."""
        start_s = self._clock.now_s()
        self._observer.block_started(block)
        try:
            trials = await self._executor.run(
                self._job(block), Listener(self._observer.trial_ended, self._observer.output)
            )
        except WorkerLost as error:
            self.failures.append(Failure(str(error)))
            if self._on_error is OnError.STOP:
                return StopReason.FAILED
            self._observer.worker_lost(error)
            return None
        failed = [trial for trial in trials if trial.error]
        self.failures += [Failure(f"block {block + 1}, {_deed(trial)} on: {trial.error}") for trial in failed]
        if failed and self._on_error is OnError.STOP:
            return StopReason.FAILED
        measured = [trial for trial in trials if trial.order >= 0]
        if len(measured) < len(self._part(block)):
            return StopReason.INTERRUPTED
        self._rule.blocks_took(1, self._clock.now_s() - start_s)
        await self._keep(block, measured)
        if not failed and (fault := _fault_of_the_outcome(measured, self._run.design.factors)):
            self.failures.append(Failure(f"the outcome of block {block + 1} {fault}"))
            return StopReason.FAILED
        return None

    async def _keep(self, block: int, trials: Sequence[Trial]) -> None:
        await self._store.add_block(self._run.id, block, trials)
        await self._store.update_run(replace(self._run, elapsed_s=self._rule.elapsed_s))
        self._blocks.add(block)
        self._trials += trials
        row = block // len(self._run.design.parts)
        self._observer.block_ended(block, trials, self._outlook(self._standing(row)))

    def _standing(self, row: int) -> Standing:
        """Where the run stands at the first row, from this one on, that lacks a block."""
        while not (missing := self._missing(row)):
            row += 1
        complete = len(complete_rows(self._run, self._trials))
        if complete != self._complete:
            self._complete, self._precision = complete, self._look(self._run, self._trials)
        return Standing(row, complete, len(missing), self._precision)

    def _outlook(self, at: Standing) -> Outlook:
        expected = self._rule.rows_expected(at)
        left = None if expected is None else self._missing_in(range(at.row, expected))
        return Outlook(at.complete, expected, left, at.precision)

    def _schedule(self) -> Schedule:
        run = self._run
        spread_s = min(run.spread_s or 0.0, math.inf if run.budget_s is None else run.budget_s)
        return Schedule(
            spread_s - run.elapsed_s, self._missing_in(range(planned_rows(run))), self._clock.now_s
        )

    def _missing(self, row: int) -> list[int]:
        parts = len(self._run.design.parts)
        return [block for block in range(row * parts, (row + 1) * parts) if block not in self._blocks]

    def _missing_in(self, rows: range) -> int:
        return sum(len(self._missing(row)) for row in rows)

    def _part(self, block: int) -> Part:
        """What a block runs."""
        return self._run.design.parts[block % len(self._run.design.parts)]

    def _job(self, block: int) -> Job:
        run = self._run
        order = block_order(self._part(block), run.seed, block)
        return Job(
            document=run.document,
            seed=run.seed,
            block=block,
            first=0,
            combinations=order,
            discarded=tuple(islice(cycle((frozenset(), frozenset(run.design.factors))), run.warmup)),
            held=frozenset(run.design.held),
            workspace=self._workspace,
            modules=Path(run.modules) if run.modules else None,
            on_error=self._on_error,
            keep_spans=kept_spans(order, block, run.design),
        )


def block_order(part: Sequence[Combination], seed: int, block: int) -> tuple[Combination, ...]:
    """What a block runs, each combination as often as its part has it, in a random order of its own."""
    shuffled = list(part)
    random.Random(f"{seed}/{block}/order").shuffle(shuffled)
    return tuple(shuffled)


def _fault_of_the_outcome(trials: Sequence[Trial], factors: Sequence[str]) -> str | None:
    """How the outcome of a block differs between trials that should agree."""
    if unlike := not_repeatable(trials):
        return (
            f"is not deterministic: trials with {named(unlike[0])} on differ among themselves, "
            "draw all that is random from session.rng"
        )
    changed = changed_by(trials, factors)
    return f"depends on {', '.join(changed)}" if changed else None


def _deed(trial: Trial) -> str:
    """A discarded trial need not run what is measured."""
    return f"{'warming up with ' if trial.order < 0 else ''}{named(trial.on)}"
