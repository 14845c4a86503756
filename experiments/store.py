"""The results store: every run with its blocks, in one SQLite file. A block is there whole or not at all."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite

from .job import trial_from_json, trial_to_json
from .migrations import APPLICATION_ID, MIGRATIONS
from .run import Run, StopReason
from .run_record import run_from_json, run_to_json
from .trial import Trial

LATEST = "latest"
BUSY_TIMEOUT_S = 30.0


class StoreError(Exception):
    """The file is not a store, or not one that this version can read, or does not hold what was asked for."""


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A line of the history. `stop_reason` is None while a run goes on, and after a crash."""

    id: str
    created_at: str
    scenario_name: str
    stop_reason: StopReason | None
    blocks: int
    elapsed_s: float


class Store:
    """Opened by `Store.open`; every method commits before it returns."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[Store]:
        """The store at `path`, made or brought up to date where needed. Raises StoreError."""
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            async with aiosqlite.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None) as connection:
                await connection.execute("PRAGMA foreign_keys = ON")
                await _migrate(connection, path)
                yield cls(connection)
        except (sqlite3.Error, OSError) as error:
            raise StoreError(f"the store {path} can't be used: {error}") from error

    async def add_run(self, run: Run) -> None:
        """Begin a run."""
        await self._connection.execute(
            "INSERT INTO runs VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                run.id,
                run.created_at,
                run.scenario_name,
                run.scenario_digest,
                run.workload_digest,
                run.stop_reason,
                run.elapsed_s,
                json.dumps(run_to_json(run)),
            ),
        )

    async def update_run(self, run: Run) -> None:
        """Record how a run went on or ended."""
        await self._connection.execute(
            "UPDATE runs SET stop_reason = ?, elapsed_s = ?, record = ? WHERE id = ?",
            (run.stop_reason, run.elapsed_s, json.dumps(run_to_json(run)), run.id),
        )

    async def add_block(self, run_id: str, block: int, trials: Sequence[Trial]) -> None:
        """All trials of a block in one transaction. Raises StoreError when the block is there already."""
        rows = [(run_id, block, trial.order, json.dumps(trial_to_json(trial))) for trial in trials]
        await self._connection.execute("BEGIN IMMEDIATE")
        try:
            await self._connection.execute(
                "INSERT INTO blocks VALUES (?, ?, ?)", (run_id, block, datetime.now(UTC).isoformat())
            )
            await self._connection.executemany("INSERT INTO trials VALUES (?, ?, ?, ?)", rows)
        except sqlite3.IntegrityError as error:
            await self._connection.execute("ROLLBACK")
            raise StoreError(f"block {block} of run {run_id} was added by another program") from error
        except BaseException:
            await self._connection.execute("ROLLBACK")
            raise
        await self._connection.execute("COMMIT")

    async def entries(self) -> list[RunEntry]:
        """The history, newest first."""
        rows = await self._connection.execute_fetchall(
            "SELECT id, created_at, scenario_name, stop_reason, elapsed_s, "
            "(SELECT count(*) FROM blocks WHERE run_id = runs.id) FROM runs ORDER BY created_at DESC, id DESC"
        )
        return [
            RunEntry(
                id=row[0],
                created_at=row[1],
                scenario_name=row[2],
                stop_reason=StopReason(row[3]) if row[3] else None,
                elapsed_s=row[4],
                blocks=row[5],
            )
            for row in rows
        ]

    async def run(self, name: str = LATEST) -> Run:
        """A run by its id, by the beginning of it, or the latest. Raises StoreError when there is not just one."""
        if name == LATEST:
            found = await self._rows("SELECT record FROM runs ORDER BY created_at DESC, id DESC LIMIT 1", ())
        else:
            found = await self._rows("SELECT record FROM runs WHERE id = ?", (name,)) or await self._rows(
                "SELECT record FROM runs WHERE substr(id, 1, ?) = ?", (len(name), name)
            )
        if not found:
            raise StoreError(f"no run {name!r}" if name != LATEST else "no run yet")
        if len(found) > 1:
            raise StoreError(f"{len(found)} runs begin with {name!r}")
        return run_from_json(json.loads(found[0][0]))

    async def trials(self, run_id: str) -> list[Trial]:
        """All trials of a run, by block and order."""
        rows = await self._rows(
            "SELECT record FROM trials WHERE run_id = ? ORDER BY block, trial_order", (run_id,)
        )
        return [trial_from_json(json.loads(row[0])) for row in rows]

    async def blocks(self, run_id: str) -> frozenset[int]:
        """Which blocks of a run are there."""
        rows = await self._rows("SELECT block FROM blocks WHERE run_id = ?", (run_id,))
        return frozenset(row[0] for row in rows)

    async def delete(self, run_id: str) -> None:
        """Forget a run and all its trials."""
        await self._connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))

    async def _rows(self, query: str, parameters: tuple[object, ...]) -> list[sqlite3.Row]:
        return list(await self._connection.execute_fetchall(query, parameters))


async def _migrate(connection: aiosqlite.Connection, path: Path) -> None:
    """Bring the schema up to date, each step in a transaction, so that two programs may try at once."""
    version, application = (
        await _pragma(connection, "user_version"),
        await _pragma(connection, "application_id"),
    )
    tables = list(await connection.execute_fetchall("SELECT name FROM sqlite_schema LIMIT 1"))
    if application != APPLICATION_ID and tables:
        raise StoreError(
            f"{path} is a SQLite database, but not a results store; choose another file by --store"
        )
    if version > len(MIGRATIONS):
        raise StoreError(f"{path} was written by a newer agentperf (schema {version}); update agentperf")
    if version == len(MIGRATIONS):
        return
    await connection.execute("PRAGMA journal_mode = WAL")
    for number in range(version, len(MIGRATIONS)):
        await connection.execute("BEGIN IMMEDIATE")
        if await _pragma(connection, "user_version") == number:
            for statement in MIGRATIONS[number].split(";"):
                await connection.execute(statement)
            await connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            await connection.execute(f"PRAGMA user_version = {number + 1}")
        await connection.execute("COMMIT")


async def _pragma(connection: aiosqlite.Connection, name: str) -> int:
    ((value,),) = await connection.execute_fetchall(f"PRAGMA {name}")
    return int(value)
