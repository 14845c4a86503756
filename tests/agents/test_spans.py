"""What the reference runtime records of its sessions: every part, by name, by concern, and by whom."""

from __future__ import annotations

import asyncio
import traceback
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import Any

import pytest

from agentperf.agents.context import AgentContext
from agentperf.agents.recorder import Recorder
from agentperf.agents.runtime import open_runtime
from agentperf.agents.session import Session
from agentperf.agents.site import Site
from agentperf.agents.spans import Hold, Span
from agentperf.agents.work import StepFailed
from agentperf.experiments.load import drive
from agentperf.experiments.outcome import digest
from agentperf.scenarios.bundled import bundled
from agentperf.scenarios.concerns import Concern
from agentperf.scenarios.loader import load
from agentperf.scenarios.optimizations import Optimization
from agentperf.scenarios.schema import Scenario

NONE: frozenset[str] = frozenset()
ALL = frozenset(map(str, Optimization))
NO_THREADS: Any = {"persistence": {"writes_per_step": 0}, "monitoring": {"events_per_step": 0}}
FAN: tuple[dict[str, Any], ...] = (
    {"agent": "planner", "llm": {"latency": "2ms"}},
    *({"agent": name, "needs": ["planner"], "tool": {"latency": "5ms"}} for name in ("reader", "writer")),
    {"agent": "editor", "needs": ["reader", "writer"], "cpu": "1us"},
)
CONCERNS = {
    "invoke_workflow": (Concern.OTHER, Hold.NOTHING),
    "invoke_agent": (Concern.OTHER, Hold.NOTHING),
    "chat": (Concern.AGENT_WORK, Hold.NOTHING),
    "execute_tool": (Concern.AGENT_WORK, Hold.NOTHING),
    "agentperf.compute": (Concern.AGENT_WORK, Hold.LOOP),
    "agentperf.act": (Concern.AGENT_WORK, Hold.NOTHING),
    "agentperf.validate": (Concern.VALIDATION, Hold.LOOP),
    "agentperf.state_view": (Concern.STATE, Hold.LOOP),
    "agentperf.merge": (Concern.STATE, Hold.LOOP),
    "agentperf.snapshot": (Concern.STATE, Hold.LOOP),
    "agentperf.save": (Concern.PERSISTENCE, Hold.NOTHING),
    "agentperf.wait_for_writer": (Concern.PERSISTENCE, Hold.NOTHING),
    "agentperf.commit": (Concern.PERSISTENCE, Hold.WRITER),
    "agentperf.connect": (Concern.CONNECTIONS, Hold.WRITER),
    "agentperf.disconnect": (Concern.CONNECTIONS, Hold.WRITER),
    "agentperf.publish": (Concern.NOTIFICATIONS, Hold.NOTHING),
    "agentperf.record": (Concern.MONITORING, Hold.LOOP),
}

MakeScenario = Callable[..., Scenario]
MakeSite = Callable[..., Site]
Own = Callable[[Callable[[AgentContext], Awaitable[Any]]], str]

none_and_all = pytest.mark.parametrize("enabled", [NONE, ALL], ids=["none", "all"])


async def record(
    enabled: frozenset[str], scenario: Scenario, site: Site, recorder: Recorder | None = None
) -> tuple[Span, ...]:
    """The spans of one session, which may fail."""
    recorder = recorder or Recorder(scenario.name)
    async with open_runtime(enabled, {}, scenario, site=site) as run:
        try:
            with recorder.session():
                await run(Session(0, site.draws.seed, recorder))
        except StepFailed:
            pass
    return recorder.spans()


def kind(span: Span) -> str:
    return span.name.partition(" ")[0]


def counted(spans: tuple[Span, ...]) -> Counter[str]:
    return Counter(map(kind, spans))


@none_and_all
@pytest.mark.parametrize("name", bundled())
async def test_every_span_of_every_scenario_is_well_formed(
    name: str, enabled: frozenset[str], site: MakeSite
) -> None:
    document = load(name).document
    document["websocket"]["subscribers"] = 0
    document["measure"]["time_scale"] = 1e-5
    spans = await record(enabled, Scenario.model_validate(document), site())
    steps = {step["agent"] for step in document["steps"]}
    assert spans[0].name == f"invoke_workflow {name}"
    assert [(one.start_s, one.parent) for one in spans[:1]] == [(0, -1)]
    assert {one.agent for one in spans if kind(one) == "invoke_agent"} == steps
    for index, one in enumerate(spans[1:], start=1):
        parent = spans[one.parent]
        assert 0 <= one.parent < index
        assert parent.start_s <= one.start_s <= one.end_s <= parent.end_s
        assert one.agent == (one.name.split()[1] if kind(one) == "invoke_agent" else parent.agent)
        assert (one.concern, one.hold) == CONCERNS[kind(one)]
        assert (one.due_s is not None) == (kind(one) in ("chat", "execute_tool"))


