"""Both ways through a graph of steps: when each starts, and what a failure does."""

from __future__ import annotations

import asyncio
import traceback
from collections.abc import Awaitable, Callable

import pytest

from agentperf.agents.graph import StepGraph
from agentperf.agents.pipeline import ParallelPipeline, Pipeline, SequentialPipeline
from agentperf.scenarios.schema import Step

both_ways = pytest.mark.parametrize("pipeline", [SequentialPipeline(), ParallelPipeline()])


def graph(**needs: str) -> StepGraph:
    """graph(a="", b="a", c="a b"): names, with what each needs."""
    return StepGraph.of([Step(agent=name, needs=tuple(of.split())) for name, of in needs.items()], sections=0)


def by_name(graph: StepGraph, execute: Callable[[str], Awaitable[None]]) -> Callable[[int], Awaitable[None]]:
    return lambda rank: execute(graph.steps[rank].agent)


async def test_sequential_runs_one_step_at_a_time_in_topological_order() -> None:
    steps = graph(last="left right", left="first", right="first", first="")
    log: list[str] = []

    async def execute(name: str) -> None:
        log.append(f"{name} starts")
        await asyncio.sleep(0)
        log.append(f"{name} ends")

    await SequentialPipeline().run(steps, by_name(steps, execute))
    assert log == [f"{step.agent} {what}" for step in steps.steps for what in ("starts", "ends")]
    assert [step.agent for step in steps.steps] == ["first", "left", "right", "last"]


async def test_parallel_starts_a_step_when_its_own_needs_are_done_not_when_a_level_is() -> None:
    steps = graph(quick="", slow="", after_quick="quick", after_both="quick slow")
    started = {step.agent: asyncio.Event() for step in steps.steps}

    async def execute(name: str) -> None:
        started[name].set()
        if name == "slow":
            await started["after_quick"].wait()  # for ever, if that waited for the whole first level
        if name == "after_both":
            assert all(event.is_set() for event in started.values())

    await ParallelPipeline().run(steps, by_name(steps, execute))
    assert started["after_both"].is_set()


async def test_parallel_runs_all_that_are_ready_at_once() -> None:
    steps = graph(first="", **{f"middle_{index}": "first" for index in range(5)}, last="middle_0 middle_4")
    together = asyncio.Barrier(5)

    async def execute(name: str) -> None:
        if name.startswith("middle"):
            await together.wait()

    await ParallelPipeline().run(steps, by_name(steps, execute))


async def test_a_failing_step_cancels_its_siblings_and_starts_no_more() -> None:
    steps = graph(fails="", sibling="", after_failure="fails", after_sibling="sibling")
    running, log = asyncio.Event(), []

    async def execute(name: str) -> None:
        log.append(name)
        if name == "fails":
            await running.wait()
            raise LookupError("nothing there")
        running.set()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            log.append(f"{name} cancelled")
            raise

    with pytest.raises(LookupError, match="nothing there"):
        await ParallelPipeline().run(steps, by_name(steps, execute))
    assert log == ["fails", "sibling", "sibling cancelled"]


@both_ways
async def test_the_same_error_with_its_cause_either_way(pipeline: Pipeline) -> None:
    steps = graph(first="", fails="first", never="fails")

    async def execute(name: str) -> None:
        assert name != "never"
        if name == "fails":
            raise RuntimeError("the outside") from LookupError("the inside")

    with pytest.raises(RuntimeError, match="the outside") as failure:
        await pipeline.run(steps, by_name(steps, execute))
    assert "LookupError: the inside" in "".join(traceback.format_exception(failure.value))


async def test_the_first_failure_is_raised_not_what_happens_while_siblings_are_cancelled() -> None:
    steps = graph(a="", b="", c="")
    running = asyncio.Barrier(3)

    async def execute(name: str) -> None:
        await running.wait()
        if name == "b":
            raise LookupError("first")
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("while cleaning up")

    with pytest.raises(LookupError, match="first"):
        await ParallelPipeline().run(steps, by_name(steps, execute))


@both_ways
async def test_cancelling_it_cancels_the_running_steps(pipeline: Pipeline) -> None:
    steps = graph(a="", b="a")
    running, log = asyncio.Event(), []

    async def execute(name: str) -> None:
        running.set()
        try:
            await asyncio.Event().wait()
        finally:
            log.append(f"{name} ended")

    task = asyncio.create_task(pipeline.run(steps, by_name(steps, execute)))
    await running.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert log == ["a ended"]


async def test_a_step_that_ignores_its_cancellation_starts_nobody_after_it() -> None:
    steps = graph(stubborn="", fails="", after_stubborn="stubborn")
    running = asyncio.Event()

    async def execute(name: str) -> None:
        assert name != "after_stubborn"
        if name == "fails":
            await running.wait()
            raise LookupError("nothing there")
        try:
            running.set()
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return

    with pytest.raises(LookupError, match="nothing there"):
        await ParallelPipeline().run(steps, by_name(steps, execute))


@both_ways
async def test_a_step_that_is_cancelled_by_nobody_is_not_passed_over(pipeline: Pipeline) -> None:
    steps = graph(a="", b="a", c="")

    async def execute(name: str) -> None:
        if name == "a":
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await pipeline.run(steps, by_name(steps, execute))


@both_ways
async def test_wide_and_deep_graphs(pipeline: Pipeline) -> None:
    wide = {f"wide_{index}": "" for index in range(1000)}
    deep = {f"deep_{index}": f"deep_{index - 1}" if index else "" for index in range(1000)}
    steps = graph(**wide, **deep)
    done: list[int] = []

    async def execute(rank: int) -> None:
        assert set(steps.needs[rank]) <= set(done[-2000:])
        done.append(rank)

    await pipeline.run(steps, execute)
    assert sorted(done) == list(range(2000))
