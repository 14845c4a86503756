"""A workload measured once more: the trials of a document with other luck, and what a change did to them."""

import math
from collections.abc import Callable
from random import Random

from agentperf.reports.document import Document
from agentperf.reports.trial_record import TrialRecord

TIMES = ("wall_s", "settled_s", "cpu_s", "latency_p50_s", "latency_p95_s", "latency_p99_s")
RERUN_ID = "20261122-164621-5c1d"

LogChange = Callable[[frozenset[str]], float]


def rerun(
    document: Document,
    log_change: LogChange = lambda on: 0.0,
    *,
    noise: float = 0.03,
    later_s: float = 3600.0,
    spin_ratio: float = 1.0,
    **changes: object,
) -> Document:
    """Every trial once more, `later_s` afterwards; `log_change` says by what is on how its time changed."""
    random = Random("rerun")
    trials = [
        _again(trial, log_change(frozenset(trial.on)) + random.gauss(0, noise), later_s, spin_ratio)
        for trial in document.trials
    ]
    other = {"run_id": RERUN_ID, "seed": document.seed + 1, "trials": trials}
    return Document.model_validate(document.model_dump() | other | changes)


def slower_with(switch: str, percent: float) -> LogChange:
    """Everything that has the switch on."""
    return lambda on: math.log1p(percent / 100) if switch in on else 0.0


def _again(trial: TrialRecord, log_change: float, later_s: float, spin_ratio: float) -> dict[str, object]:
    plain = trial.model_dump()
    factor = math.exp(log_change)
    for name in TIMES:
        if plain["metrics"][name] is not None:
            plain["metrics"][name] *= factor
    if plain["metrics"]["throughput_per_s"] is not None:
        plain["metrics"]["throughput_per_s"] /= factor
    if plain["surroundings"]:
        plain["surroundings"]["started_at"] += later_s
        plain["surroundings"]["spin_s"] *= spin_ratio
    return plain
