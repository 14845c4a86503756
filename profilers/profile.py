"""A profile: weighted stacks, and what must be the same for two of them to be compared."""

from __future__ import annotations

from collections.abc import Iterable
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
    def effective_samples(self) -> int:
        """How many samples of equal weight would tell as much: what the page and the tables call samples.

        A wall profile's samples are few and long because nothing happened, and as exact as short ones.
        """
        if self.mode is Mode.WALL:
            return len(self.samples)
        return effective_samples(sample.weight_s for sample in self.samples)

    @property
    def thin(self) -> bool:
        """Whether there are too few samples to trust small shares."""
        return self.effective_samples < ENOUGH_SAMPLES


@dataclass(slots=True)
class Worth:
    """How many samples of equal weight would tell as much as those that were added, one by one.

    (sum w)^2 / sum w^2, rounded: the number of samples itself where all weigh the same, else fewer.
    Source: Kish, Survey Sampling (1965), section 11.7. 0 without any weight.
    """

    total_s: float = 0.0
    squares: float = 0.0

    def add(self, weight_s: float) -> None:
        self.total_s += weight_s
        self.squares += weight_s * weight_s

    @property
    def samples(self) -> int:
        return round(self.total_s * self.total_s / self.squares) if self.squares else 0


def effective_samples(weights_s: Iterable[float]) -> int:
    """The worth of all these."""
    worth = Worth()
    for weight_s in weights_s:
        worth.add(weight_s)
    return worth.samples
