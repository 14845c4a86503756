"""A program that does known shares of work inside measured windows, and other work outside of them.

`program.py py-spy` is looked at from outside; with `pyinstrument FILE` or `await FILE` it looks at itself and
leaves the profile in the file. It prints the CPU time of its windows.

A profiler that is late makes up for it: all the samples of a stall are of the moment when it ends, so one of
half a second outweighs rounds of work. The program knows its stalls, and goes on until none is a large part.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import nullcontext
from dataclasses import asdict
from pathlib import Path

from agentperf.profilers.await_sampler import AwaitSampler, await_profile
from agentperf.profilers.codec import profile_to_json
from agentperf.profilers.locations import Locations
from agentperf.profilers.pyinstrument_profiler import PyinstrumentProfiler, wall_profile
from agentperf.profilers.window import WindowedLoop

ROUNDS = 40  # in turns, so that whatever else the machine does falls on all alike
MOST_ROUNDS = 10 * ROUNDS
STALL_SHARE = 0.02  # of the time that the work took
SLICE_S = 0.012
WAIT_S = 0.6
ON = frozenset({"a"})
DIGEST = "known"


longest_stall_s = 0.0


def burn(cpu_s: float) -> None:
    global longest_stall_s
    end_s = time.thread_time() + cpu_s
    before_s = time.perf_counter()
    while time.thread_time() < end_s:
        sum(range(1000))
        now_s = time.perf_counter()
        longest_stall_s = max(longest_stall_s, now_s - before_s)
        before_s = now_s


def burns_one() -> None:
    burn(SLICE_S)


def burns_three() -> None:
    burn(3 * SLICE_S)


def burns_in_a_thread() -> None:
    burn(2 * SLICE_S)


def burns_outside() -> None:
    burn(SLICE_S)


async def waits_first() -> None:
    await asyncio.sleep(WAIT_S)


async def waits_second() -> None:
    await asyncio.sleep(WAIT_S)


async def work(windowed: WindowedLoop) -> None:
    burns_outside()
    begun_s = time.perf_counter()
    for done in range(MOST_ROUNDS):
        if done >= ROUNDS and longest_stall_s < STALL_SHARE * (time.perf_counter() - begun_s):
            break
        async with windowed.window():
            burns_one()
            burns_three()
            await asyncio.to_thread(burns_in_a_thread)
        burns_outside()


async def wait(windowed: WindowedLoop, sampler: AwaitSampler | None) -> None:
    async with windowed.window():
        with sampler or nullcontext():
            await asyncio.gather(waits_first(), waits_second())


async def main(windowed: WindowedLoop, profiler: str) -> AwaitSampler | None:
    sampler = AwaitSampler(asyncio.get_running_loop()) if profiler == "await" else None
    if sampler is None:
        await work(windowed)
    await wait(windowed, sampler)
    return sampler


if __name__ == "__main__":
    profiler, *files = sys.argv[1:]
    windowed = WindowedLoop()
    locations = Locations([Path(__file__).parent])
    profile = None
    if profiler == "pyinstrument":
        inside = PyinstrumentProfiler()
        with inside:
            windowed.run(main(windowed, profiler))
        profile = wall_profile(inside, locations=locations, on=ON, workload_digest=DIGEST)
    else:
        sampler = windowed.run(main(windowed, profiler))
        if sampler is not None:
            profile = await_profile(sampler, locations=locations, on=ON, workload_digest=DIGEST)
    if profile is not None:
        Path(files[0]).write_text(json.dumps(profile_to_json(profile)))
    print(json.dumps(asdict(windowed.cpu)))
