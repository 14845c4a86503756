"""Spans around the ways into and out of a context manager, for where they wait."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from types import TracebackType
from typing import Generic, TypeVar

from .recorder import span
from .spans import Kind

T_co = TypeVar("T_co", covariant=True)


class Passage(Generic[T_co]):
    """The same context manager, with a span for its entry and, where there is a kind for it, its exit."""

    def __init__(
        self, through: AbstractAsyncContextManager[T_co], entry: Kind, exit: Kind | None = None
    ) -> None:
        self._through = through
        self._entry = entry
        self._exit = exit

    async def __aenter__(self) -> T_co:
        with span(self._entry):
            return await self._through.__aenter__()

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool | None:
        if self._exit is None:
            return await self._through.__aexit__(kind, error, trace)
        with span(self._exit):
            return await self._through.__aexit__(kind, error, trace)
