"""Both ways to record what happens: nothing is dropped, and what can't be written is an error, not a hang."""

from __future__ import annotations

import asyncio
import errno
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from agentperf.agents.counters import Counters
from agentperf.agents.monitoring import (
    QUEUE_SIZE,
    Durability,
    Monitor,
    OpenMonitor,
    monitor_in_background,
    monitor_synchronously,
)
from agentperf.agents.runtime import open_runtime
from agentperf.agents.session import Session
from agentperf.agents.site import Site
from agentperf.scenarios.schema import Scenario

DEV_FULL = Path("/dev/full")

both_ways = pytest.mark.parametrize("open_monitor", [monitor_synchronously, monitor_in_background])
needs_dev_full = pytest.mark.skipif(not DEV_FULL.exists(), reason="/dev/full is Linux's")


async def record_all(monitor: Monitor, writer: int, count: int) -> None:
    for number in range(count):
        await monitor.record({"writer": writer, "number": number, "text": "ü\n" * (number % 50)})


def read(path: Path) -> list[dict[str, Any]]:
    text = path.read_bytes()
    assert text.endswith(b"\n") or not text
    return [json.loads(line) for line in text.splitlines()]


@both_ways
async def test_every_record_is_a_whole_line_in_the_order_of_its_writer(
    open_monitor: OpenMonitor, tmp_path: Path
) -> None:
    """More than the queue holds, from many at once."""
    writers, count = 20, QUEUE_SIZE // 8
    counters = Counters()
    async with open_monitor(tmp_path / "records", Durability.FLUSHED, counters) as monitor:
        async with asyncio.TaskGroup() as group:
            for writer in range(writers):
                group.create_task(record_all(monitor, writer, count))
        await monitor.drain()
        records = read(tmp_path / "records")
        for writer in range(writers):
            numbers = [record["number"] for record in records if record["writer"] == writer]
            assert numbers == list(range(count))
        assert (counters.monitoring_records, counters.fsyncs) == (writers * count, 0)


async def test_a_full_queue_makes_the_hot_path_wait(tmp_path: Path) -> None:
    async with monitor_in_background(tmp_path / "records", Durability.FLUSHED, Counters()) as monitor:
        recording = asyncio.create_task(record_all(monitor, 0, 2 * QUEUE_SIZE))
        await asyncio.sleep(0)
        assert not recording.done()
        await recording
    assert len(read(tmp_path / "records")) == 2 * QUEUE_SIZE


@both_ways
async def test_records_are_appended(open_monitor: OpenMonitor, tmp_path: Path) -> None:
    for _ in range(2):
        async with open_monitor(tmp_path / "records", Durability.FLUSHED, Counters()) as monitor:
            await record_all(monitor, 0, 2)
    assert len(read(tmp_path / "records")) == 4


async def test_the_slow_way_syncs_each_record(tmp_path: Path) -> None:
    counters = Counters()
    async with monitor_synchronously(tmp_path / "records", Durability.FSYNCED, counters) as monitor:
        for number in range(1, 6):
            await monitor.record({})
            assert (counters.monitoring_records, counters.fsyncs) == (number, number)


async def test_the_fast_way_syncs_each_batch(tmp_path: Path) -> None:
    counters = Counters()
    async with monitor_in_background(tmp_path / "records", Durability.FSYNCED, counters) as monitor:
        await record_all(monitor, 0, 100)
        await monitor.drain()
        assert counters.monitoring_records == 100
        assert 1 <= counters.fsyncs < 100
        await record_all(monitor, 0, 1)
        await monitor.drain()
        assert counters.monitoring_records == 101
        assert len(read(tmp_path / "records")) == 101


@both_ways
@pytest.mark.parametrize("reason", [LookupError, asyncio.CancelledError])
async def test_nothing_is_dropped_whatever_the_reason_for_leaving(
    open_monitor: OpenMonitor, reason: type[BaseException], tmp_path: Path
) -> None:
    with pytest.raises(reason):
        async with open_monitor(tmp_path / "records", Durability.FSYNCED, Counters()) as monitor:
            await record_all(monitor, 0, 100)
            raise reason
    assert len(read(tmp_path / "records")) == 100


@both_ways
async def test_nothing_is_dropped_when_the_task_is_cancelled(
    open_monitor: OpenMonitor, tmp_path: Path
) -> None:
    recorded = asyncio.Event()

    async def record_and_wait() -> None:
        async with open_monitor(tmp_path / "records", Durability.FSYNCED, Counters()) as monitor:
            await record_all(monitor, 0, 100)
            recorded.set()
            await asyncio.Event().wait()

    task = asyncio.create_task(record_and_wait())
    await recorded.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert len(read(tmp_path / "records")) == 100


