"""The results store: every run with its blocks, in one SQLite file. A block is there whole or not at all."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

import aiosqlite

from ..profilers.codec import NotAProfile
from ..profilers.profile import Profile
from ..scenarios.wording import listed, quoted, suggestion
from .baseline import LATEST, Baseline, fault_of_name
from .job import trial_from_json, trial_to_json
from .migration import bring_up_to_date
from .profile_record import packed, unpacked
from .run import Run, StopReason
from .run_record import run_from_json, run_to_json
from .store_error import StoreError as StoreError  # which is raised here, and so is looked for here
from .transaction import transaction
from .trial import Trial

BUSY_TIMEOUT_S = 30.0

# A row of a run is whole once each part of its design has its block; version 0.1 wrote designs without parts.
_ENTRIES = """
WITH sizes AS (
    SELECT id, coalesce(json_array_length(record, '$.design.parts'), 1) AS size FROM runs
), whole AS (
    SELECT run_id, block / size FROM blocks JOIN sizes ON id = run_id
    GROUP BY run_id, block / size HAVING count(*) = size
)
SELECT id, created_at, scenario_name, stop_reason, count(run_id), elapsed_s
FROM runs LEFT JOIN whole ON run_id = id GROUP BY id ORDER BY runs.rowid DESC
"""


@dataclass(frozen=True, slots=True)
class RunEntry:
    """A line of the history. `stop_reason` is None while a run goes on, and after a crash.

    `blocks` counts as everywhere: of a rotating design the rotations that are whole.
    """

    id: str
    created_at: str
    scenario_name: str
    stop_reason: StopReason | None
    blocks: int
    elapsed_s: float


class Latest(Enum):
    """Which run `latest` is: the last that was begun, to go on with it, or that has a block, to look at."""

    BEGUN = "SELECT record FROM runs ORDER BY rowid DESC LIMIT 1"
    MEASURED = "SELECT record FROM runs WHERE id IN (SELECT run_id FROM blocks) ORDER BY rowid DESC LIMIT 1"


class Store:
    """Opened by `Store.open`; every method commits before it returns."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    @classmethod
    @asynccontextmanager
    async def open(cls, path: Path) -> AsyncIterator[Store]:
        """The store at `path`, made or brought up to date where needed. Raises StoreError."""
        try:
            # What can't be opened fails here: aiosqlite would leave a thread that outlives the event loop.
            sqlite3.connect(path).close()
            async with aiosqlite.connect(path, timeout=BUSY_TIMEOUT_S, isolation_level=None) as connection:
                await connection.execute("PRAGMA foreign_keys = ON")
                await bring_up_to_date(connection, path)
                yield cls(connection)
        except sqlite3.Error as error:
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
        """Record how a run went on or ended. Raises StoreError when it has been deleted."""
        updated = await self._connection.execute(
            "UPDATE runs SET stop_reason = ?, elapsed_s = ?, record = ? WHERE id = ?",
            (run.stop_reason, run.elapsed_s, json.dumps(run_to_json(run)), run.id),
        )
        if not updated.rowcount:
            raise StoreError(f"run {run.id} was deleted by another program")

    async def add_block(self, run_id: str, block: int, trials: Sequence[Trial]) -> None:
        """All trials of a block in one transaction. Raises StoreError when the block is there already."""
        rows = [(run_id, block, trial.order, json.dumps(trial_to_json(trial))) for trial in trials]
        try:
            async with transaction(self._connection):
                await self._connection.execute(
                    "INSERT INTO blocks VALUES (?, ?, ?)", (run_id, block, datetime.now(UTC).isoformat())
                )
                await self._connection.executemany("INSERT INTO trials VALUES (?, ?, ?, ?)", rows)
        except sqlite3.IntegrityError as error:
            orphaned = error.sqlite_errorcode == sqlite3.SQLITE_CONSTRAINT_FOREIGNKEY
            what = f"run {run_id} was deleted" if orphaned else f"block {block + 1} of run {run_id} was added"
            raise StoreError(f"{what} by another program") from error

    async def entries(self) -> list[RunEntry]:
        """The history, newest first."""
        return [
            RunEntry(run_id, created_at, name, StopReason(reason) if reason else None, blocks, elapsed_s)
            for run_id, created_at, name, reason, blocks, elapsed_s in await self._rows(_ENTRIES, ())
        ]

    async def run(self, name: str = LATEST, latest: Latest = Latest.BEGUN) -> Run:
        """A run by its id, as a baseline, by the beginning of its id, or the latest.

        Raises StoreError unless it is just one.
        """
        if name == LATEST:
            found = await self._rows(latest.value, ())
        else:
            found = (
                await self._rows("SELECT record FROM runs WHERE id = ?", (name,))
                or await self._rows(
                    "SELECT record FROM runs JOIN baselines ON run_id = id WHERE name = ?", (name,)
                )
                or await self._rows("SELECT record FROM runs WHERE substr(id, 1, ?) = ?", (len(name), name))
            )
        if not name or not found:
            what = f"no run {name!r}" if name != LATEST else "no run has a whole block yet"
            is_empty = name == LATEST and not await self._rows(Latest.BEGUN.value, ())
            raise StoreError("no run yet" if is_empty else f"{what}, see 'agentperf runs list'")
        if len(found) > 1:
            raise StoreError(f"{len(found)} runs begin with {name!r}, give more of the id")
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

    async def add_profile(self, run_id: str, profile: Profile) -> None:
        """Keep a profile, in place of another of its mode and combination. Raises StoreError when the run
        has been deleted."""
        try:
            await self._connection.execute(
                "INSERT OR REPLACE INTO profiles VALUES (?, ?, ?, ?)",
                (run_id, profile.mode, json.dumps(sorted(profile.on)), packed(profile)),
            )
        except sqlite3.IntegrityError as error:
            raise StoreError(f"run {run_id} was deleted by another program") from error

    async def profiles(self, run_id: str) -> list[Profile]:
        """All profiles of a run: nothing on first, everything on last. Raises StoreError."""
        rows = await self._rows(
            "SELECT record FROM profiles WHERE run_id = ? "
            "ORDER BY json_array_length(combination), combination, mode",
            (run_id,),
        )
        try:
            return [unpacked(row[0]) for row in rows]
        except NotAProfile as error:
            raise StoreError(f"a profile of run {run_id} can't be read: {error}; update agentperf") from error

    async def delete(self, run_id: str) -> None:
        """Forget a run, all its trials and profiles. Raises StoreError when it is a baseline."""
        try:
            await self._connection.execute("DELETE FROM runs WHERE id = ?", (run_id,))
        except sqlite3.IntegrityError as error:
            names = [one.name for one in await self.baselines() if one.run_id == run_id]
            raise StoreError(
                f"run {run_id} is kept as baseline {listed(names or ['of another program'], 'and')}; "
                "'agentperf baseline delete' first"
            ) from error

    async def set_baseline(self, name: str, run_id: str) -> None:
        """Give a run that name, which another may have had before. Raises StoreError."""
        if fault := fault_of_name(name):
            raise StoreError(f"a baseline can't be called {quoted(name)}: that {fault}")
        if await self._rows("SELECT 1 FROM runs WHERE id = ?", (name,)):
            raise StoreError(f"a baseline can't be called {quoted(name)}: that is the id of a run")
        try:
            await self._connection.execute(
                "INSERT OR REPLACE INTO baselines VALUES (?, ?, ?)",
                (name, run_id, datetime.now(UTC).isoformat(timespec="seconds")),
            )
        except sqlite3.IntegrityError as error:
            raise StoreError(f"no run {run_id!r}, see 'agentperf runs list'") from error

    async def baselines(self) -> list[Baseline]:
        """All, by name."""
        return [Baseline(*row) for row in await self._rows("SELECT * FROM baselines ORDER BY name", ())]

    async def delete_baseline(self, name: str) -> None:
        """Forget the name, not the run. Raises StoreError when there is none of that name."""
        deleted = await self._connection.execute("DELETE FROM baselines WHERE name = ?", (name,))
        if not deleted.rowcount:
            known = [one.name for one in await self.baselines()]
            hint = suggestion(name, known) if known else "there is none"
            raise StoreError(f"no baseline {quoted(name)}, {hint}")

    async def _rows(self, query: str, parameters: tuple[object, ...]) -> list[sqlite3.Row]:
        return list(await self._connection.execute_fetchall(query, parameters))
