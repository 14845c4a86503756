"""The spans that stored trials kept: one session of each combination, and what they say to a replay."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..agents.spans import COMMIT, WAIT_FOR_WRITER, Hold, Span
from ..analysis.dissection import dissect
from ..analysis.segments import Order, RecordedSession, Server, Use
from ..scenarios.optimizations import Optimization
from .combination import Combination
from .run import Run
from .trial import Trial

_KEPT = {Hold.LOOP: Server.LOOP, Hold.WRITER: Server.WRITER}


@dataclass(frozen=True, slots=True)
class SessionTrace:
    """One session under one combination of the swept switches, in one block."""

    on: Combination
    block: int
    spans: tuple[Span, ...]


def session_traces(run: Run, trials: Iterable[Trial]) -> tuple[SessionTrace, ...]:
    """Of the trials that kept spans, by block, then in the design's order of combinations."""
    places = {on: place for place, on in enumerate(run.design.combinations)}
    traced = [trial for trial in trials if trial.spans and trial.on in places]
    traced.sort(key=lambda trial: (trial.block, places[trial.on], trial.order))
    return tuple(SessionTrace(trial.on, trial.block, trial.spans) for trial in traced)


def order_of(run: Run, on: Combination) -> Order:
    """When the steps of a combination may start."""
    return Order.BY_NEEDS if Optimization.PARALLELISM in {*on, *run.design.held} else Order.ONE_BY_ONE


def commits(trace: SessionTrace) -> int:
    """How often the session saved something."""
    return sum(span.name == COMMIT.name for span in trace.spans)


def recorded_session(run: Run, trace: SessionTrace) -> RecordedSession:
    """What a replay needs of a trace."""
    steps = run.document.get("steps") or ()
    needs = {step["agent"]: tuple(step.get("needs") or ()) for step in steps}
    return dissect(trace.spans, [_use(span) for span in trace.spans], needs, order_of(run, trace.on))


def _use(span: Span) -> Use:
    awaits = Server.WRITER if span.name == WAIT_FOR_WRITER.name else None
    return Use(_KEPT.get(span.hold), awaits)
