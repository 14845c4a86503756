"""Brings a results store to the schema of this version, and refuses what is none or a newer one."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import aiosqlite

from .migrations import APPLICATION_ID, MIGRATIONS
from .store_error import StoreError
from .transaction import transaction


async def bring_up_to_date(connection: aiosqlite.Connection, path: Path) -> None:
    """Bring the schema up to date, each step in a transaction, so that two programs may try at once."""
    await connection.execute("BEGIN")  # one look at all three
    version = await _pragma(connection, "user_version")
    application = await _pragma(connection, "application_id")
    tables = list(await connection.execute_fetchall("SELECT name FROM sqlite_schema LIMIT 1"))
    await connection.execute("COMMIT")
    if application != APPLICATION_ID and (application or version or tables):
        raise StoreError(
            f"{path} is a SQLite database, but not a results store; choose another file by --store"
        )
    if version > len(MIGRATIONS):
        raise StoreError(f"{path} was written by a newer agentperf (schema {version}); update agentperf")
    if version == len(MIGRATIONS):
        return
    await _log_ahead(connection)
    for number in range(version, len(MIGRATIONS)):
        async with transaction(connection):
            if await _pragma(connection, "user_version") == number:
                for statement in MIGRATIONS[number].split(";"):
                    await connection.execute(statement)
                await connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                await connection.execute(f"PRAGMA user_version = {number + 1}")


async def _log_ahead(connection: aiosqlite.Connection) -> None:
    try:
        await connection.execute_fetchall("PRAGMA journal_mode = WAL")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode != sqlite3.SQLITE_BUSY:  # else another program is doing it at this moment
            raise


async def _pragma(connection: aiosqlite.Connection, name: str) -> int:
    ((value,),) = await connection.execute_fetchall(f"PRAGMA {name}")
    return int(value)
