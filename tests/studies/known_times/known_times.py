"""A runtime whose sessions take a time that is known: it sleeps, so much less or more for each switch.

`time.sleep` and not `asyncio.sleep`, which waits in whole milliseconds where the loop polls by epoll.
"""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from agentperf.agents.session import RunSession, Session

NOISE = random.Random()  # seeded by the system: unlike a session's own, another for each trial


@asynccontextmanager
async def open_runtime(enabled: frozenset[str], parameters: Mapping[str, Any]) -> AsyncIterator[RunSession]:
    """Sleeps `known_ms`, times a lognormal factor, `noise` the standard deviation of its log.

    With `turns`, the path of a socket, it says which switches are on, and waits for its turn.
    """
    nominal_s, sd = known_ms(enabled, parameters) / 1e3, parameters["noise"]

    async def run_session(session: Session) -> int:
        _sleep(nominal_s * math.exp(NOISE.gauss(0.0, sd)))
        return session.index

    if "turns" not in parameters:
        yield run_session
        return
    reader, writer = await asyncio.open_unix_connection(parameters["turns"])
    writer.write(f"{'+'.join(sorted(enabled))}\n".encode())
    await reader.readline()
    yield run_session
    writer.close()


def known_ms(enabled: frozenset[str], parameters: Mapping[str, Any]) -> float:
    """The base, less what each switch saves (negative: costs), more what pairs save together but once."""
    saved = sum(saves for switch, saves in parameters["saves_ms"].items() if switch in enabled)
    twice = sum(
        saves for pair, saves in parameters.get("shared_ms", {}).items() if enabled >= set(pair.split("+"))
    )
    return float(parameters["base_ms"] - saved + twice)


def _sleep(duration_s: float) -> None:
    time.sleep(duration_s)
