"""Closed lists of words that only the JSON document knows."""

from enum import StrEnum


class ClaimVerdict(StrEnum):
    """What the interval says of a claim, with a tolerance of 5 points."""

    CONFIRMED = "confirmed"
    UNDERSTATED = "understated"
    OVERSTATED = "overstated"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


class Status(StrEnum):
    """How far the run got."""

    RUNNING = "running"
    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
