"""What a session did and when: spans, recorded cheaply enough to stay on while time is taken."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from ..scenarios.concerns import Concern


class Hold(StrEnum):
    """What a span keeps others from doing while it lasts."""

    NOTHING = "nothing"
    """It waits: other tasks go on."""
    LOOP = "loop"
    """It computes, or blocks, on the event loop's thread."""
    WRITER = "writer"
    """It is the one writer that the database admits."""


@dataclass(frozen=True, slots=True)
class Span:
    """`parent` is the index of another span of the same session, -1 for the session's own.

    Times are seconds since the session's start. `due_s` is when a wait should have ended, None where nothing
    says so; what lies behind it is the event loop's delay. `agent` is set for spans of one step.
    """

    name: str
    concern: Concern
    hold: Hold
    parent: int
    start_s: float
    end_s: float
    due_s: float | None = None
    agent: str | None = None
