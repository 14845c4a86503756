"""A session replayed: how long it takes with its steps in another order, or part of its work for nothing.

A discrete-event simulation. Steps run their segments; those that keep the event loop or the database's writer
busy wait their turn, first come first served; waits hinder nobody.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import replace
from heapq import heappop, heappush
from itertools import count

from ..scenarios.concerns import Concern
from .segments import Order, RecordedSession, RecordedStep, Segment, Server

Factors = Mapping[Concern, float]
"""What the durations of a concern are multiplied by; 1 where it is not named."""


def replay_s(session: RecordedSession, order: Order, factors: Factors | None = None) -> float:
    """Seconds from the session's start to its end. Raises ValueError where steps wait for each other."""
    factors = factors or {}
    steps = [_scaled(step.segments, factors) for step in session.steps]
    own = (*_scaled(session.before, factors), *_scaled(session.after, factors))
    return sum(segment.duration_s for segment in own) + _Play(session.steps, steps, order).run_s()


def _scaled(segments: Sequence[Segment], factors: Factors) -> list[Segment]:
    """Without those that take no time; most are left as they are."""
    scaled = []
    for segment in segments:
        factor = factors.get(segment.concern, 1.0)
        if factor * segment.duration_s > 0:
            changed = factor != 1
            scaled.append(replace(segment, duration_s=factor * segment.duration_s) if changed else segment)
    return scaled


class _Play:
    """The steps at work. Events are (moment, number, step): the number keeps those of one moment in order."""

    def __init__(
        self, steps: Sequence[RecordedStep], segments: Sequence[Sequence[Segment]], order: Order
    ) -> None:
        needs = [
            step.needs if order is Order.BY_NEEDS else tuple(range(max(place - 1, 0), place))
            for place, step in enumerate(steps)
        ]
        self._segments = segments
        self._missing = [len(its_needs) for its_needs in needs]
        self._dependents: list[list[int]] = [[] for _ in steps]
        for place, its_needs in enumerate(needs):
            for need in its_needs:
                self._dependents[need].append(place)
        self._left = len(steps)
        self._at = [0 for _ in steps]
        self._kept_by: dict[Server, int | None] = dict.fromkeys(Server)
        self._queues: dict[Server, deque[int]] = {server: deque() for server in Server}
        self._ready = deque(step for step, missing in enumerate(self._missing) if not missing)
        self._events: list[tuple[float, int, int]] = []
        self._numbers = count()
        self._now_s = 0.0

    def run_s(self) -> float:
        """The moment at which the last step ends."""
        while self._ready or self._events:
            while self._ready:
                self._go_on(self._ready.popleft())
            if self._events:
                self._now_s, _, step = heappop(self._events)
                self._leave(step)
        if self._left:
            raise ValueError("the steps wait for each other")
        return self._now_s

    def _go_on(self, step: int) -> None:
        """With the next segment, if its servers are free; else wait for the first of them that is not."""
        if self._at[step] == len(self._segments[step]):
            self._end(step)
            return
        segment = self._segments[step][self._at[step]]
        for server in _servers(segment):
            if self._kept_by[server] not in (None, step):
                self._queues[server].append(step)
                return
            self._kept_by[server] = step
        heappush(self._events, (self._now_s + segment.duration_s, next(self._numbers), step))

    def _leave(self, step: int) -> None:
        """A segment is over. A coroutine that computes on does not give up the loop in between."""
        segments, at = self._segments[step], self._at[step] + 1
        self._at[step] = at
        segment, following = segments[at - 1], segments[at] if at < len(segments) else None
        keeps = () if following is None else _servers(following)
        if segment.write is not None and (following is None or following.write != segment.write):
            self._free(Server.WRITER)
        if Server.WRITER in keeps and self._kept_by[Server.WRITER] != step:
            keeps = ()  # it waits its turn to write, and meanwhile for nothing else
        if segment.server is Server.LOOP and Server.LOOP not in keeps:
            self._free(Server.LOOP)
        self._ready.append(step)

    def _free(self, server: Server) -> None:
        queue = self._queues[server]
        self._kept_by[server] = queue[0] if queue else None
        if queue:
            self._ready.append(queue.popleft())

    def _end(self, step: int) -> None:
        self._left -= 1
        for dependent in self._dependents[step]:
            self._missing[dependent] -= 1
            if not self._missing[dependent]:
                self._ready.append(dependent)


def _servers(segment: Segment) -> tuple[Server, ...]:
    writer = () if segment.write is None else (Server.WRITER,)
    return (*writer, Server.LOOP) if segment.server is Server.LOOP else writer
