"""What every runtime, ours or a user's, is asked to run: sessions, one at a time or many at once."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

from ..scenarios.concerns import Concern
from ..scenarios.schema import Scenario
from .counters import Counters
from .recorder import UNRECORDED, OpenSpan, Recorder
from .spans import own_kind


@dataclass(frozen=True)
class Session:
    """One unit of work: what a user of the agent system would call one conversation or one job.

    `recorder` takes its spans; where it is None, they are not recorded.
    """

    index: int
    seed: str
    recorder: Recorder | None = field(default=None, repr=False, compare=False)

    @cached_property
    def rng(self) -> random.Random:
        """Random numbers that are the same under every combination of a block, and fresh in each block."""
        return random.Random(f"{self.seed}/session/{self.index}")

    def span(self, name: str, concern: str = Concern.AGENT_WORK) -> OpenSpan:
        """`with session.span("search"):` gives what is inside a bar of its own in the timeline.

        In the ledger it belongs to `concern`. Raises ValueError for a concern that there is not.
        """
        kind = own_kind(name, concern)
        return UNRECORDED if self.recorder is None else self.recorder.span(kind)


class RunSession(Protocol):
    """An opened runtime: awaits one session and returns its outcome, which must be JSON-able or None."""

    async def __call__(self, session: Session, /) -> Any: ...


@runtime_checkable
class Settling(Protocol):
    """A runtime that goes on working after the outcome is returned, and can be waited for."""

    async def settle(self) -> None: ...


@runtime_checkable
class Counting(Protocol):
    """A runtime that counts what it does."""

    counters: Counters


@runtime_checkable
class Traced(Protocol):
    """A runtime that says of how many sessions of a trial to record spans; 0 turns it off."""

    sessions_traced: int


@runtime_checkable
class Evidencing(Protocol):
    """A runtime that can show, once settled, what it left behind: the same under every combination."""

    async def evidence(self) -> Any: ...


class OpenRuntime(Protocol):
    """Opens a runtime with some optimizations on. What happens before it yields is not timed."""

    def __call__(
        self, enabled: frozenset[str], parameters: Mapping[str, Any], scenario: Scenario, /
    ) -> AbstractAsyncContextManager[RunSession]: ...
