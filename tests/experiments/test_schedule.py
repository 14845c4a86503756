"""When blocks begin, and how waiting for it ends."""

from __future__ import annotations

import asyncio
import time

import pytest

from agentperf.experiments.schedule import RealClock, Schedule


class Moment:
    """A clock that stands still."""

    def __init__(self) -> None:
        self.s = 50.0

    def now_s(self) -> float:
        return self.s


def test_blocks_begin_evenly_spread_and_the_first_at_once() -> None:
    clock = Moment()
    schedule = Schedule(100.0, 4, clock.now_s)
    begun = []
    for _ in range(4):
        clock.s += schedule.next_in_s()
        begun.append(clock.s - 50)
        schedule.begin()
        clock.s += 3.0  # the block
    assert begun == [0.0, 25.0, 50.0, 75.0]


def test_it_tells_when_the_last_of_several_is_to_begin() -> None:
    schedule = Schedule(100.0, 4, Moment().now_s)
    assert [schedule.next_in_s(others) for others in (0, 1, 3, 4, 9)] == [0.0, 25.0, 75.0, 100.0, 100.0]
    schedule.begin()
    assert schedule.next_in_s(1) == 50.0


def test_what_begins_late_makes_nothing_else_late() -> None:
    clock = Moment()
    schedule = Schedule(100.0, 4, clock.now_s)
    schedule.begin()
    clock.s += 40.0
    assert schedule.next_in_s() == 0.0
    schedule.begin()
    clock.s += 5.0
    assert schedule.next_in_s() == pytest.approx(5.0)


def test_blocks_beyond_those_that_were_sure_begin_when_the_time_is_over() -> None:
    clock = Moment()
    schedule = Schedule(100.0, 2, clock.now_s)
    for _ in range(2):
        schedule.begin()
    assert schedule.next_in_s() == 100.0
    clock.s += 100.0
    for _ in range(3):
        schedule.begin()
        assert schedule.next_in_s() == 0.0


@pytest.mark.parametrize(("spread_s", "blocks"), [(0.0, 5), (-3.0, 5), (100.0, 0)])
def test_without_time_or_blocks_left_nobody_waits(spread_s: float, blocks: int) -> None:
    schedule = Schedule(spread_s, blocks, Moment().now_s)
    for _ in range(3):
        assert schedule.next_in_s() == 0.0
        schedule.begin()


async def test_waiting_ends_with_the_time_or_with_the_event() -> None:
    event = asyncio.Event()
    began = time.monotonic()
    await RealClock().wait(event, 0.001)
    assert not event.is_set()
    asyncio.get_running_loop().call_soon(event.set)
    await RealClock().wait(event, 600.0)
    assert event.is_set()
    await RealClock().wait(event, 600.0)
    assert time.monotonic() - began < 60
