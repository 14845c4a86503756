"""What a replay needs to know of a session: its steps, each a row of segments."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from ..scenarios.concerns import Concern


class Order(Enum):
    """When a step may start."""

    ONE_BY_ONE = "one by one"
    """When the one before it has ended."""
    BY_NEEDS = "by needs"
    """When those that it needs have ended."""


class Server(Enum):
    """What serves one at a time."""

    LOOP = "loop"
    """The event loop: whoever computes on it."""
    WRITER = "writer"
    """The one writer that the database admits."""


@dataclass(frozen=True, slots=True)
class Use:
    """What a span has to do with servers: which one it `keeps` from others, which one it `awaits`."""

    keeps: Server | None = None
    awaits: Server | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a step. Without a `server` it waits, and hinders nobody.

    `write` numbers the writes of a session: all segments of one keep the writer, from the first to the last,
    whatever else they do.
    """

    concern: Concern
    duration_s: float
    server: Server | None = None
    write: int | None = None


@dataclass(frozen=True, slots=True)
class RecordedStep:
    """`needs` are indices into the session's steps."""

    agent: str
    needs: tuple[int, ...]
    segments: tuple[Segment, ...]


@dataclass(frozen=True, slots=True)
class RecordedSession:
    """`steps` are in the order in which they started; `before` and `after` are the session's own."""

    duration_s: float
    before: tuple[Segment, ...]
    steps: tuple[RecordedStep, ...]
    after: tuple[Segment, ...]
