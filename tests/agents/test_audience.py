"""The subscriber process as the runtime sees it: called to one trial after another."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable

import pytest

from agentperf.agents import audience as module
from agentperf.agents.audience import Audience, AudienceError
from agentperf.agents.broadcast import Broadcast
from agentperf.agents.counters import Counters
from agentperf.agents.runtime import open_runtime
from agentperf.agents.session import Session
from agentperf.agents.site import Site
from agentperf.scenarios.schema import Scenario


async def test_one_process_attends_one_trial_after_another() -> None:
    async with Audience.started() as audience:
        for subscribers in (1, 0, 5, 2):
            counters = Counters()
            sender = Broadcast(counters)
            async with audience.attending(sender, subscribers):
                await sender.send("hello")
                await sender.flush()
            assert counters.frames_sent == subscribers


async def test_hundreds_attend() -> None:
    counters = Counters()
    sender = Broadcast(counters)
    async with Audience.started() as audience, audience.attending(sender, 200):
        await sender.send("hello")
    assert counters.frames_sent == 200


async def test_a_trial_that_fails_leaves_the_process_to_the_next() -> None:
    async with Audience.started() as audience:
        with pytest.raises(LookupError):
            async with audience.attending(Broadcast(Counters()), 3):
                raise LookupError
        sender = Broadcast(Counters())
        async with audience.attending(sender, 2):
            await sender.send("hello")
        assert sender._counters.frames_sent == 2


async def test_the_process_ends_with_the_block() -> None:
    async with Audience.started() as audience:
        process = audience._process
        assert process.returncode is None
    assert process.returncode is not None


async def test_nobody_is_not_asked() -> None:
    async with Audience.started() as audience:
        audience._process.kill()
        await audience._process.wait()
        async with audience.attending(Broadcast(Counters()), 0):
            pass


async def test_a_process_that_has_died_is_an_error() -> None:
    async with Audience.started() as audience:
        audience._process.kill()
        await audience._process.wait()
        with pytest.raises(AudienceError, match="ended unexpectedly"):
            async with audience.attending(Broadcast(Counters()), 1):
                raise AssertionError


async def test_a_process_that_dies_during_a_trial_is_an_error(
    scenario: Callable[..., Scenario], site: Callable[..., Site]
) -> None:
    """The session ends as it would have; the trial does not count."""
    asked = scenario(websocket={"subscribers": 2})
    async with Audience.started() as audience:
        with pytest.raises(AudienceError, match="ended unexpectedly"):
            async with open_runtime(frozenset(), {}, asked, site=site(audience)) as run:
                audience._process.kill()
                await audience._process.wait()
                assert await run(Session(0, "1"))
                await run.settle()


async def test_a_late_answer_is_not_taken_for_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async with Audience.started() as audience:
        monkeypatch.setattr(module, "ANSWER_DEADLINE_S", 0)
        with pytest.raises(AudienceError, match="did not answer within 0 s"):
            async with audience.attending(Broadcast(Counters()), 1):
                raise AssertionError
        monkeypatch.undo()
        with pytest.raises(AudienceError, match="ended unexpectedly"):
            async with audience.attending(Broadcast(Counters()), 1):
                raise AssertionError


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="the limits of another process are Linux's")
async def test_what_keeps_subscribers_away_is_told() -> None:
    async with Audience.started() as audience:
        async with audience.attending(Broadcast(Counters()), 1):
            pass
        resource.prlimit(audience._process.pid, resource.RLIMIT_NOFILE, (20, 20))
        with pytest.raises(AudienceError, match=r"30 subscribers can't attend: .*Too many open files"):
            async with audience.attending(Broadcast(Counters()), 30):
                raise AssertionError
        async with audience.attending(Broadcast(Counters()), 1):
            pass


async def test_the_process_ends_with_its_input() -> None:
    """As it does when whoever started it is killed."""
    async with Audience.started() as audience:
        async with audience.attending(Broadcast(Counters()), 2):
            pass
        assert audience._process.stdin
        audience._process.stdin.close()
        assert await audience._process.wait() == os.EX_OK
