"""The spans of one session, as the analysis sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from ..scenarios.concerns import Concern

NO_PARENT = -1


class SpanLike(Protocol):
    """`parent` is an index into the same trace, or NO_PARENT; times are seconds since the session's start."""

    @property
    def name(self) -> str: ...
    @property
    def concern(self) -> Concern: ...
    @property
    def parent(self) -> int: ...
    @property
    def start_s(self) -> float: ...
    @property
    def end_s(self) -> float: ...
    @property
    def due_s(self) -> float | None:
        """When a wait should have ended; what lies behind it is the event loop's delay."""

    @property
    def agent(self) -> str | None: ...


Trace = Sequence[SpanLike]
"""The first span, index 0, is the session itself and contains all others."""
