"""When the blocks of a run begin: one after another or, so that effects that drift are met, spread out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Protocol


class Clock(Protocol):
    """What an experiment knows of time."""

    def now_s(self) -> float:
        """Seconds since some moment; never set back."""

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """Until so much time has passed, or the event is set."""


class RealClock:
    """That of the machine."""

    def now_s(self) -> float:
        """See Clock."""
        return time.monotonic()

    async def wait(self, event: asyncio.Event, seconds: float) -> None:
        """See Clock."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await event.wait()


class Schedule:
    """`blocks` begin evenly spread over `spread_s`, the first at once and block i after i/blocks of the time.

    Those that come after them begin when the time is over. What begins late, as the block before it took too
    long, makes nothing else late.
    """

    def __init__(self, spread_s: float, blocks: int, now_s: Callable[[], float]) -> None:
        self._now_s = now_s
        self._start_s = now_s()
        self._interval_s = max(0.0, spread_s) / max(1, blocks)
        self._blocks = blocks
        self._begun = 0

    def next_in_s(self, others: int = 0) -> float:
        """Seconds until the next block is to begin, or one before which `others` are.

        0 when that is now, or has been already.
        """
        due_s = self._start_s + min(self._begun + others, self._blocks) * self._interval_s
        return max(0.0, due_s - self._now_s())

    def begin(self) -> None:
        """The next block begins."""
        self._begun += 1
