"""A session at work: what an agent of one's own is given, and what becomes of one that misbehaves."""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import pytest

from agentperf.agents.agent import compute
from agentperf.agents.context import AgentContext
from agentperf.agents.draws import Draws
from agentperf.agents.runtime import open_runtime
from agentperf.agents.session import Session
from agentperf.agents.site import Site
from agentperf.agents.work import StepFailed
from agentperf.scenarios.optimizations import Optimization
from agentperf.scenarios.schema import Scenario

NONE: frozenset[str] = frozenset()
ALL = frozenset(map(str, Optimization))
NO_THREADS: Any = {"persistence": {"writes_per_step": 0}, "monitoring": {"events_per_step": 0}}

MakeScenario = Callable[..., Scenario]
MakeSite = Callable[..., Site]
Own = Callable[[Callable[[AgentContext], Awaitable[Any]]], str]

none_and_all = pytest.mark.parametrize("enabled", [NONE, ALL], ids=["none", "all"])
any_pipeline = pytest.mark.parametrize("enabled", [NONE, frozenset({"parallelism"})], ids=["one", "many"])


async def run(enabled: frozenset[str], scenario: Scenario, site: Site, session: int = 0) -> Any:
    async with open_runtime(enabled, {}, scenario, site=site) as runtime:
        return await runtime(Session(session, site.draws.seed))


