"""One combination of switches, over all blocks."""

from typing import Self

from pydantic import model_validator

from ..scenarios.choices import Metric
from .record import Interval, Record, require_order
from .trial_record import Counters


class CombinationMetrics(Record):
    """Medians over blocks with their 95 % intervals; null where a metric cannot be measured."""

    wall_s: Interval | None = None
    settled_s: Interval | None = None
    cpu_s: Interval | None = None
    latency_p50_s: Interval | None = None
    latency_p95_s: Interval | None = None
    latency_p99_s: Interval | None = None
    throughput_per_s: Interval | None = None
    peak_memory_bytes: Interval | None = None
    loop_lag_max_s: Interval | None = None

    def analysed_s(self, metric: Metric) -> Interval | None:
        """The metric in seconds (throughput as seconds per session), or None where there is none."""
        interval: Interval | None = getattr(self, metric.field)
        if interval is None or metric is not Metric.THROUGHPUT:
            return interval
        if interval.median <= 0 or (interval.low is not None and interval.low <= 0):
            return None
        low, high = (1 / end if end else None for end in (interval.high, interval.low))
        return Interval(median=1 / interval.median, low=low, high=high)


class CombinationRecord(Record):
    """One combination. Its improvement is against nothing swept on; null where that was not run."""

    on: tuple[str, ...]
    improvement_percent: float | None
    improvement_low: float | None
    improvement_high: float | None
    metrics: CombinationMetrics
    counters: Counters
    outcome_digest: str | None
    """The same under every combination; null where sessions have no outcome."""

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        require_order("improvement", self.improvement_low, self.improvement_percent, self.improvement_high)
        return self
