"""How the program ends, for scripts: the table of docs/exit-codes.md."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit codes; no other is used."""

    DONE = 0
    BUG = 1
    INVALID = 2
    REGRESSION = 3
    INCONCLUSIVE = 4
    WORKLOAD_FAILED = 5
    INTERRUPTED = 130
