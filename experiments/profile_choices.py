"""What a user may choose of a profile pass, and what holds where nothing is chosen."""

from enum import StrEnum

SAMPLES = 1_500  # half more than are enough: not all fall into the window, and not all weigh the same
PY_SPY_RATE_HZ = 500  # every 2 ms: seldom enough to slow a program by less than a tenth
TIMED_BLOCKS = 3  # enough for the ledger and the time that scales shares; no intervals are made


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
