"""The closed lists of words in the JSON document."""

from enum import StrEnum


class Metric(StrEnum):
    """What was analysed. Always a time, so that lower is better: throughput as seconds per session."""

    WALL = "wall"
    SETTLED = "settled"
    CPU = "cpu"
    LATENCY_P50 = "latency_p50"
    LATENCY_P95 = "latency_p95"
    LATENCY_P99 = "latency_p99"
    THROUGHPUT = "throughput"

    @property
    def field(self) -> str:
        """Name of the field of `metrics` that holds it."""
        return "throughput_per_s" if self is Metric.THROUGHPUT else f"{self.value}_s"

    @property
    def words(self) -> str:
        return _METRIC_WORDS[self]


_METRIC_WORDS = {
    Metric.WALL: "wall time",
    Metric.SETTLED: "settled time",
    Metric.CPU: "CPU time",
    Metric.LATENCY_P50: "median latency",
    Metric.LATENCY_P95: "95th percentile of latency",
    Metric.LATENCY_P99: "99th percentile of latency",
    Metric.THROUGHPUT: "time per session (1 / throughput)",
}


class Verdict(StrEnum):
    """What an effect's interval says, against the threshold."""

    FASTER = "faster"
    SLOWER = "slower"
    EQUIVALENT = "equivalent"
    INCONCLUSIVE = "inconclusive"


class ClaimVerdict(StrEnum):
    """What the interval says of a claim, with a tolerance of 5 points."""

    CONFIRMED = "confirmed"
    UNDERSTATED = "understated"
    OVERSTATED = "overstated"
    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


class DesignKind(StrEnum):
    """Which combinations a block holds."""

    FULL = "full"
    ROTATING = "rotating"
    FRACTIONAL = "fractional"
    ONE_AT_A_TIME = "one-at-a-time"
    LISTED = "listed"


class StopReason(StrEnum):
    """Why no further block was run."""

    PRECISION = "precision"
    BUDGET = "budget"
    BLOCKS = "blocks"
    MAX_BLOCKS = "max_blocks"
    INTERRUPTED = "interrupted"
    FAILED = "failed"


class Status(StrEnum):
    """How far the run got."""

    RUNNING = "running"
    COMPLETE = "complete"
    INTERRUPTED = "interrupted"
    FAILED = "failed"