@none_and_all
async def test_an_agent_gets_what_the_agents_it_needs_returned(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    async def plan(context: AgentContext) -> Mapping[str, Any]:
        assert (context.agent, context.session, context.inputs) == ("planner", 7, {})
        return {"plan": ["read", "write"]}

    async def write(context: AgentContext) -> Mapping[str, Any]:
        return {"written": context.inputs["planner"]["plan"], "given": sorted(context.inputs)}

    steps = (
        {"agent": "planner", "uses": own(plan)},
        {"agent": "bystander"},
        {"agent": "writer", "needs": ["planner"], "uses": own(write)},
    )
    outcome = await run(enabled, scenario(*steps), site(), session=7)
    assert outcome["planner"] == {"plan": ["read", "write"]}
    assert outcome["writer"] == {"written": ["read", "write"], "given": ["planner"]}
    assert list(outcome) == ["bystander", "planner", "writer"]


@none_and_all
async def test_an_agent_sees_the_state_as_its_ancestors_left_it(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    bystander_has_merged = asyncio.Event()

    async def look(context: AgentContext) -> Mapping[str, Any]:
        if "parallelism" in enabled and context.agent == "child":
            await bystander_has_merged.wait()
        return {name: section.author for name, section in context.state.items()}

    async def follow(context: AgentContext) -> Mapping[str, Any]:
        bystander_has_merged.set()
        return {}

    steps = (
        {"agent": "parent", "uses": own(look)},
        {"agent": "bystander"},
        {"agent": "after_bystander", "needs": ["bystander"], "uses": own(follow)},
        {"agent": "child", "needs": ["parent"], "uses": own(look)},
    )
    outcome = await run(enabled, scenario(*steps, state={"sections": 3, "section_size": "1KB"}), site())
    assert outcome["parent"] == {f"section_0{index}": "intake" for index in range(3)}
    assert outcome["child"] == {"section_00": "parent", "section_01": "intake", "section_02": "intake"}


async def test_random_numbers_are_the_same_under_every_switch_and_new_in_each_attempt_and_block(
    scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    drawn: list[float] = []

    async def draw(context: AgentContext) -> Mapping[str, Any]:
        drawn.append(context.rng.random())
        if len(drawn) % 3:
            raise LookupError("not yet")
        return {"drawn": drawn[-3:]}

    asked = scenario({"agent": "lucky", "uses": own(draw), "retries": 2})
    outcomes = [await run(enabled, asked, site()) for enabled in (NONE, ALL)]
    assert outcomes[0] == outcomes[1]
    other_block = await run(NONE, asked, site(block=1))
    other_seed = await run(NONE, asked, site(seed=2))
    other_session = await run(NONE, asked, site(), session=1)
    everything = [outcomes[0], other_block, other_seed, other_session]
    assert len({number for outcome in everything for number in outcome["lucky"]["drawn"]}) == 4 * 3


@any_pipeline
async def test_the_failure_of_an_agent_names_it_and_keeps_its_cause(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    async def fail(context: AgentContext) -> Mapping[str, Any]:
        raise LookupError("nothing there")

    async def never(context: AgentContext) -> Mapping[str, Any]:
        raise AssertionError

    steps = (
        {"agent": "first", "uses": own(fail)},
        {"agent": "second", "needs": ["first"], "uses": own(never)},
    )
    with pytest.raises(StepFailed) as failure:
        await run(enabled, scenario(*steps), site())
    assert str(failure.value) == "agent 'first' failed once: LookupError: nothing there"
    assert isinstance(failure.value.__cause__, LookupError)


async def returns_a_list(context: AgentContext) -> Any:
    return ["not", "a", "mapping"]


async def returns_nothing(context: AgentContext) -> Any:
    return None


async def returns_what_is_not_json(context: AgentContext) -> Any:
    return {"when": object()}


async def returns_a_key_that_is_not_text(context: AgentContext) -> Any:
    return {1: "one"}


async def awaits_what_is_cancelled(context: AgentContext) -> Any:
    other = asyncio.create_task(asyncio.Event().wait())
    other.cancel()
    await other


async def exits(context: AgentContext) -> Any:
    sys.exit("usage: …")


def is_no_coroutine(context: AgentContext) -> Any:
    return {}


@none_and_all
@pytest.mark.parametrize(
    ("act", "reason"),
    [
        (returns_a_list, "TypeError: own_agents:returns_a_list returned list, not a mapping"),
        (returns_nothing, "TypeError: own_agents:returns_nothing returned NoneType, not a mapping"),
        (returns_what_is_not_json, "ValidationError: .*result.when"),
        (returns_a_key_that_is_not_text, "ValidationError: .*result.1"),
        (awaits_what_is_cancelled, "CancelledError$"),
        (exits, "SystemExit: usage: …$"),
        (is_no_coroutine, "TypeError: object dict can't be used in 'await' expression"),
    ],
)
async def test_an_agent_that_misbehaves_fails_its_session(
    enabled: frozenset[str],
    act: Callable[[AgentContext], Awaitable[Any]],
    reason: str,
    scenario: MakeScenario,
    site: MakeSite,
    own: Own,
) -> None:
    asked = scenario({"agent": "rogue", "uses": own(act)}, {"agent": "next", "needs": ["rogue"]})
    with pytest.raises(StepFailed, match=rf"(?s)agent 'rogue' failed once: {reason}"):
        await run(enabled, asked, site())


@any_pipeline
async def test_an_agent_is_tried_again_as_often_as_the_scenario_says(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    calls: list[str] = []

    async def fail_twice(context: AgentContext) -> Mapping[str, Any]:
        calls.append(context.agent)
        if len(calls) < 3:
            raise asyncio.CancelledError if len(calls) == 1 else LookupError("nothing there")
        return {"attempts": len(calls)}

    uses = own(fail_twice)
    assert await run(enabled, scenario({"agent": "a", "uses": uses, "retries": 2}), site()) == {
        "a": {"attempts": 3}
    }
    calls.clear()
    with pytest.raises(StepFailed, match="agent 'a' failed 2 times: LookupError: nothing there"):
        await run(enabled, scenario({"agent": "a", "uses": uses, "retries": 1}), site())


@none_and_all
def test_timeouts_and_latencies_are_scaled(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite, own: Own, virtual_time: asyncio.Runner
) -> None:
    """All attempts time out, but only after 0.05 of the 5 seconds, and after the model's 0.02 of 2."""
    began: list[float] = []

    async def hang(context: AgentContext) -> Mapping[str, Any]:
        began.append(asyncio.get_running_loop().time())
        await asyncio.Event().wait()
        return {}

    step = {"agent": "slow", "uses": own(hang), "timeout": "5s", "retries": 2, "llm": {"latency": "2s"}}
    with pytest.raises(StepFailed, match=r"agent 'slow' failed 3 times: TimeoutError$"):
        virtual_time.run(run(enabled, scenario(step, measure={"time_scale": 0.01}, **NO_THREADS), site()))
    assert began == pytest.approx([0.02, 0.07, 0.12])
    assert virtual_time.get_loop().time() == pytest.approx(0.15)


def test_a_slow_model_meets_the_timeout_and_each_attempt_draws_anew(
    scenario: MakeScenario, site: MakeSite, virtual_time: asyncio.Runner
) -> None:
    draws = Draws(1, 0)
    latencies = [10 * draws.uniform(0, "a/llm", attempt) for attempt in range(3)]
    latency = {"distribution": "uniform", "low": 0, "high": "10s"}
    timeout = f"{min(latencies) + 0.001}s"
    step = {"agent": "a", "llm": {"latency": latency}, "timeout": timeout, "retries": 2}
    virtual_time.run(run(NONE, scenario(step, **NO_THREADS), site()))
    quickest = latencies.index(min(latencies))
    assert virtual_time.get_loop().time() == pytest.approx(
        quickest * (min(latencies) + 0.001) + min(latencies)
    )


@any_pipeline
def test_the_wait_is_the_sum_of_steps_or_the_longest_path(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite, virtual_time: asyncio.Runner
) -> None:
    steps = (
        {"agent": "a", "llm": {"latency": "1s"}, "tool": {"latency": "2s"}},
        {"agent": "b", "needs": ["a"], "llm": {"latency": "10s"}},
        {"agent": "c", "needs": ["a"], "tool": {"latency": "20s"}},
        {"agent": "d", "needs": ["b"], "tool": {"latency": "5s"}},
    )
    virtual_time.run(run(enabled, scenario(*steps, **NO_THREADS), site()))
    assert virtual_time.get_loop().time() == pytest.approx(3 + 20 if enabled else 3 + 10 + 20 + 5)


async def test_a_failure_ends_siblings_even_those_that_ignore_their_cancellation(
    scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    waiting = asyncio.Barrier(3)

    async def fail(context: AgentContext) -> Mapping[str, Any]:
        await waiting.wait()
        raise LookupError("nothing there")

    async def ignore(context: AgentContext) -> Mapping[str, Any]:
        await waiting.wait()
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return {}
        raise AssertionError

    async def get_in_the_way(context: AgentContext) -> Mapping[str, Any]:
        await waiting.wait()
        try:
            await asyncio.Event().wait()
        finally:
            raise RuntimeError("while cleaning up")

    async def never(context: AgentContext) -> Mapping[str, Any]:
        raise AssertionError

    steps = (
        {"agent": "fails", "uses": own(fail)},
        {"agent": "ignores", "uses": own(ignore)},
        {"agent": "gets_in_the_way", "uses": own(get_in_the_way)},
        {"agent": "after", "needs": ["ignores"], "uses": own(never)},
    )
    with pytest.raises(StepFailed, match="agent 'fails' failed once: LookupError: nothing there"):
        await run(ALL, scenario(*steps), site())


@any_pipeline
async def test_a_library_that_uses_cancellation_for_its_timeout_does_no_harm(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    """As older HTTP clients do, which do not take the cancellation back."""

    async def time_out(context: AgentContext) -> Mapping[str, Any]:
        task = asyncio.current_task()
        assert task
        task.cancel()
        try:
            await asyncio.sleep(0)
        except asyncio.CancelledError:
            if task.cancelling() == 1:
                raise TimeoutError from None
        return {"attempts": task.cancelling()}

    first = {"agent": "a", "uses": own(time_out), "retries": 1}
    outcome = await run(enabled, scenario(first, {"agent": "b", "needs": ["a"]}), site())
    assert outcome["a"] == {"attempts": 2}
    assert "b" in outcome


@any_pipeline
async def test_a_cancelled_session_is_cancelled(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    acting = asyncio.Event()

    async def wait(context: AgentContext) -> Mapping[str, Any]:
        acting.set()
        await asyncio.Event().wait()
        return {}

    asked = scenario({"agent": "patient", "uses": own(wait), "retries": 100, "timeout": "1h"})
    session = asyncio.create_task(run(enabled, asked, site()))
    await acting.wait()
    session.cancel()
    with pytest.raises(asyncio.CancelledError):
        await session


def test_computing_takes_the_time_of_a_processor() -> None:
    started_ns = time.thread_time_ns()
    compute(0.002)
    assert time.thread_time_ns() - started_ns >= 2_000_000
