"""The arms that are raced: the reference runtime, raw asyncio, and LangGraph, all with the same agents.

Every arm keeps the same sections in a database file of its own in one directory: SQLite with a write-ahead
log and the scenario's `synchronous`, reached through connections that stay open (all switches off: through a
new one for each write). Answers depend on what agents were given, and must be the same in all arms.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, TypedDict

import aiosqlite
import pytest

from agentperf.agents.audience import Audience
from agentperf.agents.draws import Draws
from agentperf.agents.graph import StepGraph
from agentperf.agents.runtime import open_runtime
from agentperf.agents.sections import section, section_name, transcript
from agentperf.agents.session import RunSession, Session
from agentperf.agents.site import Site
from agentperf.scenarios.optimizations import Optimization
from agentperf.scenarios.schema import Scenario, Step

ALL_ON = frozenset(map(str, Optimization))
REFERENCE = {
    "all on": ALL_ON,
    "all on but batching": ALL_ON - {Optimization.BATCHED_PERSISTENCE},
    "all off": frozenset[str](),
}
OpenArm = Callable[[str, Scenario, Path], AbstractAsyncContextManager[RunSession]]
Plain = dict[str, Any]


@pytest.fixture
def runner() -> Iterator[asyncio.Runner]:
    """One event loop for everything of a test."""
    with asyncio.Runner() as runner:
        yield runner


@pytest.fixture(scope="session")
def open_arm() -> OpenArm:
    """Opens the arm of that name for a scenario, with its files in a directory that is shared with others."""
    return _open_arm


@asynccontextmanager
async def _open_arm(name: str, scenario: Scenario, directory: Path) -> AsyncIterator[RunSession]:
    draws = Draws(seed=1, block=0)
    async with AsyncExitStack() as stack:
        if name in REFERENCE:
            audience = await stack.enter_async_context(Audience.started())
            own = directory / name
            own.mkdir()
            opened = open_runtime(REFERENCE[name], {}, scenario, site=Site(own, draws, audience))
            yield await stack.enter_async_context(opened)
            return
        connection = await stack.enter_async_context(aiosqlite.connect(directory / f"{name}.db"))
        await connection.execute("PRAGMA journal_mode = WAL")
        await connection.execute(f"PRAGMA synchronous = {scenario.persistence.synchronous}")
        graph = StepGraph.of(scenario.steps, scenario.state.sections)
        agents = Agents(scenario, graph, draws)
        if name == "raw asyncio":
            yield await raw(agents, connection)
        else:
            yield langgraph(agents, connection, durability=name.removeprefix("LangGraph, "))


class Agents:
    """The scenario's agents as plain coroutines, and the state they start from."""

    def __init__(self, scenario: Scenario, graph: StepGraph, draws: Draws) -> None:
        self.graph = graph
        self.names = tuple(step.agent for step in graph.steps)
        self._draws = draws
        self._time_scale = scenario.measure.time_scale
        self._messages = transcript(scenario.state.section_size)
        self.initial = {
            section_name(index): section("intake", 0, self._messages, {})
            for index in range(scenario.state.sections)
        }

    async def answer(self, rank: int, session: int, found: Mapping[str, Plain]) -> Plain:
        """The section that the agent of that rank makes of the sections of those it needs."""
        step = self.graph.steps[rank]
        await self._wait(step, session)
        given = "/".join(f"{need}={found[need]['result']['token']}" for need in sorted(step.needs))
        token = hashlib.blake2s(f"{step.agent}/{session}/{given}".encode(), digest_size=8).hexdigest()
        return section(step.agent, rank + 1, self._messages, {"token": token})

    async def _wait(self, step: Step, session: int) -> None:
        for kind, wait in (("llm", step.llm), ("tool", step.tool)):
            if wait is not None:
                uniform = self._draws.uniform(session, f"{step.agent}/{kind}", 0)
                await asyncio.sleep(wait.latency.quantile(uniform) * self._time_scale)


async def raw(agents: Agents, connection: aiosqlite.Connection) -> RunSession:
    """What somebody writes who wants no runtime: a TaskGroup, a dict, at the end one INSERT and one commit.

    It validates nothing, records nothing, tells nobody, and would neither retry nor save what was done by the
    time a step failed.
    """
    await connection.execute("CREATE TABLE states (session INTEGER PRIMARY KEY, payload TEXT NOT NULL)")
    await connection.commit()
    graph = agents.graph

    async def run(session: Session) -> Any:
        state = dict(agents.initial)
        found: dict[str, Plain] = {}
        missing = [len(needs) for needs in graph.needs]

        async def advance(rank: int) -> None:
            merged = await agents.answer(rank, session.index, found)
            found[agents.names[rank]] = state[section_name(rank)] = merged
            for dependent in graph.dependents[rank]:
                missing[dependent] -= 1
                if not missing[dependent]:
                    group.create_task(advance(dependent))

        async with asyncio.TaskGroup() as group:
            for rank, needs in enumerate(graph.needs):
                if not needs:
                    group.create_task(advance(rank))
        payload = json.dumps(state, separators=(",", ":"))
        await connection.execute("INSERT INTO states VALUES (?, ?)", (session.index, payload))
        await connection.commit()
        return {name: found[name]["result"] for name in sorted(found)}

    return run


def langgraph(agents: Agents, connection: aiosqlite.Connection, durability: str) -> RunSession:
    """A StateGraph with a channel for each section and a thread for each session, saved by AsyncSqliteSaver.

    The state is a TypedDict, which is not validated. `sync` saves a checkpoint before each next superstep and
    what each node wrote; `exit` saves a checkpoint at the end.
    """
    graphs = pytest.importorskip("langgraph.graph", reason="LangGraph comes with the extra `benchmarks`")
    saver = pytest.importorskip("langgraph.checkpoint.sqlite.aio").AsyncSqliteSaver(connection)
    state: Any = TypedDict("State", {"session": int, **dict.fromkeys(agents.initial, Plain)})  # type: ignore[misc]
    builder = graphs.StateGraph(state)

    def node(rank: int) -> Callable[..., Awaitable[Plain]]:
        async def act(state: Plain) -> Plain:
            found = {agents.names[need]: state[section_name(need)] for need in agents.graph.needs[rank]}
            return {section_name(rank): await agents.answer(rank, state["session"], found)}

        return act

    for rank, name in enumerate(agents.names):
        builder.add_node(name, node(rank))
        needs = [agents.names[need] for need in agents.graph.needs[rank]]
        builder.add_edge(needs or graphs.START, name)
    compiled = builder.compile(checkpointer=saver)

    async def run(session: Session) -> Any:
        config = {"configurable": {"thread_id": str(session.index)}}
        entry = {"session": session.index, **agents.initial}
        state = await compiled.ainvoke(entry, config, durability=durability)
        return {
            name: state[section_name(rank)]["result"]
            for name, rank in sorted((name, rank) for rank, name in enumerate(agents.names))
        }

    return run
