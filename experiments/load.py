"""The two ways sessions come: so many at a time, or at a rate, whether or not the runtime keeps up."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from ..agents.draws import Draws
from ..agents.recorder import Recorder
from ..agents.session import RunSession, Session
from ..scenarios.schema import Arrivals, Load


@dataclass(frozen=True, slots=True)
class Answer:
    """A session's outcome, and how long whoever asked for it waited."""

    outcome: Any
    latency_ns: int


class SessionGone(Exception):
    """A session that neither returned nor raised: it cancelled itself, or called sys.exit()."""


async def drive(
    run: RunSession, load: Load, time_scale: float, draws: Draws, recorders: Sequence[Recorder] = ()
) -> list[Answer]:
    """Runs all sessions and returns their answers by session index. The first are recorded by `recorders`.

    In a closed loop a session starts when one before it ends, and is timed from its start. In an open loop it
    is timed from the moment it was meant to start, so that a runtime that stalls can't hide it ("coordinated
    omission", Tene 2013). Raises what the first failing session raised, the others being cancelled, and
    SessionGone.
    """
    answers: list[Answer | None] = [None] * load.sessions

    async def answer(index: int, intended_ns: int) -> None:
        recorder = recorders[index] if index < len(recorders) else None
        try:
            with recorder.session() if recorder else nullcontext():
                outcome = await run(Session(index, draws.seed, recorder))
        except SystemExit as end:  # would end the event loop, past everything that waits to clean up
            raise SessionGone(f"session {index} called sys.exit({end.code!r})") from end
        answers[index] = Answer(outcome, time.perf_counter_ns() - intended_ns)

    async def take_turns(indices: Iterator[int]) -> None:
        for index in indices:
            await answer(index, time.perf_counter_ns())

    try:
        async with asyncio.TaskGroup() as group:
            if load.arrival_rate is None:
                indices = iter(range(load.sessions))
                for _ in range(min(load.concurrency, load.sessions)):
                    group.create_task(take_turns(indices))
            else:
                start_ns = time.perf_counter_ns()
                for index, offset_s in enumerate(_arrivals(load, load.arrival_rate, time_scale, draws)):
                    intended_ns = start_ns + round(offset_s * 1e9)
                    await asyncio.sleep((intended_ns - time.perf_counter_ns()) / 1e9)
                    group.create_task(answer(index, intended_ns))
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None
    answered = [one for one in answers if one is not None]
    if len(answered) < len(answers):
        raise SessionGone(f"session {answers.index(None)} was cancelled from within")
    return answered


def _arrivals(load: Load, rate_per_s: float, time_scale: float, draws: Draws) -> Iterator[float]:
    """Seconds from the start of the window at which each session is meant to start."""
    gap_s = time_scale / rate_per_s
    offset_s = 0.0
    for index in range(load.sessions):
        yield offset_s
        random_gap = load.arrivals is Arrivals.POISSON
        offset_s += -math.log(draws.uniform(index, "arrival", 0)) * gap_s if random_gap else gap_s