@needs_dev_full
@both_ways
async def test_a_full_disk_is_an_error(open_monitor: OpenMonitor) -> None:
    counters = Counters()
    with pytest.raises(OSError) as full:
        async with open_monitor(DEV_FULL, Durability.FSYNCED, counters) as monitor:
            await record_all(monitor, 0, 2 * QUEUE_SIZE)
            await monitor.drain()
            raise AssertionError
    assert full.value.errno == errno.ENOSPC
    assert counters.monitoring_records == 0


@needs_dev_full
async def test_a_full_disk_that_nobody_asked_about_is_an_error_at_the_end() -> None:
    with pytest.raises(OSError, match="No space left on device"):
        async with monitor_in_background(DEV_FULL, Durability.FLUSHED, Counters()) as monitor:
            await monitor.record({})


@both_ways
async def test_a_record_that_is_no_json_is_an_error(open_monitor: OpenMonitor, tmp_path: Path) -> None:
    with pytest.raises(TypeError):
        async with open_monitor(tmp_path / "records", Durability.FLUSHED, Counters()) as monitor:
            await monitor.record({"what": object()})
            await record_all(monitor, 0, 2 * QUEUE_SIZE)
            await monitor.drain()
            raise AssertionError


@needs_dev_full
@pytest.mark.parametrize("enabled", [frozenset(), frozenset({"async_monitoring"})], ids=["slow", "fast"])
async def test_a_full_disk_fails_the_trial(
    enabled: frozenset[str], scenario: Callable[..., Scenario], site: Callable[..., Site]
) -> None:
    place = site()
    (place.directory / "monitoring.jsonl").symlink_to(DEV_FULL)
    with pytest.raises(OSError, match="No space left on device"):
        async with open_runtime(enabled, {}, scenario(), site=place) as run:
            await run(Session(0, "1"))
            await run.settle()
            raise AssertionError


LIMITED = """
import asyncio, resource, sys
from pathlib import Path
from agentperf.agents.counters import Counters
from agentperf.agents.monitoring import Durability, {name}

async def main():
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    async with {name}(Path(sys.argv[1]), Durability.FLUSHED, Counters()) as monitor:
        for number in range(10_000):
            await monitor.record({{"number": number}})
        await monitor.drain()

try:
    asyncio.run(main())
except OSError as error:
    print(error.strerror)
"""


@both_ways
def test_a_disk_that_fills_up_is_an_error(open_monitor: OpenMonitor, tmp_path: Path) -> None:
    """What was written by then stands, in whole lines and in order, but for the very last."""
    pytest.importorskip("resource")
    script = LIMITED.format(name=open_monitor.__name__)
    done = subprocess.run(
        [sys.executable, "-c", script, tmp_path / "records"], capture_output=True, text=True, timeout=30
    )
    assert (done.stdout, done.stderr) == ("File too large\n", "")
    text = (tmp_path / "records").read_bytes()
    assert len(text) == 100_000
    *whole, _ = text.split(b"\n")
    assert [json.loads(line)["number"] for line in whole] == list(range(len(whole)))


@pytest.mark.parametrize("enabled", [frozenset(), frozenset({"async_monitoring"})], ids=["slow", "fast"])
async def test_the_events_of_a_step_are_in_order(
    enabled: frozenset[str], scenario: Callable[..., Scenario], site: Callable[..., Site]
) -> None:
    place = site()
    steps = ({"agent": "a"}, {"agent": "b", "needs": ["a"]}, {"agent": "c", "needs": ["a"]})
    asked = scenario(*steps, monitoring={"fsync": False, "events_per_step": 4})
    async with open_runtime(enabled | {"parallelism"}, {}, asked, site=place) as run:
        await asyncio.gather(*(run(Session(index, "1")) for index in range(3)))
    records = read(place.directory / "monitoring.jsonl")
    for session in range(3):
        for agent in "abc":
            mine = [record for record in records if (record["session"], record["agent"]) == (session, agent)]
            assert [record["number"] for record in mine] == [0, 1, 2, 3]
            assert [record["event"] for record in mine] == [
                "step_started",
                "progress",
                "progress",
                "step_finished",
            ]
            assert mine[0]["elapsed"] <= mine[3]["elapsed"]
            assert mine[0]["time"] <= mine[3]["time"]
