"""How much shorter sessions would be if part of them took less time, or their steps another order."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ..scenarios.choices import Inference
from ..scenarios.concerns import Concern
from .replay import Factors, replay_s
from .segments import Order, RecordedSession
from .student import critical_t


@dataclass(frozen=True, slots=True)
class Shortening:
    """How much less time in percent, the mean over blocks, and its 95 % interval; no ends where there are too
    few blocks for one."""

    percent: float
    low: float | None
    high: float | None


class Replays:
    """Sessions of one combination, one from each block, each run in `order`; at least one."""

    def __init__(
        self, sessions: Sequence[RecordedSession], order: Order, inference: Inference = Inference.FIXED
    ) -> None:
        self._sessions = sessions
        self._order = order
        self._inference = inference
        self._unchanged_s = [replay_s(session, order) for session in sessions]

    @property
    def error_percent(self) -> float:
        """How far a replay that changes nothing is off, at its worst: 2 where it takes 2 % longer than what
        was measured."""
        errors = (
            unchanged_s / session.duration_s - 1 if session.duration_s else 0.0
            for session, unchanged_s in zip(self._sessions, self._unchanged_s, strict=True)
        )
        return 100 * max(errors, key=abs)

    def shortening(self, factors: Factors, order: Order | None = None) -> Shortening:
        """Of sessions with concerns multiplied by `factors`, in `order` if that is another one.

        Replay is compared with replay, so that what a replay does not know cancels as far as it can.
        """
        order = order or self._order
        saved = mean_with_interval(
            [
                100 * (1 - replay_s(session, order, factors) / unchanged_s) if unchanged_s else 0.0
                for session, unchanged_s in zip(self._sessions, self._unchanged_s, strict=True)
            ],
            self._inference,
        )
        if saved.high is None:
            return saved
        return replace(saved, high=max(saved.percent, min(saved.high, 100.0)))  # none takes less than no time


def mean_with_interval(values: Sequence[float], inference: Inference = Inference.FIXED) -> Shortening:
    """Student's t over blocks, of one value or more."""
    mean = statistics.fmean(values)
    factor = critical_t(len(values), inference) if len(values) > 1 else math.inf
    if math.isinf(factor):
        return Shortening(mean, None, None)
    half_width = factor * statistics.stdev(values) / math.sqrt(len(values))
    return Shortening(mean, mean - half_width, mean + half_width)


def work_s(session: RecordedSession) -> dict[Concern, float]:
    """Seconds of all steps together, whether or not they ran at the same time."""
    segments = [*session.before, *session.after, *(one for step in session.steps for one in step.segments)]
    return {
        concern: math.fsum(one.duration_s for one in segments if one.concern is concern)
        for concern in Concern
    }
