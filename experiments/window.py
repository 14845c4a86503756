"""The timed window of a trial, and what is read at its edges."""

from __future__ import annotations

import asyncio
import gc
import math
import statistics
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

LAG_INTERVAL_S = 0.01  # 100 readings a second see a stall of a few milliseconds and cost 0.1 % of a core


@dataclass(slots=True)
class Readings:
    """Filled while the window is open; complete when it has closed."""

    wall_s: float = 0.0
    settled_s: float = 0.0
    cpu_s: float = 0.0
    loop_lag_max_s: float = 0.0
    peak_memory_bytes: int | None = None


class Window:
    """Opened with garbage collected; `answered` ends the wall time, closing it the settled."""

    def __init__(self) -> None:
        self.readings = Readings()
        self._start_ns = 0
        self._lag_due_s = math.inf

    def answered(self) -> None:
        """The last outcome has been returned."""
        self.readings.wall_s = (time.perf_counter_ns() - self._start_ns) / 1e9

    @asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Everything inside is timed."""
        readings = self.readings
        gc.collect()
        resettable = _reset_peak_memory()
        lag = asyncio.create_task(self._watch_lag())
        await asyncio.sleep(0)  # the watch has started before the clock does
        cpu_start_ns, self._start_ns = time.process_time_ns(), time.perf_counter_ns()
        try:
            yield
        finally:
            readings.settled_s = (time.perf_counter_ns() - self._start_ns) / 1e9
            readings.cpu_s = (time.process_time_ns() - cpu_start_ns) / 1e9
            self._read_lag()  # of a stall that has not yet let the watch run
            readings.peak_memory_bytes = _peak_memory_bytes(resettable)
            lag.cancel()
            await asyncio.wait({lag})

    async def _watch_lag(self) -> None:
        while True:
            self._lag_due_s = time.perf_counter() + LAG_INTERVAL_S
            await asyncio.sleep(LAG_INTERVAL_S)
            self._read_lag()

    def _read_lag(self) -> None:
        late_s = time.perf_counter() - self._lag_due_s
        self.readings.loop_lag_max_s = max(late_s, self.readings.loop_lag_max_s)


def quantile(values: Sequence[float], percent: int) -> float:
    """The percentile by linear interpolation (type 7 of Hyndman and Fan 1996), of at least one value."""
    if len(values) == 1:
        return values[0]
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _reset_peak_memory() -> bool:
    """Start the high-water mark of resident memory anew, where the system can (proc(5), clear_refs)."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return False
    return True


def _peak_memory_bytes(resettable: bool) -> int | None:
    """The high-water mark; None where it is that of the whole process and so says nothing of a trial."""
    if not resettable:
        return None
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return None
