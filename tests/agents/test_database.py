"""Both ways to reach an SQLite database: connections, PRAGMAs, its log, and other people's tables."""

from __future__ import annotations

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from agentperf.agents.counters import Counters
from agentperf.agents.database import (
    Connect,
    Database,
    DatabaseError,
    connect_each_time,
    connect_pooled,
    open_database,
)
from agentperf.agents.persistence import CommitEach, CommitOnce

FRESH = "sqlite+aiosqlite://"
either_way = pytest.mark.parametrize("connect", [connect_each_time, connect_pooled])


async def write(database: Database, count: int, counters: Counters | None = None) -> None:
    writer = CommitEach(0, database, counters or Counters())
    for number in range(count):
        await writer.progress("agent", number, "note " * 100)


def names(directory: Path) -> list[str]:
    return sorted(found.name for found in directory.iterdir())


@pytest.mark.parametrize(("connect", "connections"), [(connect_each_time, 7), (connect_pooled, 0)])
async def test_connections_opened(connect: Connect, connections: int, tmp_path: Path) -> None:
    counters = Counters()
    async with open_database(connect, FRESH, "off", tmp_path, counters) as database:
        assert counters.connections_opened >= 1  # the first, before anything is timed
        counters.reset()
        await write(database, 5)
        batch = CommitOnce(0, database, counters)
        for number in range(5, 10):
            await batch.progress("agent", number, "note")
        await batch.close()
        await write(database, 1)
        assert counters.connections_opened == connections
        assert counters.commits == 7


@either_way
async def test_many_at_once_get_by_with_one_writer(connect: Connect, tmp_path: Path) -> None:
    counters = Counters()
    async with open_database(connect, FRESH, "off", tmp_path, counters) as database:
        counters.reset()
        async with asyncio.TaskGroup() as group:
            for _ in range(50):
                group.create_task(write(database, 2))
        assert len((await database.contents())["progress"]) == 100
        assert counters.connections_opened == (100 if connect is connect_each_time else 0)


@either_way
@pytest.mark.parametrize(("synchronous", "level"), [("off", 0), ("normal", 1), ("full", 2), ("extra", 3)])
async def test_pragmas_of_each_connection(
    connect: Connect, synchronous: str, level: int, tmp_path: Path
) -> None:
    """Asked of the very connections that write, when they are opened and again when they are closed."""
    found: list[tuple[int, str, int]] = []

    def observed(url: Any, connect_args: Any) -> Any:
        engine = connect(url, connect_args)
        event.listen(engine.sync_engine, "close", look)
        return engine

    def look(connection: Any, _record: Any) -> None:
        values = (ask(connection, name) for name in ("synchronous", "journal_mode", "busy_timeout"))
        found.append(tuple(values))

    def ask(connection: Any, name: str) -> Any:
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]

    async with open_database(observed, FRESH, synchronous, tmp_path, Counters()) as database:
        await write(database, 2)
    assert len(found) >= (3 if connect is connect_each_time else 1)
    assert set(found) == {(level, "wal", 30_000)}


async def test_the_keeper_prevents_a_checkpoint_at_each_last_close(tmp_path: Path) -> None:
    log = tmp_path / "state.db-wal"
    async with open_database(connect_each_time, FRESH, "full", tmp_path, Counters()) as database:
        await write(database, 1)
        before = (tmp_path / "state.db").read_bytes()
        size_bytes = log.stat().st_size
        await write(database, 10)
        assert (tmp_path / "state.db").read_bytes() == before
        assert log.stat().st_size > size_bytes
    assert not log.exists()


async def test_without_other_connections_the_last_close_would_checkpoint(tmp_path: Path) -> None:
    """The keeper is not there for nothing."""
    path = tmp_path / "plain.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE t (a)")
        assert path.with_name("plain.db-wal").exists()
    assert not path.with_name("plain.db-wal").exists()


@either_way
async def test_an_explicit_file_keeps_what_is_not_ours(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    with closing(sqlite3.connect(path)) as mine:
        mine.execute("CREATE TABLE agentperf_mine_snapshots (a)")
        mine.execute("INSERT INTO agentperf_mine_snapshots VALUES (7)")
        mine.commit()
    for _ in range(2):
        async with open_database(connect, f"{FRESH}/{path}", "full", tmp_path, Counters()) as database:
            await write(database, 3)
            assert len((await database.contents())["progress"]) == 3
    with closing(sqlite3.connect(path)) as mine:
        assert mine.execute("SELECT * FROM agentperf_mine_snapshots").fetchall() == [(7,)]
        assert mine.execute("SELECT count(*) FROM sqlite_schema").fetchall() == [(1,)]
    assert names(tmp_path) == ["mine.db"]


@pytest.mark.parametrize("mode", ["delete", "wal", "truncate", "persist"])
async def test_an_explicit_file_keeps_its_journal_mode(mode: str, tmp_path: Path) -> None:
    """Of these, only WAL is written into the file; the others are each connection's own."""
    path = tmp_path / "mine.db"
    with closing(sqlite3.connect(path)) as mine:
        mine.execute(f"PRAGMA journal_mode = {mode}")
        mine.execute("CREATE TABLE mine (a)")
    async with open_database(connect_pooled, f"{FRESH}/{path}", "full", tmp_path, Counters()) as database:
        await write(database, 1)
    with closing(sqlite3.connect(path)) as mine:
        assert mine.execute("PRAGMA journal_mode").fetchone() == ("wal" if mode == "wal" else "delete",)


@either_way
async def test_a_trial_that_fails_drops_its_tables_too(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    with pytest.raises(LookupError):
        async with open_database(connect, f"{FRESH}/{path}", "full", tmp_path, Counters()) as database:
            await write(database, 1)
            raise LookupError
    with closing(sqlite3.connect(path)) as mine:
        assert mine.execute("SELECT count(*) FROM sqlite_schema").fetchall() == [(0,)]


async def test_two_trials_can_share_a_file(tmp_path: Path) -> None:
    url = f"{FRESH}/{tmp_path / 'mine.db'}"
    async with (
        open_database(connect_pooled, url, "off", tmp_path, Counters()) as one,
        open_database(connect_each_time, url, "off", tmp_path, Counters()) as other,
    ):
        await asyncio.gather(write(one, 3), write(other, 2))
        assert len((await one.contents())["progress"]) == 3
        assert len((await other.contents())["progress"]) == 2


@either_way
async def test_a_file_named_by_a_uri(
    connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    url = f"{FRESH}/file:mine.db?uri=true"
    async with open_database(connect, url, "off", tmp_path, Counters()) as database:
        await write(database, 2)
        assert len((await database.contents())["progress"]) == 2
        assert names(tmp_path) == ["mine.db", "mine.db-shm", "mine.db-wal"]


@either_way
async def test_a_file_that_cannot_be_opened_is_named(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "missing" / "mine.db"
    with pytest.raises(DatabaseError, match=f"{path}.*unable to open database file"):
        async with open_database(connect, f"{FRESH}/{path}", "off", tmp_path, Counters()):
            raise AssertionError


@either_way
async def test_a_file_that_is_no_database_is_named(connect: Connect, tmp_path: Path) -> None:
    path = tmp_path / "mine.db"
    path.write_text("This is not a database, " * 100)
    with pytest.raises(DatabaseError, match=f"{path}.*file is not a database"):
        async with open_database(connect, f"{FRESH}/{path}", "off", tmp_path, Counters()):
            raise AssertionError
