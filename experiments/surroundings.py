"""What was going on around a trial: how busy the machine was, and how fast."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

SPIN_ROUNDS = 3_000  # 0.2 to 0.5 ms: long beside the clock's resolution, short beside a time slice
SPINS = 3  # the fastest of a few is the one that nothing else interrupted
PATIENCE_S = 0.001  # many CPUs are slow to ask for their clock rate, and nobody waits for that at each trial

CPUS = Path("/sys/devices/system/cpu")
CPU_INFO = Path("/proc/cpuinfo")


@dataclass(frozen=True, slots=True)
class Surroundings:
    """`started_at` in seconds since the epoch. What the machine doesn't tell is None.

    `cpu_mhz` is that of the CPU with the highest clock rate, as the one that has just been computing is.
    `spin_s` is the time of a computation that is always the same: it tells a machine that changes its speed.
    """

    started_at: float
    load_average_1min: float | None
    cpu_mhz: float | None
    spin_s: float


class Lookout:
    """Looks around before each trial of a worker, in about 1 to 2 ms."""

    def __init__(self, cpus: Path = CPUS, cpu_info: Path = CPU_INFO) -> None:
        self._read_mhz = _affordable(cpus, cpu_info)

    def look(self) -> Surroundings:
        """The surroundings at this moment."""
        return Surroundings(
            started_at=time.time(),
            load_average_1min=load_average_1min(),
            spin_s=spin_s(),
            cpu_mhz=self._read_mhz(),
        )


def load_average_1min() -> float | None:
    """How many wanted to run at a time, of late."""
    try:
        return os.getloadavg()[0]
    except (AttributeError, OSError):  # on Windows, and where /proc is not there to be read
        return None


def spin_s() -> float:
    """Seconds that a fixed computation takes, undisturbed as far as can be."""
    return min(_spin_ns() for _ in range(SPINS)) / 1e9


def spin() -> int:
    """Plain arithmetic of the interpreter: a linear congruential generator (ANSI C's rand)."""
    value = 1
    for _ in range(SPIN_ROUNDS):
        value = (value * 1_103_515_245 + 12_345) & 0x7FFF_FFFF
    return value


def _spin_ns() -> int:
    start_ns = time.perf_counter_ns()
    spin()
    return time.perf_counter_ns() - start_ns


def _affordable(cpus: Path, cpu_info: Path) -> Callable[[], float | None]:
    """The first source that says anything, provided that it says it soon."""
    files = sorted(cpus.glob("cpu[0-9]*/cpufreq/scaling_cur_freq"))

    def from_files() -> float | None:
        return max(_from_files(files), default=None)

    def from_info() -> float | None:
        return max(_from_info(cpu_info), default=None)

    for read in (from_files, from_info):
        start_s = time.perf_counter()
        if read() is not None:
            return read if time.perf_counter() - start_s < PATIENCE_S else _unknown
    return _unknown


def _unknown() -> None:
    return None


def _from_files(files: list[Path]) -> Iterator[float]:
    for file in files:
        try:
            yield int(file.read_text()) / 1000  # in kHz, https://docs.kernel.org/admin-guide/pm/cpufreq.html
        except (OSError, ValueError):  # a CPU that was switched off
            continue


def _from_info(cpu_info: Path) -> Iterator[float]:
    try:
        lines = cpu_info.read_text().splitlines()
    except OSError:
        return
    for line in lines:
        name, _, value = line.partition(":")
        if name.strip() == "cpu MHz":
            with suppress(ValueError):
                yield float(value)
