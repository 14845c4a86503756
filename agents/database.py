"""Two ways to reach the database: a new connection for every operation, or a pool.

Everything else is the same in both: PRAGMAs, one writer at a time on SQLite, and a keeper connection, without
which closing the last SQLite connection would checkpoint the write-ahead log after every operation.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    closing,
    contextmanager,
    nullcontext,
)
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, event, make_url, text
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from .counters import Counters

Connect = Callable[[URL, dict[str, Any]], AsyncEngine]
BUSY_TIMEOUT_S = 30

# What PostgreSQL calls the promise that SQLite's write-ahead log makes at each level: below `full`, a commit
# may be lost to a power cut but nothing is torn.
SYNCHRONOUS_COMMIT = {"off": "off", "normal": "off", "full": "on", "extra": "on"}


def connect_each_time(url: URL, connect_args: dict[str, Any]) -> AsyncEngine:
    """Slow way: every operation opens a connection and closes it."""
    return create_async_engine(url, connect_args=connect_args, poolclass=NullPool)


def connect_pooled(url: URL, connect_args: dict[str, Any]) -> AsyncEngine:
    """Fast way: the pool the team named (size 20, overflow 10, pre-ping)."""
    return create_async_engine(
        url,
        connect_args=connect_args,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=20,
        max_overflow=10,
        pool_pre_ping=True,
    )


class Database:
    """The tables of one trial: a snapshot for each session, and the progress of its steps."""

    def __init__(
        self, engine: AsyncEngine, writer: AbstractAsyncContextManager[Any], counters: Counters
    ) -> None:
        self._engine = engine
        self._writer = writer
        self._counters = counters
        # Two trials may share a server, so each has tables of its own.
        token = secrets.token_hex(6)
        self._snapshots, self._progress = f"agentperf_{token}_snapshots", f"agentperf_{token}_progress"
        # A snapshot that was taken earlier but arrives later must not win.
        self.put_snapshot = text(
            f"INSERT INTO {self._snapshots} (session, revision, payload) VALUES (:session, :revision, :payload) "
            "ON CONFLICT (session) DO UPDATE SET revision = excluded.revision, payload = excluded.payload "
            f"WHERE excluded.revision > {self._snapshots}.revision"
        )
        self.add_progress = text(
            f"INSERT INTO {self._progress} (session, agent, number, note) "
            "VALUES (:session, :agent, :number, :note)"
        )

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """A connection inside a transaction that is committed at the end."""
        async with self._writer, self._engine.begin() as connection:
            yield connection
        self._counters.commits += 1

    async def create(self) -> None:
        async with self._engine.begin() as connection:
            await connection.execute(
                text(
                    f"CREATE TABLE {self._snapshots} "
                    "(session INTEGER PRIMARY KEY, revision INTEGER NOT NULL, payload TEXT NOT NULL)"
                )
            )
            await connection.execute(
                text(
                    f"CREATE TABLE {self._progress} "
                    "(session INTEGER NOT NULL, agent TEXT NOT NULL, number INTEGER NOT NULL, note TEXT NOT NULL)"
                )
            )

    async def drop(self) -> None:
        async with self._engine.begin() as connection:
            for table in (self._snapshots, self._progress):
                await connection.execute(text(f"DROP TABLE {table}"))

    async def contents(self) -> dict[str, list[list[Any]]]:
        """Every row, in an order that does not depend on when it was written."""
        async with self._engine.connect() as connection:
            snapshots = await connection.execute(
                text(f"SELECT session, revision, payload FROM {self._snapshots} ORDER BY session")
            )
            progress = await connection.execute(
                text(
                    f"SELECT session, agent, number, note FROM {self._progress} ORDER BY session, agent, number"
                )
            )
            return {
                "snapshots": [list(row) for row in snapshots],
                "progress": [list(row) for row in progress],
            }


@asynccontextmanager
async def open_database(
    connect: Connect, database: str, synchronous: str, directory: Path, counters: Counters
) -> AsyncIterator[Database]:
    """A database with fresh tables: in a new file in `directory` where `database` names none.

    A pool has opened its first connection by the time this yields. Raises sqlalchemy.exc.SQLAlchemyError or
    OSError when the database can't be reached.
    """
    url = make_url(database)
    async with AsyncExitStack() as stack:
        if url.get_backend_name() == "sqlite":
            temporary = not url.database
            url = url.set(database=str(directory / "state.db")) if temporary else url
            stack.enter_context(_kept_open(str(url.database)))
            engine = connect(url, {"timeout": BUSY_TIMEOUT_S})
            event.listen(engine.sync_engine, "connect", _set_synchronous(synchronous))
            writer: AbstractAsyncContextManager[Any] = asyncio.Lock()
        else:
            temporary = False
            engine = connect(
                url, {"server_settings": {"synchronous_commit": SYNCHRONOUS_COMMIT[synchronous]}}
            )
            writer = nullcontext()
        stack.push_async_callback(engine.dispose)
        event.listen(engine.sync_engine, "connect", _count_into(counters))
        opened = Database(engine, writer, counters)
        await opened.create()
        if not temporary:
            stack.push_async_callback(opened.drop)
        yield opened


@contextmanager
def _kept_open(path: str) -> Iterator[None]:
    """Hold one idle connection, so that the write-ahead log outlives every other one."""
    with closing(sqlite3.connect(path)) as keeper:
        keeper.execute("PRAGMA journal_mode = WAL")
        keeper.execute("SELECT name FROM sqlite_schema").fetchall()  # only a reader holds the log open
        yield


def _set_synchronous(synchronous: str) -> Callable[[Any, Any], None]:
    def on_connect(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA synchronous = {synchronous}")
        cursor.close()

    return on_connect


def _count_into(counters: Counters) -> Callable[[Any, Any], None]:
    def on_connect(_connection: Any, _record: Any) -> None:
        counters.connections_opened += 1

    return on_connect
