"""Two ways to keep subscribers posted: every update to everyone, or only where somebody is looking."""

from __future__ import annotations

import json
from typing import Any, Protocol

from .broadcast import Broadcast
from .recorder import span
from .spans import PUBLISH

Update = dict[str, Any]


class Notifier(Protocol):
    """Tells subscribers what happens."""

    async def publish(self, update: Update) -> None:
        """Returns when the update has been sent, or need not be."""


class EveryUpdate:
    """Slow way: each update, of batch jobs too, is encoded once and awaited at every subscriber."""

    def __init__(self, broadcast: Broadcast) -> None:
        self._broadcast = broadcast

    async def publish(self, update: Update) -> None:
        with span(PUBLISH):
            await self._broadcast.send(json.dumps(update, separators=(",", ":")))


class InteractiveOnly:
    """Fast way: nothing for a session that nobody watches; an interactive one still gets every update."""

    def __init__(self, broadcast: Broadcast, interactive: bool) -> None:
        self._every_update = EveryUpdate(broadcast)
        self._interactive = interactive

    async def publish(self, update: Update) -> None:
        if self._interactive:
            await self._every_update.publish(update)
