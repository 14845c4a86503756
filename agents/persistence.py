"""Two ways to save a session: a commit for every write, or one for all of them at the end.

A snapshot replaces the one before it, a progress note is added, so both ways leave the same rows behind.
"""

from __future__ import annotations

from typing import Protocol

from .counters import Counters
from .database import Database
from .state import State


class SessionWriter(Protocol):
    """Saves one session."""

    async def snapshot(self, state: State) -> None:
        """The state after a merge."""

    async def progress(self, agent: str, number: int, note: str) -> None:
        """A step got on."""

    async def close(self) -> None:
        """The session is over, however it ended."""


class CommitEach:
    """Slow way: every write is a transaction."""

    def __init__(self, session: int, database: Database, counters: Counters) -> None:
        self._session = session
        self._database = database
        self._counters = counters

    async def snapshot(self, state: State) -> None:
        row = _snapshot_row(self._session, state)
        async with self._database.transaction() as connection:
            await connection.execute(self._database.put_snapshot, row)
        _count(self._counters, row)

    async def progress(self, agent: str, number: int, note: str) -> None:
        row = _progress_row(self._session, agent, number, note)
        async with self._database.transaction() as connection:
            await connection.execute(self._database.add_progress, row)
        _count(self._counters, row)

    async def close(self) -> None:
        """Nothing is left to save."""


class CommitOnce:
    """Fast way: writes are collected, and a single transaction saves what they come to."""

    def __init__(self, session: int, database: Database, counters: Counters) -> None:
        self._session = session
        self._database = database
        self._counters = counters
        self._state: State | None = None
        self._progress: list[dict[str, object]] = []

    async def snapshot(self, state: State) -> None:
        self._state = state

    async def progress(self, agent: str, number: int, note: str) -> None:
        self._progress.append(_progress_row(self._session, agent, number, note))

    async def close(self) -> None:
        if self._state is None and not self._progress:
            return
        snapshots = [] if self._state is None else [_snapshot_row(self._session, self._state)]
        async with self._database.transaction() as connection:
            if snapshots:
                await connection.execute(self._database.put_snapshot, snapshots)
            if self._progress:
                await connection.execute(self._database.add_progress, self._progress)
        _count(self._counters, *snapshots, *self._progress)


def _snapshot_row(session: int, state: State) -> dict[str, object]:
    return {"session": session, "revision": state.revision, "payload": state.snapshot()}


def _progress_row(session: int, agent: str, number: int, note: str) -> dict[str, object]:
    return {"session": session, "agent": agent, "number": number, "note": note}


def _count(counters: Counters, *rows: dict[str, object]) -> None:
    counters.rows_written += len(rows)
    counters.bytes_written += sum(
        len(value) for row in rows for value in row.values() if isinstance(value, str)
    )
