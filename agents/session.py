"""What every runtime, ours or a user's, is asked to run: sessions, one at a time or many at once."""

from __future__ import annotations

import random
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Protocol, runtime_checkable

from ..scenarios.schema import Scenario
from .counters import Counters


@dataclass(frozen=True)
class Session:
    """One unit of work: what a user of the agent system would call one conversation or one job."""

    index: int
    seed: str

    @cached_property
    def rng(self) -> random.Random:
        """Random numbers that are the same under every combination of a block, and fresh in each block."""
        return random.Random(f"{self.seed}/session/{self.index}")


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
class Evidencing(Protocol):
    """A runtime that can show, once settled, what it left behind: the same under every combination."""

    async def evidence(self) -> Any: ...


class OpenRuntime(Protocol):
    """Opens a runtime with some optimizations on. What happens before it yields is not timed."""

    def __call__(
        self, enabled: frozenset[str], parameters: Mapping[str, Any], scenario: Scenario, /
    ) -> AbstractAsyncContextManager[RunSession]: ...
