"""The closed choices of how to measure: light enough to import for a command line's help."""

from enum import StrEnum


class DesignKind(StrEnum):
    """Which combinations of the switches are run."""

    FULL = "full"
    ROTATING = "rotating"
    FRACTIONAL = "fractional"
    ONE_AT_A_TIME = "one-at-a-time"


class Metric(StrEnum):
    """What is compared; lower is better in each, throughput being analysed as seconds per session."""

    WALL = "wall"
    SETTLED = "settled"
    CPU = "cpu"
    LATENCY_P50 = "latency_p50"
    LATENCY_P95 = "latency_p95"
    LATENCY_P99 = "latency_p99"
    THROUGHPUT = "throughput"


class Isolation(StrEnum):
    """What gets a fresh worker process."""

    BLOCK = "block"
    TRIAL = "trial"
