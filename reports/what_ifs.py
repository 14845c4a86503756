"""What replays of a run's recorded sessions predict, beside what its switches brought."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

from ..analysis.replay import Factors
from ..analysis.segments import Order, RecordedSession
from ..analysis.what_if import Replays
from ..experiments.combination import NOTHING, Combination, ordered
from ..experiments.observations import TrialRow
from ..experiments.run import Run
from ..experiments.traces import SessionTrace, commits, order_of, recorded_session, session_traces
from ..scenarios.concerns import Concern
from ..scenarios.optimizations import Optimization
from .combination_record import CombinationRecord
from .effect_record import EffectRecord, OptimizationRecord
from .ledgers import RowLedgers
from .what_if_record import Supposition, WhatIfRecord
from .what_if_remarks import TIMES_OF_SESSIONS, Explanation, Recorded

SPANS_REPLAYED = 30_000  # of one combination: more blocks would take seconds, and say little more


@dataclass(frozen=True, slots=True)
class Supposed:
    """A change, and the switch that is meant to bring it."""

    supposition: Supposition
    concerns: tuple[Concern, ...]
    optimization: Optimization | None = None

    def factors(self, commits: int) -> Factors:
        """What is left of each concern, in a session with so many commits."""
        left = 1 / commits if self.supposition is Supposition.ONE_COMMIT else 0.0
        return dict.fromkeys(self.concerns, left)


FROM_NOTHING = (
    Supposed(Supposition.BY_NEEDS, (), Optimization.PARALLELISM),
    Supposed(
        # A commit that is saved needs no connection either, so that the two go together.
        Supposition.ONE_COMMIT,
        (Concern.PERSISTENCE, Concern.CONNECTIONS),
        Optimization.BATCHED_PERSISTENCE,
    ),
    Supposed(Supposition.NO_TIME, (Concern.PERSISTENCE,)),
    Supposed(Supposition.NO_TIME, (Concern.CONNECTIONS,), Optimization.POOLING),
    Supposed(Supposition.NO_TIME, (Concern.NOTIFICATIONS,), Optimization.WEBSOCKET_SUPPRESSION),
    Supposed(Supposition.NO_TIME, (Concern.VALIDATION,), Optimization.LAZY_VALIDATION),
    Supposed(Supposition.NO_TIME, (Concern.MONITORING,), Optimization.ASYNC_MONITORING),
    Supposed(Supposition.NO_TIME, (Concern.STATE,), Optimization.LAZY_STATE),
)
FROM_EVERYTHING = (
    Supposed(Supposition.BY_NEEDS, ()),
    *(Supposed(Supposition.NO_TIME, (concern,)) for concern in Concern if concern is not Concern.OTHER),
)


def what_if_records(
    run: Run,
    rows: Sequence[TrialRow],
    effects: Sequence[OptimizationRecord],
    combinations: Sequence[CombinationRecord],
    ledgers: RowLedgers,
    sessions_at_once: int = 1,
) -> tuple[WhatIfRecord, ...]:
    """From nothing on, then from everything on; nothing where no spans were recorded."""
    traces = session_traces(run, chain(*rows))
    everything = frozenset(run.design.factors)
    measured = {effect.optimization: effect.alone for effect in effects}
    if run.metric not in TIMES_OF_SESSIONS:
        measured = {}
    found = list(_from(run, NOTHING, FROM_NOTHING, traces, measured))
    explanation = Explanation(
        run,
        ledgers,
        {frozenset(combination.on): combination for combination in combinations},
        _recorded(run, [trace for trace in traces if trace.on in (NOTHING, {Optimization.PARALLELISM})]),
        sessions_at_once,
    )
    found = [record.model_copy(update={"remarks": tuple(explanation.remarks(record))}) for record in found]
    if everything:
        found += _from(run, everything, FROM_EVERYTHING, traces, {})
    return tuple(found)


def _recorded(run: Run, traces: Sequence[SessionTrace]) -> Recorded:
    recorded: dict[Combination, dict[int, RecordedSession]] = {}
    for trace in traces:
        if trace.block < len(run.design.parts):  # where every combination keeps its spans
            recorded.setdefault(trace.on, {}).setdefault(trace.block, recorded_session(run, trace))
    return recorded


def _from(
    run: Run,
    on: Combination,
    suppositions: Sequence[Supposed],
    traces: Sequence[SessionTrace],
    measured: Mapping[str, EffectRecord | None],
) -> Iterator[WhatIfRecord]:
    sessions = _replayable([trace for trace in traces if trace.on == on])
    if not sessions:
        return
    already = {*on, *run.design.held}
    recorded = [recorded_session(run, trace) for trace in sessions]
    replays = Replays(recorded, order_of(run, on), run.inference)
    saved = commits(sessions[0])
    for one in suppositions:
        if _changes_nothing(one, already, saved, len(recorded[0].steps)):
            continue
        order = Order.BY_NEEDS if one.supposition is Supposition.BY_NEEDS else None
        predicted = replays.shortening(one.factors(saved), order)
        optimization = _counterpart(run, one, already)
        if optimization is None and not predicted.percent:
            continue
        effect = measured.get(optimization) if optimization else None
        yield WhatIfRecord(
            on=ordered(on, run.design.factors),
            supposition=one.supposition,
            concerns=one.concerns,
            predicted_percent=predicted.percent,
            predicted_low=predicted.low,
            predicted_high=predicted.high,
            blocks=len(sessions),
            replay_error_percent=replays.error_percent,
            optimization=optimization,
            measured_percent=effect.improvement_percent if effect else None,
            measured_low=effect.improvement_low if effect else None,
            measured_high=effect.improvement_high if effect else None,
            difference_points=predicted.percent - effect.improvement_percent if effect else None,
        )


def _replayable(traces: Sequence[SessionTrace]) -> Sequence[SessionTrace]:
    """The first of them, as many as can be replayed in little time."""
    if not traces:
        return ()
    return traces[: max(1, SPANS_REPLAYED // max(len(trace.spans) for trace in traces))]


def _changes_nothing(one: Supposed, already: Collection[str], saved: int, steps: int) -> bool:
    match one.supposition:
        case Supposition.BY_NEEDS:
            return Optimization.PARALLELISM in already or steps < 2
        case Supposition.ONE_COMMIT:
            return saved < 2
        case Supposition.NO_TIME:
            return False


def _counterpart(run: Run, one: Supposed, already: Collection[str]) -> Optimization | None:
    """None where it is on, and where a runtime of one's own has no such switch."""
    is_missing = "runtime" in run.document and one.optimization not in run.design.factors
    return None if one.optimization in already or is_missing else one.optimization
