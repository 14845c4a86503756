"""A runtime of our own: opened once for each trial, it answers sessions with some of its switches on."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from typing import Any

from agentperf.agents.session import Session

RunSession = Callable[[Session], Awaitable[Any]]


class Index:
    """Stands for an index behind a network: a look-up costs a round trip, however much is asked in it."""

    def __init__(self, round_trip_s: float) -> None:
        self._round_trip_s = round_trip_s

    async def look_up(self, *questions: int) -> list[int]:
        await asyncio.sleep(self._round_trip_s)
        return [question * question for question in questions]


@asynccontextmanager
async def open_runtime(enabled: frozenset[str], parameters: Mapping[str, Any]) -> AsyncIterator[RunSession]:
    """What happens before `yield` is not timed."""
    index = Index(parameters["lookup_ms"] / 1000)
    cache: dict[int, int] = {}

    async def answers(questions: list[int]) -> list[int]:
        new = [question for question in dict.fromkeys(questions) if question not in cache]
        missing = new if "cache" in enabled else questions
        if "batch" in enabled:
            found = await index.look_up(*missing) if missing else []
        else:
            found = [(await index.look_up(question))[0] for question in missing]
        known = cache | dict(zip(missing, found, strict=True))
        if "cache" in enabled:
            cache.update(known)
        return [known[question] for question in questions]

    async def run_session(session: Session) -> Any:
        questions = [session.rng.randrange(parameters["distinct"]) for _ in range(parameters["questions"])]
        return {"answers": await answers(questions)}

    yield run_session
