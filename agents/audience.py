"""The runtime's end of the subscriber process."""

from __future__ import annotations

import asyncio
import json
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from .broadcast import Broadcast

ANSWER_DEADLINE_S = 30.0  # opening hundreds of connections on a busy machine is slow, and never this slow


class AudienceError(RuntimeError):
    """The subscriber process did not do as it was told."""


class Audience:
    """Subscribers in a process of their own, called to one trial after another."""

    def __init__(self, process: Process) -> None:
        self._process = process

    @classmethod
    @asynccontextmanager
    async def started(cls) -> AsyncIterator[Audience]:
        """Starts the process at once and leaves it to get ready; it ends with the block."""
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            "-P",
            "-m",
            "agentperf.agents.subscribers",
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
        )
        try:
            yield cls(process)
        finally:
            if process.returncode is None:
                process.kill()
            await process.wait()

    @asynccontextmanager
    async def attending(self, broadcast: Broadcast, subscribers: int) -> AsyncIterator[None]:
        """That many subscribers are connected inside. Raises AudienceError when they can't be."""
        if not subscribers:
            yield
            return
        async with broadcast.serving() as port:
            order = {"attend": port, "token": broadcast.token, "subscribers": subscribers}
            if failure := (await self._tell(order)).get("failure"):
                raise AudienceError(f"{subscribers} subscribers can't attend: {failure}")
            yield
        await self._tell({"leave": True})

    async def _tell(self, order: dict[str, Any]) -> dict[str, Any]:
        assert self._process.stdin and self._process.stdout
        try:
            async with asyncio.timeout(ANSWER_DEADLINE_S):
                self._process.stdin.write(json.dumps(order).encode() + b"\n")
                await self._process.stdin.drain()
                line = await self._process.stdout.readline()
        except TimeoutError as failure:
            self._process.kill()  # or its answer would be taken for that to the next order
            raise AudienceError(f"the subscribers did not answer within {ANSWER_DEADLINE_S:g} s") from failure
        except ConnectionError:
            line = b""
        if not line:
            raise AudienceError("the subscriber process ended unexpectedly")
        answer: dict[str, Any] = json.loads(line)
        return answer
