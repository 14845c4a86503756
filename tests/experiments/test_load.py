"""Closed and open loops, driven by sessions that the test holds in its hand."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from agentperf.agents.draws import Draws
from agentperf.agents.session import Session
from agentperf.experiments.load import SessionGone, drive
from agentperf.scenarios.schema import Load

DRAWS = Draws(seed=1, block=0)


def load(**written: Any) -> Load:
    """As a scenario has it."""
    return Load.model_validate(written)


def stall(seconds: float) -> None:
    time.sleep(seconds)


class Gate:
    """Sessions begin as they are started and end as the test lets them."""

    def __init__(self) -> None:
        self.running: dict[int, asyncio.Future[None]] = {}
        self._changed = asyncio.Event()

    async def __call__(self, session: Session) -> Any:
        self.running[session.index] = asyncio.get_running_loop().create_future()
        self._changed.set()
        await self.running[session.index]
        del self.running[session.index]
        return session.index

    async def until(self, running: set[int]) -> None:
        while set(self.running) != running:
            self._changed.clear()
            await self._changed.wait()


async def test_a_closed_loop_uses_its_concurrency_and_never_exceeds_it() -> None:
    gate = Gate()
    driving = asyncio.create_task(drive(gate, load(sessions=7, concurrency=3), 1.0, DRAWS))
    await gate.until({0, 1, 2})
    for ending, running in ((1, {0, 2, 3}), (3, {0, 2, 4}), (0, {2, 4, 5}), (2, {4, 5, 6})):
        gate.running[ending].set_result(None)
        await gate.until(running)
    for future in gate.running.values():
        future.set_result(None)
    answers = await driving
    assert [answer.outcome for answer in answers] == list(range(7))


async def test_more_concurrency_than_sessions_is_no_more_than_sessions() -> None:
    gate = Gate()
    driving = asyncio.create_task(drive(gate, load(sessions=2, concurrency=50), 1.0, DRAWS))
    await gate.until({0, 1})
    for future in gate.running.values():
        future.set_result(None)
    assert len(await driving) == 2


async def test_a_closed_loop_times_a_session_from_its_own_start() -> None:
    async def stall_first(session: Session) -> None:
        if session.index == 0:
            stall(0.02)

    first, *others = await drive(stall_first, load(sessions=5), 1.0, DRAWS)
    assert first.latency_ns >= 20e6
    assert min(answer.latency_ns for answer in others) < 20e6


async def test_an_open_loop_times_from_the_intended_start() -> None:
    """The first session stalls the loop for 40 ms; those meant to start meanwhile have waited too."""

    async def stall_first(session: Session) -> None:
        if session.index == 0:
            stall(0.04)

    wanted = load(sessions=4, arrival_rate="100/s", arrivals="constant")  # every 10 ms
    answers = await drive(stall_first, wanted, 1.0, DRAWS)
    for index, waited_s in enumerate((0.04, 0.03, 0.02, 0.01)):
        assert answers[index].latency_ns >= waited_s * 1e9 * 0.99


async def test_an_open_loop_does_not_wait_for_answers() -> None:
    gate = Gate()
    wanted = load(sessions=4, arrival_rate="1000000/s", arrivals="constant")
    driving = asyncio.create_task(drive(gate, wanted, 1.0, DRAWS))
    await gate.until({0, 1, 2, 3})
    for future in gate.running.values():
        future.set_result(None)
    assert len(await driving) == 4


async def test_random_arrivals_are_those_of_the_block_and_have_the_rate_on_average() -> None:
    async def starts(draws: Draws, time_scale: float) -> float:
        """Seconds until the last of 200 sessions has arrived."""
        begun: list[float] = []

        async def note(session: Session) -> None:
            begun.append(time.perf_counter())

        before = time.perf_counter()
        await drive(note, load(sessions=200, arrival_rate="10000/s"), time_scale, draws)
        return begun[-1] - before

    assert await starts(DRAWS, 1.0) >= 200 / 10_000 * 0.75  # mean 20 ms, sd 1.4 ms; never early
    assert await starts(DRAWS, 2.0) >= 2 * 200 / 10_000 * 0.75


async def test_the_first_failure_is_raised_and_the_others_are_cancelled() -> None:
    cancelled: list[int] = []

    async def fail_second(session: Session) -> None:
        if session.index == 1:
            raise ValueError("no such customer")
        try:
            await asyncio.get_running_loop().create_future()
        except asyncio.CancelledError:
            cancelled.append(session.index)
            raise

    with pytest.raises(ValueError, match="no such customer"):
        await drive(fail_second, load(sessions=3, concurrency=3), 1.0, DRAWS)
    assert sorted(cancelled) == [0, 2]


@pytest.mark.parametrize("wanted", [load(sessions=3), load(sessions=3, arrival_rate="1000000/s")])
async def test_a_session_that_vanishes_is_a_failure(wanted: Load) -> None:
    async def cancel_second(session: Session) -> None:
        if session.index == 1:
            raise asyncio.CancelledError

    with pytest.raises(SessionGone, match="session 1 was cancelled from within"):
        await drive(cancel_second, wanted, 1.0, DRAWS)


async def test_sys_exit_ends_a_session_and_not_the_loop() -> None:
    async def leave(session: Session) -> None:
        raise SystemExit(3)

    with pytest.raises(SessionGone, match=r"session 0 called sys.exit\(3\)"):
        await drive(leave, load(), 1.0, DRAWS)


async def test_sessions_draw_the_same_numbers_whatever_else_happens() -> None:
    async def draw(session: Session) -> float:
        return session.rng.random()

    one_by_one = await drive(draw, load(sessions=5), 1.0, DRAWS)
    at_once = await drive(draw, load(sessions=5, concurrency=5), 1.0, Draws(seed=1, block=0))
    another_block = await drive(draw, load(sessions=5), 1.0, Draws(seed=1, block=1))
    assert [one.outcome for one in one_by_one] == [one.outcome for one in at_once]
    assert not {one.outcome for one in one_by_one} & {one.outcome for one in another_block}
