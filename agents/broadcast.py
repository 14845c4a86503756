"""The WebSocket server of a trial: on loopback, on a free port, for subscribers who know its token."""

from __future__ import annotations

import asyncio
import hmac
import logging
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http import HTTPStatus

from websockets.asyncio.server import Server, ServerConnection, serve
from websockets.exceptions import ConnectionClosed
from websockets.http11 import Request, Response

from .counters import Counters

log = logging.getLogger(__name__)

HOST = "127.0.0.1"
# No update waits longer for a subscriber: a page that has not read for so long has gone away.
SEND_DEADLINE_S = 1.0


class Broadcast:
    """Sends text to every subscriber at once, and drops those who can't keep up."""

    def __init__(self, counters: Counters) -> None:
        self.token = secrets.token_urlsafe(32)
        self._counters = counters
        self._subscribers: set[ServerConnection] = set()

    async def send(self, message: str) -> None:
        """Returns when every subscriber has taken the message, or is dropped for not taking it in time."""
        if not self._subscribers:
            return
        size_bytes = len(message.encode())
        sending = {asyncio.create_task(one.send(message)): one for one in self._subscribers}
        try:
            done, late = await asyncio.wait(sending, timeout=SEND_DEADLINE_S)
        finally:
            for task in sending:
                task.cancel()  # does nothing to those that are done
        for task in late:
            self._drop(sending[task], f"took no message for {SEND_DEADLINE_S:g} s")
        for task in done:
            if failure := task.exception():
                self._drop(sending[task], str(failure))
            elif sending[task] in self._subscribers:
                self._counters.frames_sent += 1
                self._counters.bytes_sent += size_bytes

    async def flush(self) -> None:
        """Wait until every subscriber has acknowledged the last frame, or is dropped."""
        await asyncio.gather(*map(self._acknowledged, tuple(self._subscribers)))

    async def _acknowledged(self, subscriber: ServerConnection) -> None:
        try:
            async with asyncio.timeout(SEND_DEADLINE_S):
                await (await subscriber.ping())  # frames are ordered: its answer follows the last message
        except (ConnectionClosed, TimeoutError) as failure:
            self._drop(subscriber, str(failure) or "acknowledged nothing in time")

    def _drop(self, subscriber: ServerConnection, reason: str) -> None:
        if subscriber in self._subscribers:
            self._subscribers.discard(subscriber)
            log.warning("a subscriber was dropped: %s", reason)
        subscriber.transport.abort()

    async def _subscribe(self, subscriber: ServerConnection) -> None:
        self._subscribers.add(subscriber)
        await subscriber.wait_closed()
        if subscriber in self._subscribers:
            self._drop(subscriber, "it went away")

    def _admit(self, connection: ServerConnection, request: Request) -> Response | None:
        shown = " ".join(request.headers.get_all("Authorization"))
        if hmac.compare_digest(shown.encode(), f"Bearer {self.token}".encode()):
            return None
        return connection.respond(HTTPStatus.UNAUTHORIZED, "This trial admits its own subscribers only.\n")

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[int]:
        """Listens on loopback; yields the port."""
        server: Server = await serve(
            self._subscribe, HOST, 0, process_request=self._admit, compression=None, ping_interval=None
        )
        try:
            yield server.sockets[0].getsockname()[1]
        finally:
            self._subscribers.clear()
            server.close()
            await server.wait_closed()
