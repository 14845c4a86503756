"""Two ways through the graph of steps: one after another, or each the moment its needs are done."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Protocol

from .graph import StepGraph

ExecuteStep = Callable[[int], Awaitable[None]]


class Pipeline(Protocol):
    """Runs every step of a graph, by rank, after the steps it needs."""

    async def run(self, graph: StepGraph, execute: ExecuteStep) -> None:
        """Raises what the first failing step raised; steps still running by then are cancelled."""


class SequentialPipeline:
    """Slow way: one step after another, in topological order."""

    async def run(self, graph: StepGraph, execute: ExecuteStep) -> None:
        for rank in range(len(graph.steps)):
            await execute(rank)


class ParallelPipeline:
    """Fast way: a step starts when the last of its needs is done, not when a whole level is."""

    async def run(self, graph: StepGraph, execute: ExecuteStep) -> None:
        missing = [len(needs) for needs in graph.needs]
        done = 0

        def start(rank: int) -> None:
            step = advance(rank)
            try:
                group.create_task(step)
            except RuntimeError:  # the group is shutting down, and the step before ignored its cancellation
                step.close()

        async def advance(rank: int) -> None:
            nonlocal done
            await execute(rank)
            done += 1
            for dependent in graph.dependents[rank]:
                missing[dependent] -= 1
                if not missing[dependent]:
                    start(dependent)

        try:
            async with asyncio.TaskGroup() as group:
                for rank, count in enumerate(tuple(missing)):
                    if not count:
                        start(rank)
        except BaseExceptionGroup as failures:
            first = _first(failures)
            raise first from first.__cause__
        if done < len(graph.steps):
            raise asyncio.CancelledError  # a step cancelled itself, which a group takes for no failure


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    """The failure that came first; those after it happened while the steps were being cancelled."""
    first = failures.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
