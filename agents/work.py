"""One session at work: admitted, led through its steps, saved, and answered."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine
from contextlib import nullcontext
from functools import partial
from typing import Any

from pydantic import ValidationError

from .agent import Agent
from .context import AgentContext
from .parts import Parts
from .recorder import outer_span, span
from .sections import section
from .session import Session
from .spans import MERGE, SAVE, STATE_VIEW
from .validation import Exchange

log = logging.getLogger(__name__)

# A final save that takes longer is given up: whoever cancelled the session is waiting.
SAVE_DEADLINE_S = 30.0


class StepFailed(Exception):
    """An agent failed in every attempt it had; the cause is the failure of the last one."""

    def __init__(self, agent: str, attempts: int, cause: BaseException) -> None:
        times = "once" if attempts == 1 else f"{attempts} times"
        reason = f"{type(cause).__name__}: {cause}".removesuffix(": ")
        super().__init__(f"agent {agent!r} failed {times}: {reason}")


class SessionWork:
    """The steps of one session, with what they share."""

    def __init__(self, parts: Parts, session: Session) -> None:
        self._parts = parts
        self._session = session
        self._state = parts.state()
        self._writer = parts.writer(session.index)
        self._found: dict[str, dict[str, Any]] = {}

    async def run(self) -> dict[str, Any]:
        """What each agent found out, by name.

        Raises StepFailed; what was collected by then is saved all the same, and likewise on cancellation.
        """
        self._parts.validation.admit(Exchange(self._session.index, None, self._state.plain_now))
        try:
            await self._parts.pipeline.run(self._parts.graph, self._step)
        finally:
            with outer_span(SAVE):
                await _despite_cancellation(self._writer.close())
        return dict(sorted(self._found.items()))

    async def _step(self, rank: int) -> None:
        agent = self._parts.agents[rank]
        with outer_span(agent.kind):
            await agent.in_its_frame(self._advance, rank)

    async def _advance(self, rank: int) -> None:
        """A step from its start to the last thing said of it: the order is the same under every switch."""
        parts, state = self._parts, self._state
        agent = parts.agents[rank]
        name = agent.step.agent
        updates, events = parts.scenario.websocket.updates_per_step, parts.scenario.monitoring.events_per_step
        notes = parts.scenario.persistence.writes_per_step - 1  # the merge's own write is one of them

        started = parts.clock.now()
        if updates > 1:
            await self._publish(name, "step_started", 0)
        if events > 1:
            await self._record(name, "step_started", 0, started)

        inputs = {parts.agents[need].step.agent: state.merged(need) for need in parts.graph.needs[rank]}
        seen = partial(state.plain, rank)
        parts.validation.before(Exchange(self._session.index, agent.step, seen, inputs))
        found = self._found[name] = await self._attempt(agent, rank)
        output = section(name, rank + 1, parts.messages, found)
        try:
            parts.validation.after(Exchange(self._session.index, agent.step, seen, inputs, output))
        except ValidationError as invalid:
            raise StepFailed(name, 1, invalid) from invalid

        with span(MERGE):
            state.merge(rank, output)
        if notes >= 0:
            await self._writer.snapshot(state)
        for number in range(notes):
            await self._writer.progress(name, number, "saved")
        for number in range(1, updates - 1):
            await self._publish(name, "progress", number)
        for number in range(1, events - 1):
            await self._record(name, "progress", number, started)
        if updates:
            await self._publish(name, "state_changed", updates - 1)
        if events:
            await self._record(name, "step_finished", events - 1, started)

    async def _attempt(self, agent: Agent, rank: int) -> dict[str, Any]:
        attempts = agent.step.retries + 1
        for attempt in range(attempts):
            try:
                async with nullcontext() if agent.timeout_s is None else asyncio.timeout(agent.timeout_s):
                    context = self._context(agent, rank, attempt)
                    found = await agent.act(context, attempt)
                    with span(STATE_VIEW):
                        del context  # to throw a whole state away takes nearly as long as to make it
                    return found
            except (Exception, asyncio.CancelledError, SystemExit) as failure:
                if isinstance(failure, asyncio.CancelledError) and _is_cancelled():
                    raise
                if attempt + 1 == attempts:
                    raise StepFailed(agent.step.agent, attempts, failure) from failure
        raise AssertionError("a step has at least one attempt")

    def _context(self, agent: Agent, rank: int, attempt: int) -> AgentContext:
        name = agent.step.agent

        async def notify(message: Any) -> None:
            await self._parts.notifier.publish(
                {"session": self._session.index, "agent": name, "message": message}
            )

        with span(STATE_VIEW):
            visible = self._state.view(rank)
        return AgentContext(
            agent=name,
            session=self._session.index,
            inputs={need: self._found[need] for need in agent.step.needs},
            state=visible,
            notify=notify,
            seed=f"{self._session.seed}/{self._session.index}/{name}/{attempt}",
        )

    async def _publish(self, agent: str, change: str, number: int) -> None:
        await self._parts.notifier.publish(
            {"session": self._session.index, "agent": agent, "change": change, "number": number}
        )

    async def _record(self, agent: str, event: str, number: int, started: float) -> None:
        now = self._parts.clock.now()
        await self._parts.monitor.record(
            {
                "time": now,
                "elapsed": now - started,
                "session": self._session.index,
                "agent": agent,
                "event": event,
                "number": number,
            }
        )


def _is_cancelled() -> bool:
    """Whether it is this task that was cancelled, rather than another one that an agent awaited."""
    task = asyncio.current_task()
    return task is not None and task.cancelling() > 0


async def _despite_cancellation(save: Coroutine[Any, Any, None]) -> None:
    """Await `save` to its end, or to its deadline, even where the awaiting task is cancelled meanwhile."""
    saving = asyncio.create_task(save)
    try:
        await asyncio.shield(saving)
    except asyncio.CancelledError:
        await asyncio.wait({saving}, timeout=SAVE_DEADLINE_S)
        raise
    finally:
        if saving.cancel():  # it was not done
            log.warning("the save of a cancelled session was given up")
