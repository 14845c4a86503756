"""Runs one trial: opens a runtime, drives the load through it in the window, and reads what came of it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import asdict, replace

from ..agents.draws import Draws
from ..agents.recorder import SPANS_RECORDED, Recorder
from ..agents.session import Counting, Evidencing, RunSession, Settling, Traced
from ..agents.spans import Span
from ..analysis.ledger import ledger, mean_ledger
from ..scenarios.schema import Scenario
from .combination import Combination
from .load import drive
from .outcome import digest
from .trial import Metrics, Trial
from .window import Window, quantile

SESSIONS_TRACED = 50  # of a trial: their mean says where the time goes, and more would say no more
CUT = (
    f"a session opened more than {SPANS_RECORDED:,} spans: what came after these counts as its parent's own"
    " time in the ledger"
)

Open = Callable[[Combination], AbstractAsyncContextManager[RunSession]]


async def measure(open_runtime: Open, place: Trial, scenario: Scenario, draws: Draws) -> Trial:
    """The trial `place`, measured, with the spans of its first session.

    Raises whatever the runtime raises, opened or running.
    """
    window = Window()
    with _warnings() as warnings:
        async with open_runtime(place.on) as run:
            if isinstance(run, Counting):
                run.counters.reset()
            recorders = _recorders(run, scenario)
            async with window.open():
                answers = await drive(run, scenario.load, scenario.measure.time_scale, draws, recorders)
                window.answered()
                if isinstance(run, Settling):
                    await run.settle()
            counters = asdict(run.counters) if isinstance(run, Counting) else None
            evidence = await run.evidence() if isinstance(run, Evidencing) else None
    if any(recorder.is_cut for recorder in recorders):
        warnings.append(CUT)
    readings = window.readings
    latencies = [answer.latency_ns / 1e9 for answer in answers]
    traces = [recorder.spans() for recorder in recorders]
    are_told = any(len(trace) > 1 for trace in traces)  # more than how long sessions took
    return replace(
        place,
        metrics=Metrics(
            wall_s=readings.wall_s,
            settled_s=readings.settled_s,
            cpu_s=readings.cpu_s,
            latency_p50_s=quantile(latencies, 50),
            latency_p95_s=quantile(latencies, 95),
            latency_p99_s=quantile(latencies, 99),
            throughput_per_s=len(answers) / readings.wall_s,
            peak_memory_bytes=readings.peak_memory_bytes,
            loop_lag_max_s=readings.loop_lag_max_s,
        ),
        counters=counters,
        outcome_digest=digest([answer.outcome for answer in answers], evidence),
        warnings=tuple(warnings),
        ledger=_mean_ledger(traces) if are_told else None,
        spans=traces[0] if are_told else (),
    )


def _recorders(run: RunSession, scenario: Scenario) -> tuple[Recorder, ...]:
    traced = run.sessions_traced if isinstance(run, Traced) else SESSIONS_TRACED
    return tuple(Recorder(scenario.name) for _ in range(min(traced, scenario.load.sessions)))


def _mean_ledger(traces: Sequence[Sequence[Span]]) -> dict[str, float]:
    return {str(concern): seconds for concern, seconds in mean_ledger(list(map(ledger, traces))).items()}


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """Collects what the runtime warns of, which is part of the trial's record."""
    messages: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: messages.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("agentperf")
    logger.addHandler(handler)
    try:
        yield messages
    finally:
        logger.removeHandler(handler)
