"""Two ways to reach the database: a new connection for every operation, or a pool.

Everything else is the same in both: PRAGMAs, one writer at a time on SQLite, and a keeper connection, without
which closing the last SQLite connection would checkpoint the write-ahead log after every operation.
"""

from __future__ import annotations

import secrets
import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from sqlalchemy import NullPool, event, make_url
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool

from .counters import Counters
from .dialects import Dialect, Writes, postgresql, sqlite
from .passage import Passage
from .recorder import span
from .spans import COMMIT, CONNECT, DISCONNECT

Connect = Callable[[URL, dict[str, Any]], AsyncEngine]
BUSY_TIMEOUT_S = 30

# What PostgreSQL calls the promise that SQLite's write-ahead log makes at each level: below `full`, a commit
# may be lost to a power cut but nothing is torn.
SYNCHRONOUS_COMMIT = {"off": "off", "normal": "off", "full": "on", "extra": "on"}


class DatabaseError(RuntimeError):
    """A file can't be used as a database."""


def connect_each_time(url: URL, connect_args: dict[str, Any]) -> AsyncEngine:
    """Slow way: every operation opens a connection and closes it."""
    return create_async_engine(url, connect_args=connect_args, poolclass=NullPool, pool_reset_on_return=None)


def connect_pooled(url: URL, connect_args: dict[str, Any]) -> AsyncEngine:
    """Fast way: the pool the team named (size 20, overflow 10, pre-ping)."""
    return create_async_engine(
        url,
        connect_args=connect_args,
        poolclass=AsyncAdaptedQueuePool,
        pool_size=20,
        max_overflow=10,
        pool_pre_ping=True,
        pool_reset_on_return=None,
    )


class Database:
    """The tables of one trial: a snapshot for each session, and the progress of its steps.

    Engine and pool are SQLAlchemy's. Writes go to the driver's own connection: through SQLAlchemy's cursor,
    each would be handed to SQLite's thread and back three times rather than once.
    """

    def __init__(self, engine: AsyncEngine, dialect: Dialect, counters: Counters) -> None:
        self._engine = engine
        self._dialect = dialect
        self._counters = counters
        self._connect, self._commit, self._disconnect = (
            kind.holding(dialect.hold) for kind in (CONNECT, COMMIT, DISCONNECT)
        )
        # Two trials may share a server, so each has tables of its own.
        token = secrets.token_hex(6)
        self._snapshots, self._progress = f"agentperf_{token}_snapshots", f"agentperf_{token}_progress"
        # A snapshot that was taken earlier but arrives later must not win.
        self.put_snapshot = (
            f"INSERT INTO {self._snapshots} (session, revision, payload) VALUES ({self._parameters(3)}) "
            "ON CONFLICT (session) DO UPDATE SET revision = excluded.revision, payload = excluded.payload "
            f"WHERE excluded.revision > {self._snapshots}.revision"
        )
        self.add_progress = (
            f"INSERT INTO {self._progress} (session, agent, number, note) VALUES ({self._parameters(4)})"
        )

    async def write(self, writes: Writes) -> None:
        """All of `writes`, at least one, in a transaction. Raises what the driver raises."""
        async with self._dialect.writer, self.connection() as connection:
            with span(self._commit):
                await self._dialect.write(connection, writes)
        self._counters.commits += 1

    @asynccontextmanager
    async def connection(self) -> AsyncIterator[Any]:
        """A connection of the driver, as the engine comes by it."""
        async with Passage(self._engine.connect(), self._connect, self._disconnect) as connection:
            yield (await connection.get_raw_connection()).driver_connection

    async def create(self) -> None:
        await self._dialect.run(
            f"CREATE TABLE {self._snapshots} "
            "(session INTEGER PRIMARY KEY, revision INTEGER NOT NULL, payload TEXT NOT NULL)"
        )
        await self._dialect.run(
            f"CREATE TABLE {self._progress} "
            "(session INTEGER NOT NULL, agent TEXT NOT NULL, number INTEGER NOT NULL, note TEXT NOT NULL)"
        )

    async def drop(self) -> None:
        for table in (self._snapshots, self._progress):
            await self._dialect.run(f"DROP TABLE IF EXISTS {table}")

    async def contents(self) -> dict[str, list[list[Any]]]:
        """Every row, in an order that does not depend on when it was written."""
        snapshots = await self._dialect.run(
            f"SELECT session, revision, payload FROM {self._snapshots} ORDER BY session"
        )
        progress = await self._dialect.run(
            f"SELECT session, agent, number, note FROM {self._progress} ORDER BY session, agent, number"
        )
        return {"snapshots": list(map(list, snapshots)), "progress": list(map(list, progress))}

    def _parameters(self, columns: int) -> str:
        return ", ".join(self._dialect.placeholder.format(number) for number in range(1, columns + 1))


