"""All eight switches: the same answers, rows and records, and the exact counts of the contract."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agentperf.agents import monitoring, runtime
from agentperf.agents.audience import Audience
from agentperf.agents.context import AgentContext
from agentperf.agents.draws import Draws
from agentperf.agents.monitoring import Record, SynchronousMonitor
from agentperf.agents.persistence import CommitOnce
from agentperf.agents.sections import Section
from agentperf.agents.site import Site
from agentperf.agents.state import LazyState, Plain
from agentperf.scenarios.optimizations import Optimization
from agentperf.scenarios.schema import Scenario

NONE: frozenset[str] = frozenset()
ALL = frozenset(map(str, Optimization))
EACH = [frozenset({str(switch)}) for switch in Optimization]
SIZES = ("0B", "1B", "600B")
ALL_BUT_EACH = [ALL - each for each in EACH]


def shown(enabled: frozenset[str]) -> str:
    few, many = "+".join(sorted(enabled)), "+".join(sorted(ALL - enabled))
    return f"only {few}" if len(few) < len(many) else f"all but {many}"


class Done(Protocol):
    outcomes: list[Any]
    evidence: dict[str, Any]
    counters: dict[str, int]
    digest: str


Act = Callable[[AgentContext], Awaitable[Mapping[str, Any]]]
Own = Callable[[Act], str]
Perform = Callable[[frozenset[str], Scenario, Site], Awaitable[Done]]


class Stage:
    """Performs scenarios at ever new sites, with one process of subscribers for all of them."""

    def __init__(self, perform: Perform, runner: asyncio.Runner, audience: Audience, directory: Path) -> None:
        self._perform = perform
        self._runner = runner
        self._audience = audience
        self._directory = directory
        self._numbers = count()

    def perform(self, enabled: frozenset[str], scenario: Scenario) -> Done:
        directory = self._directory / str(next(self._numbers))
        directory.mkdir()
        site = Site(directory, Draws(1, 0), self._audience)
        return self._runner.run(self._awaited(self._perform(enabled, scenario, site)))

    async def _awaited(self, done: Awaitable[Done]) -> Done:
        return await done


@pytest.fixture(scope="module")
def stage(perform: Perform) -> Iterator[Stage]:
    with asyncio.Runner() as runner, tempfile.TemporaryDirectory() as directory:
        started = Audience.started()
        audience = runner.run(started.__aenter__())
        yield Stage(perform, runner, audience, Path(directory))
        runner.run(started.__aexit__(None, None, None))


async def wander(context: AgentContext) -> Mapping[str, Any]:
    """Takes its turn now or later, looks at everything it may see, and tells of it."""
    for _ in range(context.rng.randrange(20)):
        await asyncio.sleep(0)
    seen = {name: [section.author, section.result] for name, section in context.state.items()}
    await context.notify({"seen": seen})
    return {"seen": seen, "inputs": sorted(context.inputs), "drawn": context.rng.random()}


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """Random graphs of wandering agents, in any order, around parts that do little, much, or nothing."""
    names = [f"agent_{index}" for index in range(draw(st.integers(1, 6)))]
    needs = [
        draw(st.lists(st.sampled_from(names[:index]), unique=True)) if index else []
        for index in range(len(names))
    ]
    steps = [
        {"agent": name, "uses": "own_agents:wander", "needs": of}
        for name, of in zip(names, needs, strict=True)
    ]
    sessions = draw(st.integers(1, 3))
    return {
        "steps": draw(st.permutations(steps)),
        "load": {"sessions": sessions, "concurrency": draw(st.integers(1, sessions))},
        "interactive": draw(st.booleans()),
        "state": {"sections": draw(st.integers(0, 4)), "section_size": draw(st.sampled_from(SIZES))},
        "persistence": {"writes_per_step": draw(st.integers(0, 3)), "synchronous": "off"},
        "websocket": {"subscribers": draw(st.integers(0, 2)), "updates_per_step": draw(st.integers(0, 3))},
        "monitoring": {"fsync": draw(st.booleans()), "events_per_step": draw(st.integers(0, 3))},
        "validation": {"layers": draw(st.integers(0, 5))},
    }


@given(document=documents(), some=st.sets(st.sampled_from(sorted(ALL))).map(frozenset))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_graphs_end_alike_under_any_switches(
    document: dict[str, Any], some: frozenset[str], stage: Stage, own: Own, scenario: Callable[..., Scenario]
) -> None:
    own(wander)
    asked = scenario(**document)
    reference = stage.perform(NONE, asked)
    for enabled in (some, ALL):
        done = stage.perform(enabled, asked)
        assert done.outcomes == reference.outcomes
        assert done.evidence == reference.evidence
        assert done.digest == reference.digest
        assert_counts(done, asked, enabled)
    assert_counts(reference, asked, NONE)


@pytest.mark.parametrize("enabled", [NONE, *EACH, *ALL_BUT_EACH, ALL], ids=shown)
def test_each_switch_alone_and_missing(
    enabled: frozenset[str], stage: Stage, own: Own, scenario: Callable[..., Scenario]
) -> None:
    """With more steps than sections, two sessions at once, and some of everything."""
    uses = own(wander)
    needs = {"a": "", "b": "a", "c": "a", "d": "b", "e": "", "f": "c d"}
    asked = scenario(
        *({"agent": name, "uses": uses, "needs": of.split()} for name, of in needs.items()),
        load={"sessions": 2, "concurrency": 2},
        websocket={"subscribers": 2, "updates_per_step": 3},
        monitoring={"fsync": True, "events_per_step": 3},
    )
    done = stage.perform(enabled, asked)
    assert done.digest == stage.perform(NONE, asked).digest
    assert_counts(done, asked, enabled)


def assert_counts(done: Done, scenario: Scenario, enabled: frozenset[str]) -> None:
    """What the contract and docs/runtime.md promise of each counter."""
    sessions, steps = scenario.load.sessions, len(scenario.steps)
    writes = scenario.persistence.writes_per_step
    events = sessions * steps * scenario.monitoring.events_per_step
    updates = sessions * steps * (scenario.websocket.updates_per_step + 1)  # one is the agent's own
    silent = "websocket_suppression" in enabled and not scenario.interactive
    batched = "batched_persistence" in enabled and writes > 0
    found = done.counters

    assert found["commits"] == (sessions if batched else sessions * steps * writes)
    assert found["rows_written"] == sessions * (1 + steps * (writes - 1) if batched else steps * writes)
    assert (found["bytes_written"] > 0) == (writes > 0)
    assert found["connections_opened"] == (0 if "pooling" in enabled else found["commits"])
    assert found["frames_sent"] == (0 if silent else scenario.websocket.subscribers * updates)
    assert (found["bytes_sent"] > 0) == (found["frames_sent"] > 0)
    assert found["monitoring_records"] == events
    if not scenario.monitoring.fsync:
        assert found["fsyncs"] == 0
    elif "async_monitoring" in enabled:
        assert (events > 0) <= found["fsyncs"] <= events
    else:
        assert found["fsyncs"] == events

    layers = scenario.validation.layers
    validations = sessions * (
        (2 + steps) * (layers > 0) if "lazy_validation" in enabled else (1 + 2 * steps) * layers
    )
    snapshots = 0 if not writes else 1 if batched else steps
    if "lazy_state" in enabled:  # each section as the intake or a step left it, at most once
        most = validations + sessions * (scenario.state.sections + steps)
        assert validations <= found["validations"] <= most
    else:  # a look and a merge a step, and every snapshot
        assert found["validations"] == validations + sessions * (2 * steps + snapshots)


class ShowsWhatEverHasMerged(LazyState):
    """A leak: a step sees what others than its ancestors merged."""

    def view(self, rank: int) -> Mapping[str, Section]:
        return {name: Section.model_validate(plain) for name, plain in self.plain_now().items()}


class LetsTheLastMergeWin(LazyState):
    """A leak: what is left of a section depends on who came last."""

    def merge(self, rank: int, merged: Plain) -> None:
        super().merge(rank, merged)
        self._writers[self._graph.section[rank]] = rank


class ForgetsNotes(CommitOnce):
    async def progress(self, agent: str, number: int, note: str) -> None:
        """Lost."""


class ForgetsAnEvent(SynchronousMonitor):
    async def record(self, record: Record) -> None:
        if record["number"]:
            await super().record(record)


@pytest.mark.parametrize(
    ("module", "part", "broken"),
    [
        (runtime, "LazyState", ShowsWhatEverHasMerged),
        (runtime, "LazyState", LetsTheLastMergeWin),
        (runtime, "CommitOnce", ForgetsNotes),
        (monitoring, "SynchronousMonitor", ForgetsAnEvent),
    ],
)
def test_a_planted_fault_changes_the_digest(
    module: ModuleType,
    part: str,
    broken: type,
    stage: Stage,
    own: Own,
    scenario: Callable[..., Scenario],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """`late` is of a lower rank than `early`, but merges after it."""
    early_has_merged = asyncio.Event()

    async def look(context: AgentContext) -> Mapping[str, Any]:
        if context.agent == "late":
            await early_has_merged.wait()
        if context.agent == "after_early":
            early_has_merged.set()
        return {"seen": sorted(section.author for section in context.state.values())}

    uses = own(look)
    asked = scenario(
        {"agent": "late", "uses": uses},
        {"agent": "early", "uses": uses},
        {"agent": "after_early", "needs": ["early"], "uses": uses},
        {"agent": "last", "needs": ["late"], "uses": uses},
        state={"sections": 1, "section_size": "1B"},
    )
    enabled = ALL - {"async_monitoring"}
    sound = stage.perform(enabled, asked).digest
    early_has_merged.clear()
    assert sound == stage.perform(enabled, asked).digest
    monkeypatch.setattr(module, part, broken)
    early_has_merged.clear()
    assert sound != stage.perform(enabled, asked).digest
