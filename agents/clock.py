"""Two ways to tell the time inside the runtime.

The wall clock can jump (NTP, a suspended laptop); the loop's clock is monotonic. Measured: which is cheaper.
"""

from __future__ import annotations

import asyncio
import time
from typing import Protocol


class Clock(Protocol):
    """Seconds since an arbitrary moment."""

    def now(self) -> float: ...


class WallClock:
    """Slow way: the time of day."""

    def now(self) -> float:
        return time.time()


class LoopClock:
    """Fast way: the running event loop's monotonic clock."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()

    def now(self) -> float:
        return self._loop.time()
