"""Why a prediction and what a switch brought lie apart: from the ledgers, the counts and the spans."""

from __future__ import annotations

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..analysis.ledger import Ledger
from ..analysis.replay import Factors
from ..analysis.segments import Order, RecordedSession
from ..analysis.what_if import Replays, mean_with_interval, work_s
from ..experiments.combination import NOTHING, Combination
from ..experiments.run import Run
from ..scenarios.choices import Metric
from ..scenarios.concerns import Concern
from ..scenarios.optimizations import Optimization
from ..scenarios.wording import listed
from .combination_record import CombinationRecord
from .figures import count, points, time_scale_of
from .ledgers import RowLedgers
from .what_if_record import Supposition, WhatIfRecord

APART_POINTS = 2.0  # nearer than that, there is nothing to explain
WORTH_TELLING_POINTS = 0.5
CHANGES_TOLD = 2

# The count that a switch is meant to change.
_COUNTED = {
    Optimization.BATCHED_PERSISTENCE.value: "commits",
    Optimization.POOLING.value: "connections_opened",
    Optimization.WEBSOCKET_SUPPRESSION.value: "frames_sent",
    Optimization.LAZY_VALIDATION.value: "validations",
    Optimization.ASYNC_MONITORING.value: "fsyncs",
    Optimization.LAZY_STATE.value: "validations",
}

TIMES_OF_SESSIONS = frozenset(
    {Metric.WALL, Metric.LATENCY_P50, Metric.LATENCY_P95, Metric.LATENCY_P99, Metric.THROUGHPUT}
)
"""What the length of a session can be compared with."""

Recorded = Mapping[Combination, Mapping[int, RecordedSession]]
"""Sessions by what was on, and by block."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """What a run knows of its combinations. `sessions_at_once` is how many may share the loop."""

    run: Run
    ledgers: RowLedgers
    combinations: Mapping[Combination, CombinationRecord]
    recorded: Recorded
    sessions_at_once: int = 1

    def remarks(self, record: WhatIfRecord) -> Iterator[str]:
        """Nothing where there is no switch, or the two lie near each other."""
        switch, difference = record.optimization, record.difference_points
        if switch is None:
            return
        if difference is None:
            yield self._unmeasured(switch)
            return
        if abs(difference) < APART_POINTS:
            return
        low, high = record.measured_low, record.measured_high
        if low is not None and high is not None and low <= record.predicted_percent <= high:
            yield "the prediction lies within the interval of the measurement"
        if record.supposition is Supposition.BY_NEEDS:
            yield from self._longer_side_by_side(record, switch)
        else:
            yield from self._left_and_moved(record, switch)
        if self.sessions_at_once > 1:
            yield "other sessions share the event loop and the writer: a replay knows nothing of them"

    def _unmeasured(self, switch: str) -> str:
        if switch not in self.run.design.factors:
            return f"{switch} was not swept"
        if self.run.metric not in TIMES_OF_SESSIONS:
            return f"the run compares {self.run.metric.words}, not how long sessions take"
        if frozenset({switch}) in self.ledgers:
            return "too few blocks for an interval of what it saved"
        return f"{switch} was not run alone"

    def _left_and_moved(self, record: WhatIfRecord, switch: str) -> Iterator[str]:
        """Both run their steps one by one, so that the changes of the ledgers add up to that of the time."""
        before, after = self.ledgers.get(NOTHING, {}), self.ledgers.get(frozenset({switch}), {})
        rows = sorted(before.keys() & after.keys())
        point_s = statistics.fmean(sum(before[row].values()) for row in rows) / 100 if rows else 0.0
        if not point_s:
            return
        had_s, left_s = (
            statistics.fmean(sum(ledgers[row][concern] for concern in record.concerns) for row in rows)
            for ledgers in (before, after)
        )
        if left_s >= WORTH_TELLING_POINTS * point_s:
            of_what = listed(record.concerns, "and")
            yield f"{switch} leaves {_time(left_s)} of {_time(had_s)} of {of_what}{self._counted(switch)}"
        others = [concern for concern in Concern if concern not in record.concerns]
        moved = _shown_to_move([before[row] for row in rows], [after[row] for row in rows], others)
        told = [concern for concern in moved if abs(moved[concern]) >= WORTH_TELLING_POINTS * point_s]
        for concern in told[:CHANGES_TOLD]:
            change_s = abs(moved[concern])
            comparison = "more" if moved[concern] > 0 else "less"
            yield f"with it {concern} takes {_time(change_s)} {comparison} ({points(change_s / point_s)})"
        if not told:
            yield "no other concern is shown to take more or less with it: the rest may be chance"

    def _counted(self, switch: str) -> str:
        counters = [
            self.combinations[on].counters for on in (NOTHING, frozenset({switch})) if on in self.combinations
        ]
        field = _COUNTED.get(switch)
        if field is None or len(counters) < 2:
            return ""
        before, after = (getattr(one, field) for one in counters)
        if before is None or after is None:
            return ""
        return f" ({field.replace('_', ' ')} {count(before)} -> {count(after)})"

    def _longer_side_by_side(self, record: WhatIfRecord, switch: str) -> Iterator[str]:
        """The blocks of which both were recorded; the work of all steps, whether or not at the same time."""
        apart = self.recorded.get(NOTHING, {})
        together = self.recorded.get(frozenset({switch}), {})
        blocks = sorted(apart.keys() & together.keys())
        if not blocks or record.difference_points is None or record.measured_percent is None:
            return
        before, after = (_work_s([recorded[block] for block in blocks]) for recorded in (apart, together))
        factors: Factors = {
            concern: after[concern] / before[concern]
            for concern in Concern
            if concern is not Concern.AGENT_WORK and before[concern] and after[concern]
        }
        replays = Replays([apart[block] for block in blocks], Order.ONE_BY_ONE)
        as_long = replays.shortening({}, Order.BY_NEEDS).percent
        longer = replays.shortening(factors, Order.BY_NEEDS).percent
        if (as_long - longer) * record.difference_points <= 0:
            return  # what was recorded of them explains nothing of it
        most = sorted(factors, key=lambda concern: -abs(after[concern] - before[concern]))[:CHANGES_TOLD]
        told = [f"{concern} {_time(before[concern])} -> {_time(after[concern])}" for concern in most]
        yield (
            f"side by side the same work takes {'longer' if longer < as_long else 'less'}"
            f" ({', '.join(told)}, all steps together), which comes to {points(abs(as_long - longer))}"
        )


def _shown_to_move(
    before: Sequence[Ledger], after: Sequence[Ledger], concerns: Sequence[Concern]
) -> dict[Concern, float]:
    """Seconds more, the largest change first; only those that more than chance explains, row by row."""
    moved = {}
    for concern in concerns:
        changes = [new[concern] - old[concern] for old, new in zip(before, after, strict=True)]
        mean = mean_with_interval(changes)
        if mean.low is not None and mean.high is not None and mean.low * mean.high > 0:
            moved[concern] = statistics.fmean(changes)
    return dict(sorted(moved.items(), key=lambda item: -abs(item[1])))


def _work_s(sessions: Sequence[RecordedSession]) -> dict[Concern, float]:
    """The mean of each concern."""
    works = list(map(work_s, sessions))
    return {concern: statistics.fmean(work[concern] for work in works) for concern in Concern}


def _time(seconds: float) -> str:
    scale = time_scale_of([seconds])
    return f"{scale(seconds)} {scale.unit}"
