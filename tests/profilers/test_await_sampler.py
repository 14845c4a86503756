"""What tasks wait for: chains joined from task to task, in words at their end, at a bounded cost."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import aiosqlite
import pytest

from agentperf.profilers.await_sampler import BACKGROUND, TASKS, AwaitSampler, await_profile
from agentperf.profilers.awaiting import waiting
from agentperf.profilers.locations import Locations
from agentperf.profilers.profile import effective_samples

CPU_SHARE = 0.05


def now_waiting() -> list[str]:
    """Every task that waits but the one that asks, outermost first."""
    me = asyncio.current_task()
    return sorted(
        " > ".join([*(code.co_name for code in one.codes), *([one.word] if one.word else [])])
        for one in waiting(asyncio.get_running_loop())
        if one.task is not me
    )


async def leaf(event: asyncio.Event) -> None:
    await event.wait()


async def gathers(event: asyncio.Event) -> None:
    await asyncio.gather(leaf(event), leaf(event))


async def groups(event: asyncio.Event) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(leaf(event))
        group.create_task(gathers(event))


async def waits(event: asyncio.Event) -> None:
    await asyncio.wait({asyncio.create_task(leaf(event))})


async def waits_for(event: asyncio.Event) -> None:
    await asyncio.wait_for(leaf(event), 60)


async def shields(event: asyncio.Event) -> None:
    await asyncio.shield(leaf(event))


async def awaits_a_task(event: asyncio.Event) -> None:
    await asyncio.create_task(leaf(event))


async def iterates(event: asyncio.Event) -> None:
    async def numbers() -> AsyncIterator[int]:
        await event.wait()
        yield 1

    async for _ in numbers():
        pass


async def enters(event: asyncio.Event) -> None:
    @asynccontextmanager
    async def manager() -> AsyncIterator[None]:
        await event.wait()
        yield

    async with manager():
        pass


class Awaitable_:
    def __init__(self, event: asyncio.Event) -> None:
        self._event = event

    def __await__(self):  # type: ignore[no-untyped-def]
        return (yield from self._event.wait().__await__())


async def awaits_an_object(event: asyncio.Event) -> None:
    await Awaitable_(event)


class Touchy:
    def __getattr__(self, name: str) -> object:
        raise LookupError(f"nobody but its owner may ask for {name}")


class Iterator_:
    def __init__(self, event: asyncio.Event) -> None:
        self.touchy = Touchy()
        self._waits = event.wait()

    def __await__(self):  # type: ignore[no-untyped-def]
        return self

    def __next__(self) -> object:
        return self._waits.send(None)


async def awaits_an_iterator(event: asyncio.Event) -> None:
    await Iterator_(event)


@pytest.mark.parametrize(
    ("work", "chains"),
    [
        (leaf, ["leaf > wait"]),
        (gathers, ["gathers > leaf > wait"] * 2),
        (groups, ["groups > gathers > leaf > wait"] * 2 + ["groups > leaf > wait"]),
        (waits, ["waits > leaf > wait"]),
        (waits_for, ["waits_for > leaf > wait"]),
        (shields, ["shields > leaf > wait"]),
        (awaits_a_task, ["awaits_a_task > leaf > wait"]),
        (iterates, ["iterates > numbers > wait"]),
        (enters, ["enters > __aenter__ > manager > wait"]),
        (awaits_an_object, ["awaits_an_object > __await__ > wait"]),
        (awaits_an_iterator, ["awaits_an_iterator > wait"]),
    ],
)
async def test_chains(work: Callable[[asyncio.Event], Awaitable[None]], chains: list[str]) -> None:
    event = asyncio.Event()
    task = asyncio.ensure_future(work(event))
    for _ in range(4):
        await asyncio.sleep(0)
    # from Python 3.12 on, wait_for needs no task of its own
    assert [chain.replace(" > wait_for > ", " > ") for chain in now_waiting()] == chains
    event.set()
    await task


async def test_who_waits_for_the_loop_is_ready() -> None:
    async def turns() -> None:
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    task = asyncio.create_task(turns())
    assert now_waiting() == ["turns > ready to run"]
    await asyncio.sleep(0)
    assert now_waiting() == ["turns > sleep > __sleep0 > ready to run"]
    await task


async def test_a_thread() -> None:
    go = threading.Event()
    task = asyncio.create_task(asyncio.to_thread(go.wait))
    try:
        for _ in range(2):
            await asyncio.sleep(0)
        seen = now_waiting()
        assert seen == ["to_thread > a thread"]
    finally:
        go.set()
    await task


async def test_a_future_and_a_lock() -> None:
    lock, future = asyncio.Lock(), asyncio.get_running_loop().create_future()

    async def holds() -> None:
        async with lock:
            await future

    async def queues() -> None:
        async with lock:
            pass

    tasks = [asyncio.create_task(holds()), asyncio.create_task(queues())]
    for _ in range(2):
        await asyncio.sleep(0)
    assert now_waiting() == ["holds > a future", "queues > __aenter__ > acquire"]
    future.set_result(None)
    await asyncio.gather(*tasks)


async def test_a_database_in_a_thread(tmp_path: Path) -> None:
    async with aiosqlite.connect(tmp_path / "state.db", isolation_level=None) as connection:
        await connection.execute("CREATE TABLE notes (text)")
        other = sqlite3.connect(tmp_path / "state.db", isolation_level=None)
        other.execute("BEGIN EXCLUSIVE")
        task = asyncio.ensure_future(connection.execute("INSERT INTO notes VALUES (1)"))
        for _ in range(3):
            await asyncio.sleep(0)
        (seen,) = now_waiting()
        other.execute("COMMIT")
        other.close()
        await task
    assert seen == "execute > _execute > a thread"


async def test_tasks_that_wait_for_each_other() -> None:
    tasks: list[asyncio.Task[None]] = []

    async def wait_for_the_other(index: int) -> None:
        await asyncio.wait({tasks[index]})

    tasks += [asyncio.create_task(wait_for_the_other(index)) for index in (1, 0)]
    for _ in range(2):
        await asyncio.sleep(0)
    now_waiting()  # ends
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)


# The thread that looks


async def sampled(sampler: AwaitSampler, at_least: int) -> None:
    while sampler.count < at_least:  # noqa: ASYNC110 - counted in another thread, which looks at this, too
        await asyncio.sleep(0.005)


def by_thread(sampler: AwaitSampler) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for sample in sampler.samples():
        found.setdefault(sample.thread, set()).add(" > ".join(frame.function for frame in sample.stack))
    return found


async def test_tasks_from_before_stand_apart() -> None:
    queue: asyncio.Queue[None] = asyncio.Queue()
    never = asyncio.Event()

    async def serves() -> None:
        while True:
            await queue.get()
            await asyncio.sleep(0.02)

    async def idles() -> None:
        await never.wait()

    async def session() -> None:
        for _ in range(5):
            queue.put_nowait(None)
            await asyncio.sleep(0.03)

    before = [asyncio.create_task(serves()), asyncio.create_task(idles())]
    await asyncio.sleep(0)
    with AwaitSampler(asyncio.get_running_loop()) as sampler:
        await asyncio.create_task(session())
    for task in before:
        task.cancel()
    await asyncio.wait(before)
    found = by_thread(sampler)
    assert any("session > sleep" in stack for stack in found[TASKS])
    assert any("serves > sleep" in stack for stack in found[BACKGROUND])
    assert not any("idles" in stack for stacks in found.values() for stack in stacks)


async def test_it_may_be_started_again() -> None:
    sampler = AwaitSampler(asyncio.get_running_loop())
    for rounds in (1, 2):
        sampler.start()
        sampler.start()  # does nothing
        await sampled(sampler, 3 * rounds)
        sampler.stop()
        sampler.stop()
    count = sampler.count
    await asyncio.sleep(0.02)
    assert sampler.count == count
    assert not [thread for thread in threading.enumerate() if thread.name == "await sampler"]


async def test_its_worth_is_kept_trial_by_trial() -> None:
    sampler = AwaitSampler(asyncio.get_running_loop())
    assert sampler.effective_samples == 0
    for rounds in (1, 2, 3):
        with sampler:
            await sampled(sampler, 3 * rounds)
        for _ in range(2):  # to ask again counts nothing twice
            worth = effective_samples(one.weight_s for one in sampler.samples())
            assert sampler.effective_samples == worth > 0


@pytest.mark.parametrize(("tasks", "samples"), [(10, 60), (2000, 10)])
async def test_it_takes_less_than_5_percent_of_one_cpu(tasks: int, samples: int) -> None:
    event = asyncio.Event()
    waits = [asyncio.create_task(leaf(event)) for _ in range(tasks)]
    with AwaitSampler(asyncio.get_running_loop()) as sampler:
        await sampled(sampler, samples)
    event.set()
    await asyncio.gather(*waits)
    assert sampler.cpu_s / sampler.watched_s < CPU_SHARE


@pytest.mark.parametrize("tasks", [20, 3000])
async def test_nor_of_windows_so_short_that_each_allows_a_look_at_most(tasks: int) -> None:
    """Their tasks begin when it has been started already, as a trial's do."""
    sampler = AwaitSampler(asyncio.get_running_loop())
    event = asyncio.Event()
    seen = False
    while sampler.watched_s < 0.5 or not seen:
        with sampler:
            waits = [asyncio.create_task(leaf(event)) for _ in range(tasks)]
            await asyncio.sleep(0.01)
        for wait in waits:
            wait.cancel()
        await asyncio.wait(waits)
        seen = any("leaf" in stack for stack in by_thread(sampler).get(TASKS, ()))
    assert sampler.cpu_s / sampler.watched_s < CPU_SHARE