@asynccontextmanager
async def open_database(
    connect: Connect, database: str, synchronous: str, directory: Path, counters: Counters
) -> AsyncIterator[Database]:
    """A database with fresh tables: in a new file in `directory` where `database` names none.

    A pool has opened its first connection by the time this yields. Raises DatabaseError, OSError or
    sqlalchemy.exc.SQLAlchemyError when the database can't be reached.
    """
    url = make_url(database)
    async with AsyncExitStack() as stack:
        if url.get_backend_name() == "sqlite":
            temporary = not url.database
            url = url.set(database=str(directory / "state.db")) if temporary else url
            keeper = stack.enter_context(_kept_open(url, "off" if temporary else synchronous))
            engine = connect(url, {"timeout": BUSY_TIMEOUT_S, "isolation_level": None})
            event.listen(engine.sync_engine, "connect", _set_synchronous(synchronous))
            dialect = sqlite(keeper)
        else:
            temporary = False
            engine = connect(
                url, {"server_settings": {"synchronous_commit": SYNCHRONOUS_COMMIT[synchronous]}}
            )
            dialect = postgresql(engine)
        stack.push_async_callback(engine.dispose)
        event.listen(engine.sync_engine, "connect", _count_into(counters))
        opened = Database(engine, dialect, counters)
        await opened.create()
        if not temporary:
            stack.push_async_callback(opened.drop)
        async with opened.connection():
            pass  # the first one
        yield opened


@contextmanager
def _kept_open(url: URL, synchronous: str) -> Iterator[sqlite3.Connection]:
    """Hold one idle connection, so that the write-ahead log outlives every other one."""
    (path,), written = url.get_dialect()().create_connect_args(url)
    options: dict[str, Any] = {**written, "timeout": BUSY_TIMEOUT_S, "isolation_level": None}
    with ExitStack() as stack:
        try:
            keeper = stack.enter_context(closing(sqlite3.connect(path, **options)))
            keeper.execute(f"PRAGMA synchronous = {synchronous}")
            (journal_mode,) = keeper.execute("PRAGMA journal_mode").fetchone()
            keeper.execute("PRAGMA journal_mode = WAL")
            keeper.execute("SELECT name FROM sqlite_schema").fetchall()  # only a reader holds the log open
        except sqlite3.Error as error:
            raise DatabaseError(f"the database {url.database} can't be used: {error}") from error
        try:
            yield keeper
        finally:
            with suppress(sqlite3.OperationalError):  # someone else is using it
                keeper.execute(f"PRAGMA journal_mode = {journal_mode}")


def _set_synchronous(synchronous: str) -> Callable[[Any, Any], None]:
    def on_connect(connection: Any, _record: Any) -> None:
        connection.run_async(lambda driver: driver.execute(f"PRAGMA synchronous = {synchronous}"))

    return on_connect


def _count_into(counters: Counters) -> Callable[[Any, Any], None]:
    def on_connect(_connection: Any, _record: Any) -> None:
        counters.connections_opened += 1

    return on_connect
