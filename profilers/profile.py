"""A profile: weighted stacks, and what must be the same for two of them to be compared."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

# Below this a share of 50 % is known to no better than 3 points (the binomial's two standard errors).
ENOUGH_SAMPLES = 1000


class Mode(StrEnum):
    """What a sample stands for."""

    CPU = "cpu"
    """A thread that was running."""
    WALL = "wall"
    """A thread, running or not."""
    AWAIT = "await"
    """A task that was waiting."""


class ProfilerName(StrEnum):
    """Who took the samples."""

    PY_SPY = "py-spy"
    PYINSTRUMENT = "pyinstrument"
    AWAIT_SAMPLER = "await sampler"


@dataclass(frozen=True, slots=True)
class Frame:
    """A function. `file` is short ("asyncio/events.py") or empty; `line` is its first, 0 if unknown."""

    function: str
    file: str
    line: int


Stack = tuple[Frame, ...]
"""Outermost first."""


@dataclass(frozen=True, slots=True)
class Sample:
    """What one thread, or the tasks of one, did at one moment."""

    thread: str
    stack: Stack
    weight_s: float


class Incomparable(Exception):
    """Two profiles are not of the same kind, or not of the same workload."""


@dataclass(frozen=True, slots=True)
class Profile:
    """Samples in the order of time within each thread. Shares, not times: a profiler slows what it looks at.

    `on` and `workload_digest` say what was profiled; a process that was attached to has neither. `caveats`
    are sentences on what this profiler can't see.
    """

    profiler: ProfilerName
    mode: Mode
    interval_s: float
    samples: tuple[Sample, ...]
    on: frozenset[str] = frozenset()
    workload_digest: str | None = None
    caveats: tuple[str, ...] = ()

    @property
    def total_s(self) -> float:
        """The weight of all samples."""
        return sum(sample.weight_s for sample in self.samples)

    @property
    def thin(self) -> bool:
        """Whether there are too few samples to trust small shares."""
        return len(self.samples) < ENOUGH_SAMPLES
