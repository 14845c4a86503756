"""An asyncio program that keeps one CPU busy with short coroutines and calls; prints how long its work took.

`profiled_program.py PROFILER`: nothing, py-spy (which looks from outside), pyinstrument, or await.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from agentperf.profilers.await_sampler import AwaitSampler
from agentperf.profilers.pyinstrument_profiler import PyinstrumentProfiler

SESSIONS = 50  # at a time
STEPS = 120


def validate(document: dict[str, object]) -> int:
    return sum(len(key) for key, value in document.items() if value is not None)


async def step(session: int, number: int) -> None:
    document = {f"field_{field}": [session, number, field] for field in range(20)}
    await asyncio.sleep(0)
    for _ in range(3):
        validate(json.loads(json.dumps(document)))


async def session(number: int) -> None:
    for done in range(STEPS):
        await step(number, done)


async def main(profiler: str) -> None:
    sampler = AwaitSampler(asyncio.get_running_loop()) if profiler == "await" else None
    if sampler:
        sampler.start()
    start_s, start_cpu_s = time.perf_counter(), time.process_time()
    await asyncio.gather(*map(session, range(SESSIONS)))
    wall_s, cpu_s = time.perf_counter() - start_s, time.process_time() - start_cpu_s
    if sampler:
        sampler.stop()
    print(json.dumps({"wall_s": wall_s, "cpu_s": cpu_s}))


if __name__ == "__main__":
    profiler = sys.argv[1]
    if profiler == "pyinstrument":
        with PyinstrumentProfiler():
            asyncio.run(main(profiler))
    else:
        asyncio.run(main(profiler))
