"""What is read at the edges of the timed window."""

from __future__ import annotations

import asyncio
import gc
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from agentperf.experiments.run import Run
from agentperf.experiments.window import Window, quantile

Conduct = Callable[..., Any]
Prepared = Callable[..., Run]
SECONDS = some.floats(0, 1e6, allow_subnormal=False)


def stall(seconds: float) -> None:
    time.sleep(seconds)


def compute(seconds: float) -> None:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass


@given(some.lists(SECONDS, min_size=1, max_size=300), some.sampled_from([50, 95, 99]))
def test_percentiles_are_those_of_numpy(values: list[float], percent: int) -> None:
    assert quantile(values, percent) == pytest.approx(float(np.percentile(values, percent)), rel=1e-9)


async def test_wall_ends_with_the_answer_and_settled_with_the_window() -> None:
    window = Window()
    async with window.open():
        stall(0.005)
        window.answered()
        stall(0.005)
    assert 0.005 <= window.readings.wall_s <= window.readings.settled_s - 0.005


async def test_computing_counts_as_cpu_time_and_waiting_does_not() -> None:
    waiting, computing = Window(), Window()
    async with waiting.open():
        stall(0.03)
    async with computing.open():
        compute(0.03)
    assert waiting.readings.cpu_s < 0.03 <= computing.readings.cpu_s
    assert computing.readings.cpu_s <= computing.readings.settled_s * 1.01


async def test_a_blocked_loop_shows_as_lag() -> None:
    window = Window()
    async with window.open():
        await asyncio.sleep(0.001)
        stall(0.04)
        await asyncio.sleep(0)
    assert window.readings.loop_lag_max_s >= 0.03 - 0.001  # blocked at most 10 ms before a reading was due


async def test_a_stall_at_the_very_end_shows_as_lag_too() -> None:
    window = Window()
    async with window.open():
        stall(0.04)
    assert window.readings.loop_lag_max_s >= 0.03 - 0.001


async def test_a_quiet_window_has_less_lag_than_a_blocked_one() -> None:
    quiet = [Window() for _ in range(5)]
    for window in quiet:
        async with window.open():
            await asyncio.sleep(0.002)
    assert min(window.readings.loop_lag_max_s for window in quiet) < 0.03


async def test_the_watch_ends_with_the_window_even_when_the_workload_fails() -> None:
    before = asyncio.all_tasks()
    window = Window()
    with pytest.raises(ValueError):
        async with window.open():
            assert len(asyncio.all_tasks()) == len(before) + 1
            raise ValueError
    await asyncio.sleep(0)
    assert asyncio.all_tasks() == before


async def test_garbage_is_collected_before_the_window_opens() -> None:
    class Looped:
        def __init__(self) -> None:
            self.itself = self

    Looped()
    async with Window().open():
        assert not any(isinstance(one, Looped) for one in gc.get_objects())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can set the high-water mark back")
def test_peak_memory_is_that_of_the_trial(prepared: Prepared, conduct: Conduct) -> None:
    """Of those with `a` on, which allocates 50 MB, and not of those that come after them."""
    peaks = peaks_of(conduct(prepared(does="allocate", warmup=2, blocks=2, seed=2)))
    assert any(earlier and not later for block in peaks for (_, earlier), (_, later) in pairwise(block))
    for block in peaks:
        greedy = [peak for peak, allocates in block if allocates]
        modest = [peak for peak, allocates in block if not allocates]
        assert min(greedy) - max(modest) > 45e6


def peaks_of(conducted: Any) -> list[list[tuple[int, bool]]]:
    """For each block, peak and whether the trial allocated, in the order of the trials."""
    blocks: dict[int, list[tuple[int, bool]]] = {}
    for trial in conducted.trials:
        blocks.setdefault(trial.block, []).append((trial.metrics.peak_memory_bytes, "a" in trial.on))
    return list(blocks.values())


def test_trials_of_a_worker_report_their_own_lag_and_cpu_time(prepared: Prepared, conduct: Conduct) -> None:
    blocking = conduct(prepared(does="block_the_loop", flags=["a"]))
    computing = conduct(prepared(does="compute", flags=["a"]))
    lag = {trial.on: trial.metrics.loop_lag_max_s for trial in blocking.trials}
    cpu = {trial.on: trial.metrics.cpu_s for trial in computing.trials}
    assert lag[frozenset("a")] >= 0.019  # blocked for 30 ms, at most 10 ms before a reading was due
    assert cpu[frozenset("a")] >= 0.03 > cpu[frozenset()]
