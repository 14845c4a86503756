"""What an agent sees of the session it works in."""

from __future__ import annotations

import random
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from ..scenarios.concerns import Concern
from .recorder import OpenSpan, outer_span
from .sections import Section
from .spans import own_kind


@dataclass(frozen=True)
class AgentContext:
    """Handed to a user's own `async def agent(context) -> Mapping`.

    `inputs` maps each needed agent to what it returned; `state` maps section names to sections as this
    agent's ancestors left them; `notify` sends the subscribers a message of the agent's own.
    """

    agent: str
    session: int
    inputs: Mapping[str, Mapping[str, Any]]
    state: Mapping[str, Section]
    notify: Callable[[Any], Awaitable[None]]
    seed: str

    @cached_property
    def rng(self) -> random.Random:
        """Random numbers of this attempt: the same under every combination, fresh in each block."""
        return random.Random(self.seed)

    def span(self, name: str, concern: str = Concern.AGENT_WORK) -> OpenSpan:
        """`with context.span("look up"):` gives what is inside a bar of its own in the timeline.

        In the ledger it belongs to `concern`. Raises ValueError for a concern that there is not.
        """
        return outer_span(own_kind(name, concern))
