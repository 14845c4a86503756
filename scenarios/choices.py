"""The closed choices of how to measure: light enough to import for a command line's help."""

from enum import StrEnum


class DesignName(StrEnum):
    """Which combinations of the switches to run, as a scenario or a command line may ask for them."""

    FULL = "full"
    ROTATING = "rotating"
    FRACTIONAL = "fractional"
    ONE_AT_A_TIME = "one-at-a-time"


class DesignKind(StrEnum):
    """Which combinations of the switches are run. `EXPLICIT` is a user's own list, which has no name."""

    FULL = "full"
    ROTATING = "rotating"
    FRACTIONAL = "fractional"
    ONE_AT_A_TIME = "one-at-a-time"
    EXPLICIT = "explicit"


class Inference(StrEnum):
    """What the intervals hold for: one look at the end, or every look while the run goes on."""

    FIXED = "fixed"
    ANYTIME = "anytime"


class Metric(StrEnum):
    """What is compared; lower is better in each, throughput being analysed as seconds per session."""

    WALL = "wall"
    SETTLED = "settled"
    CPU = "cpu"
    LATENCY_P50 = "latency_p50"
    LATENCY_P95 = "latency_p95"
    LATENCY_P99 = "latency_p99"
    THROUGHPUT = "throughput"

    @property
    def field(self) -> str:
        """The field of a trial's metrics that holds it."""
        return "throughput_per_s" if self is Metric.THROUGHPUT else f"{self.value}_s"

    @property
    def words(self) -> str:
        """What is compared, in words."""
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


class Isolation(StrEnum):
    """What gets a fresh worker process."""

    BLOCK = "block"
    TRIAL = "trial"
