"""The reference runtime: the one place where the switches are read and turned into parts."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

from ..scenarios.optimizations import Optimization
from ..scenarios.schema import Scenario
from .agent import Agent
from .broadcast import Broadcast
from .clock import Clock, LoopClock, WallClock
from .counters import Counters
from .database import Connect, Database, connect_each_time, connect_pooled, open_database
from .graph import StepGraph
from .monitoring import Durability, OpenMonitor, monitor_in_background, monitor_synchronously
from .notifications import EveryUpdate, InteractiveOnly, Notifier
from .parts import Parts
from .persistence import CommitEach, CommitOnce, SessionWriter
from .pipeline import ParallelPipeline, Pipeline, SequentialPipeline
from .sections import transcript
from .session import Session
from .site import Site
from .state import EagerState, InitialState, LazyState, State
from .validation import EntryValidation, LayeredValidation, Validation
from .work import SessionWork


class ReferenceRuntime:
    """Runs sessions of a scenario's steps on real parts."""

    def __init__(
        self, parts: Parts, database: Database, broadcast: Broadcast, records: Path, counters: Counters
    ) -> None:
        self._parts = parts
        self._database = database
        self._broadcast = broadcast
        self._records = records
        self.counters = counters

    async def __call__(self, session: Session) -> Any:
        """What each agent found out. Raises StepFailed when one did not."""
        return await SessionWork(self._parts, session).run()

    async def settle(self) -> None:
        """Everything recorded is written, the last frame is acknowledged; commits are done by then anyway."""
        await self._parts.monitor.drain()
        await self._broadcast.flush()

    async def evidence(self) -> Any:
        """The rows and records left behind, without times, in an order that tells nothing of the schedule."""
        with self._records.open() as lines:
            records = sorted(
                json.dumps(record | {"time": None, "elapsed": None}, sort_keys=True)
                for record in map(json.loads, lines)
            )
        return {"database": await self._database.contents(), "monitoring": records}


@asynccontextmanager
async def open_runtime(
    enabled: frozenset[str], parameters: Mapping[str, Any], scenario: Scenario, *, site: Site
) -> AsyncIterator[ReferenceRuntime]:
    """The reference runtime with exactly the optimizations in `enabled`.

    Raises what its parts raise when they can't be opened: OSError, sqlalchemy.exc.SQLAlchemyError,
    DatabaseError, AudienceError, ExtensionError.
    """

    counters = Counters()
    graph = StepGraph.of(scenario.steps, scenario.state.sections)
    initial = InitialState.of(scenario.state.sections, scenario.state.section_size)
    broadcast = Broadcast(counters)
    records = site.directory / "monitoring.jsonl"
    durability = Durability.FSYNCED if scenario.monitoring.fsync else Durability.FLUSHED

    # The switches, and nowhere else: slow way if off, fast way if on.
    notifier: Callable[[], Notifier] = (
        partial(InteractiveOnly, broadcast, scenario.interactive)
        if Optimization.WEBSOCKET_SUPPRESSION in enabled
        else partial(EveryUpdate, broadcast)
    )
    monitor: OpenMonitor = (
        monitor_in_background if Optimization.ASYNC_MONITORING in enabled else monitor_synchronously
    )
    connect: Connect = connect_pooled if Optimization.POOLING in enabled else connect_each_time
    validation: Callable[[int, Counters], Validation] = (
        EntryValidation if Optimization.LAZY_VALIDATION in enabled else LayeredValidation
    )
    state: type[State] = LazyState if Optimization.LAZY_STATE in enabled else EagerState
    writer: Callable[[int, Database, Counters], SessionWriter] = (
        CommitOnce if Optimization.BATCHED_PERSISTENCE in enabled else CommitEach
    )
    pipeline: Callable[[], Pipeline] = (
        ParallelPipeline if Optimization.PARALLELISM in enabled else SequentialPipeline
    )
    clock: Callable[[], Clock] = LoopClock if Optimization.LOOP_CLOCK in enabled else WallClock

    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(
            open_database(
                connect,
                scenario.persistence.database,
                scenario.persistence.synchronous,
                site.directory,
                counters,
            )
        )
        await stack.enter_async_context(site.audience.attending(broadcast, scenario.websocket.subscribers))
        parts = Parts(
            scenario=scenario,
            graph=graph,
            messages=transcript(scenario.state.section_size),
            agents=tuple(Agent(step, site.draws, scenario.measure.time_scale) for step in graph.steps),
            clock=clock(),
            pipeline=pipeline(),
            notifier=notifier(),
            monitor=await stack.enter_async_context(monitor(records, durability, counters)),
            validation=validation(scenario.validation.layers, counters),
            state=partial(state, graph, initial, counters),
            writer=lambda session: writer(session, database, counters),
        )
        yield ReferenceRuntime(parts, database, broadcast, records, counters)