@none_and_all
async def test_there_are_as_many_spans_as_the_counters_say(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite
) -> None:
    fan = scenario(
        *FAN, persistence={"writes_per_step": 3, "synchronous": "off"}, monitoring={"events_per_step": 2}
    )
    recorder = Recorder("fan")
    at = site()
    async with open_runtime(enabled, {}, fan, site=at) as run:
        run.counters.reset()
        await drive(run, fan.load, 1.0, at.draws, [recorder])
        await run.settle()
        counters = asdict(run.counters)
    found = counted(recorder.spans())
    assert counters["monitoring_records"] == 8
    assert found["agentperf.record"] == (0 if enabled else 8)
    for name in ("commit", "connect", "disconnect", "wait_for_writer"):
        assert found[f"agentperf.{name}"] == counters["commits"] == (1 if enabled else 12)
    assert found["agentperf.snapshot"] == (1 if enabled else 4)
    assert found["agentperf.publish"] == (0 if enabled else 4 * fan.websocket.updates_per_step)
    assert found["agentperf.save"] == (1 if enabled else 13)
    assert found["invoke_agent"] == found["agentperf.merge"] == 4
    assert found["agentperf.validate"] == (5 if enabled else 9)
    assert (found["chat"], found["execute_tool"], found["agentperf.compute"]) == (1, 2, 5)


@pytest.mark.parametrize("enabled", [NONE, frozenset({"parallelism"})], ids=["one", "many"])
def test_times_are_those_of_the_clock(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite, virtual_time: asyncio.Runner
) -> None:
    async def run() -> tuple[Span, ...]:
        loop = asyncio.get_running_loop()
        recorder = Recorder("fan", lambda: round(loop.time() * 1e9))
        return await record(enabled, scenario(*FAN, **NO_THREADS), site(), recorder)

    times = {
        one.name: pytest.approx((one.start_s, one.end_s, one.due_s), abs=1e-9)
        for one in virtual_time.run(run())
        if one.due_s is not None
    }
    reader_s = 0.002
    writer_s = reader_s if enabled else 0.007
    assert times == {
        "chat planner": (0, 0.002, 0.002),
        "execute_tool reader": (reader_s, reader_s + 0.005, reader_s + 0.005),
        "execute_tool writer": (writer_s, writer_s + 0.005, writer_s + 0.005),
    }


async def test_models_and_tools_go_by_their_names(scenario: MakeScenario, site: MakeSite) -> None:
    step = {
        "agent": "only",
        "llm": {"latency": "1us", "model": "gpt"},
        "tool": {"latency": "1us", "name": "search"},
    }
    names = [one.name for one in await record(NONE, scenario(step), site())]
    assert {"chat gpt", "execute_tool search", "invoke_agent only"} <= set(names)


