"""What a user may choose of a profile pass."""

from enum import StrEnum


class Profiled(StrEnum):
    """How many of a run's combinations."""

    KEY = "key"
    """None, all, each switch alone, all but each."""
    EVERY = "every"
    """All that are run."""


class CpuProfiler(StrEnum):
    """Who looks at the CPU."""

    PY_SPY = "py-spy"
    """From outside, every thread."""
    PYINSTRUMENT = "pyinstrument"
    """From inside, the main thread alone, where the system lets no process look into another."""
