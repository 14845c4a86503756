"""One trial: what was measured, once, under one combination."""

from pydantic import Field

from ..scenarios.choices import Metric
from .record import Record


class TrialMetrics(Record):
    """Null where a metric cannot be measured, or the trial failed."""

    wall_s: float | None = None
    settled_s: float | None = None
    cpu_s: float | None = None
    latency_p50_s: float | None = None
    latency_p95_s: float | None = None
    latency_p99_s: float | None = None
    throughput_per_s: float | None = None
    peak_memory_bytes: int | None = None
    loop_lag_max_s: float | None = None

    def analysed_s(self, metric: Metric) -> float | None:
        """The metric in seconds (throughput as seconds per session), or None where there is none."""
        value: float | None = getattr(self, metric.field)
        if metric is Metric.THROUGHPUT:
            return 1 / value if value else None
        return value


class Counters(Record):
    """Exact counts of work done; null where the runtime does not count.

    In a combination: the lower median over its trials, a count that was really seen.
    """

    commits: int | None = None
    rows_written: int | None = None
    bytes_written: int | None = None
    connections_opened: int | None = None
    frames_sent: int | None = None
    bytes_sent: int | None = None
    validations: int | None = None
    monitoring_records: int | None = None
    fsyncs: int | None = None


class SurroundingsRecord(Record):
    """The machine just before a trial; null where it does not tell."""

    started_at: float
    """Seconds since the epoch, by the wall clock."""
    load_average_1min: float | None = None
    cpu_mhz: float | None = None
    spin_s: float
    """A fixed computation, timed: it changes where the machine changes its speed."""


class TrialRecord(Record):
    """One trial. Trials of a block that was not finished are listed too."""

    block: int = Field(ge=0)
    order: int = Field(ge=0)
    """Place in the random order of its block."""
    on: tuple[str, ...]
    metrics: TrialMetrics
    counters: Counters
    worker: str
    """The process, and where there are several machines the machine, that ran it."""
    surroundings: SurroundingsRecord | None = None
    error: str | None = None
    """What went wrong, for a trial that failed."""
