"""An agent at work: it waits for a model, for a tool, computes, and may run the user's own coroutine."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from ..scenarios.schema import Step
from . import extension
from .context import AgentContext
from .draws import Draws
from .labelled import labelled
from .recorder import outer_span, span
from .spans import ACT, COMPUTE, chat_kind, step_kind, tool_kind

Act = Callable[[AgentContext], Awaitable[Mapping[str, Any]]]
HASHED_BYTES = b"\0" * 1024  # about a microsecond of work: how finely `cpu` is kept


class Agent:
    """One step's agent, the same object for every session of a trial. `attempt` counts from 0."""

    def __init__(self, step: Step, draws: Draws, time_scale: float) -> None:
        self.step = step
        self.timeout_s = None if step.timeout is None else step.timeout * time_scale
        self._draws = draws
        self._time_scale = time_scale
        self._own: Act | None = extension.load(step.uses) if step.uses else None
        self.kind = step_kind(step.agent)
        self.in_its_frame = labelled(self.kind.name)
        self._waits = (
            ("llm", step.llm, chat_kind(step.agent, step.llm.model if step.llm else None)),
            ("tool", step.tool, tool_kind(step.agent, step.tool.name if step.tool else None)),
        )

    async def act(self, context: AgentContext, attempt: int) -> dict[str, Any]:
        """What the agent has found out. Raises whatever a user's own coroutine raises."""
        for place, wait, kind in self._waits:
            if wait is not None:
                with span(kind) as waiting:
                    uniform = self._draws.uniform(context.session, f"{self.step.agent}/{place}", attempt)
                    wait_s = wait.latency.quantile(uniform) * self._time_scale
                    waiting.due_in(wait_s)
                    await asyncio.sleep(wait_s)
        if self.step.cpu:
            with span(COMPUTE):
                compute(self.step.cpu)
        if self._own:
            with outer_span(ACT):
                found = await self._own(context)
            if not isinstance(found, Mapping):
                raise TypeError(f"{self.step.uses} returned {type(found).__name__}, not a mapping")
            return dict(found)
        with span(COMPUTE):
            return {"token": _token(context)}


def compute(cpu_s: float) -> None:
    """Keep this thread, and so the event loop, busy for that much CPU time."""
    end_ns = time.thread_time_ns() + round(cpu_s * 1e9)
    while time.thread_time_ns() < end_ns:
        hashlib.sha256(HASHED_BYTES).digest()


def _token(context: AgentContext) -> str:
    """Depends on everything the agent was given, so that a leak or a lost merge changes the outcome."""
    given = "/".join(f"{name}={value.get('token', value)}" for name, value in sorted(context.inputs.items()))
    return hashlib.blake2s(f"{context.agent}/{context.session}/{given}".encode(), digest_size=8).hexdigest()
