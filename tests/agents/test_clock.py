"""Both clocks: the time of day, and the loop's own."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from agentperf.agents.clock import LoopClock, WallClock
from agentperf.agents.runtime import open_runtime
from agentperf.agents.session import Session
from agentperf.agents.site import Site
from agentperf.scenarios.schema import Scenario


def test_the_wall_clock_tells_the_time_of_day() -> None:
    before = time.time()
    now = WallClock().now()
    assert before <= now <= time.time()


def test_the_loop_clock_is_the_loops(virtual_time: asyncio.Runner) -> None:
    async def look() -> tuple[float, float]:
        clock = LoopClock()
        before = clock.now()
        await asyncio.sleep(3600)
        return before, clock.now()

    assert virtual_time.run(look()) == (0, 3600)


def test_the_loop_clock_needs_a_loop() -> None:
    with pytest.raises(RuntimeError):
        LoopClock()


@pytest.mark.parametrize(("enabled", "steady"), [(frozenset({"loop_clock"}), True), (frozenset(), False)])
def test_a_wall_clock_that_jumps_spoils_only_the_slow_way(
    enabled: frozenset[str],
    steady: bool,
    scenario: Callable[..., Scenario],
    site: Callable[..., Site],
    virtual_time: asyncio.Runner,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """An hour back while the model thinks for a second."""
    monkeypatch.setattr(time, "time", lambda: 1e9 - 3600 * (virtual_time.get_loop().time() > 0))
    place = site()

    async def run() -> Any:
        asked = scenario({"agent": "a", "llm": {"latency": "1s"}}, persistence={"writes_per_step": 0})
        async with open_runtime(enabled, {}, asked, site=place) as runtime:
            await runtime(Session(0, "1"))

    virtual_time.run(run())
    *_, last = map(json.loads, (place.directory / "monitoring.jsonl").read_text().splitlines())
    assert last["elapsed"] == (pytest.approx(1) if steady else -3600)
