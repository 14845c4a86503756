"""What SQLite and PostgreSQL do each in their own way: parameters, transactions, and who may write."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from .passage import Passage
from .spans import WAIT_FOR_WRITER, Hold

Row = tuple[object, ...]
Writes = Sequence[tuple[str, Sequence[Row]]]  # statements, each with the rows to write by it


@dataclass(frozen=True, slots=True)
class Dialect:
    """`placeholder` is formatted with a parameter's number, from 1.

    `run` executes a statement outside of what is measured, and returns its rows. `write` makes a transaction
    of one or more on a connection of the driver; `writer` admits those who may do so at the same time, and
    `hold` is what they keep from others.
    """

    placeholder: str
    run: Callable[[str], Awaitable[Sequence[Sequence[Any]]]]
    write: Callable[[Any, Writes], Awaitable[None]]
    writer: AbstractAsyncContextManager[Any]
    hold: Hold


def sqlite(keeper: sqlite3.Connection) -> Dialect:
    """One writer at a time. What is not measured is done by the keeper, without a thread."""

    async def run(statement: str) -> Sequence[Sequence[Any]]:
        return keeper.execute(statement).fetchall()

    return Dialect("?", run, _write_sqlite, Passage(asyncio.Lock(), WAIT_FOR_WRITER), Hold.WRITER)


def postgresql(engine: AsyncEngine) -> Dialect:
    """As many writers as there are connections."""

    async def run(statement: str) -> Sequence[Sequence[Any]]:
        async with engine.begin() as connection:
            result = await connection.execute(text(statement))
            return result.all() if result.returns_rows else ()

    return Dialect("${}", run, _write_postgresql, nullcontext(), Hold.NOTHING)


async def _write_sqlite(connection: Any, writes: Writes) -> None:
    """A row that stands alone is a transaction: no BEGIN and COMMIT have to go to SQLite's thread."""
    (statement, rows), *others = writes
    if len(rows) == 1 and not others:
        await connection.execute(statement, rows[0])
        return
    try:
        await connection.execute("BEGIN IMMEDIATE")
        for statement, rows in writes:
            await connection.executemany(statement, rows)
        await connection.commit()
    except BaseException:
        await connection.rollback()
        raise


async def _write_postgresql(connection: Any, writes: Writes) -> None:
    """Not by the driver's `transaction()`: cancelled while it begins, it leaves one open that none ends."""
    if len(writes) == 1:
        await connection.executemany(*writes[0])  # a transaction by itself
        return
    try:
        await connection.execute("BEGIN")
        for statement, rows in writes:
            await connection.executemany(statement, rows)
        await connection.execute("COMMIT")
    except BaseException:
        await connection.execute("ROLLBACK")
        raise
