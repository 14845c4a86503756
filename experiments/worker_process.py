"""A fresh worker process: started, listened to, and gone afterwards with all that it started."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from asyncio import StreamReader
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress

REPORT_LIMIT_BYTES = 1 << 24
LINE_LIMIT_BYTES = 1 << 16
WORKER = (sys.executable, "-u", "-P", "-m", "agentperf.experiments.worker")
FAREWELL_S = 5.0  # for the exit handlers and threads of a user's code, once all trials are reported


@asynccontextmanager
async def worker_process(
    hear: Callable[[str], None], command: Sequence[str] = WORKER
) -> AsyncIterator[Process]:
    """A worker that waits for its job, or whatever `command` is.

    `hear` is told each line of its standard error.

    Inside, it is killed when an exception passes; else it is given a while to end by itself.
    """
    # A session of its own keeps the terminal's Ctrl-C from the worker, which is told to stop instead. It also
    # makes it the leader of a process group, so that nothing which it started need stay behind.
    process = await asyncio.create_subprocess_exec(
        *command,
        stdin=PIPE,
        stdout=PIPE,
        stderr=PIPE,
        limit=REPORT_LIMIT_BYTES,
        start_new_session=True,
    )
    assert process.stdout and process.stderr
    ending = {asyncio.create_task(process.wait()), asyncio.create_task(_relay(process.stderr, hear))}
    try:
        yield process
        with suppress(TimeoutError):
            async with asyncio.timeout(FAREWELL_S):
                # It is the worker's alone, and so ends with it, whoever else holds its standard error.
                await process.stdout.read()
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await asyncio.wait(ending, timeout=FAREWELL_S)
        for task in ending:
            task.cancel()


async def _relay(stream: StreamReader, hear: Callable[[str], None]) -> None:
    """Line by line; a progress bar's carriage return ends a line too, and so does its being too long."""
    rest = b""
    while chunk := await stream.read(LINE_LIMIT_BYTES):
        *lines, rest = (rest + chunk).replace(b"\r", b"\n").split(b"\n")
        if len(rest) > LINE_LIMIT_BYTES:
            lines, rest = [*lines, rest], b""
        for line in filter(None, lines):
            hear(line.decode(errors="replace"))
    if rest:
        hear(rest.decode(errors="replace"))
