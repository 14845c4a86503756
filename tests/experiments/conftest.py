"""Runs of a few milliseconds, conducted by real worker processes into a real store."""

from __future__ import annotations

import asyncio
import copy
import os
import select
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from agentperf.experiments.executor import WorkerLost
from agentperf.experiments.experiment import Experiment, Failure
from agentperf.experiments.job import OnError
from agentperf.experiments.local_executor import LocalExecutor
from agentperf.experiments.observer import Outlook
from agentperf.experiments.preparation import Request, prepare
from agentperf.experiments.run import Run
from agentperf.experiments.store import Store
from agentperf.experiments.trial import Trial
from agentperf.scenarios.loader import LoadedScenario
from agentperf.scenarios.schema import Measure, Scenario

settings.register_profile("no deadline", deadline=None)  # a busy machine is no failure
settings.load_profile("no deadline")

OWN_RUNTIME = Path(__file__).parent / "own_runtime"
PATIENCE_S = 20.0

# Two steps on the real parts, each part as small as it can be.
REFERENCE: dict[str, Any] = {
    "name": "reference",
    "steps": [
        {"agent": "planner", "llm": {"latency": "100us"}},
        {"agent": "writer", "needs": ["planner"], "tool": {"latency": "100us"}},
    ],
    "state": {"sections": 2, "section_size": "100B"},
    "persistence": {"writes_per_step": 2, "synchronous": "off"},
    "websocket": {"subscribers": 1, "updates_per_step": 3},
    "monitoring": {"events_per_step": 2, "fsync": False},
    "optimizations": ["batched_persistence", "websocket_suppression"],
    "measure": {"blocks": 2, "seed": 7},
}


@dataclass
class Recorder:
    """An observer that remembers what it is told, in order."""

    events: list[tuple[str, Any]] = field(default_factory=list)
    at_block_start: Callable[[int], None] = lambda block: None
    at_block_end: Callable[[int], object] = lambda block: None
    at_wait: Callable[[int], object] = lambda block: None

    def begun(self, outlook: Outlook) -> None:
        self.events.append(("begun", outlook))

    def block_waits(self, block: int, wait_s: float) -> None:
        self.events.append(("block waits", (block, wait_s)))
        self.at_wait(block)

    def block_started(self, block: int) -> None:
        self.events.append(("block started", block))
        self.at_block_start(block)

    def trial_ended(self, trial: Trial, traceback: str | None) -> None:
        self.events.append(("trial ended", trial.order))
        if traceback:
            self.events.append(("traceback", traceback))

    def block_ended(self, block: int, trials: Sequence[Trial], outlook: Outlook) -> None:
        self.events.append(("block ended", block))
        self.events.append(("outlook", outlook))
        self.at_block_end(block)

    def worker_lost(self, error: WorkerLost) -> None:
        self.events.append(("worker lost", str(error)))

    def output(self, line: str) -> None:
        self.events.append(("output", line))

    def of(self, kind: str) -> list[Any]:
        """What was told of that kind."""
        return [told for one, told in self.events if one == kind]


@dataclass(frozen=True)
class Conducted:
    """A run that has ended, with the trials that the store holds."""

    run: Run
    trials: list[Trial]
    failures: list[Failure]
    recorder: Recorder


@pytest.fixture(scope="session")
def prepared() -> Callable[..., Run]:
    """A run that has not begun, of a document or of `does`, one of bench.py's deeds."""

    def prepared(
        document: Mapping[str, Any] | None = None,
        *,
        does: str = "answer",
        parameters: Mapping[str, Any] | None = None,
        flags: Sequence[str] | None = None,
        hold: Sequence[str] = (),
        **changes: Any,
    ) -> Run:
        own = {
            "name": does,
            "runtime": {
                "uses": "bench:open_runtime",
                "optimizations": ["a", "b"],
                "parameters": {"does": does} | dict(parameters or {}),
            },
            "measure": {"blocks": 1, "warmup": 0, "seed": 7},
        }
        plain = copy.deepcopy(dict(document) if document else own)
        loaded = LoadedScenario(Scenario.model_validate(plain), plain, "test", OWN_RUNTIME)
        request = Request(None if flags is None else tuple(flags), tuple(hold))
        return replace(prepare(loaded, request, Measure()), **changes)

    return prepared


class ClockOfBlocks:
    """Each block takes so long, and waiting no time at all."""

    def __init__(self, block_s: float) -> None:
        self._block_s = block_s
        self._now_s = 1000.0

    def now_s(self) -> float:
        return self._now_s

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        self._now_s += seconds

    def at_block_start(self, block: int) -> None:
        self._now_s += self._block_s


@pytest.fixture(scope="session")
def conduct(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Conducted]:
    """Conducts a run, or goes on with one in `folder`.

    It is stopped when the block `stop_after` has ended, or as soon as `stop_waiting` waits for its beginning.
    Where `block_s` is given, so long does each block take by the clock of the experiment.
    """

    def conduct(
        run: Run, on_error: OnError = OnError.STOP, *, folder: Path | None = None, **how: Any
    ) -> Conducted:
        return asyncio.run(_conduct(run, on_error, folder or tmp_path_factory.mktemp("store"), **how))

    return conduct


async def _conduct(
    run: Run,
    on_error: OnError,
    folder: Path,
    stop_after: int | None = None,
    stop_waiting: int | None = None,
    block_s: float | None = None,
) -> Conducted:
    recorder = Recorder()
    async with Store.open(folder / "results.db") as store:
        if run.id not in {entry.id for entry in await store.entries()}:
            await store.add_run(run)
        executor = LocalExecutor(run.isolation)
        clock = None if block_s is None else ClockOfBlocks(block_s)
        experiment = Experiment(run, store, executor, folder, on_error, recorder, clock)
        if clock:
            recorder.at_block_start = clock.at_block_start
        recorder.at_block_end = lambda block: experiment.stop() if block == stop_after else None
        recorder.at_wait = lambda block: experiment.stop() if block == stop_waiting else None
        ended = await experiment.conduct()
        return Conducted(ended, await store.trials(run.id), experiment.failures, recorder)


@pytest.fixture(scope="session")
def ended() -> Callable[[int], bool]:
    """Whether a process that is not our child has ended, waiting for it a while."""
    if not hasattr(os, "pidfd_open"):
        pytest.skip("only Linux tells when another's child ends")

    def ended(pid: int) -> bool:
        try:
            process = os.pidfd_open(pid)
        except ProcessLookupError:
            return True
        try:
            return bool(select.select([process], [], [], PATIENCE_S)[0])
        finally:
            os.close(process)

    return ended


@pytest.fixture(scope="session")
def reference() -> Mapping[str, Any]:
    """The smallest scenario on all the real parts: two steps, two switches, two blocks."""
    return REFERENCE


@pytest.fixture(scope="session")
def twice(
    prepared: Callable[..., Run], conduct: Callable[..., Conducted], reference: Mapping[str, Any]
) -> tuple[Conducted, Conducted]:
    """The reference scenario, conducted twice with the same seed: two blocks, and the first of them again."""
    return conduct(prepared(reference)), conduct(prepared(reference, blocks=1))
