"""Two ways to record what happens: in the hot path, or in a background task. Neither drops a record."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from enum import Enum
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from .counters import Counters
from .recorder import span
from .spans import RECORD, WAIT_FOR_QUEUE

Record = dict[str, Any]
QUEUE_SIZE = 1024  # beyond this the hot path waits: the background task must not hide unbounded memory
GATHER_S = 0.05  # records that come within it share a thread and an fsync; a crash loses no more than these


class Durability(Enum):
    """When a record counts as written."""

    FLUSHED = "flushed"
    FSYNCED = "fsynced"


class Monitor(Protocol):
    """Writes records to a file, one JSON object a line."""

    async def record(self, record: Record) -> None:
        """Take the record. Raises OSError when records can't be written."""

    async def drain(self) -> None:
        """Wait until every record taken so far is written. Raises OSError likewise."""


OpenMonitor = Callable[[Path, Durability, Counters], AbstractAsyncContextManager[Monitor]]


class RecordFile:
    """The file, and what it takes to call a record written."""

    def __init__(self, stream: BinaryIO, durability: Durability, counters: Counters) -> None:
        self._stream = stream
        self._durability = durability
        self._counters = counters

    def write(self, records: Iterable[Record]) -> None:
        lines = [json.dumps(record, separators=(",", ":")).encode() + b"\n" for record in records]
        self._stream.write(b"".join(lines))
        self._stream.flush()
        self._counters.monitoring_records += len(lines)
        if self._durability is Durability.FSYNCED:
            os.fsync(self._stream.fileno())
            self._counters.fsyncs += 1


class SynchronousMonitor:
    """Slow way: the step waits, and with it the event loop, until the record is written."""

    def __init__(self, file: RecordFile) -> None:
        self._file = file

    async def record(self, record: Record) -> None:
        with span(RECORD):
            self._file.write((record,))

    async def drain(self) -> None:
        """Nothing is ever waiting."""


class BackgroundMonitor:
    """Fast way: a bounded queue, and one task that now and then writes what has gathered, in a thread."""

    def __init__(self, file: RecordFile) -> None:
        self._file = file
        self._queue: asyncio.Queue[Record] = asyncio.Queue(QUEUE_SIZE)
        self._hurry = asyncio.Event()
        self._failure: Exception | None = None

    async def record(self, record: Record) -> None:
        if self._failure:
            raise self._failure
        try:
            self._queue.put_nowait(record)
        except asyncio.QueueFull:
            self._hurry.set()
            with span(WAIT_FOR_QUEUE):
                await self._queue.put(record)

    async def drain(self) -> None:
        self._hurry.set()
        await self._queue.join()
        self._hurry.clear()
        if self._failure:
            raise self._failure

    async def write_forever(self) -> None:
        """The background task. After a failure it still empties the queue, so that nobody waits in vain."""
        while True:
            batch = [await self._queue.get()]
            gathered = asyncio.get_running_loop().call_later(GATHER_S, self._hurry.set)
            await self._hurry.wait()
            gathered.cancel()
            self._hurry.clear()
            while not self._queue.empty():
                batch.append(self._queue.get_nowait())
            try:
                await asyncio.to_thread(self._file.write, batch)
            except Exception as error:
                self._failure = error
            finally:
                for _ in batch:
                    self._queue.task_done()


@asynccontextmanager
async def monitor_synchronously(
    path: Path, durability: Durability, counters: Counters
) -> AsyncIterator[Monitor]:
    """Opens the file for the slow way."""
    with path.open("ab") as stream:
        yield SynchronousMonitor(RecordFile(stream, durability, counters))


@asynccontextmanager
async def monitor_in_background(
    path: Path, durability: Durability, counters: Counters
) -> AsyncIterator[Monitor]:
    """Opens the file for the fast way; leaving drains the queue, whatever the reason for leaving."""
    with path.open("ab") as stream:
        monitor = BackgroundMonitor(RecordFile(stream, durability, counters))
        writer = asyncio.create_task(monitor.write_forever(), name="monitoring")
        try:
            yield monitor
        finally:
            try:
                await asyncio.shield(monitor.drain())
            finally:
                writer.cancel()
                await asyncio.gather(writer, return_exceptions=True)
