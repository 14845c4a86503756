"""A runtime whose sessions take a known time of the CPU, however busy the machine; a switch is a factor."""

import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from agentperf.agents.session import Session

UNSWITCHED_S = 0.010
FACTORS = {"cache": 0.60, "stream": 0.80}  # a test makes one of them another


@asynccontextmanager
async def open_runtime(
    enabled: frozenset[str], parameters: Mapping[str, Any]
) -> AsyncIterator[Callable[[Session], Awaitable[None]]]:
    seconds = UNSWITCHED_S
    for name, factor in FACTORS.items():
        if name in enabled:
            seconds *= factor

    async def run_session(session: Session) -> None:
        until = time.process_time() + seconds
        while time.process_time() < until:
            pass

    yield run_session