@none_and_all
async def test_an_agent_of_one_s_own_adds_spans(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    async def act(context: AgentContext) -> Mapping[str, Any]:
        with context.span("look up", "connections"):
            await context.notify("found")
        with context.span("think"):
            return {"sections": len({name: section.author for name, section in context.state.items()})}

    spans = await record(enabled, scenario({"agent": "only", "uses": own(act)}, interactive=True), site())
    found = {one.name: one for one in spans}
    assert spans[found["look up"].parent].name == spans[found["think"].parent].name == "agentperf.act"
    assert (found["look up"].concern, found["look up"].agent) == (Concern.CONNECTIONS, "only")
    assert found["think"].concern is Concern.AGENT_WORK
    assert "look up" in [spans[one.parent].name for one in spans if one.name == "agentperf.publish"]
    views = [spans[one.parent].name for one in spans if one.name == "agentperf.state_view"]
    assert ("think" in views) == ("lazy_state" in enabled)


async def test_a_concern_that_there_is_not_fails_the_step(
    scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    async def misspell(context: AgentContext) -> Mapping[str, Any]:
        with context.span("look up", "conections"):
            return {}

    async with open_runtime(NONE, {}, scenario({"agent": "only", "uses": own(misspell)}), site=site()) as run:
        with pytest.raises(StepFailed, match="unknown concern 'conections', known: agent work, "):
            await run(Session(0, "seed"))


@none_and_all
async def test_every_attempt_has_its_spans_and_a_timeout_ends_them(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite
) -> None:
    step = {"agent": "slow", "llm": {"latency": "1h"}, "timeout": "1ms", "retries": 2}
    spans = await record(enabled, scenario(step), site())
    waits = [one for one in spans if one.name == "chat slow"]
    assert len(waits) == 3
    assert all(one.due_s is not None and one.end_s < one.due_s for one in waits)
    assert max(one.end_s for one in spans) == spans[0].end_s
    assert spans[-1].start_s >= waits[-1].end_s  # what was collected is saved all the same


@none_and_all
async def test_a_cancelled_session_has_its_spans_closed(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    at_work = asyncio.Event()

    async def linger(context: AgentContext) -> Mapping[str, Any]:
        at_work.set()
        await asyncio.Event().wait()
        return {}

    recorder = Recorder("test")
    running = asyncio.create_task(
        record(enabled, scenario({"agent": "only", "uses": own(linger)}), site(), recorder)
    )
    await at_work.wait()
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    spans = recorder.spans()
    assert all(one.end_ns is not None for one in recorder.begun)
    assert counted(spans)["agentperf.act"] == 1
    assert counted(spans)["agentperf.save"] == 1


@none_and_all
async def test_recording_leaves_the_outcome_as_it_is(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite
) -> None:
    three = scenario(*FAN, load={"sessions": 3, "concurrency": 2})

    async def run(recorders: list[Recorder]) -> str:
        at = site()
        async with open_runtime(enabled, {}, three, site=at) as reference:
            answers = await drive(reference, three.load, 1.0, at.draws, recorders)
            await reference.settle()
            return digest([answer.outcome for answer in answers], await reference.evidence())

    recorders = [Recorder("test"), Recorder("test")]
    assert await run(recorders) == await run([])
    assert all(len(one.spans()) > 20 for one in recorders)


@none_and_all
async def test_frames_are_labelled_with_the_agent_s_name(
    enabled: frozenset[str], scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    seen: list[str] = []

    async def look(context: AgentContext) -> Mapping[str, Any]:
        seen.extend(frame.name for frame in traceback.extract_stack())
        raise ValueError

    steps = {"agent": "planner"}, {"agent": "Prüfer_2", "needs": ["planner"], "uses": own(look)}
    async with open_runtime(enabled, {}, scenario(*steps), site=site()) as run:
        with pytest.raises(StepFailed) as raised:
            await run(Session(0, "seed"))
    names = [frame.f_code.co_qualname for frame, _ in traceback.walk_tb(raised.value.__traceback__)]
    assert "invoke_agent Prüfer_2" in seen
    assert "invoke_agent Prüfer_2" in names
    assert "invoke_agent planner" not in seen + names


async def test_the_frames_of_steps_that_run_side_by_side_are_told_apart(
    scenario: MakeScenario, site: MakeSite, own: Own
) -> None:
    """As a profiler sees them that walks from task to task."""
    both = asyncio.Barrier(3)

    async def meet(context: AgentContext) -> Mapping[str, Any]:
        await both.wait()
        await both.wait()
        return {}

    steps = [{"agent": name, "uses": own(meet)} for name in ("left", "right")]
    async with open_runtime(frozenset({"parallelism"}), {}, scenario(*steps), site=site()) as run:
        running = asyncio.ensure_future(run(Session(0, "seed")))
        await both.wait()
        chains = [_awaited(task.get_coro()) for task in asyncio.all_tasks()]
        await both.wait()
        await running
    labels = [[name for name in chain if name.startswith("invoke_agent")] for chain in chains]
    assert sorted(filter(None, labels)) == [["invoke_agent left"], ["invoke_agent right"]]


def _awaited(coroutine: Any) -> list[str]:
    names: list[str] = []
    while hasattr(coroutine, "cr_await"):
        names.append(coroutine.cr_code.co_name)
        coroutine = coroutine.cr_await
    return names
