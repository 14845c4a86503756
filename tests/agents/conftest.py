"""What the tests of agents/ share: scenarios, sites, agents of one's own, and a clock that jumps."""

from __future__ import annotations

import asyncio
import selectors
import sys
from asyncio.subprocess import Process
from collections.abc import Awaitable, Callable, Coroutine, Iterator, Mapping
from dataclasses import asdict, dataclass
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

from agentperf.agents import runtime
from agentperf.agents.audience import Audience
from agentperf.agents.context import AgentContext
from agentperf.agents.draws import Draws
from agentperf.agents.site import Site
from agentperf.experiments.load import drive
from agentperf.experiments.outcome import digest
from agentperf.scenarios.schema import Scenario

NOBODY = Audience(cast(Process, None))  # enough where there are no subscribers
OWN_AGENTS = "own_agents"

Act = Callable[[AgentContext], Coroutine[Any, Any, Mapping[str, Any]]]


@dataclass(frozen=True)
class Done:
    """What a trial left behind."""

    outcomes: list[Any]
    evidence: dict[str, Any]
    counters: dict[str, int]

    @property
    def digest(self) -> str:
        return digest(self.outcomes, self.evidence)


@pytest.fixture(scope="session")
def scenario() -> Callable[..., Scenario]:
    """Makes scenarios: small, with nobody listening, and without waiting for the disk unless asked for."""

    def make(*steps: dict[str, Any], **document: Any) -> Scenario:
        quick: dict[str, Any] = {
            "name": "test",
            "state": {"sections": 3, "section_size": "300B"},
            "persistence": {"synchronous": "off"},
            "websocket": {"subscribers": 0},
            "monitoring": {"fsync": False},
        }
        return Scenario.model_validate({**quick, "steps": steps or [{"agent": "only"}], **document})

    return make


@pytest.fixture
def site(tmp_path: Path) -> Callable[..., Site]:
    """Makes sites, each in a new directory."""
    numbers = count()

    def make(audience: Audience = NOBODY, seed: int = 1, block: int = 0) -> Site:
        directory = tmp_path / f"site_{next(numbers)}"
        directory.mkdir()
        return Site(directory, Draws(seed, block), audience)

    return make


@pytest.fixture(scope="session")
def perform() -> Callable[..., Awaitable[Done]]:
    """Runs a scenario with some optimizations on at a site, as a trial does."""

    async def perform(enabled: frozenset[str], scenario: Scenario, site: Site) -> Done:
        async with runtime.open_runtime(enabled, {}, scenario, site=site) as run:
            run.counters.reset()
            answers = await drive(run, scenario.load, scenario.measure.time_scale, site.draws)
            await run.settle()
            counters = asdict(run.counters)
            return Done([answer.outcome for answer in answers], await run.evidence(), counters)

    return perform


@pytest.fixture(scope="session")
def own() -> Iterator[Callable[[Act], str]]:
    """Gives a coroutine function an address that a scenario can use."""
    module = sys.modules[OWN_AGENTS] = ModuleType(OWN_AGENTS)

    def publish(act: Act) -> str:
        setattr(module, act.__name__, act)
        return f"{OWN_AGENTS}:{act.__name__}"

    yield publish
    del sys.modules[OWN_AGENTS]


class _Jumping(selectors.PollSelector):
    """Waits for no timer: where nothing else is ready, time jumps to the next one."""

    now = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(None if timeout is None else 0)
        if not ready and timeout:
            self.now += timeout
        return ready


class _VirtualTimeLoop(asyncio.SelectorEventLoop):
    """Hours pass in no time, exactly."""

    def __init__(self) -> None:
        self._jumping = _Jumping()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now


@pytest.fixture
def virtual_time() -> Iterator[asyncio.Runner]:
    """Runs coroutines on an event loop whose clock starts at 0 and jumps from timer to timer."""
    with asyncio.Runner(loop_factory=_VirtualTimeLoop) as runner:
        yield runner
