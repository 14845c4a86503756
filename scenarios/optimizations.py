"""The eight switches, one for each bottleneck of an agent runtime."""

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Optimization(StrEnum):
    """A switch of the reference runtime. Its name is what users write and what reports show."""

    PARALLELISM = "parallelism"
    WEBSOCKET_SUPPRESSION = "websocket_suppression"
    BATCHED_PERSISTENCE = "batched_persistence"
    LOOP_CLOCK = "loop_clock"
    LAZY_VALIDATION = "lazy_validation"
    POOLING = "pooling"
    ASYNC_MONITORING = "async_monitoring"
    LAZY_STATE = "lazy_state"


class DefaultSweep(StrEnum):
    """Whether a scenario that names no optimizations measures this one."""

    INCLUDED = "included"
    ON_REQUEST = "on request"


@dataclass(frozen=True, slots=True)
class OptimizationRecord:
    """What the slow runtime does, and what the switch makes it do instead."""

    bottleneck: str
    fix: str
    default_sweep: DefaultSweep


RECORDS = MappingProxyType(
    {
        Optimization.PARALLELISM: OptimizationRecord(
            "runs pipeline steps one after another, though they are independent",
            "runs every step as soon as the steps it needs are done",
            DefaultSweep.INCLUDED,
        ),
        Optimization.WEBSOCKET_SUPPRESSION: OptimizationRecord(
            "sends a WebSocket message to every subscriber on every update, batch jobs included",
            "sends updates only for interactive sessions",
            DefaultSweep.INCLUDED,
        ),
        Optimization.BATCHED_PERSISTENCE: OptimizationRecord(
            "writes the state to the database on every merge",
            "collects the writes and saves once when the pipeline completes",
            DefaultSweep.INCLUDED,
        ),
        Optimization.LOOP_CLOCK: OptimizationRecord(
            "times work with the wall clock, which can jump",
            "uses the event loop's monotonic clock",
            DefaultSweep.ON_REQUEST,
        ),
        Optimization.LAZY_VALIDATION: OptimizationRecord(
            "validates the same data at five layers",
            "validates once, at the entry, and then only what changed",
            DefaultSweep.INCLUDED,
        ),
        Optimization.POOLING: OptimizationRecord(
            "opens a new database connection for every operation",
            "keeps a pool of connections",
            DefaultSweep.INCLUDED,
        ),
        Optimization.ASYNC_MONITORING: OptimizationRecord(
            "records monitoring synchronously in the hot path",
            "hands it to a background task that is drained at shutdown",
            DefaultSweep.INCLUDED,
        ),
        Optimization.LAZY_STATE: OptimizationRecord(
            "materialises and validates the whole state on every access",
            "loads a section of the state when it is first touched",
            DefaultSweep.ON_REQUEST,
        ),
    }
)

DEFAULT_SWEEP: tuple[Optimization, ...] = (
    Optimization.PARALLELISM,
    Optimization.WEBSOCKET_SUPPRESSION,
    Optimization.BATCHED_PERSISTENCE,
    Optimization.LAZY_VALIDATION,
    Optimization.POOLING,
    Optimization.ASYNC_MONITORING,
)
