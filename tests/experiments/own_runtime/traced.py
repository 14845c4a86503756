"""A runtime that may say what its sessions do, and of how many of them that shall be recorded."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

from agentperf.agents.session import Session


class Runtime:
    def __init__(self, parameters: Mapping[str, Any]) -> None:
        self._says = parameters["says"]
        if "traced" in parameters:
            self.sessions_traced: int = parameters["traced"]

    async def __call__(self, session: Session) -> int:
        if self._says:
            with session.span("search"), session.span("cache", concern="connections"):
                pass
        return session.index


@asynccontextmanager
async def open_runtime(enabled: frozenset[str], parameters: Mapping[str, Any]) -> AsyncIterator[Runtime]:
    yield Runtime(parameters)
