"""What one trial measured: one combination, once, inside one block."""

from __future__ import annotations

from dataclasses import dataclass

from ..agents.spans import Span
from .combination import Combination
from .surroundings import Surroundings


@dataclass(frozen=True, slots=True)
class Metrics:
    """Seconds, bytes, and sessions per second. What this machine can't tell is None."""

    wall_s: float
    settled_s: float
    cpu_s: float
    latency_p50_s: float
    latency_p95_s: float
    latency_p99_s: float
    throughput_per_s: float
    peak_memory_bytes: int | None
    loop_lag_max_s: float


@dataclass(frozen=True, slots=True)
class Trial:
    """`order` is the trial's place in its block, from 0. A trial that failed has an error and nothing else.

    `counters` are those of the runtime, by name; a user's own runtime may keep none. `surroundings` are those
    right before the trial, None in records from before they were measured.

    `ledger` is where the time of a session went: seconds for each `Concern`, the mean over the sessions that
    were traced; the sum is their mean duration. It is None where nothing was recorded of what sessions did.
    `spans` are those of session 0, in a few trials only.
    """

    block: int
    order: int
    on: Combination
    worker: str
    metrics: Metrics | None = None
    counters: dict[str, int] | None = None
    outcome_digest: str | None = None
    warnings: tuple[str, ...] = ()
    error: str | None = None
    surroundings: Surroundings | None = None
    ledger: dict[str, float] | None = None
    spans: tuple[Span, ...] = ()
