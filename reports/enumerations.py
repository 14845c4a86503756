"""Closed lists of words that the JSON document holds."""

from enum import StrEnum

from ..analysis.claims import ClaimVerdict

__all__ = ["ClaimVerdict", "Status"]


class Status(StrEnum):
    """How far the run got."""

    RUNNING = "running"
    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
