"""Two ways to save a session: a commit for every write, or one for all of them at the end.

A snapshot replaces the one before it, a progress note is added, so both ways leave the same rows behind.
"""

from __future__ import annotations

from typing import Protocol

from .counters import Counters
from .database import Database
from .dialects import Row
from .recorder import outer_span
from .spans import SAVE, SNAPSHOT
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
        await self._save(self._database.put_snapshot, _snapshot_row(self._session, state))

    async def progress(self, agent: str, number: int, note: str) -> None:
        await self._save(self._database.add_progress, (self._session, agent, number, note))

    async def _save(self, statement: str, row: Row) -> None:
        with outer_span(SAVE):
            await self._database.write([(statement, [row])])
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
        self._progress: list[Row] = []

    async def snapshot(self, state: State) -> None:
        self._state = state

    async def progress(self, agent: str, number: int, note: str) -> None:
        self._progress.append((self._session, agent, number, note))

    async def close(self) -> None:
        snapshots = [] if self._state is None else [_snapshot_row(self._session, self._state)]
        writes = [
            (statement, rows)
            for statement, rows in (
                (self._database.put_snapshot, snapshots),
                (self._database.add_progress, self._progress),
            )
            if rows
        ]
        if writes:
            await self._database.write(writes)
            _count(self._counters, *snapshots, *self._progress)


def _snapshot_row(session: int, state: State) -> Row:
    with outer_span(SNAPSHOT):
        return session, state.revision, state.snapshot()


def _count(counters: Counters, *rows: Row) -> None:
    counters.rows_written += len(rows)
    counters.bytes_written += sum(
        _size_bytes(value) for row in rows for value in row if isinstance(value, str)
    )


def _size_bytes(text: str) -> int:
    """In UTF-8; without a copy of the text where it has none but ASCII characters, as states mostly do."""
    return len(text) if text.isascii() else len(text.encode())
