"""The experiment: block after block, each saved when it is whole, until there are enough."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import cycle, islice
from pathlib import Path
from typing import Protocol

from ..agents.extension import ExtensionError
from .combination import Combination
from .executor import Executor, Listener, WorkerLost
from .job import Job, OnError
from .outcome import changed_by
from .run import Run, StopReason
from .store import Store
from .trial import Trial


class Observer(Protocol):
    """Told how an experiment gets on; what it makes of it is its own affair."""

    def block_started(self, block: int) -> None: ...

    def trial_ended(self, trial: Trial, traceback: str | None) -> None: ...

    def block_ended(self, block: int, trials: Sequence[Trial]) -> None: ...

    def worker_lost(self, error: WorkerLost) -> None: ...

    def output(self, line: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Failure:
    """Why the workload, rather than the measurement, is at fault."""

    reason: str


class Experiment:
    """Conducts one run, or goes on with one that was interrupted."""

    def __init__(
        self,
        run: Run,
        store: Store,
        executor: Executor,
        workspace: Path,
        on_error: OnError,
        observer: Observer,
    ) -> None:
        self._run = run
        self._store = store
        self._executor = executor
        self._workspace = workspace
        self._on_error = on_error
        self._observer = observer
        self._stopping = False
        self.failures: list[Failure] = []

    def stop(self) -> None:
        """End after the running trial; its block is not whole and not kept."""
        self._stopping = True
        self._executor.stop()

    async def conduct(self) -> Run:
        """Runs the blocks that are missing. Raises StoreError, and ExtensionError."""
        started = time.perf_counter()
        reason = StopReason.INTERRUPTED
        try:
            reason = await self._conduct_blocks()
        except ExtensionError:
            reason = StopReason.FAILED
            raise
        finally:
            elapsed_s = self._run.elapsed_s + time.perf_counter() - started
            ended = replace(self._run, stop_reason=reason, elapsed_s=elapsed_s)
            await self._store.update_run(ended)
        return ended

    async def _conduct_blocks(self) -> StopReason:
        done = await self._store.blocks(self._run.id)
        for block in range(self._run.blocks):
            if block in done:
                continue
            if self._stopping:
                return StopReason.INTERRUPTED
            if reason := await self._conduct_block(block):
                return reason
        return StopReason.BLOCKS

    async def _conduct_block(self, block: int) -> StopReason | None:
        """Why the experiment must end with this block, if it must."""
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
        self.failures += [
            Failure(f"block {block + 1}, {_named(trial.on)} on: {trial.error}") for trial in failed
        ]
        if failed and self._on_error is OnError.STOP:
            return StopReason.FAILED
        measured = [trial for trial in trials if trial.order >= 0]
        if len(measured) < len(self._run.design.combinations):
            return StopReason.INTERRUPTED
        await self._store.add_block(self._run.id, block, measured)
        self._observer.block_ended(block, measured)
        if not failed and (changed := changed_by(measured, self._run.design.factors)):
            self.failures.append(Failure(f"the outcome of block {block + 1} depends on {', '.join(changed)}"))
            return StopReason.FAILED
        return None

    def _job(self, block: int) -> Job:
        run = self._run
        return Job(
            document=run.document,
            seed=run.seed,
            block=block,
            first=0,
            combinations=block_order(run.design.combinations, run.seed, block),
            discarded=tuple(islice(cycle((frozenset(), frozenset(run.design.factors))), run.warmup)),
            held=frozenset(run.design.held),
            workspace=self._workspace,
            modules=Path(run.modules) if run.modules else None,
            on_error=self._on_error,
        )


def block_order(combinations: Sequence[Combination], seed: int, block: int) -> tuple[Combination, ...]:
    """The combinations of a randomized complete block: each once, in an order of its own."""
    shuffled = list(combinations)
    random.Random(f"{seed}/{block}/order").shuffle(shuffled)
    return tuple(shuffled)


def _named(on: Combination) -> str:
    return "+".join(sorted(on)) or "nothing"