async def test_what_cheap_looks_have_saved_is_not_spent_at_once() -> None:
    event = asyncio.Event()
    with AwaitSampler(asyncio.get_running_loop(), interval_s=0.05) as sampler:
        await sampled(sampler, 60)
    waits = [asyncio.create_task(leaf(event)) for _ in range(1000)]
    cpu_s, watched_s, count = sampler.cpu_s, sampler.watched_s, sampler.count
    with sampler:
        await sampled(sampler, count + 10)
    event.set()
    await asyncio.gather(*waits)
    assert (sampler.cpu_s - cpu_s) / (sampler.watched_s - watched_s) < CPU_SHARE


async def test_tasks_that_come_and_go() -> None:
    async def comes_and_goes() -> None:
        await asyncio.sleep(0)

    with AwaitSampler(asyncio.get_running_loop(), interval_s=0.0005) as sampler:
        while sampler.count < 20:
            await asyncio.gather(*(comes_and_goes() for _ in range(50)))
            await asyncio.sleep(0.0001)
    assert sampler.samples()


async def test_the_profile_has_short_names() -> None:
    with AwaitSampler(asyncio.get_running_loop()) as sampler:
        await sampled(sampler, 3)
    profile = await_profile(
        sampler,
        locations=Locations([Path(__file__).parent]),
        on=frozenset({"pooling"}),
        workload_digest="w",
    )
    files = {frame.file for sample in profile.samples for frame in sample.stack}
    assert "./test_await_sampler.py" in files
    assert not any(file.startswith("/") for file in files)
    assert profile.on == {"pooling"}
    assert profile.caveats
