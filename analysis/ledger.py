"""The ledger of a session: its wall time by concern, each instant charged once, along the critical path."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from ..scenarios.concerns import Concern
from .critical_path import PathPart, critical_path
from .trace import Trace

Ledger = Mapping[Concern, float]
"""Seconds, for all concerns."""


def ledger(trace: Trace) -> dict[Concern, float]:
    """Seconds by concern, all nine, in their order; their sum is the session's duration.

    A span's own time is its concern's, with two exceptions, which are the event loop's: what lies behind the
    moment at which a wait was due, and the session's own time right before a step on the path, or right after
    one, when the loop has yet to start it or to tell of its end.
    """
    return _added_up(charges(trace, critical_path(trace)))


def charges(trace: Trace, path: Sequence[PathPart]) -> Iterator[tuple[Concern, float]]:
    """What each part of the path costs, in its order: a part may be split at the moment when it was due."""
    for number, part in enumerate(path):
        span = trace[part.span]
        if part.span == 0 and _beside_a_step(trace, path, number):
            yield Concern.EVENT_LOOP, part.end_s - part.start_s
            continue
        due_s = part.end_s if span.due_s is None else min(max(span.due_s, part.start_s), part.end_s)
        yield span.concern, due_s - part.start_s
        if due_s < part.end_s:
            yield Concern.EVENT_LOOP, part.end_s - due_s


def mean_ledger(ledgers: Sequence[Ledger]) -> dict[Concern, float]:
    """The mean of each concern over one ledger or more: so the parts still add up to the mean duration."""
    return {
        concern: math.fsum(one.get(concern, 0.0) for one in ledgers) / len(ledgers) for concern in Concern
    }


def _added_up(charged: Iterable[tuple[Concern, float]]) -> dict[Concern, float]:
    parts: dict[Concern, list[float]] = {concern: [] for concern in Concern}
    for concern, seconds in charged:
        parts[concern].append(seconds)
    return {concern: math.fsum(seconds) for concern, seconds in parts.items()}


def _beside_a_step(trace: Trace, path: Sequence[PathPart], number: int) -> bool:
    neighbours = (*path[number - 1 : number], *path[number + 1 : number + 2])
    return any(trace[neighbour.span].agent is not None for neighbour in neighbours)
